//! Which class applies to what, and the dates that follow: of a case, matter by matter, and of a document in it.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::step::{Because, Step, Trace, Untraced};
use super::term::{Latest, Scope, dates_of, starts_of};
use crate::model::Date;
use crate::model::retention::{Catalogue, Class, Code, Dates, DocumentFacts, Dossier, Line, MatterFacts, MatterNumber, TypeTag};

/// The dates of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentDates {
    /// What each of its matters says, sorted by matter.
    pub lines: Vec<Line>,
    /// What follows for the document: the longest of them.
    pub dates: Dates,
}

/// A case whose dates are asked for more than once.
#[derive(Debug, Clone)]
pub struct CaseDates<'a> {
    dossier: &'a Dossier,
    catalogue: Option<&'a Catalogue>,
    /// Looked up only when a date follows from it; those of most documents are not their own.
    latest: OnceCell<Latest<'a>>,
}

impl<'a> CaseDates<'a> {
    /// Nothing is computed yet.
    pub fn new(dossier: &'a Dossier, catalogue: Option<&'a Catalogue>) -> Self {
        Self { dossier, catalogue, latest: OnceCell::new() }
    }

    /// See [`lines`].
    pub fn lines(&self) -> Vec<Line> {
        let of_matter = |matter: &'a MatterFacts| {
            let applying = classes_in(matter, self.catalogue);
            applying.into_values().map(|applies| self.line(matter, None, applies, &mut Untraced))
        };
        let mut lines: Vec<Line> = self.dossier.matters.iter().flat_map(of_matter).collect();
        lines.sort_by(|a, b| (a.matter, &a.class).cmp(&(b.matter, &b.class)));
        lines
    }

    /// The class of a document of this type in a matter; `None` if none applies, or if the case does not have the matter.
    pub fn class_in(&self, matter: MatterNumber, type_tag: Option<TypeTag>) -> Option<&'a Code> {
        let matter = self.dossier.matter(matter)?;
        class_for(&matter.kind, type_tag, self.catalogue).map(|(class, _)| &class.code)
    }

    /// See [`document_lines`].
    pub fn document_lines(&self, facts: &DocumentFacts) -> Vec<Line> {
        let own = |class: &Class| {
            starts_of(class).any(|start| start.comes_with_the_document() || facts.events.iter().any(|event| event.event == start))
        };
        let matters = facts.belongs_to();
        let mut classes = matters.iter().filter_map(|number| {
            let matter = self.dossier.matter(*number)?;
            class_for(&matter.kind, facts.type_tag, self.catalogue).map(|(class, _)| class)
        });
        if classes.any(own) { self.lines_of_document(Some(facts), &mut Untraced) } else { Vec::new() }
    }

    /// See [`document_dates`].
    pub fn document_dates(&self, facts: Option<&DocumentFacts>) -> DocumentDates {
        self.document_dates_traced(facts, &mut Untraced)
    }

    /// Like [`Self::document_dates`], and says why.
    pub(super) fn document_dates_traced(&self, facts: Option<&DocumentFacts>, trace: &mut impl Trace) -> DocumentDates {
        let lines = self.lines_of_document(facts, trace);
        let dates = combine_traced(&lines, self.catalogue, trace);
        DocumentDates { lines, dates }
    }

    /// What each of the document's matters says.
    pub(super) fn lines_of_document(&self, facts: Option<&DocumentFacts>, trace: &mut impl Trace) -> Vec<Line> {
        let mut matters = facts.map_or_else(|| vec![MatterNumber::DEFAULT], DocumentFacts::belongs_to);
        matters.sort_unstable();
        let type_tag = facts.and_then(|facts| facts.type_tag);
        let line_in = |number: MatterNumber| {
            let Some(matter) = self.dossier.matter(number) else {
                // Only facts that were read back wrongly name a matter that the case does not have.
                return Line { matter: number, class: None, version: version_of(self.catalogue), dates: Dates::Unclassed };
            };
            self.line(matter, facts, class_for(&matter.kind, type_tag, self.catalogue), trace)
        };
        matters.into_iter().map(line_in).collect()
    }

    /// The dates of one class in one matter, or of one document there.
    pub(super) fn line(
        &self,
        matter: &MatterFacts,
        document: Option<&DocumentFacts>,
        applies: Applying<'_>,
        trace: &mut impl Trace,
    ) -> Line {
        let version = version_of(self.catalogue);
        trace.step(|| Step::Matter { matter: matter.number, kind: matter.kind.clone(), from: matter.from, to: matter.to });
        let (class, dates) = match (self.catalogue, applies) {
            (Some(catalogue), Some((class, because))) => {
                trace.step(|| class_step(class, because, catalogue));
                let latest = self.latest.get_or_init(|| Latest::of(&self.dossier.events));
                let scope = Scope { latest, matter: matter.number, document };
                (Some(class.code.clone()), dates_of(class, scope, trace))
            }
            (Some(_), None) => {
                trace.step(|| Step::NoClass { kind: matter.kind.clone(), version });
                (None, Dates::Unclassed)
            }
            (None, _) => {
                trace.step(|| Step::NoCatalogue);
                (None, Dates::Unclassed)
            }
        };
        trace.step(|| Step::Line { matter: matter.number, class: class.clone(), dates: dates.clone() });
        Line { matter: matter.number, class, version, dates }
    }
}

/// All dates of a case: for each matter those of its kind's class, and those of every class that a type of document in it has instead.
/// Sorted; one line for each matter and class. A line of a class that starts with an event that comes with the document is open: the
/// dates are those of each document.
pub fn lines(dossier: &Dossier, catalogue: Option<&Catalogue>) -> Vec<Line> {
    CaseDates::new(dossier, catalogue).lines()
}

/// The document's own lines, one for each of its matters; empty if its dates are those of its matters. It has lines of its own as soon as
/// one class that applies to it starts with an event that comes with the document, or with one that was recorded about it alone.
pub fn document_lines(dossier: &Dossier, facts: &DocumentFacts, catalogue: Option<&Catalogue>) -> Vec<Line> {
    CaseDates::new(dossier, catalogue).document_lines(facts)
}

/// The dates of a document; `facts` is `None` for one of which only the content was given.
pub fn document_dates(dossier: &Dossier, facts: Option<&DocumentFacts>, catalogue: Option<&Catalogue>) -> DocumentDates {
    CaseDates::new(dossier, catalogue).document_dates(facts)
}

/// The dates of a document to which all these lines apply, one for each of its matters: the longest. A class that prevails decides
/// alone, but a matter without a class does not lose its vote: it could turn out to be of any class.
pub fn combine(lines: &[Line], catalogue: Option<&Catalogue>) -> Dates {
    combine_traced(lines, catalogue, &mut Untraced)
}

fn combine_traced(lines: &[Line], catalogue: Option<&Catalogue>, trace: &mut impl Trace) -> Dates {
    let class_of = |line: &Line| line.class.as_ref().and_then(|code| catalogue?.classes.get(code));
    let prevails = |line: &&Line| class_of(line).is_some_and(|class| class.prevails.is_some());
    let stays = |line: &&Line| prevails(line) || line.class.is_none();
    let counting: Vec<&Line> =
        if lines.iter().any(|line| prevails(&line)) { lines.iter().filter(stays).collect() } else { lines.iter().collect() };
    if counting.len() < lines.len() {
        let set_aside = || lines.iter().filter(|line| !stays(line)).map(|line| line.matter).collect();
        let prevailing: BTreeMap<&Code, &String> =
            counting.iter().filter_map(|line| class_of(line)).filter_map(|class| Some((&class.code, class.prevails.as_ref()?))).collect();
        for (class, legal_basis) in prevailing {
            trace.step(|| Step::Prevails { class: class.clone(), legal_basis: legal_basis.clone(), set_aside: set_aside() });
        }
    }
    let dates = longest(&counting);
    if counting.len() > 1 {
        trace.step(|| Step::Longest { matters: counting.len() as u32, dates: dates.clone() });
    }
    if let Dates::Computed { keep_until, destroy_by: Some(destroy_by) } = dates
        && dates.is_conflict()
        && counting.len() > 1
    {
        trace.step(|| Step::Conflict { keep_until, destroy_by });
    }
    dates
}

/// The latest last day of keeping and the latest last day of existence; whatever is kept for want of knowledge is kept.
fn longest(lines: &[&Line]) -> Dates {
    let all = || lines.iter().map(|line| &line.dates);
    if let Some(unclassed) = all().find(|dates| **dates == Dates::Unclassed) {
        return unclassed.clone();
    }
    if let Some(open) = all().find(|dates| matches!(dates, Dates::Open { .. })) {
        return open.clone();
    }
    let computed: Option<Vec<(Date, Option<Date>)>> = all()
        .map(|dates| match dates {
            Dates::Computed { keep_until, destroy_by } => Some((*keep_until, *destroy_by)),
            Dates::Unclassed | Dates::Open { .. } | Dates::Never => None,
        })
        .collect();
    let computed = computed.unwrap_or_default();
    let Some(keep_until) = computed.iter().map(|(keep_until, _)| *keep_until).max() else { return Dates::Never };
    // A contradiction in one matter is for people to settle; another matter does not outvote it.
    let contradicted = computed.iter().filter_map(|(keep_until, destroy_by)| destroy_by.filter(|destroy_by| keep_until > destroy_by)).min();
    // One matter without a maximum is enough for the document to have none.
    let latest = || computed.iter().map(|(_, destroy_by)| *destroy_by).collect::<Option<Vec<_>>>()?.into_iter().max();
    Dates::Computed { keep_until, destroy_by: contradicted.or_else(latest) }
}

/// A class that applies, with the reason; `None` if none does.
type Applying<'a> = Option<(&'a Class, Because)>;

/// The classes that apply to something in a matter, by code.
pub(super) fn classes_in<'a>(matter: &MatterFacts, catalogue: Option<&'a Catalogue>) -> BTreeMap<Option<Code>, Applying<'a>> {
    let tags = std::iter::once(None).chain(matter.types.keys().copied().map(Some));
    let mut classes = BTreeMap::new();
    for tag in tags {
        let applies = class_for(&matter.kind, tag, catalogue);
        let code = applies.as_ref().map(|(class, _)| class.code.clone());
        classes.entry(code).or_insert(applies);
    }
    classes
}

/// The class of a document: that of its type, if the catalogue has one, otherwise that of the matter's kind.
pub(super) fn class_for<'a>(kind: &Code, tag: Option<TypeTag>, catalogue: Option<&'a Catalogue>) -> Applying<'a> {
    let catalogue = catalogue?;
    let of_type = tag.and_then(|tag| Some((catalogue.class_of_type(tag)?, Because::Type(tag))));
    of_type.or_else(|| Some((catalogue.class_of_kind(kind)?, Because::Kind(kind.clone()))))
}

fn class_step(class: &Class, because: Because, catalogue: &Catalogue) -> Step {
    Step::Class {
        class: class.code.clone(),
        title: class.title.clone(),
        because,
        legal_basis: class.legal_basis.clone(),
        confidence: class.confidence,
        version: catalogue.version,
        valid_from: catalogue.valid_from,
        disposal: class.disposal,
        archive_authorisation: class.archive_authorisation.clone(),
    }
}

fn version_of(catalogue: Option<&Catalogue>) -> u32 {
    catalogue.map_or(0, |catalogue| catalogue.version)
}
