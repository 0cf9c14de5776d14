//! Whatever happens to a case, in whatever order: its dates are those that follow from what counts, and no document is without a line on
//! which it becomes due.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::model::retention::{Catalogue, DocumentFacts, EventScope, EventType, MatterNumber, Note};
use crate::model::{DocumentNumber, NoteId};
use crate::policy::View as _;
use crate::policy::retention::{counted, document_dates, document_lines, lines};
use crate::policy::testing::{Office, VAULT, code, day, shipped_like, tag};

/// Something that somebody does.
#[derive(Debug, Clone)]
enum Deed {
    Matter(&'static str),
    Store { matters: Vec<Index>, letter: Option<u8>, dated: Option<&'static str> },
    Assign { document: Index, matters: Vec<Index> },
    Event { about: About, event: EventType, on: &'static str },
    Withdraw(Index),
    Correct { matter: Index, kind: &'static str },
    Adopt(usize),
    Refresh,
}

#[derive(Debug, Clone)]
enum About {
    Case,
    Matter(Index),
    Document(Index),
}

const KINDS: [&str; 3] = ["benefit", "placement", "payment"];
const EVENTS: [EventType; 4] = [EventType::Notified, EventType::CaseClosed, EventType::NotNeeded, EventType::ClaimSettled];
const DAYS: [&str; 3] = ["2005-02-28", "2008-02-29", "2009-12-31"];

fn deed() -> impl Strategy<Value = Deed> {
    let matters = || proptest::collection::vec(any::<Index>(), 0..4);
    let about = prop_oneof![Just(About::Case), any::<Index>().prop_map(About::Matter), any::<Index>().prop_map(About::Document)];
    let letter = proptest::option::of(select(&b"azq"[..]));
    prop_oneof![
        2 => select(&KINDS[..]).prop_map(Deed::Matter),
        4 => (matters(), letter, proptest::option::of(select(&DAYS[..])))
            .prop_map(|(matters, letter, dated)| Deed::Store { matters, letter, dated }),
        4 => (any::<Index>(), matters()).prop_map(|(document, matters)| Deed::Assign { document, matters }),
        5 => (about, select(&EVENTS[..]), select(&DAYS[..])).prop_map(|(about, event, on)| Deed::Event { about, event, on }),
        2 => any::<Index>().prop_map(Deed::Withdraw),
        2 => (any::<Index>(), select(&KINDS[..])).prop_map(|(matter, kind)| Deed::Correct { matter, kind }),
        1 => (0..3_usize).prop_map(Deed::Adopt),
        1 => Just(Deed::Refresh),
    ]
}

/// Catalogues that differ in what they say about types and kinds.
fn catalogue(number: usize) -> Catalogue {
    let mut catalogue = shipped_like(10);
    match number {
        0 => {}
        1 => drop(catalogue.types.remove(&tag(b'a'))),
        _ => {
            catalogue.types.insert(tag(b'q'), code("VERM"));
            catalogue.kinds.insert(code("placement"), code("ZAHL"));
        }
    }
    catalogue
}

/// An office with what its deeds are about.
struct Life {
    office: Office,
    documents: Vec<DocumentNumber>,
    events: Vec<(EventScope, EventType, NoteId)>,
}

impl Life {
    /// What is not allowed does not happen.
    fn does(&mut self, deed: &Deed) {
        match deed {
            Deed::Matter(kind) => {
                self.office.open_matter(kind);
            }
            Deed::Store { matters, letter, dated } => {
                let facts = DocumentFacts {
                    matters: self.matters(matters),
                    type_tag: letter.map(tag),
                    dated: dated.map(day),
                    ..DocumentFacts::default()
                };
                self.documents.extend(self.office.try_store(Some(facts)));
            }
            Deed::Assign { document, matters } => {
                if let Some(document) = self.document(document) {
                    let _ = self.office.try_file(Note::Assignment { document, matters: self.matters(matters) });
                }
            }
            Deed::Event { about, event, on } => {
                let scope = match about {
                    About::Case => Some(EventScope::Case),
                    About::Matter(index) => Some(EventScope::Matter(self.matters(std::slice::from_ref(index))[0])),
                    About::Document(index) => self.document(index).map(EventScope::Document),
                };
                let Some(scope) = scope else { return };
                if let Ok(id) = self.office.try_event(scope, *event, Some(on), None) {
                    self.events.push((scope, *event, id));
                }
            }
            Deed::Withdraw(index) => {
                if !self.events.is_empty() {
                    let (scope, event, id) = self.events.remove(index.index(self.events.len()));
                    self.office.try_event(scope, event, None, Some(id)).unwrap();
                }
            }
            Deed::Correct { matter, kind } => {
                let matter = self.matters(std::slice::from_ref(matter))[0];
                let replaces = self.office.memory.facts.dossiers[&self.office.case()].matter(matter).unwrap().kind.clone();
                let _ = self.office.try_file(Note::KindCorrected { matter, replaces, kind: code(kind) });
            }
            Deed::Adopt(number) => {
                let proposal = self.office.propose(&catalogue(*number));
                if let Ok(proposal) = proposal {
                    self.office.try_file_as(Some(crate::policy::testing::BORIS), Note::ClassesAdopted { proposal }).unwrap();
                }
            }
            Deed::Refresh => self.office.refresh(),
        }
    }

    fn matters(&self, indexes: &[Index]) -> Vec<MatterNumber> {
        let count = self.office.memory.facts.dossiers[&self.office.case()].matters.len();
        let mut matters: Vec<MatterNumber> = indexes.iter().map(|index| MatterNumber(index.index(count) as u16)).collect();
        matters.sort_unstable();
        matters.dedup();
        matters
    }

    fn document(&self, index: &Index) -> Option<DocumentNumber> {
        (!self.documents.is_empty()).then(|| self.documents[index.index(self.documents.len())])
    }

    /// A case that follows the catalogue in force is as it would be if everything were computed from the beginning.
    fn check(&mut self) {
        let catalogue = self.office.memory.catalogue(VAULT).unwrap();
        let catalogue = catalogue.as_deref();
        let facts = &self.office.memory.facts;
        let dossier = &facts.dossiers[&self.office.case()];
        let version = catalogue.map_or(0, |catalogue| catalogue.version);
        if dossier.lines.iter().any(|line| line.version != version) {
            return;
        }
        let mut expected = counted(dossier, facts.documents.iter().map(|(address, facts)| (address.document, &**facts)), catalogue);
        expected.lines = lines(&expected, catalogue);
        assert_eq!(**dossier, expected);
        for facts in facts.documents.values() {
            assert_eq!(facts.lines, document_lines(dossier, facts, catalogue));
            for line in document_dates(dossier, Some(facts), catalogue).lines {
                assert!(!facts.lines.is_empty() || dossier.lines.contains(&line), "{line:?} stands nowhere: {dossier:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(120) })]

    #[test]
    fn dates_are_always_those_that_follow(deeds in proptest::collection::vec(deed(), 1..40)) {
        let mut life = Life { office: Office::open("benefit"), documents: Vec::new(), events: Vec::new() };
        life.office.adopt(&catalogue(0));
        for deed in &deeds {
            life.does(deed);
            life.check();
        }
        let mut replayed = life.office.replayed();
        replayed.refresh();
        life.office.refresh();
        life.check();
        prop_assert_eq!(replayed.memory.facts, life.office.memory.facts);
    }
}
