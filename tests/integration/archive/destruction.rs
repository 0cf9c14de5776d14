//! Orders over the whole archive: two persons, a rest, steps that look again, keys that end, and what is left; over restarts and faults.

use std::collections::BTreeSet;

use aktenfest::archive::{ArchiveError, Executed, HoldItem, HoldRequest, ItemOutcome, OrderItems, OrderRequest, Scope, Vault};
use aktenfest::model::destruction::{DestructionRule, DropReason, OrderReason, OrderState};
use aktenfest::model::retention::{EventType, HoldType, MatterName, NoteWords};
use aktenfest::model::{CaseDescription, CaseId, DocumentDescription, PersonName, Principal, Refusal, Text, Timestamp};
use aktenfest::store::fault::{Cause, Failure, Step};

use super::retention::{adopt, because, catalogue, clerk, day, happens, note_id, open_matter, store_in};
use super::{Office, application, case_id, document_id, read};

/// What the order of these tests is called.
pub const ORDER: u32 = 500;

/// A clerk who deputises for somebody.
fn deputy(person: &str, of: &str) -> Principal {
    Principal { deputy_of: BTreeSet::from([PersonName::parse(of).unwrap()]), ..clerk(Some(person)) }
}

fn other_case() -> CaseId {
    CaseId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e22").unwrap()
}

fn whole(case: CaseId) -> HoldItem {
    HoldItem { case, matter: None, document: None }
}

/// An office whose case ended long ago and which the archive does not want: three documents, all due, nothing in the way.
pub async fn office_with_a_due_case() -> Office {
    let office = Office::open().await;
    let vault = office.vault();
    adopt(&vault, 1, catalogue(&[])).await;
    let matter = open_matter(&vault, 10, "benefit").await;
    for number in 1..=3 {
        let description = DocumentDescription { matters: vec![matter], ..DocumentDescription::default() };
        store_in(&vault, number, description, format!("letter {number} to Erika Mustermann").as_bytes()).await;
    }
    happens(&vault, 11, Scope::Matter(matter), EventType::Notified, "2014-03-15").await.unwrap();
    happens(&vault, 12, Scope::Matter(matter), EventType::ArchiveDeclined, "2024-03-20").await.unwrap();
    vault.report_intake(&clerk(None), note_id(13), day("2026-11-01"), NoteWords::default()).await.unwrap();
    without_rest(&vault, 14).await;
    office
}

/// Two persons agree that everything may go on one day and nothing rests.
async fn without_rest(vault: &Vault, number: u32) {
    let rule = DestructionRule { cap_per_mille: 1000, cooling_off_days: 0 };
    vault.propose_destruction_rule(&clerk(Some("m-muster")), note_id(number), rule, because("test")).await.unwrap();
    vault.adopt_destruction_rule(&clerk(Some("e-beispiel")), note_id(number), note_id(number + 1), because("agreed")).await.unwrap();
}

pub async fn propose(vault: &Vault, reason: OrderReason, items: OrderItems) -> Result<(), ArchiveError> {
    let words = NoteWords { reference: Some(Text::parse("Az. 12/26").unwrap()), ..because("the period is over") };
    vault.propose_order(&clerk(Some("m-muster")), OrderRequest { id: note_id(ORDER), reason, items, words }).await.map(drop)
}

pub async fn approve(vault: &Vault, by: &Principal, number: u32) -> Result<(), ArchiveError> {
    let list = vault.order(note_id(ORDER)).unwrap().facts.list;
    vault.approve_order(by, note_id(ORDER), note_id(number), (list, None), because("looked at")).await.map(drop)
}

pub async fn order_everything_due(vault: &Vault) {
    propose(vault, OrderReason::Due, OrderItems::DueUntil(day("2026-11-20"))).await.unwrap();
    approve(vault, &clerk(Some("e-beispiel")), ORDER + 1).await.unwrap();
}

pub fn refusal<T: std::fmt::Debug>(result: Result<T, ArchiveError>) -> Refusal {
    match result {
        Err(ArchiveError::Refused(refusal)) => refusal,
        other => panic!("{other:?} is not a refusal"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_goes_with_its_keys_and_leaves_a_tombstone() {
    let mut office = office_with_a_due_case().await;
    let vault = office.vault();
    order_everything_due(&vault).await;
    let (items, _) = vault.order_items(note_id(ORDER), 0, 10).unwrap();
    assert_eq!(items.iter().map(|item| item.item).collect::<Vec<_>>(), [whole(case_id())], "all of the case may go, so it goes as one");

    office.archive().carry_out_orders().await.unwrap();
    let facts = vault.order(note_id(ORDER)).unwrap().facts;
    assert_eq!((facts.next, facts.condemned, facts.dropped, facts.documents), (1, 1, 0, 3));
    assert!(facts.is_over() && facts.keyed.is_empty() && facts.keys_destroyed_on == Some(day("2026-11-20")), "{facts:?}");
    drop(vault);
    for _ in 0..2 {
        let vault = office.vault();
        for number in 1..=3 {
            assert_eq!(refusal(vault.document(case_id(), document_id(number))), Refusal::DocumentDestroyed);
            assert_eq!(refusal(vault.content(case_id(), document_id(number)).map(drop)), Refusal::DocumentDestroyed);
        }
        assert_eq!(refusal(vault.case(case_id())), Refusal::CaseDestroyed);
        assert_eq!(refusal(vault.documents(case_id(), None, 10)), Refusal::CaseDestroyed);
        assert!(vault.due(day("2036-01-01"), None, 10).unwrap().items.is_empty(), "nothing of it is on the agenda any more");
        drop(vault);
        office.restart().await;
    }
    let vault = office.vault();
    let by = application();
    let late =
        vault.begin_document(&by, case_id(), document_id(9), aktenfest::model::MediaType::unknown(), DocumentDescription::default(), None);
    assert_eq!(refusal(late.await.map(drop)), Refusal::CaseDestroyed);
    // The reference is free again, because its tag went with the case.
    let again = CaseDescription { reference: Text::parse("3 C 17/26").unwrap(), kind: None, unit: None };
    assert!(vault.open_case(&application(), other_case(), again).await.unwrap().created);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_destroys_alone() {
    let office = office_with_a_due_case().await;
    let vault = office.vault();
    let all = || OrderItems::Listed(vec![whole(case_id())]);
    let nobody = OrderRequest { id: note_id(499), reason: OrderReason::Due, items: all(), words: NoteWords::default() };
    assert_eq!(refusal(vault.propose_order(&clerk(None), nobody.clone()).await), Refusal::PersonRequired);
    let without_reference = OrderRequest { reason: OrderReason::Court, ..nobody };
    assert_eq!(refusal(vault.propose_order(&clerk(Some("m-muster")), without_reference).await), Refusal::OrderReferenceRequired);
    propose(&vault, OrderReason::Due, all()).await.unwrap();
    for (who, why) in [
        (clerk(None), Refusal::PersonRequired),
        (clerk(Some("m-muster")), Refusal::SecondPersonRequired),
        (deputy("e-beispiel", "m-muster"), Refusal::DeputyNotIndependent),
    ] {
        assert_eq!(refusal(approve(&vault, &who, ORDER + 1).await), why);
    }
    let other_list = aktenfest::model::Digest([7; 32]);
    let result = vault.approve_order(&clerk(Some("e-beispiel")), note_id(ORDER), note_id(501), (other_list, None), because("blind")).await;
    assert_eq!(refusal(result), Refusal::OrderListDiffers);
    assert_eq!(vault.execute_order(note_id(ORDER)).await.unwrap(), Executed::Waits(Refusal::OrderNotApproved));
    approve(&vault, &clerk(Some("e-beispiel")), ORDER + 1).await.unwrap();
    assert_eq!(refusal(approve(&vault, &clerk(Some("k-lang")), ORDER + 2).await), Refusal::OrderNotProposed);
    assert_eq!(vault.execute_order(note_id(ORDER)).await.unwrap(), Executed::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_order_rests_by_the_protected_clock() {
    let mut office = office_with_a_due_case().await;
    let vault = office.vault();
    propose(&vault, OrderReason::Due, OrderItems::Listed(vec![whole(case_id())])).await.unwrap();
    let list = vault.order(note_id(ORDER)).unwrap().facts.list;
    let result = vault.approve_order(&clerk(Some("e-beispiel")), note_id(ORDER), note_id(501), (list, Some(14)), because("wait")).await;
    result.unwrap();
    let OrderState::Approved { from, .. } = vault.order(note_id(ORDER)).unwrap().facts.state else { panic!("it is approved") };
    assert_eq!(from, day("2026-12-04"));
    assert_eq!(vault.execute_order(note_id(ORDER)).await.unwrap(), Executed::Waits(Refusal::OrderCoolingOff));
    drop(vault);
    office.stop().await;
    office.clock.set(Timestamp::parse("2076-11-20T08:00:00Z").unwrap());
    office.start().unwrap();
    let vault = office.vault();
    assert_eq!(
        vault.execute_order(note_id(ORDER)).await.unwrap(),
        Executed::Waits(Refusal::OrderCoolingOff),
        "a clock that jumps is not believed"
    );
    assert!(read(&vault, 1).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_protected_again_drops_out_and_the_rest_goes_on() {
    let office = office_with_a_due_case().await;
    let vault = office.vault();
    let item = |number| HoldItem { case: case_id(), matter: None, document: Some(document_id(number)) };
    propose(&vault, OrderReason::Due, OrderItems::Listed((1..=3).map(item).collect())).await.unwrap();
    approve(&vault, &clerk(Some("e-beispiel")), ORDER + 1).await.unwrap();
    let hold = HoldRequest {
        id: note_id(600),
        kind: HoldType::Court,
        review_on: day("2027-05-01"),
        ends_on: None,
        items: vec![item(2)],
        query: None,
        words: because("S 11 AS 409/26"),
    };
    vault.place_hold(&clerk(None), hold).await.unwrap();
    office.archive().carry_out_orders().await.unwrap();
    let (items, _) = vault.order_items(note_id(ORDER), 0, 10).unwrap();
    let outcomes: Vec<_> = items.into_iter().map(|item| item.outcome).collect();
    assert_eq!(outcomes, [ItemOutcome::Destroyed, ItemOutcome::Dropped(DropReason::Held), ItemOutcome::Destroyed]);
    assert_eq!(refusal(vault.document(case_id(), document_id(1))), Refusal::DocumentDestroyed);
    assert_eq!(read(&vault, 2).as_deref(), Some(&b"letter 2 to Erika Mustermann"[..]));
    let page = vault.documents(case_id(), None, 10).unwrap();
    assert_eq!(page.items.len(), 1, "the case goes on with what is left");
    store_in(&vault, 7, DocumentDescription::default(), b"one more").await;
    assert_eq!(read(&vault, 7).as_deref(), Some(&b"one more"[..]), "a number whose key is gone is not given again");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_behind_the_proposal_was_seen_by_nobody() {
    let office = office_with_a_due_case().await;
    let vault = office.vault();
    order_everything_due(&vault).await;
    store_in(&vault, 4, DocumentDescription { matters: vec![note_id(10)], ..DocumentDescription::default() }, b"late").await;
    office.archive().carry_out_orders().await.unwrap();
    let (items, _) = vault.order_items(note_id(ORDER), 0, 10).unwrap();
    assert_eq!(items[0].outcome, ItemOutcome::Dropped(DropReason::Changed));
    assert!(read(&vault, 1).is_some() && read(&vault, 4).is_some());
}

/// A document stands on the list by itself and lies in a matter that does too: it goes once, and nothing stumbles.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_listed_twice_in_two_ways_goes_once() {
    let office = office_with_a_due_case().await;
    let vault = office.vault();
    let part = |matter: Option<_>, document| HoldItem { case: case_id(), matter: matter.map(MatterName::Opened), document };
    let items = vec![part(Some(note_id(10)), None), part(None, Some(document_id(2))), part(None, Some(document_id(3)))];
    propose(&vault, OrderReason::Due, OrderItems::Listed(items)).await.unwrap();
    approve(&vault, &clerk(Some("e-beispiel")), ORDER + 1).await.unwrap();
    office.archive().carry_out_orders().await.unwrap();
    let facts = vault.order(note_id(ORDER)).unwrap().facts;
    assert_eq!((facts.documents, facts.condemned, facts.dropped), (3, 1, 2), "{facts:?}");
    assert!(facts.is_over());
}

/// One person gives an order up in the middle. What it has condemned is gone; so its keys must end, and those of others too.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_given_up_halfway_ends_the_keys_of_what_it_has_condemned() {
    let office = office_with_a_due_case().await;
    let vault = office.vault();
    let rule = DestructionRule { cap_per_mille: 300, cooling_off_days: 0 };
    vault.propose_destruction_rule(&clerk(Some("m-muster")), note_id(700), rule, because("slower")).await.unwrap();
    vault.adopt_destruction_rule(&clerk(Some("e-beispiel")), note_id(700), note_id(701), because("agreed")).await.unwrap();
    let item = |number| HoldItem { case: case_id(), matter: None, document: Some(document_id(number)) };
    propose(&vault, OrderReason::Due, OrderItems::Listed((1..=3).map(item).collect())).await.unwrap();
    approve(&vault, &clerk(Some("e-beispiel")), ORDER + 1).await.unwrap();
    assert_eq!(vault.execute_order(note_id(ORDER)).await.unwrap(), Executed::More);
    vault.withdraw_order(&clerk(Some("k-lang")), note_id(ORDER), note_id(ORDER + 2), because("second thoughts")).await.unwrap();
    office.archive().carry_out_orders().await.unwrap();
    let facts = vault.order(note_id(ORDER)).unwrap().facts;
    assert!(facts.documents == 1 && facts.is_over() && facts.keyed.is_empty(), "{facts:?}");
    assert!(read(&vault, 3).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_has_a_cap() {
    let office = office_with_a_due_case().await;
    let vault = office.vault();
    let rule = DestructionRule { cap_per_mille: 400, cooling_off_days: 0 };
    vault.propose_destruction_rule(&clerk(Some("m-muster")), note_id(700), rule, because("slower")).await.unwrap();
    vault.adopt_destruction_rule(&clerk(Some("e-beispiel")), note_id(700), note_id(701), because("agreed")).await.unwrap();
    let item = |number| HoldItem { case: case_id(), matter: None, document: Some(document_id(number)) };
    propose(&vault, OrderReason::Due, OrderItems::Listed((1..=3).map(item).collect())).await.unwrap();
    approve(&vault, &clerk(Some("e-beispiel")), ORDER + 1).await.unwrap();
    office.archive().carry_out_orders().await.unwrap();
    assert_eq!(vault.order(note_id(ORDER)).unwrap().facts.documents, 2, "two of three are not more than 400 in a thousand, rounded up");
    assert_eq!(vault.execute_order(note_id(ORDER)).await.unwrap(), Executed::Waits(Refusal::DestructionCapReached));
    office.clock.advance(std::time::Duration::from_secs(86_400));
    office.archive().carry_out_orders().await.unwrap();
    assert_eq!(vault.order(note_id(ORDER)).unwrap().facts.documents, 3);
    assert!(vault.order(note_id(ORDER)).unwrap().facts.is_over());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_early_destruction_needs_no_date_and_respects_holds() {
    let office = office_with_a_due_case().await;
    let vault = office.vault();
    let running = open_matter(&vault, 20, "benefit").await;
    store_in(&vault, 5, DocumentDescription { matters: vec![running], ..DocumentDescription::default() }, b"misfiled").await;
    let item = HoldItem { case: case_id(), matter: None, document: Some(document_id(5)) };
    propose(&vault, OrderReason::Misfiled, OrderItems::Listed(vec![item])).await.unwrap();
    approve(&vault, &clerk(Some("e-beispiel")), ORDER + 1).await.unwrap();
    office.archive().carry_out_orders().await.unwrap();
    assert_eq!(refusal(vault.document(case_id(), document_id(5))), Refusal::DocumentDestroyed);
    assert!(read(&vault, 1).is_some(), "its neighbours stay");
    let regular = OrderRequest {
        id: note_id(800),
        reason: OrderReason::Due,
        items: OrderItems::Listed(vec![HoldItem { case: case_id(), matter: Some(MatterName::Opened(running)), document: None }]),
        words: because("too early"),
    };
    vault.propose_order(&clerk(Some("m-muster")), regular).await.unwrap();
    let list = vault.order(note_id(800)).unwrap().facts.list;
    vault.approve_order(&clerk(Some("e-beispiel")), note_id(800), note_id(801), (list, None), because("blind")).await.unwrap();
    office.archive().carry_out_orders().await.unwrap();
    let (items, _) = vault.order_items(note_id(800), 0, 10).unwrap();
    assert_eq!(items[0].outcome, ItemOutcome::Dropped(DropReason::Open), "without an early reason the dates protect");
}

/// Every step of a commit fails once, lost and persisted, while an order is carried out; a restart and another try end it all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_commit_neither_loses_nor_repeats_a_destruction() {
    for step in [Step::CommitGroup, Step::WriteAnchor] {
        for failure in [Failure::Lost, Failure::Persisted] {
            let mut office = office_with_a_due_case().await;
            let vault = office.vault();
            order_everything_due(&vault).await;
            office.faults.arm(step, failure, Cause::Io);
            let first = office.archive().carry_out_orders().await;
            assert!(first.is_err(), "{step:?} {failure:?}");
            drop(vault);
            office.restart().await;
            office.archive().carry_out_orders().await.unwrap();
            let vault = office.vault();
            let facts = vault.order(note_id(ORDER)).unwrap().facts;
            assert!(facts.is_over() && facts.documents == 3, "{step:?} {failure:?}: {facts:?}");
            assert_eq!(refusal(vault.case(case_id())), Refusal::CaseDestroyed, "{step:?} {failure:?}");
        }
    }
}
