//! Byte form of what destruction leaves and needs. Parts of notes and tombstones are filed for ever; facts can be computed again.

use super::stored::{Stored, decode, encode, stored_enum, stored_struct};
use super::{CodecError, Reader};
use crate::model::destruction::{
    Condemned, CopyPlace, DestroyedToday, DestructionRule, DispositionFacts, DropReason, Dropped, EpochProof, NoteRun, NoteRuns,
    OrderFacts, OrderReason, OrderState, PlaceProof, RuleProposal, ShardFacts, Tombstone, TreeProof,
};

/// Encodes a tombstone: its fields in the order of [`Tombstone`].
pub fn encode_tombstone(tombstone: &Tombstone) -> Vec<u8> {
    encode(tombstone)
}

/// Decodes a tombstone.
pub fn decode_tombstone(bytes: &[u8]) -> Result<Tombstone, CodecError> {
    decode(bytes)
}

/// Encodes what a vault knows of its destructions.
pub fn encode_disposition(facts: &DispositionFacts) -> Vec<u8> {
    encode(facts)
}

/// Decodes what a vault knows of its destructions.
pub fn decode_disposition(bytes: &[u8]) -> Result<DispositionFacts, CodecError> {
    decode(bytes)
}

stored_struct!(Tombstone { id, handle, opening_year, stored_at, entry, receipt_size, size_log2, step, destroyed_at });
stored_enum!(OrderReason, "reason of an order", { 0 => Due, 1 => Erasure, 2 => Court, 3 => Misfiled, 4 => Unlawful });
stored_enum!(DropReason, "reason for leaving an item alone", {
    0 => Gone, 1 => NotDue, 2 => Open, 3 => Conflict, 4 => Held, 5 => Watermark, 6 => Quarantine, 7 => Appraisal, 8 => Changed, 9 => Shared
});
stored_struct!(Condemned { target, opening_year, documents, leaves });
stored_struct!(Dropped { target, reason });
stored_enum!(OrderState, "state of an order", { 1 => Proposed, 2 => Approved { approval, on, from }, 3 => Withdrawn { on } });
stored_struct!(OrderFacts {
    reason,
    items,
    list,
    proposed_at,
    entry,
    proposer,
    deputy_of,
    state,
    next,
    condemned,
    dropped,
    documents,
    keyed,
    keys_destroyed_on,
    copies_gone_on,
    last_entry,
    notes
});
stored_struct!(NoteRun { first, count });
stored_struct!(DestructionRule { cap_per_mille, cooling_off_days });
stored_struct!(RuleProposal { place, proposer, deputy_of, entry, rule });
stored_struct!(DestroyedToday { day, held, documents });
stored_struct!(ShardFacts { year, place, size, root, entry, destroyed });
stored_struct!(DispositionFacts { rule, proposals, open, today, documents, shards });
stored_struct!(EpochProof { before, after, root_before, root_after, trees, places });
stored_struct!(TreeProof { year, cover });
stored_struct!(PlaceProof { name, assurance });
stored_struct!(CopyPlace { name, seen });

impl Stored for NoteRuns {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self(Stored::read(reader)?))
    }
}

impl Stored for char {
    fn write(&self, out: &mut Vec<u8>) {
        u32::from(*self).write(out);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        char::from_u32(reader.u32("letter")?).ok_or(CodecError::Field("letter"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{check, check_damaged};
    use super::super::{RegisterFacts, decode_register, encode_register};
    use super::*;
    use crate::model::{Address, CaseNumber, Date, Digest, Handle, LedgerIndex, PersonTag, Timestamp};

    const FILE: &str = "destruction-v1.hex";

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn register(number: u64) -> Address {
        Address::of_case(CaseNumber::new(CaseNumber::FIRST_REGISTER.get() + number).unwrap())
    }

    fn tombstone() -> Tombstone {
        let at = |seconds| Timestamp::from_seconds(seconds).unwrap();
        Tombstone {
            id: [8; 16],
            handle: Handle([9; 16]),
            opening_year: 2014,
            stored_at: at(1_400_000_000),
            entry: LedgerIndex(77),
            receipt_size: 80,
            size_log2: 18,
            step: register(22),
            destroyed_at: at(1_795_000_000),
        }
    }

    fn order(state: OrderState) -> RegisterFacts {
        RegisterFacts::Order(Box::new(OrderFacts {
            reason: OrderReason::Due,
            items: 9,
            list: Digest([5; 32]),
            proposed_at: Timestamp::from_seconds(1_795_000_000).unwrap(),
            entry: Some(LedgerIndex(70)),
            proposer: PersonTag([1; 16]),
            deputy_of: vec![PersonTag([2; 16])],
            state,
            next: 8,
            condemned: 6,
            dropped: 2,
            documents: 300,
            keyed: vec![register(22)],
            keys_destroyed_on: Some(day("2026-12-04")),
            copies_gone_on: None,
            last_entry: Some(LedgerIndex(90)),
            notes: NoteRuns(vec![NoteRun { first: register(21), count: 2 }, NoteRun { first: register(25), count: 1 }]),
        }))
    }

    fn orders() -> Vec<(&'static str, RegisterFacts)> {
        let (approval, on, from) = (register(21), day("2026-11-20"), day("2026-12-04"));
        vec![
            ("order that waits for a second person", order(OrderState::Proposed)),
            ("order that rests", order(OrderState::Approved { approval, on, from })),
            ("order that was given up", order(OrderState::Withdrawn { on })),
        ]
    }

    fn disposition() -> DispositionFacts {
        let rule = DestructionRule { cap_per_mille: 20, cooling_off_days: 30 };
        DispositionFacts {
            rule,
            proposals: vec![RuleProposal {
                place: register(30),
                proposer: PersonTag([1; 16]),
                deputy_of: vec![PersonTag([2; 16])],
                entry: Some(LedgerIndex(3)),
                rule,
            }],
            open: vec![register(20)],
            today: Some(DestroyedToday { day: day("2026-12-04"), held: 5000, documents: 40 }),
            documents: 1200,
            shards: vec![ShardFacts {
                year: 2024,
                place: register(31),
                size: 7,
                root: Digest([8; 32]),
                entry: Some(LedgerIndex(9)),
                destroyed: true,
            }],
        }
    }

    #[test]
    fn tombstones_of_version_1_stay_readable() {
        check(FILE, &[("tombstone", tombstone())]);
        assert_eq!(decode_tombstone(&encode_tombstone(&tombstone())), Ok(tombstone()));
    }

    #[test]
    fn facts_of_version_1_stay_readable() {
        check(FILE, &orders());
        check(FILE, &[("disposition", disposition()), ("disposition of which nothing is known", DispositionFacts::default())]);
        assert!(orders().iter().all(|(_, facts)| decode_register(&encode_register(facts)).as_ref() == Ok(facts)));
    }

    proptest::proptest! {
        #[test]
        fn damaged_values_are_an_error_or_other_values(
            damage in proptest::collection::vec((proptest::num::usize::ANY, proptest::num::u8::ANY), 1..4),
        ) {
            check_damaged::<Tombstone>(&encode_tombstone(&tombstone()), &damage);
            check_damaged::<DispositionFacts>(&encode_disposition(&disposition()), &damage);
            orders().iter().for_each(|(_, facts)| check_damaged::<RegisterFacts>(&encode_register(facts), &damage));
        }

        #[test]
        fn no_bytes_make_a_decoder_panic(mut bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..600)) {
            if let Some(first) = bytes.first_mut() {
                *first = 1;
            }
            let _ = decode_tombstone(&bytes);
            let _ = decode_disposition(&bytes);
        }
    }
}
