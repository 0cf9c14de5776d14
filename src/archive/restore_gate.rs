//! The restore gate: what came back although its keys are gone is gone again before anybody is served.
//!
//! The keyring is the register of all destructions: no backup contains it, and it is never older than its root of trust. A database that
//! came back from an old backup knows an older epoch than the keyring has. Then every case, document and note is held against the covers
//! of the key trees, without deriving a key; what is not covered any more is replaced by tombstones through the command path
//! (`destruction::replay`). Only after that the database learns the epoch; until then every start looks again, so that a crash in between
//! costs nothing.
//!
//! Records go in the units in which they went before: cases, matters, documents with the notes about them. Anything else without a key
//! was not destroyed by this archive, and then nothing is removed and nothing is served. So everything is walked through twice: once to
//! see that it fits, and once to remove, a step at a time; however much came back, no more than a step of it is in memory.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::sync::atomic::Ordering;

use super::failure::StartError;
use super::{Archive, Inner, Running};
use crate::keys::{Keyring, TreeId};
use crate::limits::ORDER_STEP_ITEMS_MAX;
use crate::model::destruction::Condemned;
use crate::model::retention::{DocumentFacts, MatterNumber, Note, Part, Target};
use crate::model::{Address, CaseNumber, CaseRecord, DocumentNumber, VaultId};
use crate::policy::destruction::{About, about};
use crate::store::{Column, Row, Store, StoreError, SystemKey, codec, key};
use crate::sys::thread;

/// A vault of which something came back without its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unkeyed {
    vault: VaultId,
    items: u64,
}

/// The vaults with something in the database whose keys are gone; none if the database knows the epoch of the keyring.
pub(super) fn find(store: &Store, keyring: &Keyring) -> Result<Vec<Unkeyed>, StartError> {
    if store.system(SystemKey::KeyEpoch)? >= keyring.epoch() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for vault in store.vaults()? {
        let mut items = 0;
        walk(store, keyring, vault.id, &mut |_| {
            items += 1;
            Ok(())
        })?;
        if items > 0 {
            found.push(Unkeyed { vault: vault.id, items });
        }
    }
    Ok(found)
}

/// What is done with each item that came back without its keys.
type Visit<'a> = dyn FnMut(Condemned) -> Result<(), StartError> + 'a;

/// Visits everything in a vault whose keys are gone, as it was when the walk began.
fn walk(store: &Store, keyring: &Keyring, vault: VaultId, visit: &mut Visit<'_>) -> Result<(), StartError> {
    let mut documents = ByCase { rows: store.rows(Column::Documents, &vault.0, None)?.peekable() };
    let mut notes = ByCase { rows: store.rows(Column::Notes, &vault.0, None)?.peekable() };
    for row in store.rows(Column::Cases, &vault.0, None)? {
        let case = codec::decode_case(&row?.1).map_err(StoreError::unreadable(Column::Cases))?;
        let tree = TreeId::cases(vault, case.opening_year);
        let split = |numbers: Vec<DocumentNumber>| -> Result<(Vec<_>, Vec<_>), StartError> {
            let (mut gone, mut there) = (Vec::new(), Vec::new());
            for document in numbers {
                let covered = keyring.covers(tree, Address { case: case.number, document })?;
                if covered { there.push(document) } else { gone.push(document) }
            }
            Ok((gone, there))
        };
        let (documents, notes) = (split(documents.of(case.number)?)?, split(notes.of(case.number)?)?);
        let itself = keyring.covers(tree, Address::of_case(case.number))?;
        let parts = Parts { store, vault, case: &case, documents: documents.0, notes: notes.0 };
        match itself {
            true => parts.condemned()?.into_iter().try_for_each(&mut *visit)?,
            false if documents.1.is_empty() && notes.1.is_empty() => visit(parts.whole())?,
            false => return Err(contradiction(vault, case.number, "has no key, but documents or notes in it have")),
        }
    }
    // Notes about more than one case are filed in registers; their keys are never destroyed.
    for register in notes.rows {
        let address = key::parse_document(&register?.0).map(|(_, address)| address);
        let Some(address) = address.filter(|address| address.is_in_registers()) else { continue };
        let note = store.note(vault, address)?.map_or(0, |note| note.opening_year);
        if !keyring.covers(TreeId::cases(vault, note), address)? {
            return Err(contradiction(vault, address.case, "is a register, and a note in it has no key"));
        }
    }
    Ok(())
}

fn contradiction(vault: VaultId, case: CaseNumber, what: &str) -> StartError {
    StartError::Check(format!("case {} of vault {vault} {what}; no destruction leaves that behind", case.get()))
}

/// Rows whose keys begin with vault and case, taken case by case in ascending order.
struct ByCase<I: Iterator<Item = Result<Row, StoreError>>> {
    rows: Peekable<I>,
}

impl<I: Iterator<Item = Result<Row, StoreError>>> ByCase<I> {
    /// The numbers in this case. Those of cases before it that have no record are passed over: `verify` finds them.
    fn of(&mut self, case: CaseNumber) -> Result<Vec<DocumentNumber>, StoreError> {
        let mut numbers = Vec::new();
        let address =
            |row: &Result<Row, StoreError>| row.as_ref().ok().and_then(|row| key::parse_document(&row.0)).map(|(_, address)| address);
        while let Some(row) = self.rows.next_if(|row| row.is_err() || address(row).is_none_or(|address| address.case <= case)) {
            let (row, _) = row?;
            let (_, found) = key::parse_document(&row).ok_or_else(|| StoreError::Damaged("a key of a document is not one".to_owned()))?;
            if found.case == case {
                numbers.push(found.document);
            }
        }
        Ok(numbers)
    }
}

/// What of one case has no key any more.
struct Parts<'a> {
    store: &'a Store,
    vault: VaultId,
    case: &'a CaseRecord,
    documents: Vec<DocumentNumber>,
    notes: Vec<DocumentNumber>,
}

impl Parts<'_> {
    fn whole(&self) -> Condemned {
        self.item(Part::Whole, self.documents.len(), Vec::new())
    }

    fn item(&self, part: Part, documents: usize, leaves: Vec<DocumentNumber>) -> Condemned {
        let target = Target { case: self.case.number, part };
        Condemned { target, opening_year: self.case.opening_year, documents: documents as u32, leaves }
    }

    /// Matters whose own note is gone, with their documents; then single documents; each with the notes about it.
    fn condemned(mut self) -> Result<Vec<Condemned>, StartError> {
        let mut notes = self.read_notes()?;
        let mut condemned = Vec::new();
        for matter in matters_of(&notes) {
            let documents = self.take_documents_of(matter)?;
            let mut leaves = documents.clone();
            leaves.extend(take(&mut notes, |note| match about(note) {
                About::Document(document) => documents.contains(&document),
                About::Matter(of) => of == matter,
                About::Case => false,
            }));
            condemned.push(self.item(Part::Matter(matter), documents.len(), leaves));
        }
        for document in std::mem::take(&mut self.documents) {
            let mut leaves = vec![document];
            leaves.extend(take(&mut notes, |note| about(note) == About::Document(document)));
            condemned.push(self.item(Part::Document(document), 1, leaves));
        }
        if !notes.is_empty() {
            return Err(contradiction(self.vault, self.case.number, "has notes without keys about something that has its key"));
        }
        Ok(condemned)
    }

    fn read_notes(&self) -> Result<BTreeMap<DocumentNumber, Note>, StartError> {
        let missing = || StoreError::Damaged("a note is there and is not".to_owned());
        let read = |document: &DocumentNumber| {
            let address = Address { case: self.case.number, document: *document };
            Ok((*document, self.store.note(self.vault, address)?.ok_or_else(missing)?.note))
        };
        self.notes.iter().map(read).collect()
    }

    fn take_documents_of(&mut self, matter: MatterNumber) -> Result<Vec<DocumentNumber>, StartError> {
        let (mut taken, mut left) = (Vec::new(), Vec::new());
        for document in std::mem::take(&mut self.documents) {
            let facts = self.store.document_facts(self.vault, Address { case: self.case.number, document })?;
            let belongs = facts.as_ref().map_or_else(|| vec![MatterNumber::DEFAULT], DocumentFacts::belongs_to);
            if belongs == [matter] { taken.push(document) } else { left.push(document) }
        }
        self.documents = left;
        Ok(taken)
    }
}

fn matters_of(notes: &BTreeMap<DocumentNumber, Note>) -> Vec<MatterNumber> {
    let opened = |note: &Note| if let Note::Matter { number, .. } = note { Some(*number) } else { None };
    notes.values().filter_map(opened).collect()
}

/// Takes the notes out of the map that are about something.
fn take(notes: &mut BTreeMap<DocumentNumber, Note>, is_about: impl Fn(&Note) -> bool) -> Vec<DocumentNumber> {
    let taken: Vec<DocumentNumber> = notes.iter().filter(|(_, note)| is_about(note)).map(|(number, _)| *number).collect();
    notes.retain(|number, _| !taken.contains(number));
    taken
}

impl Archive {
    /// Replaces what the gate has found by tombstones. Blocks until that is committed; in a thread of its own, because a start may be
    /// asked for from inside an asynchronous runtime or from outside of any.
    pub(super) fn pass_restore_gate(self, running: Running, found: Vec<Unkeyed>) -> Result<(Self, Running), StartError> {
        if found.is_empty() {
            return Ok((self, running));
        }
        let items: u64 = found.iter().map(|vault| vault.items).sum();
        tracing::warn!(
            items,
            "records came back from a backup although their keys are gone; they are destroyed again before anybody is served"
        );
        let archive = self.clone();
        let replay = thread::spawn("restore-gate", move || replay(&archive, &found)).map_err(StartError::Thread);
        let replayed =
            replay.and_then(|thread| thread.join().unwrap_or_else(|_| Err(StartError::Check("the restore gate ended early".to_owned()))));
        if let Err(error) = replayed {
            running.refuse_new();
            drop(self);
            running.join();
            return Err(error);
        }
        self.0.gate_passed.store(true, Ordering::Release);
        Ok((self, running))
    }
}

fn replay(archive: &Archive, found: &[Unkeyed]) -> Result<(), StartError> {
    let failed =
        |error: &dyn std::fmt::Display| StartError::Check(format!("what came back without keys could not be destroyed again: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(StartError::Thread)?;
    let Inner { store, keyring, .. } = &*archive.0;
    for Unkeyed { vault: id, .. } in found {
        let record = store.vault_by_id(*id)?.ok_or_else(|| failed(&"a vault has no record"))?;
        let vault = archive.vault(&record.name).map_err(|error| failed(&error))?;
        let destroy = |step: &[Condemned]| runtime.block_on(vault.replay_destructions(step)).map_err(|error| failed(&error));
        let mut step = Vec::with_capacity(ORDER_STEP_ITEMS_MAX);
        walk(store, keyring, *id, &mut |condemned| {
            step.push(condemned);
            if step.len() < ORDER_STEP_ITEMS_MAX { Ok(()) } else { destroy(&std::mem::take(&mut step)) }
        })?;
        if !step.is_empty() {
            destroy(&step)?;
        }
    }
    Ok(())
}
