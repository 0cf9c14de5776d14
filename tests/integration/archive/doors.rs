//! Every door, command and job against what must stay: the locks of an archive fail beside the door that was thought of.

use std::time::Duration;

use aktenfest::archive::{ArchiveError, HoldItem, HoldRequest, ItemOutcome, OrderItems, OrderRequest, Scope, Vault};
use aktenfest::keys::Keyring;
use aktenfest::model::destruction::{DropReason, OrderReason};
use aktenfest::model::retention::{EventType, HoldType, NoteWords};
use aktenfest::model::{DocumentDescription, Refusal, Text};
use aktenfest::store::Column;

use super::destruction::{ORDER, approve, office_with_a_due_case, order_everything_due, propose, refusal};
use super::retention::{because, clerk, day, happens, note_id, open_matter, store_in};
use super::{Office, case_id, document_id, read};
use crate::verify::raw::Raw;

fn document(number: u32) -> HoldItem {
    HoldItem { case: case_id(), matter: None, document: Some(document_id(number)) }
}

fn hold(number: u32, kind: HoldType, items: Vec<HoldItem>) -> HoldRequest {
    let text = |text: &str| Some(Text::parse(text).unwrap());
    let words = NoteWords { owner: text("appeals unit"), legal_basis: text("section 84 SGG"), ..because("S 11 AS 409/26") };
    HoldRequest { id: note_id(number), kind, review_on: day("2027-05-01"), ends_on: None, items, query: None, words }
}

/// Beside the three documents that are due: 4 runs still, 5 has no beginning, 6 is due and held, 7 comes behind the proposal.
async fn office_with_what_must_stay() -> (Office, Vec<(u32, DropReason)>) {
    let office = office_with_a_due_case().await;
    let vault = office.vault();
    let running = open_matter(&vault, 20, "benefit").await;
    happens(&vault, 21, Scope::Matter(running), EventType::Notified, "2025-03-15").await.unwrap();
    let open = open_matter(&vault, 22, "benefit").await;
    for (number, matter) in [(4, running), (5, open), (6, note_id(10))] {
        let about = DocumentDescription { matters: vec![matter], ..DocumentDescription::default() };
        store_in(&vault, number, about, format!("stays {number}").as_bytes()).await;
    }
    vault.place_hold(&clerk(None), hold(23, HoldType::Court, vec![document(6)])).await.unwrap();
    (office, vec![(4, DropReason::NotDue), (5, DropReason::Open), (6, DropReason::Held)])
}

fn stays(vault: &Vault, number: u32) {
    assert_eq!(read(vault, number).as_deref(), Some(format!("stays {number}").as_bytes()), "document {number}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_order_takes_what_must_stay() {
    let (office, what) = office_with_what_must_stay().await;
    let vault = office.vault();
    propose(&vault, OrderReason::Due, OrderItems::Listed(what.iter().map(|(number, _)| document(*number)).collect())).await.unwrap();
    approve(&vault, &clerk(Some("e-beispiel")), ORDER + 1).await.unwrap();
    office.archive().carry_out_orders().await.unwrap();
    let (items, _) = vault.order_items(note_id(ORDER), 0, 10).unwrap();
    for ((number, reason), item) in what.iter().zip(items) {
        assert_eq!(item.outcome, ItemOutcome::Dropped(*reason), "document {number}");
        stays(&vault, *number);
    }
    assert!(vault.order(note_id(ORDER)).unwrap().facts.is_over(), "an order that has destroyed nothing is over");
    // Early, dates do not protect; holds do. The whole case is no way around the one document that is held.
    let early = OrderItems::Listed(vec![HoldItem { case: case_id(), matter: None, document: None }]);
    let words = NoteWords { reference: Some(Text::parse("Az. 13/26").unwrap()), ..because("all of it") };
    let request = OrderRequest { id: note_id(600), reason: OrderReason::Court, items: early, words };
    vault.propose_order(&clerk(Some("m-muster")), request).await.unwrap();
    let list = vault.order(note_id(600)).unwrap().facts.list;
    vault.approve_order(&clerk(Some("e-beispiel")), note_id(600), note_id(601), (list, None), because("agreed")).await.unwrap();
    office.archive().carry_out_orders().await.unwrap();
    let (items, _) = vault.order_items(note_id(600), 0, 10).unwrap();
    assert_eq!(items[0].outcome, ItemOutcome::Dropped(DropReason::Held));
    (4..=6).for_each(|number| stays(&vault, number));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_job_takes_what_must_stay() {
    let (mut office, _) = office_with_what_must_stay().await;
    let backups = office.directory.path().join("backups");
    office.settings.backups = Some(backups);
    office.restart().await;
    for _ in 0..2 {
        let archive = office.archive().clone();
        archive.carry_out_orders().await.unwrap();
        assert_eq!(archive.destroy_keys().await.unwrap(), None, "nothing was condemned, so no epoch begins");
        office.vault().refresh_dates().await.unwrap();
        assert_eq!(archive.try_what_must_fail().await.unwrap(), Vec::<&str>::new());
        archive.reclaim().await.unwrap();
        let backing = archive.clone();
        tokio::task::spawn_blocking(move || backing.backup()).await.unwrap().unwrap();
        drop(archive);
        office.stop().await;
        // What operators do with the keys of a stopped archive.
        let (keyring, _) = Keyring::replicate_at(&office.settings.keys).unwrap();
        keyring.rotate().unwrap();
        drop(keyring);
        office.clock.advance(Duration::from_secs(86_400));
        office.start().unwrap();
        let vault = office.vault();
        (4..=6).for_each(|number| stays(&vault, number));
        assert!((1..=3).all(|number| read(&vault, number).is_some()), "what is due stays as well, until two persons say otherwise");
    }
}

/// What cannot be read is not taken for unlocked, in whichever row the damage is; mended, the order goes on.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_protects() {
    let columns = [
        Column::Cases,
        Column::Documents,
        Column::Dossiers,
        Column::DocumentFacts,
        Column::VaultFacts,
        Column::Held,
        Column::Notes,
        Column::Registers,
        Column::Dispositions,
    ];
    for column in columns {
        let mut office = office_with_a_due_case().await;
        let vault = office.vault();
        // An overlay that stops nothing, so that there is a row about holds.
        vault.place_hold(&clerk(None), hold(23, HoldType::Dispute, vec![document(2)])).await.unwrap();
        order_everything_due(&vault).await;
        drop(vault);
        office.stop().await;
        let database = office.settings.store.data.join("database");
        let rows = {
            let raw = Raw::at(&database);
            let rows = raw.rows(column);
            assert!(!rows.is_empty(), "{column:?} has no rows, so nothing is tried");
            rows.iter().for_each(|(key, value)| raw.put(column, key, &[&[0xff], &value[1..]].concat()));
            rows
        };
        if office.start().is_ok() {
            let carried_out = office.archive().carry_out_orders().await;
            assert!(carried_out.is_err(), "{column:?}: nobody was told");
            office.stop().await;
        }
        {
            let raw = Raw::at(&database);
            rows.iter().for_each(|(key, value)| raw.put(column, key, value));
        }
        office.start().unwrap();
        let vault = office.vault();
        assert!((1..=3).all(|number| read(&vault, number).is_some()), "{column:?}: something was destroyed although it could not be read");
        office.archive().carry_out_orders().await.unwrap();
        assert_eq!(refusal(vault.case(case_id())), Refusal::CaseDestroyed, "{column:?}");
    }
}

/// Never "hold accepted, document gone": holds are placed on documents while an order goes through them.
#[tokio::test(flavor = "multi_thread")]
async fn a_hold_during_the_run_is_kept_or_refused() {
    const DOCUMENTS: u32 = 200;
    let office = office_with_a_due_case().await;
    let vault = office.vault();
    for number in 100..100 + DOCUMENTS {
        let about = DocumentDescription { matters: vec![note_id(10)], ..DocumentDescription::default() };
        store_in(&vault, number, about, format!("stays {number}").as_bytes()).await;
    }
    propose(&vault, OrderReason::Due, OrderItems::Listed((100..100 + DOCUMENTS).map(document).collect())).await.unwrap();
    approve(&vault, &clerk(Some("e-beispiel")), ORDER + 1).await.unwrap();
    let archive = office.archive().clone();
    let run = tokio::spawn(async move { archive.carry_out_orders().await });
    let mut placed = Vec::new();
    // From the end, so that the order comes towards them.
    for number in (100..100 + DOCUMENTS).rev() {
        let request = hold(1000 + number, HoldType::Court, vec![document(number)]);
        let answer = vault.place_hold(&clerk(None), request).await;
        assert!(matches!(answer, Ok(_) | Err(ArchiveError::Refused(_))), "{answer:?}");
        placed.push((number, answer.is_ok()));
    }
    run.await.unwrap().unwrap();
    office.archive().carry_out_orders().await.unwrap();
    for (number, is_held) in placed {
        if is_held {
            stays(&vault, number);
        } else {
            assert_eq!(refusal(vault.document(case_id(), document_id(number))), Refusal::DocumentDestroyed, "document {number}");
        }
    }
}
