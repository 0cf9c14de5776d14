//! Byte form of the records. Hand-written, so that what lies on disk for decades changes only when somebody means it.
//!
//! Every value starts with a version byte. Numbers are big-endian; byte strings carry a u32 length. Version 1 stays readable
//! for ever: `tests/fixtures/records` holds examples of it. A value is read completely or not at all: left-over bytes,
//! lengths beyond the end and numbers outside their range are errors, never guesses.

mod access;
mod destruction;
mod fact;
#[cfg(test)]
mod fixtures;
mod note;
mod stored;

use crate::model::{
    Actor, Address, ApplicationName, CanonicalJson, CaseDetails, CaseId, CaseNumber, CaseRecord, ContentColumn, ContentLocation,
    ContentSeq, Digest, DocumentDetails, DocumentId, DocumentRecord, Handle, LedgerIndex, MediaType, Timestamp, VaultId, VaultName,
    VaultRecord,
};

pub use access::{decode_access, decode_access_details, encode_access, encode_access_details};
pub use destruction::{decode_disposition, decode_tombstone, encode_disposition, encode_tombstone};
pub use fact::{
    RegisterFacts, decode_document_facts, decode_dossier, decode_line, decode_register, decode_vault_facts, encode_document_facts,
    encode_dossier, encode_line, encode_register, encode_vault_facts,
};
pub use note::{
    decode_catalogue, decode_note, decode_note_body, decode_note_details, decode_stamp_place, encode_catalogue, encode_note,
    encode_note_body, encode_note_details, encode_stamp_place,
};

const VERSION: u8 = 1;

/// Why bytes are not the value they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// Written by a later version of the program, or damaged.
    #[error("the value has version {0}, this program reads version 1; use the program that wrote it, or run verify if no other wrote it")]
    Version(u8),
    /// The value ends too early.
    #[error("the value ends before its {0}")]
    Truncated(&'static str),
    /// There are bytes after the end.
    #[error("the value is longer than its fields")]
    TrailingBytes,
    /// A field has a value that nothing could have written.
    #[error("the {0} of the value is not one")]
    Field(&'static str),
}

struct Writer(Vec<u8>);

impl Writer {
    fn versioned() -> Self {
        Self(vec![VERSION])
    }

    fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn u8(self, number: u8) -> Self {
        self.raw(&[number])
    }

    fn u16(self, number: u16) -> Self {
        self.raw(&number.to_be_bytes())
    }

    fn u32(self, number: u32) -> Self {
        self.raw(&number.to_be_bytes())
    }

    fn u64(self, number: u64) -> Self {
        self.raw(&number.to_be_bytes())
    }

    fn time(self, time: Timestamp) -> Self {
        self.raw(&time.seconds().to_be_bytes())
    }

    fn bytes(self, bytes: &[u8]) -> Self {
        let length = u32::try_from(bytes.len()).expect("the limits must keep every field of a record below 4 GiB");
        self.u32(length).raw(bytes)
    }

    fn done(self) -> Vec<u8> {
        self.0
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn versioned(bytes: &'a [u8]) -> Result<Self, CodecError> {
        match bytes.split_first() {
            Some((&VERSION, rest)) => Ok(Self(rest)),
            Some((&other, _)) => Err(CodecError::Version(other)),
            None => Err(CodecError::Truncated("version")),
        }
    }

    fn raw(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], CodecError> {
        let (field, rest) = self.0.split_at_checked(length).ok_or(CodecError::Truncated(what))?;
        self.0 = rest;
        Ok(field)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], CodecError> {
        self.raw(N, what)?.try_into().map_err(|_| CodecError::Truncated(what))
    }

    fn u8(&mut self, what: &'static str) -> Result<u8, CodecError> {
        Ok(u8::from_be_bytes(self.array(what)?))
    }

    fn u16(&mut self, what: &'static str) -> Result<u16, CodecError> {
        Ok(u16::from_be_bytes(self.array(what)?))
    }

    fn u32(&mut self, what: &'static str) -> Result<u32, CodecError> {
        Ok(u32::from_be_bytes(self.array(what)?))
    }

    fn u64(&mut self, what: &'static str) -> Result<u64, CodecError> {
        Ok(u64::from_be_bytes(self.array(what)?))
    }

    fn time(&mut self, what: &'static str) -> Result<Timestamp, CodecError> {
        Timestamp::from_seconds(i64::from_be_bytes(self.array(what)?)).ok_or(CodecError::Field(what))
    }

    fn bytes(&mut self, what: &'static str) -> Result<&'a [u8], CodecError> {
        let length = self.u32(what)?;
        self.raw(usize::try_from(length).map_err(|_| CodecError::Truncated(what))?, what)
    }

    fn text(&mut self, what: &'static str) -> Result<&'a str, CodecError> {
        std::str::from_utf8(self.bytes(what)?).map_err(|_| CodecError::Field(what))
    }

    fn end(self) -> Result<(), CodecError> {
        if self.0.is_empty() { Ok(()) } else { Err(CodecError::TrailingBytes) }
    }
}

/// Encodes a vault: id 16, name, origin, created i64.
pub fn encode_vault(record: &VaultRecord) -> Vec<u8> {
    Writer::versioned()
        .raw(&record.id.0)
        .bytes(record.name.as_str().as_bytes())
        .bytes(record.origin.as_bytes())
        .time(record.created_at)
        .done()
}

/// Decodes a vault.
pub fn decode_vault(bytes: &[u8]) -> Result<VaultRecord, CodecError> {
    let mut reader = Reader::versioned(bytes)?;
    let record = VaultRecord {
        id: VaultId(reader.array("id")?),
        name: VaultName::parse(reader.text("name")?).map_err(|_| CodecError::Field("name"))?,
        origin: reader.text("origin")?.to_owned(),
        created_at: reader.time("creation time")?,
    };
    reader.end()?;
    Ok(record)
}

/// Encodes a cosigned checkpoint: the note.
pub fn encode_cosigned(note: &str) -> Vec<u8> {
    Writer::versioned().bytes(note.as_bytes()).done()
}

/// Decodes a cosigned checkpoint. What the note says is for others to check.
pub fn decode_cosigned(bytes: &[u8]) -> Result<String, CodecError> {
    let mut reader = Reader::versioned(bytes)?;
    let note = reader.text("note")?.to_owned();
    reader.end()?;
    Ok(note)
}

/// Encodes a case: id 16, number u64, handle 16, year u16, opened i64, header, description, reference tag 32, entry u64, receipt size u64.
pub fn encode_case(record: &CaseRecord) -> Vec<u8> {
    Writer::versioned()
        .raw(record.id.as_bytes())
        .u64(record.number.get())
        .raw(&record.handle.0)
        .u16(record.opening_year)
        .time(record.opened_at)
        .bytes(&record.header)
        .bytes(&record.sealed_details)
        .raw(&record.reference_tag)
        .u64(record.entry.0)
        .u64(record.receipt_size)
        .done()
}

/// Decodes a case.
pub fn decode_case(bytes: &[u8]) -> Result<CaseRecord, CodecError> {
    let mut reader = Reader::versioned(bytes)?;
    let record = CaseRecord {
        id: CaseId::from_bytes(reader.array("id")?),
        number: CaseNumber::new(reader.u64("number")?).map_err(|_| CodecError::Field("number"))?,
        handle: Handle(reader.array("handle")?),
        opening_year: reader.u16("opening year")?,
        opened_at: reader.time("opening time")?,
        header: reader.bytes("header")?.to_vec(),
        sealed_details: reader.bytes("description")?.to_vec(),
        reference_tag: reader.array("reference tag")?,
        entry: LedgerIndex(reader.u64("entry")?),
        receipt_size: reader.u64("receipt size")?,
    };
    reader.end()?;
    Ok(record)
}

/// Encodes a document: id 16, address u64, handle 16, year u16, stored i64, plain bytes u64, header, details,
/// column u8, seq u64, frames u32, sealed bytes u64, entry u64, receipt size u64.
pub fn encode_document(record: &DocumentRecord) -> Vec<u8> {
    let column = match record.content.column {
        ContentColumn::Logged => 0,
        ContentColumn::Bulk => 1,
    };
    Writer::versioned()
        .raw(record.id.as_bytes())
        .u64(record.address.to_u64())
        .raw(&record.handle.0)
        .u16(record.opening_year)
        .time(record.stored_at)
        .u64(record.plain_bytes)
        .bytes(&record.header)
        .bytes(&record.sealed_details)
        .u8(column)
        .u64(record.content.seq.0)
        .u32(record.content.frames)
        .u64(record.content.sealed_bytes)
        .u64(record.entry.0)
        .u64(record.receipt_size)
        .done()
}

/// Decodes a document.
pub fn decode_document(bytes: &[u8]) -> Result<DocumentRecord, CodecError> {
    let mut reader = Reader::versioned(bytes)?;
    let record = DocumentRecord {
        id: DocumentId::from_bytes(reader.array("id")?),
        address: Address::from_u64(reader.u64("address")?),
        handle: Handle(reader.array("handle")?),
        opening_year: reader.u16("opening year")?,
        stored_at: reader.time("storing time")?,
        plain_bytes: reader.u64("size")?,
        header: reader.bytes("header")?.to_vec(),
        sealed_details: reader.bytes("details")?.to_vec(),
        content: ContentLocation {
            column: match reader.u8("column")? {
                0 => ContentColumn::Logged,
                1 => ContentColumn::Bulk,
                _ => return Err(CodecError::Field("column")),
            },
            seq: ContentSeq(reader.u64("content number")?),
            frames: reader.u32("number of frames")?,
            sealed_bytes: reader.u64("sealed size")?,
        },
        entry: LedgerIndex(reader.u64("entry")?),
        receipt_size: reader.u64("receipt size")?,
    };
    reader.end()?;
    Ok(record)
}

/// Encodes what is sealed beside a document's content: SHA-256 32, media type, canonical description, application, its year u16.
pub fn encode_details(details: &DocumentDetails) -> Vec<u8> {
    Writer::versioned()
        .raw(details.sha256.as_bytes())
        .bytes(details.media_type.as_str().as_bytes())
        .bytes(details.description.as_bytes())
        .bytes(details.stored_by.application.as_str().as_bytes())
        .u16(details.stored_by.year)
        .done()
}

/// Decodes what is sealed beside a document's content.
pub fn decode_details(bytes: &[u8]) -> Result<DocumentDetails, CodecError> {
    let mut reader = Reader::versioned(bytes)?;
    let details = DocumentDetails {
        sha256: Digest(reader.array("SHA-256")?),
        media_type: MediaType::parse(reader.text("media type")?).map_err(|_| CodecError::Field("media type"))?,
        description: CanonicalJson::from_sealed(reader.bytes("description")?.to_vec()),
        stored_by: actor(&mut reader)?,
    };
    reader.end()?;
    Ok(details)
}

/// Encodes what is sealed for a case: canonical description, application, its year u16.
pub fn encode_case_details(details: &CaseDetails) -> Vec<u8> {
    Writer::versioned()
        .bytes(details.description.as_bytes())
        .bytes(details.opened_by.application.as_str().as_bytes())
        .u16(details.opened_by.year)
        .done()
}

/// Decodes what is sealed for a case.
pub fn decode_case_details(bytes: &[u8]) -> Result<CaseDetails, CodecError> {
    let mut reader = Reader::versioned(bytes)?;
    let description = CanonicalJson::from_sealed(reader.bytes("description")?.to_vec());
    let details = CaseDetails { description, opened_by: actor(&mut reader)? };
    reader.end()?;
    Ok(details)
}

fn actor(reader: &mut Reader<'_>) -> Result<Actor, CodecError> {
    let application = ApplicationName::parse(reader.text("application")?).map_err(|_| CodecError::Field("application"))?;
    Ok(Actor { application, year: reader.u16("year of the actor")? })
}

/// Encodes an owner of content: vault 16, address u64.
pub fn encode_owner(vault: VaultId, address: Address) -> Vec<u8> {
    Writer::versioned().raw(&vault.0).u64(address.to_u64()).done()
}

/// Decodes an owner of content.
pub fn decode_owner(bytes: &[u8]) -> Result<(VaultId, Address), CodecError> {
    let mut reader = Reader::versioned(bytes)?;
    let owner = (VaultId(reader.array("vault")?), Address::from_u64(reader.u64("address")?));
    reader.end()?;
    Ok(owner)
}

/// Encodes a number: a cursor, an address, a case number.
pub fn encode_u64(number: u64) -> Vec<u8> {
    Writer::versioned().u64(number).done()
}

/// Decodes a number.
pub fn decode_u64(bytes: &[u8]) -> Result<u64, CodecError> {
    let mut reader = Reader::versioned(bytes)?;
    let number = reader.u64("number")?;
    reader.end()?;
    Ok(number)
}

/// Decodes the number of a case.
pub fn decode_case_number(bytes: &[u8]) -> Result<CaseNumber, CodecError> {
    CaseNumber::new(decode_u64(bytes)?).map_err(|_| CodecError::Field("case number"))
}

/// Encodes a head: size u64, frontier in the ledger's own form.
pub fn encode_head(size: u64, frontier: &[u8]) -> Vec<u8> {
    Writer::versioned().u64(size).bytes(frontier).done()
}

/// Decodes a head.
pub fn decode_head(bytes: &[u8]) -> Result<(u64, Vec<u8>), CodecError> {
    let mut reader = Reader::versioned(bytes)?;
    let head = (reader.u64("size")?, reader.bytes("frontier")?.to_vec());
    reader.end()?;
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::DocumentNumber;

    fn document() -> DocumentRecord {
        DocumentRecord {
            id: DocumentId::from_bytes([1; 16]),
            address: Address { case: CaseNumber::new(2).unwrap(), document: DocumentNumber::new(3).unwrap() },
            handle: Handle([4; 16]),
            opening_year: 2026,
            stored_at: Timestamp::from_seconds(1_795_000_000).unwrap(),
            plain_bytes: 5,
            header: vec![6; 160],
            sealed_details: vec![7; 90],
            content: ContentLocation { column: ContentColumn::Bulk, seq: ContentSeq(8), frames: 1, sealed_bytes: 22 },
            entry: LedgerIndex(9),
            receipt_size: 10,
        }
    }

    fn case() -> CaseRecord {
        CaseRecord {
            id: CaseId::from_bytes([1; 16]),
            number: CaseNumber::new(2).unwrap(),
            handle: Handle([4; 16]),
            opening_year: 2026,
            opened_at: Timestamp::from_seconds(1_795_000_000).unwrap(),
            header: vec![6; 160],
            sealed_details: vec![7; 60],
            reference_tag: [8; 32],
            entry: LedgerIndex(9),
            receipt_size: 10,
        }
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(decode_document(&encode_document(&document())), Ok(document()));
        assert_eq!(decode_case(&encode_case(&case())), Ok(case()));
        let vault = VaultRecord {
            name: VaultName::parse("demo").unwrap(),
            id: VaultId([3; 16]),
            origin: "archive.example/ledger/5f0c9e7a".to_owned(),
            created_at: Timestamp::from_seconds(0).unwrap(),
        };
        assert_eq!(decode_vault(&encode_vault(&vault)), Ok(vault));
        let details = DocumentDetails {
            sha256: Digest([9; 32]),
            media_type: MediaType::parse("application/pdf").unwrap(),
            description: CanonicalJson::from_fields(vec![("title", "x".to_owned())]),
            stored_by: Actor { application: ApplicationName::parse("eakte").unwrap(), year: 2026 },
        };
        assert_eq!(decode_details(&encode_details(&details)), Ok(details));
        assert_eq!(decode_head(&encode_head(7, b"frontier")), Ok((7, b"frontier".to_vec())));
        let note = "archive.example/ledger/5f0c9e7a\n";
        assert_eq!(decode_cosigned(&encode_cosigned(note)).as_deref(), Ok(note));
        assert_eq!(hex::encode(encode_cosigned("a\n")), "0100000002610a");
    }

    #[test]
    fn half_a_value_or_more_than_one_is_an_error() {
        let encoded = encode_document(&document());
        for length in 0..encoded.len() {
            assert!(decode_document(&encoded[..length]).is_err(), "{length} bytes");
        }
        assert_eq!(decode_document(&[&encoded[..], &[0]].concat()), Err(CodecError::TrailingBytes));
        let mut later = encoded;
        later[0] = 2;
        assert_eq!(decode_document(&later), Err(CodecError::Version(2)));
    }

    #[test]
    fn records_of_version_1_stay_readable() {
        let fixture = |name: &str| {
            let path = format!("{}/tests/fixtures/records/{name}.hex", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
            hex::decode(text.split_whitespace().collect::<String>()).unwrap()
        };
        assert_eq!(decode_document(&fixture("document-v1")), Ok(document()));
        assert_eq!(decode_case(&fixture("case-v1")), Ok(case()));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_a_decoder_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            let mut versioned = bytes;
            if let Some(first) = versioned.first_mut() {
                *first = VERSION;
            }
            let _ = decode_document(&versioned);
            let _ = decode_case(&versioned);
            let _ = decode_vault(&versioned);
            let _ = decode_details(&versioned);
            let _ = decode_case_details(&versioned);
            let _ = decode_head(&versioned);
            let _ = decode_cosigned(&versioned);
            let _ = decode_owner(&versioned);
        }
    }
}
