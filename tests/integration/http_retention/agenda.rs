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
        ("documents", json!(0)),
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
    // The default matter, in which nothing lies, does not wait.
    let open = office.get("open").await.found();
    assert_eq!(matters(&open), [json!(id(7))], "{open}");
    assert_eq!(office.store(1, &json!({}), b"letter").await.status, 201);
    let open = office.get("open").await.found();
    assert!(matters(&open).contains(&Value::Null) && matters(&open).contains(&json!(id(7))), "{open}");
    assert_eq!(open["items"][0]["missing"], "decision.notified");
    let documents = |item: &Value| (item["matter"].clone(), item["documents"].clone());
    let counts: Vec<(Value, Value)> = open["items"].as_array().unwrap().iter().map(documents).collect();
    assert!(counts.contains(&(Value::Null, json!(1))) && counts.contains(&(json!(id(7)), json!(0))), "{open}");
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

    office.post(&format!("{batch}/complete"), &json!({ "id": id(11) })).await.refused(409, "batch_counts_differ", "reason");
    let returned = json!({ "id": id(11), "reason": "it went back unopened" });
    office.post(&format!("{batch}/complete"), &returned).await.created();
    let view = office.get(&batch).await.found();
    for (name, value) in [("complete", json!(true)), ("documents", json!(1)), ("sheets", json!(2)), ("record", json!("protocol 17"))] {
        assert_eq!(view[name], value, "{name} of {view}");
    }
    assert_eq!(office.get("due").await.found()["items"][0]["may_be_proposed"], true);
    assert_eq!(view["stored"], 0);
    office.post(&format!("{batch}/complete"), &json!({ "id": id(12) })).await.refused(409, "batch_over", "");
    office.post(&format!("batches/{}/complete", id(77)), &json!({ "id": id(13) })).await.refused(404, "batch_unknown", "");

    office.post("intake", &json!({ "id": id(14), "through": "2026-11-18" })).await.refused(409, "intake_goes_back", "through");
    for through in ["2026-11-20", "2026-11-21"] {
        office.post("intake", &json!({ "id": id(15), "through": through })).await.refused(422, "intake_in_future", "through");
    }
    let wrong = json!({ "id": id(14), "through": "2026-11-18", "reason": "a bag was found" });
    office.post("intake", &wrong).await.created();
    assert_eq!(office.get("intake").await.found()["reported_through"], "2026-11-18");
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

/// What a single document stops is said with its matter: nobody proposes a matter for destruction in which a court has an interest.
#[tokio::test(flavor = "multi_thread")]
async fn a_matter_says_what_stops_its_documents() {
    let office = Office::open().await;
    office.matter(1, "benefit", Some("2014-03-15")).await;
    for (number, about) in
        [(1, json!({ "date": "2014-01-10" })), (2, json!({ "date": "2026-11-01" })), (3, json!({ "received": "2014-02-01" }))]
    {
        let mut about = about;
        about["matters"] = json!(id(1));
        assert_eq!(office.store(number, &about, b"letter").await.status, 201);
    }
    let line = async || office.get("due").await.found()["items"][0].clone();
    let newer = line().await;
    assert_eq!((&newer["blockers"], &newer["documents_newer"]), (&json!(["documents-newer"]), &json!(1)), "{newer}");
    assert_eq!((&newer["may_be_proposed"], &newer["disposal"]), (&json!(false), &json!("offer")), "{newer}");
    let why = office.get(&format!("cases/{CASE}/documents/{}/why", document_id(2))).await.found();
    assert_eq!((&why["state"], &why["blockers"]), (&json!("due"), &json!(["newer-than-period"])), "{why}");

    // The request for review begins a period of its own.
    office.matter(3, "benefit", None).await;
    let assignment = json!({ "id": id(20), "matters": [id(3)] });
    office.post(&format!("cases/{CASE}/documents/{}/assignment", document_id(2)), &assignment).await.created();
    assert_eq!(line().await["blockers"], json!([]));
    let back = |number: u32| json!({ "id": id(number), "matters": [id(1)] });
    let path = format!("cases/{CASE}/documents/{}/assignment", document_id(2));
    office.post(&path, &back(21)).await.refused(422, "reason_required", "reason");

    let hold = json!({
        "type": "court", "legal_basis": "x", "owner": "x", "reason": "x", "review_on": "2027-05-20",
        "items": [{ "case": CASE, "document": document_id(1) }]
    });
    office.put(&format!("holds/{}", id(30)), &hold).await.created();
    let held = line().await;
    assert_eq!((&held["blockers"], &held["documents_held"]), (&json!(["documents-held"]), &json!(1)), "{held}");
    assert_eq!(office.get("overdue").await.found()["items"][0]["may_be_proposed"], false);
    let why = office.get(&format!("cases/{CASE}/matters/{}/why", id(1))).await.found();
    assert_eq!(why["explanations"][0]["may_be_proposed"], false, "{why}");
    let sentences = why["sentences"].to_string();
    assert!(sentences.contains("One document of the matter is held") && !sentences.contains("Nothing stops"), "{sentences}");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_archive_has_not_decided_about_waits() {
    let office = Office::open().await;
    // A class that is destroyed without an offer, as soon as the archive has authorised it, which it has not.
    office.matter(1, "expert-opinion", Some("2014-03-15")).await;
    let line = async || office.get("due").await.found()["items"][0].clone();
    let waits = line().await;
    assert_eq!((&waits["blockers"], &waits["disposal"]), (&json!(["appraisal"]), &json!("destroy")), "{waits}");
    let event = json!({ "id": id(9), "type": "archive.declined", "date": "2026-11-19", "matter": id(1), "source": "state-archive" });
    office.post(&format!("cases/{CASE}/events"), &event).await.created();
    assert_eq!(line().await["may_be_proposed"], true);
    office.service.stop().await;
}

/// A payment order without a date waits for ever, and somebody must see that.
#[tokio::test(flavor = "multi_thread")]
async fn documents_without_the_day_from_which_they_count_are_open() {
    let office = Office::open().await;
    office.matter(1, "payment", None).await;
    let in_list = async || {
        let open = office.get("open").await.found();
        open["items"].as_array().unwrap().iter().any(|item| item["matter"] == id(1) && item["missing"] == "document.dated")
    };
    assert!(!in_list().await, "nothing lies in it");
    let about = |mut about: Value| {
        about["matters"] = json!(id(1));
        about
    };
    assert_eq!(office.store(1, &about(json!({ "date": "2020-05-01" })), b"dated").await.status, 201);
    assert!(!in_list().await, "it has dates of its own");
    assert_eq!(office.store(2, &about(json!({})), b"without a date").await.status, 201);
    assert!(in_list().await);
    office.service.stop().await;
}
