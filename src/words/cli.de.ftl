### Was die Befehlszeile für Menschen schreibt. Jede Nachricht steht unter demselben Namen in cli.en.ftl, mit denselben Variablen.

## Überschriften und Bezeichnungen

label-about = zu
label-access = Zugriff
label-application = Fachverfahren
label-at = Zeitpunkt
label-backed-up-through = gesichert bis
label-batch = Scanstapel
label-because = zu entnehmen, weil
label-box = Karton
label-case = Akte
label-changed = geänderte Zeilen
label-checked = geprüft
label-class = Klasse
label-conflict = Widerspruch
label-date = Tag
label-days = Tage
label-defects = Mängel
label-destroy-by = zu vernichten bis
label-destroyed-on = vernichtet am
label-device = Gerät
label-diff = Unterschied
label-document = Dokument
label-documents = Dokumente
label-due-now = sofort fällig
label-ends = endet
label-event = Ereignis
label-evidence = Beleg
label-extended-until = verlängert bis
label-first-day = frühester Tag
label-flags = Vermerke
label-from = von
label-hold = Sperre
label-in-force-from = gültig ab
label-items = Gegenstände
label-keep-until = aufzubewahren bis
label-kind = Art
label-legal-basis = Rechtsgrundlage
label-level = Stufe
label-matter = Vorgang
label-missing = es fehlt
label-mode = Art der Prüfung
label-no-class = ohne Klasse
label-no-longer-due = nicht mehr fällig
label-note = Vermerk
label-notice = Hinweis
label-on-behalf-of = im Auftrag von
label-open = offen
label-open-batch = offener Scanstapel
label-outcome = Ergebnis
label-overdue-now = sofort überfällig
label-owner = zuständig
label-person = Person
label-place = Ort
label-placed = gesetzt am
label-placed-by = gesetzt von
label-position = Position
label-positions = Positionen
label-proposal = Vorschlag
label-provider = Dienstleister
label-pulled = entnommen
label-purpose = Zweck
label-quarantined = in Quarantäne
label-query = Auswahl
label-reason = Grund
label-received = Eingang
label-record = Nachweis
label-reference = Aktenzeichen
label-released = aufgehoben am
label-replaces = ersetzt Fassung
label-reported-through = gemeldet bis
label-result = Ergebnis
label-return = Rückgabe
label-review = zu prüfen bis
label-scanned = gescannt am
label-set = gesetzt
label-sheets = Blätter
label-sheets-left = verbliebene Blätter
label-source = Quelle
label-standing = Geltung
label-state = Stand
label-stopped-by = gehindert durch
label-stored = gespeichert
label-supersedes = berichtigt
label-title = Bezeichnung
label-to = bis
label-to-pull = zu entnehmen
label-tracking = Sendungsnummer
label-type = Anlass
label-version = Fassung
label-watermark = Posteingang erfasst bis
label-what = was
label-witnesses = Zeugen
label-words = Angaben

## Was in den Spalten steht

cell-yes = ja
cell-no = nein
cell-default-matter = (Standardvorgang)
cell-whole-case = (ganze Akte)
cell-withdrawal = (zurückgenommen)
cell-a-class = eine Klasse
cell-originals = einzelne Originale
cell-access-content = Inhalt
cell-access-record = Angaben
cell-access-list = Liste
cell-access-search = Suche nach Aktenzeichen
cell-access-receipt = Quittung
cell-access-opening = Öffnung
cell-access-register = Register
cell-access-certificate = Nachweis
cell-access-access-log = Zugriffsprotokoll
cell-access-export = Export
cell-access-other = Sonstiges
cell-outcome-allowed = erlaubt
cell-state-unclassed = ohne Klasse
cell-state-open = offen
cell-state-running = laufend
cell-state-due = fällig
cell-state-conflict = Widerspruch
cell-state-never = unbegrenzt
cell-state-complete = abgeschlossen
cell-blocker-unclassed = fehlende Klasse
cell-blocker-open = fehlendes Ereignis
cell-blocker-conflict = Widerspruch
cell-blocker-not-yet = laufende Frist
cell-blocker-hold = Sperre
cell-blocker-quarantine = Quarantäne
cell-blocker-watermark = Posteingang
cell-blocker-newer-than-period = jünger als die Frist
cell-blocker-appraisal = Archiv
cell-blocker-documents-held = gesperrte Dokumente
cell-blocker-documents-quarantined = Dokumente in Quarantäne
cell-blocker-documents-newer = jüngere Dokumente
cell-blocker-documents-kept = Dokumente länger
cell-box-state-ready = freigegeben
cell-box-state-blocked = gehindert
cell-box-state-waiting = wartend
cell-box-state-destroyed = vernichtet
cell-box-state-withdrawn = zurückgezogen
cell-box-blocker-period-running = laufende Frist
cell-box-blocker-extended = Verlängerung
cell-box-blocker-batch-sheets-differ = abweichende Blattzahl des Stapels
cell-box-blocker-sheets-differ = abweichende Blattzahl
cell-box-blocker-destroyed-already = Vernichtung
cell-box-blocker-withdrawn = zurückgezogen
cell-event-state-counts = gilt
cell-event-state-superseded = berichtigt
cell-event-state-withdrawal = Zurücknahme
cell-classes-proposed = vorgeschlagen
cell-classes-adopted = in Kraft gesetzt
cell-classes-rejected = abgelehnt
cell-note-matter-open = Vorgang angelegt
cell-note-retention-event = Ereignis
cell-note-matter-correct = Art berichtigt
cell-note-doc-assign = zugeordnet
cell-note-doc-check = geprüft
cell-note-quarantine-lift = aus der Quarantäne freigegeben
cell-note-hold-place = gesetzt
cell-note-hold-review = überprüft
cell-note-hold-release = aufgehoben
cell-note-classes-propose = vorgeschlagen
cell-note-classes-adopt = in Kraft gesetzt
cell-note-classes-reject = abgelehnt
cell-note-batch-register = angemeldet
cell-note-batch-complete = abgeschlossen
cell-note-intake-report = Posteingang gemeldet
cell-note-backup-confirm = Sicherung bestätigt
cell-note-box-register = angemeldet
cell-note-box-step = Schritt
cell-note-paper-destroy = vernichtet
cell-step-check = geprüft
cell-step-flag = Vermerk
cell-step-pull = entnommen
cell-step-return = Rückgabe
cell-step-extend = verlängert
cell-step-withdraw = zurückgezogen
cell-step-destroyed = vernichtet
cell-flag-return-to-customer = zurückzugeben
cell-flag-original-required = Original benötigt
cell-flag-authenticity-doubt = Echtheit zweifelhaft
cell-flag-blocklist-type = nie zu vernichten
cell-flag-rescan-pending = neu zu scannen

## Was erfasst wurde

filed-adopted = in-Kraft-gesetzt
filed-approved = freigegeben
filed-assignment = Zuordnung
filed-correction = Berichtigung
filed-backup = Sicherung
filed-batch = Scanstapel
filed-box = Karton
filed-check = Prüfung
filed-completed = abgeschlossen
filed-event = Ereignis
filed-hold = Sperre
filed-intake = Posteingang
filed-matter = Vorgang
filed-proposal = Vorschlag
filed-quarantine-lifted = freigegeben
filed-rejected = abgelehnt
filed-released = aufgehoben
filed-reviewed = überprüft
filed-step = Schritt
filed-withdrawn = zurückgezogen
cli-there-already = (schon vorhanden)
cli-hold-covers = { $items ->
    [one] 1 Gegenstand
   *[other] { $items } Gegenstände
}
cli-bulk = erfasst { $filed }, schon vorhanden { $repeated }, abgewiesen { $refused }

## Listen

cli-due-items = { $items ->
    [one] 1 Eintrag
   *[other] { $items } Einträge
}; heute ist der { $today }, der Posteingang ist erfasst bis { $watermark }
cli-due-items-unreported = { $items ->
    [one] 1 Eintrag
   *[other] { $items } Einträge
}; heute ist der { $today }, bis zu welchem Tag der Posteingang erfasst ist, wurde noch nicht gemeldet
cli-due-incomplete = nach einer Änderung der Aufbewahrungsklassen wird noch gerechnet: Die Liste ist noch nicht vollständig
cli-batch-received = { $batch }, Eingang { $received }
cli-no-classes = in diesem Mandanten ist kein Katalog in Kraft: Nichts hat eine Klasse, und alles wird aufbewahrt
cli-classes-version = Fassung { $version }
cli-classes-version-incomplete = Fassung { $version }; die Fristen werden noch berechnet
cli-diff-refused = Ein Vorschlag würde abgelehnt: { $detail }.
cli-diff-refused-classes = Ein Vorschlag würde abgelehnt: { $detail } ({ $classes }).
cli-diff-head = { $changed ->
    [one] Es ändert sich 1
   *[other] Es ändern sich { $changed }
} von { $matters ->
    [one] 1 Vorgang
   *[other] { $matters } Vorgängen
} in { $cases ->
    [one] 1 Akte
   *[other] { $cases } Akten
}
cli-diff-lines = Eine Zeile ist, was eine Klasse über einen Vorgang sagt; Dokumente, die mit Datum, Typ, Vorgang oder Scandaten gespeichert wurden, zählen dazu.
cli-diff-of = { $changed } von { $lines }
cli-diff-earlier = { $lines } früher um bis zu { $days ->
    [one] 1 Tag
   *[other] { $days } Tage
}
cli-diff-later = { $lines } später um bis zu { $days ->
    [one] 1 Tag
   *[other] { $days } Tage
}
cli-proposal-head = Der Vorschlag { $proposal } würde die Fassung { $version } ersetzen; gültig ab { $day }. Grund: { $reason }
cli-history-head = Was geschehen ist:

## Was nicht stimmt

cli-case-unknown = case_unknown: Eine Akte mit dem Aktenzeichen { $given } hat der Mandant nicht; prüfen Sie die Schreibweise, oder geben Sie die Kennung der Akte an
cli-document-unknown = document_unknown: Ein Dokument mit dem Titel oder Dateinamen { $given } hat die Akte nicht; prüfen Sie die Schreibweise, oder geben Sie die Kennung des Dokuments an
cli-document-ambiguous = mehrere Dokumente der Akte haben den Titel oder Dateinamen { $given }; geben Sie den Pfad an, unter dem es abgelegt wurde, oder seine Kennung
cli-no-vault = es wurde kein Mandant angegeben: Verwenden Sie --vault oder ein Profil, das einen nennt
cli-vault-malformed = --vault: { $error }
cli-perhaps-filed = ob es erfasst wurde, ist ungewiss; wiederholen Sie den Befehl mit --id { $id }
cli-event-incomplete = zu einem Ereignis gehören die Akte, was geschehen ist, und die Quelle
cli-hold-nothing = geben Sie an, was gesperrt wird: --case, --items DATEI, oder --kind, --class, --from und --to für alle Vorgänge des Mandanten, auf die das zutrifft
cli-hold-both = --kind, --class, --from und --to meinen alle Vorgänge des Mandanten, auf die das zutrifft; setzen Sie damit eine Sperre und mit --case oder --items eine weitere
cli-file-unreadable = { $file } lässt sich nicht lesen
cli-file-empty = { $file } hat keine Zeile mit einem JSON-Objekt
cli-line-no-object = { $place }: ist kein JSON-Objekt
cli-line-no-json = { $place }: ist kein JSON: { $error }
cli-line-refused = { $place } ({ $item })
cli-catalogue-long = { $file } hat { $bytes } Bytes; höchstens { $bytes-max } werden angenommen
cli-catalogue-wrong = { $file } ist kein Katalog:
cli-witnesses = eine Vernichtung hat zwei Zeugen: Geben Sie --witness zweimal an, mit den Namen zweier verschiedener Personen
cli-no-proposal = weder gibt es eine Datei { $given }, noch ist das die Kennung eines Vorschlags
cli-error-url = { $url } ist keine Adresse eines Archivs; erwartet wird etwas wie https://127.0.0.1:8443
cli-error-unreachable = das Archiv ist nicht erreichbar: { $cause }
cli-error-lost = die Verbindung brach ab, bevor die Antwort vollständig war: { $cause }; führen Sie denselben Befehl noch einmal aus
cli-error-timed-out = das Archiv hat nicht rechtzeitig geantwortet; führen Sie denselben Befehl noch einmal aus
cli-error-answer = die Antwort ist nicht zu verstehen ({ $cause }); ist unter dieser Adresse ein Archiv?
cli-error-digest = digest_mismatch: Die Bytes haben den SHA-256-Wert { $received }, erwartet wurde { $expected }; geschrieben wurde nichts
cli-profile-unreadable = das Profil { $file } lässt sich nicht lesen: { $cause }
cli-profile-malformed = das Profil { $file } ist keines: { $cause }
cli-profile-missing = es fehlt: { $what }; verwenden Sie --{ $argument }, die Variable { $variable } oder ein Profil (--profile DATEI)
cli-what-url = Adresse eines Archivs
cli-what-ca = Zertifizierungsstelle des Servers
cli-what-cert = Zertifikat der Anwendung
cli-what-key = Schlüssel der Anwendung
cli-export-written = { $file }: { $bytes }, SHA-256 { $sha256 }, Export { $id }, signiert von { $key }
cli-export-broken = die Übertragung brach ab ({ $cause }); sie wird wiederholt
cli-export-again = der Export ist verzeichnet, wurde aber nicht bis zu Ende gelesen; wiederholen Sie den Befehl mit --id { $id }
cli-export-differs = was ankam, ist nicht das signierte Paket ({ $cause }); es wurde nichts behalten

## verify

cli-verify-no-export = das ist kein Export. Erwartet wird ein Ordner, in dem bagit.txt liegt, oder ein tar-Archiv davon, wie es „aktenfest export“ schreibt. Bescheinigungen prüft „aktenfest verify --certificate“, Quittungen „aktenfest receipt check“.

## Quittungen, Stellen, Zeitstempel

cli-receipt-event = { $event } am { $time }, { $codes }
cli-receipt-entry = Eintrag { $index } des Ledgers { $origin }, in seinem Stand von { $size } Einträgen
cli-receipt-subject = Gegenstand { $value }
cli-receipt-cosigned = mitgezeichnet von { $value }
cli-receipt-opened = geöffnet: { $value }
cli-receipt-document = das angegebene Dokument ist das abgelegte
cli-receipt-verified = geprüft und in Ordnung
cli-receipt-not-anchored = geprüft, aber es fehlen Mitzeichnungen, die die Vertrauensrichtlinie verlangt
cli-receipt-self-consistent = nur in sich stimmig: Die Vertrauensrichtlinie nennt keinen Schlüssel dieses Ledgers
cli-receipt-invalid = UNGÜLTIG: Die Quittung beweist nichts
cell-ledger-ledger-open = Ledger eröffnet
cell-ledger-case-open = Akte eröffnet
cell-ledger-case-close = Akte geschlossen
cell-ledger-doc-store = Dokument abgelegt
cell-ledger-doc-destroy = Dokument vernichtet
cell-ledger-paper-destroy = Papier vernichtet
cell-ledger-hold-place = Sperre gesetzt
cell-ledger-hold-release = Sperre aufgehoben
cell-ledger-order-approve = Vernichtung gebilligt
cell-ledger-keys-destroy = Schlüssel vernichtet
cell-ledger-anchor-tsa = Prüfpunkt mit Zeitstempel versehen
cell-ledger-shard-seal = Zugriffsprotokoll abgeschlossen
cell-ledger-export-make = Export übergeben
cli-vault-since = seit { $time }
cli-vault-accesses = Zugriffe
cli-timestamps-done = { $count ->
        [one] neuer Nachweis für einen Prüfpunkt
       *[other] neue Nachweise für { $count } Prüfpunkte
    }
cli-timestamps-missing = es ist keine Zeitstempelstelle eingerichtet (timestamps.url)

## Vertrauensrichtlinien

cli-policy-file = die Vertrauensrichtlinie als Ganzes; erwartet: { $problem }
cli-policy-line = die Vertrauensrichtlinie, Zeile { $line }; erwartet: { $problem }
cli-policy-found = die Vertrauensrichtlinie, Zeile { $line }: gefunden `{ $found }`; erwartet: { $problem }
cli-policy-too-long = weniger: Die Datei hat zu viele Bytes oder zu viele Zeilen einer Art
cli-policy-characters = nur Tabulatoren und druckbare Zeichen, und Zeilen, die mit einem einfachen Zeilenende enden (kein Wagenrücklauf)
cli-policy-unterminated = ein Zeilenende auch hinter der letzten Zeile
cli-policy-form = log VKEY [URL], witness NAME VKEY [URL], group NAME any|all|N NAME..., quorum NAME|none
cli-policy-key = ein Schlüssel der Form NAME+KENNUNG+BASE64, wie ihn „aktenfest vault list“ zeigt; dieser ist beschädigt oder keiner
cli-policy-key-kind = in einer Zeile log der Schlüssel eines Ledgers, in einer Zeile witness der eines Zeugen; hier ist es umgekehrt
cli-policy-duplicate-key = jeder öffentliche Schlüssel nur einmal; dieser steht schon weiter oben
cli-policy-duplicate-name = ein eigener Name; dieser ist weiter oben vergeben, oder er lautet none
cli-policy-unknown-name = Namen, die weiter oben in einer Zeile witness oder group stehen
cli-policy-member-twice = jeder Name in höchstens einer Gruppe; einer ist schon in einer anderen
cli-policy-threshold = any, all oder eine Zahl zwischen 1 und der Zahl der Mitglieder
cli-policy-quorum = genau eine Zeile quorum: quorum NAME, oder quorum none, wenn es keine Zeugen braucht
