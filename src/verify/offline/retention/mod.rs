//! Retention, computed again: what the notes, cases and documents add up to, held against what is stored.
//!
//! Every event is taken from its record in the order of the ledger and goes through [`state::project`](crate::state::project), like the
//! first time. What comes out must be what the derived columns hold, row by row, and nothing else: dossiers and dates, facts of
//! documents, registers, the agenda, what is held. So the stored dates are those that follow from the ledger, or there is a finding.
//!
//! Not computed again are the defects that the scan gate found in a document: they follow from its content and from the gate of that
//! time. They are taken from the stored facts and must be possible for what the description says; that today's gate finds others is a
//! warning. Where a person has cleared them, nothing tells any more which ones they were.
//!
//! Dates that a background job has not brought to the catalogue in force yet may follow an earlier one, as far as the job says that it
//! has come; they must follow exactly one.
//!
//! Memory: for each thread the facts of one case, twice; for the vault all its catalogues, 40 bytes for each note in the registers, and
//! a little for each hold. Time: every description is opened once more, which is most of it, and every derived row is looked up once.
//! Cases are gone through in several threads.

mod agenda;
mod arrivals;
mod before;
mod boxed;
mod cases;
mod compare;
mod events;
mod held;
mod history;
mod orders;
mod registers;
mod replay;
mod stamped;
mod strays;
mod vault;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::notes::FiledNotes;
use super::{Check, VaultScope};
use crate::model::retention::VaultFacts;
use crate::model::{CaseNumber, LedgerIndex, NoteId};
use crate::verify::catalogue;
use history::History;

/// Recomputes everything about a vault. Without keys nothing can be said about kinds of cases and descriptions of documents, so nothing
/// is; that the keys are missing was found before.
pub(super) fn check(check: &Arc<Check>, scope: &VaultScope, filed: FiledNotes, threads: usize) {
    if check.keyring.is_none() {
        return;
    }
    let Some((history, facts)) = vault::check(check, scope, &filed.registers) else {
        let text = "catalogues of retention classes cannot be had, so that no dates could be computed again";
        return check.found(catalogue::CHECK_ENDED_EARLY, &scope.place, text);
    };
    let desk = Arc::new(Desk {
        check: Arc::clone(check),
        scope: scope.clone(),
        history,
        facts,
        first_note: filed.first_entry,
        era: OnceLock::new(),
        tally: Mutex::default(),
    });
    cases::check(&desk, threads);
    stamped::check(&desk, &filed.registers);
    let (holds, originals) = registers::check(&desk, filed.registers);
    held::check_unfounded(&desk, &holds);
    boxed::check_unfounded(&desk, originals);
    agenda::check_unfounded(&desk);
    strays::check(&desk);
    before::report(&desk);
}

/// What all parts of the computation share.
struct Desk {
    check: Arc<Check>,
    scope: VaultScope,
    history: History,
    /// Facts of the vault as they are stored.
    facts: VaultFacts,
    first_note: Option<LedgerIndex>,
    /// The first entry that was certainly written by an archive that knew retention; looked for only if it matters.
    era: OnceLock<Option<LedgerIndex>>,
    tally: Mutex<Tally>,
}

/// What adds up over all cases.
#[derive(Debug, Default)]
struct Tally {
    /// Documents in quarantine, by their scan batch.
    quarantined: BTreeMap<NoteId, u32>,
    /// Documents, by their scan batch.
    stored: BTreeMap<NoteId, u32>,
    /// Rows of the agenda that follow from the cases and are there.
    agenda_rows: u64,
    /// Rows of the agenda that follow from cases whose stored facts are not those that follow from the notes.
    differing: BTreeMap<CaseNumber, BTreeSet<Vec<u8>>>,
    /// Cases of which nothing could be computed again.
    skipped: BTreeSet<CaseNumber>,
    /// Cases and documents from before the archive knew retention.
    before: (u64, u64),
}

impl Desk {
    fn tally<T>(&self, body: impl FnOnce(&mut Tally) -> T) -> T {
        // A poisoned lock means that another thread panicked; what was counted before is still true.
        body(&mut self.tally.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
