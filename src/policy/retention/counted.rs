//! Counting the documents of a case by what their dates follow from, so that lines come and go with the documents that they are about,
//! and most documents change nothing about their case.

use super::term::starts_of;
use crate::model::DocumentNumber;
use crate::model::retention::{Catalogue, Class, Code, DocumentFacts, Dossier, EventType, MatterFacts};

/// Documents whose dates an event about their case or matter can move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// These, and no others; mostly none.
    Documents(Vec<DocumentNumber>),
    /// Any of the case.
    All,
}

/// A document belongs to the case from now on, with its matters.
pub fn count_in(dossier: &mut Dossier, number: DocumentNumber, facts: &DocumentFacts, catalogue: Option<&Catalogue>) {
    if !facts.events.is_empty()
        && let Err(place) = dossier.own_events.binary_search(&number)
    {
        dossier.own_events.insert(place, number);
    }
    let Some(tag) = facts.type_tag.filter(|tag| has_class(catalogue, |catalogue| catalogue.class_of_type(*tag))) else { return };
    for matter in matters_of(dossier, facts) {
        *matter.types.entry(tag).or_default() += 1;
    }
}

/// A document leaves the case or its matters.
pub fn count_out(dossier: &mut Dossier, number: DocumentNumber, facts: &DocumentFacts) {
    dossier.own_events.retain(|known| *known != number);
    let Some(tag) = facts.type_tag else { return };
    for matter in matters_of(dossier, facts) {
        if let Some(count) = matter.types.get_mut(&tag) {
            *count = count.saturating_sub(1);
        }
        matter.types.retain(|_, count| *count > 0);
    }
}

/// The case with all these documents counted anew, by another catalogue.
pub fn counted<'a>(
    dossier: &Dossier,
    documents: impl IntoIterator<Item = (DocumentNumber, &'a DocumentFacts)>,
    catalogue: Option<&Catalogue>,
) -> Dossier {
    let mut dossier = Dossier { own_events: Vec::new(), ..dossier.clone() };
    dossier.matters.iter_mut().for_each(|matter| matter.types.clear());
    documents.into_iter().for_each(|(number, facts)| count_in(&mut dossier, number, facts, catalogue));
    dossier
}

/// Whether counting this document changes anything about its case.
pub fn is_counted(facts: &DocumentFacts, catalogue: Option<&Catalogue>) -> bool {
    let has_class = facts.type_tag.is_some_and(|tag| has_class(catalogue, |catalogue| catalogue.class_of_type(tag)));
    has_class || !facts.events.is_empty()
}

/// Which documents an event about a case or a matter can move the dates of. A document has lines of its own for all of its matters as soon as
/// it has one for any, so besides those with events of their own it can be any if a class counts from the event and from what comes with the
/// document, or if a matter beside others counts from what comes with its documents.
pub fn reach(dossier: &Dossier, event: EventType, catalogue: Option<&Catalogue>) -> Reach {
    let from_both = |class: &Class| counts_from_documents(class) && starts_of(class).any(|start| start == event);
    let has_such_class = catalogue.is_some_and(|catalogue| catalogue.classes.values().any(from_both));
    reach_of(dossier, has_such_class || has_matter_of_documents(dossier, catalogue))
}

/// Which documents can have other dates when a matter is of another one of these kinds.
pub fn reach_of_kinds<'a>(dossier: &Dossier, kinds: impl IntoIterator<Item = &'a Code>, catalogue: Option<&Catalogue>) -> Reach {
    let mut classes = kinds.into_iter().filter_map(|kind| catalogue?.class_of_kind(kind));
    reach_of(dossier, classes.any(counts_from_documents) || has_matter_of_documents(dossier, catalogue))
}

fn reach_of(dossier: &Dossier, is_any: bool) -> Reach {
    if is_any { Reach::All } else { Reach::Documents(dossier.own_events.clone()) }
}

/// Whether the case has several matters, and the kind of one gives its documents lines of their own.
fn has_matter_of_documents(dossier: &Dossier, catalogue: Option<&Catalogue>) -> bool {
    let gives =
        |matter: &MatterFacts| catalogue.and_then(|catalogue| catalogue.class_of_kind(&matter.kind)).is_some_and(counts_from_documents);
    dossier.matters.len() > 1 && dossier.matters.iter().any(gives)
}

/// Whether a class counts from what comes with each document.
fn counts_from_documents(class: &Class) -> bool {
    starts_of(class).any(EventType::comes_with_the_document)
}

fn has_class<'a>(catalogue: Option<&'a Catalogue>, class: impl Fn(&'a Catalogue) -> Option<&'a Class>) -> bool {
    catalogue.and_then(class).is_some()
}

fn matters_of<'a>(dossier: &'a mut Dossier, facts: &DocumentFacts) -> impl Iterator<Item = &'a mut MatterFacts> {
    let belongs_to = facts.belongs_to();
    dossier.matters.iter_mut().filter(move |matter| belongs_to.contains(&matter.number))
}
