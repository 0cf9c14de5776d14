//! Byte form of what destruction leaves and needs. Parts of notes and tombstones are filed for ever; facts can be computed again.

use super::stored::{Stored, decode, encode, stored_enum, stored_struct};
use super::{CodecError, Reader};
use crate::model::destruction::{
    Condemned, CopyPlace, DestroyedToday, DestructionRule, DispositionFacts, DropReason, Dropped, EpochProof, OrderFacts, OrderReason,
    OrderState, PlaceProof, RuleProposal, Tombstone, TreeProof,
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
    last_entry
});
stored_struct!(DestructionRule { cap_per_mille, cooling_off_days });
stored_struct!(RuleProposal { place, proposer, entry, rule });
stored_struct!(DestroyedToday { day, held, documents });
stored_struct!(DispositionFacts { rule, proposals, open, today, documents });
stored_struct!(EpochProof { before, after, root_before, root_after, trees, places });
stored_struct!(TreeProof { year, cover });
stored_struct!(PlaceProof { name, assurance });
stored_struct!(CopyPlace { name, seen });

impl Stored for char {
    fn write(&self, out: &mut Vec<u8>) {
        u32::from(*self).write(out);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        char::from_u32(reader.u32("letter")?).ok_or(CodecError::Field("letter"))
    }
}
