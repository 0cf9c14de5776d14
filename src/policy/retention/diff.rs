//! What another catalogue would change: told before anybody adopts it.
//!
//! The diff is an accumulator: cases are shown to it one by one, so that a vault of any size needs the memory of one case.

use std::collections::{BTreeMap, BTreeSet};

use super::brakes::Brakes;
use super::line::{CaseDates, class_for};
use super::standing::{State, standing};
use super::step::Untraced;
use crate::limits::DIFF_EXAMPLES_MAX;
use crate::model::retention::{Catalogue, Code, Dates, DocumentFacts, Dossier, Line, MatterNumber, Today, TypeTag};
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

    /// Adds the lines of a case, and those of the documents about which something is known. A type of theirs can have a class in one catalogue
    /// and none in the other.
    pub fn add(&mut self, case: CaseNumber, dossier: &Dossier, documents: &[(Address, DocumentFacts)]) {
        self.summary.cases += 1;
        let (old, new) = (CaseDates::new(dossier, self.old), CaseDates::new(dossier, Some(self.new)));
        let types = types_in(documents);
        for matter in &dossier.matters {
            self.summary.matters += 1;
            let tags = std::iter::once(None).chain(types.get(&matter.number).into_iter().flatten().copied().map(Some));
            // Several types can have the same class before and afterwards: what happens to them happens once.
            let mut seen = BTreeSet::new();
            let mut changed = false;
            for tag in tags {
                let old = old.line(matter, None, class_for(&matter.kind, tag, self.old), &mut Untraced);
                let new = new.line(matter, None, class_for(&matter.kind, tag, Some(self.new)), &mut Untraced);
                if seen.insert((old.class.clone(), new.class.clone())) {
                    changed |= self.count(case, None, &old, &new);
                }
            }
            self.summary.matters_changed += u64::from(changed);
        }
        for (address, facts) in documents {
            let (old, new) = (old.document_dates(Some(facts)).lines, new.document_dates(Some(facts)).lines);
            for (old, new) in old.iter().zip(&new) {
                self.count(case, Some(address.document), old, new);
            }
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
        let (earlier, later) = (new.days_until(old), old.days_until(new));
        self.earlier += u64::from(earlier > 0);
        self.earlier_days_total += u64::from(earlier);
        self.earlier_days_max = self.earlier_days_max.max(earlier);
        self.later += u64::from(later > 0);
        self.later_days_total += u64::from(later);
        self.later_days_max = self.later_days_max.max(later);
    }
}

/// The types of documents in each matter.
fn types_in(documents: &[(Address, DocumentFacts)]) -> BTreeMap<MatterNumber, BTreeSet<TypeTag>> {
    let mut types: BTreeMap<_, BTreeSet<TypeTag>> = BTreeMap::new();
    for (_, facts) in documents {
        for matter in facts.belongs_to() {
            types.entry(matter).or_default().extend(facts.type_tag);
        }
    }
    types
}

/// Whether the last day of keeping has certainly passed.
fn is_due(dates: &Dates, today: Today) -> bool {
    standing(dates, today, &Brakes::default()).state() == State::Due
}

/// Whether it should have been gone already.
fn is_overdue(dates: &Dates, today: Today) -> bool {
    standing(dates, today, &Brakes::default()).overdue_days().is_some()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{bounded, catalogue, class, code, day, dossier, event, tag, today};
    use super::*;
    use crate::model::retention::{Class, EventScope, EventType};

    fn years(name: &str, years: u16) -> Class {
        let term = format!("case.closed none P{years}Y");
        bounded(name, &[&term], &[&term], "P90D")
    }

    fn closed(kinds: &[&str], on: &str) -> Dossier {
        let mut dossier = dossier(kinds);
        dossier.events.push(event(1, EventScope::Case, "case.closed", on));
        dossier
    }

    fn case(number: u64) -> CaseNumber {
        CaseNumber::new(number).unwrap()
    }

    fn summary(old: Option<&Catalogue>, new: &Catalogue, on: &str, dossiers: &[Dossier]) -> DiffSummary {
        let mut diff = Diff::new(old, new, today(on));
        dossiers.iter().enumerate().for_each(|(number, dossier)| diff.add(case(number as u64), dossier, &[]));
        diff.finish()
    }

    #[test]
    fn a_shorter_and_a_longer_class_say_by_how_much() {
        let (old, new) = (catalogue(1, [years("A", 13), years("B", 2)]), catalogue(2, [years("A", 10), years("B", 3)]));
        let dossiers = [closed(&["A", "B"], "2007-06-01"), closed(&["A"], "2012-06-01")];
        let found = summary(Some(&old), &new, "2018-01-01", &dossiers);
        let shorter = found.classes[&Some(code("A"))];
        assert_eq!((shorter.lines, shorter.changed, shorter.newly_due, shorter.newly_overdue), (2, 2, 1, 1));
        // 2017-06-01 to 2020-06-01 and 2022-06-01 to 2025-06-01, each with one 29 February.
        let earlier = Movement { earlier: 2, earlier_days_total: 2 * 1096, earlier_days_max: 1096, ..Movement::default() };
        assert_eq!((shorter.keep_until, shorter.destroy_by), (earlier, earlier));
        let longer = found.classes[&Some(code("B"))];
        let later = Movement { later: 1, later_days_total: 365, later_days_max: 365, ..Movement::default() };
        assert_eq!((longer.keep_until, longer.newly_due, longer.no_longer_due), (later, 0, 0), "both ends have passed long ago");
        assert_eq!((found.cases, found.matters, found.matters_changed), (2, 3, 3));
        let longer = summary(Some(&new), &old, "2018-01-01", &dossiers[..1]);
        assert_eq!(longer.classes[&Some(code("A"))].no_longer_due, 1);
    }

    #[test]
    fn a_catalogue_that_says_the_same_changes_nothing() {
        let dossiers = [closed(&["A", "unheard-of"], "2007-06-01")];
        let found = summary(Some(&catalogue(1, [years("A", 10)])), &catalogue(2, [years("A", 10)]), "2018-01-01", &dossiers);
        let unchanged = ClassDiff { lines: 1, ..ClassDiff::default() };
        assert_eq!(found.classes, BTreeMap::from([(None, unchanged), (Some(code("A")), unchanged)]));
        assert_eq!((found.matters_changed, found.examples), (0, Vec::new()));
    }

    #[test]
    fn what_waits_what_has_no_class_and_what_contradicts_itself_is_counted() {
        let old = catalogue(1, [years("A", 10), years("B", 10), years("C", 10)]);
        let waits = class("A", &["claim.settled none P1Y"]);
        let contradicts = bounded("B", &["case.closed none P10Y"], &["decision.notified none P1Y"], "");
        let mut dossier = closed(&["A", "B", "C"], "2012-06-01");
        dossier.events.push(event(2, EventScope::Case, "decision.notified", "2012-06-01"));
        let found = summary(Some(&old), &catalogue(2, [waits, contradicts]), "2018-01-01", &[dossier]);
        let counts = |class: Option<Code>| {
            let class = found.classes[&class];
            (class.newly_open, class.newly_conflict, class.newly_unclassed, class.newly_due, class.newly_overdue)
        };
        assert_eq!(counts(Some(code("A"))), (1, 0, 0, 0, 0));
        assert_eq!(counts(Some(code("B"))), (0, 1, 0, 0, 1));
        assert_eq!(counts(None), (0, 0, 1, 0, 0));
        let classes: Vec<_> = found.examples.iter().map(|example| (example.old_class.clone(), example.new_class.clone())).collect();
        assert_eq!(classes, [(Some(code("A")), Some(code("A"))), (Some(code("B")), Some(code("B"))), (Some(code("C")), None)]);
        assert_eq!(found.examples[0].new, Dates::Open { missing: EventType::ClaimSettled });
    }

    #[test]
    fn a_class_of_another_name_is_a_change_even_if_no_day_moves() {
        let mut old = catalogue(1, [years("A", 10), years("B", 10)]);
        let new = Catalogue { kinds: BTreeMap::from([(code("A"), code("B"))]), ..old.clone() };
        old.kinds.remove(&code("B"));
        let found = summary(Some(&old), &new, "2018-01-01", &[closed(&["A"], "2012-06-01")]);
        let class = found.classes[&Some(code("B"))];
        assert_eq!((class.changed, class.keep_until, found.matters_changed), (1, Movement::default(), 1));
    }

    #[test]
    fn the_first_catalogue_gives_dates_to_everything() {
        let found = summary(None, &catalogue(1, [years("A", 10)]), "2018-01-01", &[closed(&["A"], "2007-06-01")]);
        let class = found.classes[&Some(code("A"))];
        assert_eq!((class.changed, class.newly_due, class.newly_overdue), (1, 1, 1));
        let example = &found.examples[0];
        assert_eq!((&example.old_class, &example.old), (&None, &Dates::Unclassed));
        let dates = Dates::Computed { keep_until: day("2017-06-01"), destroy_by: Some(day("2017-08-30")) };
        assert_eq!((&example.new_class, &example.new), (&Some(code("A")), &dates));
    }

    #[test]
    fn types_with_the_same_class_are_one_line_and_a_new_class_for_a_type_is_a_change() {
        let dossier = closed(&["A"], "2012-06-01");
        let typed = |number: u32, name| {
            let facts = DocumentFacts { type_tag: Some(tag(name)), ..DocumentFacts::default() };
            (Address { case: case(0), document: DocumentNumber::new(number).unwrap() }, facts)
        };
        let old = catalogue(1, [years("A", 10), years("B", 2)]);
        let mut new = old.clone();
        new.types.extend([(tag("first"), code("B")), (tag("second"), code("B"))]);
        let mut diff = Diff::new(Some(&old), &new, today("2018-01-01"));
        diff.add(case(0), &dossier, &[typed(1, "first"), typed(2, "second")]);
        let found = diff.finish();
        let (a, b) = (found.classes[&Some(code("A"))], found.classes[&Some(code("B"))]);
        // The two documents count besides the matter.
        assert_eq!((a.lines, a.changed, b.lines, b.changed, b.newly_due), (1, 0, 3, 3, 3));
        assert_eq!((&found.examples[0].old_class, &found.examples[0].new_class), (&Some(code("A")), &Some(code("B"))));
        assert_eq!(found.matters_changed, 1);
    }

    #[test]
    fn lines_of_single_documents_are_counted_apart_from_matters() {
        let dated = |years: u16| class("A", &[format!("document.dated none P{years}Y").as_str()]);
        let (old, new) = (catalogue(1, [dated(10)]), catalogue(2, [dated(5)]));
        let facts = DocumentFacts { dated: Some(day("2012-06-01")), ..DocumentFacts::default() };
        let mut diff = Diff::new(Some(&old), &new, today("2018-01-01"));
        diff.add(case(4), &dossier(&["A"]), &[(Address { case: case(4), document: DocumentNumber::new(9).unwrap() }, facts)]);
        let found = diff.finish();
        let class = found.classes[&Some(code("A"))];
        // The matter's own line waits for what comes with a document, before and afterwards.
        assert_eq!((class.lines, class.changed, class.newly_due, found.matters_changed), (2, 1, 1, 0));
        let example = &found.examples[0];
        assert_eq!((example.case, example.document), (case(4), Some(DocumentNumber::new(9).unwrap())));
    }

    #[test]
    fn examples_are_few_and_counts_complete() {
        let dossiers: Vec<Dossier> = (0..DIFF_EXAMPLES_MAX + 50).map(|_| closed(&["A"], "2007-06-01")).collect();
        let found = summary(Some(&catalogue(1, [years("A", 13)])), &catalogue(2, [years("A", 10)]), "2018-01-01", &dossiers);
        assert_eq!(found.examples.len(), DIFF_EXAMPLES_MAX);
        assert_eq!(found.classes[&Some(code("A"))].changed, dossiers.len() as u64);
        let cases: Vec<u64> = found.examples.iter().map(|example| example.case.get()).collect();
        assert_eq!(cases, (0..DIFF_EXAMPLES_MAX as u64).collect::<Vec<_>>());
    }
}
