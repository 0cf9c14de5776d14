//! What was filed can be read back by whoever may use the vault: words, reasons, receipts, and what does not count any more.

use std::time::Duration;

use hyper::Method;
use serde_json::{Value, json};

use super::{Office, Told, id};
use crate::support::{CASE, document_id};

/// The kinds of notes on a page, and how many there are.
fn notes(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|note| note["note"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_tells_who_did_what_and_why() {
    let office = Office::open().await;
    let hold = json!({
        "type": "court", "legal_basis": "section 84 SGG", "reference": "S 11 AS 409/26", "owner": "appeals unit", "reason": "action",
        "review_on": "2027-05-20", "items": [{ "case": CASE }]
    });
    let path = format!("holds/{}", id(10));
    office.put(&path, &hold).await.created();
    office.put(&format!("holds/{}", id(20)), &hold).await.created();
    let review = json!({ "id": id(11), "review_on": "2027-06-20", "reason": "the court has not decided" });
    office.post(&format!("{path}/review"), &review).await.created();
    let release = json!({ "id": id(12), "reason": "settled" });
    let filed = office.by("m-muster", Method::POST, &format!("{path}/release"), &release).await.created();

    let all = office.get(&format!("{path}/notes")).await.found();
    assert_eq!(notes(&all), ["hold.place", "hold.review", "hold.release"], "{all}");
    let words: Vec<&Value> = all["items"].as_array().unwrap().iter().map(|note| &note["words"]["reason"]).collect();
    assert_eq!(words, ["action", "the court has not decided", "settled"]);
    let released = &all["items"][2];
    assert_eq!((&released["person"], &released["of"], &released["id"]), (&json!("m-muster"), &json!(id(10)), &json!(id(12))));
    assert_eq!(all["items"][1]["facts"]["review_on"], "2027-06-20");
    let first = office.get(&format!("{path}/notes?limit=2")).await.found();
    let next = first["next"].as_str().unwrap();
    let rest = office.get(&format!("{path}/notes?limit=2&cursor={next}")).await.found();
    assert_eq!((notes(&rest), rest.get("next")), (vec!["hold.release"], None));

    // One note alone, and its receipt as it was given.
    let note = office.get(&format!("notes/{}", id(12))).await.found();
    assert_eq!((&note["words"], &note["entry"]), (&json!({ "reason": "settled" }), &filed["entry"]));
    let receipt = office.get(&format!("notes/{}/receipt", id(12))).await;
    assert_eq!((receipt.status, std::str::from_utf8(&receipt.body).ok()), (200, filed["receipt"].as_str()));
    office.get(&format!("notes/{}", id(77))).await.refused(404, "note_unknown", "");
    office.get(&format!("notes/{}/receipt", id(77))).await.refused(404, "note_unknown", "");
    office.get(&format!("holds/{}/notes", id(77))).await.refused(404, "note_unknown", "");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_do_not_count_any_more_stay_readable_with_their_reasons() {
    let office = Office::open().await;
    office.matter(1, "benefit", Some("2014-03-15")).await;
    let events = format!("cases/{CASE}/events");
    let event = |number: u32, date: Value, supersedes: u32, reason: &str| {
        json!({ "id": id(number), "type": "decision.notified", "date": date, "matter": id(1), "source": "eakte",
            "supersedes": id(supersedes), "reason": reason })
    };
    office.post(&events, &event(10, json!("2014-03-16"), 2, "misread")).await.created();
    office.post(&events, &event(11, Value::Null, 10, "another case")).await.created();
    let all = office.get(&events).await.found();
    let told: Vec<Value> = all["items"].as_array().unwrap().iter().map(|event| json!([event["id"], event["state"]])).collect();
    assert_eq!(told, [json!([id(2), "superseded"]), json!([id(10), "superseded"]), json!([id(11), "withdrawal"])], "{all}");
    let corrected = &all["items"][1];
    for (name, value) in [
        ("supersedes", json!(id(2))),
        ("superseded_by", json!(id(11))),
        ("reason", json!("misread")),
        ("matter", json!(id(1))),
        ("date", json!("2014-03-16")),
        ("type_in_words", json!("notification of the decision")),
    ] {
        assert_eq!(corrected[name], value, "{name} of {corrected}");
    }
    assert!(all["items"][2].get("date").is_none(), "a withdrawal has no day");
    let german = office.get_in("de", &format!("{events}?limit=1")).await.found();
    assert_eq!(german["items"][0]["type_in_words"], "Bekanntgabe der Entscheidung");
    let next = german["next"].as_str().unwrap();
    assert_eq!(office.get(&format!("{events}?limit=2&cursor={next}")).await.found()["items"][0]["id"], json!(id(10)));
    office.get(&format!("cases/{}/events", id(77))).await.refused(404, "case_unknown", "");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_scan_centre_did_is_all_there() {
    let office = Office::open().await;
    let batch = |number: u32| format!("batches/{}", id(number));
    office.put(&batch(1), &json!({ "received": "2026-09-01", "documents": 2, "sheets": 4, "record": "protocol 17" })).await.created();
    for number in 1..=2 {
        let scan = json!({
            "received": "2026-09-01", "scan_date": "2026-09-02", "scan_pages": "2", "scan_colour": "false", "scan_protection": "high",
            "scan_batch": id(1)
        });
        assert_eq!(office.store(number, &scan, b"no picture").await.status, 201);
    }
    let waiting = office.get("quarantine").await.found();
    assert_eq!(waiting["items"].as_array().map(Vec::len), Some(2), "{waiting}");
    assert_eq!((&waiting["items"][0]["document"], &waiting["items"][0]["batch"]), (&json!(document_id(1)), &json!(id(1))));
    assert_eq!(waiting["items"][0]["defects"][0]["code"], "pages-unknown");
    let next = office.get("quarantine?limit=1").await.found()["next"].as_str().unwrap().to_owned();
    assert_eq!(office.get(&format!("quarantine?limit=1&cursor={next}")).await.found()["items"][0]["document"], document_id(2));

    let item = |number: u32| json!({ "case": CASE, "document": document_id(number), "position": number, "sheets": 2 });
    let boxed = json!({ "batch": id(1), "scanned_on": "2026-09-02", "sheets": 4, "title": "box 7", "items": [item(1), item(2)] });
    let path = format!("boxes/{}", id(50));
    office.put(&path, &boxed).await.created();
    let check = format!("cases/{CASE}/documents/{}/check", document_id(1));
    office.post(&check, &json!({ "id": id(60), "mode": "full", "result": "passed" })).await.created();
    assert_eq!(office.get(&path).await.found()["positions"][0]["document_check"], json!({ "mode": "full", "result": "passed" }));
    for number in 1..=2 {
        let lift = format!("cases/{CASE}/documents/{}/quarantine/lift", document_id(number));
        office.by("m-muster", Method::POST, &lift, &json!({ "id": id(60 + number), "reason": "looked at it" })).await.created();
    }
    assert_eq!(office.get("quarantine").await.found()["items"], json!([]));
    office.post(&format!("{}/complete", batch(1)), &json!({ "id": id(70) })).await.created();
    let steps = format!("{path}/steps");
    office.post(&steps, &json!({ "id": id(71), "step": "check", "mode": "full", "result": "passed" })).await.created();
    office.post(&steps, &json!({ "id": id(72), "step": "pull", "positions": [2], "place": "mail room" })).await.created();
    office.clock.advance(Duration::from_secs(3600));
    office.post("backups", &json!({ "id": id(73), "through": "2026-11-20T08:30:00Z", "record": "tape 17" })).await.created();
    let destroyed = json!({
        "id": id(74), "date": "2026-11-20", "level": 5, "sheets": 2, "place": "Hall 3", "provider": "Example Ltd",
        "witnesses": ["E. Beispiel", "M. Muster"]
    });
    office.post(&format!("{path}/destroyed"), &destroyed).await.created();

    let gone = office.get(&path).await.found();
    assert_eq!((&gone["state"], &gone["blockers"]), (&json!("destroyed"), &json!([])), "{gone}");
    assert_eq!(gone["words"], "The box was destroyed on 20 November 2026.");
    assert_eq!(office.get("boxes/due").await.found()["items"], json!([]));
    let boxes = office.get("boxes").await.found();
    assert_eq!((&boxes["items"][0]["title"], &boxes["items"][0]["destroyed_on"]), (&json!("box 7"), &json!("2026-11-20")), "{boxes}");
    let history = office.get(&format!("{path}/notes")).await.found();
    assert_eq!(notes(&history), ["box.register", "box.step", "box.step", "paper.destroy"]);
    assert_eq!(history["items"][2]["words"]["place"], "mail room");
    let record = &history["items"][3];
    assert_eq!((&record["facts"]["level"], &record["words"]["provider"]), (&json!(5), &json!("Example Ltd")), "{record}");
    assert_eq!(record["words"]["witnesses"], "E. Beispiel; M. Muster");

    office.put(&batch(2), &json!({ "received": "2026-09-03", "documents": 1, "sheets": 1 })).await.created();
    let batches = office.get("batches").await.found();
    let told: Vec<Value> = batches["items"].as_array().unwrap().iter().map(|batch| json!([batch["id"], batch["complete"]])).collect();
    assert_eq!(told, [json!([id(1), true]), json!([id(2), false])], "{batches}");
    let next = office.get("batches?limit=1").await.found()["next"].as_str().unwrap().to_owned();
    assert_eq!(office.get(&format!("batches?limit=1&cursor={next}")).await.found()["items"][0]["id"], id(2));
    assert_eq!(notes(&office.get(&format!("{}/notes", batch(1))).await.found()), ["batch.register", "batch.complete"]);
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_have_the_names_that_a_clerk_knows() {
    let office = Office::open().await;
    office.put(&format!("cases/{CASE}/matters/{}", id(1)), &json!({ "kind": "benefit", "title": "Winter 2014" })).await.created();
    let event = json!({ "id": id(2), "type": "decision.notified", "date": "2014-03-15", "matter": id(1), "source": "eakte" });
    office.post(&format!("cases/{CASE}/events"), &event).await.created();
    let reference = office.get(&format!("cases/{CASE}")).await.found()["description"]["reference"].clone();
    let due = office.get("due").await.found();
    assert_eq!((&due["items"][0]["reference"], &due["items"][0]["title"]), (&reference, &json!("Winter 2014")), "{due}");
    office.put(&format!("cases/{CASE}/matters/{}", id(5)), &json!({ "kind": "benefit", "title": "Summer 2026" })).await.created();
    office.clock.advance(Duration::from_secs(3 * 86_400));
    let open = office.get("open").await.found();
    let waiting = open["items"].as_array().unwrap().iter().find(|item| item["matter"] == id(5)).unwrap_or_else(|| panic!("{open}"));
    assert_eq!((&waiting["open_days"], &waiting["reference"], &waiting["title"]), (&json!(3), &reference, &json!("Summer 2026")), "{open}");
    let retention = office.get(&format!("cases/{CASE}/retention")).await.found();
    assert_eq!((&retention["reference"], &retention["matters"][1]["title"]), (&reference, &json!("Winter 2014")), "{retention}");
    let why = office.get(&format!("cases/{CASE}/matters/{}/why", id(1))).await.found();
    assert_eq!(why["matter"]["title"], "Winter 2014");

    // A place in one list is not a place in another.
    office.matter(3, "benefit", Some("2014-03-16")).await;
    let next = office.get("due?limit=1").await.found()["next"].as_str().unwrap().to_owned();
    office.get(&format!("overdue?cursor={next}")).await.refused(400, "query_malformed", "cursor");
    assert_eq!(office.get(&format!("due?cursor={next}")).await.found()["items"].as_array().map(Vec::len), Some(1));
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_says_which_of_its_items_is_wrong() {
    let office = Office::open().await;
    assert_eq!(office.store(1, &json!({}), b"letter").await.status, 201);
    let hold = |extra: (&str, Value)| {
        let mut hold = json!({
            "type": "audit", "legal_basis": "section 95 BHO", "owner": "budget", "reason": "sample", "review_on": "2027-05-20"
        });
        hold[extra.0] = extra.1;
        hold
    };
    let items = json!([{ "case": CASE }, { "case": CASE, "document": document_id(1) }, { "case": id(99) }]);
    office.put(&format!("holds/{}", id(10)), &hold(("items", items))).await.refused(404, "case_unknown", "items[2]");
    let misspelt = hold(("query", json!({ "kind": "benefitt" })));
    office.put(&format!("holds/{}", id(10)), &misspelt).await.refused(422, "hold_finds_nothing", "query");
    office.put(&format!("batches/{}", id(1)), &json!({ "received": "2026-09-01", "documents": 2, "sheets": 2 })).await.created();
    let item = |number: u32| json!({ "case": CASE, "document": document_id(number), "position": number, "sheets": 1 });
    let boxed = json!({ "batch": id(1), "scanned_on": "2026-09-02", "sheets": 2, "items": [item(1), item(2)] });
    office.put(&format!("boxes/{}", id(50)), &boxed).await.refused(404, "document_unknown", "items[1]");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_says_who_is_responsible_and_what_must_be_observed() {
    let office = Office::open().await;
    office.matter(1, "benefit", Some("2014-03-15")).await;
    let scan = json!({
        "matters": id(1), "scan_date": "2014-03-17", "scan_pages": "2", "scan_colour": "false", "scan_protection": "high",
        "scan_transfer_note": "TN 7"
    });
    assert_eq!(office.store(1, &scan, b"no picture").await.status, 201);
    let hold = |kind: &str| {
        json!({
            "type": kind, "legal_basis": "x", "reference": "S 11 AS 409/26", "owner": "appeals unit", "reason": "action",
            "review_on": "2027-05-20", "items": [{ "case": CASE }]
        })
    };
    office.put(&format!("holds/{}", id(10)), &hold("court")).await.created();
    office.put(&format!("overlays/{}", id(11)), &hold("dispute")).await.created();
    let why = office.get(&format!("cases/{CASE}/documents/{}/why", document_id(1))).await.found();
    let sentences: Vec<&str> = why["sentences"].as_array().unwrap().iter().map(|sentence| sentence.as_str().unwrap()).collect();
    let told =
        |start: &str| sentences.iter().find(|sentence| sentence.starts_with(start)).unwrap_or_else(|| panic!("{start} is missing: {why}"));
    assert!(told("Hold:").contains("reference S 11 AS 409/26, owner: appeals unit, placed on 20 November 2026"), "{why}");
    assert!(told("Hold:").contains("to be reviewed by 20 May 2027"), "{why}");
    assert!(told("Notice:").contains("disputed correctness"), "{why}");
    assert!(told("Quarantine:").contains("The number of pages cannot be determined."), "{why}");
    assert_eq!(why["notices"].as_array().map(Vec::len), Some(1), "{why}");
    assert!(sentences.last().is_some_and(|last| last.starts_with("On 20 November 2026")), "where it stands comes last: {why}");
    office.clock.advance(Duration::from_secs(300 * 86_400));
    let late = office.get_in("de", &format!("cases/{CASE}/matters/{}/why", id(1))).await.found();
    assert!(late["sentences"].to_string().contains("die Pr\u{fc}fung ist seit dem 20.05.2027 \u{fc}berf\u{e4}llig"), "{late}");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_keeps_what_it_would_have_changed() {
    let office = Office::open().await;
    office.matter(1, "benefit", Some("2014-03-15")).await;
    let shipped = office.get("classes").await.found()["text"].as_str().unwrap().to_owned();
    let shorter = json!({ "text": shipped.replace("\"P10Y\"", "\"P8Y\""), "reason": "instruction 12" });
    let path = format!("classes/proposals/{}", id(20));
    let first = office.by("m-muster", Method::PUT, &path, &shorter).await;
    assert_eq!(first.status, 201, "{first:?}");
    let proposal = office.get(&path).await.found();
    let diff = proposal["diff"].as_str().unwrap_or_else(|| panic!("no difference in {proposal}"));
    assert!(diff.starts_with("1 of 2 matters in 1 cases change; LEIST: ") && diff.contains("keep_until -1 (max 731 d)"), "{diff}");
    // It stays what it was, also when the same request is repeated after more has come.
    office.matter(3, "benefit", Some("2015-03-15")).await;
    assert_eq!(office.by("m-muster", Method::PUT, &path, &shorter).await.status, 200);
    assert_eq!(office.get("classes/proposals").await.found()["items"][0]["diff"], diff);
    office.service.stop().await;
}
