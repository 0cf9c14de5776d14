//! Case by case: the dossier, the facts of its documents and all their dates, computed again in the order of the ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::replay::{Replay, Unreplayable};
use super::{Desk, agenda, arrivals, compare, events};
use crate::model::retention::{Code, DocumentFacts, Dossier, Fact, Note};
use crate::model::{Address, CaseRecord, DocumentNumber, Event, LedgerIndex, Timestamp};
use crate::state;
use crate::store::{Column, codec, key};
use crate::verify::catalogue;
use crate::verify::pool::in_threads;
use crate::verify::report::Counts;

/// Compares the facts of every case.
pub(super) fn check(desk: &Arc<Desk>, threads: usize) {
    let worker = Arc::clone(desk);
    let work = move |record: CaseRecord| check_case(&worker, &record);
    let whole = in_threads(threads, work, |hand_over| {
        for (_, value) in desk.check.rows(Column::Cases, &desk.scope.record.id.0) {
            // What is not a record was found when the cases were gone through.
            if let Ok(record) = codec::decode_case(&value) {
                hand_over(record);
            }
        }
    });
    if !whole {
        let text = "a thread of the check ended early; not all dates were computed again";
        desk.check.found(catalogue::CHECK_ENDED_EARLY, &desk.scope.place, text);
    }
}

/// The facts of one case.
#[derive(Debug, Default)]
struct Facts {
    dossier: Option<Arc<Dossier>>,
    documents: BTreeMap<Address, Arc<DocumentFacts>>,
}

/// What happened at some place in a case.
enum Read {
    Event(Timestamp, Box<Event>),
    /// A document of which only the content was given.
    Nothing,
    /// Something that cannot be read or opened, which was found before.
    Unreadable,
}

/// One case under recomputation.
struct Case<'a> {
    desk: &'a Desk,
    record: &'a CaseRecord,
    place: String,
    stored: Facts,
    /// Places of notes and documents in the order of the ledger; they are read again when their turn comes, because a case may have many.
    history: Vec<(LedgerIndex, Address)>,
    has_notes: bool,
    /// Documents of which somebody has cleared what the scan gate found.
    lifted: BTreeSet<DocumentNumber>,
}

fn check_case(desk: &Desk, record: &CaseRecord) {
    let place = format!("{} case {} (number {})", desk.scope.place, record.id, record.number.get());
    let case = Case { desk, record, place, stored: Facts::default(), history: Vec::new(), has_notes: false, lifted: BTreeSet::new() };
    let compared = case.read().is_some_and(|case| case.check());
    if !compared {
        desk.tally(|tally| tally.skipped.insert(record.number));
    }
}

impl Case<'_> {
    /// Reads everything about the case; `None` if something is unreadable, which is found here or was before.
    fn read(mut self) -> Option<Self> {
        let (check, vault) = (&self.desk.check, self.desk.scope.record.id);
        let prefix = key::case(vault, self.record.number);
        if let Some(value) = check.read("column dossiers", check.store.get(Column::Dossiers, &prefix))? {
            self.stored.dossier = Some(Arc::new(check.decoded(Column::Dossiers, &prefix, codec::decode_dossier(&value))?));
        }
        for (row, value) in check.rows(Column::DocumentFacts, &prefix) {
            let (_, address) = key::parse_document(&row)?;
            let facts = check.decoded(Column::DocumentFacts, &row, codec::decode_document_facts(&value))?;
            self.stored.documents.insert(address, Arc::new(facts));
        }
        for (_, value) in check.rows(Column::Notes, &prefix) {
            let record = codec::decode_note(&value).ok()?;
            self.has_notes = true;
            self.history.push((record.entry, record.address));
            if let Note::QuarantineLifted { document } = record.note {
                self.lifted.insert(document);
            }
        }
        for (_, value) in check.rows(Column::Documents, &prefix) {
            let record = codec::decode_document(&value).ok()?;
            self.history.push((record.entry, record.address));
        }
        self.history.sort_unstable();
        Some(self)
    }

    /// Whether the case could be compared.
    fn check(&self) -> bool {
        if self.knows_nothing() && self.desk.is_from_before(self.record.entry) {
            self.desk.tally(|tally| tally.before.0 += 1);
            return true;
        }
        match self.replay() {
            Ok(Some(facts)) => self.compare(&self.followed(facts)),
            Ok(None) => return false,
            Err(error) => {
                self.desk.check.found(catalogue::CHECK_ENDED_EARLY, &self.place, error.to_string());
                return false;
            }
        }
        true
    }

    fn knows_nothing(&self) -> bool {
        self.stored.dossier.is_none() && self.stored.documents.is_empty() && !self.has_notes
    }

    /// The facts that follow from what happened; `None` if a description cannot be opened, which was found before.
    fn replay(&self) -> Result<Option<Facts>, Unreplayable> {
        let (desk, record) = (self.desk, self.record);
        let vault = desk.scope.record.id;
        let mut replay = Replay::new(&desk.check.store, vault, &desk.history, record.opened_at);
        let Some(kind) = arrivals::kind_of_case(desk, record) else { return Ok(None) };
        if !self.was_begun_later(&kind) {
            replay.happens((record.entry, record.opened_at), &events::of_case(vault, record, kind))?;
        }
        for (entry, address) in &self.history {
            let event = if address.is_of_note() { self.note(*address)? } else { self.document(*address, &replay)? };
            match event {
                Read::Event(at, event) => replay.happens((*entry, at), &event)?,
                Read::Nothing => {}
                Read::Unreadable => return Ok(None),
            }
        }
        Ok(Some(Facts { dossier: replay.dossier, documents: replay.documents }))
    }

    fn note(&self, address: Address) -> Result<Read, Unreplayable> {
        let vault = self.desk.scope.record.id;
        let note = self.desk.check.store.note(vault, address)?;
        Ok(note
            .map_or(Read::Unreadable, |note| Read::Event(note.recorded_at, Box::new(events::of_note(vault, Some(self.record.id), &note)))))
    }

    fn document(&self, address: Address, replay: &Replay<'_>) -> Result<Read, Unreplayable> {
        let vault = self.desk.scope.record.id;
        let Some(document) = self.desk.check.store.document(vault, address)? else { return Ok(Read::Unreadable) };
        let stored = self.stored.documents.get(&address).map(AsRef::as_ref);
        let seen = arrivals::Seen { stored, lifted: self.lifted.contains(&address.document), dossier: &replay.dossier_so_far() };
        Ok(match arrivals::facts_of_document(self.desk, &document, &seen) {
            Some(Some(facts)) => Read::Event(document.stored_at, Box::new(events::of_document(vault, self.record.id, &document, facts))),
            Some(None) => Read::Nothing,
            None => Read::Unreadable,
        })
    }

    /// Whether the case is older than its dossier: then nobody has taken the kind from its description.
    fn was_begun_later(&self, kind: &Code) -> bool {
        let default = Code::default_kind();
        let stored = self.stored.dossier.as_ref().and_then(|dossier| dossier.matters.first());
        let later = *kind != default && stored.is_some_and(|matter| matter.kind == default) && self.desk.is_from_before(self.record.entry);
        if later {
            self.desk.tally(|tally| tally.before.0 += 1);
        }
        later
    }

    /// The facts with the dates that the background job has given them since.
    fn followed(&self, mut facts: Facts) -> Facts {
        let version = self.version(&facts);
        let up_to_date = facts.dossier.is_some() && version == version_of(facts.dossier.as_deref());
        let Some(catalogue) = self.desk.history.version(version).filter(|_| !up_to_date) else { return facts };
        let begun = || Dossier::new(Code::default_kind(), catalogue.time_zone.day_of(self.record.opened_at));
        let before = facts.dossier.clone().unwrap_or_else(|| Arc::new(begun()));
        for fact in state::refresh(self.record.number, &before, facts.dossier.is_some(), &facts.documents, catalogue) {
            match fact {
                Fact::Dossier { after, .. } => facts.dossier = Some(after),
                Fact::Document { address, after, .. } => drop(facts.documents.insert(address, after)),
                _ => {}
            }
        }
        facts
    }

    /// The version of the catalogue that the dates of the case must follow: the one in force, or as long as the job has not come here,
    /// any that was in force since the last event.
    fn version(&self, facts: &Facts) -> u32 {
        let (replayed, current) = (version_of(facts.dossier.as_deref()), self.desk.history.current_version());
        if self.record.number.get() < self.desk.facts.refreshed_below {
            return current;
        }
        let stored = version_of(self.stored.dossier.as_deref());
        if (replayed..=current).contains(&stored) { stored } else { replayed }
    }

    fn compare(&self, expected: &Facts) {
        let (check, vault) = (&self.desk.check, self.desk.scope.record.id);
        let mut same = self.compare_dossier(expected);
        for address in self.stored.documents.keys().chain(expected.documents.keys()).collect::<BTreeSet<_>>() {
            same &= self.compare_document(*address, expected);
        }
        let rows = agenda::rows(vault, self.record.number, expected.dossier.as_deref(), &expected.documents);
        let present = agenda::compare(check, &self.place, &rows);
        let facts = expected.documents.len() as u64 + u64::from(expected.dossier.is_some());
        check.collector.count(&Counts { facts, agenda_rows: present, ..Counts::default() });
        self.desk.tally(|tally| {
            tally.agenda_rows += present;
            if !same {
                tally.differing.insert(self.record.number, rows.into_iter().map(|(key, _)| key).collect());
            }
            let scans = expected.documents.values().filter_map(|facts| facts.scan.as_ref());
            for (scan, batch) in scans.filter_map(|scan| Some((scan, scan.batch?))) {
                *tally.stored.entry(batch).or_default() += 1;
                *tally.quarantined.entry(batch).or_default() += u32::from(!scan.defects.is_empty());
            }
        });
    }

    fn compare_dossier(&self, expected: &Facts) -> bool {
        let found = match (&self.stored.dossier, &expected.dossier) {
            (Some(stored), Some(expected)) => compare::dossiers(stored, expected),
            (None, Some(_)) => Some((catalogue::FACTS_MISSING, "there is no dossier of the case".to_owned())),
            (Some(_), None) => Some((catalogue::FACTS_UNFOUNDED, "nothing has happened from which there would be a dossier".to_owned())),
            (None, None) => None,
        };
        self.report(found, &self.place)
    }

    fn compare_document(&self, address: Address, expected: &Facts) -> bool {
        let found = match (self.stored.documents.get(&address), expected.documents.get(&address)) {
            (Some(stored), Some(expected)) => compare::documents(stored, expected),
            (None, Some(_)) => Some((catalogue::FACTS_MISSING, "there are no facts of the document".to_owned())),
            (Some(_), None) => Some((catalogue::FACTS_UNFOUNDED, "nothing is known from which these facts would follow".to_owned())),
            (None, None) => None,
        };
        self.report(found, &format!("{} document number {}", self.place, address.document.get()))
    }

    /// Whether there is nothing to report.
    fn report(&self, found: Option<(crate::verify::Code, String)>, place: &str) -> bool {
        let same = found.is_none();
        if let Some((code, text)) = found {
            self.desk.check.found(code, place, text);
        }
        same
    }
}

/// The version that the dates of a case follow: one case never mixes two.
fn version_of(dossier: Option<&Dossier>) -> u32 {
    dossier.and_then(|dossier| dossier.lines.first()).map_or(0, |line| line.version)
}
