//! Byte form of facts: what the notes add up to. Lost ones can be computed again, so their form may change with a version of the program.

use super::stored::{Stored, decode, encode, stored_enum, stored_struct};
use super::{CodecError, Reader};
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
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        match reader.u8("kind of register")? {
            1 => Stored::read(reader).map(Self::Hold),
            2 => Stored::read(reader).map(Self::Batch),
            3 => Stored::read(reader).map(Self::Box),
            _ => Err(CodecError::Field("kind of register")),
        }
    }
}

stored_struct!(Dossier { matters, events, lines });
stored_struct!(MatterFacts { number, id, kind, from, to, opened_on, types });
stored_struct!(EffectiveEvent { note, id, scope, event, valid_on, recorded_at, source });
stored_struct!(Line { matter, class, version, dates });
stored_enum!(Dates, "dates", {
    1 => Unclassed,
    2 => Open { missing },
    3 => Computed { keep_until, destroy_by },
    4 => Never,
});
stored_struct!(DocumentFacts { matters, type_tag, dated, received, scan, events, lines });
stored_struct!(ScanFacts { batch, scanned_on, pages, high_protection, defects, qa });
stored_enum!(ScanDefect, "defect of a scan", {
    0 => NoTransferNote, 1 => Jbig2, 2 => Jbig2SymbolCoding, 3 => ColourLost, 4 => PagesDiffer, 5 => PagesUnknown
});
stored_struct!(HoldFacts { kind, placed_on, review_on, ends_on, released_on, targets, last_entry });
stored_struct!(BatchFacts { received, quarantined, complete, last_entry });
stored_struct!(BoxFacts { batch, scanned_on, sheets, extended_until, positions, disposition, last_entry });
stored_struct!(PositionFacts { position, qa, pulled, returning });
stored_struct!(IntakeFacts { reported_through, open });
stored_struct!(VaultFacts { catalogue, proposals, intake, backed_up_through, refreshed_below });

impl Stored for Disposition {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Waiting => out.push(0),
            Self::Destroyed(on) => {
                out.push(1);
                on.write(out);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        match reader.u8("disposition")? {
            0 => Ok(Self::Waiting),
            1 => Stored::read(reader).map(Self::Destroyed),
            _ => Err(CodecError::Field("disposition")),
        }
    }
}
