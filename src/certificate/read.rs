//! Reading a file. What it says is a claim: whoever reads it checks receipts and openings, computes the statement again, writes the document
//! again and compares the bytes. So only what the statement follows from is read, and the statement itself is not.

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::item::{Item, UnplacedItem};
use super::json::Cursor;
use super::statement::Subject;
use super::write::{FORMAT, NOTE_FIELD};
use crate::ledger::{Opening, Salt};
use crate::model::{Address, Date, Digest, NoteId};

/// The file is not a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file is not a certificate from byte {0} on")]
pub struct Malformed(pub usize);

/// What a file claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedCertificate {
    /// Whose certificate it claims to be.
    pub subject: Subject,
    /// What it rests on.
    pub evidence: Vec<UnverifiedEvidence>,
    /// What was destroyed.
    pub items: Vec<UnplacedItem>,
}

/// A note as a file claims it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedEvidence {
    /// Its id.
    pub id: NoteId,
    /// Its place in the registers.
    pub place: Address,
    /// What opens its entry.
    pub fields: Vec<Opening>,
    /// Its receipt.
    pub receipt: String,
}

/// Reads what a file claims, up to its statement.
///
/// # Errors
/// [`Malformed`] with the offset in bytes.
pub fn read(file: &[u8]) -> Result<UnverifiedCertificate, Malformed> {
    let mut cursor = Cursor::new(file);
    document(&mut cursor).ok_or(Malformed(cursor.offset()))
}

/// The signed note behind a document of this many bytes, if the file ends with it.
pub(super) fn signature(file: &[u8], document_bytes: usize) -> Option<String> {
    let rest = file.get(document_bytes + "{\"certificate\":".len()..)?;
    let mut cursor = Cursor::new(rest);
    cursor.literal(",\"signature\":")?;
    let note = cursor.string()?;
    cursor.literal("}\n")?;
    (cursor.offset() == rest.len()).then_some(note)
}

impl UnverifiedCertificate {
    /// The signed note, if `document` is exactly what stands in the file, and nothing else does.
    ///
    /// # Errors
    /// [`Malformed`] with the offset at which the file is another one.
    pub fn signature_over(file: &[u8], document: &[u8]) -> Result<String, Malformed> {
        let start = "{\"certificate\":".len();
        let claimed = file.get(start..).unwrap_or_default();
        let same = claimed.iter().zip(document).take_while(|(claimed, document)| claimed == document).count();
        if same < document.len() {
            return Err(Malformed(start + same));
        }
        signature(file, document.len()).ok_or(Malformed(start + same))
    }
}

fn document(cursor: &mut Cursor<'_>) -> Option<UnverifiedCertificate> {
    cursor.literal("{\"certificate\":{\"archive\":{\"origin\":")?;
    let origin = cursor.string()?;
    let rest_ended_on = match cursor.literal(",\"rest_ended_on\":") {
        Some(()) => Some(Date::parse(&cursor.string()?).ok()?),
        None => None,
    };
    cursor.literal(",\"vault\":")?;
    let vault = cursor.string()?;
    cursor.literal(",\"version\":")?;
    let version = cursor.string()?;
    cursor.literal("},\"evidence\":[")?;
    let mut evidence = Vec::new();
    while cursor.more(evidence.is_empty()) {
        evidence.push(read_evidence(cursor)?);
    }
    cursor.literal("],\"format\":")?;
    if cursor.string()? != FORMAT {
        return None;
    }
    cursor.literal(",\"items\":[")?;
    let mut items = Vec::new();
    while cursor.more(items.is_empty()) {
        items.push(Item::read(cursor)?);
    }
    cursor.literal("],\"statement\":{")?;
    Some(UnverifiedCertificate { subject: Subject { origin, vault, rest_ended_on, version }, evidence, items })
}

fn read_evidence(cursor: &mut Cursor<'_>) -> Option<UnverifiedEvidence> {
    cursor.literal("{\"fields\":{")?;
    let mut fields: Vec<Opening> = Vec::new();
    while cursor.more(fields.is_empty()) {
        fields.push(read_opening(cursor)?);
    }
    cursor.literal("},\"id\":")?;
    let id = NoteId::parse(&cursor.string()?).ok()?;
    cursor.literal(",\"place\":")?;
    let place = Address::from_u64(u64::from_str_radix(&cursor.string()?, 16).ok()?);
    cursor.literal(",\"receipt\":")?;
    let receipt = cursor.string()?;
    cursor.literal("}")?;
    Some(UnverifiedEvidence { id, place, fields, receipt })
}

fn read_opening(cursor: &mut Cursor<'_>) -> Option<Opening> {
    let field = cursor.string()?;
    cursor.literal(":{\"salt\":")?;
    let salt = Salt(Digest::from_hex(&cursor.string()?)?);
    let value = match field.as_str() {
        NOTE_FIELD => {
            cursor.literal(",\"value_base64\":")?;
            BASE64_STANDARD.decode(cursor.string()?).ok()?
        }
        _ => {
            cursor.literal(",\"value\":")?;
            cursor.string()?.into_bytes()
        }
    };
    cursor.literal("}")?;
    Some(Opening { field, salt, value })
}
