//! What an export was when it was written to its end for the first time: the digest of its manifests, and the office's signature over it.
//!
//! The bytes of a bag follow from what was recorded; the signatures in it do not, because they are made with chance and at some time. They
//! are filed once, and every later reading gets the same. A bag that has become another one in between is found here, and gets none.
//!
//! Where the office signs, nothing is filed as unsigned: what is filed stays, and a certificate that ran out yesterday is renewed tomorrow.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::vault::Vault;
use super::{Archive, ArchiveError, ExportView, NoteRequest};
use crate::model::retention::{Note, NoteWords};
use crate::model::{Digest, NoteId, Principal, Refusal};

/// What a bag ends with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BagSignature {
    /// The office's signature over the manifest (CMS, detached, DER), if it has a certificate.
    pub signature: Option<Vec<u8>>,
    /// The time-stamp over the signature (RFC 3161), if an authority gave one.
    pub stamp: Option<Vec<u8>>,
}

/// What sealing comes to: the signature (CMS), and the time-stamp over it or nothing; or why there is no signature.
pub type Sealing<'a> = Pin<Box<dyn Future<Output = Result<(Vec<u8>, Vec<u8>), String>> + Send + 'a>>;

/// Whoever signs exports for the office. It may ask others, so it stands above the archive.
pub trait SealExports: Send + Sync {
    /// Whether it can sign now, so that nobody reads a bag to its end for nothing; or why it cannot.
    fn ready(&self) -> Result<(), String>;

    /// Signs the manifest with this SHA-256.
    fn seal(&self, manifest: Digest) -> Sealing<'_>;
}

impl Archive {
    /// Has exports signed from now on. Only the first call counts; without one, the key of the ledger signs alone.
    pub fn seal_exports(&self, seal: Arc<dyn SealExports>) {
        let _ = self.0.export_seal.set(seal);
    }
}

impl Vault {
    /// Looks whether the bag can have its signature: it has been made, or it can be made now. Reads the database.
    ///
    /// # Errors
    /// [`ArchiveError::ExportUnsigned`] if the office's certificate cannot sign.
    pub fn check_bag_signer(&self, export: &ExportView) -> Result<(), ArchiveError> {
        if self.inner.store.note_address(self.id(), id_of(export.note.record.id))?.is_some() {
            return Ok(());
        }
        self.inner.export_seal.get().map_or(Ok(()), |seal| seal.ready()).map_err(ArchiveError::ExportUnsigned)
    }

    /// The signature over the bag with this manifest: made and filed when the bag is first written, and the same ever after.
    ///
    /// # Errors
    /// [`ArchiveError::ExportUnsigned`] if the office's certificate cannot sign, and then nothing is filed; [`ArchiveError::Damaged`] if
    /// it was another bag before.
    pub async fn sign_bag(&self, by: &Principal, export: &ExportView, manifest: Digest) -> Result<BagSignature, ArchiveError> {
        let id = id_of(export.note.record.id);
        if self.inner.store.note_address(self.id(), id)?.is_none() {
            let (signature, stamp) = match self.inner.export_seal.get() {
                Some(seal) => seal.seal(manifest).await.map_err(ArchiveError::ExportUnsigned)?,
                None => (Vec::new(), Vec::new()),
            };
            let note = Note::ExportSigned { export: export.note.record.address, manifest, signature, stamp };
            match self.file(by, export.case, NoteRequest { id, note, words: NoteWords::default() }).await {
                // Somebody else has read it to its end at the same time; theirs counts.
                Ok(_) | Err(ArchiveError::Refused(Refusal::NoteIdTaken)) => {}
                Err(error) => return Err(error),
            }
        }
        let damaged = |why: &str| ArchiveError::Damaged(format!("export {} of vault {}: {why}", export.note.record.id, self.id()));
        match self.note(id)?.record.note {
            Note::ExportSigned { export: of, manifest: signed, signature, stamp } if of == export.note.record.address => {
                if signed != manifest {
                    return Err(damaged("its bag is not the one that was signed"));
                }
                let some = |bytes: Vec<u8>| Some(bytes).filter(|bytes| !bytes.is_empty());
                Ok(BagSignature { signature: some(signature), stamp: some(stamp) })
            }
            _ => Err(damaged("another note has the id of its signature")),
        }
    }
}

/// The id of the note about the signature: a UUID of version 8 (RFC 9562 section 5.8) that follows from the export's.
fn id_of(export: NoteId) -> NoteId {
    let digest = Digest::sha256(&[b"aktenfest export signature\0".as_slice(), export.as_bytes()].concat());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_bytes()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    NoteId::from_bytes(bytes)
}
