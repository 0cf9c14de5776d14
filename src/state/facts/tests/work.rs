//! How much one command makes the only writer compute: counted, because one client must not be able to keep everybody else waiting.

use std::sync::Arc;

use crate::limits::{
    EVENTS_IN_FORCE_MAX, EVENTS_PER_DOCUMENT_MAX, MATTERS_PER_CASE_MAX, MATTERS_PER_DOCUMENT_MAX, OWN_EVENTS_DOCUMENTS_MAX,
};
use crate::model::retention::{Dates, DocumentFacts, Dossier, EffectiveEvent, EventScope, EventType, MatterFacts, MatterNumber, Note};
use crate::model::{DocumentNumber, NoteId, Refusal};
use crate::policy::View as _;
use crate::policy::retention::{lines, work};
use crate::policy::testing::{Office, VAULT, day, shipped_like, tag};

/// A case with as many matters as a case can have, and with one event less.
fn large_case() -> Office {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    office.happens(EventType::Notified, "2009-03-15");
    let (case, catalogue) = (office.case(), office.memory.catalogue(VAULT).unwrap());
    let dossier = Arc::make_mut(office.memory.facts.dossiers.get_mut(&case).unwrap());
    let (matter, event) = (dossier.matters[0].clone(), dossier.events[0].clone());
    let id = |number: usize| NoteId::from_bytes((1_000_000 + number as u128).to_be_bytes());
    let number = |number: usize| MatterNumber(number as u16);
    let matters = (1..MATTERS_PER_CASE_MAX).map(|at| MatterFacts { number: number(at), id: Some(id(at)), ..matter.clone() });
    dossier.matters.extend(matters);
    let scope = |at: usize| EventScope::Matter(number(at % MATTERS_PER_CASE_MAX));
    let events = (1..EVENTS_IN_FORCE_MAX - 1).map(|at| EffectiveEvent { id: id(at + 10_000), scope: scope(at), ..event.clone() });
    dossier.events.extend(events);
    dossier.lines = lines(dossier, catalogue.as_deref());
    office
}

fn dossier(office: &Office) -> &Dossier {
    &office.memory.facts.dossiers[&office.case()]
}

#[test]
fn each_event_of_a_case_is_looked_at_once_for_all_of_its_dates() {
    let mut office = large_case();
    let (_, looked_at) = work::of(|| office.happens(EventType::CaseClosed, "2010-01-01"));
    assert_eq!(looked_at, EVENTS_IN_FORCE_MAX as u64);
    let one_more = office.try_event(EventScope::Case, EventType::CaseClosed, Some("2010-01-01"), None);
    assert_eq!(one_more, Err(Refusal::EventsFull));
    assert_eq!(dossier(&office).lines.len(), MATTERS_PER_CASE_MAX);
}

#[test]
fn a_document_whose_dates_are_those_of_its_matters_computes_none() {
    let mut office = large_case();
    let (_, looked_at) = work::of(|| office.store_in(&[MatterNumber(7), MatterNumber(8)], Some(tag(b'q'))));
    assert_eq!(looked_at, 0);
    // One with dates of its own looks at the events of its case once, however many matters it has.
    let matters: Vec<MatterNumber> = (1..=MATTERS_PER_DOCUMENT_MAX as u16).map(MatterNumber).collect();
    let before = Dossier::clone(dossier(&office));
    let (document, looked_at) = work::of(|| office.store_in(&matters, Some(tag(b'z'))));
    // Its type is counted, so that the lines of the case are computed as well.
    assert_eq!(looked_at, 2 * dossier(&office).events.len() as u64);
    assert_eq!(office.memory.facts.documents[&office.place_of(document)].lines.len(), MATTERS_PER_DOCUMENT_MAX);
    assert_eq!(dossier(&office).lines.len(), before.lines.len() + MATTERS_PER_DOCUMENT_MAX);
}

#[test]
fn types_without_a_class_leave_nothing_in_the_dossier() {
    let mut office = large_case();
    let before = Dossier::clone(dossier(&office));
    let matters: Vec<MatterNumber> = (1..=63).map(MatterNumber).collect();
    for letter in (0..=255).filter(|letter| !b"az".contains(letter)) {
        office.store_in(&matters, Some(tag(letter)));
    }
    assert_eq!(*dossier(&office), before);
}

#[test]
fn an_event_reads_the_documents_of_its_case_only_if_it_can_move_their_dates() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    for _ in 0..100 {
        // Payments count from their own date alone.
        let facts = DocumentFacts { type_tag: Some(tag(b'z')), dated: Some(day("2009-01-01")), ..DocumentFacts::default() };
        office.try_store(Some(facts)).unwrap();
    }
    office.memory.documents_read = 0;
    for event in [EventType::Notified, EventType::CaseClosed, EventType::ClaimSettled] {
        office.happens(event, "2009-03-15");
    }
    assert_eq!(office.memory.documents_read, 0);
    // An identity card about which somebody has found something; what is found about the whole case concerns it as well.
    let card = office.store_in(&[], Some(tag(b'a')));
    let found = office.try_event(EventScope::Document(card), EventType::NotNeeded, Some("2010-01-01"), None).unwrap();
    office.happens(EventType::NotNeeded, "2009-06-01");
    assert_eq!((office.memory.documents_read, &dossier(&office).own_events), (0, &vec![card]));
    let lines = |office: &Office| office.memory.facts.documents[&office.place_of(card)].lines.clone();
    let after = lines(&office);
    office.happens(EventType::NotNeeded, "2010-01-01");
    assert_eq!(lines(&office), after, "on the same day");
    office.try_event(EventScope::Document(card), EventType::NotNeeded, None, Some(found)).unwrap();
    office.happens(EventType::NotNeeded, "2009-07-01");
    assert_eq!((office.memory.documents_read, dossier(&office).own_events.len()), (0, 0));
    assert_eq!(office.replayed().memory.facts, office.memory.facts);
}

/// A document that counts from its own date in one matter has a line of its own in the other as well, and that one follows events.
#[test]
fn a_matter_whose_documents_have_dates_of_their_own_has_them_read() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    let payments = office.open_matter("payment");
    let facts = DocumentFacts { matters: vec![MatterNumber(0), payments], dated: Some(day("2009-01-01")), ..DocumentFacts::default() };
    let document = office.try_store(Some(facts)).unwrap();
    office.happens(EventType::Notified, "2009-03-15");
    let lines = &office.memory.facts.documents[&office.place_of(document)].lines;
    assert!(lines.iter().all(|line| matches!(line.dates, Dates::Computed { .. })), "{lines:?}");
}

#[test]
fn a_document_has_few_events_of_its_own() {
    let mut office = Office::open("benefit");
    let document = office.store();
    let happens = |office: &mut Office, document: DocumentNumber| {
        office.try_event(EventScope::Document(document), EventType::NotNeeded, Some("2010-01-01"), None)
    };
    for _ in 0..EVENTS_PER_DOCUMENT_MAX {
        happens(&mut office, document).unwrap();
    }
    assert_eq!(happens(&mut office, document), Err(Refusal::EventsFull));
    // And few documents of a case have any: what is the same for many is recorded for their matter.
    let case = office.case();
    let dossier = Arc::make_mut(office.memory.facts.dossiers.get_mut(&case).unwrap());
    let numbers = (1 << 20..).take(OWN_EVENTS_DOCUMENTS_MAX);
    dossier.own_events = numbers.map(|number| DocumentNumber::new(number).unwrap()).collect();
    let another = office.store();
    assert_eq!(happens(&mut office, another), Err(Refusal::EventsFull));
}

/// A line for a class comes with the first document that it is about, and goes with the last, wherever that goes.
#[test]
fn a_matter_has_a_line_for_a_type_as_long_as_it_has_documents_of_it() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    let (first, second) = (office.open_matter("benefit"), office.open_matter("benefit"));
    let lines_of = |office: &Office, matter: MatterNumber| dossier(office).lines.iter().filter(|line| line.matter == matter).count();
    let cards: Vec<DocumentNumber> = (0..3).map(|_| office.store_in(&[first], Some(tag(b'a')))).collect();
    assert_eq!((lines_of(&office, first), lines_of(&office, second)), (2, 1));
    for (position, card) in cards.iter().enumerate() {
        assert_eq!(lines_of(&office, first), 2, "{position} have left");
        office.file(Note::Assignment { document: *card, matters: vec![second] });
    }
    assert_eq!((lines_of(&office, first), lines_of(&office, second)), (1, 2));
    // Another catalogue that has no class for the type: nothing is counted any more; one that has it again counts what is there.
    let mut without = shipped_like(10);
    without.types.remove(&tag(b'a'));
    office.adopt(&without);
    office.refresh();
    assert_eq!((lines_of(&office, second), dossier(&office).matters[2].types.len()), (1, 0));
    office.adopt(&shipped_like(10));
    // The case is brought up to date by whatever happens first.
    office.happens(EventType::CaseClosed, "2010-01-01");
    assert_eq!((lines_of(&office, second), dossier(&office).matters[2].types[&tag(b'a')]), (2, 3));
    let mut replayed = office.replayed();
    replayed.refresh();
    office.refresh();
    assert_eq!(replayed.memory.facts.dossiers, office.memory.facts.dossiers);
}
