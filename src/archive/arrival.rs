//! What retention must know of a document that arrives: from its description, and from the scan gate, which reads along.

use bytes::Bytes;
use tokio::sync::Semaphore;

use super::ArchiveError;
use super::vault::Vault;
use crate::gate::Inspector;
use crate::limits::{GATE_AT_ONCE_MAX, GATE_PIECE_BYTES};
use crate::model::retention::{DocumentFacts, ScanDefect};
use crate::model::{CaseId, DocumentDescription, MediaType};

/// A document on its way, as retention sees it.
pub(super) struct Arrival {
    facts: Option<DocumentFacts>,
    /// `None` for what is no scan.
    scan: Option<Box<Scan>>,
}

/// A scan on its way to the gate.
struct Scan {
    /// `None` while another thread has it.
    inspector: Option<Inspector>,
    /// What the gate has not seen yet.
    waiting: Vec<Bytes>,
    waiting_bytes: usize,
}

/// The gate works on threads that may be kept busy: requests, and with them everybody's connections, are served by two or three others.
static AT_THE_GATE: Semaphore = Semaphore::const_new(GATE_AT_ONCE_MAX);

impl Arrival {
    /// Looks at the description. A document of which only the content is given leaves nothing to know.
    pub(super) fn begin(
        vault: &Vault,
        case: CaseId,
        media_type: &MediaType,
        description: &DocumentDescription,
    ) -> Result<Self, ArchiveError> {
        let matters = if description.matters.is_empty() { Vec::new() } else { vault.matter_numbers(case, &description.matters)? };
        let type_tag = description.document_type.as_ref().map(|name| vault.type_tag(name.as_str())).transpose()?;
        let facts = DocumentFacts::described(description, matters, type_tag);
        let scan = description.scan.as_ref().map(|scan| {
            let inspector = Some(Inspector::new(media_type.as_str(), scan.into()));
            Box::new(Scan { inspector, waiting: Vec::new(), waiting_bytes: 0 })
        });
        Ok(Self { facts, scan })
    }

    /// Takes the next bytes of the document.
    pub(super) async fn push(&mut self, bytes: &Bytes) -> Result<(), ArchiveError> {
        match &mut self.scan {
            Some(scan) => scan.push(bytes).await,
            None => Ok(()),
        }
    }

    /// The document is complete. Defects put it into quarantine; they never turn it away.
    pub(super) async fn finish(self) -> Result<Option<DocumentFacts>, ArchiveError> {
        let Self { mut facts, scan } = self;
        let described = facts.as_mut().and_then(|facts| facts.scan.as_mut());
        if let (Some(described), Some(scan)) = (described, scan) {
            described.defects = scan.finish().await?;
        }
        Ok(facts)
    }
}

impl Scan {
    async fn push(&mut self, bytes: &Bytes) -> Result<(), ArchiveError> {
        let mut bytes = bytes.clone();
        while !bytes.is_empty() {
            let piece = bytes.split_to(bytes.len().min(GATE_PIECE_BYTES - self.waiting_bytes));
            self.waiting_bytes += piece.len();
            self.waiting.push(piece);
            if self.waiting_bytes == GATE_PIECE_BYTES {
                self.look().await?;
            }
        }
        Ok(())
    }

    /// Has the gate look at what waits.
    async fn look(&mut self) -> Result<(), ArchiveError> {
        let (mut inspector, waiting) = self.hand_over()?;
        let look = move || {
            waiting.iter().for_each(|piece| inspector.push(piece));
            inspector
        };
        self.inspector = Some(at_the_gate(look).await?);
        Ok(())
    }

    async fn finish(mut self: Box<Self>) -> Result<Vec<ScanDefect>, ArchiveError> {
        let (mut inspector, waiting) = self.hand_over()?;
        at_the_gate(move || {
            waiting.iter().for_each(|piece| inspector.push(piece));
            inspector.finish().defects
        })
        .await
    }

    fn hand_over(&mut self) -> Result<(Inspector, Vec<Bytes>), ArchiveError> {
        self.waiting_bytes = 0;
        // A gate that has not given the scan back has ended with its process.
        Ok((self.inspector.take().ok_or(ArchiveError::Latched)?, std::mem::take(&mut self.waiting)))
    }
}

/// Runs `work` on a thread of its own, when it is its turn.
async fn at_the_gate<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ArchiveError> {
    let turn = AT_THE_GATE.acquire().await.expect("nobody closes the gate");
    let done = tokio::task::spawn_blocking(work).await;
    drop(turn);
    // The runtime is being shut down.
    done.map_err(|_| ArchiveError::Latched)
}

/// The defects among the facts of a document.
pub(super) fn defects(facts: Option<&DocumentFacts>) -> Vec<ScanDefect> {
    facts.and_then(|facts| facts.scan.as_ref()).map_or_else(Vec::new, |scan| scan.defects.clone())
}
