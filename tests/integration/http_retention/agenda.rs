//! What is due, overdue, open, contradictory; and the watermark of the intake.

use hyper::Method;
use serde_json::{Value, json};

use super::{Office, Told, id, is_filed_once};
use crate::support::{CASE, document_id};

fn matters(page: &Value) -> Vec<Value> {
    page["items"].as_array().unwrap().iter().map(|item| item["matter"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agenda_looks_ahead_and_back() {
    let office = Office::open().await;
    office.matter(1, "benefit", Some("2014-03-15")).await;
    office.matter(3, "benefit", Some("2020-01-30")).await;
    office.matter(5, "benefit", Some("2020-01-31")).await;
    office.matter(7, "benefit", None).await;

    let due = office.get("due").await.found();
    assert_eq!(matters(&due), [json!(id(1))], "{due}");
    let item = &due["items"][0];
    for (name, value) in [
        ("case", json!(CASE)),
        ("class", json!("LEIST")),
        ("version", json!(1)),
        ("keep_until", json!("2024-03-15")),
        ("destroy_by", json!("2024-06-13")),
        ("state", json!("due")),
        ("blockers", json!([])),
        ("overdue_days", json!(890)),
        ("may_be_proposed", json!(true)),
    ] {
        assert_eq!(item[name], value, "{name} of {item}");
    }
    for (name, value) in [("today", json!("2026-11-20")), ("watermark", json!("2026-11-19")), ("complete", json!(true))] {
        assert_eq!(due[name], value, "{name}");
    }
    // Due is the day after the last day of keeping; what becomes due in 2030 is known today.
    assert_eq!(matters(&office.get("due?until=2030-01-30").await.found()), [json!(id(1))]);
    assert_eq!(matters(&office.get("due?until=2030-01-31").await.found()), [json!(id(1)), json!(id(3))]);
    let ahead = office.get("due?until=2030-02-01").await.found();
    assert_eq!(matters(&ahead), [json!(id(1)), json!(id(3)), json!(id(5))]);
    assert_eq!((&ahead["items"][1]["state"], &ahead["items"][1]["may_be_proposed"]), (&json!("running"), &json!(false)));

    let first = office.get("due?until=2030-02-01&limit=2").await;
    let next = first.json()["next"].as_str().unwrap().to_owned();
    assert_eq!(first.header("link"), format!("</v1/vaults/demo/due?until=2030-02-01&cursor={next}&limit=2>; rel=\"next\""));
    assert_eq!(matters(&office.get(&format!("due?until=2030-02-01&limit=2&cursor={next}")).await.found()), [json!(id(5))]);

    assert_eq!(matters(&office.get("overdue").await.found()), [json!(id(1))]);
    // The default matter waits as well.
    let open = office.get("open").await.found();
    assert!(matters(&open).contains(&json!(id(7))) && open["items"].as_array().map(Vec::len) == Some(2), "{open}");
    assert_eq!(open["items"][0]["missing"], "decision.notified");
    assert_eq!(matters(&office.get("conflicts").await.found()), Vec::<Value>::new());
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_still_on_its_way_keeps_what_it_could_save() {
    let office = Office::open().await;
    office.matter(1, "benefit", Some("2014-03-15")).await;
    let batch = format!("batches/{}", id(10));
    let received = json!({ "received": "2024-03-14", "documents": 1, "sheets": 2, "record": "protocol 17" });
    is_filed_once(&office, Method::PUT, &batch, &received, &json!({ "received": "2024-03-14", "documents": 1, "sheets": 3 })).await;

    let intake = office.get("intake").await.found();
    assert_eq!((&intake["watermark"], &intake["reported_through"]), (&json!("2024-03-13"), &json!("2026-11-19")), "{intake}");
    assert_eq!(intake["open"], json!([{ "id": id(10), "received": "2024-03-14" }]));
    let due = office.get("due").await.found();
    assert_eq!((&due["items"][0]["blockers"], &due["watermark"]), (&json!(["watermark"]), &json!("2024-03-13")), "{due}");

    office.post(&format!("{batch}/complete"), &json!({ "id": id(11) })).await.created();
    let view = office.get(&batch).await.found();
    for (name, value) in [("complete", json!(true)), ("documents", json!(1)), ("sheets", json!(2)), ("record", json!("protocol 17"))] {
        assert_eq!(view[name], value, "{name} of {view}");
    }
    assert_eq!(office.get("due").await.found()["items"][0]["may_be_proposed"], true);
    office.post(&format!("{batch}/complete"), &json!({ "id": id(12) })).await.refused(409, "batch_over", "");
    office.post(&format!("batches/{}/complete", id(77)), &json!({ "id": id(13) })).await.refused(404, "batch_unknown", "");

    office.post("intake", &json!({ "id": id(14), "through": "2026-11-18" })).await.refused(409, "intake_goes_back", "through");
    office.post("intake", &json!({ "id": id(15), "through": "2026-11-21" })).await.refused(422, "intake_in_future", "through");
    let backup = |number: u32, through: &str| json!({ "id": id(number), "through": through, "record": "tape 17" });
    is_filed_once(&office, Method::POST, "backups", &backup(16, "2026-11-20T03:00:00Z"), &backup(16, "2026-11-20T04:00:00Z")).await;
    office.post("backups", &backup(17, "2026-11-20T02:00:00Z")).await.refused(409, "backup_goes_back", "through");
    office.post("backups", &backup(18, "2026-11-21T02:00:00Z")).await.refused(422, "backup_in_future", "through");
    assert_eq!(office.get("intake").await.found()["backed_up_through"], "2026-11-20T03:00:00Z");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_with_dates_of_its_own_has_its_own_line() {
    let office = Office::open().await;
    assert_eq!(office.store(1, &json!({ "type": "id-card-copy" }), b"copy").await.status, 201);
    let event = json!({
        "id": id(1), "type": "document.not-needed", "date": "2026-11-19", "document": document_id(1), "source": "clerk", "evidence": document_id(1)
    });
    office.post(&format!("cases/{CASE}/events"), &event).await.created();
    let due = office.get("due").await.found();
    let item = due["items"].as_array().unwrap().iter().find(|item| item["document"] == document_id(1)).unwrap();
    assert_eq!((&item["class"], &item["keep_until"], &item["state"]), (&json!("AUSWEIS"), &json!("2026-11-19"), &json!("due")), "{item}");
    let retention = office.get(&format!("cases/{CASE}/retention")).await.found();
    assert_eq!(
        (&retention["documents"][0]["id"], &retention["documents"][0]["events"][0]["type"]),
        (&json!(document_id(1)), &json!("document.not-needed"))
    );
    office.service.stop().await;
}
