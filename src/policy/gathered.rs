//! Rules that need facts from several places, with the reading of those facts: where a document stands, whether a box may go.
//!
//! What is deliberately absent: a decision of its own. Dates and standing come from [`retention`](super::retention), release of boxes
//! from [`paper`](super::paper).

use std::sync::Arc;

use super::View;
use super::paper::{DocumentState, Image, PaperRule, Release, release};
use super::retention::{Brakes, DocumentDates, Standing, document_dates, standing};
use crate::model::retention::{BoxFacts, DocumentFacts, HoldType};
use crate::model::{Address, VaultId};

/// Where a stored document stands today: its dates, and what stops its destruction.
pub fn standing_of_document<V: View>(view: &mut V, vault: VaultId, address: Address) -> Result<(DocumentDates, Standing), V::Error> {
    let dossier = view.dossier(vault, address.case)?;
    let facts = view.document_facts(vault, address)?;
    let catalogue = view.catalogue(vault)?;
    let dates = document_dates(&dossier, facts.as_deref(), catalogue.as_deref());
    let brakes = Brakes {
        holds: view.holds_on(vault, address)?,
        quarantined: facts.as_deref().is_some_and(DocumentFacts::is_quarantined),
        watermark: view.vault_facts(vault)?.intake.watermark(),
        ..Brakes::default()
    };
    let brakes = brakes.of_document(&dates, &dossier, facts.as_deref(), catalogue.as_deref());
    let standing = standing(&dates.dates, view.today(vault)?, &brakes);
    Ok((dates, standing))
}

/// Whether what is left in a box may be destroyed. Its documents count as assigned once its batch is complete: then somebody has said
/// that everything in it has reached its case.
pub fn release_of_box<V: View>(view: &mut V, vault: VaultId, facts: &BoxFacts) -> Result<Release, V::Error> {
    let batch = match view.note(vault, facts.batch)? {
        Some(place) => view.batch(vault, place)?,
        None => None,
    };
    let assigned = batch.as_ref().is_some_and(|batch| batch.complete);
    let rule = PaperRule::of(view.catalogue(vault)?.as_deref());
    let today = view.today(vault)?;
    let backed_up_through = view.vault_facts(vault)?.backed_up_through;
    let image = |address: Address| {
        let Some(stored_at) = view.stored_at(vault, address)? else {
            // Numbers of what was destroyed are never given again.
            return Ok(if view.address_taken(vault, address)? { Image::Destroyed } else { Image::Missing });
        };
        let held = view.holds_on(vault, address)?.into_iter().any(HoldType::stops_destruction);
        let facts: Option<Arc<DocumentFacts>> = view.document_facts(vault, address)?;
        Ok(Image::Stored(DocumentState::new(stored_at, facts.as_deref(), assigned, held)))
    };
    release(facts, image, &rule, today, backed_up_through, batch.as_ref())
}
