//! Numbers that are set aside before a commit: addresses, because content is sealed under its address while it arrives, and
//! content seqs, because large content is staged under its seq.
//!
//! A number that is set aside and then not used leaves a gap, which nobody minds. A number that is set aside twice is caught by the
//! rules (`number_taken`); sealing under it twice would still be safe, because every attempt has a fresh salt.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::{Address, CaseNumber, ContentSeq, DocumentNumber, Refusal, VaultId};
use crate::store::Store;

use super::ArchiveError;

/// The next numbers of cases and documents, remembered for vaults and for the cases used last.
#[derive(Default)]
pub(super) struct Numbers {
    cases: Mutex<HashMap<VaultId, u64>>,
    registers: Mutex<HashMap<VaultId, u64>>,
    notes: Mutex<HashMap<(VaultId, CaseNumber), u32>>,
    documents: Mutex<HashMap<(VaultId, CaseNumber), Counter>>,
}

/// Cases whose counters are remembered; asking the database takes as long as sealing a letter.
const CASES_REMEMBERED_MAX: usize = 16 << 10;

struct Counter {
    next: u32,
    in_use: usize,
}

impl Numbers {
    /// A case number that nothing in the vault has.
    pub(super) fn set_case_aside(&self, store: &Store, vault: VaultId) -> Result<CaseNumber, ArchiveError> {
        let mut cases = lock(&self.cases);
        let next = match cases.get(&vault) {
            Some(next) => *next,
            None => store.last_case_number(vault)?.map_or(0, |last| last.get() + 1),
        };
        let number = CaseNumber::new(next).ok().filter(|number| *number <= CaseNumber::MAX).ok_or(Refusal::CaseFull)?;
        cases.insert(vault, next + 1);
        Ok(number)
    }

    /// A place in the registers that no note of the vault has.
    pub(super) fn set_register_aside(&self, store: &Store, vault: VaultId) -> Result<Address, ArchiveError> {
        let mut registers = lock(&self.registers);
        let next = match registers.get(&vault) {
            Some(next) => *next,
            None => store.last_register(vault)?.map_or(CaseNumber::FIRST_REGISTER.get(), |last| last.case.get() + 1),
        };
        let number = CaseNumber::new(next).map_err(|_| Refusal::CaseFull)?;
        registers.insert(vault, next + 1);
        Ok(Address::of_case(number))
    }

    /// A place in a case that no note has. A counter that is forgotten while a note is under way gives its place again, which the
    /// rules notice.
    pub(super) fn set_note_aside(&self, store: &Store, vault: VaultId, case: CaseNumber) -> Result<Address, ArchiveError> {
        let mut notes = lock(&self.notes);
        if notes.len() >= CASES_REMEMBERED_MAX {
            notes.clear();
        }
        let next = match notes.get(&(vault, case)) {
            Some(next) => *next,
            None => store.last_note_in_case(vault, case)?.map_or(DocumentNumber::FIRST_NOTE.get(), |last| last.document.get() + 1),
        };
        let number = DocumentNumber::new(next).ok().filter(|number| *number <= DocumentNumber::LAST_NOTE);
        let document = number.ok_or(Refusal::CaseFull)?;
        notes.insert((vault, case), next + 1);
        Ok(Address { case, document })
    }

    /// An address that no document of the case has.
    pub(super) fn set_address_aside(
        self: &Arc<Self>,
        store: &Store,
        vault: VaultId,
        case: CaseNumber,
    ) -> Result<AddressAside, ArchiveError> {
        let mut documents = lock(&self.documents);
        if documents.len() >= CASES_REMEMBERED_MAX {
            // What is in use must be remembered; of the rest the database knows the last number.
            documents.retain(|_, counter| counter.in_use > 0);
        }
        let counter = match documents.get_mut(&(vault, case)) {
            Some(counter) => counter,
            None => {
                let next = store.last_document_address(vault, case)?.map_or(0, |last| last.document.get() + 1);
                documents.entry((vault, case)).or_insert(Counter { next, in_use: 0 })
            }
        };
        let document = DocumentNumber::new(counter.next).ok().filter(|number| *number <= DocumentNumber::MAX).ok_or(Refusal::CaseFull)?;
        counter.next += 1;
        counter.in_use += 1;
        Ok(AddressAside { numbers: Arc::clone(self), vault, address: Address { case, document } })
    }
}

/// An address set aside. While any is held, the case's counter is not forgotten.
pub(super) struct AddressAside {
    numbers: Arc<Numbers>,
    vault: VaultId,
    address: Address,
}

impl AddressAside {
    pub(super) fn address(&self) -> Address {
        self.address
    }
}

impl Drop for AddressAside {
    fn drop(&mut self) {
        let mut documents = lock(&self.numbers.documents);
        let key = (self.vault, self.address.case);
        if let Some(counter) = documents.get_mut(&key) {
            counter.in_use -= 1;
        }
    }
}

/// Content seqs: the next one, and those under which something is staged that no commit has confirmed yet.
pub(super) struct Seqs(Mutex<SeqState>);

struct SeqState {
    next: u64,
    staged: BTreeSet<u64>,
}

impl Seqs {
    pub(super) fn starting_at(next: ContentSeq) -> Self {
        Self(Mutex::new(SeqState { next: next.0, staged: BTreeSet::new() }))
    }

    /// A seq whose frames come with the commit itself.
    pub(super) fn take(&self) -> ContentSeq {
        let mut state = lock(&self.0);
        state.next += 1;
        ContentSeq(state.next - 1)
    }

    /// A seq under which frames will lie before the commit.
    pub(super) fn stage(&self) -> ContentSeq {
        let mut state = lock(&self.0);
        state.next += 1;
        let seq = state.next - 1;
        state.staged.insert(seq);
        ContentSeq(seq)
    }

    /// The frames under this seq are confirmed by a commit, or are gone.
    pub(super) fn settle(&self, seq: ContentSeq) {
        lock(&self.0).staged.remove(&seq.0);
    }

    /// Nothing unconfirmed lies below this seq.
    pub(super) fn floor(&self) -> ContentSeq {
        let state = lock(&self.0);
        ContentSeq(state.staged.first().copied().unwrap_or(state.next))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A thread that panicked ends the process (`sys::process::abort_on_panic`), so a poisoned lock can only be met in tests.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_follows_what_is_staged() {
        let seqs = Seqs::starting_at(ContentSeq(10));
        assert_eq!(seqs.floor(), ContentSeq(10));
        let (first, second) = (seqs.stage(), seqs.stage());
        assert_eq!(seqs.take(), ContentSeq(12));
        assert_eq!(seqs.floor(), first);
        seqs.settle(first);
        assert_eq!(seqs.floor(), second);
        seqs.settle(second);
        assert_eq!(seqs.floor(), ContentSeq(13));
    }
}
