//! What single documents of a case can stop: read when a line of the case is shown, because few cases stand on a page, and nothing that
//! would have to follow every hold and every document is kept up for it.

use crate::archive::ArchiveError;
use crate::model::retention::DocumentFacts;
use crate::model::{CaseNumber, VaultId};
use crate::policy::retention::Contents;
use crate::store::Store;

/// The documents of a case that are held, and those of which more is known than their matters. The others can stop nothing.
pub(super) fn of_case(store: &Store, vault: VaultId, case: CaseNumber) -> Result<Contents, ArchiveError> {
    let held = store.documents_held_in(vault, case)?;
    let says_something = |facts: &DocumentFacts| {
        let has_other_dates = facts.matters.len() > 1 || !facts.lines.is_empty();
        has_other_dates || facts.dated.is_some() || facts.received.is_some() || facts.is_quarantined()
    };
    let mut contents = Contents { held, ..Contents::default() };
    for (address, facts) in store.facts_of_case(vault, case)? {
        if says_something(&facts) || contents.held.contains(&address.document) {
            contents.documents.insert(address.document, facts);
        }
    }
    Ok(contents)
}
