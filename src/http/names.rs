//! What people call cases and matters. These names are sealed, and opened only for what is shown.

use std::collections::BTreeMap;

use super::wire::description_map;
use crate::archive::Vault;
use crate::model::retention::{MatterFacts, MatterNumber};
use crate::model::{CaseId, NoteId};

/// The reference of a case. A name that cannot be read hides nothing: what it belongs to is shown without it.
pub(super) fn reference(vault: &Vault, case: CaseId) -> Option<String> {
    let view = vault.case(case).map_err(|error| tracing::error!(%error, "a case cannot be named")).ok()?;
    description_map(&view.details.description).ok()?.remove("reference")
}

/// The title of a matter, if it was given one.
pub(super) fn title(vault: &Vault, matter: NoteId) -> Option<String> {
    let note = vault.note(matter).map_err(|error| tracing::error!(%error, "a matter cannot be named")).ok()?;
    description_map(&note.details.words).ok()?.remove("title")
}

/// The titles of matters, by their numbers.
pub(super) fn titles(vault: &Vault, matters: &[MatterFacts]) -> BTreeMap<MatterNumber, String> {
    let titled = |matter: &MatterFacts| Some((matter.number, title(vault, matter.id?)?));
    matters.iter().filter_map(titled).collect()
}
