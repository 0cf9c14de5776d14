//! Documents: immutable bytes with a description.

use super::{Actor, Address, CanonicalJson, ContentSeq, Date, Digest, DocumentId, Handle, LedgerIndex, MediaType, NoteId, Text, Timestamp};

/// What a document is, as its application says when it stores it. Personal data: sealed on disk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentDescription {
    /// What clerks see in a list.
    pub title: Option<Text>,
    /// The office's own type of document, e.g. `application-form`.
    pub document_type: Option<Text>,
    /// Date of the document itself.
    pub date: Option<Date>,
    /// Date on which the office received it.
    pub received: Option<Date>,
    /// Name of the file it came from.
    pub file_name: Option<Text>,
    /// The document that this one corrects.
    pub supersedes: Option<DocumentId>,
    /// The matters that it belongs to; none for the default matter of its case. Sorted, so that the order of a request says nothing.
    pub matters: Vec<NoteId>,
    /// How it was scanned, if it is the image of paper.
    pub scan: Option<ScanDescription>,
}

/// How a paper original became a document (TR-03138 A.SC.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanDescription {
    /// The day of scanning, from which the weeks of the paper count.
    pub scanned_on: Date,
    /// Pages that the scan protocol counts.
    pub pages: u32,
    /// The scan batch, whose protocol says what a transfer note would say.
    pub batch: Option<NoteId>,
    /// Reference of the transfer note (Transfervermerk, TR-03138 A.NB.4).
    pub transfer_note: Option<Text>,
    /// Whether the original has colours that matter.
    pub colour: bool,
    /// Whether the protection need is high (TR-03138 A.G.2).
    pub high_protection: bool,
}

impl DocumentDescription {
    /// The form in which the description is sealed and committed to.
    pub fn to_canonical(&self) -> CanonicalJson {
        let text = |text: &Text| text.as_str().to_owned();
        let mut fields = Vec::new();
        fields.extend(self.title.as_ref().map(|title| ("title", text(title))));
        fields.extend(self.document_type.as_ref().map(|code| ("type", text(code))));
        fields.extend(self.date.map(|date| ("date", date.to_string())));
        fields.extend(self.received.map(|date| ("received", date.to_string())));
        fields.extend(self.file_name.as_ref().map(|name| ("file_name", text(name))));
        fields.extend(self.supersedes.map(|id| ("supersedes", id.to_string())));
        let matters: Vec<String> = self.matters.iter().map(ToString::to_string).collect();
        fields.extend((!matters.is_empty()).then(|| ("matters", matters.join(" "))));
        if let Some(scan) = &self.scan {
            fields.push(("scan_date", scan.scanned_on.to_string()));
            fields.push(("scan_pages", scan.pages.to_string()));
            fields.push(("scan_colour", scan.colour.to_string()));
            fields.push(("scan_protection", if scan.high_protection { "high" } else { "normal" }.to_owned()));
            fields.extend(scan.batch.map(|batch| ("scan_batch", batch.to_string())));
            fields.extend(scan.transfer_note.as_ref().map(|note| ("scan_transfer_note", text(note))));
        }
        CanonicalJson::from_fields(fields)
    }
}

/// What is sealed beside the content of a document: everything that would tell about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentDetails {
    /// SHA-256 of the plaintext. In clear it would link a destroyed form letter to its copies for ever.
    pub sha256: Digest,
    /// What kind of bytes.
    pub media_type: MediaType,
    /// The description in its canonical form.
    pub description: CanonicalJson,
    /// Who stored the document.
    pub stored_by: Actor,
}

/// Which column holds the sealed frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentColumn {
    /// Written through the write-ahead log, with small groups.
    Logged,
    /// Ingested as a file, with large groups.
    Bulk,
}

/// Where the sealed frames of a document lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentLocation {
    /// The column.
    pub column: ContentColumn,
    /// The number under which the frames are filed.
    pub seq: ContentSeq,
    /// How many frames there are: one at least, also for an empty document.
    pub frames: u32,
    /// Bytes of all frames as they lie on disk.
    pub sealed_bytes: u64,
}

/// What the archive keeps about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRecord {
    /// The id that the application chose.
    pub id: DocumentId,
    /// The place in the key tree and in the column of documents.
    pub address: Address,
    /// What the ledger calls the document.
    pub handle: Handle,
    /// Year of the key tree: the opening year of the case.
    pub opening_year: u16,
    /// When the document was stored.
    pub stored_at: Timestamp,
    /// Bytes of plaintext.
    pub plain_bytes: u64,
    /// Header under which content and details are sealed.
    pub header: Vec<u8>,
    /// The sealed [`DocumentDetails`].
    pub sealed_details: Vec<u8>,
    /// Where the content lies.
    pub content: ContentLocation,
    /// The ledger entry of the storing.
    pub entry: LedgerIndex,
    /// Size of the ledger after the commit group of the storing; the receipt was issued for it.
    pub receipt_size: u64,
}
