//! Builds one commit group: decides every command, lets the ledgers grow, and puts everything into one batch.
//!
//! Pure but for reading: nothing here is durable or visible until the committer commits the batch. If anything fails, the group
//! is thrown away as a whole.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::accesses::{self, Accessed};
use super::job::{AccessJob, Submission};
use super::last_facts::last_facts;
use super::numbers::Seqs;
use super::retention_view::{CatalogueCache, Moment, RetentionView};
use super::view::{CaseCache, GroupView};
use crate::ledger::{Appended, LogState, leaf_hash};
use crate::limits::GROUP_BYTES_BULK;
use crate::model::command::StoreDocument;
use crate::model::destruction::{DestructionWarrant, GoneKeys, NoWarrant, OrderState};
use crate::model::retention::{Fact, Note, NoteRecord};
use crate::model::{
    Address, CaseNumber, ContentColumn, ContentLocation, ContentSeq, Digest, Event, GroupNumber, Handle, LedgerIndex, Placement, Record,
    Refusal, Timestamp, VaultId,
};
use crate::policy::{self, Undecided, Verdict, fact_invariants, invariants};
use crate::state;
use crate::store::key::{self, LogKey};
use crate::store::{Column, Store, StoreError, SystemKey, Transaction, codec};

/// Why a group cannot be built. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub(super) enum BuildError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Append(#[from] crate::ledger::AppendError),
    #[error(transparent)]
    Violation(#[from] invariants::Violation),
    #[error("a destruction was decided for which there is no warrant: {0}")]
    NoWarrant(#[from] NoWarrant),
    #[error(transparent)]
    FactViolation(#[from] fact_invariants::FactViolation),
}

/// What is known before the group.
pub(super) struct Before<'s, 'c> {
    pub(super) store: &'s Store,
    pub(super) cache: &'c mut CaseCache,
    pub(super) vaults: &'c HashSet<VaultId>,
    /// Documents in each vault.
    pub(super) held: &'c HashMap<VaultId, u64>,
    /// The epoch of the keyring, once everything whose keys it has ended is gone from the database.
    pub(super) key_epoch: Option<u64>,
    pub(super) logs: &'c BTreeMap<LogKey, LogState>,
    pub(super) seqs: &'c Seqs,
    pub(super) catalogues: &'c mut CatalogueCache,
    pub(super) group: GroupNumber,
    pub(super) moment: Moment,
    /// The state of the protected clock, if it is to be stored with this group.
    pub(super) clock: Option<Vec<u8>>,
}

/// What the group does with one command.
pub(super) enum Decided {
    Refused(Refusal),
    RepeatsCase(CaseNumber),
    RepeatsDocument(Address),
    RepeatsNote(Address),
    Happens(Box<Happening>),
}

/// An event with its place in the ledger. Entry and leaf are filled in by [`grow`].
pub(super) struct Happening {
    pub(super) event: Box<Event>,
    pub(super) log: LogKey,
    pub(super) entry: Vec<u8>,
    pub(super) leaf: Digest,
    pub(super) index: LedgerIndex,
    /// What it adds to the facts of retention.
    pub(super) facts: Vec<Fact>,
}

/// A group that is ready to be committed.
pub(super) struct Group<'a> {
    pub(super) transaction: Transaction<'a>,
    /// In the order of the submissions.
    pub(super) decided: Vec<Decided>,
    pub(super) grown: BTreeMap<LogKey, Appended>,
    /// Frames that must be ingested before the commit, with their seqs.
    pub(super) bulk: Vec<(ContentSeq, usize)>,
    /// Seqs that the commit confirms.
    pub(super) confirmed: Vec<ContentSeq>,
    pub(super) new_vaults: Vec<VaultId>,
    pub(super) events: usize,
    /// Entries of access ledgers, to be read back before they are signed.
    pub(super) accessed: BTreeMap<LogKey, Accessed>,
    /// Documents that each vault will hold, where that changes.
    pub(super) held: HashMap<VaultId, u64>,
    /// Cases that the commit destroys.
    pub(super) gone: Vec<(VaultId, CaseNumber)>,
    /// Access ledgers that the commit removes.
    pub(super) ended: Vec<LogKey>,
}

/// Builds the group of `submissions` and `accesses`.
pub(super) fn build<'s>(before: Before<'s, '_>, submissions: &[Submission], accesses: &[AccessJob]) -> Result<Group<'s>, BuildError> {
    let Before { store, cache, vaults, held, key_epoch, logs, seqs, catalogues, group, moment, clock } = before;
    let time = moment.recorded;
    let view = GroupView::new(store, cache, vaults, held, RetentionView::new(store, catalogues, moment));
    let mut decided = decide_all(view, logs, submissions)?;
    let mut grown = grow(logs, &mut decided, submissions, time)?;
    let accessed = accesses::grow(store, logs, accesses, time, &mut grown)?;
    let column = content_column(&decided, submissions);
    let mut built = Group {
        transaction: store.transaction(),
        decided: Vec::new(),
        grown,
        bulk: Vec::new(),
        confirmed: Vec::new(),
        new_vaults: Vec::new(),
        events: accessed.values().map(|accessed| accessed.entries.len()).sum(),
        accessed: BTreeMap::new(),
        held: HashMap::new(),
        gone: Vec::new(),
        ended: Vec::new(),
    };
    for (position, (step, submission)) in decided.iter().zip(submissions).enumerate() {
        if let Decided::Happens(happening) = step {
            let Happening { event, log, entry, index, facts, .. } = happening.as_ref();
            let receipt_size = built.grown[log].next.size();
            let content = built.place_content(event, submission, position, column, seqs)?;
            built.record(event, &Placement { at: time, entry: *index, receipt_size, content })?;
            built.destroy(store, event, time, submission.gone.as_ref())?;
            built.count(event, log.vault, held);
            facts.iter().try_for_each(fact_invariants::fact_holds)?;
            built.transaction.insert(Column::Ledger, log.entry(*index), entry)?;
            built.events += 1;
        }
    }
    let happened = decided.iter().filter_map(|step| if let Decided::Happens(happening) = step { Some(happening) } else { None });
    for (vault, fact) in last_facts(happened.flat_map(|happening| happening.facts.iter().map(move |fact| (happening.log.vault, fact)))) {
        built.transaction.write_fact(vault, &fact)?;
    }
    for (log, accessed) in &accessed {
        accesses::insert(&mut built.transaction, *log, accessed)?;
    }
    built.accessed = accessed;
    built.decided = decided;
    built.write_cursors(group, time, seqs)?;
    if let Some(epoch) = key_epoch {
        built.transaction.set_system(SystemKey::KeyEpoch, epoch)?;
    }
    if let Some(state) = clock {
        built.transaction.set_clock(state)?;
    }
    Ok(built)
}

fn decide_all(mut view: GroupView<'_>, logs: &BTreeMap<LogKey, LogState>, submissions: &[Submission]) -> Result<Vec<Decided>, BuildError> {
    let mut decided = Vec::with_capacity(submissions.len());
    let mut ends: BTreeMap<LogKey, u64> = BTreeMap::new();
    for submission in submissions {
        if let Some(refusal) = accesses::is_not_what_is_sealed(logs, &submission.command) {
            decided.push(Decided::Refused(refusal));
            continue;
        }
        decided.push(match policy::decide(&mut view, &submission.command) {
            Ok(Verdict::Happens(event)) => {
                let log = LogKey::life_cycle(submission.command.vault());
                let end = ends.entry(log).or_insert_with(|| logs.get(&log).map_or(0, LogState::size));
                let index = LedgerIndex(*end);
                *end += 1;
                let mut facts = state::project(&mut view, &event)?;
                // Before the next command looks: it goes on from these facts, and must not lose which entry was the last.
                state::place(&event, &mut facts, index);
                view.happened(&event);
                view.learn(log.vault, &facts);
                Decided::Happens(Box::new(Happening { event, log, entry: Vec::new(), leaf: Digest([0; 32]), index, facts }))
            }
            Ok(Verdict::RepeatsCase(number)) => Decided::RepeatsCase(number),
            Ok(Verdict::RepeatsDocument(address)) => Decided::RepeatsDocument(address),
            Ok(Verdict::RepeatsNote(place)) => Decided::RepeatsNote(place),
            Err(Undecided::Refused(refusal)) => Decided::Refused(refusal),
            Err(Undecided::Unreadable(error)) => return Err(error.into()),
        });
    }
    Ok(decided)
}

/// Completes the entries, hashes them, and appends them to their logs.
fn grow(
    logs: &BTreeMap<LogKey, LogState>,
    decided: &mut [Decided],
    submissions: &[Submission],
    time: Timestamp,
) -> Result<BTreeMap<LogKey, Appended>, BuildError> {
    let empty = LogState::empty();
    let mut leaves: BTreeMap<LogKey, Vec<Digest>> = BTreeMap::new();
    // The back-pointer leads to the last entry about the same subject, be it of this very group.
    let mut in_group: HashMap<(LogKey, Handle), LedgerIndex> = HashMap::new();
    for (step, submission) in decided.iter_mut().zip(submissions) {
        if let Decided::Happens(happening) = step {
            let Happening { event, log, entry, leaf, index, .. } = happening.as_mut();
            let leaves = leaves.entry(*log).or_default();
            let subject = (*log, submission.entry.handle());
            *entry = submission.entry.complete(time, in_group.get(&subject).copied().or(event.previous_entry()));
            *leaf = leaf_hash(entry);
            leaves.push(*leaf);
            in_group.insert(subject, *index);
        }
    }
    let grow_one = |(log, leaves): (LogKey, Vec<Digest>)| Ok((log, logs.get(&log).unwrap_or(&empty).append(&leaves)?));
    leaves.into_iter().map(grow_one).collect()
}

/// Small groups write their frames twice, large ones take the slower but single way through a file.
fn content_column(decided: &[Decided], submissions: &[Submission]) -> ContentColumn {
    let happens = decided.iter().zip(submissions).filter(|(step, _)| matches!(step, Decided::Happens(_)));
    let bytes: usize = happens.map(|(_, submission)| submission.frame_bytes()).sum();
    if bytes >= GROUP_BYTES_BULK { ContentColumn::Bulk } else { ContentColumn::Logged }
}

/// The two notes that a step rests on. Both were committed before the step was prepared.
pub(super) fn papers_of(store: &Store, vault: VaultId, order: Address) -> Result<(NoteRecord, NoteRecord), StoreError> {
    let damaged = |what: &str| StoreError::Damaged(format!("order {:#018x} of vault {vault} has no {what}", order.to_u64()));
    let facts = store.order(vault, order)?.ok_or_else(|| damaged("facts"))?;
    let approves = |record: &NoteRecord| matches!(record.note, Note::OrderApproved { order: of, .. } if of == order);
    let approval = match facts.state {
        OrderState::Approved { approval, .. } => store.note(vault, approval)?,
        // What an order has condemned before somebody gave it up stays condemned, and its keys must end all the same.
        OrderState::Proposed | OrderState::Withdrawn { .. } => {
            let mut notes = facts.notes.places().filter_map(|place| store.note(vault, place).transpose());
            notes.find(|record| record.as_ref().map_or(true, approves)).transpose()?
        }
    };
    let proposed = store.note(vault, order)?.ok_or_else(|| damaged("note"))?;
    Ok((proposed, approval.ok_or_else(|| damaged("approval"))?))
}

impl Group<'_> {
    fn place_content(
        &mut self,
        event: &Event,
        submission: &Submission,
        position: usize,
        column: ContentColumn,
        seqs: &Seqs,
    ) -> Result<Option<ContentLocation>, BuildError> {
        let Event::DocumentStored(document) = event else {
            return Ok(None);
        };
        let at = |column, seq| ContentLocation { column, seq, frames: document.frames, sealed_bytes: document.sealed_bytes };
        let location = match document.staged {
            Some(seq) => at(ContentColumn::Bulk, seq),
            None if column == ContentColumn::Bulk => {
                let seq = seqs.stage();
                self.bulk.push((seq, position));
                at(ContentColumn::Bulk, seq)
            }
            None => {
                let seq = seqs.take();
                self.transaction.insert_frames(seq, &submission.frames)?;
                at(ContentColumn::Logged, seq)
            }
        };
        self.write_owner(document, location.seq)?;
        Ok(Some(location))
    }

    fn write_owner(&mut self, document: &StoreDocument, seq: ContentSeq) -> Result<(), BuildError> {
        self.confirmed.push(seq);
        let owner = codec::encode_owner(document.vault, document.address);
        Ok(self.transaction.insert(Column::Owners, key::owner(seq).to_vec(), owner)?)
    }

    /// Applies the event and writes the record that it leaves, with its indexes.
    fn record(&mut self, event: &Event, placement: &Placement) -> Result<(), BuildError> {
        let size = placement.receipt_size;
        invariants::entry_is_in_ledger(placement.entry, placement.receipt_size, size)?;
        let batch = &mut self.transaction;
        match (state::apply(event, placement), event) {
            (Some(Record::Vault(vault)), _) => {
                batch.insert(Column::Vaults, vault.name.as_str().as_bytes().to_vec(), codec::encode_vault(&vault))?;
                batch.insert(Column::VaultIds, vault.id.0.to_vec(), vault.name.as_str().as_bytes())?;
                self.new_vaults.push(vault.id);
            }
            (Some(Record::Case(case)), Event::CaseOpened(command)) => {
                invariants::case_holds(&case, size)?;
                let (vault, number) = (command.vault, codec::encode_u64(case.number.get()));
                batch.insert(Column::Cases, key::case(vault, case.number), codec::encode_case(&case))?;
                batch.insert(Column::CaseIds, key::case_id(vault, case.id), number.clone())?;
                batch.insert(Column::CaseRefs, key::case_ref(vault, &case.reference_tag), number)?;
            }
            (Some(Record::Document(document)), Event::DocumentStored(command)) => {
                invariants::document_holds(&document, size)?;
                let (vault, address) = (command.vault, codec::encode_u64(document.address.to_u64()));
                batch.insert(Column::Documents, key::document(vault, document.address), codec::encode_document(&document))?;
                batch.insert(Column::DocumentIds, key::document_id(vault, document.id), address)?;
            }
            (Some(Record::Note(note)), Event::NoteFiled { filed, .. }) => {
                invariants::entry_is_in_ledger(note.entry, note.receipt_size, size)?;
                batch.insert_note(filed.vault, &note)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// What a step condemns, and what a replay finds without keys, is removed in the commit that records it.
    fn destroy(&mut self, store: &Store, event: &Event, at: Timestamp, gone: Option<&GoneKeys>) -> Result<(), BuildError> {
        let Event::NoteFiled { filed, .. } = event else { return Ok(()) };
        let step = (filed.address, at, &filed.note);
        let warrant = match &filed.note {
            Note::OrderStep { order, .. } => {
                let papers = papers_of(store, filed.vault, *order)?;
                DestructionWarrant::of_order(filed.vault, &papers.0, &papers.1, step)?
            }
            Note::DestructionReplayed { .. } => DestructionWarrant::of_replay(filed.vault, gone.ok_or(NoWarrant::KeysExist)?, step)?,
            Note::ShardDestroyed { sealed, .. } => {
                let missing = || StoreError::Damaged(format!("an access ledger of vault {} has no sealing", filed.vault));
                DestructionWarrant::of_year(filed.vault, &store.note(filed.vault, *sealed)?.ok_or_else(missing)?, step)?
            }
            _ => return Ok(()),
        };
        self.transaction.destroy(&warrant)?;
        self.ended.extend(warrant.year().map(|year| LogKey::access(filed.vault, year)));
        let cases = warrant.condemned().iter().filter(|item| item.is_case());
        self.gone.extend(cases.map(|item| (filed.vault, item.target.case)));
        Ok(())
    }

    fn count(&mut self, event: &Event, vault: VaultId, before: &HashMap<VaultId, u64>) {
        let held = self.held.entry(vault).or_insert_with(|| before.get(&vault).copied().unwrap_or(0));
        match event {
            Event::DocumentStored(_) => *held += 1,
            Event::NoteFiled { filed, .. } => {
                if let Note::OrderStep { condemned, .. } | Note::DestructionReplayed { condemned, .. } = &filed.note {
                    *held = held.saturating_sub(condemned.iter().map(|item| u64::from(item.documents)).sum());
                }
            }
            _ => {}
        }
    }

    fn write_cursors(&mut self, group: GroupNumber, time: Timestamp, seqs: &Seqs) -> Result<(), BuildError> {
        for (log, appended) in &self.grown {
            for tile in &appended.full_tiles {
                self.transaction.insert(Column::Tiles, log.tile(tile.level, tile.index), &tile.bytes)?;
            }
            let next = &appended.next;
            self.transaction.set(Column::Heads, &log.head(), codec::encode_head(next.size(), &next.frontier().encode()))?;
        }
        // Everything below the floor is confirmed or gone. The seqs of this very group count as staged until it has committed,
        // so a crash right after the commit only makes the next start look at them once more.
        self.transaction.set_system(SystemKey::StagingFloor, seqs.floor().0)?;
        for (vault, held) in &self.held {
            self.transaction.set_documents_held(*vault, *held)?;
        }
        self.transaction.set_system(SystemKey::Group, group.0)?;
        Ok(set_time(&mut self.transaction, time)?)
    }
}

/// Moves the recorded time, which never goes back.
pub(super) fn set_time(transaction: &mut Transaction<'_>, time: Timestamp) -> Result<(), StoreError> {
    transaction.set_system(SystemKey::Time, u64::try_from(time.seconds()).unwrap_or(0))
}
