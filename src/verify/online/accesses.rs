//! The access ledgers of a running archive: signature, every entry, every tile, as for the vault's own ledger.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Check, OnlineSettings, RemoteArchive, RemoteCase, RemoteDocument, RemoteError, RemoteOpening, RemotePage, ledger};
use crate::ledger::TilePath;
use crate::model::{CaseId, DocumentId};
use crate::verify::report::AccessSummary;

/// Checks all access ledgers that the archive says it has; answers their names.
pub(super) fn check<R: RemoteArchive>(check: &Check<R>, settings: &OnlineSettings) -> Vec<String> {
    let years = check.fetched(&format!("{} access", check.place), check.remote.access_years()).unwrap_or_default();
    let mut origins = Vec::new();
    for RemoteYear { year, verifier_key } in years {
        let of_year = Check {
            remote: Arc::new(OfYear { remote: Arc::clone(&check.remote), year, verifier_key }),
            collector: Arc::clone(&check.collector),
            place: format!("{} access {year}", check.place),
        };
        let Some(ledger) = ledger::check(&of_year, settings, BTreeSet::new(), ledger::Kind::Accesses) else { continue };
        // Whether it was closed stands in a note, which the interface does not open.
        let (vault, entries) = (settings.vault.clone(), ledger.facts.size);
        check.collector.access(AccessSummary { vault, year, entries, is_sealed: None });
        origins.push(ledger.facts.origin);
    }
    origins
}

/// The access ledger of a calendar year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteYear {
    /// The year.
    pub year: u16,
    /// The key that the archive says it is signed with, as a line of text.
    pub verifier_key: String,
}

/// An access ledger in place of the vault's own. Nothing else is asked of it.
struct OfYear<R> {
    remote: Arc<R>,
    year: u16,
    verifier_key: String,
}

fn only_a_ledger<T>() -> Result<T, RemoteError> {
    Err(RemoteError::Failed("an access ledger has nothing but entries".to_owned()))
}

impl<R: RemoteArchive> RemoteArchive for OfYear<R> {
    fn verifier_key(&self) -> Result<String, RemoteError> {
        Ok(self.verifier_key.clone())
    }

    fn checkpoint(&self) -> Result<Vec<u8>, RemoteError> {
        self.remote.access_checkpoint(self.year)
    }

    fn tile(&self, path: &TilePath) -> Result<Vec<u8>, RemoteError> {
        self.remote.access_tile(self.year, path)
    }

    fn cases(&self, _: Option<&str>) -> Result<RemotePage<RemoteCase>, RemoteError> {
        only_a_ledger()
    }

    fn documents(&self, _: CaseId, _: Option<&str>) -> Result<RemotePage<RemoteDocument>, RemoteError> {
        only_a_ledger()
    }

    fn receipt(&self, _: CaseId, _: Option<DocumentId>) -> Result<Vec<u8>, RemoteError> {
        only_a_ledger()
    }

    fn opening(&self, _: CaseId, _: Option<DocumentId>) -> Result<RemoteOpening, RemoteError> {
        only_a_ledger()
    }

    fn content(&self, _: CaseId, _: DocumentId, _: &mut dyn FnMut(&[u8])) -> Result<(), RemoteError> {
        only_a_ledger()
    }
}
