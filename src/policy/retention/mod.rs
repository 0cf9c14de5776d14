//! Computing dates: from facts and a catalogue of classes to the last day on which something must exist and the last on which it may.
//!
//! Invariants:
//! - dates depend on nothing but the set of facts: not on the order in which they were recorded, not on holds, not on the day;
//! - an event that is recorded never makes a minimum end earlier; only a correction, a withdrawal or another catalogue does;
//! - what is missing, contradictory or beyond the calendar means "kept";
//! - a matter has a line for each class that applies to something in it, and none for a class that applies to nothing any more;
//! - [`explain`] tells the steps of the same code that computes, so an explanation cannot differ from what was computed.
//!
//! What is deliberately absent: destruction, the words of an explanation, and periods that end by themselves. The end of a matter's
//! period is a plan; a rule that counts from it waits until somebody records that it has ended.

mod brakes;
mod check;
mod counted;
mod diff;
mod explain;
mod line;
mod standing;
mod step;
mod term;

pub use brakes::{Appraisal, Brakes, Contents, Inside, appraisal, newer_than_period};
pub use check::{CatalogueFault, check};
pub use counted::{Reach, count_in, count_out, counted, is_counted, reach, reach_of_kinds};
pub use diff::{ClassDiff, Diff, DiffExample, DiffSummary, Movement};
pub use explain::{Explanation, explain, explain_matter, open_days};
pub use line::{CaseDates, DocumentDates, combine, document_dates, document_lines, lines};
pub use standing::{Blocker, Standing, State, standing};
pub use step::{Because, Bound, Origin, Step};
#[cfg(test)]
pub(crate) use term::work;

#[cfg(test)]
mod office;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod situations;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod vectors;
