//! The decision about a box.

use super::original::{Image, reasons_to_pull};
use super::reason::{Blocker, PullReason};
use crate::model::retention::{BatchFacts, BoxFacts, Catalogue, Disposition, Period, PositionFacts, ReturnStep, Today};
use crate::model::{Address, Date, Timestamp};

/// How long paper is kept after scanning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperRule {
    /// Counted from the day of scanning, never from the day of posting.
    pub period: Period,
}

impl PaperRule {
    /// Eight weeks, for a vault whose catalogue says nothing else.
    pub const EIGHT_WEEKS: Self = Self { period: Period::Days(56) };

    /// The rule of the catalogue in force, or the eight weeks.
    pub fn of(catalogue: Option<&Catalogue>) -> Self {
        catalogue.map_or(Self::EIGHT_WEEKS, |catalogue| Self { period: catalogue.paper })
    }

    /// The last day of the period for what was scanned on this day; `None` behind the end of the calendar.
    pub fn last_day(&self, scanned_on: Date) -> Option<Date> {
        self.period.last_day(scanned_on)
    }
}

/// Where a box stands on its way to destruction, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReleaseState {
    /// What is left in it may be destroyed.
    Ready,
    /// Its time has come, and something stands in the way that somebody must deal with.
    Blocked,
    /// Its time has not come.
    Waiting,
}

/// Whether a box may be destroyed, and what stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Where it stands.
    pub state: ReleaseState,
    /// The first day on which it may be destroyed, extension included; `None` behind the end of the calendar, that is never.
    pub first_day: Option<Date>,
    /// What keeps the whole box; sorted.
    pub blockers: Vec<Blocker>,
    /// What must be pulled out before the rest may go: number of the position and reason; sorted. The list for the scan centre.
    pub exceptions: Vec<(u32, PullReason)>,
    /// Sheets that still lie in it: what a report of destruction must say.
    pub sheets_left: u32,
}

/// Decides about a box. `images` says what has become of an original's image; its errors are handed on, since a state that cannot be read
/// permits nothing. Everything stored before `backed_up_through` is in a backup. `batch` is the scan batch that the box belongs to.
///
/// Only `today.certain` counts: a clock that somebody has put forward destroys no paper.
pub fn release<E>(
    facts: &BoxFacts,
    mut images: impl FnMut(Address) -> Result<Image, E>,
    rule: &PaperRule,
    today: Today,
    backed_up_through: Option<Timestamp>,
    batch: Option<&BatchFacts>,
) -> Result<Release, E> {
    let mut exceptions = Vec::new();
    for position in facts.positions.iter().filter(|position| !is_out(position)) {
        let reasons = match images(position.position.document)? {
            Image::Stored(document) => reasons_to_pull(position, &document, backed_up_through),
            Image::Destroyed => vec![PullReason::DocumentDestroyed],
            Image::Missing => vec![PullReason::DocumentMissing],
        };
        exceptions.extend(reasons.into_iter().map(|reason| (position.position.position, reason)));
    }
    exceptions.sort_unstable();

    let mut blockers = blockers(facts, rule, today);
    let all_in_boxes = batch.is_some_and(|batch| batch.boxed == batch.sheets);
    if facts.disposition == Disposition::Waiting && !all_in_boxes {
        blockers.push(Blocker::BatchSheetsDiffer);
    }
    let waits = blockers.iter().any(|blocker| matches!(blocker, Blocker::PeriodRunning | Blocker::Extended));
    let state = match (waits, blockers.is_empty() && exceptions.is_empty()) {
        (true, _) => ReleaseState::Waiting,
        (false, true) => ReleaseState::Ready,
        (false, false) => ReleaseState::Blocked,
    };
    Ok(Release { state, first_day: first_day(facts, rule), blockers, exceptions, sheets_left: sheets_left(facts) })
}

/// Whether an original is no longer in its box: pulled out, or picked for its return.
pub fn is_out(position: &PositionFacts) -> bool {
    position.pulled || position.returning.is_some_and(|(step, _)| step >= ReturnStep::Picked)
}

/// Sheets that still lie in a box; none once it was destroyed.
pub fn sheets_left(facts: &BoxFacts) -> u32 {
    if facts.disposition != Disposition::Waiting {
        return 0;
    }
    // More than four billion sheets do not fit into a box; a number that high could not be registered truthfully.
    facts.positions.iter().filter(|position| !is_out(position)).fold(0, |sum, left| sum.saturating_add(u32::from(left.position.sheets)))
}

/// The first day on which a box may be destroyed, extension included; `None` behind the end of the calendar.
pub fn first_day(facts: &BoxFacts, rule: &PaperRule) -> Option<Date> {
    let period_ends = rule.last_day(facts.scanned_on)?;
    let last = facts.extended_until.map_or(period_ends, |until| until.max(period_ends));
    last.plus_days(1)
}

fn blockers(facts: &BoxFacts, rule: &PaperRule, today: Today) -> Vec<Blocker> {
    match facts.disposition {
        Disposition::Waiting => {}
        Disposition::Destroyed(_) => return vec![Blocker::DestroyedAlready],
        Disposition::Withdrawn(_) => return vec![Blocker::Withdrawn],
    }
    let mut blockers = Vec::new();
    if rule.last_day(facts.scanned_on).is_none_or(|last| today.certain <= last) {
        blockers.push(Blocker::PeriodRunning);
    }
    if facts.extended_until.is_some_and(|until| today.certain <= until) {
        blockers.push(Blocker::Extended);
    }
    // Positions that were pulled count as well: the scan protocol was written before.
    let registered: u64 = facts.positions.iter().map(|position| u64::from(position.position.sheets)).sum();
    if registered != u64::from(facts.sheets) {
        blockers.push(Blocker::SheetsDiffer);
    }
    blockers
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::model::retention::{BoxPosition, OriginalFlag, QaMode, QaResult};
    use crate::model::{CaseNumber, DocumentNumber, NoteId};
    use crate::policy::paper::DocumentState;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn time(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    /// A box with two originals of two and three sheets, and everything in order; table rows spoil or mend it.
    struct Office {
        facts: BoxFacts,
        documents: Vec<Image>,
        rule: PaperRule,
        today: Today,
        backed_up_through: Option<Timestamp>,
        /// Sheets of the batch, and those in boxes.
        batch: (u32, u32),
    }

    impl Office {
        fn in_order() -> Self {
            let position = |number: u32, sheets| PositionFacts {
                position: BoxPosition {
                    document: Address { case: CaseNumber::new(7).unwrap(), document: DocumentNumber::new(number).unwrap() },
                    position: number,
                    sheets,
                    flags: Vec::new(),
                },
                qa: None,
                pulled: false,
                returning: None,
            };
            let document = DocumentState {
                stored_at: time("2017-11-06T15:00:00Z"),
                quarantined: false,
                assigned: true,
                qa: Some((QaMode::Full, QaResult::Passed)),
                high_protection: true,
                held: false,
                pages: Some(4),
            };
            let facts = BoxFacts {
                batch: NoteId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11").unwrap(),
                scanned_on: day("2017-11-06"),
                sheets: 5,
                extended_until: None,
                positions: vec![position(1, 2), position(2, 3)],
                disposition: Disposition::Waiting,
                settled_on: day("2017-11-06"),
                last_entry: None,
            };
            let first_day = day("2018-01-02");
            Self {
                facts,
                documents: vec![Image::Stored(document), Image::Stored(document)],
                rule: PaperRule::EIGHT_WEEKS,
                today: Today { certain: first_day, wall: first_day },
                backed_up_through: Some(time("2017-11-07T00:00:00Z")),
                batch: (5, 5),
            }
        }

        /// Does what a row of a table says.
        fn apply(&mut self, words: &str) {
            let words: Vec<&str> = words.split(' ').collect();
            match words.as_slice() {
                ["on", date] => self.today = Today { certain: day(date), wall: day(date) },
                ["wall", "clock", "shows", date] => self.today.wall = day(date),
                ["scanned", date] => self.facts.scanned_on = day(date),
                ["kept", period] => self.rule.period = Period::parse(period).unwrap(),
                ["extended", "until", date] => self.facts.extended_until = Some(day(date)),
                ["box", "holds", sheets, "sheets"] => self.facts.sheets = sheets.parse().unwrap(),
                ["batch", "has", sheets, "sheets", "of", "which", boxed, "are", "boxed"] => {
                    self.batch = (sheets.parse().unwrap(), boxed.parse().unwrap());
                }
                ["backed", "up", "through", "nothing"] => self.backed_up_through = None,
                ["backed", "up", "through", at] => self.backed_up_through = Some(time(at)),
                ["destroyed", date] => self.facts.disposition = Disposition::Destroyed(day(date)),
                ["original", number, rest @ ..] => self.apply_to_original(number.parse().unwrap(), rest),
                ["document", number, rest @ ..] => self.apply_to_document(number.parse().unwrap(), rest),
                _ => panic!("no such row: {words:?}"),
            }
        }

        fn apply_to_original(&mut self, number: usize, words: &[&str]) {
            let original = &mut self.facts.positions[number - 1];
            match words {
                ["pulled"] => original.pulled = true,
                ["flagged", flag] => original.position.flags.push(OriginalFlag::parse(flag).unwrap()),
                ["return", step] => original.returning = Some((ReturnStep::parse(step).unwrap(), day("2017-12-01"))),
                ["checked", mode, result] => original.qa = Some((QaMode::parse(mode).unwrap(), QaResult::parse(result).unwrap())),
                _ => panic!("no such row: {words:?}"),
            }
        }

        fn apply_to_document(&mut self, number: usize, words: &[&str]) {
            let slot = &mut self.documents[number - 1];
            match words {
                ["missing"] => return *slot = Image::Missing,
                ["destroyed"] => return *slot = Image::Destroyed,
                _ => {}
            }
            let Image::Stored(document) = slot else { panic!("there is no document: {words:?}") };
            match words {
                ["quarantined"] => document.quarantined = true,
                ["unassigned"] => document.assigned = false,
                ["held"] => document.held = true,
                ["of", "normal", "protection"] => document.high_protection = false,
                ["unchecked"] => document.qa = None,
                ["checked", mode, result] => document.qa = Some((QaMode::parse(mode).unwrap(), QaResult::parse(result).unwrap())),
                ["stored", at] => document.stored_at = time(at),
                ["has", pages, "pages"] => document.pages = Some(pages.parse().unwrap()),
                ["without", "scan", "data"] => document.pages = None,
                _ => panic!("no such row: {words:?}"),
            }
        }

        fn release(&self) -> Release {
            let documents = |at: Address| Ok::<_, Infallible>(self.documents[at.document.get() as usize - 1]);
            let batch = BatchFacts {
                received: self.facts.scanned_on,
                documents: 2,
                sheets: self.batch.0,
                boxed: self.batch.1,
                boxed_on: None,
                stored: 2,
                quarantined: 0,
                complete: true,
                completed_on: None,
                last_entry: None,
            };
            let Ok(release) = release(&self.facts, documents, &self.rule, self.today, self.backed_up_through, Some(&batch));
            release
        }
    }

    /// `state`, then blockers, then exceptions as `position:reason`.
    fn words(release: &Release) -> String {
        let state = match release.state {
            ReleaseState::Ready => "ready",
            ReleaseState::Blocked => "blocked",
            ReleaseState::Waiting => "waiting",
        };
        let blockers = release.blockers.iter().map(|blocker| blocker.code().to_owned());
        let exceptions = release.exceptions.iter().map(|(position, reason)| format!("{position}:{}", reason.code()));
        [state.to_owned()].into_iter().chain(blockers).chain(exceptions).collect::<Vec<_>>().join(" ")
    }

    /// Each row starts with everything in order on the first day after the eight weeks.
    fn check(rows: &[(&str, &str)]) {
        for (given, expected) in rows {
            let mut office = Office::in_order();
            given.split(", ").filter(|row| !row.is_empty()).for_each(|row| office.apply(row));
            assert_eq!(words(&office.release()), *expected, "{given}");
        }
    }

    #[test]
    fn the_eight_weeks_count_from_the_scan() {
        check(&[
            ("", "ready"),
            ("on 2017-11-06", "waiting period-running"),
            // 56 days after Monday 6 November 2017 is Monday 1 January 2018; the paper stays that whole day.
            ("on 2018-01-01", "waiting period-running"),
            ("on 2018-01-02", "ready"),
            ("on 2045-01-01", "ready"),
            // The night in which summer time begins.
            ("scanned 2018-03-25, on 2018-05-20", "waiting period-running"),
            ("scanned 2018-03-25, on 2018-05-21", "ready"),
            ("kept P6M, on 2018-05-06", "waiting period-running"),
            ("kept P6M, on 2018-05-07", "ready"),
            ("scanned 2016-08-29, kept P6M, on 2017-02-28", "waiting period-running"),
            ("scanned 2016-08-29, kept P6M, on 2017-03-01", "ready"),
        ]);
    }

    #[test]
    fn only_a_day_that_has_certainly_come_releases() {
        check(&[
            ("on 2018-01-01, wall clock shows 2068-01-01", "waiting period-running"),
            ("on 2018-01-02, wall clock shows 1970-01-01", "ready"),
            // Behind the end of the calendar nothing is ever over.
            ("scanned 9999-12-01, on 9999-12-31", "waiting period-running"),
            ("extended until 9999-12-31, on 9999-12-31", "waiting extended"),
        ]);
        let mut office = Office::in_order();
        assert_eq!(office.release().first_day, Some(day("2018-01-02")));
        office.apply("extended until 9999-12-31");
        assert_eq!(office.release().first_day, None);
    }

    #[test]
    fn an_extension_only_lengthens() {
        check(&[
            ("extended until 2018-02-01, on 2018-02-01", "waiting extended"),
            ("extended until 2018-02-01, on 2018-02-02", "ready"),
            ("extended until 2017-11-20, on 2017-12-01", "waiting period-running"),
            ("extended until 2018-02-01, on 2017-12-24", "waiting period-running extended"),
        ]);
        let mut office = Office::in_order();
        office.apply("extended until 2017-11-20");
        assert_eq!(office.release().first_day, Some(day("2018-01-02")));
    }

    #[test]
    fn one_original_is_pulled_and_the_rest_may_go() {
        let reasons = [
            ("document 2 missing", "2:document-missing"),
            ("document 2 destroyed", "2:document-destroyed"),
            ("document 2 without scan data", "2:not-scanned"),
            ("document 2 unchecked", "2:qa-missing"),
            ("document 2 checked full defect", "2:qa-defect"),
            ("document 2 checked sample passed", "2:sample-not-enough"),
            ("document 2 has 2 pages", "2:fewer-pages-than-sheets"),
            ("document 2 stored 2017-11-07T00:00:00Z", "2:not-backed-up"),
            ("document 2 quarantined", "2:quarantined"),
            ("document 2 unassigned", "2:unassigned"),
            ("document 2 held", "2:held"),
            ("original 2 return requested", "2:return-open"),
            ("original 2 flagged return-to-customer", "2:return-to-customer"),
            ("original 2 flagged original-required", "2:original-required"),
            ("original 2 flagged authenticity-doubt", "2:authenticity-doubt"),
            ("original 2 flagged blocklist-type", "2:blocklist-type"),
            ("original 2 flagged rescan-pending", "2:rescan-pending"),
        ];
        assert_eq!(reasons.len(), PullReason::ALL.len(), "every reason has its row");
        for (given, exception) in reasons {
            check(&[
                (given, &format!("blocked {exception}")),
                (&format!("{given}, original 2 pulled"), "ready"),
                // The list can be printed before the time has come.
                (&format!("{given}, on 2017-12-24"), &format!("waiting period-running {exception}")),
            ]);
        }
        check(&[("backed up through nothing", "blocked 1:not-backed-up 2:not-backed-up")]);
    }

    #[test]
    fn quality_is_assured_at_the_box_or_at_the_document() {
        check(&[
            ("document 1 unchecked, original 1 checked full passed", "ready"),
            ("document 1 unchecked, original 1 checked implicit passed", "ready"),
            ("document 1 unchecked, original 1 checked sample passed", "blocked 1:sample-not-enough"),
            ("document 1 unchecked, original 1 checked sample passed, document 1 of normal protection", "ready"),
            ("document 1 checked sample passed, original 1 checked implicit passed", "ready"),
            // A defect that a clerk found is not outvoted by a look into the box.
            ("document 1 checked implicit defect, original 1 checked full passed", "blocked 1:qa-defect"),
            ("original 1 checked sample defect", "blocked 1:qa-defect"),
            ("document 1 checked sample defect, document 1 of normal protection", "blocked 1:qa-defect"),
        ]);
    }

    #[test]
    fn what_keeps_the_whole_box() {
        check(&[
            ("box holds 6 sheets", "blocked sheets-differ"),
            ("box holds 4 sheets", "blocked sheets-differ"),
            // Another box of the batch was not registered, or paper is lost.
            ("batch has 9 sheets of which 5 are boxed", "blocked batch-sheets-differ"),
            ("batch has 9 sheets of which 9 are boxed", "ready"),
            ("batch has 9 sheets of which 5 are boxed, on 2017-12-24", "waiting period-running batch-sheets-differ"),
            ("batch has 9 sheets of which 5 are boxed, destroyed 2018-01-02", "blocked destroyed-already"),
            ("box holds 6 sheets, original 1 pulled", "blocked sheets-differ"),
            // The count was made when nothing had been taken out yet.
            ("original 1 pulled", "ready"),
            ("destroyed 2018-01-02", "blocked destroyed-already"),
            ("destroyed 2018-01-02, on 2017-12-01", "blocked destroyed-already"),
            ("document 1 has 2 pages", "ready"),
            ("document 1 without scan data", "blocked 1:not-scanned"),
        ]);
    }

    #[test]
    fn a_report_of_destruction_names_the_sheets_that_were_left() {
        for (given, sheets) in [
            ("on 2018-01-02", 5),
            ("original 1 pulled", 3),
            ("original 2 return requested", 5),
            ("original 2 return picked", 2),
            ("original 2 return confirmed", 2),
            ("original 1 pulled, original 2 return sent", 0),
            ("destroyed 2018-01-02", 0),
        ] {
            let mut office = Office::in_order();
            given.split(", ").for_each(|row| office.apply(row));
            assert_eq!(office.release().sheets_left, sheets, "{given}");
        }
    }

    #[test]
    fn several_reasons_are_all_named() {
        check(&[(
            "document 1 quarantined, document 1 unchecked, original 1 flagged rescan-pending, document 2 missing, box holds 9 sheets",
            "blocked sheets-differ 1:qa-missing 1:quarantined 1:rescan-pending 2:document-missing",
        )]);
    }

    #[test]
    fn a_state_that_cannot_be_read_permits_nothing() {
        let office = Office::in_order();
        let unreadable = |_| Err::<Image, _>("disk");
        assert_eq!(release(&office.facts, unreadable, &office.rule, office.today, office.backed_up_through, None), Err("disk"));
    }
}
