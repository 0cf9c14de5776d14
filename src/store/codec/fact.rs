//! Byte form of facts: what the notes add up to. Lost ones can be computed again, so their form may change with a version of the program.

use super::stored::{Stored, decode, encode, stored_enum, stored_struct};
use super::{CodecError, Reader};
use crate::model::destruction::OrderFacts;
use crate::model::retention::{
    BatchFacts, BoxFacts, Dates, Disposition, DocumentFacts, Dossier, EffectiveEvent, HoldFacts, IntakeFacts, Line, MatterFacts,
    PositionFacts, ScanDefect, ScanFacts, VaultFacts,
};

/// Encodes the dossier of a case.
pub fn encode_dossier(dossier: &Dossier) -> Vec<u8> {
    encode(dossier)
}

/// Decodes the dossier of a case.
pub fn decode_dossier(bytes: &[u8]) -> Result<Dossier, CodecError> {
    decode(bytes)
}

/// Encodes what retention knows of a document.
pub fn encode_document_facts(facts: &DocumentFacts) -> Vec<u8> {
    encode(facts)
}

/// Decodes what retention knows of a document.
pub fn decode_document_facts(bytes: &[u8]) -> Result<DocumentFacts, CodecError> {
    decode(bytes)
}

/// Encodes what retention knows of a vault.
pub fn encode_vault_facts(facts: &VaultFacts) -> Vec<u8> {
    encode(facts)
}

/// Decodes what retention knows of a vault.
pub fn decode_vault_facts(bytes: &[u8]) -> Result<VaultFacts, CodecError> {
    decode(bytes)
}

/// Encodes a line of the agenda.
pub fn encode_line(line: &Line) -> Vec<u8> {
    encode(line)
}

/// Decodes a line of the agenda.
pub fn decode_line(bytes: &[u8]) -> Result<Line, CodecError> {
    decode(bytes)
}

/// Facts about something in the registers of a vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterFacts {
    /// A hold.
    Hold(HoldFacts),
    /// A scan batch.
    Batch(BatchFacts),
    /// A box.
    Box(Box<BoxFacts>),
    /// An order of destruction.
    Order(Box<OrderFacts>),
}

/// Encodes facts of a register.
pub fn encode_register(facts: &RegisterFacts) -> Vec<u8> {
    encode(facts)
}

/// Decodes facts of a register.
pub fn decode_register(bytes: &[u8]) -> Result<RegisterFacts, CodecError> {
    decode(bytes)
}

impl Stored for RegisterFacts {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Hold(facts) => {
                out.push(1);
                facts.write(out);
            }
            Self::Batch(facts) => {
                out.push(2);
                facts.write(out);
            }
            Self::Box(facts) => {
                out.push(3);
                facts.write(out);
            }
            Self::Order(facts) => {
                out.push(4);
                facts.write(out);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        match reader.u8("kind of register")? {
            1 => Stored::read(reader).map(Self::Hold),
            2 => Stored::read(reader).map(Self::Batch),
            3 => Stored::read(reader).map(Self::Box),
            4 => Stored::read(reader).map(Self::Order),
            _ => Err(CodecError::Field("kind of register")),
        }
    }
}

stored_struct!(Dossier { matters, events, own_events, lines });
stored_struct!(MatterFacts { number, id, kind, from, to, opened_on, types });
stored_struct!(EffectiveEvent { note, id, scope, event, valid_on, recorded_at, source });
stored_struct!(Line { matter, class, version, dates });
stored_enum!(Dates, "dates", {
    1 => Unclassed,
    2 => Open { missing },
    3 => Computed { keep_until, destroy_by },
    4 => Never,
});
stored_struct!(DocumentFacts { matters, type_tag, dated, received, scan, settled_on, events, lines });
stored_struct!(ScanFacts { batch, scanned_on, pages, high_protection, defects, qa });
stored_enum!(ScanDefect, "defect of a scan", {
    0 => NoTransferNote, 1 => Jbig2, 2 => Jbig2SymbolCoding, 3 => ColourLost, 4 => PagesDiffer, 5 => PagesUnknown
});
stored_struct!(HoldFacts { kind, placed_on, review_on, ends_on, released_on, targets, last_entry });
stored_struct!(BatchFacts { received, documents, sheets, boxed, boxed_on, stored, quarantined, complete, completed_on, last_entry });
stored_struct!(BoxFacts { batch, scanned_on, sheets, extended_until, positions, disposition, settled_on, last_entry });
stored_struct!(PositionFacts { position, qa, pulled, returning });
stored_struct!(IntakeFacts { reported_through, open });
stored_struct!(VaultFacts { catalogue, proposals, intake, backed_up_through, backups, releases, refreshed_below });

impl Stored for Disposition {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Waiting => out.push(0),
            Self::Destroyed(on) => {
                out.push(1);
                on.write(out);
            }
            Self::Withdrawn(on) => {
                out.push(2);
                on.write(out);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        match reader.u8("disposition")? {
            0 => Ok(Self::Waiting),
            1 => Stored::read(reader).map(Self::Destroyed),
            2 => Stored::read(reader).map(Self::Withdrawn),
            _ => Err(CodecError::Field("disposition")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{check, check_damaged, examples};
    use super::*;
    use crate::model::retention::{
        BoxPosition, Code, EventScope, EventType, HoldType, MatterNumber, OriginalFlag, QaMode, QaResult, ReturnStep, TypeTag,
    };
    use crate::model::{Address, CaseNumber, Date, DocumentNumber, LedgerIndex, NoteId, Timestamp};

    const FILE: &str = "facts-v1.hex";

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn code(text: &str) -> Code {
        Code::parse(text).unwrap()
    }

    fn note(number: u32) -> Address {
        Address { case: CaseNumber::new(7).unwrap(), document: DocumentNumber::new(DocumentNumber::FIRST_NOTE.get() + number).unwrap() }
    }

    fn register(number: u64) -> Address {
        Address::of_case(CaseNumber::new(CaseNumber::FIRST_REGISTER.get() + number).unwrap())
    }

    fn line(dates: Dates) -> Line {
        Line { matter: MatterNumber(1), class: Some(code("LEIST")), version: 3, dates }
    }

    fn lines() -> Vec<(&'static str, Line)> {
        let (keep_until, destroy_by) = (day("1969-12-31"), Some(day("2035-03-30")));
        vec![
            ("line without a class", Line { class: None, ..line(Dates::Unclassed) }),
            ("open line", line(Dates::Open { missing: EventType::PersonDied })),
            ("line with a minimum", line(Dates::Computed { keep_until, destroy_by: None })),
            ("line with a maximum", line(Dates::Computed { keep_until, destroy_by })),
            ("line beyond the calendar", line(Dates::Never)),
        ]
    }

    fn event(scope: EventScope) -> EffectiveEvent {
        EffectiveEvent {
            note: note(5),
            id: NoteId::from_bytes([5; 16]),
            scope,
            event: EventType::CaseClosed,
            valid_on: day("2025-06-30"),
            recorded_at: Timestamp::from_seconds(1_795_000_000).unwrap(),
            source: code("eakte"),
        }
    }

    fn dossier() -> Dossier {
        let mut dossier = Dossier::new(code("benefit"), day("2024-05-06"));
        dossier.matters[0].types = [(TypeTag([1; 16]), 3), (TypeTag([2; 16]), 1)].into();
        dossier.own_events = vec![DocumentNumber::new(4).unwrap()];
        dossier.matters.push(MatterFacts {
            number: MatterNumber(1),
            id: Some(NoteId::from_bytes([8; 16])),
            kind: code("grant"),
            from: Some(day("2024-01-01")),
            to: Some(day("2024-12-31")),
            opened_on: day("2024-06-01"),
            types: std::collections::BTreeMap::new(),
        });
        dossier.events = vec![event(EventScope::Case), event(EventScope::Matter(MatterNumber(1)))];
        dossier.lines = lines().into_iter().map(|(_, line)| line).collect();
        dossier
    }

    fn document() -> DocumentFacts {
        DocumentFacts {
            matters: vec![MatterNumber(0), MatterNumber(1)],
            type_tag: Some(TypeTag([9; 16])),
            dated: Some(day("2024-02-29")),
            received: Some(day("2024-03-01")),
            scan: Some(ScanFacts {
                batch: Some(NoteId::from_bytes([6; 16])),
                scanned_on: day("2024-03-02"),
                pages: 12,
                high_protection: true,
                defects: ScanDefect::ALL.to_vec(),
                qa: Some((QaMode::Implicit, QaResult::Passed)),
            }),
            settled_on: Some(day("2024-03-05")),
            events: vec![event(EventScope::Document(DocumentNumber::new(4).unwrap()))],
            lines: vec![line(Dates::Unclassed)],
        }
    }

    fn registers() -> Vec<(&'static str, RegisterFacts)> {
        let last_entry = Some(LedgerIndex(77));
        let hold = HoldFacts {
            kind: HoldType::Embargo,
            placed_on: day("2026-01-02"),
            review_on: day("2026-07-01"),
            ends_on: Some(day("2027-01-01")),
            released_on: Some(day("2026-08-09")),
            targets: 10_000,
            last_entry,
        };
        let position = |number, returning| PositionFacts {
            position: BoxPosition { document: note(1), position: number, sheets: 2, flags: vec![OriginalFlag::RescanPending] },
            qa: Some((QaMode::Full, QaResult::Defect)),
            pulled: true,
            returning,
        };
        let facts = BoxFacts {
            batch: NoteId::from_bytes([6; 16]),
            scanned_on: day("2026-11-03"),
            sheets: 4,
            extended_until: Some(day("2027-02-01")),
            positions: vec![position(1, None), position(2, Some((ReturnStep::Picked, day("2026-12-01"))))],
            disposition: Disposition::Destroyed(day("2027-02-02")),
            settled_on: day("2026-12-24"),
            last_entry,
        };
        let waiting = BoxFacts { disposition: Disposition::Waiting, last_entry: None, positions: Vec::new(), ..facts.clone() };
        let withdrawn = BoxFacts { disposition: Disposition::Withdrawn(day("2026-12-25")), ..waiting.clone() };
        vec![
            ("hold", RegisterFacts::Hold(hold)),
            (
                "batch",
                RegisterFacts::Batch(BatchFacts {
                    received: day("2026-11-02"),
                    documents: 40,
                    sheets: 215,
                    boxed: 180,
                    boxed_on: Some(day("2026-11-05")),
                    stored: 39,
                    quarantined: 3,
                    complete: true,
                    completed_on: Some(day("2026-11-06")),
                    last_entry,
                }),
            ),
            ("box", RegisterFacts::Box(Box::new(facts))),
            ("waiting box", RegisterFacts::Box(Box::new(waiting))),
            ("withdrawn box", RegisterFacts::Box(Box::new(withdrawn))),
        ]
    }

    fn vault() -> VaultFacts {
        VaultFacts {
            catalogue: Some((3, register(2))),
            proposals: vec![register(4), register(5)],
            intake: IntakeFacts { reported_through: Some(day("2026-11-20")), open: vec![(register(6), day("2026-11-02"))] },
            backed_up_through: Some(Timestamp::from_seconds(1_795_000_000).unwrap()),
            backups: vec![(Timestamp::from_seconds(1_795_000_000).unwrap(), Timestamp::from_seconds(1_795_003_600).unwrap())],
            releases: vec![(Timestamp::from_seconds(1_795_007_200).unwrap(), register(1))],
            refreshed_below: 41,
        }
    }

    #[test]
    fn facts_of_version_1_stay_readable() {
        check(FILE, &lines());
        check(FILE, &registers());
        check(FILE, &[("dossier", dossier())]);
        check(FILE, &[("document", document()), ("document of which nothing is known", DocumentFacts::default())]);
        check(FILE, &[("vault", vault()), ("vault of which nothing is known", VaultFacts::default())]);
        assert_eq!(examples(FILE).len(), lines().len() + registers().len() + 5, "every example is of something");
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(decode_dossier(&encode_dossier(&dossier())), Ok(dossier()));
        assert_eq!(decode_document_facts(&encode_document_facts(&document())), Ok(document()));
        assert_eq!(decode_vault_facts(&encode_vault_facts(&vault())), Ok(vault()));
        assert!(lines().iter().all(|(_, line)| decode_line(&encode_line(line)).as_ref() == Ok(line)));
        assert!(registers().iter().all(|(_, facts)| decode_register(&encode_register(facts)).as_ref() == Ok(facts)));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_a_decoder_panic(mut bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..600)) {
            if let Some(first) = bytes.first_mut() {
                *first = 1;
            }
            let _ = decode_dossier(&bytes);
            let _ = decode_document_facts(&bytes);
            let _ = decode_vault_facts(&bytes);
            let _ = decode_line(&bytes);
            let _ = decode_register(&bytes);
        }

        #[test]
        fn damaged_facts_are_an_error_or_other_facts(
            damage in proptest::collection::vec((proptest::num::usize::ANY, proptest::num::u8::ANY), 1..4),
        ) {
            check_damaged::<Dossier>(&encode_dossier(&dossier()), &damage);
            check_damaged::<DocumentFacts>(&encode_document_facts(&document()), &damage);
            check_damaged::<VaultFacts>(&encode_vault_facts(&vault()), &damage);
            registers().iter().for_each(|(_, facts)| check_damaged::<RegisterFacts>(&encode_register(facts), &damage));
        }
    }
}
