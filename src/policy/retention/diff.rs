//! What another catalogue would change: told before anybody adopts it.
//!
//! The diff is an accumulator: cases are shown to it one by one, so that a vault of any size needs the memory of one case.

use std::collections::{BTreeMap, BTreeSet};

use super::line::{class_for, line, lines_of_document};
use super::standing::{Brakes, State, days_between, standing};
use super::step::Untraced;
use crate::limits::DIFF_EXAMPLES_MAX;
use crate::model::retention::{Catalogue, Code, Dates, DocumentFacts, Dossier, Line, MatterNumber, Today};
use crate::model::{Address, CaseNumber, Date, DocumentNumber};

/// How a day moves in many lines, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Movement {
    /// Lines in which it comes earlier.
    pub earlier: u64,
    /// Days by which it comes earlier, all together.
    pub earlier_days_total: u64,
    /// Days by which it comes earlier at the most.
    pub earlier_days_max: u32,
    /// Lines in which it comes later.
    pub later: u64,
    /// Days by which it comes later, all together.
    pub later_days_total: u64,
    /// Days by which it comes later at the most.
    pub later_days_max: u32,
}

/// What changes for the lines that have a class afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClassDiff {
    /// All lines that have the class afterwards.
    pub lines: u64,
    /// Those whose class or dates change.
    pub changed: u64,
    /// The last day of keeping.
    pub keep_until: Movement,
    /// The last day of existence.
    pub destroy_by: Movement,
    /// Lines that wait for an event afterwards and did not before.
    pub newly_open: u64,
    /// Lines to which no class applies afterwards, but did before.
    pub newly_unclassed: u64,
    /// Lines that contradict themselves afterwards and did not before.
    pub newly_conflict: u64,
    /// Lines whose last day of keeping has passed at once.
    pub newly_due: u64,
    /// Lines that should have been gone already, at once.
    pub newly_overdue: u64,
    /// Lines that were due and are kept again.
    pub no_longer_due: u64,
}

/// One line that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffExample {
    /// The case.
    pub case: CaseNumber,
    /// The matter.
    pub matter: MatterNumber,
    /// The document, for a line of its own.
    pub document: Option<DocumentNumber>,
    /// The class before, if one applied.
    pub old_class: Option<Code>,
    /// The dates before.
    pub old: Dates,
    /// The class afterwards, if one applies.
    pub new_class: Option<Code>,
    /// The dates afterwards.
    pub new: Dates,
}

/// What changes from one catalogue to another.
#[derive(Debug, Clone)]
pub struct Diff<'a> {
    old: Option<&'a Catalogue>,
    new: &'a Catalogue,
    today: Today,
    summary: DiffSummary,
}

/// The result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DiffSummary {
    /// By the class that applies afterwards; `None` for lines to which none applies.
    pub classes: BTreeMap<Option<Code>, ClassDiff>,
    /// Cases that were looked at.
    pub cases: u64,
    /// Matters that were looked at.
    pub matters: u64,
    /// Matters of which a line changes, not counting lines of single documents.
    pub matters_changed: u64,
    /// The first lines that change, at most [`DIFF_EXAMPLES_MAX`].
    pub examples: Vec<DiffExample>,
}

impl<'a> Diff<'a> {
    /// Nothing yet. `old` is `None` for a vault without a catalogue.
    pub fn new(old: Option<&'a Catalogue>, new: &'a Catalogue, today: Today) -> Self {
        Self { old, new, today, summary: DiffSummary::default() }
    }

    /// Adds the lines of a case.
    pub fn add(&mut self, case: CaseNumber, dossier: &Dossier) {
        self.summary.cases += 1;
        for matter in &dossier.matters {
            self.summary.matters += 1;
            let tags = std::iter::once(None).chain(matter.types.iter().copied().map(Some));
            // Several types can have the same class before and afterwards: what happens to them happens once.
            let mut seen = BTreeSet::new();
            let mut changed = false;
            for tag in tags {
                let side = |catalogue| line(dossier, matter, None, catalogue, class_for(&matter.kind, tag, catalogue), &mut Untraced);
                let (old, new) = (side(self.old), side(Some(self.new)));
                if seen.insert((old.class.clone(), new.class.clone())) {
                    changed |= self.count(case, None, &old, &new);
                }
            }
            self.summary.matters_changed += u64::from(changed);
        }
    }

    /// Adds the lines of a document that has lines of its own, in either catalogue.
    pub fn add_document(&mut self, address: Address, dossier: &Dossier, facts: &DocumentFacts) {
        let old = lines_of_document(dossier, Some(facts), self.old, &mut Untraced);
        let new = lines_of_document(dossier, Some(facts), Some(self.new), &mut Untraced);
        for (old, new) in old.iter().zip(&new) {
            self.count(address.case, Some(address.document), old, new);
        }
    }

    /// The result.
    pub fn finish(self) -> DiffSummary {
        self.summary
    }

    /// Counts what becomes of one line; whether it changes.
    fn count(&mut self, case: CaseNumber, document: Option<DocumentNumber>, old: &Line, new: &Line) -> bool {
        let changed = old.class != new.class || old.dates != new.dates;
        let class = self.summary.classes.entry(new.class.clone()).or_default();
        class.lines += 1;
        if !changed {
            return false;
        }
        class.changed += 1;
        class.add(&old.dates, &new.dates, self.today);
        if self.summary.examples.len() < DIFF_EXAMPLES_MAX {
            self.summary.examples.push(DiffExample {
                case,
                matter: new.matter,
                document,
                old_class: old.class.clone(),
                old: old.dates.clone(),
                new_class: new.class.clone(),
                new: new.dates.clone(),
            });
        }
        true
    }
}

impl ClassDiff {
    fn add(&mut self, old: &Dates, new: &Dates, today: Today) {
        let newly = |is: fn(&Dates, Today) -> bool| u64::from(is(new, today) && !is(old, today));
        self.newly_open += newly(|dates, _| matches!(dates, Dates::Open { .. }));
        self.newly_unclassed += newly(|dates, _| *dates == Dates::Unclassed);
        self.newly_conflict += newly(|dates, _| dates.is_conflict());
        self.newly_due += newly(is_due);
        self.newly_overdue += newly(is_overdue);
        self.no_longer_due += u64::from(is_due(old, today) && !is_due(new, today));
        if let (Dates::Computed { keep_until: old_keep, destroy_by: old_end }, Dates::Computed { keep_until, destroy_by }) = (old, new) {
            self.keep_until.add(*old_keep, *keep_until);
            if let (Some(old_end), Some(end)) = (old_end, destroy_by) {
                self.destroy_by.add(*old_end, *end);
            }
        }
    }
}

impl Movement {
    fn add(&mut self, old: Date, new: Date) {
        let (earlier, later) = (days_between(new, old), days_between(old, new));
        self.earlier += u64::from(earlier > 0);
        self.earlier_days_total += u64::from(earlier);
        self.earlier_days_max = self.earlier_days_max.max(earlier);
        self.later += u64::from(later > 0);
        self.later_days_total += u64::from(later);
        self.later_days_max = self.later_days_max.max(later);
    }
}

/// Whether the last day of keeping has certainly passed.
fn is_due(dates: &Dates, today: Today) -> bool {
    standing(dates, today, &Brakes::default()).state() == State::Due
}

/// Whether it should have been gone already.
fn is_overdue(dates: &Dates, today: Today) -> bool {
    standing(dates, today, &Brakes::default()).overdue_days().is_some()
}
