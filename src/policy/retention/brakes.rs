//! What stops destruction besides the dates: what others report of an item, and what follows from its class and from its documents.

use std::collections::{BTreeMap, BTreeSet};

use super::line::{CaseDates, DocumentDates};
use crate::model::retention::{
    Catalogue, Class, Code, Dates, Disposal, DocumentFacts, Dossier, EventScope, EventType, HoldType, Kept, Line, MatterNumber, Watermark,
};
use crate::model::{Date, DocumentNumber};

/// What can stop destruction besides the dates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Brakes {
    /// Holds on the item; those that stop nothing are passed over.
    pub holds: Vec<HoldType>,
    /// Whether the scan gate found a defect that nobody has cleared.
    pub quarantined: bool,
    /// How far the intake of the vault has come.
    pub watermark: Watermark,
    /// The own date of a document, or its day of receipt, if it lies behind the period that its matters give it.
    pub newer: Option<Date>,
    /// What the competent archive must still say.
    pub appraisal: Option<Appraisal>,
    /// What stops single documents of a matter.
    pub inside: Inside,
}

/// The competent archive must still speak, or confirm that its copy arrived (section 5 BArchG).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appraisal {
    /// The class that says so; `None` if no class applies, and then nobody knows what the archive wants.
    pub class: Option<Code>,
    /// What the class says: what is to be kept must have arrived at the archive, everything else must have been offered to it.
    pub disposal: Disposal,
}

/// Documents of a matter that cannot go, whatever the matter's dates say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Inside {
    /// With a hold of their own that stops destruction.
    pub held: u32,
    /// In quarantine.
    pub quarantined: u32,
    /// Newer than their period.
    pub newer: u32,
    /// Kept longer than the matter, by a period of their own or by another matter.
    pub kept: u32,
}

/// What is known of the single documents of a case, as far as it can stop something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents {
    /// Documents with facts of their own.
    pub documents: BTreeMap<DocumentNumber, DocumentFacts>,
    /// Documents with a hold of their own that stops destruction.
    pub held: BTreeSet<DocumentNumber>,
}

impl Contents {
    /// What stops documents of the matter that the line is about, of whatever class.
    fn inside(&self, line: &Line, dossier: &Dossier, catalogue: Option<&Catalogue>) -> Inside {
        let belongs = |facts: &DocumentFacts| facts.belongs_to().contains(&line.matter);
        // A document of which only the content was given belongs to the default matter.
        let is_in_it = |held: &&DocumentNumber| self.documents.get(*held).map_or(line.matter == MatterNumber::DEFAULT, belongs);
        let of_matter = || self.documents.values().filter(|facts| belongs(facts));
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let dates = CaseDates::new(dossier, catalogue);
        let is_newer = |facts: &DocumentFacts| match line.dates {
            // Most documents are older than any period of theirs, and then nothing is computed.
            Dates::Computed { keep_until, .. } if comes_from(facts).is_some_and(|day| day > keep_until) => {
                newer_than_period(&dates.document_dates(Some(facts)), Some(facts), catalogue).is_some()
            }
            _ => false,
        };
        let is_kept = |facts: &DocumentFacts| match line.dates {
            // Of all others the dates are those of the matter.
            Dates::Computed { keep_until: until, .. } if !facts.lines.is_empty() || facts.matters.len() > 1 => {
                match dates.document_dates(Some(facts)).dates {
                    Dates::Computed { keep_until, .. } => keep_until > until,
                    Dates::Unclassed | Dates::Open { .. } | Dates::Never => true,
                }
            }
            _ => false,
        };
        Inside {
            held: count(self.held.iter().filter(is_in_it).count()),
            quarantined: count(of_matter().filter(|facts| facts.is_quarantined()).count()),
            newer: count(of_matter().filter(|facts| is_newer(facts)).count()),
            kept: count(of_matter().filter(|facts| is_kept(facts)).count()),
        }
    }
}

impl Brakes {
    /// Adds what follows from the document itself and from its classes.
    pub fn of_document(
        self,
        dates: &DocumentDates,
        dossier: &Dossier,
        facts: Option<&DocumentFacts>,
        catalogue: Option<&Catalogue>,
    ) -> Self {
        let newer = newer_than_period(dates, facts, catalogue);
        Self { newer, appraisal: appraisal(&dates.lines, dossier, facts, catalogue), ..self }
    }

    /// Adds what follows from the class of a matter's line and from the documents of the matter.
    pub fn of_line(self, line: &Line, dossier: &Dossier, contents: &Contents, catalogue: Option<&Catalogue>) -> Self {
        let inside = contents.inside(line, dossier, catalogue);
        Self { appraisal: appraisal(std::slice::from_ref(line), dossier, None, catalogue), inside, ..self }
    }
}

/// What the competent archive must still say about something with these lines. Nothing is destroyed before the archive has spoken, in
/// general by its standing authorisation for the class or in the single case; what it keeps must have arrived (domain rules 7 to 11).
pub fn appraisal(lines: &[Line], dossier: &Dossier, facts: Option<&DocumentFacts>, catalogue: Option<&Catalogue>) -> Option<Appraisal> {
    lines.iter().find_map(|line| {
        let class = line.class.as_ref().and_then(|code| catalogue?.classes.get(code));
        let has = |event| has_event(line.matter, dossier, facts, event);
        let waits = match class {
            // A class that the catalogue does not know permits nothing.
            None => true,
            Some(Class { disposal: Disposal::Keep, .. }) => !has(EventType::ArchiveTook),
            Some(class) => class.archive_authorisation.is_none() && !has(EventType::ArchiveDeclined) && !has(EventType::ArchiveTook),
        };
        waits.then(|| Appraisal { class: line.class.clone(), disposal: class.map_or(Disposal::Offer, |class| class.disposal) })
    })
}

/// Whether an event is recorded for something in a matter: for its case, for the matter, or for the document itself.
fn has_event(matter: MatterNumber, dossier: &Dossier, facts: Option<&DocumentFacts>, event: EventType) -> bool {
    let reaches = |scope: EventScope| match scope {
        EventScope::Case => true,
        EventScope::Matter(of) => of == matter,
        EventScope::Document(_) => false,
    };
    let of_case = dossier.events.iter().any(|recorded| reaches(recorded.scope) && recorded.event == event);
    of_case || facts.is_some_and(|facts| facts.events.iter().any(|recorded| recorded.event == event))
}

/// The own date of a document, or its day of receipt, if it lies behind its period. The event from which the period counts knew nothing of
/// such a document: it is the request for review that came after all (domain 4.5b), and belongs to another matter or begins another period.
/// A period that counts from the document itself is never outrun by it.
pub fn newer_than_period(dates: &DocumentDates, facts: Option<&DocumentFacts>, catalogue: Option<&Catalogue>) -> Option<Date> {
    let Dates::Computed { keep_until, .. } = dates.dates else { return None };
    let day = comes_from(facts?).filter(|day| *day > keep_until)?;
    let by_itself = |line: &Line| {
        let class = line.class.as_ref().and_then(|code| catalogue?.classes.get(code));
        class.is_some_and(counts_from_the_document)
    };
    (!dates.lines.iter().all(by_itself)).then_some(day)
}

/// The last day on which a document can have come into being for the office.
fn comes_from(facts: &DocumentFacts) -> Option<Date> {
    facts.dated.max(facts.received)
}

fn counts_from_the_document(class: &Class) -> bool {
    match &class.minimum {
        Kept::Until(terms) => terms.iter().any(|term| term.start.comes_with_the_document()),
        Kept::Nothing { start } => start.comes_with_the_document(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::office::Office;
    use super::super::testing::{benefit, bounded, catalogue, day, dossier, event, tag};
    use super::super::{Blocker, explain_matter, lines};
    use super::*;
    use crate::model::retention::{ScanDefect, ScanFacts, Today};

    #[test]
    fn a_document_that_is_newer_than_its_period_stays() {
        Office::new("LEIST", [benefit()]).play(
            "
            record decision.notified in matter 0 on 2014-12-05
            today 2026-11-22
            intake is up to date
            document dated 2014-11-20
            expect stopped by nothing
            # The request for review is stored in the matter that it is about.
            document dated 2026-11-01
            expect keep until 2024-12-05 destroy by 2025-03-05
            expect stopped by newer-than-period
            # That somebody must act is not silenced.
            expect overdue 627 days
            # A copy of an old letter that comes with the request is as new as its coming.
            document dated 2014-11-20
            document received 2024-12-06
            expect stopped by newer-than-period
            document received 2024-12-05
            expect stopped by nothing
            # What to do: another matter, or the event with which the period begins anew.
            document received 2026-11-01
            matter 1 LEIST
            document in 0 1
            expect open decision.notified
            record decision.notified in matter 1 on 2026-11-20
            expect running
            document in 0
            expect stopped by newer-than-period
            record decision.notified in matter 0 on 2026-11-20
            expect keep until 2036-11-20 destroy by 2037-02-18
            expect running
            ",
        );
    }

    /// What is filed late: an old letter that turns up, post of today, and something of which nobody says how old it is.
    #[test]
    fn what_is_filed_when_the_period_is_over_is_as_old_as_its_matter_unless_it_says_that_it_is_newer() {
        Office::new("LEIST", [benefit()]).play(
            "
            record decision.notified in matter 0 on 2014-12-05
            today 2026-11-22
            intake is up to date
            # The document says nothing: it goes with its matter, and is overdue with it.
            expect stopped by nothing
            expect overdue 627 days
            document dated 2024-12-05
            expect stopped by nothing
            document dated 2024-12-06
            expect stopped by newer-than-period
            expect overdue 627 days
            # Filed into another matter as well, it waits for what that one waits for.
            matter 1 LEIST
            document in 0 1
            expect open decision.notified
            ",
        );
    }

    #[test]
    fn a_period_that_counts_from_the_document_is_not_outrun_by_it() {
        let payment = bounded("ZAHL", &["document.dated end-of-year P10Y"], &["document.dated end-of-year P10Y"], "P90D");
        Office::new("ZAHL", [payment, benefit()]).play(
            "
            document dated 2010-05-01
            document received 2022-01-10
            today 2022-01-11
            intake is up to date
            expect due
            expect stopped by nothing
            # Of two matters, the one that does not count from it decides.
            matter 1 LEIST
            document in 0 1
            record decision.notified in matter 1 on 2011-01-01
            expect due
            expect stopped by newer-than-period
            ",
        );
    }

    #[test]
    fn nothing_goes_before_the_archive_has_spoken() {
        let of = |disposal, authorised: bool| Class {
            disposal,
            archive_authorisation: authorised.then(|| "BArch 17-2026".to_owned()),
            ..benefit()
        };
        let waits = "expect stopped by appraisal";
        let goes = "expect stopped by nothing";
        for (class, at_first, when_declined, when_taken) in [
            (of(Disposal::Destroy, true), goes, goes, goes),
            (of(Disposal::Offer, true), goes, goes, goes),
            (of(Disposal::Destroy, false), waits, goes, goes),
            (of(Disposal::Offer, false), waits, goes, goes),
            (of(Disposal::Keep, false), waits, waits, goes),
        ] {
            let begin = "
                record decision.notified on 2014-03-15
                matter 1 LEIST
                today 2024-03-15
                expect stopped by not-yet
                advance 1 day
                intake is up to date
                expect due";
            for (event, then) in [("archive.declined", when_declined), ("archive.took", when_taken)] {
                for scope in ["", "about the document", "in matter 0 on 2024-03-16"] {
                    let script = format!("{begin}\n{at_first}\nrecord {event} {scope}\n{then}\nwithdraw {event}\n");
                    Office::new("LEIST", [class.clone()]).play(&script);
                }
                let of_another = format!("{begin}\nrecord {event} in matter 1 on 2024-03-16\n{at_first}");
                Office::new("LEIST", [class.clone()]).play(&of_another);
            }
        }
    }

    #[test]
    fn a_class_that_the_catalogue_does_not_know_permits_nothing() {
        let dossier = dossier(&["LEIST"]);
        let line = |class| Line { matter: MatterNumber::DEFAULT, class, version: 1, dates: Dates::Unclassed };
        let gone = line(Some(super::super::testing::code("GONE")));
        for (line, catalogue) in [(&gone, Some(catalogue(1, [benefit()]))), (&gone, None), (&line(None), Some(catalogue(1, [benefit()])))] {
            assert!(appraisal(std::slice::from_ref(line), &dossier, None, catalogue.as_ref()).is_some());
        }
    }

    /// Two matters that are due and a third that is not, with documents as each row says.
    #[test]
    fn single_documents_stop_their_matter_and_no_other() {
        let catalogue = catalogue(1, [benefit()]);
        let mut dossier = dossier(&["LEIST", "LEIST", "LEIST"]);
        dossier.events = vec![event(1, EventScope::Case, "decision.notified", "2014-12-05")];
        dossier.events.push(event(2, EventScope::Matter(MatterNumber(2)), "decision.notified", "2026-12-05"));
        dossier.lines = lines(&dossier, Some(&catalogue));
        let number = |number| DocumentNumber::new(number).unwrap();
        let in_matters = |matters: &[u16]| DocumentFacts {
            matters: matters.iter().copied().map(MatterNumber).collect(),
            type_tag: Some(tag("unheard-of")),
            ..DocumentFacts::default()
        };
        let dated = |on, matters: &[u16]| DocumentFacts { dated: Some(day(on)), ..in_matters(matters) };
        let scan = ScanFacts {
            batch: None,
            scanned_on: day("2015-01-01"),
            pages: 1,
            high_protection: true,
            defects: vec![ScanDefect::Jbig2],
            qa: None,
        };
        let quarantined = DocumentFacts { scan: Some(scan), ..in_matters(&[]) };
        let inside = |held, quarantined, newer| Inside { held, quarantined, newer, kept: 0 };
        let kept = |kept| Inside { kept, ..Inside::default() };
        for (what, held, documents, expected) in [
            ("nothing", &[][..], vec![], [inside(0, 0, 0), inside(0, 0, 0)]),
            ("a held document of which only the content is known", &[4], vec![], [inside(1, 0, 0), inside(0, 0, 0)]),
            ("a held document of matter 1", &[4], vec![(4, in_matters(&[1]))], [inside(0, 0, 0), inside(1, 0, 0)]),
            ("a held document of both", &[4, 5], vec![(4, in_matters(&[0, 1]))], [inside(2, 0, 0), inside(1, 0, 0)]),
            ("quarantine", &[], vec![(4, quarantined.clone())], [inside(0, 1, 0), inside(0, 0, 0)]),
            ("both at once", &[4], vec![(4, quarantined)], [inside(1, 1, 0), inside(0, 0, 0)]),
            (
                "older and newer",
                &[],
                vec![(4, dated("2014-11-20", &[1])), (5, dated("2026-11-01", &[1]))],
                [inside(0, 0, 0), inside(0, 0, 1)],
            ),
            ("a document that another matter keeps", &[], vec![(4, in_matters(&[1, 2])), (5, in_matters(&[0, 1]))], [kept(0), kept(1)]),
        ] {
            let held = held.iter().copied().map(number).collect();
            let documents = documents.into_iter().map(|(document, facts)| (number(document), facts)).collect();
            let contents = Contents { held, documents };
            let today = Today { certain: day("2026-11-22"), wall: day("2026-11-22") };
            let brakes = Brakes { watermark: Some(day("2026-11-22")), ..Brakes::default() };
            for (matter, expected) in [0, 1].map(MatterNumber).into_iter().zip(expected) {
                let told = explain_matter(&dossier, matter, &contents, Some(&catalogue), today, &brakes);
                let found = brakes.clone().of_line(&told[0].lines[0], &dossier, &contents, Some(&catalogue)).inside;
                assert_eq!(found, expected, "{what}, {matter:?}");
                let blockers = [
                    (expected.held, Blocker::DocumentsHeld),
                    (expected.quarantined, Blocker::DocumentsQuarantined),
                    (expected.newer, Blocker::DocumentsNewer),
                    (expected.kept, Blocker::DocumentsKept),
                ];
                let blockers: Vec<_> = blockers.into_iter().filter(|(count, _)| *count > 0).map(|(_, blocker)| blocker).collect();
                assert_eq!(told[0].standing.blockers(), blockers, "{what}, {matter:?}");
                assert_eq!(told[0].standing.may_be_proposed(), blockers.is_empty(), "{what}, {matter:?}");
            }
        }
    }
}
