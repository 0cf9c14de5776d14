//! Retention as its users see it: matters and events, holds, classes, intake, paper; what is due, and why.
//!
//! Everything that changes something is a note and goes through `Vault::file`; here ids of clients become numbers and addresses, and
//! numbers become ids again. Reading never waits for the writer.
//!
//! What is deliberately absent: rules (they are in `policy`), and destruction.

mod classes;
mod contents;
mod due;
mod holds;
mod intake;
mod matters;
mod measure;
mod obstacles;
mod paper;
mod read_back;
mod refresh;
mod why;

pub use classes::{CatalogueInForce, ParsedCatalogue, ProposalView};
pub use due::{AgendaList, DueItem, Duties};
pub use holds::{HoldItem, HoldQuery, HoldRequest, HoldReview, HoldView, PlannedEnd};
pub use intake::{BatchRequest, BatchView, IntakeView};
pub use matters::{CaseRetention, EventRequest, MatterRequest, Scope};
pub use obstacles::Obstacle;
pub use paper::{BoxItem, BoxRequest, BoxView, StepRequest};
pub use read_back::{EventState, EventView, NoteTold, QuarantinedView};
pub(super) use refresh::{Progress, step as refresh_step};
pub use why::{Why, WhyMatter};

use std::sync::Arc;

use super::vault::Vault;
use super::{ArchiveError, retention_view};
use crate::model::retention::{Catalogue, DocumentFacts, Dossier, TimeZone, Today, VaultFacts};
use crate::model::{Address, CaseNumber, Refusal};
use crate::store::StoreError;

/// A case of which notes are filed takes its number again when another note was faster.
const ATTEMPTS_MAX: u32 = 8;

impl Vault {
    /// What retention knows of the vault as a whole.
    pub(super) fn facts(&self) -> Result<VaultFacts, ArchiveError> {
        Ok(self.inner.store.vault_facts(self.id())?)
    }

    /// The catalogue in force.
    pub fn catalogue(&self) -> Result<Option<Arc<Catalogue>>, ArchiveError> {
        let Some((version, place)) = self.facts()?.catalogue else { return Ok(None) };
        let damaged = || StoreError::Damaged(format!("catalogue {version} of vault {} has no proposal", self.id()));
        let record = self.inner.store.note(self.id(), place)?.ok_or_else(damaged)?;
        let catalogue = retention_view::catalogue_of(&record.note, version).ok_or_else(damaged)?;
        Ok(Some(Arc::new(catalogue)))
    }

    /// Which day it is for this vault.
    pub fn today(&self) -> Result<Today, ArchiveError> {
        Ok(self.today_by(self.catalogue()?.as_deref()))
    }

    fn today_by(&self, catalogue: Option<&Catalogue>) -> Today {
        let berlin = TimeZone::berlin();
        self.inner.moment().today(catalogue.map_or(&berlin, |catalogue| &catalogue.time_zone))
    }

    /// The dossier of a case; that of a case from before there was retention says nothing.
    pub(in crate::archive) fn dossier_of(&self, case: CaseNumber, catalogue: Option<&Catalogue>) -> Result<Dossier, ArchiveError> {
        if let Some(dossier) = self.inner.store.dossier(self.id(), case)? {
            return Ok(dossier);
        }
        let record = self.inner.store.case(self.id(), case)?.ok_or(Refusal::CaseUnknown)?;
        let berlin = TimeZone::berlin();
        let zone = catalogue.map_or(&berlin, |catalogue| &catalogue.time_zone);
        Ok(Dossier::new(crate::model::retention::Code::default_kind(), zone.day_of(record.opened_at)))
    }

    fn facts_of_document(&self, address: Address) -> Result<Option<DocumentFacts>, ArchiveError> {
        Ok(self.inner.store.document_facts(self.id(), address)?)
    }
}
