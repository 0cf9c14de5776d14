//! Boxes of paper originals: from the shelf to the shredder, and back to their owners.

use std::time::Duration;

use hyper::Method;
use serde_json::{Value, json};

use super::{Office, Told, id, is_filed_once};
use crate::support::{CASE, document_id};

/// Three scanned documents of two sheets each in a batch, and a box with them.
async fn office_with_a_box() -> (Office, String) {
    let office = Office::open().await;
    office.put(&format!("batches/{}", id(1)), &json!({ "received": "2026-09-01", "documents": 3, "sheets": 6 })).await.created();
    for number in 1..=3 {
        let scan = json!({
            "scan_date": "2026-09-02", "scan_pages": "2", "scan_colour": "false", "scan_protection": "high", "scan_batch": id(1)
        });
        assert_eq!(office.store(number, &scan, b"no picture").await.status, 201);
    }
    let path = format!("boxes/{}", id(50));
    let mut other = registration();
    other["place"] = json!("shelf 8");
    is_filed_once(&office, Method::PUT, &path, &registration(), &other).await;
    (office, path)
}

fn registration() -> Value {
    let item = |number: u32, flags: Value| json!({ "case": CASE, "document": document_id(number), "position": number, "sheets": 2, "flags": flags });
    json!({
        "batch": id(1), "scanned_on": "2026-09-02", "sheets": 6, "place": "shelf 7",
        "items": [item(1, json!([])), item(2, json!([])), item(3, json!(["return-to-customer"]))]
    })
}

fn destroyed(number: u32, sheets: u32) -> Value {
    json!({
        "id": id(number), "date": "2026-11-20", "level": 4, "sheets": sheets, "place": "Hall 3", "provider": "Example Ltd",
        "device": "shredder 2", "witnesses": ["E. Beispiel", "M. Muster"]
    })
}

fn reasons(found: &Value) -> Vec<(u64, String)> {
    let exceptions = found["exceptions"].as_array().unwrap();
    exceptions.iter().map(|one| (one["position"].as_u64().unwrap(), one["reason"].as_str().unwrap().to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_goes_only_when_nothing_stands_in_the_way() {
    let (office, path) = office_with_a_box().await;
    let found = office.get(&path).await.found();
    assert_eq!(
        (&found["state"], &found["first_day"], &found["sheets_left"]),
        (&json!("blocked"), &json!("2026-10-29"), &json!(6)),
        "{found}"
    );
    assert_eq!((&found["place"], &found["positions"][2]["flags"]), (&json!("shelf 7"), &json!(["return-to-customer"])));
    assert_eq!(found["positions"][0]["document"], document_id(1));
    let due = office.get("boxes/due").await.found();
    assert_eq!((&due["items"][0]["id"], &due["items"][0]["exceptions_total"]), (&json!(id(50)), &json!(reasons(&found).len())), "{due}");

    let refused = office.post(&format!("{path}/destroyed"), &destroyed(60, 6)).await.refused(409, "box_not_released", "");
    assert_eq!(
        (reasons(&refused), &refused["first_day"]),
        (reasons(&found), &json!("2026-10-29")),
        "the problem says what stands in the way"
    );
    for reason in ["qa-missing", "not-backed-up", "quarantined"] {
        assert!(reasons(&refused).contains(&(1, reason.to_owned())), "{reason} is missing in {refused}");
    }
    let german = office.get_in("de", &path).await.found();
    assert_ne!(german["exceptions"][0]["words"], found["exceptions"][0]["words"]);

    let steps = format!("{path}/steps");
    office.post(&steps, &json!({ "id": id(61), "step": "check", "mode": "full", "result": "passed" })).await.created();
    for number in 1..=3 {
        let lift = format!("cases/{CASE}/documents/{}/quarantine/lift", document_id(number));
        office.by("m-muster", Method::POST, &lift, &json!({ "id": id(62 + number), "reason": "looked at it" })).await.created();
    }
    office.post(&format!("batches/{}/complete", id(1)), &json!({ "id": id(70) })).await.created();
    office.clock.advance(Duration::from_secs(3600));
    office.post("backups", &json!({ "id": id(71), "through": "2026-11-20T08:30:00Z" })).await.created();
    assert_eq!(reasons(&office.get(&path).await.found()), [(3, "return-to-customer".to_owned())]);
    office.post(&steps, &json!({ "id": id(72), "step": "pull", "positions": [3], "place": "mail room" })).await.created();
    office.post(&steps, &json!({ "id": id(73), "step": "pull", "positions": [3] })).await.refused(409, "position_out", "");

    let ready = office.get(&path).await.found();
    assert_eq!((&ready["state"], &ready["sheets_left"], reasons(&ready)), (&json!("ready"), &json!(4), Vec::new()));
    office.post(&format!("{path}/destroyed"), &destroyed(74, 6)).await.refused(422, "sheets_differ", "sheets");
    let mut early = destroyed(75, 4);
    early["date"] = json!("2026-10-28");
    let early = office.post(&format!("{path}/destroyed"), &early).await.refused(422, "destroyed_too_early", "date");
    assert_eq!(early["first_day"], "2026-10-29");
    is_filed_once(&office, Method::POST, &format!("{path}/destroyed"), &destroyed(76, 4), &destroyed(76, 5)).await;
    let gone = office.get(&path).await.found();
    assert_eq!((&gone["destroyed_on"], &gone["sheets_left"]), (&json!("2026-11-20"), &json!(0)));
    assert_eq!(office.get("boxes/due").await.found()["items"], json!([]));
    office.post(&steps, &json!({ "id": id(77), "step": "extend", "until": "2026-12-01" })).await.refused(409, "box_over", "");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn originals_go_back_step_by_step_and_boxes_wait_longer() {
    let (office, path) = office_with_a_box().await;
    let steps = format!("{path}/steps");
    let go = |number: u32, state: &str| json!({ "id": id(number), "step": "return", "position": 2, "state": state });
    office.post(&steps, &go(60, "picked")).await.refused(409, "return_out_of_order", "state");
    for (number, state) in [(61, "requested"), (62, "picked"), (63, "sent"), (64, "confirmed")] {
        let mut step = go(number, state);
        if state == "sent" {
            step["tracking"] = json!("RR 123 456 789 DE");
        }
        office.post(&steps, &step).await.created();
        let returning = office.get(&path).await.found()["positions"][1]["return"].clone();
        assert_eq!(returning, json!({ "state": state, "since": "2026-11-20" }));
    }
    let flag = |number: u32, on: bool| json!({ "id": id(number), "step": "flag", "position": 1, "flag": "authenticity-doubt", "on": on });
    office.post(&steps, &flag(65, true)).await.created();
    assert_eq!(office.get(&path).await.found()["positions"][0]["flags"], json!(["authenticity-doubt"]));
    office.post(&steps, &flag(66, false)).await.created();
    office.post(&steps, &json!({ "id": id(67), "step": "extend", "until": "2027-01-31", "reason": "objection" })).await.created();
    let waiting = office.get(&path).await.found();
    assert_eq!((&waiting["state"], &waiting["first_day"]), (&json!("waiting"), &json!("2027-02-01")), "{waiting}");
    assert_eq!((&waiting["extended_until"], &waiting["blockers"]), (&json!("2027-01-31"), &json!(["extended"])));
    office.post(&steps, &json!({ "id": id(68), "step": "extend", "until": "2027-01-01" })).await.refused(
        422,
        "extension_malformed",
        "until",
    );
    office.post(&steps, &json!({ "id": id(69), "step": "pull", "positions": [9] })).await.refused(422, "position_unknown", "");
    office.post(&format!("boxes/{}/steps", id(77)), &flag(70, true)).await.refused(404, "box_unknown", "");

    // The same originals do not lie in a second box, unless the registration of the first was wrong.
    let twice = office.put(&format!("boxes/{}", id(81)), &registration()).await.refused(409, "original_in_another_box", "items");
    assert_eq!(twice["in_other_boxes"][0], json!({ "document": document_id(1), "box": id(50) }), "{twice}");
    let withdraw = |number: u32| json!({ "id": id(number), "step": "withdraw", "reason": "typed in twice" });
    office.post(&steps, &json!({ "id": id(82), "step": "withdraw" })).await.refused(400, "field_missing", "reason");
    office.post(&steps, &withdraw(83)).await.created();
    assert_eq!(office.get(&path).await.found()["state"], "withdrawn");
    assert_eq!(office.get("boxes/due").await.found()["items"], json!([]));
    office.put(&format!("boxes/{}", id(81)), &registration()).await.created();
    office.post(&format!("boxes/{}/steps", id(81)), &withdraw(84)).await.created();

    let mut sheets = registration();
    sheets["sheets"] = json!(7);
    office.put(&format!("boxes/{}", id(80)), &sheets).await.refused(422, "sheets_differ", "sheets");
    let mut twice = registration();
    twice["items"][1]["position"] = json!(1);
    office.put(&format!("boxes/{}", id(80)), &twice).await.refused(422, "box_positions_malformed", "items");
    let mut batch = registration();
    batch["batch"] = json!(id(99));
    office.put(&format!("boxes/{}", id(80)), &batch).await.refused(404, "batch_unknown", "batch");
    let mut earlier = registration();
    earlier["scanned_on"] = json!("2026-09-01");
    office.put(&format!("boxes/{}", id(80)), &earlier).await.refused(422, "box_older_than_document", "scanned_on");
    earlier["scanned_on"] = json!("1899-12-31");
    office.put(&format!("boxes/{}", id(80)), &earlier).await.refused(422, "day_too_early", "scanned_on");
    office.service.stop().await;
}
