//! The entries of an access ledger: one for each access, in a log of its own for each calendar year.
//!
//! Times are whole minutes, because finer ones would only help to link people to entries. There are no back-pointers: a year's ledger is
//! shown whole or not at all, so that nothing can be left out of a chain. The set of fields is fixed, so that the length of an entry
//! says nothing about who read what.

use std::borrow::Cow;

use super::commitment::{ActorKey, Opening, SubjectKey};
use super::entry::Code;
use super::event::EventCode;
use super::prepared::{Field, PreparedEntry, commitments, named, openings};
use crate::model::{Access, AccessReader, CaseId, DocumentId, EventId, Handle, range_text};

/// The name of a year's access ledger, which follows from that of the vault's ledger.
pub fn access_origin(origin: &str, year: u16) -> String {
    format!("{origin}/access/{year}")
}

/// The name of the vault's ledger and the year, if a name is that of an access ledger.
pub fn access_year(origin: &str) -> Option<(&str, u16)> {
    let (of, year) = origin.rsplit_once("/access/")?;
    let year = year.parse().ok()?;
    (access_origin(of, year) == origin).then_some((of, year))
}

/// The rule that lets somebody read: what their certificate says.
const POLICY: &str = "certificate";
/// The outcome of what was allowed.
const ALLOWED: &str = "allowed";

/// The values behind the entry of an access.
#[derive(Debug, Clone)]
pub struct RecordedAccess<'a> {
    /// Who, for whom and what.
    pub reader: &'a AccessReader,
    /// Which case, if it was about one.
    pub case: Option<CaseId>,
    /// Which document, if it was about one.
    pub document: Option<DocumentId>,
    /// Which bytes, if not all.
    pub range: Option<(u64, u64)>,
}

impl RecordedAccess<'_> {
    /// Names of the committed fields, in order.
    pub const FIELDS: [&'static str; 7] =
        ["act.application", "act.on_behalf_of", "act.person", "act.purpose", "sub.case", "sub.document", "sub.range"];
    /// Names of the codes, in order.
    pub const CODES: [&'static str; 5] = ["access", "count", "kclass", "outcome", "policy"];

    /// The entry, ready for the writer. `access` says how it was looked at and what came of it.
    pub fn prepare(&self, access: &Access, handle: Handle, id: EventId, subject: &SubjectKey, actor: &ActorKey) -> PreparedEntry {
        let text = |text: &str| Code::Text(text.to_owned());
        let codes = Self::CODES.into_iter().zip([
            text(access.kind.as_str()),
            Code::Integer(access.count),
            text("read"),
            text(access.refused.unwrap_or(ALLOWED)),
            text(POLICY),
        ]);
        PreparedEntry::new(
            event_of(self.case.is_some(), self.document.is_some()),
            handle,
            id,
            &codes.collect::<Vec<_>>(),
            &commitments(&self.fields(), id, subject, actor),
        )
    }

    /// What opens the entry for those who may see the access log.
    pub fn openings(&self, id: EventId, subject: &SubjectKey, actor: &ActorKey) -> Vec<Opening> {
        openings(&self.fields(), id, subject, actor)
    }

    /// Only what is said about who: what is left when the document is gone.
    pub fn openings_of_actor(&self, id: EventId, actor: &ActorKey) -> Vec<Opening> {
        let fields: Vec<Field<'_>> = self.fields().into_iter().filter(|(name, _)| name.starts_with("act.")).collect();
        // No field of these takes the subject's key.
        let nobody = SubjectKey::new(zeroize::Zeroizing::new([0; super::commitment::COMMITMENT_KEY_BYTES]));
        openings(&fields, id, &nobody, actor)
    }

    fn fields(&self) -> [Field<'_>; 7] {
        let AccessReader { application, person, on_behalf_of, purpose } = self.reader;
        let values = [
            Cow::Borrowed(application.as_str().as_bytes()),
            Cow::Borrowed(on_behalf_of.as_ref().map_or("", |name| name.as_str()).as_bytes()),
            Cow::Borrowed(person.as_ref().map_or("", |name| name.as_str()).as_bytes()),
            Cow::Borrowed(purpose.as_ref().map_or("", |purpose| purpose.as_str()).as_bytes()),
            Cow::Owned(self.case.map_or(String::new(), |case| case.to_string()).into_bytes()),
            Cow::Owned(self.document.map_or(String::new(), |document| document.to_string()).into_bytes()),
            Cow::Owned(range_text(self.range).into_bytes()),
        ];
        named(Self::FIELDS, values)
    }
}

/// What the ledger calls an access.
fn event_of(of_case: bool, of_document: bool) -> EventCode {
    match (of_case, of_document) {
        (_, true) => EventCode::DocumentRead,
        (true, false) => EventCode::CaseRead,
        (false, false) => EventCode::VaultRead,
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::ledger::{Entry, check_shape};
    use crate::model::{AccessKind, AccessTarget, ApplicationName, PersonName, Purpose, Timestamp};

    fn case() -> CaseId {
        CaseId::from_bytes([1; 16])
    }

    fn document() -> DocumentId {
        DocumentId::from_bytes([2; 16])
    }

    fn reader(purpose: Option<&str>) -> AccessReader {
        AccessReader {
            application: ApplicationName::parse("eakte").unwrap(),
            person: PersonName::parse("m-muster").ok(),
            on_behalf_of: None,
            purpose: purpose.and_then(Purpose::parse),
        }
    }

    fn keys() -> (SubjectKey, ActorKey) {
        (SubjectKey::new(Zeroizing::new([1; 32])), ActorKey::new(Zeroizing::new([2; 32])))
    }

    fn access(reader: &AccessReader, refused: Option<&'static str>) -> Access {
        let target = AccessTarget::Document(case(), document());
        Access { reader: reader.clone(), kind: AccessKind::Content, target, range: None, refused, count: 1 }
    }

    fn entry(recorded: &RecordedAccess<'_>, access: &Access) -> Vec<u8> {
        let (subject, actor) = keys();
        let at = Timestamp::parse("2026-11-20T08:01:00Z").unwrap();
        recorded.prepare(access, Handle([3; 16]), EventId([4; 16]), &subject, &actor).complete(at, None)
    }

    #[test]
    fn an_entry_opens_and_its_length_says_nothing() {
        let (short, long) = (reader(None), reader(Some("Widerspruch W 17/26")));
        let recorded = RecordedAccess { reader: &short, case: Some(case()), document: Some(document()), range: None };
        let other = RecordedAccess { reader: &long, case: Some(case()), document: Some(document()), range: Some((0, 99)) };
        let bytes = entry(&recorded, &access(&short, None));
        assert_eq!(bytes.len(), entry(&other, &access(&long, None)).len());
        let parsed = Entry::parse(&bytes).unwrap();
        assert_eq!((check_shape(&parsed), parsed.event), (Ok(()), EventCode::DocumentRead));
        let (subject, actor) = keys();
        let openings = recorded.openings(EventId([4; 16]), &subject, &actor);
        assert!(openings.len() == 7 && openings.iter().all(|opening| opening.opens(parsed.commitment(&opening.field).unwrap())));
        assert_eq!(recorded.openings_of_actor(EventId([4; 16]), &actor), openings[..4]);
    }

    #[test]
    fn nothing_of_a_person_stands_in_clear() {
        let reader = reader(Some("Scheidung"));
        let recorded = RecordedAccess { reader: &reader, case: Some(case()), document: Some(document()), range: None };
        let text = String::from_utf8(entry(&recorded, &access(&reader, Some("document_destroyed")))).unwrap();
        for value in ["eakte", "m-muster", "Scheidung", &case().to_string(), &document().to_string()] {
            assert!(!text.contains(value), "{value} stands in {text}");
        }
        assert!(text.contains("\"outcome\":\"document_destroyed\"") && text.contains("\"access\":\"content\""));
    }

    #[test]
    fn the_event_says_what_was_looked_at() {
        for (case, document, expected) in [
            (None, None, EventCode::VaultRead),
            (Some(case()), None, EventCode::CaseRead),
            (Some(case()), Some(document()), EventCode::DocumentRead),
        ] {
            let reader = reader(None);
            let recorded = RecordedAccess { reader: &reader, case, document, range: None };
            let parsed = Entry::parse(&entry(&recorded, &access(&reader, None))).unwrap();
            assert_eq!((parsed.event, check_shape(&parsed)), (expected, Ok(())));
        }
    }
}
