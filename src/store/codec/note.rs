//! Byte form of notes: what was filed, once and for ever. `tests/fixtures/records` holds an example of every kind.

use super::stored::{Stored, decode, encode, stored_enum, stored_struct};
use super::{CodecError, Reader};
use crate::model::retention::{
    BoxPosition, BoxStep, Catalogue, Class, Confidence, Disposal, EventScope, Kept, Note, NoteDetails, NoteRecord, OriginalFlag, Part,
    QaMode, QaResult, ReturnStep, Rounding, Target, Term,
};
use crate::model::{Actor, DocumentNumber};

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

/// The bytes of what a note says, for commitments and for comparing a repetition.
pub fn encode_note_body(note: &Note) -> Vec<u8> {
    encode(note)
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
});

stored_enum!(BoxStep, "step of a box", {
    1 => Checked { mode, result, positions },
    2 => Flagged { position, flag, on },
    3 => Pulled { positions },
    4 => Return { position, step },
    5 => Extended { until },
    6 => Destroyed { on, level, sheets },
});

stored_enum!(QaMode, "mode of quality assurance", { 0 => Full, 1 => Sample, 2 => Implicit });
stored_enum!(QaResult, "result of quality assurance", { 0 => Passed, 1 => Defect });
stored_enum!(ReturnStep, "step of a return", { 0 => Requested, 1 => Picked, 2 => Sent, 3 => Confirmed });
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
