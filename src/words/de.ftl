### Sätze für Sachbearbeiterinnen und Sachbearbeiter. Jede Nachricht steht unter demselben Namen in en.ftl, mit denselben Variablen.

## Daten und Zeiträume

date = { $day }.{ $month }.{ $year }
month-1 = 01
month-2 = 02
month-3 = 03
month-4 = 04
month-5 = 05
month-6 = 06
month-7 = 07
month-8 = 08
month-9 = 09
month-10 = 10
month-11 = 11
month-12 = 12
period-years = { $count ->
    [one] 1 Jahr
   *[other] { $count } Jahre
}
period-months = { $count ->
    [one] 1 Monat
   *[other] { $count } Monate
}
period-days = { $count ->
    [one] 1 Tag
   *[other] { $count } Tage
}
span = { $from } bis { $to }
span-from = ab { $from }
span-to = bis { $to }

## Ereignisse, von denen an gezählt wird

event-case-closed = Abschluss der Akte
event-decision-notified = Bekanntgabe der Entscheidung
event-decision-unappealable = Unanfechtbarkeit der Entscheidung
event-period-ended = Ende des Bewilligungszeitraums
event-claim-settled = Erledigung der Forderung
event-proceedings-final = rechtskräftiger Abschluss des Verfahrens
event-person-died = Tod der Person
event-measure-ended = Ende der Maßnahme
event-date-fixed = festgelegter Tag
event-check-done = Durchführung des Datenabgleichs
event-document-not-needed = Feststellung der Entbehrlichkeit des Dokuments
event-document-dated = Datum des Dokuments
event-document-received = Eingang des Dokuments
event-document-scanned = Scannen des Dokuments
event-log-created = Entstehung des Protokolleintrags
event-archive-declined = Ablehnung durch das Archiv
event-archive-took = Bestätigung des Archivs, dass seine Kopie angekommen ist

## Klassen

rounding-none = vom Tag selbst an
rounding-end-of-month = vom Ende des Monats an
rounding-end-of-year = vom Ende des Kalenderjahres an
confidence-high = hoch (Gesetz oder höchstrichterliche Entscheidung)
confidence-medium = mittel (Verwaltungspraxis oder gerichtlich nicht bestätigte Ableitung)
confidence-low = gering (Annahme, eine Weisung steht aus)
disposal-destroy = vernichten
disposal-offer = dem Archiv anbieten, den Rest vernichten
disposal-keep = an das Archiv abgeben
authorised-disposal = { $disposal } (vom Archiv genehmigt: { $authorisation })

## Arten von Vorgängen, die der mitgelieferte Katalog kennt

kind = { $title } ({ $code })
kind-default = ohne Angabe
kind-benefit = Leistung
kind-rejected = Ablehnung
kind-expert-opinion = Gutachten
kind-payment = Zahlung
kind-claim = Forderung
kind-appeal = Rechtsbehelf
kind-fine-small = Geldbuße bis 1.000 Euro
kind-fine-large = Geldbuße über 1.000 Euro
kind-placement = Vermittlung
kind-measure-esf = ESF-Maßnahme
kind-comparison = Datenabgleich
kind-access-log = Zugriffsprotokoll
kind-destruction-record = Vernichtungsnachweis

## Sperren und Hinweise

hold-court = Klage vor Gericht
hold-objection = Widerspruch
hold-review = Überprüfungsantrag (§ 44 SGB X)
hold-claim = offene Forderung
hold-heirs = Erbenhaftung
hold-audit = Prüfung (Rechnungshof, Innenrevision, Aufsicht)
hold-criminal = Straf- oder Bußgeldverfahren
hold-data-subject = Verlangen der betroffenen Person (Art. 18 Abs. 1 Buchst. c DSGVO)
hold-appraisal = ausstehende Entscheidung des Archivs über das Angebot
hold-restriction = Einschränkung der Verarbeitung
hold-dispute = bestrittene Richtigkeit
hold-embargo = besonderer Schutz (Embargo)
hold-detail-reference = Aktenzeichen { $reference }
hold-detail-owner = zuständig: { $owner }
hold-detail-placed = gesetzt am { $day }
hold-detail-review = zu prüfen bis { $day }
hold-detail-review-passed = die Prüfung ist seit dem { $day } überfällig
hold-detail-ends = vorgesehen bis { $day }
overlay-restricted = Die Verarbeitung ist eingeschränkt (§ 84 Abs. 3 und 4 SGB X, Art. 18 DSGVO): Verwendung nur zu den zugelassenen Zwecken.
overlay-disputed = Die betroffene Person bestreitet die Richtigkeit, und das ließ sich nicht klären (§ 84 Abs. 2 SGB X).
overlay-embargo = Besonders geschützt: nur mit besonderer Erlaubnis zeigen.
overlay-quarantine = In Quarantäne: Die Prüfung beim Eingang hat einen Mangel gefunden, über den noch niemand entschieden hat.

## Scannen

scan-no-transfer-note = Es fehlen sowohl der Transfervermerk als auch der Verweis auf das Protokoll eines Scanstapels.
scan-jbig2 = Das Bild ist mit JBIG2 komprimiert, einem für das ersetzende Scannen bedenklichen Format.
scan-jbig2-symbol-coding = Das Bild ist mit JBIG2 und Zeichenersetzung komprimiert; dabei können Ziffern vertauscht worden sein.
scan-colour-lost = Das Original ist farbig, das Bild nicht.
scan-pages-differ = Die Zahl der Seiten stimmt nicht mit dem Scanprotokoll überein.
scan-pages-unknown = Die Zahl der Seiten lässt sich nicht feststellen.
qa-mode-full = vollständige Sichtprüfung
qa-mode-sample = Stichprobe
qa-mode-implicit = Prüfung bei der Sachbearbeitung
qa-result-passed = Bild und Papier stimmen überein
qa-result-defect = Bild und Papier stimmen nicht überein

## Papieroriginale

flag-return-to-customer = Das Original geht an die Kundin oder den Kunden zurück.
flag-original-required = Das Original selbst wird benötigt.
flag-authenticity-doubt = Es bestehen Zweifel an der Echtheit.
flag-blocklist-type = Originale dieser Art werden nie vernichtet.
flag-rescan-pending = Das Original muss erneut gescannt werden.
return-requested = Rückgabe gewünscht
return-picked = aus dem Karton entnommen
return-sent = versandt
return-confirmed = angekommen
return-withdrawn = Wunsch zurückgezogen
release-ready = Der Karton darf vernichtet werden.
release-blocked = Der Karton darf noch nicht vernichtet werden: Die Zeit ist um, aber es steht noch etwas entgegen.
release-destroyed = Der Karton wurde am { $day } vernichtet.
release-waiting = Der Karton darf noch nicht vernichtet werden: Seine Zeit ist noch nicht gekommen.
box-period-running = Die Aufbewahrungszeit nach dem Scannen läuft noch.
box-extended = Die Aufbewahrungszeit des Kartons wurde verlängert.
box-batch-sheets-differ = Die Blätter in allen Kartons des Scanstapels ergeben nicht die Zahl der Blätter des Stapels: Ein Karton ist nicht angemeldet, oder es fehlt Papier.
box-sheets-differ = Die Blätter der Positionen ergeben nicht die Zahl der Blätter im Karton.
box-destroyed-already = Der Karton ist bereits vernichtet.
box-withdrawn = Die Anmeldung des Kartons wurde zurückgezogen.
pull-document-missing = Das Archiv hat zu diesem Original kein Dokument: Das Papier ist das einzige Exemplar.
pull-document-destroyed = Das Dokument wurde vernichtet, und sein Original liegt noch hier: Nehmen Sie es heraus, und vernichten Sie es ebenfalls.
pull-not-scanned = Das Dokument wurde ohne Scandaten gespeichert: Niemand weiß, ob es ein Abbild dieses Originals ist.
pull-qa-missing = Niemand hat geprüft, ob Bild und Papier übereinstimmen.
pull-qa-defect = Bild und Papier stimmen nicht überein.
pull-sample-not-enough = Es gab nur eine Stichprobe; bei hohem Schutzbedarf reicht das nicht.
pull-fewer-pages-than-sheets = Das Scanprotokoll zählt weniger Seiten, als das Original Blätter hat.
pull-not-backed-up = Das Dokument ist noch in keiner bestätigten Sicherung.
pull-quarantined = Das Dokument ist in Quarantäne.
pull-unassigned = Der Scanstapel ist noch nicht abgeschlossen: Es fehlt die Meldung, dass alles darin gescannt, geprüft und zugeordnet ist.
pull-held = Eine Sperre verhindert die Vernichtung.
pull-return-open = Das Original soll zurückgegeben werden und liegt noch im Karton.

## Stand

state-unclassed = Keine Aufbewahrungsklasse gilt: wird aufbewahrt, bis ein Katalog in Kraft ist, der eine vorsieht.
state-open = Die Frist hat noch nicht begonnen, es fehlt: { $missing }.
state-running = Die Aufbewahrungsfrist läuft.
state-due = Die Aufbewahrungsfrist ist abgelaufen.
state-conflict = Mindestfrist und Höchstfrist widersprechen sich: wird aufbewahrt, bis zwei Personen entschieden haben.
state-never = Die Frist endet jenseits des Kalenders: wird aufbewahrt.
overdue = Seit { $days ->
    [one] 1 Tag
   *[other] { $days } Tagen
} überfällig.
blockers = Der Vernichtung steht entgegen: { $blockers }.
no-blockers = Der Vernichtung steht nichts entgegen; sie kann vorgeschlagen werden.
blocker-unclassed = keine Aufbewahrungsklasse
blocker-open = ein fehlendes Ereignis
blocker-conflict = der Widerspruch zwischen Mindest- und Höchstfrist
blocker-not-yet = die laufende Aufbewahrungsfrist
blocker-hold = eine Sperre
blocker-quarantine = die Quarantäne
blocker-watermark = Post, die noch nicht vollständig erfasst ist
blocker-newer-than-period = dass das Dokument neuer ist als seine Frist
blocker-appraisal = die noch fehlende Entscheidung des Archivs
blocker-documents-held = Sperren einzelner Dokumente
blocker-documents-quarantined = einzelne Dokumente in Quarantäne
blocker-documents-newer = einzelne Dokumente, die neuer sind als die Frist
blocker-documents-kept = einzelne Dokumente, die länger aufzubewahren sind

## Ergebnisse

dates-unclassed = wird aufbewahrt, weil keine Klasse gilt
dates-open = wird aufbewahrt, bis das fehlende Ereignis eingetragen ist ({ $missing })
dates-minimum = aufzubewahren bis einschließlich { $keep-until }, ohne Höchstfrist
dates-both = aufzubewahren bis einschließlich { $keep-until }, zu vernichten bis spätestens { $destroy-by }
dates-never = wird aufbewahrt, weil die Frist jenseits des Kalenders endet

## Schritte der Berechnung

bound = { $bound ->
    [maximum] Höchstfrist
   *[minimum] Mindestfrist
}
matter = { $number ->
    [0] Standardvorgang
   *[other] Vorgang { $number }
}
step-matter = { $number ->
    [0] Standardvorgang
   *[other] Vorgang { $number }
}, Art: { $kind }.
step-matter-span = { $number ->
    [0] Standardvorgang
   *[other] Vorgang { $number }
}, Art: { $kind }, Zeitraum { $span }.
step-no-catalogue = Für diesen Mandanten ist noch kein Klassenkatalog in Kraft.
step-no-class = Der Katalog (Fassung { $version }) hat keine Klasse für Vorgänge der Art { $kind }.
step-class-kind = Es gilt die Klasse { $class } „{ $title }“, weil der Vorgang von der Art { $kind } ist (Katalog Fassung { $version }, gültig ab { $valid-from }). Grundlage: { $legal-basis }. Sicherheit: { $confidence }. Danach: { $disposal }.
step-class-type = Es gilt die Klasse { $class } „{ $title }“, weil sie für Dokumente dieser Art vorgesehen ist; das geht der Art des Vorgangs vor (Katalog Fassung { $version }, gültig ab { $valid-from }). Grundlage: { $legal-basis }. Sicherheit: { $confidence }. Danach: { $disposal }.
step-started-note = { $bound }: { $event } am { $on }, mitgeteilt von { $source } für { $scope ->
    [case] die Akte
    [matter] Vorgang { $number }
   *[document] dieses Dokument
}.{ $earlier ->
    [0] {""}
    [one] {" "}Ein früheres oder gleichzeitiges Ereignis zählt nicht, weil das späteste gilt.
   *[other] {" "}{ $earlier } frühere oder gleichzeitige Ereignisse zählen nicht, weil das späteste gilt.
}
step-started-document = { $bound }: { $event } am { $on }, nach den Angaben zum Dokument.{ $earlier ->
    [0] {""}
    [one] {" "}Ein früheres oder gleichzeitiges Ereignis zählt nicht, weil das späteste gilt.
   *[other] {" "}{ $earlier } frühere oder gleichzeitige Ereignisse zählen nicht, weil das späteste gilt.
}
step-not-started = { $bound }: Es fehlt noch das Ereignis „{ $event }“. Bis es eingetragen ist, wird aufbewahrt.
step-rounded = { $bound }: Gezählt wird { $rounding }; aus dem { $from } wird der { $to }.
step-ended = { $bound }: { $period } ab dem { $counted }; der letzte Tag ist der { $end }.
step-ended-never = { $bound }: { $period } ab dem { $counted }; das liegt jenseits des Kalenders.
step-ended-itself = { $bound }: Der letzte Tag ist der { $counted } selbst.
step-kept-nothing = Eine Mindestfrist gibt es nicht: Über den { $on } hinaus werden diese Unterlagen nicht benötigt.
step-latest-minimum = Von { $terms } Mindestfristen zählt die späteste; sie endet am { $end }.
step-earliest-maximum = Von { $terms } Höchstfristen zählt die früheste; sie endet am { $end }.
step-no-maximum = Eine Höchstfrist gibt es nicht.
step-window = Für die Durchführung der Vernichtung: noch { $window } nach dem { $from }; der letzte Tag ist der { $end }.
step-window-never = Für die Durchführung der Vernichtung: noch { $window } nach dem { $from }; das liegt jenseits des Kalenders.
step-raised = Die Höchstfrist endet nicht vor der Mindestfrist: statt am { $from } am { $to }.
step-line = Ergebnis ({ $matter }): { $dates }.
step-line-class = Ergebnis ({ $matter }, Klasse { $class }): { $dates }.
step-prevails = Die Klasse { $class } entscheidet allein ({ $legal-basis }).
step-prevails-aside = Die Klasse { $class } entscheidet allein ({ $legal-basis }); außer Betracht bleibt: { $set-aside }.
step-longest = Das Dokument gehört zu { $matters } Vorgängen; die längsten Fristen zählen: { $dates }.
step-conflict = Widerspruch: aufzubewahren bis { $keep-until }, aber zu vernichten bis { $destroy-by }. Nichts geschieht, bis zwei Personen entschieden haben.
step-hold = Sperre: { $hold }. Sie verhindert die Vernichtung, verlängert aber keine Frist.
step-hold-told = Sperre: { $hold } ({ $details }). Sie verhindert die Vernichtung, verlängert aber keine Frist.
step-notice-told = Hinweis: { $hold } ({ $details }). Er ist bei jedem Lesen zu beachten, verhindert die Vernichtung aber nicht.
step-quarantine-told = Quarantäne: Die Prüfung beim Eingang hat einen Mangel gefunden, über den noch niemand entschieden hat. { $defects }
step-quarantine = Quarantäne: Die Prüfung beim Eingang hat einen Mangel gefunden, über den noch niemand entschieden hat.
step-inside = { $held ->
    [0] {""}
    [one] Ein Dokument des Vorgangs ist gesperrt.
   *[other] { $held } Dokumente des Vorgangs sind gesperrt.
}{ $held ->
    [0] {""}
   *[other] { $quarantined ->
        [0] {""}
       *[other] {" "}
    }
}{ $quarantined ->
    [0] {""}
    [one] Ein Dokument des Vorgangs ist in Quarantäne.
   *[other] { $quarantined } Dokumente des Vorgangs sind in Quarantäne.
}
step-newer = Das Dokument ist neuer als seine Frist: Es ist vom { $on }, die Frist endete aber am { $keep-until }. Ordnen Sie es dem Vorgang zu, zu dem es gehört, oder melden Sie das Ereignis, mit dem die Frist neu beginnt.
step-newer-inside = { $newer ->
    [one] Ein Dokument des Vorgangs ist
   *[other] { $newer } Dokumente des Vorgangs sind
} neuer als die Frist, die am { $keep-until } endete. Ordnen Sie sie dem Vorgang zu, zu dem sie gehören, oder melden Sie das Ereignis, mit dem die Frist neu beginnt.
step-kept-inside = { $kept ->
    [one] Ein Dokument des Vorgangs ist
   *[other] { $kept } Dokumente des Vorgangs sind
} länger aufzubewahren, nach einer eigenen Frist oder wegen eines anderen Vorgangs.
step-appraisal = Archiv: Aus der Klasse { $class } wird nichts vernichtet, bevor das zuständige Archiv entschieden hat. Bieten Sie es an, und melden Sie archive.declined oder archive.took.
step-appraisal-keep = Archiv: Was zur Klasse { $class } gehört, geht an das zuständige Archiv. Melden Sie archive.took, wenn es bestätigt hat, dass seine Kopie angekommen ist.
step-intake-unknown = Posteingang: Noch ist nicht gemeldet, bis zu welchem Tag alle Post erfasst ist; gebraucht wird der { $keep-until }.
step-intake-behind = Posteingang: Erfasst ist alle Post bis { $watermark }; gebraucht wird der { $keep-until }.
step-intake-passed = Posteingang: Erfasst ist alle Post bis { $watermark }; gebraucht wurde der { $keep-until }.
step-standing = Stand am { $certain }: { $standing }
step-standing-clocks = Stand am { $certain } (die Uhr zeigt den { $wall }, sicher begonnen hat aber nur der { $certain }): { $standing }

## Vernichtung

order-reason-due = Aufbewahrungsfrist abgelaufen
order-reason-erasure = Löschverlangen (Art. 17 DSGVO, § 84 Abs. 2 SGB X)
order-reason-court = Anordnung eines Gerichts oder einer Aufsichtsbehörde
order-reason-misfiled = in der falschen Akte abgelegt
order-reason-unlawful = ohne Rechtsgrundlage erhoben
order-stage-proposed = Vorgeschlagen: wartet auf die Freigabe durch eine zweite Person.
order-stage-resting = Freigegeben: die Ruhefrist läuft noch.
order-stage-executing = Freigegeben: wird ausgeführt.
order-stage-keys = Ausgeführt: die Schlüssel werden als Nächstes vernichtet.
order-stage-done = Ausgeführt: die Schlüssel sind vernichtet.
order-stage-withdrawn = Zurückgezogen: was vorher vernichtet wurde, bleibt vernichtet.
order-outcome-waits = Noch nicht an der Reihe.
order-outcome-destroyed = Vernichtet.
drop-gone = Ausgenommen, weil es nicht mehr vorhanden ist.
drop-not-due = Ausgenommen, weil die Aufbewahrungsfrist noch nicht abgelaufen ist.
drop-open = Ausgenommen, weil die Frist noch nicht begonnen hat oder keine Klasse gilt.
drop-conflict = Ausgenommen, weil sich Mindestfrist und Höchstfrist widersprechen.
drop-held = Ausgenommen, weil eine Sperre besteht.
drop-watermark = Ausgenommen, weil noch nicht alle Post bis zum letzten Tag der Frist erfasst ist.
drop-quarantine = Ausgenommen, weil ein Dokument davon in Quarantäne ist.
drop-appraisal = Ausgenommen, weil das zuständige Archiv noch nicht entschieden oder die Übernahme noch nicht bestätigt hat.
drop-changed = Ausgenommen, weil nach dem Vernichtungsvorschlag etwas hinzugekommen ist.
drop-shared = Ausgenommen, weil ein Dokument davon auch zu einem Vorgang gehört, der aufzubewahren ist.
order-list = Zu vernichten: { $parts }.
order-list-cases = { $count ->
    [one] 1 ganze Akte
   *[other] { $count } ganze Akten
}
order-list-matters = { $count ->
    [one] 1 Vorgang
   *[other] { $count } Vorgänge
}
order-list-documents = { $count ->
    [one] 1 einzelnes Dokument
   *[other] { $count } einzelne Dokumente
}
note-order-propose = Vernichtung vorgeschlagen
note-order-approve = Vernichtung nach dem Vier-Augen-Prinzip freigegeben
note-order-withdraw = Vernichtungsvorschlag zurückgezogen
note-order-step = Einträge vernichtet oder ausgenommen
note-keys-destroy = Schlüssel vernichtet
note-copies-gone = keine bekannte Kopie lässt sich mehr öffnen
note-destruction-replay = Vernichtung nach einer Wiederherstellung nachvollzogen
note-shard-seal = Zugriffsprotokoll eines Jahres abgeschlossen
note-shard-destroy = Zugriffsprotokoll eines Jahres gelöscht, samt Schlüsseln
note-destruction-rule-propose = andere Vernichtungsregel vorgeschlagen
note-destruction-rule-adopt = Vernichtungsregel nach dem Vier-Augen-Prinzip in Kraft gesetzt
note-destruction-rule-reject = vorgeschlagene Vernichtungsregel abgelehnt
