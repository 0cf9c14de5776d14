//! What retention must know of a document that arrives: from its description, and from the scan gate, which reads along.

use super::ArchiveError;
use super::vault::Vault;
use crate::gate::Inspector;
use crate::model::retention::{DocumentFacts, ScanDefect};
use crate::model::{CaseId, DocumentDescription, MediaType};

/// A document on its way, as retention sees it.
pub(super) struct Arrival {
    facts: Option<DocumentFacts>,
    /// Boxed, because few documents are scans.
    inspector: Option<Box<Inspector>>,
}

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
        let inspector = description.scan.as_ref().map(|scan| Box::new(Inspector::new(media_type.as_str(), scan.into())));
        Ok(Self { facts, inspector })
    }

    /// Takes the next bytes of the document.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if let Some(inspector) = &mut self.inspector {
            inspector.push(bytes);
        }
    }

    /// The document is complete. Defects put it into quarantine; they never turn it away.
    pub(super) fn finish(self) -> Option<DocumentFacts> {
        let Self { facts, inspector } = self;
        let mut facts = facts?;
        if let (Some(scan), Some(inspector)) = (&mut facts.scan, inspector) {
            scan.defects = inspector.finish().defects;
        }
        Some(facts)
    }
}

/// The defects among the facts of a document.
pub(super) fn defects(facts: Option<&DocumentFacts>) -> Vec<ScanDefect> {
    facts.and_then(|facts| facts.scan.as_ref()).map_or_else(Vec::new, |scan| scan.defects.clone())
}
