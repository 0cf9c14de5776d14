//! The entries that the archive writes: which values each event commits to, and which codes it shows.
//!
//! Whoever uploads a document computes its commitments, which is most of the work, before the one writer is asked; the writer only
//! adds time and back-pointer. The set of fields of an event is fixed, so that the length of an entry says nothing.
//!
//! Contents are committed to by SHA-256 alone. A second digest would halve the speed of ingest; if SHA-256 weakens, the evidence is
//! renewed by hashing the documents again under its successor (RFC 4998 section 5.3), for which the documents are there.

use std::borrow::Cow;

use super::access::RecordedAccess;
use super::commitment::{ActorKey, Commitment, Opening, Salts, SubjectKey};
use super::entry::{Code, Entry, encode_head, encode_tail, is_code};
use super::event::EventCode;
use crate::model::{CaseId, Digest, DocumentId, EventId, Handle, LedgerIndex, Timestamp};

/// An entry without its time and its back-pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedEntry {
    event: EventCode,
    handle: Handle,
    id: EventId,
    head: Vec<u8>,
}

/// Bytes behind the head: time, back-pointer with 19 digits, version.
const TAIL_BYTES_MAX: usize = 64;

impl PreparedEntry {
    pub(super) fn new(event: EventCode, handle: Handle, id: EventId, codes: &[(&str, Code)], commitments: &[(&str, Commitment)]) -> Self {
        let sorted = codes.is_sorted_by(|a, b| a.0 < b.0) && commitments.is_sorted_by(|a, b| a.0 < b.0);
        assert!(sorted, "the fields of an event must stand in their canonical order");
        Self { event, handle, id, head: encode_head(event, handle, id, codes, commitments) }
    }

    /// The first entry of the ledger called `origin`; `None` if the origin has characters that no code may have.
    pub fn ledger_open(handle: Handle, id: EventId, origin: &str) -> Option<Self> {
        let code = |text: &str| Code::Text(text.to_owned());
        let codes = [("entry", code("eal1")), ("hash", code("SHA-256")), ("origin", code(origin))];
        is_code("origin", origin).then(|| Self::new(EventCode::LedgerOpen, handle, id, &codes, &[]))
    }

    /// An operator accepts that the archive goes on although its anchor did not vouch for the database.
    pub fn anchor_accept(handle: Handle, id: EventId, finding: AnchorFinding) -> Self {
        let codes = [("finding", Code::Text(finding.as_str().to_owned()))];
        Self::new(EventCode::AnchorAccept, handle, id, &codes, &[])
    }

    /// An operator accepts that the archive goes on from a backup.
    pub fn archive_restore(handle: Handle, id: EventId, restored: RestoredLedger) -> Self {
        let code = |text: &str| Code::Text(text.to_owned());
        let codes = [
            ("finding", code(restored.finding.map_or("agrees", AnchorFinding::as_str))),
            ("lost", Code::Integer(restored.lost)),
            ("reason", code(restored.reason.as_str())),
            ("size", Code::Integer(restored.size)),
        ];
        Self::new(EventCode::ArchiveRestore, handle, id, &codes, &[])
    }

    /// What happened.
    pub fn event(&self) -> EventCode {
        self.event
    }

    /// The subject.
    pub fn handle(&self) -> Handle {
        self.handle
    }

    /// The event.
    pub fn id(&self) -> EventId {
        self.id
    }

    /// The canonical bytes of the entry: one allocation and two copies.
    pub fn complete(&self, time: Timestamp, up: Option<LedgerIndex>) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.head.len() + TAIL_BYTES_MAX);
        bytes.extend_from_slice(&self.head);
        encode_tail(&mut bytes, time, up);
        bytes
    }
}

/// What was wrong with the anchor when an operator accepted the database as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnchorFinding {
    /// There was no anchor.
    Missing,
    /// It could not be read.
    Damaged,
    /// It knew of commits that the database does not have.
    Ahead,
}

impl AnchorFinding {
    /// The code as it stands in the entry.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Damaged => "damaged",
            Self::Ahead => "ahead",
        }
    }
}

/// How a ledger came back from a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestoredLedger {
    /// What was wrong with the anchor; `None` if it vouches for everything.
    pub finding: Option<AnchorFinding>,
    /// Why the archive was restored.
    pub reason: RestoreReason,
    /// Entries that came back.
    pub size: u64,
    /// Entries that the anchor knew and the backup did not have.
    pub lost: u64,
}

/// Why an archive was restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestoreReason {
    /// The disk or the machine was lost.
    Lost,
    /// The database was damaged.
    Damaged,
    /// Somebody made a mistake.
    Mistake,
    /// The archive moved to another machine.
    Move,
    /// It was tried whether it works.
    Drill,
}

impl RestoreReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [Self::Lost, Self::Damaged, Self::Mistake, Self::Move, Self::Drill];

    /// The code as it stands in the entry.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Damaged => "damaged",
            Self::Mistake => "mistake",
            Self::Move => "move",
            Self::Drill => "drill",
        }
    }
}

/// A field that an event commits to: its name and its value. `act.*` fields take the actor's key, `sub.*` fields the subject's.
pub(super) type Field<'a> = (&'static str, Cow<'a, [u8]>);

/// The values behind the entry of a stored document.
#[derive(Debug, Clone, Copy)]
pub struct StoredDocument<'a> {
    /// The application that stored it, as its certificate names it.
    pub application: &'a str,
    /// The case.
    pub case: CaseId,
    /// The document.
    pub document: DocumentId,
    /// The canonical bytes of its description.
    pub description: &'a [u8],
    /// SHA-256 of its content.
    pub sha256: &'a Digest,
    /// Bytes of its content.
    pub size_bytes: u64,
    /// Its media type.
    pub media_type: &'a str,
}

impl<'a> StoredDocument<'a> {
    /// Names of the committed fields, in order.
    pub const FIELDS: [&'static str; 7] =
        ["act.application", "sub.case", "sub.description", "sub.document", "sub.sha256", "sub.size", "sub.type"];

    /// The entry, ready for the writer.
    pub fn prepare(&self, handle: Handle, id: EventId, subject: &SubjectKey, actor: &ActorKey) -> PreparedEntry {
        let commitments = commitments(&self.fields(), id, subject, actor);
        PreparedEntry::new(EventCode::DocumentStore, handle, id, &[("kclass", Code::Text("doc".to_owned()))], &commitments)
    }

    /// What opens the entry for those who may read the document.
    pub fn openings(&self, id: EventId, subject: &SubjectKey, actor: &ActorKey) -> Vec<Opening> {
        openings(&self.fields(), id, subject, actor)
    }

    fn fields(&self) -> [Field<'a>; 7] {
        let values = [
            Cow::Borrowed(self.application.as_bytes()),
            Cow::Owned(self.case.to_string().into_bytes()),
            Cow::Borrowed(self.description),
            Cow::Owned(self.document.to_string().into_bytes()),
            Cow::Borrowed(self.sha256.as_bytes().as_slice()),
            Cow::Owned(self.size_bytes.to_string().into_bytes()),
            Cow::Borrowed(self.media_type.as_bytes()),
        ];
        named(Self::FIELDS, values)
    }
}

/// The values behind the entry of an opened case.
#[derive(Debug, Clone, Copy)]
pub struct OpenedCase<'a> {
    /// The application that opened it, as its certificate names it.
    pub application: &'a str,
    /// The case.
    pub case: CaseId,
    /// The canonical bytes of its description: reference, kind, unit.
    pub description: &'a [u8],
}

impl<'a> OpenedCase<'a> {
    /// Names of the committed fields, in order.
    pub const FIELDS: [&'static str; 3] = ["act.application", "sub.case", "sub.description"];

    /// The entry, ready for the writer.
    pub fn prepare(&self, handle: Handle, id: EventId, subject: &SubjectKey, actor: &ActorKey) -> PreparedEntry {
        let commitments = commitments(&self.fields(), id, subject, actor);
        PreparedEntry::new(EventCode::CaseOpen, handle, id, &[("kclass", Code::Text("case".to_owned()))], &commitments)
    }

    /// What opens the entry for those who may read the case.
    pub fn openings(&self, id: EventId, subject: &SubjectKey, actor: &ActorKey) -> Vec<Opening> {
        openings(&self.fields(), id, subject, actor)
    }

    fn fields(&self) -> [Field<'a>; 3] {
        let values =
            [Cow::Borrowed(self.application.as_bytes()), Cow::Owned(self.case.to_string().into_bytes()), Cow::Borrowed(self.description)];
        named(Self::FIELDS, values)
    }
}

/// The values behind the entry of a note about retention.
#[derive(Debug, Clone, Copy)]
pub struct FiledNote<'a> {
    /// What kind of note.
    pub event: EventCode,
    /// Its code: the type of an event, of a hold, the kind of a matter.
    pub kind: &'a str,
    /// The application that filed it, as its certificate names it.
    pub application: &'a str,
    /// The person, as the certificate names it; empty if it names none.
    pub person: &'a str,
    /// What the note says, in its byte form.
    pub note: &'a [u8],
    /// The canonical bytes of its words.
    pub words: &'a [u8],
}

impl<'a> FiledNote<'a> {
    /// Names of the committed fields, in order.
    pub const FIELDS: [&'static str; 4] = ["act.application", "act.person", "sub.note", "sub.words"];

    /// The entry, ready for the writer.
    pub fn prepare(&self, handle: Handle, id: EventId, subject: &SubjectKey, actor: &ActorKey) -> PreparedEntry {
        let commitments = commitments(&self.fields(), id, subject, actor);
        let codes = [("kclass", Code::Text("note".to_owned())), ("kind", Code::Text(self.kind.to_owned()))];
        PreparedEntry::new(self.event, handle, id, &codes, &commitments)
    }

    /// What opens the entry for those who may read the note.
    pub fn openings(&self, id: EventId, subject: &SubjectKey, actor: &ActorKey) -> Vec<Opening> {
        openings(&self.fields(), id, subject, actor)
    }

    fn fields(&self) -> [Field<'a>; 4] {
        let values = [
            Cow::Borrowed(self.application.as_bytes()),
            Cow::Borrowed(self.person.as_bytes()),
            Cow::Borrowed(self.note),
            Cow::Borrowed(self.words),
        ];
        named(Self::FIELDS, values)
    }
}

pub(super) fn named<'a, const N: usize>(names: [&'static str; N], values: [Cow<'a, [u8]>; N]) -> [Field<'a>; N] {
    let mut values = values.into_iter();
    names.map(|name| (name, values.next().expect("there must be a value for every name")))
}

pub(super) fn commitments(fields: &[Field<'_>], id: EventId, subject: &SubjectKey, actor: &ActorKey) -> Vec<(&'static str, Commitment)> {
    let (subject, actor) = (subject.salts(id), actor.salts(id));
    let commit = |(name, value): &Field<'_>| {
        let salt = salts_of(name, &subject, &actor).salt(name);
        (*name, salt.commit(name, value).expect("the name of a field must have 1 to 255 bytes"))
    };
    fields.iter().map(commit).collect()
}

pub(super) fn openings(fields: &[Field<'_>], id: EventId, subject: &SubjectKey, actor: &ActorKey) -> Vec<Opening> {
    let (subject, actor) = (subject.salts(id), actor.salts(id));
    let open = |(name, value): &Field<'_>| {
        let salt = salts_of(name, &subject, &actor).salt(name);
        Opening { field: (*name).to_owned(), salt, value: value.to_vec() }
    };
    fields.iter().map(open).collect()
}

fn salts_of<'k>(name: &str, subject: &'k Salts, actor: &'k Salts) -> &'k Salts {
    if name.starts_with("act.") { actor } else { subject }
}

/// Why an entry that is canonical is still not one that this archive writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// This version of the archive writes no such event.
    #[error("this version writes no entries of the event {}", .0.as_str())]
    Event(EventCode),
    /// More, fewer or other commitments than the event has.
    #[error("an entry of the event {} has other commitments", .0.as_str())]
    Commitments(EventCode),
    /// More, fewer or other codes than the event has.
    #[error("an entry of the event {} has other codes", .0.as_str())]
    Codes(EventCode),
}

/// Checks that an entry has exactly the fields and codes that this version of the archive writes for its event.
pub fn check_shape(entry: &Entry) -> Result<(), ShapeError> {
    let (fields, codes): (&[&str], &[&str]) = match entry.event {
        EventCode::LedgerOpen => (&[], &["entry", "hash", "origin"]),
        EventCode::AnchorAccept => (&[], &["finding"]),
        EventCode::ArchiveRestore => (&[], &["finding", "lost", "reason", "size"]),
        EventCode::DocumentStore => (&StoredDocument::FIELDS, &["kclass"]),
        EventCode::CaseOpen => (&OpenedCase::FIELDS, &["kclass"]),
        event if event.is_of_access() => (&RecordedAccess::FIELDS, &RecordedAccess::CODES),
        event if event.is_of_note() => (&FiledNote::FIELDS, &["kclass", "kind"]),
        other => return Err(ShapeError::Event(other)),
    };
    if !entry.commitments.iter().map(|(name, _)| name.as_str()).eq(fields.iter().copied()) {
        return Err(ShapeError::Commitments(entry.event));
    }
    if !entry.codes.iter().map(|(name, _)| name.as_str()).eq(codes.iter().copied()) {
        return Err(ShapeError::Codes(entry.event));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::ledger::testing::vectors;

    const HANDLE: Handle = Handle([0xa4; 16]);
    const EVENT: EventId = EventId([0x68; 16]);

    fn keys() -> (SubjectKey, ActorKey) {
        (SubjectKey::new(Zeroizing::new([1; 32])), ActorKey::new(Zeroizing::new([2; 32])))
    }

    fn time() -> Timestamp {
        Timestamp::parse("2026-11-20T08:00:00Z").unwrap()
    }

    fn document() -> StoredDocument<'static> {
        StoredDocument {
            application: "fachverfahren.example",
            case: CaseId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11").unwrap(),
            document: DocumentId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e12").unwrap(),
            description: br#"{"name":"klage.pdf"}"#,
            sha256: &Digest([3; 32]),
            size_bytes: 36,
            media_type: "application/pdf",
        }
    }

    #[test]
    fn a_completed_entry_is_canonical_and_opens() {
        let (subject, actor) = keys();
        let bytes = document().prepare(HANDLE, EVENT, &subject, &actor).complete(time(), Some(LedgerIndex(7)));
        let entry = Entry::parse(&bytes).unwrap();
        assert_eq!(check_shape(&entry), Ok(()));
        assert_eq!((entry.handle, entry.id, entry.time, entry.up), (HANDLE, EVENT, time(), Some(LedgerIndex(7))));
        let openings = document().openings(EVENT, &subject, &actor);
        assert_eq!(openings.len(), entry.commitments.len());
        for opening in &openings {
            assert!(opening.opens(entry.commitment(&opening.field).unwrap()), "{}", opening.field);
        }
        let values: Vec<&[u8]> = openings.iter().map(|opening| opening.value.as_slice()).collect();
        assert_eq!(values[1], b"0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11");
        assert_eq!((values[4], values[5]), ([3; 32].as_slice(), b"36".as_slice()));
    }

    #[test]
    fn who_acted_is_committed_under_the_actors_key_only() {
        let (subject, actor) = keys();
        let entry = |subject: &SubjectKey, actor: &ActorKey| {
            Entry::parse(&document().prepare(HANDLE, EVENT, subject, actor).complete(time(), None)).unwrap()
        };
        let other = ActorKey::new(Zeroizing::new([9; 32]));
        let (first, second) = (entry(&subject, &actor), entry(&subject, &other));
        for field in StoredDocument::FIELDS {
            let same = first.commitment(field) == second.commitment(field);
            assert_eq!(same, field.starts_with("sub."), "{field}");
        }
    }

    #[test]
    fn the_length_of_an_entry_says_nothing_about_the_document() {
        let (subject, actor) = keys();
        let long = StoredDocument { media_type: "x", size_bytes: u64::MAX, description: &[b'x'; 5_000], ..document() };
        let [first, second] = [document(), long].map(|it| it.prepare(HANDLE, EVENT, &subject, &actor).complete(time(), None).len());
        assert_eq!(first, second);
        assert!((600..800).contains(&first), "{first} bytes");
    }

    #[test]
    fn the_other_events() {
        let (subject, actor) = keys();
        let case = OpenedCase { application: "a", case: document().case, description: b"{}" };
        let origin = "archive.example/ledger/5f0c9e7a";
        for prepared in [
            case.prepare(HANDLE, EVENT, &subject, &actor),
            PreparedEntry::ledger_open(HANDLE, EVENT, origin).unwrap(),
            PreparedEntry::anchor_accept(HANDLE, EVENT, AnchorFinding::Missing),
            PreparedEntry::archive_restore(HANDLE, EVENT, RestoredLedger { finding: None, reason: RestoreReason::Drill, size: 7, lost: 0 }),
        ] {
            let entry = Entry::parse(&prepared.complete(time(), None)).unwrap();
            assert_eq!(check_shape(&entry), Ok(()));
            assert_eq!((entry.event, entry.handle, entry.id), (prepared.event(), prepared.handle(), prepared.id()));
        }
        assert_eq!(PreparedEntry::ledger_open(HANDLE, EVENT, "archive.example/\u{fc}"), None);
        assert_eq!(PreparedEntry::ledger_open(HANDLE, EVENT, "a\"b"), None);
    }

    #[test]
    fn the_first_entry_of_the_sample_comes_out_byte_for_byte() {
        let sample = vectors()["sample_ledger"]["entries_utf8"][0].as_str().unwrap();
        let entry = Entry::parse(sample.as_bytes()).unwrap();
        let prepared = PreparedEntry::ledger_open(entry.handle, entry.id, "archive.example/ledger/5f0c9e7a").unwrap();
        assert_eq!(String::from_utf8(prepared.complete(entry.time, None)).unwrap(), sample);
    }

    #[test]
    fn entries_of_another_shape_are_noticed() {
        let (subject, actor) = keys();
        let mut entry = Entry::parse(&document().prepare(HANDLE, EVENT, &subject, &actor).complete(time(), None)).unwrap();
        entry.codes.push(("ret".to_owned(), Code::Integer(1)));
        assert_eq!(check_shape(&entry), Err(ShapeError::Codes(EventCode::DocumentStore)));
        entry.commitments.pop();
        assert_eq!(check_shape(&entry), Err(ShapeError::Commitments(EventCode::DocumentStore)));
        entry.event = EventCode::CaseClose;
        assert_eq!(check_shape(&entry), Err(ShapeError::Event(EventCode::CaseClose)));
    }
}
