//! Byte form of notes: what was filed, once and for ever. `tests/fixtures/records` holds an example of every kind.

use super::stored::{Stored, decode, encode, stored_enum, stored_struct};
use super::{CodecError, Reader};
use crate::model::retention::{
    BoxPosition, BoxStep, Catalogue, Class, Confidence, Disposal, EventScope, Kept, Note, NoteDetails, NoteRecord, OriginalFlag, Part,
    QaMode, QaResult, ReturnStep, Rounding, Target, Term,
};
use crate::model::{Actor, CheckpointStamp, DocumentNumber, ExportKind, ExportScope, ExportedShard, StampKind, StampPlace};

/// Encodes a note: its fields in the order of [`NoteRecord`].
pub fn encode_note(record: &NoteRecord) -> Vec<u8> {
    encode(record)
}

/// Decodes a note.
pub fn decode_note(bytes: &[u8]) -> Result<NoteRecord, CodecError> {
    decode(bytes)
}

/// Encodes what is sealed beside a note: words, application, its year, person.
pub fn encode_note_details(details: &NoteDetails) -> Vec<u8> {
    encode(details)
}

/// Decodes what is sealed beside a note.
pub fn decode_note_details(bytes: &[u8]) -> Result<NoteDetails, CodecError> {
    decode(bytes)
}

/// Encodes a catalogue of retention classes as it stands in a proposal; the archive keeps it under its version as well.
pub fn encode_catalogue(catalogue: &Catalogue) -> Vec<u8> {
    encode(catalogue)
}

/// Decodes a catalogue.
pub fn decode_catalogue(bytes: &[u8]) -> Result<Catalogue, CodecError> {
    decode(bytes)
}

/// Encodes where the newest evidence for a checkpoint is filed.
pub fn encode_stamp_place(place: &StampPlace) -> Vec<u8> {
    encode(place)
}

/// Decodes where the newest evidence for a checkpoint is filed.
pub fn decode_stamp_place(bytes: &[u8]) -> Result<StampPlace, CodecError> {
    decode(bytes)
}

/// The bytes of what a note says, for commitments and for comparing a repetition.
pub fn encode_note_body(note: &Note) -> Vec<u8> {
    encode(note)
}

/// Reads such bytes, e.g. from the opening of an entry.
pub fn decode_note_body(bytes: &[u8]) -> Result<Note, CodecError> {
    decode(bytes)
}

stored_struct!(NoteRecord { id, address, handle, opening_year, recorded_at, person, note, header, sealed_details, entry, receipt_size });
stored_struct!(NoteDetails { words, by, person });
stored_struct!(Actor { application, year });

stored_enum!(Note, "kind of note", {
    1 => Matter { number, kind, from, to },
    2 => Event { scope, event, valid_on, source, evidence, supersedes },
    3 => Assignment { document, matters },
    4 => DocumentChecked { document, mode, result },
    5 => QuarantineLifted { document },
    6 => HoldPlaced { kind, review_on, ends_on, targets },
    7 => HoldReviewed { hold, review_on, ends_on },
    8 => HoldReleased { hold },
    9 => ClassesProposed { replaces, catalogue, text },
    10 => ClassesAdopted { proposal },
    11 => ClassesRejected { proposal },
    12 => Batch { received, documents, sheets },
    13 => BatchCompleted { batch },
    14 => IntakeReported { through },
    15 => BackupConfirmed { through },
    16 => Box { batch, scanned_on, sheets, positions },
    17 => BoxStep { of, step },
    18 => OrderProposed { reason, items, deputy_of },
    19 => OrderApproved { order, list, cooling_off_days, deputy_of },
    20 => OrderWithdrawn { order },
    21 => OrderStep { order, first, count, held, condemned, dropped },
    22 => KeysDestroyed { order, steps, proof },
    23 => CopiesGone { order, copies },
    24 => DestructionReplayed { epoch, condemned },
    25 => DestructionRuleProposed { rule, deputy_of },
    26 => DestructionRuleAdopted { proposal, deputy_of },
    27 => ExportMade { scope, size, root, items, list, shards, cosigned },
    28 => ShardSealed { year, size, root },
    29 => ShardDestroyed { sealed, year, size },
    30 => CheckpointStamped { stamp },
    31 => DestructionRuleRejected { proposal },
    32 => KindCorrected { matter, replaces, kind },
    33 => ExportSigned { export, manifest, signature, stamp },
});

stored_struct!(CheckpointStamp { size, kind, since, time, renew_by, checkpoint, record });
stored_struct!(StampPlace { note, since, renew_by });
stored_enum!(StampKind, "kind of time-stamp", { 1 => First, 2 => StampRenewed, 3 => HashRenewed });

stored_struct!(ExportScope { kind, case, from, through, contents, access });
stored_struct!(ExportedShard { year, size, root });
stored_enum!(ExportKind, "kind of export", { 0 => Evidence, 1 => Person });

stored_enum!(BoxStep, "step of a box", {
    1 => Checked { mode, result, positions },
    2 => Flagged { position, flag, on },
    3 => Pulled { positions },
    4 => Return { position, step },
    5 => Extended { until },
    6 => Destroyed { on, level, sheets },
    7 => Withdrawn,
});

stored_enum!(QaMode, "mode of quality assurance", { 0 => Full, 1 => Sample, 2 => Implicit });
stored_enum!(QaResult, "result of quality assurance", { 0 => Passed, 1 => Defect });
stored_enum!(ReturnStep, "step of a return", { 0 => Requested, 1 => Picked, 2 => Sent, 3 => Confirmed, 4 => Withdrawn });
stored_enum!(OriginalFlag, "flag of an original", {
    0 => ReturnToCustomer, 1 => OriginalRequired, 2 => AuthenticityDoubt, 3 => BlocklistType, 4 => RescanPending
});
stored_struct!(BoxPosition { document, position, sheets, flags });
stored_struct!(Target { case, part });

stored_struct!(Catalogue { version, valid_from, time_zone, classes, kinds, types, paper });
stored_struct!(Class {
    code,
    title,
    legal_basis,
    confidence,
    minimum,
    maximum,
    window,
    maximum_at_least_minimum,
    prevails,
    disposal,
    archive_authorisation
});
stored_struct!(Term { start, rounding, period });
stored_enum!(Confidence, "confidence", { 0 => High, 1 => Medium, 2 => Low });
stored_enum!(Disposal, "disposal", { 0 => Destroy, 1 => Offer, 2 => Keep });
stored_enum!(Rounding, "rounding", { 0 => None, 1 => EndOfMonth, 2 => EndOfYear });

impl Stored for Kept {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Until(terms) => {
                out.push(1);
                terms.write(out);
            }
            Self::Nothing { start } => {
                out.push(2);
                start.write(out);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        match reader.u8("minimum")? {
            1 => Stored::read(reader).map(Self::Until),
            2 => Ok(Self::Nothing { start: Stored::read(reader)? }),
            _ => Err(CodecError::Field("minimum")),
        }
    }
}

impl Stored for EventScope {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Case => out.push(1),
            Self::Matter(number) => {
                out.push(2);
                number.write(out);
            }
            Self::Document(number) => {
                out.push(3);
                number.write(out);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        match reader.u8("scope")? {
            1 => Ok(Self::Case),
            2 => Stored::read(reader).map(Self::Matter),
            3 => Stored::read(reader).map(Self::Document),
            _ => Err(CodecError::Field("scope")),
        }
    }
}

impl Stored for Part {
    fn write(&self, out: &mut Vec<u8>) {
        let (tag, number) = match self {
            Self::Whole => (1, 0),
            Self::Matter(number) => (2, u32::from(number.0)),
            Self::Document(number) => (3, number.get()),
        };
        out.push(tag);
        number.write(out);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        let (tag, number) = (reader.u8("part")?, reader.u32("part")?);
        let small = || u16::try_from(number).map_err(|_| CodecError::Field("part"));
        match tag {
            1 if number == 0 => Ok(Self::Whole),
            2 => Ok(Self::Matter(crate::model::retention::MatterNumber(small()?))),
            3 => DocumentNumber::new(number).map(Self::Document).map_err(|_| CodecError::Field("part")),
            _ => Err(CodecError::Field("part")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::fixtures::{check, check_damaged, examples};
    use super::*;
    use crate::model::destruction::{
        Condemned, CopyPlace, DestructionRule, DropReason, Dropped, EpochProof, OrderReason, PlaceProof, TreeProof,
    };
    use crate::model::retention::{Code, EventType, HoldType, MatterNumber, NoteWords, Period, SecurityLevel, TimeZone, TypeTag};
    use crate::model::{
        Address, ApplicationName, CaseNumber, Date, Digest, DocumentId, Handle, LedgerIndex, NoteId, PersonName, PersonTag, Text, Timestamp,
    };

    const FILE: &str = "notes-v1.hex";
    const FILE_OF_EVIDENCE: &str = "notes-evidence-v1.hex";

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn code(text: &str) -> Code {
        Code::parse(text).unwrap()
    }

    fn register(number: u64) -> Address {
        Address::of_case(CaseNumber::new(CaseNumber::FIRST_REGISTER.get() + number).unwrap())
    }

    fn document(number: u32) -> DocumentNumber {
        DocumentNumber::new(number).unwrap()
    }

    fn target(case: u64, part: Part) -> Target {
        Target { case: CaseNumber::new(case).unwrap(), part }
    }

    fn class(code_text: &str, minimum: Kept, maximum: Vec<Term>) -> (Code, Class) {
        let class = Class {
            code: code(code_text),
            title: ("Leistungsakte".to_owned(), "benefit file".to_owned()),
            legal_basis: vec!["section 304 SGB V".to_owned(), "section 84(2) SGB X".to_owned()],
            confidence: Confidence::Medium,
            minimum,
            maximum,
            window: Some(Period::Days(90)),
            maximum_at_least_minimum: true,
            prevails: Some("section 20a SGB XI".to_owned()),
            disposal: Disposal::Offer,
            archive_authorisation: Some("BArch 17-2026".to_owned()),
        };
        (code(code_text), class)
    }

    fn catalogue() -> Catalogue {
        let term = |start, rounding, period| Term { start, rounding, period };
        let kept = Kept::Until(vec![
            term(EventType::CaseClosed, Rounding::EndOfYear, Some(Period::Years(10))),
            term(EventType::PeriodEnded, Rounding::EndOfMonth, Some(Period::Months(25))),
        ]);
        let maximum = vec![term(EventType::FixedDate, Rounding::None, None)];
        Catalogue {
            version: 0,
            valid_from: day("2026-01-01"),
            time_zone: TimeZone::berlin(),
            classes: BTreeMap::from([
                class("LEIST", kept, maximum),
                class("NICHTS", Kept::Nothing { start: EventType::NotNeeded }, Vec::new()),
            ]),
            kinds: BTreeMap::from([(code("benefit"), code("LEIST")), (code("default"), code("LEIST"))]),
            types: BTreeMap::from([(TypeTag([0x77; 16]), code("NICHTS"))]),
            paper: Period::Days(56),
        }
    }

    fn position(number: u32, flags: Vec<OriginalFlag>) -> BoxPosition {
        let place = Address { case: CaseNumber::new(7).unwrap(), document: document(number) };
        BoxPosition { document: place, position: number, sheets: 3, flags }
    }

    fn step(step: BoxStep) -> Note {
        Note::BoxStep { of: register(9), step }
    }

    fn event(scope: EventScope, valid_on: Option<Date>, supersedes: Option<NoteId>) -> Note {
        let evidence = supersedes.is_none().then(|| DocumentId::from_bytes([0x22; 16]));
        Note::Event { scope, event: EventType::Unappealable, valid_on, source: code("eakte"), evidence, supersedes }
    }

    fn exported(kind: ExportKind, case: Option<u64>) -> Note {
        let (case, contents) = (case.map(|case| CaseNumber::new(case).unwrap()), case.is_some());
        let scope = ExportScope { kind, case, from: Some(day("2026-01-01")), through: None, contents, access: !contents };
        let shards = vec![ExportedShard { year: 2026, size: 900, root: Digest([7; 32]) }];
        // A copy for a person has a witness in these examples, the export of a vault none.
        let cosigned = case.map(|_| "archive.example/ledger/5f0c9e7a\n7\n".to_owned()).into_iter().collect();
        Note::ExportMade { scope, size: 4000, root: Digest([8; 32]), items: 70, list: Digest([9; 32]), shards, cosigned }
    }

    /// Every kind of note, and every form of what is in it.
    fn notes() -> Vec<(&'static str, Note)> {
        let matters = vec![MatterNumber(1), MatterNumber(300)];
        let targets = vec![target(1, Part::Whole), target(2, Part::Matter(MatterNumber(3))), target(3, Part::Document(document(4)))];
        let (mode, result) = (QaMode::Sample, QaResult::Defect);
        vec![
            ("matter", Note::Matter { number: MatterNumber(2), kind: code("benefit"), from: Some(day("2024-01-01")), to: None }),
            ("kind corrected", Note::KindCorrected { matter: MatterNumber(2), replaces: code("benefit"), kind: code("placement") }),
            ("event of a case", event(EventScope::Case, Some(day("1999-12-31")), None)),
            ("event of a matter", event(EventScope::Matter(MatterNumber(2)), Some(day("2026-02-28")), Some(NoteId::from_bytes([5; 16])))),
            ("event of a document", event(EventScope::Document(document(4)), None, Some(NoteId::from_bytes([5; 16])))),
            ("assignment", Note::Assignment { document: document(4), matters }),
            ("document checked", Note::DocumentChecked { document: document(4), mode: QaMode::Full, result: QaResult::Passed }),
            ("quarantine lifted", Note::QuarantineLifted { document: document(4) }),
            ("hold placed", Note::HoldPlaced { kind: HoldType::Court, review_on: day("2027-01-31"), ends_on: None, targets }),
            ("hold reviewed", Note::HoldReviewed { hold: register(1), review_on: day("2028-01-31"), ends_on: Some(day("2030-01-01")) }),
            ("hold released", Note::HoldReleased { hold: register(1) }),
            ("classes proposed", Note::ClassesProposed { replaces: 1, catalogue: Box::new(catalogue()), text: "# classes\n".to_owned() }),
            ("classes adopted", Note::ClassesAdopted { proposal: register(2) }),
            ("classes rejected", Note::ClassesRejected { proposal: register(2) }),
            ("batch", Note::Batch { received: day("2026-11-02"), documents: 40, sheets: 215 }),
            ("batch completed", Note::BatchCompleted { batch: register(5) }),
            ("intake reported", Note::IntakeReported { through: day("2026-11-20") }),
            ("backup confirmed", Note::BackupConfirmed { through: Timestamp::parse("2026-11-20T22:00:00Z").unwrap() }),
            (
                "box",
                Note::Box {
                    batch: NoteId::from_bytes([6; 16]),
                    scanned_on: day("2026-11-03"),
                    sheets: 6,
                    positions: vec![position(1, Vec::new()), position(2, OriginalFlag::ALL.to_vec())],
                },
            ),
            ("box checked", step(BoxStep::Checked { mode, result, positions: vec![1, 2] })),
            ("box flagged", step(BoxStep::Flagged { position: 2, flag: OriginalFlag::AuthenticityDoubt, on: true })),
            ("box pulled", step(BoxStep::Pulled { positions: vec![2] })),
            ("box return", step(BoxStep::Return { position: 2, step: ReturnStep::Sent })),
            ("box extended", step(BoxStep::Extended { until: day("2027-03-01") })),
            ("box withdrawn", step(BoxStep::Withdrawn)),
            ("box return withdrawn", step(BoxStep::Return { position: 2, step: ReturnStep::Withdrawn })),
            ("box destroyed", step(BoxStep::Destroyed { on: day("2027-01-10"), level: SecurityLevel::new(5).unwrap(), sheets: 3 })),
            ("export of a vault", exported(ExportKind::Evidence, None)),
            ("export of a case", exported(ExportKind::Person, Some(7))),
            (
                "export signed",
                Note::ExportSigned { export: register(40), manifest: Digest([8; 32]), signature: vec![0x30, 0x80], stamp: Vec::new() },
            ),
        ]
    }

    /// Every kind of note about destruction.
    fn notes_of_destruction() -> Vec<(&'static str, Note)> {
        let (order, steps) = (register(20), vec![register(22), register(23)]);
        let items = vec![target(1, Part::Whole), target(2, Part::Matter(MatterNumber(3))), target(3, Part::Document(document(4)))];
        let (digest, rule) = (|byte| Digest([byte; 32]), DestructionRule { cap_per_mille: 20, cooling_off_days: 30 });
        let condemned = vec![
            Condemned { target: items[0], opening_year: 2026, documents: 7, leaves: Vec::new() },
            Condemned { target: items[2], opening_year: 2014, documents: 1, leaves: vec![document(4), DocumentNumber::FIRST_NOTE] },
        ];
        let dropped = vec![Dropped { target: items[1], reason: DropReason::Held }];
        let proof = EpochProof {
            before: 6,
            after: 7,
            root_before: digest(6),
            root_after: digest(7),
            trees: vec![TreeProof { year: 2026, cover: digest(9) }],
            places: vec![PlaceProof { name: "root of trust 1".to_owned(), assurance: 'C' }],
        };
        let copies = vec![CopyPlace { name: "root of trust 1".to_owned(), seen: true }];
        let deputy_of = vec![PersonTag([2; 16])];
        vec![
            ("order proposed", Note::OrderProposed { reason: OrderReason::Court, items, deputy_of: deputy_of.clone() }),
            ("order approved", Note::OrderApproved { order, list: digest(5), cooling_off_days: 14, deputy_of: deputy_of.clone() }),
            ("order withdrawn", Note::OrderWithdrawn { order }),
            ("order step", Note::OrderStep { order, first: 5, count: 3, held: 4000, condemned: condemned.clone(), dropped }),
            ("keys destroyed", Note::KeysDestroyed { order, steps, proof }),
            ("copies gone", Note::CopiesGone { order, copies }),
            ("destruction replayed", Note::DestructionReplayed { epoch: 7, condemned }),
            ("destruction rule proposed", Note::DestructionRuleProposed { rule, deputy_of: deputy_of.clone() }),
            ("destruction rule adopted", Note::DestructionRuleAdopted { proposal: register(30), deputy_of }),
            ("destruction rule rejected", Note::DestructionRuleRejected { proposal: register(30) }),
            ("shard sealed", Note::ShardSealed { year: 2026, size: 7, root: digest(8) }),
            ("shard destroyed", Note::ShardDestroyed { sealed: register(31), year: 2026, size: 7 }),
        ]
    }

    const FILE_OF_DESTRUCTION: &str = "destruction-v1.hex";

    fn record(note: Note) -> NoteRecord {
        NoteRecord {
            id: NoteId::from_bytes([1; 16]),
            address: register(9),
            handle: Handle([4; 16]),
            opening_year: 2026,
            recorded_at: Timestamp::from_seconds(1_795_000_000).unwrap(),
            person: Some(PersonTag([3; 16])),
            note,
            header: vec![6; 20],
            sealed_details: vec![7; 9],
            entry: LedgerIndex(9),
            receipt_size: 10,
        }
    }

    fn details() -> NoteDetails {
        let words = NoteWords { reason: Some(Text::parse("a slip of the pen").unwrap()), ..NoteWords::default() };
        NoteDetails {
            words: words.to_canonical(),
            by: Actor { application: ApplicationName::parse("eakte").unwrap(), year: 2026 },
            person: Some(PersonName::parse("m-muster").unwrap()),
        }
    }

    #[test]
    fn notes_of_version_1_stay_readable() {
        let records: Vec<_> = notes().into_iter().map(|(name, note)| (name, record(note))).collect();
        check(FILE, &records);
        assert_eq!(examples(FILE).len(), records.len() + 1, "every example is of something");
        assert!(records.iter().all(|(_, record)| decode_note(&encode_note(record)).as_ref() == Ok(record)));
    }

    #[test]
    fn notes_of_destruction_stay_readable() {
        let records: Vec<_> = notes_of_destruction().into_iter().map(|(name, note)| (name, record(note))).collect();
        check(FILE_OF_DESTRUCTION, &records);
        assert!(records.iter().all(|(_, record)| decode_note(&encode_note(record)).as_ref() == Ok(record)));
        let kinds: std::collections::BTreeSet<u8> = notes_of_destruction().iter().map(|(_, note)| encode_note_body(note)[1]).collect();
        assert_eq!(kinds, (18..=26).chain([28, 29, 31]).collect());
    }

    #[test]
    fn notes_of_evidence_stay_readable() {
        let time = |text| Timestamp::parse(text).unwrap();
        let stamp = CheckpointStamp {
            size: 7,
            kind: StampKind::StampRenewed,
            since: time("2026-11-21T18:30:40Z"),
            time: time("2031-11-21T18:30:41Z"),
            renew_by: time("2036-11-18T18:16:20Z"),
            checkpoint: b"archive.example/ledger/5f0c9e7a\n7\n".to_vec(),
            record: vec![0x30, 0x03, 0x02, 0x01, 0x01],
        };
        let record = record(Note::CheckpointStamped { stamp: Box::new(stamp) });
        check(FILE_OF_EVIDENCE, &[("checkpoint stamped", record.clone())]);
        assert_eq!(decode_note(&encode_note(&record)), Ok(record));
        let place = StampPlace { note: register(31), since: time("2026-11-21T18:30:40Z"), renew_by: time("2036-11-18T18:16:20Z") };
        check(FILE_OF_EVIDENCE, &[("place of evidence", place)]);
    }

    #[test]
    fn details_of_version_1_stay_readable() {
        check(FILE, &[("details", details())]);
        assert_eq!(decode_note_details(&encode_note_details(&details())), Ok(details()));
    }

    /// What the ledger commits to is written again from the record by whoever checks it.
    #[test]
    fn what_a_note_says_is_part_of_its_record() {
        for (name, note) in notes() {
            let (body, whole) = (encode_note_body(&note), encode_note(&record(note)));
            assert!(whole.windows(body.len() - 1).any(|window| window == &body[1..]), "{name}");
        }
    }

    #[test]
    fn every_kind_of_note_has_an_example() {
        let kinds: std::collections::BTreeSet<u8> = notes().iter().map(|(_, note)| encode_note_body(note)[1]).collect();
        assert_eq!(kinds, (1..=17).chain([27, 32, 33]).collect());
        let steps = |note: &Note| matches!(note, Note::BoxStep { .. }).then(|| encode_note_body(note)[10]);
        assert_eq!(notes().iter().filter_map(|(_, note)| steps(note)).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 7, 4, 6]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_a_decoder_panic(mut bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..600)) {
            if let Some(first) = bytes.first_mut() {
                *first = 1;
            }
            let _ = decode_note(&bytes);
            let _ = decode_note_details(&bytes);
            let _ = decode_catalogue(&bytes);
            let _ = decode::<Note>(&bytes);
        }

        #[test]
        fn a_damaged_note_is_an_error_or_another_note(
            which in 0..38_usize,
            damage in proptest::collection::vec((proptest::num::usize::ANY, proptest::num::u8::ANY), 1..4),
        ) {
            let notes = [notes(), notes_of_destruction()].concat();
            let (_, note) = &notes[which % notes.len()];
            check_damaged::<Note>(&encode_note_body(note), &damage);
            check_damaged::<NoteRecord>(&encode_note(&record(note.clone())), &damage);
        }
    }
}
