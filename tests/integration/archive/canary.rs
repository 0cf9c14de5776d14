//! The canary: what must fail is refused on a healthy archive, again and again, and it leaves nothing behind but its own case.

use aktenfest::model::VaultName;
use aktenfest::model::retention::HoldType;

use super::{Office, read};

#[tokio::test(flavor = "multi_thread")]
async fn what_must_fail_fails_again_and_again() {
    let mut office = Office::open().await;
    office.store(1, b"a letter of somebody").await.unwrap();
    for _ in 0..2 {
        for _ in 0..3 {
            assert_eq!(office.archive().try_what_must_fail().await.unwrap(), Vec::<&str>::new());
        }
        office.restart().await;
    }
    let canary = office.archive().vault(&VaultName::parse("aktenfest-canary").unwrap()).unwrap();
    assert_eq!((canary.cases(None, 10).unwrap().items.len(), canary.orders(None, 10, true).unwrap().0.len()), (1, 2));
    let (holds, _) = canary.holds(None, 10, true).unwrap();
    assert!(holds.len() == 1 && holds[0].facts.kind == HoldType::Court && holds[0].facts.released_on.is_none());
    assert_eq!(read(&office.vault(), 1).as_deref(), Some(&b"a letter of somebody"[..]));
}

/// An order rests for a year at the most, so there is a new one every year; the old one finds the hold and leaves the case alone.
#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_for_years() {
    let office = Office::open().await;
    let name = VaultName::parse("aktenfest-canary").unwrap();
    for year in 1..=3 {
        for _ in 0..2 {
            assert_eq!(office.archive().try_what_must_fail().await.unwrap(), Vec::<&str>::new(), "in year {year}");
            office.archive().carry_out_orders().await.unwrap();
        }
        let canary = office.archive().vault(&name).unwrap();
        assert_eq!(canary.orders(None, 10, true).unwrap().0.len(), 1 + year, "the one that nobody approves, and one of each year");
        assert_eq!(canary.cases(None, 10).unwrap().items.len(), 1);
        office.clock.advance(std::time::Duration::from_secs(380 * 86_400));
    }
}

/// An alarm that cannot ring is none: somebody releases the hold and lets the order through, and the next attempt says so.
#[tokio::test(flavor = "multi_thread")]
async fn what_succeeds_is_named() {
    let office = Office::open().await;
    office.archive().try_what_must_fail().await.unwrap();
    let canary = office.archive().vault(&VaultName::parse("aktenfest-canary").unwrap()).unwrap();
    let (orders, _) = canary.orders(None, 10, true).unwrap();
    let unapproved = orders.iter().find(|order| order.facts.next == 0 && order.stage(order_day(&canary)) == "proposed").unwrap();
    let (order, list) = (unapproved.note.record.id, unapproved.facts.list);
    let (hold, _) = canary.holds(None, 10, true).unwrap();
    let clerk = super::retention::clerk(Some("k-lang"));
    let words = super::retention::because("somebody means harm");
    canary.release_hold(&clerk, hold[0].note.record.id, super::retention::note_id(1), words.clone()).await.unwrap();
    canary.approve_order(&clerk, order, super::retention::note_id(2), (list, Some(14)), words).await.unwrap();
    office.clock.advance(std::time::Duration::from_secs(20 * 86_400));
    let broken = office.archive().try_what_must_fail().await.unwrap();
    // The step on the order that is executable now succeeds, and what is looked for behind it is gone.
    assert!(broken.contains(&"destroy_unapproved") && broken.contains(&"lose_content"), "{broken:?}");
    // And again, also for a daemon that was restarted.
    assert_eq!(office.archive().try_what_must_fail().await.unwrap(), ["lose_content"]);
}

fn order_day(vault: &aktenfest::archive::Vault) -> aktenfest::model::Date {
    vault.today().unwrap().certain
}
