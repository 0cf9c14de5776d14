//! Why: the dates of something, where it stands, and every step that leads there.

use super::line::{classes_in, document_dates_traced, line};
use super::standing::{Brakes, Standing, days_between, standing_traced};
use super::step::Step;
use crate::model::retention::{Catalogue, Dates, DocumentFacts, Dossier, Line, MatterNumber, Today};

/// The answer to "why is this still here, and until when?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What each matter says.
    pub lines: Vec<Line>,
    /// What follows from them.
    pub dates: Dates,
    /// Where it stands today.
    pub standing: Standing,
    /// For how many days it has been open or without a class.
    pub open_days: Option<u32>,
    /// Every step, in the order of the computation.
    pub steps: Vec<Step>,
}

/// Explains a document; `facts` is `None` for one of which only the content was given.
pub fn explain(
    dossier: &Dossier,
    facts: Option<&DocumentFacts>,
    catalogue: Option<&Catalogue>,
    today: Today,
    brakes: &Brakes,
) -> Explanation {
    let mut steps = Vec::new();
    let computed = document_dates_traced(dossier, facts, catalogue, &mut steps);
    let standing = standing_traced(&computed.dates, today, brakes, &mut steps);
    let open_days = computed.lines.iter().filter_map(|line| open_days(line, dossier, today)).max();
    Explanation { lines: computed.lines, dates: computed.dates, standing, open_days, steps }
}

/// Explains a matter, once for each class that applies to something in it; empty if the case has no such matter.
pub fn explain_matter(
    dossier: &Dossier,
    number: MatterNumber,
    catalogue: Option<&Catalogue>,
    today: Today,
    brakes: &Brakes,
) -> Vec<Explanation> {
    let Some(matter) = dossier.matter(number) else { return Vec::new() };
    let explain_class = |applies| {
        let mut steps = Vec::new();
        let line = line(dossier, matter, None, catalogue, applies, &mut steps);
        let standing = standing_traced(&line.dates, today, brakes, &mut steps);
        Explanation { dates: line.dates.clone(), open_days: open_days(&line, dossier, today), lines: vec![line], standing, steps }
    };
    classes_in(matter, catalogue).into_values().map(explain_class).collect()
}

/// For how many days something has been waiting for a start event or a class: since its matter was opened, by the wall clock. `None` if it
/// does not wait. A clock that was set back makes it 0, never negative.
pub fn open_days(line: &Line, dossier: &Dossier, today: Today) -> Option<u32> {
    let waits = matches!(line.dates, Dates::Open { .. } | Dates::Unclassed);
    let opened_on = dossier.matter(line.matter).filter(|_| waits)?.opened_on;
    Some(days_between(opened_on, today.wall))
}
