//! Random scripts: an office in which anything is tried in any order.
//!
//! Whatever the rules let pass, nothing under a hold may be proposed for destruction, no last day of keeping comes earlier by itself, and
//! all facts can be projected again.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::model::retention::{
    BoxPosition, BoxStep, Dates, DocumentFacts, EventScope, EventType, HoldType, MatterNumber, Note, Part, QaMode, QaResult, ScanDefect,
};
use crate::model::{Address, Date, DocumentNumber, NoteId, Refusal};
use crate::policy::retention::{State, document_lines, lines};
use crate::policy::testing::{ANNA, Office, VAULT, code, shipped_like, tag};
use crate::policy::{View as _, standing_of_document};

/// One attempt. Numbers pick one of what there is.
#[derive(Debug, Clone)]
enum Attempt {
    OpenMatter(u8),
    Store { matter: u8, kind: u8, dated: u16 },
    Scan { defect: bool },
    Record { scope: u8, event: u8, days_ago: u16 },
    Correct { which: u8, days_ago: u16, withdraw: bool },
    Assign { document: u8, first: u8, second: u8 },
    Hold { kind: u8, part: u8 },
    Review(u8),
    Release(u8),
    Adopt { years: u8 },
    Refresh,
    Batch,
    Complete(u8),
    Lift(u8),
    Check { document: u8, passed: bool },
    Report,
    Box,
    Pull(u8),
    Advance(u16),
    SetWallClock(u16),
}

fn attempt() -> impl Strategy<Value = Attempt> {
    prop_oneof![
        2 => any::<u8>().prop_map(Attempt::OpenMatter),
        4 => (any::<u8>(), any::<u8>(), 0..9000_u16).prop_map(|(matter, kind, dated)| Attempt::Store { matter, kind, dated }),
        1 => any::<bool>().prop_map(|defect| Attempt::Scan { defect }),
        6 => (any::<u8>(), any::<u8>(), 0..9000_u16).prop_map(|(scope, event, days_ago)| Attempt::Record { scope, event, days_ago }),
        2 => (any::<u8>(), 0..9000_u16, any::<bool>())
            .prop_map(|(which, days_ago, withdraw)| Attempt::Correct { which, days_ago, withdraw }),
        3 => (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(document, first, second)| Attempt::Assign { document, first, second }),
        4 => (any::<u8>(), any::<u8>()).prop_map(|(kind, part)| Attempt::Hold { kind, part }),
        1 => any::<u8>().prop_map(Attempt::Review),
        2 => any::<u8>().prop_map(Attempt::Release),
        1 => (1..15_u8).prop_map(|years| Attempt::Adopt { years }),
        1 => Just(Attempt::Refresh),
        1 => Just(Attempt::Batch),
        1 => any::<u8>().prop_map(Attempt::Complete),
        1 => any::<u8>().prop_map(Attempt::Lift),
        1 => (any::<u8>(), any::<bool>()).prop_map(|(document, passed)| Attempt::Check { document, passed }),
        4 => Just(Attempt::Report),
        1 => Just(Attempt::Box),
        1 => any::<u8>().prop_map(Attempt::Pull),
        4 => (1..3000_u16).prop_map(Attempt::Advance),
        1 => any::<u16>().prop_map(Attempt::SetWallClock),
    ]
}

/// The office, and what somebody who watches it remembers.
struct Watched {
    office: Office,
    documents: Vec<DocumentNumber>,
    batches: Vec<Address>,
    batch_ids: Vec<NoteId>,
    boxes: Vec<Address>,
    events: Vec<(NoteId, EventScope, EventType)>,
    holds: BTreeMap<Address, (HoldType, Part)>,
    /// Documents that were covered once by a hold that was not released.
    held: BTreeSet<(Address, DocumentNumber)>,
    /// What the script has reached.
    proposable: u32,
    due_but_held: u32,
}

fn pick<T: Copy>(list: &[T], number: u8) -> Option<T> {
    list.get(usize::from(number) % list.len().max(1)).copied()
}

impl Watched {
    fn new() -> Self {
        let mut office = Office::open("benefit");
        office.adopt(&shipped_like(10));
        office.refresh();
        let (holds, held) = (BTreeMap::new(), BTreeSet::new());
        let (documents, batches, batch_ids, boxes, events) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { office, documents, batches, batch_ids, boxes, events, holds, held, proposable: 0, due_but_held: 0 }
    }

    fn matters(&self) -> Vec<MatterNumber> {
        self.office.memory.facts.dossiers[&self.office.case()].matters.iter().map(|matter| matter.number).collect()
    }

    fn days_ago(&self, days: u16) -> Option<Date> {
        self.office.memory.today.certain.plus_days(-i64::from(days))
    }

    /// Tries it. A refusal is an answer like any other.
    fn attempt(&mut self, attempt: &Attempt) -> Result<(), Refusal> {
        match *attempt {
            Attempt::OpenMatter(kind) => {
                let number = MatterNumber(self.matters().len() as u16);
                let kind = code(["benefit", "placement", "payment", "unknown"][usize::from(kind) % 4]);
                self.office.try_file(Note::Matter { number, kind, from: None, to: None })?;
            }
            Attempt::Store { matter, kind, dated } => {
                let matters = pick(&self.matters(), matter).into_iter().collect();
                let type_tag = [None, Some(tag(b'a')), Some(tag(b'z')), Some(tag(b'q'))][usize::from(kind) % 4];
                let facts = DocumentFacts { matters, type_tag, dated: self.days_ago(dated), ..DocumentFacts::default() };
                self.documents.push(self.office.try_store((kind % 5 != 0).then_some(facts))?);
            }
            Attempt::Scan { defect } => {
                let batch = self.batch_ids.last().copied().filter(|_| defect);
                if batch.is_none_or(|batch| !self.office.memory.facts.batches[&self.office.place(batch)].complete) {
                    self.documents.push(self.office.scan(batch, if defect { &[ScanDefect::Jbig2] } else { &[] }));
                }
            }
            Attempt::Record { scope, event, days_ago } => {
                let scope = self.scope(scope);
                let kinds = [EventType::Notified, EventType::CaseClosed, EventType::NotNeeded, EventType::DocumentDated];
                let event = kinds[usize::from(event) % 4];
                let on = self.days_ago(days_ago).map(|day| day.to_string());
                let id = self.office.try_event(scope, event, on.as_deref(), None)?;
                self.events.push((id, scope, event));
            }
            Attempt::Correct { which, days_ago, withdraw } => {
                let Some((id, scope, event)) = pick(&self.events, which) else { return Ok(()) };
                let on = self.days_ago(days_ago).filter(|_| !withdraw).map(|day| day.to_string());
                let corrected = self.office.try_event(scope, event, on.as_deref(), Some(id))?;
                self.events.push((corrected, scope, event));
            }
            _ => return self.attempt_about_documents(attempt),
        }
        Ok(())
    }

    fn attempt_about_documents(&mut self, attempt: &Attempt) -> Result<(), Refusal> {
        match *attempt {
            Attempt::Assign { document, first, second } => {
                let Some(document) = pick(&self.documents, document) else { return Ok(()) };
                let matters: BTreeSet<_> = [first, second].into_iter().filter_map(|number| pick(&self.matters(), number)).collect();
                self.office.try_file(Note::Assignment { document, matters: matters.into_iter().collect() })?;
            }
            Attempt::Hold { kind, part } => {
                let kind = HoldType::ALL[usize::from(kind) % HoldType::ALL.len()];
                let part = match (part % 3, pick(&self.matters(), part / 3), pick(&self.documents, part / 3)) {
                    (0, Some(matter), _) => Part::Matter(matter),
                    (1, _, Some(document)) => Part::Document(document),
                    _ => Part::Whole,
                };
                self.holds.insert(self.office.try_hold(kind, part)?, (kind, part));
            }
            Attempt::Review(which) => {
                let Some(hold) = pick(&self.all_holds(), which) else { return Ok(()) };
                let review_on = self.office.memory.today.wall.plus_days(100).expect("must be a day");
                self.office.try_file(Note::HoldReviewed { hold, review_on, ends_on: None })?;
            }
            Attempt::Release(which) => {
                let Some(hold) = pick(&self.all_holds(), which) else { return Ok(()) };
                self.office.try_file(Note::HoldReleased { hold })?;
                self.holds.remove(&hold);
                self.held.retain(|(of, _)| *of != hold);
            }
            Attempt::Lift(which) => {
                let Some(document) = pick(&self.documents, which) else { return Ok(()) };
                self.office.try_file_as(Some(ANNA), Note::QuarantineLifted { document })?;
            }
            Attempt::Check { document, passed } => {
                let Some(document) = pick(&self.documents, document) else { return Ok(()) };
                let result = if passed { QaResult::Passed } else { QaResult::Defect };
                self.office.try_file(Note::DocumentChecked { document, mode: QaMode::Full, result })?;
            }
            _ => return self.attempt_about_the_vault(attempt),
        }
        Ok(())
    }

    fn attempt_about_the_vault(&mut self, attempt: &Attempt) -> Result<(), Refusal> {
        match *attempt {
            Attempt::Adopt { years } => {
                let catalogue = shipped_like(years.into());
                if catalogue.valid_from <= self.office.memory.today.certain {
                    self.office.adopt(&catalogue);
                }
            }
            Attempt::Refresh => self.office.refresh(),
            Attempt::Batch => {
                let received = self.office.memory.today.certain;
                let id = self.office.try_file(Note::Batch { received, documents: 1, sheets: 1 })?;
                self.batch_ids.push(id);
                self.batches.push(self.office.place(id));
            }
            Attempt::Complete(which) => {
                let Some(batch) = pick(&self.batches, which) else { return Ok(()) };
                self.office.try_file(Note::BatchCompleted { batch })?;
            }
            Attempt::Report => {
                let through = self.office.memory.today.certain.plus_days(-1).expect("must be a day");
                self.office.try_file(Note::IntakeReported { through })?;
            }
            Attempt::Box => {
                let (Some(batch), Some(document)) = (self.batch_ids.last().copied(), self.documents.last()) else { return Ok(()) };
                let position = BoxPosition { document: self.office.place_of(*document), position: 1, sheets: 1, flags: Vec::new() };
                let (scanned_on, positions) = (self.office.memory.today.certain, vec![position]);
                let id = self.office.try_file(Note::Box { batch, scanned_on, sheets: 1, positions })?;
                self.boxes.push(self.office.place(id));
            }
            Attempt::Pull(which) => {
                let Some(place) = pick(&self.boxes, which) else { return Ok(()) };
                self.office.step(place, BoxStep::Pulled { positions: vec![1] })?;
            }
            Attempt::Advance(days) => self.office.advance(&format!("P{days}D")),
            Attempt::SetWallClock(days) => {
                let day = self.office.memory.today.certain.plus_days(i64::from(days) - 20_000).expect("must be a day");
                self.office.set_wall_clock(day);
            }
            _ => unreachable!("every attempt is one of the three kinds"),
        }
        Ok(())
    }

    /// Holds that were placed, released ones too.
    fn all_holds(&self) -> Vec<Address> {
        self.office.memory.facts.holds.keys().copied().collect()
    }

    fn scope(&self, number: u8) -> EventScope {
        match (number % 3, pick(&self.matters(), number / 3), pick(&self.documents, number / 3)) {
            (0, Some(matter), _) => EventScope::Matter(matter),
            (1, _, Some(document)) => EventScope::Document(document),
            _ => EventScope::Case,
        }
    }

    /// The watcher takes down what is covered now. It asks no projection of holds: only who belongs where.
    fn take_down_what_is_covered(&mut self) {
        for (hold, (_, part)) in &self.holds {
            for document in &self.documents {
                let facts = self.office.memory.facts.documents.get(&self.office.place_of(*document));
                let belongs_to = facts.map_or_else(|| vec![MatterNumber::DEFAULT], |facts| facts.belongs_to());
                let covered = match part {
                    Part::Whole => true,
                    Part::Document(of) => of == document,
                    Part::Matter(matter) => belongs_to.contains(matter),
                };
                if covered {
                    self.held.insert((*hold, *document));
                }
            }
        }
    }

    fn expect_that_holds_hold(&mut self) {
        for document in self.documents.clone() {
            let standing = self.office.standing(document);
            let held = self.held.iter().filter(|(_, held)| *held == document);
            let holds: Vec<HoldType> = held.map(|(hold, _)| self.holds[hold].0).collect();
            let place = self.office.place_of(document);
            let mut covering = self.office.memory.holds_on(VAULT, place).expect("must be readable");
            for kind in &holds {
                let found = covering.iter().position(|covers| covers == kind);
                covering.swap_remove(found.unwrap_or_else(|| panic!("document {document:?} has escaped from a hold: {kind:?}")));
            }
            let stopped = holds.iter().any(|kind| kind.stops_destruction());
            assert!(!(stopped && standing.may_be_proposed()), "document {document:?} is under a hold: {standing:?}");
            self.proposable += u32::from(standing.may_be_proposed());
            self.due_but_held += u32::from(stopped && standing.state() == State::Due);
        }
    }

    /// The last day of keeping of each document: none while it is kept for want of knowledge.
    fn kept_until(&mut self) -> BTreeMap<DocumentNumber, Option<Date>> {
        let until = |document: &DocumentNumber| {
            let address = self.office.place_of(*document);
            let (dates, _) = standing_of_document(&mut self.office.memory, VAULT, address).expect("must be readable");
            let day = if let Dates::Computed { keep_until, .. } = dates.dates { Some(keep_until) } else { None };
            (*document, day)
        };
        self.documents.iter().map(until).collect()
    }

    fn expect_that_dates_follow(&mut self) {
        let case = self.office.case();
        let catalogue = self.office.memory.catalogue(VAULT).expect("must be readable");
        let dossier = &self.office.memory.facts.dossiers[&case];
        let version = catalogue.as_ref().map_or(0, |catalogue| catalogue.version);
        if dossier.lines.iter().any(|line| line.version != version) {
            return;
        }
        assert_eq!(dossier.lines, lines(dossier, catalogue.as_deref()));
        for (address, facts) in &self.office.memory.facts.documents {
            assert_eq!(facts.lines, document_lines(dossier, facts, catalogue.as_deref()), "{address:?}");
        }
    }
}

/// Plays a script. Every attempt is followed by every expectation.
fn play(script: &[Attempt]) -> Watched {
    let mut watched = Watched::new();
    for attempt in script {
        let (before, facts) = (watched.kept_until(), watched.office.memory.facts.clone());
        let outcome = watched.attempt(attempt);
        watched.take_down_what_is_covered();
        watched.expect_that_holds_hold();
        watched.expect_that_dates_follow();
        if outcome.is_err() {
            assert_eq!(watched.office.memory.facts, facts, "a refusal changes nothing: {attempt:?}");
        }
        let may_shorten = matches!(attempt, Attempt::Correct { .. } | Attempt::Assign { .. } | Attempt::Adopt { .. });
        let after = watched.kept_until();
        for (document, before) in before.iter().filter(|_| !may_shorten) {
            if let (Some(before), Some(after)) = (before, after[document]) {
                assert!(after >= *before, "{attempt:?} has made the period of {document:?} shorter: {before} to {after}");
            }
        }
    }
    watched
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_attempts_gets_around_a_hold_or_shortens_a_period(script in prop::collection::vec(attempt(), 1..80)) {
        let mut played = play(&script).office;
        let mut replayed = played.replayed();
        // The job that follows another catalogue is no event; it ends with the same dates whenever it runs.
        played.refresh();
        replayed.refresh();
        prop_assert_eq!(&replayed.memory.facts, &played.memory.facts);
    }
}

/// A property that never meets what it is about shows nothing.
#[test]
fn scripts_reach_what_they_are_about() {
    let mut runner = TestRunner::deterministic();
    let scripts = prop::collection::vec(attempt(), 60..80);
    let (mut proposable, mut due_but_held) = (0, 0);
    for _ in 0..24 {
        let script = scripts.new_tree(&mut runner).expect("must be generated").current();
        let watched = play(&script);
        proposable += watched.proposable;
        due_but_held += watched.due_but_held;
    }
    assert!(proposable > 20 && due_but_held > 20, "{proposable} times proposable, {due_but_held} times due but held");
}
