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
audit-finding-checkpoint-unwitnessed = Der Stand des Ledgers hat weniger Zeugen, als die Vertrauensrichtlinie verlangt.
audit-finding-checkpoint-invalid = Ein Prüfpunkt ist fehlerhaft, oder seine Unterschrift ist falsch.
audit-finding-history-differs = Ein früherer Stand widerspricht dem heutigen Ledger.
audit-finding-history-untrusted = Ein früherer Stand stimmt, ist aber von keinem vertrauten Schlüssel unterschrieben.
audit-finding-opening-malformed = Eine Zeile der offengelegten Angaben ist keine.
audit-finding-opening-differs = Eine offengelegte Angabe ist nicht die, auf die sich der Eintrag festlegt.
audit-finding-document-unproven = Von einem beiliegenden Dokument ist nicht bewiesen, dass es aufgezeichnet wurde.
audit-finding-document-missing = Dokumente fehlen, die der Export enthalten soll.
audit-finding-content-differs = Ein Dokument ist nicht das, das aufgezeichnet wurde.
audit-finding-destroyed-present = Ein Dokument liegt bei, das laut Ledger vernichtet ist.
audit-finding-access-ledger-unanchored = Für ein Zugriffsprotokoll bürgt nichts, dem Sie vertrauen.
audit-finding-access-ledger-differs = Ein Zugriffsprotokoll ist ein anderes, als das Ledger sagt.
audit-finding-partial-export = Der Export umfasst nur einen Teil: Er beweist, was da ist, nicht, dass sonst nichts da ist.
audit-finding-files-not-understood = Dateien liegen bei, von denen nur die Prüfsummen geprüft wurden.
audit-finding-not-covered = Unterschriften mit Zertifikat oder Zeitstempel liegen bei und wurden nicht geprüft.
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
audit-finding-known-checkpoint-ahead = Ein aufbewahrter Prüfpunkt kennt mehr Einträge, als der Export hat: Es fehlen welche.
audit-finding-known-checkpoint-diverged = Das Ledger widerspricht einem aufbewahrten Prüfpunkt: Es gibt zwei Fassungen der Geschichte.
audit-finding-check-ended-early = Ein Teil der Prüfung kam nicht zu seinem Ende.
audit-finding-timestamp-invalid = Ein Zeitstempel ist falsch oder gilt etwas anderem.
audit-finding-timestamp-untrusted = Ein Zeitstempel stammt von einer Stelle, der Sie nicht vertrauen.
audit-finding-timestamp-missing = Sie vertrauen Zeitstempelstellen, aber der Export hat keinen Zeitstempel.
audit-finding-cms-invalid = Die elektronische Signatur mit Zertifikat ist falsch.
audit-finding-cms-untrusted = Die elektronische Signatur führt zu keinem Zertifikat, dem Sie vertrauen.
