//! What is said of a scan with its document, what the gate makes of it, and who ends a quarantine.

use hyper::Method;
use serde_json::{Value, json};

use super::{Office, Told, id};
use crate::support::{CASE, document_id, document_path};

fn scan(pages: &str) -> Value {
    json!({
        "type": "letter", "date": "2026-11-01", "received": "2026-11-03", "scan_date": "2026-11-04", "scan_pages": pages,
        "scan_colour": "false", "scan_protection": "high", "scan_batch": id(1)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_scan_is_stored_and_waits_in_quarantine() {
    let office = Office::open().await;
    let batch = json!({ "received": "2026-11-03", "documents": 1, "sheets": 3 });
    office.put(&format!("batches/{}", id(1)), &batch).await.created();
    let stored = office.store(1, &scan("3"), b"no picture at all").await;
    assert_eq!((stored.status, &stored.json()["defects"]), (201, &json!(["pages-unknown"])), "{stored:?}");
    let again = office.store(1, &scan("3"), b"no picture at all").await;
    assert_eq!((again.status, &again.body), (200, &stored.body));
    assert_eq!(office.store(1, &scan("4"), b"no picture at all").await.code(), "document_id_taken");

    let read = office.client.get(&document_path(1)).await;
    assert_eq!((read.status, read.header("archive-notice")), (200, "quarantine"));
    let record = office.client.get(&format!("{}/record", document_path(1))).await.json();
    assert_eq!((&record["notices"], &record["description"]), (&json!(["quarantine"]), &scan("3")));
    let why = office.client.get(&format!("{}/why", document_path(1))).await.found();
    assert_eq!((&why["defects"][0]["code"], &why["blockers"]), (&json!("pages-unknown"), &json!(["open", "quarantine"])), "{why}");
    assert!(why["defects"][0]["words"].as_str().is_some_and(|words| words.contains(' ')), "{why}");
    let retention = office.get(&format!("cases/{CASE}/retention")).await.found();
    let facts = &retention["documents"][0];
    assert_eq!((&facts["dated"], &facts["received"], &facts["scan"]["pages"]), (&json!("2026-11-01"), &json!("2026-11-03"), &json!(3)));
    assert_eq!((&facts["scan"]["protection"], &facts["scan"]["batch"]), (&json!("high"), &json!(id(1))), "{facts}");
    assert_eq!(office.get(&format!("batches/{}", id(1))).await.found()["quarantined"], 1);
    let complete = format!("batches/{}/complete", id(1));
    office.post(&complete, &json!({ "id": id(2) })).await.refused(409, "batch_quarantined", "");

    let lift = format!("cases/{CASE}/documents/{}/quarantine/lift", document_id(1));
    office.post(&lift, &json!({ "id": id(3), "reason": "looked at it" })).await.refused(403, "person_required", "");
    let no_reason = office.by("m-muster", Method::POST, &lift, &json!({ "id": id(3) })).await;
    no_reason.refused(400, "field_missing", "reason");
    office.by("m-muster", Method::POST, &lift, &json!({ "id": id(3), "reason": "looked at it" })).await.created();
    let twice = office.by("m-muster", Method::POST, &lift, &json!({ "id": id(4), "reason": "again" })).await;
    twice.refused(409, "document_not_quarantined", "");
    assert_eq!(office.client.get(&document_path(1)).await.header("archive-notice"), "");
    office.post(&complete, &json!({ "id": id(2) })).await.created();
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quality_is_assured_where_there_is_a_scan() {
    let office = Office::open().await;
    office.put(&format!("batches/{}", id(1)), &json!({ "received": "2026-11-03", "documents": 1, "sheets": 1 })).await.created();
    assert_eq!(office.store(1, &scan("1"), b"no picture").await.status, 201);
    assert_eq!(office.store(2, &json!({}), b"born digital").await.status, 201);
    let check = |document: u32| format!("cases/{CASE}/documents/{}/check", document_id(document));
    let passed = |number: u32| json!({ "id": id(number), "mode": "full", "result": "passed" });
    office.post(&check(1), &passed(10)).await.created();
    office.post(&check(2), &passed(11)).await.refused(409, "document_not_scanned", "");
    let retention = office.get(&format!("cases/{CASE}/retention")).await.found();
    assert_eq!(retention["documents"][0]["scan"]["check"], json!({ "mode": "full", "result": "passed" }), "{retention}");

    for (description, status, code, field) in [
        (json!({ "scan_date": "2026-11-04", "scan_pages": "1", "scan_colour": "true" }), 400, "field_missing", "scan_protection"),
        (json!({ "scan_transfer_note": "tn 1" }), 400, "field_missing", "scan_date"),
        (json!({ "matters": "x" }), 400, "field_malformed", "matters"),
        (json!({ "matters": id(99) }), 404, "matter_unknown", "matters"),
        (json!({ "scan_pages": 1 }), 400, "field_malformed", "scan_pages"),
    ] {
        office.store(9, &description, b"x").await.refused(status, code, field);
    }
    let mut unknown_batch = scan("1");
    unknown_batch["scan_batch"] = json!(id(77));
    office.store(9, &unknown_batch, b"x").await.refused(404, "batch_unknown", "scan_batch");
    let mut tomorrow = scan("1");
    tomorrow["scan_date"] = json!("2026-11-21");
    office.store(9, &tomorrow, b"x").await.refused(422, "scanned_in_future", "scan_date");
    office.service.stop().await;
}
