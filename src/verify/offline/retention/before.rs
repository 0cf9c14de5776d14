//! Cases and documents from before the archive knew retention: they have no facts, and that is no damage.
//!
//! No entry of the ledger says which program wrote it, so it is concluded: facts that only the taking in of a case or document gives
//! show that retention was known at its entry, and from that entry on everything must have them.

use super::{Desk, arrivals};
use crate::model::retention::{Code, Dossier};
use crate::model::{CaseNumber, LedgerIndex};
use crate::store::{Column, codec, key};
use crate::verify::catalogue;

impl Desk {
    /// Whether something with this entry may have been taken in before the archive knew retention.
    pub(super) fn is_from_before(&self, entry: LedgerIndex) -> bool {
        let first = *self.era.get_or_init(|| first_of_retention(self));
        first.is_none_or(|first| entry < first)
    }
}

/// The earliest entry that was certainly written by an archive that knew retention. Goes through all stored facts, which is only
/// done when some are absent.
fn first_of_retention(desk: &Desk) -> Option<LedgerIndex> {
    let entries = [desk.first_note, first_document(desk), first_case(desk)];
    entries.into_iter().flatten().min()
}

fn first_document(desk: &Desk) -> Option<LedgerIndex> {
    let (store, vault) = (&desk.check.store, desk.scope.record.id);
    let rows = store.rows(Column::DocumentFacts, &vault.0, None).ok()?.map_while(Result::ok);
    let came_with_facts =
        rows.filter(|(_, value)| codec::decode_document_facts(value).is_ok_and(|facts| arrivals::came_with_facts(&facts)));
    let addresses = came_with_facts.filter_map(|(row, _)| key::parse_document(&row)).map(|(_, address)| address);
    addresses.filter_map(|address| Some(store.document(vault, address).ok()??.entry)).min()
}

fn first_case(desk: &Desk) -> Option<LedgerIndex> {
    let (store, vault) = (&desk.check.store, desk.scope.record.id);
    let rows = store.rows(Column::Dossiers, &vault.0, None).ok()?.map_while(Result::ok);
    let dossiers = rows.filter_map(|(row, value)| Some((key::parse_case(&row)?, codec::decode_dossier(&value).ok()?)));
    let begun_at_once = dossiers.filter(|(case, dossier)| was_begun_at_once(desk, *case, dossier));
    begun_at_once.filter_map(|(case, _)| Some(store.case(vault, case).ok()??.entry)).min()
}

/// Whether a dossier was certainly written when its case was opened: it has the kind from the description, or there is nothing else from
/// which it could have come.
fn was_begun_at_once(desk: &Desk, case: CaseNumber, dossier: &Dossier) -> bool {
    let has_kind = dossier.matters.first().is_some_and(|matter| matter.kind != Code::default_kind());
    let prefix = key::case(desk.scope.record.id, case);
    let none = |column| desk.check.store.rows(column, &prefix, None).is_ok_and(|mut rows| rows.next().is_none());
    has_kind || (desk.history.current_version() == 0 && none(Column::Notes) && none(Column::DocumentFacts))
}

/// Says how many there are.
pub(super) fn report(desk: &Desk) {
    let (cases, documents) = desk.tally(|tally| tally.before);
    if (cases, documents) != (0, 0) {
        let text = format!("{cases} cases and {documents} documents; only what notes say about them is known");
        desk.check.found(catalogue::BEFORE_RETENTION, &desk.scope.place, text);
    }
}
