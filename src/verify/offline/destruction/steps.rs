//! From the notes: what each step rests on, and whether what it condemned is gone and nothing of it is left.

use super::super::notes::{self, Concern, RegisterNote};
use super::super::{Check, VaultScope};
use super::Condemnations;
use crate::model::destruction::{Condemned, DestructionWarrant, NoWarrant, Tombstone};
use crate::model::retention::{Note, NoteRecord};
use crate::model::{Address, CaseNumber, Timestamp};
use crate::store::{Column, codec, key};
use crate::verify::catalogue;

/// Goes through all notes about destruction, order by order.
pub(super) fn check(check: &Check, scope: &VaultScope, registers: &[RegisterNote]) -> Condemnations {
    let mut notes: Vec<&RegisterNote> = registers.iter().filter(|note| note.concern == Concern::Destruction).collect();
    notes.sort_unstable_by_key(|note| (note.subject, note.entry));
    let mut condemnations = Condemnations::default();
    for subject in notes.chunk_by(|a, b| a.subject == b.subject) {
        let mut papers = Papers::default();
        for note in subject {
            // What cannot be read was found when the notes were gone through.
            if let Ok(Some(record)) = check.store.note(scope.record.id, note.place) {
                papers.read(check, scope, record, &mut condemnations);
            }
        }
    }
    condemnations
}

/// What the steps of one order rest on, as far as it was filed before them.
#[derive(Default)]
struct Papers {
    proposed: Option<NoteRecord>,
    approval: Option<NoteRecord>,
    sealed: Option<NoteRecord>,
}

impl Papers {
    fn read(&mut self, check: &Check, scope: &VaultScope, record: NoteRecord, condemnations: &mut Condemnations) {
        let unfounded = |text: String| check.found(catalogue::DESTRUCTION_UNFOUNDED, notes::place(scope, &record), text);
        match &record.note {
            Note::OrderProposed { .. } => self.proposed = Some(record),
            Note::OrderApproved { .. } => self.approval = Some(record),
            Note::OrderStep { condemned, .. } => {
                if let Err(why) = self.warrant(scope, &record) {
                    unfounded(why.to_string());
                }
                condemnations.keyed.extend((!condemned.is_empty()).then_some(record.address));
                condemnations.founded += check_items(check, scope, &record, condemned);
            }
            Note::ShardSealed { .. } => self.sealed = Some(record),
            Note::ShardDestroyed { .. } => {
                let step = (record.address, record.recorded_at, &record.note);
                let sealed = self.sealed.as_ref().ok_or(NoWarrant::NotOneOrder);
                if let Err(why) = sealed.and_then(|sealed| DestructionWarrant::of_year(scope.record.id, sealed, step)) {
                    unfounded(why.to_string());
                }
            }
            Note::DestructionReplayed { condemned, .. } => condemnations.founded += check_items(check, scope, &record, condemned),
            Note::KeysDestroyed { steps, proof, .. } => {
                if !steps.iter().all(|step| condemnations.keyed.remove(step)) {
                    unfounded("it says that keys are gone of a step that there is not, or whose keys were gone before".to_owned());
                }
                condemnations.certify(record.entry, proof);
            }
            _ => {}
        }
    }

    fn warrant(&self, scope: &VaultScope, step: &NoteRecord) -> Result<DestructionWarrant, NoWarrant> {
        let proposed = self.proposed.as_ref().ok_or(NoWarrant::NotOneOrder)?;
        let approval = self.approval.as_ref().ok_or(NoWarrant::NotTwoPersons)?;
        DestructionWarrant::of_order(scope.record.id, proposed, approval, (step.address, step.recorded_at, &step.note))
    }
}

/// A step, and where its findings are.
struct Step<'a> {
    check: &'a Check,
    scope: &'a VaultScope,
    place: String,
    address: Address,
    at: Timestamp,
}

/// Checks everything that a step condemned; answers how many tombstones it accounts for.
fn check_items(check: &Check, scope: &VaultScope, record: &NoteRecord, condemned: &[Condemned]) -> u64 {
    let step = Step { check, scope, place: notes::place(scope, record), address: record.address, at: record.recorded_at };
    condemned.iter().map(|item| if item.is_case() { step.check_case(item) } else { step.check_leaves(item) }).sum()
}

impl Step<'_> {
    /// A whole case: its own tombstone, as many of documents as went with it, and nothing under its number.
    fn check_case(&self, item: &Condemned) -> u64 {
        let (case, vault) = (item.target.case, self.scope.record.id);
        self.check_tombstone(Address::of_case(case), item);
        let (mut founded, mut documents) = (0, 0);
        for (row, value) in self.check.rows(Column::Tombstones, &key::case(vault, case)) {
            let (Some((_, address)), Ok(tombstone)) = (key::parse_document(&row), codec::decode_tombstone(&value)) else { continue };
            if tombstone.step == self.address {
                founded += 1;
                documents += u32::from(is_of_document(address));
            }
        }
        if documents != item.documents {
            let text = format!("{} documents went with case number {}, and {documents} have a tombstone", item.documents, case.get());
            self.check.found(catalogue::TOMBSTONE_MISSING, &self.place, text);
        }
        self.check_nothing_left(case);
        founded
    }

    fn check_nothing_left(&self, case: CaseNumber) {
        let prefix = key::case(self.scope.record.id, case);
        for column in [Column::Cases, Column::Documents, Column::Notes] {
            if self.check.rows(column, &prefix).next().is_some() {
                let text = format!("column {} has something of case number {}, which was destroyed", column.name(), case.get());
                self.check.found(catalogue::DESTROYED_PRESENT, &self.place, text);
            }
        }
    }

    /// Documents and the notes about them, one by one.
    fn check_leaves(&self, item: &Condemned) -> u64 {
        let (case, vault) = (item.target.case, self.scope.record.id);
        let (mut founded, mut documents) = (0, 0);
        for &document in &item.leaves {
            let address = Address { case, document };
            founded += u64::from(self.check_tombstone(address, item));
            documents += u32::from(is_of_document(address));
            let column = if address.is_of_note() { Column::Notes } else { Column::Documents };
            if self.check.read(column.name(), self.check.store.get(column, &key::document(vault, address))).flatten().is_some() {
                let text =
                    format!("column {} has number {} of case number {}, which was destroyed", column.name(), document.get(), case.get());
                self.check.found(catalogue::DESTROYED_PRESENT, &self.place, text);
            }
        }
        if documents != item.documents {
            let text = format!("it counts {} documents of case number {}, and lists {documents}", item.documents, case.get());
            self.check.found(catalogue::DESTRUCTION_UNFOUNDED, &self.place, text);
        }
        founded
    }

    /// Whether this step has left a tombstone there.
    fn check_tombstone(&self, address: Address, item: &Condemned) -> bool {
        let Some(found) = self.check.read("column tombstones", self.check.store.tombstone(self.scope.record.id, address)) else {
            return false;
        };
        let what = format!("number {} of case number {}", address.document.get(), address.case.get());
        let Some(Tombstone { step, opening_year, destroyed_at, .. }) = found else {
            self.check.found(catalogue::TOMBSTONE_MISSING, &self.place, format!("{what} was condemned and has no tombstone"));
            return false;
        };
        if step != self.address || opening_year != item.opening_year || destroyed_at != self.at {
            let text = format!("the tombstone of {what} is of another step, another time or another year than the step that condemned it");
            self.check.found(catalogue::TOMBSTONE_DIFFERS, &self.place, text);
        }
        step == self.address
    }
}

/// Whether this is the place of a document, neither of a note nor of the case itself.
pub(in crate::verify::offline) fn is_of_document(address: Address) -> bool {
    !address.is_of_note() && address != Address::of_case(address.case)
}
