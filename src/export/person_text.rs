//! What stands on the pages for the person concerned, in German and in English.

use crate::model::retention::Overlay;
use crate::model::{AccessKind, Date, Timestamp};

/// The words of a page. They are HTML.
pub(super) struct PageText {
    pub(super) language: &'static str,
    pub(super) title: &'static str,
    pub(super) case: &'static str,
    pub(super) vault: &'static str,
    pub(super) made: &'static str,
    pub(super) purpose: &'static str,
    pub(super) requester: &'static str,
    pub(super) number: &'static str,
    pub(super) count: &'static str,
    pub(super) documents: &'static str,
    /// Of the columns: number, title, type, date, receipt, storing, notices, file, SHA-256.
    pub(super) headings: [&'static str; 9],
    pub(super) untitled: &'static str,
    pub(super) bytes: &'static str,
    restricted: &'static str,
    disputed: &'static str,
    embargo: &'static str,
    quarantine: &'static str,
    pub(super) access: &'static str,
    pub(super) no_access: &'static str,
    /// Whether days are written with the day first, and with dots.
    day_first: bool,
    before_minute: &'static str,
    after_minute: &'static str,
    /// Of [`AccessKind::ALL`], in its order.
    kinds: [&'static str; AccessKind::ALL.len()],
    /// Of the columns: minute, kind, document, application, person, on whose behalf.
    pub(super) access_headings: [&'static str; 6],
    pub(super) check: &'static str,
}

impl PageText {
    /// What must be said of a document whenever it is read.
    pub(super) fn notice(&self, overlay: Overlay) -> &'static str {
        match overlay {
            Overlay::Restricted => self.restricted,
            Overlay::Disputed => self.disputed,
            Overlay::Embargo => self.embargo,
            Overlay::Quarantine => self.quarantine,
        }
    }

    /// A moment as the language writes it, to the minute. Always in UTC: the page must have the same bytes wherever it is made.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        let text = at.to_string();
        let minute = text.get(11..16).unwrap_or_default();
        format!("{}{}{minute}{}", self.day(at.day()), self.before_minute, self.after_minute)
    }

    /// A day as the language writes it.
    pub(super) fn day(&self, day: Date) -> String {
        let (year, month, number) = day.parts();
        if self.day_first { format!("{number:02}.{month:02}.{year:04}") } else { day.to_string() }
    }

    /// In which way something was read.
    pub(super) fn kind(&self, kind: AccessKind) -> &'static str {
        AccessKind::ALL.iter().zip(self.kinds).find(|(known, _)| **known == kind).map_or(kind.as_str(), |(_, word)| word)
    }
}

pub(super) const ENGLISH: PageText = PageText {
    language: "en",
    title: "Copy of the stored data (Art. 15 GDPR, section 25 SGB X)",
    case: "File",
    vault: "Office",
    made: "Made on",
    purpose: "Purpose",
    requester: "Requested by",
    number: "Number of this copy",
    count: "Documents",
    documents: "Documents, in the order of filing",
    headings: ["No.", "Title", "Type", "Date", "Received", "Stored", "Notices", "File", "SHA-256"],
    untitled: "(without title)",
    bytes: "bytes",
    restricted: "processing is restricted (section 84 SGB X, Art. 18 GDPR)",
    disputed: "correctness is disputed (section 84(2) SGB X)",
    embargo: "not to be shown without special permission",
    quarantine: "quality of the scan not yet confirmed",
    access: "Who has read these documents",
    no_access: "The record of accesses is not part of this copy.",
    day_first: false,
    before_minute: " ",
    after_minute: " UTC",
    kinds: ["content", "record", "list", "search", "receipt", "opening", "register", "certificate", "access log", "export", "other"],
    access_headings: ["Time", "What", "Document", "Application", "Person", "On behalf of"],
    check: "The digests in the last column can be computed again with any program for SHA-256. The folder proofs has the proof for each \
            document that it was filed at the time stated and not changed since; signatures has the office's signature over everything here.",
};

pub(super) const GERMAN: PageText = PageText {
    language: "de",
    title: "Kopie der gespeicherten Daten (Art. 15 DSGVO, \u{a7} 25 SGB X)",
    case: "Akte",
    vault: "Stelle",
    made: "Erstellt am",
    purpose: "Zweck",
    requester: "Angefordert von",
    number: "Nummer dieser Kopie",
    count: "Dokumente",
    documents: "Dokumente in der Reihenfolge der Ablage",
    headings: ["Nr.", "Titel", "Art", "Datum", "Eingang", "Gespeichert", "Hinweise", "Datei", "SHA-256"],
    untitled: "(ohne Titel)",
    bytes: "Bytes",
    restricted: "Verarbeitung eingeschr\u{e4}nkt (\u{a7} 84 SGB X, Art. 18 DSGVO)",
    disputed: "Richtigkeit bestritten (\u{a7} 84 Abs. 2 SGB X)",
    embargo: "nur mit besonderer Erlaubnis zu zeigen",
    quarantine: "Qualit\u{e4}t des Scans noch nicht best\u{e4}tigt",
    access: "Wer diese Dokumente gelesen hat",
    no_access: "Das Zugriffsprotokoll ist nicht Teil dieser Kopie.",
    day_first: true,
    before_minute: ", ",
    after_minute: " Uhr (UTC)",
    kinds: [
        "Inhalt",
        "Angaben",
        "Liste",
        "Suche",
        "Quittung",
        "\u{d6}ffnung",
        "Register",
        "Nachweis",
        "Zugriffsprotokoll",
        "Export",
        "Sonstiges",
    ],
    access_headings: ["Zeit", "Was", "Dokument", "Anwendung", "Person", "Im Auftrag von"],
    check: "Die Pr\u{fc}fsummen in der letzten Spalte lassen sich mit jedem Programm f\u{fc}r SHA-256 nachrechnen. Im Ordner proofs liegt \
            zu jedem Dokument der Nachweis, dass es zur angegebenen Zeit abgelegt und seitdem nicht ver\u{e4}ndert wurde; in signatures liegt \
            die Signatur der Stelle \u{fc}ber alles, was hier ist.",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_german_page_has_words_and_days_as_they_are_written() {
        let at = Timestamp::parse("2026-03-05T07:08:59Z").unwrap();
        assert_eq!((GERMAN.moment(at).as_str(), GERMAN.day(at.day()).as_str()), ("05.03.2026, 07:08 Uhr (UTC)", "05.03.2026"));
        assert_eq!((ENGLISH.moment(at).as_str(), ENGLISH.day(at.day()).as_str()), ("2026-03-05 07:08 UTC", "2026-03-05"));
        assert_eq!((GERMAN.kind(AccessKind::AccessLog), ENGLISH.kind(AccessKind::AccessLog)), ("Zugriffsprotokoll", "access log"));
        for kind in AccessKind::ALL {
            assert!(ENGLISH.kind(*kind).replace(' ', "-") == kind.as_str() && GERMAN.kind(*kind) != kind.as_str(), "{kind:?}");
        }
    }
}
