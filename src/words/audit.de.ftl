### Der Bericht über die Prüfung eines Exports. Jede Nachricht steht unter demselben Namen in audit.en.ftl, mit denselben Variablen.

audit-title = Prüfbericht zu einem Archivexport
audit-found = Was festgestellt wurde
audit-checked = Was geprüft wurde
audit-not-checked = Was nicht geprüft wurde
audit-nothing = Keine Beanstandungen.
audit-more = { $count ->
        [one] Ein weiterer Befund steht
       *[other] { $count } weitere Befunde stehen
    } in der vollständigen Ausgabe (--json).
audit-error = Fehler
audit-warning = Warnung
audit-note = Hinweis
audit-detail = [{ $code }] { $place }; technische Angabe (englisch): { $text }
audit-foot = Geprüft ohne Netz und ohne das Archiv, allein mit den Angaben der prüfenden Person darüber, welchen Schlüsseln sie vertraut. Dieselben Dateien lassen sich mit sha256sum, bagit.py und openssl nachprüfen.
audit-sign = Ort, Datum, Unterschrift

## Angaben

audit-bag = Geprüfte Datei
audit-export = Export, Stelle, Tag
audit-scope = Umfang laut Export
audit-ledger = Ledger
audit-root = Einträge, Wurzel
audit-size-and-root = { $size }, { $root }
audit-period = Zeitraum der Einträge
audit-signer = Schlüssel des Exports
audit-certificate = Zertifikat über den Export
audit-stamps = Zeitstempel
audit-witnesses = Zeugen
audit-access-ledgers = Zugriffsprotokolle
audit-access-sealed = { $year }: { $count ->
        [one] ein Eintrag
       *[other] { $count } Einträge
    }, abgeschlossen
audit-access-open = { $year }: { $count ->
        [one] ein Eintrag
       *[other] { $count } Einträge
    }, offen

## Ergebnisse

audit-verdict-verified = Ergebnis: geprüft und in Ordnung
audit-meaning-verified = Was geprüft wurde, ist unverändert so, wie es aufgezeichnet und unterschrieben wurde, und wie es die vertrauten Schlüssel bestätigen.
audit-verdict-not-anchored = Ergebnis: geprüft, aber nicht so verankert, wie es die Vertrauensrichtlinie verlangt
audit-meaning-not-anchored = Der Export widerspricht sich nicht, und ein vertrauter Schlüssel hat das Ledger unterschrieben. Es fehlt jedoch eine verlangte Bestätigung; welche, steht unten.
audit-verdict-self-consistent = Ergebnis: nur in sich stimmig
audit-meaning-self-consistent = Der Export widerspricht sich nicht. Es wurde aber kein vertrauter Schlüssel dieses Ledgers angegeben: Wer alles ausgetauscht hat, auch die Schlüssel, fiele nicht auf.
audit-verdict-incomplete = Ergebnis: unvollständig
audit-meaning-incomplete = Was da ist, widerspricht sich nicht. Es fehlt aber etwas, das da sein müsste, oder es lässt sich nicht lesen.
audit-verdict-diverged = Ergebnis: zwei verschiedene Fassungen der Geschichte
audit-meaning-diverged = Das Ledger im Export widerspricht einem Prüfpunkt, den die prüfende Person aufbewahrt hat. Bewahren Sie beide auf: Zusammen beweisen sie, dass derselbe Schlüssel zwei Fassungen unterschrieben hat.
audit-verdict-invalid = Ergebnis: ungültig
audit-meaning-invalid = Mindestens ein Teil des Exports ist nicht das, was aufgezeichnet und unterschrieben wurde.

## Was geprüft wurde

audit-done-structure = Aufbau des Exports: { $count } Dateien mit den Prüfsummen verglichen, mit denen sie verzeichnet sind; nach fehlenden und überzähligen gesucht.
audit-done-signature = Unterschrift über den ganzen Export mit einem Schlüssel, dem Sie vertrauen.
audit-done-ledger = Ledger: { $count } Einträge einzeln gelesen, ihre Verkettung, ihre Reihenfolge und die Wurzel über alle neu berechnet.
audit-done-trust = Unterschrift des Ledgers mit einem Schlüssel, dem Sie vertrauen.
audit-done-witnesses = Zeugen: { $count ->
        [one] Eine gültige Mitzeichnung
       *[other] { $count } gültige Mitzeichnungen
    } des Ledgers.
audit-done-known = Aufbewahrte Prüfpunkte und Quittungen: { $count ->
        [one] Was angegeben wurde, stimmt
       *[other] { $count } stimmen
    } mit dem Ledger überein.
audit-done-history = Frühere Stände: { $count ->
        [one] Einen unterschriebenen Prüfpunkt
       *[other] { $count } unterschriebene Prüfpunkte
    } mit den Anfängen des heutigen Ledgers verglichen.
audit-done-openings = Offengelegte Angaben: { $count } von { $of } Einträgen ganz oder teilweise geöffnet; jeder Wert ist der festgelegte.
audit-done-documents = Dokumente: { $of ->
        [0] { $count ->
            [one] Eines liegt bei und ist das, das aufgezeichnet wurde
           *[other] { $count } liegen bei und sind die, die aufgezeichnet wurden
        }; wie viele das Ledger sonst aufzeichnet, sagt dieser Export nicht.
       *[other] { $count } von { $of } im Ledger aufgezeichneten liegen bei und sind die, die aufgezeichnet wurden.
    }
audit-done-receipts = Quittungen: { $count ->
        [one] Eine führt
       *[other] { $count } führen
    } vom Eintrag zum unterschriebenen Stand.
audit-done-access = Zugriffsprotokolle: { $count } neu berechnet.
audit-done-timestamps = Zeitstempel: { $count } gültig.
audit-done-cms = Elektronische Signatur mit Zertifikat über den Export.

## Was nicht geprüft wurde

audit-open-structure = Der Aufbau des Exports: Es gab nichts zu lesen.
audit-open-signature = Die Unterschrift über den ganzen Export: Kein Schlüssel, dem Sie vertrauen, hat ihn unterschrieben.
audit-open-ledger = Das Ledger als Ganzes: Seine Einträge liegen nicht bei oder sind nicht lesbar.
audit-open-trust = Die Herkunft des Ledgers: Es wurde kein vertrauter Schlüssel angegeben (--trust).
audit-open-witnesses = Zeugen: Niemand, dem Sie vertrauen, hat den Stand mitgezeichnet.
audit-open-known = Frühere Prüfpunkte aus anderer Hand: Es wurden keine angegeben (--known), oder keiner stimmt überein.
audit-open-history = Frühere Stände: Der Export enthält keine.
audit-open-openings = Offengelegte Angaben: keine, die sich prüfen ließ.
audit-open-documents = Dokumente: Keines liegt bei, das sich prüfen ließ.
audit-open-receipts = Quittungen: Der Export enthält keine gültigen.
audit-open-access = Zugriffsprotokolle: Der Export enthält keine.
audit-open-access-listed = Zugriffe: Die Kopie listet sie auf ihren Seiten auf; dafür steht die Unterschrift über den Export ein. Das Zugriffsprotokoll selbst liegt einer Kopie für die betroffene Person nicht bei, weil es auch andere nennt.
audit-open-timestamps = Zeitstempel einer Zeitstempelstelle: keine geprüft.
audit-open-cms = Elektronische Signatur mit Zertifikat: keine geprüft.
audit-limit-later = Ob nach dem unterschriebenen Stand von { $size } Einträgen weitere hinzugekommen sind, kann der Export nicht sagen.
audit-limit-truth = Ob das Aufgezeichnete richtig ist, sagt diese Prüfung nicht; sie sagt, dass es unverändert ist.

## Befunde

audit-finding-bag-unreadable = Eine Datei lässt sich nicht lesen.
audit-finding-bag-malformed = Etwas im Export hat dort keinen Platz, oder die Archivdatei ist beschädigt.
audit-finding-bag-cut = Die Archivdatei ist abgeschnitten.
audit-finding-bag-description-differs = Die Beschreibung des Exports passt nicht zu seinem Inhalt.
audit-finding-bag-manifest-malformed = Ein Verzeichnis der Prüfsummen ist fehlerhaft.
audit-finding-bag-file-missing = Eine Datei fehlt.
audit-finding-bag-file-differs = Eine Datei ist verändert.
audit-finding-bag-file-unlisted = Eine Datei liegt bei, die in keinem Verzeichnis steht.
audit-finding-bag-signature = Die Unterschrift über den Export ist falsch oder gilt einem anderen Export.
audit-finding-bag-signer-unknown = Der Export ist mit einem Schlüssel unterschrieben, dem Sie nicht vertrauen.
audit-finding-checkpoint-unwitnessed = Der Stand des Ledgers hat weniger Zeugen, als die Vertrauensrichtlinie verlangt. Lassen Sie sich einen Export geben, der nach einer Runde dieser Zeugen gemacht ist, oder eine Quittung mit ihren Mitzeichnungen (anchored=1), oder prüfen Sie, ob das Archiv sie überhaupt fragt.
audit-finding-checkpoint-witnessed-in-part = Die verlangten Zeugen haben die ersten { $covered } von { $size } Einträgen mitgezeichnet, die neueren nicht. Ein Export, in dem nichts neuer ist als ihre letzte Runde, ist ganz mitgezeichnet.
audit-finding-checkpoint-invalid = Ein Prüfpunkt ist fehlerhaft, oder seine Unterschrift ist falsch.
audit-finding-history-differs = Ein früherer Stand widerspricht dem heutigen Ledger.
audit-finding-history-untrusted = Ein früherer Stand stimmt, ist aber von keinem vertrauten Schlüssel unterschrieben.
audit-finding-opening-malformed = Eine Zeile der offengelegten Angaben ist keine.
audit-finding-opening-differs = Eine offengelegte Angabe ist nicht die, auf die sich der Eintrag festlegt.
audit-finding-document-unproven = Von einem beiliegenden Dokument ist nicht bewiesen, dass es aufgezeichnet wurde.
audit-finding-document-missing = Dokumente fehlen, die der Export enthalten soll.
audit-finding-content-differs = Ein Dokument ist nicht das, das aufgezeichnet wurde.
audit-finding-destroyed-present = Ein Dokument liegt bei, das laut Ledger vernichtet ist.
audit-finding-access-ledger-unanchored = Für ein Zugriffsprotokoll ({ $size } Einträge) bürgt nichts, dem Sie vertrauen, oder sein Jahr ist vorbei und der Abschluss gehört nicht zum Export. Nennen Sie den Schlüssel des Exports oder den des Zugriffsprotokolls in Ihrer Vertrauensrichtlinie; das Archiv nennt ihn unter ledger/access.
audit-finding-access-ledger-open = Ein Zugriffsprotokoll ({ $size } Einträge) ist noch nicht abgeschlossen, oder sein Abschluss gehört nicht zum Export. Das ist bis zum Ende des Jahres so; bis dahin steht dafür ein, wer den Export unterschrieben hat. Für den Abgleich heben Sie den Export auf und vergleichen ihn mit einem, der nach dem Abschluss gemacht ist.
audit-finding-access-ledger-differs = Ein Zugriffsprotokoll ist ein anderes, als das Ledger sagt.
audit-finding-partial-export = Der Export umfasst nur einen Teil: Er beweist, was da ist, nicht, dass sonst nichts da ist.
audit-finding-files-not-understood = Dateien liegen bei, von denen nur die Prüfsummen geprüft wurden.
audit-finding-not-covered = Unterschriften mit Zertifikat oder Zeitstempel liegen bei und sind in sich richtig. Von wem sie sind, ist nicht geprüft: Geben Sie mit --tsa-root die Wurzelzertifikate an, denen Sie vertrauen.
audit-finding-no-trusted-key = Für dieses Ledger wurde kein vertrauter Schlüssel angegeben.
audit-finding-root-differs = Die Einträge führen zu einer anderen Wurzel als der unterschriebenen.
audit-finding-tile-missing = Eine Kachel des Ledgers fehlt.
audit-finding-tile-differs = Eine Kachel des Ledgers folgt nicht aus den Einträgen.
audit-finding-tile-beyond-head = Eine Kachel liegt bei, die das Ledger nicht hat.
audit-finding-entry-missing = Einträge des Ledgers fehlen.
audit-finding-entry-malformed = Ein Eintrag hat nicht die eine vorgeschriebene Form.
audit-finding-event-order = Ereignisse stehen in einer unmöglichen Reihenfolge.
audit-finding-back-pointer-differs = Ein Eintrag verweist nicht auf den vorigen derselben Sache.
audit-finding-time-went-back = Ein Eintrag ist älter als der vor ihm.
audit-finding-anchor-loss-accepted = Das Archiv wurde einmal ohne seinen Anker fortgeführt; davor bürgt niemand für Vollständigkeit.
audit-finding-archive-restored = Das Archiv wurde aus einer Sicherung fortgeführt; was danach kam und verloren ging, steht nicht im Ledger.
audit-finding-receipt-invalid = Eine Quittung ist ungültig.
audit-finding-known-checkpoint-unusable = Ein aufbewahrter Prüfpunkt ließ sich nicht vergleichen.
audit-finding-known-checkpoint-ahead = Ein aufbewahrter Prüfpunkt ist neuer: Er kennt { $known } Einträge, geprüft wurde ein Stand von { $size }. Ob beide zusammenpassen, lässt sich so nicht sagen. Ist der Export älter als der Prüfpunkt, lassen Sie sich einen heutigen Export geben und prüfen Sie den; ist er jünger, fehlen ihm Einträge.
audit-finding-known-checkpoint-diverged = Das Ledger widerspricht einem aufbewahrten Prüfpunkt: Es gibt zwei Fassungen der Geschichte.
audit-finding-check-ended-early = Ein Teil der Prüfung kam nicht zu seinem Ende.
audit-finding-timestamp-invalid = Ein Zeitstempel ist falsch oder gilt etwas anderem.
audit-finding-timestamp-untrusted = Ein Zeitstempel ist in sich richtig, führt aber zu keinem der angegebenen Wurzelzertifikate: Er beweist keine Zeit. Geben Sie mit --tsa-root auch das Wurzelzertifikat dieser Stelle an.
audit-finding-timestamp-missing = Sie verlangen einen Zeitstempel, aber der Export hat keinen, der zu einem der angegebenen Wurzelzertifikate führt.
audit-finding-cms-invalid = Die elektronische Signatur mit Zertifikat ist falsch.
audit-finding-cms-untrusted = Die elektronische Signatur ist in sich richtig, führt aber zu keinem der angegebenen Wurzelzertifikate: Wer unterschrieben hat, ist nicht bewiesen. Geben Sie mit --tsa-root auch das Wurzelzertifikat der unterzeichnenden Stelle an.

## Der Bericht über ein Archiv

audit-text-more = ... und { $count } weitere Befunde
audit-text-records = Stellen { $vaults }  Akten { $cases }  Dokumente { $documents }
audit-text-content = Inhalt { $bytes } Bytes  Rahmen { $frames }
audit-text-ledgers = Ledger { $logs }  Einträge { $entries }  Kacheln { $tiles }  Quittungen { $receipts }
audit-text-retention = Vermerke { $notes }  Tatsachen { $facts }  Fristzeilen { $rows }
audit-text-retention-not-checked = Vermerke, Tatsachen und Fristzeilen werden hier nicht geprüft: Das braucht die Dateien (--config) des angehaltenen Archivs
audit-text-destroyed = vernichtet { $count }
audit-text-ledger = Ledger der Stelle { $vault }: { $origin } Einträge { $size } Wurzel { $root }
audit-text-key = Schlüssel { $key }
audit-text-access-sealed = Zugriffsprotokoll der Stelle { $vault }, { $year }: { $count } Einträge, abgeschlossen
audit-text-access-open = Zugriffsprotokoll der Stelle { $vault }, { $year }: { $count } Einträge, offen
audit-text-access-unasked = Zugriffsprotokoll der Stelle { $vault }, { $year }: { $count } Einträge
audit-text-verified = geprüft und in Ordnung
audit-text-not-anchored = geprüft, aber nicht verankert: Niemand kann sagen, ob etwas Neueres fehlt
audit-text-self-consistent = nur in sich stimmig: Mit dem Schlüssel des Ledgers (--log-key) lässt sich mehr sagen
audit-text-unchecked = nicht geprüft: Das Archiv ist in Gebrauch; halten Sie den Dienst an, oder prüfen Sie über das Netz
audit-text-incomplete = unvollständig: Etwas, das da sein müsste, fehlt oder ist nicht lesbar
audit-text-diverged = ZWEI FASSUNGEN: Das Archiv widerspricht einem Prüfpunkt, den Sie haben; bewahren Sie beide auf, zusammen sind sie ein Beweis
audit-text-invalid = UNGÜLTIG: Etwas ist nicht das, was geschrieben wurde

## Befunde an einem Archiv und an Bescheinigungen

audit-finding-not-an-archive = Das Verzeichnis hat keine lesbare Datei FORMAT; nichts sagt, dass es ein Archiv ist.
audit-finding-in-use = Ein Dienst oder eine andere Prüfung benutzt das Verzeichnis: Es wurde nichts geprüft.
audit-finding-database-damaged = Die Datenbank lässt sich nicht öffnen, weil Bytes in ihr nicht die geschriebenen sind.
audit-finding-database-unreadable = Die Datenbank lässt sich nicht öffnen, weil Dateien fehlen oder das Betriebssystem sie nicht hergibt.
audit-finding-torn-tail = Der letzte Satz des Schreibprotokolls ist abgerissen, wie nach einem Absturz; bestätigt war davon nichts.
audit-finding-file-damaged = Eine Tabellendatei hat nicht ihre Prüfsumme.
audit-finding-manifest-torn = Das Verzeichnis der Datenbank endet nicht mit einem ganzen Satz; was sein Ende sagte, blieb außer Betracht.
audit-finding-staged-leftover = Dateien liegen da, die eine unterbrochene Einlieferung oder ein unterbrochener Start hinterlassen hat; der nächste Start räumt sie weg.
audit-finding-not-a-backup = Es gibt kein Verzeichnis der Sicherung, oder es ist nicht vollständig.
audit-finding-backup-file-damaged = Eine Datei der Sicherung hat andere Bytes, als ihr Verzeichnis sagt.
audit-finding-backup-file-missing = Eine Datei der Sicherung fehlt oder ist nicht lesbar.
audit-finding-backup-file-foreign = In der Sicherung liegt eine Datei, die ihr Verzeichnis nicht nennt.
audit-finding-backup-differs-from-manifest = Die Datenbank der Sicherung ist nicht die, die ihr Verzeichnis beschreibt.
audit-finding-destroyed-since = Der Schlüssel wurde nach der Sicherung vernichtet: Diesen Teil kann niemand mehr öffnen, und so soll es sein.
audit-finding-anchor-missing = Es gibt keine Ankerdatei.
audit-finding-anchor-damaged = Keine der beiden Hälften des Ankers ist lesbar. Kein Absturz beschädigt beide.
audit-finding-anchor-slot-damaged = Eine Hälfte des Ankers ist nicht lesbar; die andere wurde benutzt.
audit-finding-anchor-unreadable = Die Ankerdatei lässt sich nicht öffnen.
audit-finding-anchor-foreign = Anker und Datei FORMAT nennen verschiedene Archive.
audit-finding-anchor-catches-up = Der Anker liegt nicht weiter zurück, als unterwegs sein kann: Zwischen Festschreiben und Bestätigen kam ein Absturz.
audit-finding-anchor-lags = Der Anker liegt weiter zurück, als ein Absturz erklärt: Er ist eine ältere Kopie.
audit-finding-database-behind-anchor = Der Datenbank fehlt, was laut Anker bestätigt war: Sie ist eine ältere Kopie, oder ihr Ende wurde abgeschnitten.
audit-finding-anchored-root-differs = Beim verankerten Stand ergibt sich eine andere Wurzel.
audit-finding-keys-damaged = Eine Datei des Schlüsselbunds oder der Vertrauenswurzel ist nicht die geschriebene.
audit-finding-keys-missing = Eine Datei des Schlüsselbunds oder der Vertrauenswurzel fehlt oder ist nicht lesbar.
audit-finding-keys-change-interrupted = Ein Schlüsselwechsel wurde unterbrochen; der nächste Start führt ihn zu Ende oder verwirft ihn.
audit-finding-key-underivable = Der Schlüssel eines Satzes, einer Stelle oder eines Ledgers lässt sich nicht ableiten.
audit-finding-column-unreadable = Ein Teil einer Spalte ist nicht lesbar; was dort liegt, wurde nicht geprüft.
audit-finding-row-unreadable = Ein Schlüssel oder ein Wert gehört nicht in seine Spalte.
audit-finding-row-without-vault = Eine Zeile gehört zu einer Stelle, die es nicht gibt.
audit-finding-row-misplaced = Eine Zeile liegt unter einem Schlüssel, der nicht der ihres Wertes ist.
audit-finding-index-missing = Ein Verzeichnis hat keine Zeile für einen Satz.
audit-finding-index-differs = Ein Verzeichnis führt zu einem anderen Satz oder zu keinem.
audit-finding-system-number-differs = Eine Zahl des ganzen Archivs passt nicht zu seinem Inhalt.
audit-finding-head-missing = Eine Stelle hat keinen Kopf ihres Ledgers.
audit-finding-head-differs = Größe, Rand oder Wurzel des Kopfes sind nicht die der Einträge.
audit-finding-entry-beyond-head = Hinter dem Ende des Ledgers steht ein Eintrag.
audit-finding-entry-differs = Ein Eintrag ist nicht der, der im Baum steht.
audit-finding-cosigned-checkpoint-differs = Der mit Mitzeichnungen aufbewahrte Prüfpunkt gehört nicht zu diesem Ledger.
audit-finding-log-key-differs = Das Ledger ist mit einem anderen Schlüssel unterschrieben als dem, dem Sie vertrauen.
audit-finding-log-unknown = Es wurde ein vertrauter Schlüssel für ein Ledger angegeben, das nicht hier ist.
audit-finding-record-invariant = Ein Satz bricht eine Regel, die für alle gilt.
audit-finding-record-without-entry = Zu einem Satz hat das Ledger an der genannten Stelle keinen Eintrag.
audit-finding-entry-without-record = Das Ledger sagt, dass etwas abgelegt oder eröffnet wurde, und es gibt keinen Satz darüber.
audit-finding-record-differs-from-entry = Ein Eintrag folgt nicht aus seinem Satz: Kennung, Zeit oder eine Festlegung sind andere.
audit-finding-case-missing = Ein Dokument gehört zu einer Akte, die nicht da ist.
audit-finding-header-damaged = Der Kopf eines Satzes ist beschädigt oder gehört zu einem anderen Satz oder Schlüssel.
audit-finding-details-damaged = Die versiegelten Angaben eines Satzes lassen sich nicht öffnen, oder es sind keine.
audit-finding-reference-differs = Das Aktenzeichen in der Beschreibung einer Akte ist nicht das, unter dem sie gefunden wird.
audit-finding-note-subject-differs = Ein Vermerk setzt einen anderen fort, den es nicht gibt, der anderer Art ist oder im Ledger anders heißt.
audit-finding-person-differs = Die Person, an der ein Vermerk von anderen unterschieden wird, ist nicht die mit ihm versiegelte.
audit-finding-facts-missing = Tatsachen, die aus den Vermerken folgen, sind nicht gespeichert.
audit-finding-facts-unfounded = Tatsachen sind gespeichert, die nicht aus den Vermerken folgen.
audit-finding-facts-differ = Gespeicherte Tatsachen sind andere als die, die aus den Vermerken folgen.
audit-finding-dates-differ = Gespeicherte Fristen sind andere als die, die aus Vermerken und Klassen folgen.
audit-finding-defects-impossible = Die Mängel eines Scans sind keine, die die Scanprüfung hätte finden können.
audit-finding-defects-differ = Die Scanprüfung dieses Programms findet an einem Dokument andere Mängel, als bei seiner Ankunft aufgezeichnet wurden: Die Prüfung hat sich geändert, oder jemand hat das Aufgezeichnete geändert.
audit-finding-agenda-missing = Der Fristenliste fehlt eine Zeile einer Akte oder eines Dokuments: Es würde nie fällig.
audit-finding-agenda-unfounded = Die Fristenliste hat eine Zeile, die zu keiner Akte und keinem Dokument gehört.
audit-finding-agenda-differs = Eine Zeile der Fristenliste ist eine andere als die ihrer Akte oder ihres Dokuments.
audit-finding-held-missing = Etwas, das eine Sperre umfasst, gilt nicht als gesperrt: Es könnte vernichtet werden.
audit-finding-held-unfounded = Etwas gilt als gesperrt, das keine Sperre umfasst: Es würde zu lange aufbewahrt.
audit-finding-held-differs = Etwas ist aus einem anderen Grund gesperrt, als seine Sperre nennt.
audit-finding-from-before-retention = Akten oder Dokumente stammen aus der Zeit, bevor das Archiv Fristen kannte; von ihnen ist nur der Inhalt bekannt.
audit-finding-destruction-unfounded = Ein Vernichtungsschritt lässt vermissen, worauf er beruhen muss: zwei Personen, die von ihnen gebilligte Liste, die Wartezeit, die Tagesgrenze. Oder Schlüssel oder Kopien gelten als vernichtet von etwas, das nie zur Vernichtung bestimmt war.
audit-finding-tombstone-missing = Etwas wurde zur Vernichtung bestimmt und hat keinen Grabstein, oder in einer Akte stehen weniger Grabsteine, als Dokumente vernichtet wurden.
audit-finding-tombstone-unfounded = Es gibt einen Grabstein von etwas, das nach dem Ledger nie zur Vernichtung bestimmt war.
audit-finding-tombstone-differs = Ein Grabstein sagt etwas anderes als das Ledger und der Schritt, den er nennt.
audit-finding-destroyed-key-exists = Der Schlüssel von etwas Vernichtetem lässt sich ableiten, obwohl er laut Ledger nicht mehr da ist.
audit-finding-cover-differs = Aus dem Schlüsselbund lassen sich andere Schlüssel ableiten als die, die nach der letzten bescheinigten Vernichtung übrig waren.
audit-finding-keys-pending = Schlüssel von Vernichtetem gibt es noch; der Dienst beendet sie mit dem nächsten Zeitabschnitt.
audit-finding-destruction-uncertified = Ein laufendes Archiv hat etwas vernichtet und noch nicht bescheinigt; so kann niemand sagen, welchen Einträgen ihre Sätze zu Recht fehlen.
audit-finding-certificate-malformed = Die Datei ist keine Bescheinigung, oder sie hat nicht deren eine Form.
audit-finding-certificate-signature = Die Unterschrift einer Bescheinigung ist falsch oder gilt einem anderen Schriftstück.
audit-finding-certificate-differs = Eine Bescheinigung sagt etwas anderes als die Einträge des Ledgers, auf denen sie beruht.
audit-finding-certificate-unwitnessed = Die Bescheinigung ist gut, aber ihren Prüfpunkten fehlen die Mitzeichnungen, die die Vertrauensrichtlinie verlangt.
audit-finding-certificate-untrusted = Die Vertrauensrichtlinie nennt das Ledger der Bescheinigung nicht.
audit-finding-certificate-first-stage = Die Bescheinigung ist die erste von zwei Stufen: Nach Kopien wurde noch nicht gesehen.
audit-finding-owner-differs = Ein Inhalt hat keinen Besitzer, oder einen anderen als den Satz.
audit-finding-frame-missing = Ein Stück eines Inhalts ist nicht da.
audit-finding-frame-damaged = Ein Stück eines Inhalts lässt sich nicht öffnen.
audit-finding-frame-beyond-end = Hinter dem Ende eines Dokuments liegt ein weiteres Stück.
audit-finding-size-differs = Ein Inhalt hat nicht die Größe, die der Satz nennt.
audit-finding-content-staged = Inhalt ohne Besitzer von einer Einlieferung, die nie zu Ende kam; der nächste Start räumt ihn weg.
audit-finding-content-without-owner = Inhalt ohne Besitzer, wo nichts zwischengelagert wird.
audit-finding-fetch-failed = Etwas ließ sich nicht abrufen.
audit-finding-answer-malformed = Eine Antwort ist nicht, was die Schnittstelle beschreibt.
