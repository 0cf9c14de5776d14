//! Storing a document: sealed while it arrives, bounded in memory, and either there as a whole or not at all.
//!
//! Small documents wait in memory for their commit. Large ones are handed over in pieces that become readable under a seq that
//! nothing refers to; the commit then writes the reference. Whoever drops an upload leaves nothing behind: pieces are discarded, and
//! what a crash prevents from being discarded is swept at the next start.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ring::digest::{Context, SHA256};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, oneshot};

use super::arrival::{self, Arrival};
use super::job::{Job, Outcome, StageJob, Submission};
use super::numbers::AddressAside;
use super::receipt::Receipt;
use super::vault::Vault;
use super::{ArchiveError, Inner};
use crate::keys::TreeId;
use crate::ledger::{ActorKey, StoredDocument, SubjectKey};
use crate::limits::{DOCUMENT_BYTES_IN_MEMORY_MAX, DOCUMENT_BYTES_MAX, FRAME_BYTES, STAGED_PIECE_BYTES};
use crate::model::command::StoreDocument;
use crate::model::destruction::GoneKeys;
use crate::model::retention::{DocumentFacts, ScanDefect};
use crate::model::{
    Actor, Address, ApplicationName, CanonicalJson, CaseId, Command, ContentSeq, Digest, DocumentDescription, DocumentDetails, DocumentId,
    EventId, Handle, MediaType, Refusal,
};
use crate::observe::DocumentStored;
use crate::seal::{HeaderFields, SealError, Sealed, Sealer};
use crate::store::codec;
use crate::sys::random;

/// How long an upload waits for memory before its client is told to come back.
const RESERVE_PATIENCE: Duration = Duration::from_secs(30);

/// The part of a budget that large documents may take together: somebody's slow films must not keep everybody's letters waiting.
pub(super) fn large_share(budget_kib: usize) -> usize {
    (budget_kib - budget_kib / 4).max(1)
}

/// A document that was stored, now or before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Whether this request stored it; `false` if it was there with the same content and description.
    pub created: bool,
    /// SHA-256 of the content.
    pub sha256: Digest,
    /// Bytes of the content.
    pub plain_bytes: u64,
    /// The receipt; the same for every repetition.
    pub receipt: Receipt,
    /// What the scan gate found and nobody has cleared; the document is in quarantine if there is anything.
    pub defects: Vec<ScanDefect>,
}

/// A document that is arriving.
pub struct Upload {
    vault: Vault,
    about: About,
    body: Body,
    /// Memory that the body may take, given back when the upload ends.
    _budget: Reserved,
}

/// A part of the memory for bodies.
struct Reserved {
    _of_all: OwnedSemaphorePermit,
    _of_large: Option<OwnedSemaphorePermit>,
}

/// What the request says about the document.
struct About {
    case: CaseId,
    document: DocumentId,
    media_type: MediaType,
    description: CanonicalJson,
}

enum Body {
    /// A document with this id exists: the bytes are only compared.
    Repeated { digest: Box<Context>, plain_bytes: u64, address: Address },
    /// It is sealed as it arrives.
    Sealing(Box<Sealing>),
}

struct Sealing {
    inner: Arc<Inner>,
    aside: AddressAside,
    opening_year: u16,
    actor: Actor,
    sealer: Sealer,
    arrival: Arrival,
    frames: Vec<Bytes>,
    frame_bytes: usize,
    staged: Option<Staged>,
}

/// Pieces that are readable already and that nothing refers to.
struct Staged {
    inner: Arc<Inner>,
    seq: ContentSeq,
    frames: u32,
    committed: bool,
}

impl Staged {
    /// Hands over the next frames, and waits until they are out of memory.
    async fn add(&mut self, frames: Vec<Bytes>) -> Result<(), ArchiveError> {
        let first = self.frames;
        self.frames += u32::try_from(frames.len()).map_err(|_| ArchiveError::TooLarge)?;
        let (reply, answer) = oneshot::channel();
        self.inner.enqueue(Job::Stage(StageJob { seq: self.seq, first, frames, reply })).await?;
        answer.await.unwrap_or(Err(ArchiveError::Latched))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        let (queue, seq) = (self.inner.queue.clone(), self.seq);
        // Waiting for room in the queue needs a runtime; without one, the next start sweeps the pieces.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { queue.send(Job::Discard(seq)).await.is_ok() });
        }
    }
}

impl Upload {
    pub(super) async fn begin(
        vault: &Vault,
        by: &ApplicationName,
        (case, document): (CaseId, DocumentId),
        media_type: MediaType,
        description: &DocumentDescription,
        declared_bytes: Option<u64>,
    ) -> Result<Self, ArchiveError> {
        let inner = &vault.inner;
        inner.gate.check()?;
        if declared_bytes.is_some_and(|bytes| bytes > DOCUMENT_BYTES_MAX) {
            return Err(ArchiveError::TooLarge);
        }
        let about = About { case, document, media_type, description: description.to_canonical() };
        // Memory first: whoever waits for it must not hold buffers already.
        let existing = inner.store.document_address(vault.id(), document)?;
        let budget = inner.reserve(existing.is_none(), declared_bytes).await?;
        let body = match existing {
            Some(address) => Body::Repeated { digest: Box::new(Context::new(&SHA256)), plain_bytes: 0, address },
            None => {
                inner.check_space()?;
                let facts = vault.case_facts(case)?;
                let tree = TreeId::cases(vault.id(), facts.opening_year);
                let set_aside = || inner.numbers.set_address_aside(&inner.store, vault.id(), facts.number);
                let aside = inner.with_key(tree, set_aside, |aside| aside.address())?;
                let actor = inner.actor(vault.id(), by).await?;
                let leaf = inner.leaf(tree, aside.address())?;
                let fields = HeaderFields { tree, address: aside.address(), id: *document.as_bytes() };
                let sealer = Sealer::new(&leaf, fields, declared_bytes.unwrap_or(0));
                let arrival = Arrival::begin(vault, case, &about.media_type, description)?;
                Body::Sealing(Box::new(Sealing {
                    inner: Arc::clone(inner),
                    aside,
                    opening_year: facts.opening_year,
                    actor,
                    sealer,
                    arrival,
                    frames: Vec::new(),
                    frame_bytes: 0,
                    staged: None,
                }))
            }
        };
        Ok(Self { vault: vault.clone(), about, body, _budget: budget })
    }

    /// Takes the next bytes.
    pub async fn push(&mut self, bytes: Bytes) -> Result<(), ArchiveError> {
        match &mut self.body {
            Body::Repeated { digest, plain_bytes, .. } => {
                *plain_bytes += bytes.len() as u64;
                if *plain_bytes > DOCUMENT_BYTES_MAX {
                    return Err(ArchiveError::TooLarge);
                }
                digest.update(&bytes);
                Ok(())
            }
            Body::Sealing(sealing) => sealing.push(bytes).await,
        }
    }

    /// Commits the document. `expected` is the digest that the client announced. Once called, this must run to its end even if
    /// nobody waits for the answer.
    pub async fn finish(self, expected: Option<Digest>) -> Result<Stored, ArchiveError> {
        let Self { vault, about, body, _budget } = self;
        match body {
            Body::Repeated { digest, plain_bytes, address } => {
                let sha256 = Digest::from_slice(digest.finish().as_ref()).expect("SHA-256 must have 32 bytes");
                check_digest(expected, sha256)?;
                repeated(&vault, &about, address, sha256, plain_bytes).await
            }
            Body::Sealing(sealing) => sealing.finish(&vault, about, expected).await,
        }
    }
}

impl Sealing {
    async fn push(&mut self, bytes: Bytes) -> Result<(), ArchiveError> {
        self.arrival.push(&bytes).await?;
        let finished = self.sealer.push(&bytes).map_err(seal_error)?;
        self.frame_bytes += finished.iter().map(Bytes::len).sum::<usize>();
        self.frames.extend(finished);
        let piece_is_full = self.frame_bytes >= STAGED_PIECE_BYTES;
        if piece_is_full { self.stage_piece().await } else { Ok(()) }
    }

    /// Hands over what has gathered, and waits until it is out of memory.
    async fn stage_piece(&mut self) -> Result<(), ArchiveError> {
        let inner = &self.inner;
        let begin = || Staged { inner: Arc::clone(inner), seq: inner.seqs.stage(), frames: 0, committed: false };
        let staged = self.staged.get_or_insert_with(begin);
        self.frame_bytes = 0;
        staged.add(std::mem::take(&mut self.frames)).await
    }

    async fn finish(mut self: Box<Self>, vault: &Vault, about: About, expected: Option<Digest>) -> Result<Stored, ArchiveError> {
        // What is too large to wait in memory is staged, also if it is less than a piece.
        if self.frame_bytes >= DOCUMENT_BYTES_IN_MEMORY_MAX {
            self.stage_piece().await?;
        }
        let Self { inner, aside, opening_year, actor, sealer, arrival, mut frames, mut staged, .. } = *self;
        let (last, sealed) = sealer.finish();
        check_digest(expected, sealed.sha256)?;
        frames.push(last);
        if let Some(staged) = &mut staged {
            staged.add(std::mem::take(&mut frames)).await?;
        }
        let (sha256, plain_bytes, sealed_bytes) = (sealed.sha256, sealed.plain_bytes, sealed.sealed_bytes);
        let facts = arrival.finish().await?;
        let defects = arrival::defects(facts.as_ref());
        let submission = Prepared { vault, about: &about, actor, address: aside.address(), opening_year, sealed, frames, facts };
        let outcome = inner.submit(submission.into_parts(staged.as_ref().map(|staged| staged.seq))?).await?;
        match outcome {
            Outcome::Happened(placed) => {
                if let Some(staged) = &mut staged {
                    staged.committed = true;
                }
                inner.observer.emit(&DocumentStored { plain_bytes, sealed_bytes });
                Ok(Stored { created: true, sha256, plain_bytes, receipt: Receipt::of(&placed)?, defects })
            }
            Outcome::RepeatsDocument(address) => repeated(vault, &about, address, sha256, plain_bytes).await,
            Outcome::RepeatsCase(_) | Outcome::RepeatsNote(_) => {
                Err(ArchiveError::Damaged("a document was answered as something else".to_owned()))
            }
        }
    }
}

/// A sealed document on its way to the committer.
struct Prepared<'a> {
    vault: &'a Vault,
    about: &'a About,
    actor: Actor,
    address: Address,
    opening_year: u16,
    sealed: Sealed,
    frames: Vec<Bytes>,
    facts: Option<DocumentFacts>,
}

impl Prepared<'_> {
    /// The command, its ledger entry and its frames. The commitments are computed here, off the one writer's thread.
    fn into_parts(self, staged: Option<ContentSeq>) -> Result<(Command, crate::ledger::PreparedEntry, Vec<Bytes>), ArchiveError> {
        let Self { vault, about, actor, address, opening_year, sealed, frames, facts } = self;
        // One question to the kernel for both.
        let [handle, event]: [[u8; 16]; 2] = random::arrays();
        let (handle, event) = (Handle(handle), EventId(event));
        let actor_key = vault.inner.actor_key(vault.id(), &actor)?;
        let entry = StoredDocument {
            application: actor.application.as_str(),
            case: about.case,
            document: about.document,
            description: about.description.as_bytes(),
            sha256: &sealed.sha256,
            size_bytes: sealed.plain_bytes,
            media_type: about.media_type.as_str(),
        }
        .prepare(handle, event, &SubjectKey::new(sealed.subject_key), &ActorKey::new(actor_key));
        let details = DocumentDetails {
            sha256: sealed.sha256,
            media_type: about.media_type.clone(),
            description: about.description.clone(),
            stored_by: actor,
        };
        let command = StoreDocument {
            vault: vault.id(),
            case: about.case,
            document: about.document,
            address,
            handle,
            opening_year,
            plain_bytes: sealed.plain_bytes,
            header: sealed.header.to_vec(),
            sealed_details: sealed.description.seal(&codec::encode_details(&details)),
            frames: sealed.frames,
            sealed_bytes: sealed.sealed_bytes,
            staged,
            facts,
        };
        Ok((Command::StoreDocument(command), entry, frames))
    }
}

/// Compares a repetition with what is stored: the same gives the same receipt, anything else is another document.
async fn repeated(vault: &Vault, about: &About, address: Address, sha256: Digest, plain_bytes: u64) -> Result<Stored, ArchiveError> {
    let view = vault.document_at(address)?;
    let same = view.case == about.case
        && view.details.sha256 == sha256
        && view.record.plain_bytes == plain_bytes
        && view.details.media_type == about.media_type
        && view.details.description == about.description;
    if !same {
        return Err(Refusal::DocumentIdTaken.into());
    }
    let record = &view.record;
    let receipt = vault.inner.issue_again(vault.id(), record.entry, record.receipt_size, record.stored_at).await?;
    let defects = arrival::defects(vault.inner.store.document_facts(vault.id(), address)?.as_ref());
    Ok(Stored { created: false, sha256, plain_bytes, receipt, defects })
}

fn check_digest(expected: Option<Digest>, received: Digest) -> Result<(), ArchiveError> {
    match expected {
        Some(expected) if expected != received => Err(ArchiveError::DigestMismatch { expected, received }),
        _ => Ok(()),
    }
}

fn seal_error(error: SealError) -> ArchiveError {
    match error {
        SealError::TooLarge => ArchiveError::TooLarge,
        other => ArchiveError::Damaged(other.to_string()),
    }
}

impl Inner {
    /// Waits for memory: for a small document as much as it has, for a large one a piece and the frame behind it.
    async fn reserve(&self, is_new: bool, declared_bytes: Option<u64>) -> Result<Reserved, ArchiveError> {
        const KIB: usize = 1 << 10;
        let (bytes, is_large) = match declared_bytes {
            _ if !is_new => (KIB, false),
            Some(bytes) if bytes < STAGED_PIECE_BYTES as u64 => (bytes as usize + KIB, bytes >= DOCUMENT_BYTES_IN_MEMORY_MAX as u64),
            _ => (STAGED_PIECE_BYTES + 2 * FRAME_BYTES, true),
        };
        let share = if is_large { large_share(self.budget_kib) } else { self.budget_kib };
        let permits = u32::try_from(bytes.div_ceil(KIB).min(share)).map_err(|_| ArchiveError::TooLarge)?;
        // Mostly there is room, and no need for a timer.
        if !is_large && let Ok(permit) = Arc::clone(&self.budget).try_acquire_many_owned(permits) {
            return Ok(Reserved { _of_large: None, _of_all: permit });
        }
        let reserve = async {
            let large = if is_large { Some(Arc::clone(&self.budget_large).acquire_many_owned(permits).await?) } else { None };
            Ok::<_, AcquireError>(Reserved { _of_large: large, _of_all: Arc::clone(&self.budget).acquire_many_owned(permits).await? })
        };
        match tokio::time::timeout(RESERVE_PATIENCE, reserve).await {
            Ok(Ok(reserved)) => Ok(reserved),
            Ok(Err(_)) | Err(_) => Err(ArchiveError::Busy),
        }
    }

    /// Puts a job into the queue, waiting for room.
    pub(super) async fn enqueue(&self, job: Job) -> Result<(), ArchiveError> {
        self.gate.check()?;
        self.queue.send(job).await.map_err(|_| ArchiveError::Latched)
    }

    /// Hands a command to the committer and waits for what comes of it.
    pub(super) async fn submit(&self, prepared: (Command, crate::ledger::PreparedEntry, Vec<Bytes>)) -> Result<Outcome, ArchiveError> {
        self.submit_with(prepared, None).await
    }

    /// As [`Inner::submit`], with the keyring's statement that some keys are gone.
    pub(super) async fn submit_with(
        &self,
        (command, entry, frames): (Command, crate::ledger::PreparedEntry, Vec<Bytes>),
        gone: Option<GoneKeys>,
    ) -> Result<Outcome, ArchiveError> {
        let (reply, answer) = oneshot::channel();
        self.enqueue(Job::Command(Box::new(Submission { command, entry, frames, gone, reply }))).await?;
        // A closed channel means that the archive latched while the command was on its way.
        answer.await.unwrap_or(Err(ArchiveError::OutcomeUnknown))
    }
}
