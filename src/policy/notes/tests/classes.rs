//! Catalogues of retention classes.

use crate::model::retention::{Catalogue, EventType, Kept, Note};
use crate::model::{Address, CaseNumber, Refusal};
use crate::policy::testing::{ANNA, BORIS, Office, class, code, day, shipped_like};

/// The catalogue with a change.
fn with(change: impl Fn(&mut Catalogue)) -> Catalogue {
    let mut catalogue = shipped_like(10);
    change(&mut catalogue);
    catalogue
}

fn proposed(replaces: u32, catalogue: Catalogue) -> Note {
    Note::ClassesProposed { replaces, catalogue: Box::new(catalogue), text: "text".to_owned() }
}

#[test]
fn a_catalogue_is_complete_and_in_force_when_it_is_proposed() {
    let mut office = Office::open("benefit");
    let incomplete = Err(Refusal::CatalogueIncomplete);
    for (what, person, replaces, catalogue, expected) in [
        ("a whole one", Some(ANNA), 0, shipped_like(10), Ok(())),
        ("from today on", Some(ANNA), 0, with(|catalogue| catalogue.valid_from = day("2010-01-01")), Ok(())),
        ("nobody answers for it", None, 0, shipped_like(10), Err(Refusal::PersonRequired)),
        ("a version that is not in force", Some(ANNA), 1, shipped_like(10), Err(Refusal::CatalogueReplaced)),
        ("from tomorrow on", Some(ANNA), 0, with(|catalogue| catalogue.valid_from = day("2010-01-02")), Err(Refusal::CatalogueNotYetValid)),
        ("a kind leads nowhere", Some(ANNA), 0, with(|catalogue| drop(catalogue.kinds.insert(code("x"), code("NONE")))), incomplete),
        ("no law", Some(ANNA), 0, with(|catalogue| leist(catalogue).legal_basis.clear()), incomplete),
        ("no period", Some(ANNA), 0, with(|catalogue| leist(catalogue).minimum = Kept::Until(Vec::new())), incomplete),
    ] {
        assert_eq!(office.try_file_as(person, proposed(replaces, catalogue)).map(drop), expected, "{what}");
    }
}

fn leist(catalogue: &mut Catalogue) -> &mut crate::model::retention::Class {
    catalogue.classes.get_mut(&code("LEIST")).expect("must be there")
}

#[test]
fn a_clock_that_is_ahead_puts_no_rule_into_force() {
    let mut office = Office::open("benefit");
    office.set_wall_clock(day("2060-01-01"));
    let future = with(|catalogue| catalogue.valid_from = day("2026-01-01"));
    assert_eq!(office.propose(&future), Err(Refusal::CatalogueNotYetValid));
}

#[test]
fn two_persons_put_a_catalogue_into_force() {
    let mut office = Office::open("benefit");
    let proposal = office.propose(&shipped_like(10)).unwrap();
    let adopted = |proposal| Note::ClassesAdopted { proposal };
    let elsewhere = Address::of_case(CaseNumber::FIRST_REGISTER);
    for (what, person, proposal, expected) in [
        ("nobody", None, proposal, Err(Refusal::PersonRequired)),
        ("the same person", Some(ANNA), proposal, Err(Refusal::SecondPersonRequired)),
        ("no proposal", Some(BORIS), elsewhere, Err(Refusal::ProposalNotOpen)),
        ("another person", Some(BORIS), proposal, Ok(())),
        ("again", Some(BORIS), proposal, Err(Refusal::ProposalNotOpen)),
    ] {
        assert_eq!(office.try_file_as(person, adopted(proposal)).map(drop), expected, "{what}");
    }
    assert_eq!(office.memory.facts.vault.catalogue, Some((1, proposal)));
    assert_eq!(office.try_file(Note::ClassesRejected { proposal }), Err(Refusal::ProposalNotOpen));
}

#[test]
fn an_approval_is_of_the_difference_that_was_seen() {
    let mut office = Office::open("benefit");
    let (first, second) = (office.propose(&shipped_like(10)).unwrap(), office.propose(&shipped_like(13)).unwrap());
    office.try_file_as(Some(BORIS), Note::ClassesAdopted { proposal: second }).unwrap();
    let late = office.try_file_as(Some(BORIS), Note::ClassesAdopted { proposal: first });
    assert_eq!(late, Err(Refusal::CatalogueReplaced));
    office.file(Note::ClassesRejected { proposal: first });
    assert!(office.memory.facts.vault.proposals.is_empty());
    office.adopt(&shipped_like(10));
    assert_eq!(office.memory.facts.vault.catalogue.map(|(version, _)| version), Some(2));
}

#[test]
fn a_class_in_use_is_never_removed() {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    let unrefreshed = with(|catalogue| drop(catalogue.kinds.remove(&code("placement"))));
    assert_eq!(office.propose(&unrefreshed), Err(Refusal::ClassInUse), "before every case is counted, any class may be in use");
    office.refresh();
    let without = |name: &'static str, kind: &'static str| {
        with(move |catalogue| {
            catalogue.classes.remove(&code(name));
            catalogue.kinds.remove(&code(kind));
        })
    };
    for (what, catalogue, expected) in [
        ("the class of the case", without("LEIST", "benefit"), Err(Refusal::ClassInUse)),
        ("only the kind that leads to it", with(|catalogue| drop(catalogue.kinds.remove(&code("benefit")))), Err(Refusal::ClassInUse)),
        ("a class that nothing has", without("VERM", "placement"), Ok(())),
        ("the rule of the class", with(|catalogue| *leist(catalogue) = class("LEIST", EventType::CaseClosed, 3)), Ok(())),
        ("the class of the kind", with(|catalogue| drop(catalogue.kinds.insert(code("benefit"), code("VERM")))), Ok(())),
    ] {
        assert_eq!(office.propose(&catalogue).map(drop), expected, "{what}");
    }
    // What came into use after the proposal counts as well.
    let proposal = office.propose(&without("VERM", "placement")).unwrap();
    office.open_matter("placement");
    assert_eq!(office.try_file_as(Some(BORIS), Note::ClassesAdopted { proposal }), Err(Refusal::ClassInUse));
}

#[test]
fn proposals_do_not_pile_up() {
    let mut office = Office::open("benefit");
    let proposals: Vec<Address> = (0..10).map(|_| office.propose(&shipped_like(10)).unwrap()).collect();
    assert_eq!(office.propose(&shipped_like(10)), Err(Refusal::ProposalsFull));
    office.file(Note::ClassesRejected { proposal: proposals[3] });
    assert!(office.propose(&shipped_like(10)).is_ok());
}
