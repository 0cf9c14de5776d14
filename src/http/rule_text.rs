//! Why a rule of retention says no, in English and in German. See [`super::text`].

use super::error::Code;
use super::text::Text;

/// Each row: the code, its title in English and in German, the sentence in English, the sentence in German.
macro_rules! texts {
    ($($code:ident: $title:literal, $titel:literal, $sentence:literal, $satz:literal;)+) => {
        /// The texts of a code, if it belongs to a rule of retention.
        pub(super) fn text(code: Code) -> Option<Text> {
            match code {
                $(Code::$code => Some(Text { english: ($title, $sentence), german: ($titel, $satz) }),)+
                _ => None,
            }
        }
    };
}

texts! {
    Retained: "Document is retained", "Dokument wird aufbewahrt",
        "Nothing is deleted by request: a document is destroyed by an order that one person proposes (PUT /v1/vaults/VAULT/orders/ORDER) \
         and another approves; the answer names the days, and the document's explanation (why) the reasons.",
        "Nichts wird auf Anfrage gel\u{f6}scht: Vernichtet wird auf einen Vernichtungsvorschlag (PUT /v1/vaults/VAULT/orders/ORDER), den \
         eine Person macht und eine andere freigibt; die Antwort nennt die Fristen, die Erl\u{e4}uterung zum Dokument die Gr\u{fc}nde.";
    ClassesMalformed: "Not a catalogue of retention classes", "Kein Katalog von Aufbewahrungsklassen",
        "The text has {0} mistakes, the first of them: {1}; all are listed in mistakes, each with its line. Correct them and send it again.",
        "Der Text hat {0} Fehler, als ersten: {1}; in mistakes stehen alle, jeder mit seiner Zeile. Berichtigen Sie sie, und senden Sie \
         ihn noch einmal.";
    VaultFull: "Vault is full", "Mandant ist voll",
        "The vault has as many cases as a vault can have; open another vault.",
        "Der Mandant hat so viele Akten, wie ein Mandant haben kann; legen Sie einen weiteren an.";
    NoteIdTaken: "Note exists and says something else", "Vermerk besteht mit anderem Inhalt",
        "A note with this id exists and says something else; a correction is another note under a new id.",
        "Einen Vermerk mit dieser Kennung gibt es, und er sagt etwas anderes; eine Berichtigung ist ein weiterer Vermerk unter neuer \
         Kennung.";
    NoteUnknown: "No such note", "Kein solcher Vermerk",
        "There is no such note in this vault; check its id.",
        "Den Vermerk gibt es in diesem Mandanten nicht; pr\u{fc}fen Sie seine Kennung.";
    TimestampUnknown: "No such time-stamp", "Kein solcher Zeitstempel",
        "No checkpoint of this size was time-stamped; GET /v1/vaults/VAULT/ledger/timestamps lists those that were.",
        "Ein Stand dieser Gr\u{f6}\u{df}e wurde nicht mit einem Zeitstempel versehen; GET /v1/vaults/VAULT/ledger/timestamps nennt, welche es \
         wurden.";
    NoteOutOfPlace: "Note in the wrong place", "Vermerk am falschen Ort",
        "A note about a case is filed in that case, a note about the vault in its registers; use the path of its kind.",
        "Ein Vermerk zu einer Akte geh\u{f6}rt in diese Akte, einer zum Mandanten in dessen Verzeichnisse; verwenden Sie den Pfad seiner \
         Art.";
    PersonRequired: "A person is required", "Eine Person ist n\u{f6}tig",
        "This needs a person who answers for it; use a certificate that names one.",
        "Hierf\u{fc}r muss eine Person einstehen; verwenden Sie ein Zertifikat, das eine nennt.";
    SecondPersonRequired: "A second person is required", "Eine zweite Person ist n\u{f6}tig",
        "This needs a second person; use the certificate of somebody other than the one who proposed it.",
        "Hier gilt das Vier-Augen-Prinzip; verwenden Sie das Zertifikat einer anderen Person als der, die den Vorschlag gemacht hat.";
    DayTooEarly: "Day before 1900", "Tag vor 1900",
        "No day in the life of a case or a box lies before 1900; correct the year.",
        "Kein Tag im Leben einer Akte oder eines Kartons liegt vor 1900; berichtigen Sie das Jahr.";
    MatterUnknown: "No such matter", "Kein solcher Vorgang",
        "There is no such matter in this case; open it first.",
        "Den Vorgang gibt es in dieser Akte nicht; legen Sie ihn zuerst an.";
    MatterKindUnknown: "No class for this kind of matter", "Keine Klasse f\u{fc}r diese Art von Vorgang",
        "The catalogue in force has no class for matters of this kind; use one of its kinds, or adopt a catalogue that has it.",
        "Der geltende Katalog hat f\u{fc}r Vorg\u{e4}nge dieser Art keine Klasse; verwenden Sie eine seiner Arten, oder setzen Sie einen \
         Katalog in Kraft, der sie hat.";
    KindCorrectedMeanwhile: "Kind was corrected meanwhile", "Art wurde inzwischen berichtigt",
        "The matter is of another kind than the one to be replaced; look at it again, and correct what it says now.",
        "Der Vorgang hat eine andere Art als die, die ersetzt werden soll; sehen Sie ihn noch einmal an, und berichtigen Sie, was jetzt dort \
         steht.";
    NothingToCorrect: "Nothing to correct", "Nichts zu berichtigen",
        "The matter is of this kind already; nothing was corrected.",
        "Der Vorgang hat diese Art schon; es wurde nichts berichtigt.";
    MatterPeriodReversed: "Period of the matter is reversed", "Zeitraum des Vorgangs ist verkehrt",
        "The last day of the matter's period lies before its first day; exchange or correct them.",
        "Der letzte Tag des Zeitraums liegt vor seinem ersten; vertauschen oder berichtigen Sie die Tage.";
    MattersFull: "Case has too many matters", "Akte hat zu viele Vorg\u{e4}nge",
        "The case has as many matters as a case can have; open another case.",
        "Die Akte hat so viele Vorg\u{e4}nge, wie eine Akte haben kann; legen Sie eine weitere an.";
    MatterListMalformed: "List of matters is wrong", "Liste der Vorg\u{e4}nge ist falsch",
        "A document belongs to one matter at least and to 64 at most; name each of them once.",
        "Ein Dokument geh\u{f6}rt zu mindestens einem und h\u{f6}chstens 64 Vorg\u{e4}ngen; nennen Sie jeden einmal.";
    ReasonRequired: "A reason is required", "Eine Begr\u{fc}ndung ist n\u{f6}tig",
        "This corrects what was recorded, or something could go earlier by it than before; say why with reason.",
        "Dies berichtigt Erfasstes, oder etwas k\u{f6}nnte dadurch fr\u{fc}her vernichtet werden als bisher; geben Sie mit reason an, warum.";
    MatterHeld: "Matter is held", "Vorgang ist gesperrt",
        "A hold covers the document through one of its matters; leave it in that matter until the hold is released.",
        "Eine Vernichtungssperre erfasst das Dokument \u{fc}ber einen seiner Vorg\u{e4}nge; lassen Sie es in diesem Vorgang, bis sie \
         aufgehoben ist.";
    EventComesWithDocument: "Day comes with the document", "Tag geh\u{f6}rt zum Dokument",
        "This day is part of the document's description and cannot be recorded apart from it; store the document with the right day under \
         a new id.",
        "Dieser Tag ist Teil der Beschreibung des Dokuments und wird nicht getrennt erfasst; speichern Sie das Dokument mit dem richtigen \
         Tag unter neuer Kennung.";
    EventInFuture: "Event in the future", "Ereignis in der Zukunft",
        "An event that has happened cannot lie in the future; record it when it has happened.",
        "Was geschehen ist, kann nicht in der Zukunft liegen; erfassen Sie das Ereignis, wenn es eingetreten ist.";
    FixedDateTooFar: "Fixed date too far ahead", "Fester Termin zu weit entfernt",
        "A fixed date lies at most 100 years ahead; correct the year.",
        "Ein fester Termin liegt h\u{f6}chstens 100 Jahre voraus; berichtigen Sie das Jahr.";
    EventBeforeDocument: "Event before the document", "Ereignis vor dem Dokument",
        "The event lies before the document's own date; correct the day, or record it for the matter.",
        "Das Ereignis liegt vor dem Datum des Dokuments; berichtigen Sie den Tag, oder erfassen Sie es f\u{fc}r den Vorgang.";
    EventUnknown: "No such event", "Kein solches Ereignis",
        "There is no such event to correct; name the id under which it was recorded.",
        "Das Ereignis, das berichtigt werden soll, gibt es nicht; nennen Sie die Kennung, unter der es erfasst wurde.";
    EventNotEffective: "Event does not count any more", "Ereignis gilt nicht mehr",
        "The event to correct was corrected or withdrawn before; correct the one that counts now, or record a new one if it was withdrawn.",
        "Das Ereignis, das berichtigt werden soll, wurde schon berichtigt oder zur\u{fc}ckgenommen; berichtigen Sie das, das jetzt gilt, \
         oder erfassen Sie ein neues, wenn es zur\u{fc}ckgenommen wurde.";
    CorrectionOfAnother: "Correction of another event", "Berichtigung eines anderen Ereignisses",
        "A correction has the type of the event that it corrects and names the same matter or document, or neither for the case; give the \
         same, or withdraw that event and record the other one.",
        "Eine Berichtigung hat die Art des berichtigten Ereignisses und nennt denselben Vorgang oder dasselbe Dokument, bei der ganzen \
         Akte keines; geben Sie dasselbe an, oder nehmen Sie jenes Ereignis zur\u{fc}ck, und erfassen Sie das andere.";
    WithdrawalOfNothing: "Nothing to withdraw", "Nichts zur\u{fc}ckzunehmen",
        "An event without a day withdraws another one; give the day, or name the event that it supersedes.",
        "Ein Ereignis ohne Tag nimmt ein anderes zur\u{fc}ck; geben Sie den Tag an, oder nennen Sie das Ereignis, das es ersetzt.";
    EvidenceUnknown: "No such evidence", "Kein solcher Beleg",
        "The document that proves the event is not in this vault; store it first, or leave it out.",
        "Das Dokument, das das Ereignis belegt, ist nicht in diesem Mandanten; speichern Sie es zuerst, oder lassen Sie es weg.";
    EventsFull: "Too many events", "Zu viele Ereignisse",
        "The case or document has as many events as it can have; correct or withdraw those that are wrong.",
        "Akte oder Dokument hat so viele Ereignisse, wie m\u{f6}glich sind; berichtigen Sie die falschen, oder nehmen Sie sie \
         zur\u{fc}ck.";
    DocumentNotScanned: "Document was not scanned", "Dokument wurde nicht gescannt",
        "The document was stored without scan data; only a scanned document can be compared with its original.",
        "Das Dokument wurde ohne Scandaten gespeichert; nur ein gescanntes l\u{e4}sst sich mit seinem Original vergleichen.";
    DocumentNotQuarantined: "Document is not in quarantine", "Dokument ist nicht in Quarant\u{e4}ne",
        "The scan gate found nothing wrong with this document, or somebody has cleared it already.",
        "Die Scanpr\u{fc}fung hat an diesem Dokument nichts gefunden, oder es wurde schon freigegeben.";
    DocumentDateTooFar: "Date of the document too far ahead", "Datum des Dokuments zu weit voraus",
        "The date of the document lies more than 10 years ahead; correct the year.",
        "Das Datum des Dokuments liegt mehr als 10 Jahre voraus; berichtigen Sie das Jahr.";
    ReceivedInFuture: "Day of receipt in the future", "Eingangstag in der Zukunft",
        "The day of receipt lies in the future; correct it.",
        "Der Eingangstag liegt in der Zukunft; berichtigen Sie ihn.";
    ScannedInFuture: "Day of scanning in the future", "Scantag in der Zukunft",
        "The day of scanning lies in the future; correct it.",
        "Der Scantag liegt in der Zukunft; berichtigen Sie ihn.";
    HoldUnknown: "No such hold", "Keine solche Vernichtungssperre",
        "There is no such hold in this vault; check its id.",
        "Die Vernichtungssperre gibt es in diesem Mandanten nicht; pr\u{fc}fen Sie ihre Kennung.";
    HoldReviewedMeanwhile: "Hold was reviewed meanwhile", "Sperre wurde inzwischen gepr\u{fc}ft",
        "Somebody has reviewed the hold since you looked; look at it again, and review what it says now.",
        "Jemand hat die Sperre gepr\u{fc}ft, seit Sie sie angesehen haben; sehen Sie sie noch einmal an, und pr\u{fc}fen Sie, was jetzt gilt.";
    HoldOver: "Hold was released", "Vernichtungssperre ist aufgehoben",
        "The hold was released already; place another one if it is needed again.",
        "Die Vernichtungssperre ist schon aufgehoben; setzen Sie eine neue, wenn sie wieder n\u{f6}tig ist.";
    HoldTargetsMalformed: "List of held items is wrong", "Liste der gesperrten Gegenst\u{e4}nde ist falsch",
        "A hold covers one item at least and 100,000 at most; name each of them once, and more of them in another hold.",
        "Eine Vernichtungssperre erfasst mindestens einen und h\u{f6}chstens 100.000 Gegenst\u{e4}nde; nennen Sie jeden einmal, und \
         weitere in einer weiteren Sperre.";
    HoldFindsNothing: "Query finds nothing", "Auswahl findet nichts",
        "No matter of this vault has the kind, class and days that the query asks for; check how they are spelt.",
        "Kein Vorgang dieses Mandanten hat die Art, die Klasse und die Tage, nach denen gefragt wird; pr\u{fc}fen Sie die Schreibweise.";
    HoldTargetUnknown: "Held item does not exist", "Gesperrten Gegenstand gibt es nicht",
        "The hold names a case, matter or document that does not exist; correct the list.",
        "Die Vernichtungssperre nennt eine Akte, einen Vorgang oder ein Dokument, das es nicht gibt; berichtigen Sie die Liste.";
    ReviewOutOfReach: "Day of review is wrong", "Tag der \u{dc}berpr\u{fc}fung ist falsch",
        "The review of a hold lies after today and at most one year ahead; correct the day.",
        "Eine Vernichtungssperre wird nach heute und innerhalb eines Jahres \u{fc}berpr\u{fc}ft; berichtigen Sie den Tag.";
    HoldEndsBeforeReview: "Hold ends before its review", "Sperre endet vor ihrer \u{dc}berpr\u{fc}fung",
        "The hold should end before its review; review it on that day at the latest.",
        "Die Vernichtungssperre soll vor ihrer \u{dc}berpr\u{fc}fung enden; \u{fc}berpr\u{fc}fen Sie sie sp\u{e4}testens an diesem Tag.";
    HoldEndTooFar: "Hold ends too late", "Sperre endet zu sp\u{e4}t",
        "A hold ends at most 30 years ahead, which is the longest limitation; correct the day, or leave it out.",
        "Eine Vernichtungssperre endet h\u{f6}chstens 30 Jahre voraus, das ist die l\u{e4}ngste Verj\u{e4}hrung; berichtigen Sie den Tag, \
         oder lassen Sie ihn weg.";
    CatalogueIncomplete: "Catalogue is incomplete", "Katalog ist unvollst\u{e4}ndig",
        "Every kind and type names a class of the catalogue, and every class has a period and a legal basis; complete the catalogue.",
        "Jede Art und jeder Typ nennt eine Klasse des Katalogs, und jede Klasse hat eine Frist und eine Rechtsgrundlage; erg\u{e4}nzen \
         Sie den Katalog.";
    CatalogueReplaced: "Another catalogue is in force", "Ein anderer Katalog gilt",
        "Another catalogue is in force than the one that this was meant to replace; look at the difference and propose it again.",
        "Es gilt ein anderer Katalog als der, den dieser ersetzen sollte; sehen Sie sich den Unterschied an, und schlagen Sie ihn erneut \
         vor.";
    CatalogueNotYetValid: "Catalogue is not valid yet", "Katalog gilt noch nicht",
        "The rules of the catalogue are not in force yet; propose it when its day has come.",
        "Die Regeln des Katalogs gelten noch nicht; schlagen Sie ihn vor, wenn sein Tag gekommen ist.";
    ClassInUse: "Class is in use", "Klasse wird verwendet",
        "The catalogue lacks a class, or the kind that leads to it, that is in use; keep it, also if its rule changes.",
        "Dem Katalog fehlt eine Klasse, die verwendet wird, oder die Art, die zu ihr f\u{fc}hrt; behalten Sie sie, auch wenn sich ihre \
         Regel \u{e4}ndert.";
    ProposalsFull: "Too many proposals", "Zu viele Vorschl\u{e4}ge",
        "Ten proposals wait for a decision already; adopt or reject one of them first.",
        "Zehn Vorschl\u{e4}ge warten schon auf eine Entscheidung; nehmen Sie zuerst einen davon an, oder lehnen Sie einen ab.";
    ProposalNotOpen: "Proposal is not open", "Vorschlag ist nicht offen",
        "There is no such proposal, or it was adopted or rejected already; look at the list of proposals.",
        "Den Vorschlag gibt es nicht, oder er wurde schon angenommen oder abgelehnt; sehen Sie in der Liste der Vorschl\u{e4}ge nach.";
    BatchUnknown: "No such scan batch", "Kein solcher Scanstapel",
        "There is no such scan batch in this vault; register it first.",
        "Den Scanstapel gibt es in diesem Mandanten nicht; melden Sie ihn zuerst an.";
    BatchCountsMalformed: "Counts of the batch are wrong", "Zahlen des Scanstapels sind falsch",
        "A batch has one document at least, and each document has one sheet at least; correct the counts.",
        "Ein Scanstapel hat mindestens ein Dokument, und jedes Dokument mindestens ein Blatt; berichtigen Sie die Zahlen.";
    BatchesFull: "Too many open batches", "Zu viele offene Scanstapel",
        "Too many scan batches are open; complete those that are done.",
        "Zu viele Scanstapel sind offen; schlie\u{df}en Sie die ab, die fertig sind.";
    BatchOver: "Scan batch is complete", "Scanstapel ist abgeschlossen",
        "The scan batch is complete already; register what came late as another batch.",
        "Der Scanstapel ist schon abgeschlossen; melden Sie, was zu sp\u{e4}t kam, als weiteren an.";
    BatchCountsDiffer: "Batch has other than its documents", "Scanstapel hat nicht seine Dokumente",
        "Other than as many documents were stored as the batch was registered with; store what is missing, or say with reason what became of it.",
        "Es sind nicht so viele Dokumente gespeichert, wie mit dem Scanstapel angemeldet wurden; speichern Sie, was fehlt, oder geben Sie \
         einen Grund (reason) an.";
    BatchQuarantined: "Batch has documents in quarantine", "Scanstapel hat Dokumente in Quarant\u{e4}ne",
        "Documents of the scan batch are in quarantine; clear them first.",
        "Dokumente des Scanstapels sind in Quarant\u{e4}ne; geben Sie sie zuerst frei.";
    IntakeGoesBack: "Later day was reported", "Sp\u{e4}terer Tag wurde gemeldet",
        "A later day was reported before; register what came late as a batch with its day of receipt, or say with reason why that report was wrong.",
        "Ein sp\u{e4}terer Tag wurde schon gemeldet; melden Sie, was zu sp\u{e4}t kam, als Scanstapel mit seinem Eingangstag an, oder \
         geben Sie als Grund (reason) an, warum jene Meldung falsch war.";
    IntakeInFuture: "Day is not over", "Tag ist nicht vorbei",
        "The day is not certainly over yet, and more post can come; report it tomorrow.",
        "Der Tag ist noch nicht sicher vorbei, und es kann noch Post kommen; melden Sie ihn morgen.";
    BackupGoesBack: "Later backup was confirmed", "Sp\u{e4}tere Sicherung wurde best\u{e4}tigt",
        "A backup of a later time was confirmed before; confirm newer ones, or say with reason why that one does not count.",
        "Eine Sicherung mit sp\u{e4}terem Stand wurde schon best\u{e4}tigt; best\u{e4}tigen Sie neuere, oder geben Sie als Grund (reason) \
         an, warum jene nicht z\u{e4}hlt.";
    BackupInFuture: "Backup in the future", "Sicherung in der Zukunft",
        "The time of the backup has not certainly been reached yet; confirm it later.",
        "Der Zeitpunkt der Sicherung ist noch nicht sicher erreicht; best\u{e4}tigen Sie sie sp\u{e4}ter.";
    BoxUnknown: "No such box", "Kein solcher Karton",
        "There is no such box in this vault; register it first.",
        "Den Karton gibt es in diesem Mandanten nicht; melden Sie ihn zuerst an.";
    BoxPositionsMalformed: "Positions of the box are wrong", "Positionen des Kartons sind falsch",
        "A box has 1 to 10,000 positions, numbered upward from 1, each with one sheet at least and a document of its own; correct the \
         list.",
        "Ein Karton hat 1 bis 10.000 Positionen, von 1 an aufsteigend, jede mit mindestens einem Blatt und einem eigenen Dokument; \
         berichtigen Sie die Liste.";
    SheetsDiffer: "Sheets do not add up", "Blattzahl stimmt nicht",
        "The sheets of the positions do not add up to the sheets that were reported; count again and correct the figure that is wrong.",
        "Die Bl\u{e4}tter der Positionen ergeben nicht die gemeldete Zahl; z\u{e4}hlen Sie nach, und berichtigen Sie die falsche Angabe.";
    BoxOlderThanDocument: "Box is older than a document in it", "Karton ist \u{e4}lter als ein Dokument darin",
        "A document in the box was scanned later than the box says; give the latest day of scanning in it.",
        "Ein Dokument im Karton wurde sp\u{e4}ter gescannt, als der Karton angibt; geben Sie den letzten Scantag an, der darin vorkommt.";
    BoxOfAnotherBatch: "Document of another batch", "Dokument eines anderen Scanstapels",
        "A document of the list was stored as part of another scan batch; register its original in a box of that batch.",
        "Ein Dokument der Liste geh\u{f6}rt zu einem anderen Scanstapel; melden Sie sein Original in einem von dessen Kartons an.";
    BoxBeyondBatch: "More sheets than the batch has", "Mehr Bl\u{e4}tter als im Scanstapel",
        "The boxes of this batch would hold more sheets than the batch has; name the right batch, or correct the sheets.",
        "In den Kartons dieses Scanstapels l\u{e4}gen mehr Bl\u{e4}tter, als der Stapel hat; nennen Sie den richtigen Stapel, oder \
         berichtigen Sie die Blattzahl.";
    OriginalInAnotherBox: "Original is in another box", "Original liegt in einem anderen Karton",
        "Originals of this list lie in another box already; in_other_boxes says which. Take them out of the list, or withdraw the \
         registration of the other box.",
        "Originale dieser Liste liegen schon in einem anderen Karton; in_other_boxes sagt, welche. Nehmen Sie sie aus der Liste, \
         oder ziehen Sie die Anmeldung des anderen Kartons zur\u{fc}ck.";
    BoxReturnOpen: "A return is under way", "Eine R\u{fc}ckgabe l\u{e4}uft",
        "An original of this box is on its way back to its owner; record how that ended, then withdraw the registration.",
        "Ein Original dieses Kartons ist auf dem Weg zur\u{fc}ck; melden Sie, wie das ausgegangen ist, und ziehen Sie die Anmeldung danach zur\u{fc}ck.";
    BoxOver: "Box is no more", "Karton gibt es nicht mehr",
        "The box was destroyed already, or its registration was withdrawn; nothing happens to it any more.",
        "Der Karton ist schon vernichtet, oder seine Anmeldung wurde zur\u{fc}ckgezogen; mit ihm geschieht nichts mehr.";
    PositionUnknown: "No such position", "Keine solche Position",
        "The box has no such position, or it was named twice; correct the list.",
        "Die Position gibt es im Karton nicht, oder sie wurde zweimal genannt; berichtigen Sie die Liste.";
    FlagUnchanged: "Flag is as it was", "Kennzeichen ist unver\u{e4}ndert",
        "The original has this flag already, or has it no more; look at the box.",
        "Das Original hat dieses Kennzeichen schon, oder es hat es nicht mehr; sehen Sie den Karton an.";
    PositionOut: "Original is not in the box", "Original ist nicht im Karton",
        "The original was taken out of the box already; look where it lies now.",
        "Das Original wurde schon aus dem Karton genommen; sehen Sie nach, wo es jetzt liegt.";
    ReturnOutOfOrder: "Step of the return is out of order", "Schritt der R\u{fc}ckgabe au\u{df}er der Reihe",
        "A return is requested, picked, sent and confirmed, in this order and each once; record the step that is missing.",
        "Eine R\u{fc}ckgabe wird verlangt, entnommen, versandt und best\u{e4}tigt, in dieser Reihenfolge und je einmal; erfassen Sie den \
         fehlenden Schritt.";
    ExtensionMalformed: "Extension is wrong", "Verl\u{e4}ngerung ist falsch",
        "A box is extended to a day after today, later than before and at most one year ahead; correct the day.",
        "Ein Karton wird auf einen Tag nach heute verl\u{e4}ngert, sp\u{e4}ter als bisher und h\u{f6}chstens um ein Jahr; berichtigen Sie \
         den Tag.";
    BoxNotReleased: "Box is not released", "Karton ist nicht freigegeben",
        "The box may not be destroyed; look at what stands in the way, and pull out or clear what is named there.",
        "Der Karton darf nicht vernichtet werden; sehen Sie nach, was dem entgegensteht, und entnehmen oder kl\u{e4}ren Sie, was dort \
         genannt ist.";
    DestroyedTooEarly: "Destroyed too early", "Zu fr\u{fc}h vernichtet",
        "The box could not be destroyed on that day yet; correct the day, or report an incident.",
        "An diesem Tag durfte der Karton noch nicht vernichtet werden; berichtigen Sie den Tag, oder melden Sie einen Vorfall.";
    DestroyedInFuture: "Destruction in the future", "Vernichtung in der Zukunft",
        "The day of destruction has not certainly begun yet; report it when it has happened.",
        "Der Tag der Vernichtung hat noch nicht sicher begonnen; melden Sie sie, wenn sie geschehen ist.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::language::Language;
    use super::*;

    #[test]
    fn no_two_codes_share_a_title() {
        for language in [Language::English, Language::German] {
            let titles: BTreeSet<&str> = Code::ALL.iter().map(|code| super::super::text::text(*code).title(language)).collect();
            assert_eq!(titles.len(), Code::ALL.len(), "a code has no text of its own");
        }
    }
}
