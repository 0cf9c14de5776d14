//! Holds and overlays: what they stop, what they say, and that nothing but a release ends them.

use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};

use super::{Office, Told, id, is_filed_once};
use crate::support::{CASE, CASE_PATH, document_id, document_path};

fn court(items: &Value) -> Value {
    json!({
        "type": "court", "legal_basis": "section 84 SGG", "reference": "S 11 AS 409/26", "owner": "appeals unit", "reason": "action",
        "review_on": "2027-05-20", "items": items
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_default_matter_is_not_the_case() {
    let office = Office::open().await;
    office.matter(1, "benefit", Some("2014-03-15")).await;
    let items = json!([{ "case": CASE, "matter": "default" }]);
    office.put(&format!("holds/{}", id(10)), &court(&items)).await.created();
    assert_eq!(office.get(&format!("holds/{}/items", id(10))).await.found()["items"], items);
    let blockers = |why: Value| why["explanations"][0]["blockers"].clone();
    let stops = |why: Value| blockers(why).as_array().unwrap().contains(&json!("hold"));
    assert!(stops(office.get(&format!("cases/{CASE}/why")).await.found()));
    assert!(!stops(office.get(&format!("cases/{CASE}/matters/{}/why", id(1))).await.found()));
    let whole = json!([{ "case": CASE }]);
    office.put(&format!("holds/{}", id(20)), &court(&whole)).await.created();
    assert_eq!(office.get(&format!("holds/{}/items", id(20))).await.found()["items"], whole);
    let gone = json!([{ "case": CASE, "matter": "destroyed" }]);
    office.put(&format!("holds/{}", id(30)), &court(&gone)).await.refused(400, "field_malformed", "items[0].matter");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_stops_destruction_until_it_is_released() {
    let office = Office::open().await;
    office.matter(1, "benefit", Some("2014-03-15")).await;
    let path = format!("holds/{}", id(10));
    let items = json!([{ "case": CASE, "matter": id(1) }]);
    let mut other = court(&items);
    other["reason"] = json!("another action");
    is_filed_once(&office, Method::PUT, &path, &court(&items), &other).await;
    // The same words about something else are not the same hold.
    for other_items in [json!([{ "case": CASE }]), json!([{ "case": CASE }, { "case": CASE, "matter": id(1) }])] {
        office.put(&path, &court(&other_items)).await.refused(409, "note_id_taken", "");
    }

    let why = office.get(&format!("cases/{CASE}/matters/{}/why", id(1))).await.found();
    let explanation = &why["explanations"][0];
    assert_eq!((&explanation["state"], &explanation["blockers"]), (&json!("due"), &json!(["hold"])), "{why}");
    assert_eq!((&explanation["keep_until"], &explanation["overdue_days"]), (&json!("2024-03-15"), &json!(890)), "it moves no date");
    assert_eq!((&why["holds"][0]["id"], &why["holds"][0]["reference"]), (&json!(id(10)), &json!("S 11 AS 409/26")));

    let hold = office.get(&path).await.found();
    for (name, value) in [
        ("type", json!("court")),
        ("legal_basis", json!("section 84 SGG")),
        ("owner", json!("appeals unit")),
        ("targets", json!(1)),
        ("placed_on", json!("2026-11-20")),
        ("review_on", json!("2027-05-20")),
        ("stops_destruction", json!(true)),
        ("application", json!("eakte")),
    ] {
        assert_eq!(hold[name], value, "{name}");
    }
    assert_ne!(office.get_in("de", &path).await.found()["words"], hold["words"]);

    let review = json!({ "id": id(11), "review_on": "2027-06-01", "ends_on": "2027-12-31", "reason": "still pending" });
    office.post(&format!("{path}/review"), &review).await.created();
    let reviewed = office.get(&path).await.found();
    assert_eq!((&reviewed["review_on"], &reviewed["ends_on"]), (&json!("2027-06-01"), &json!("2027-12-31")));
    // Somebody else has seen the day before that, and learns of it. Who says nothing about the planned end keeps it.
    let late = json!({ "id": id(70), "review_on": "2027-05-30", "replaces": "2027-05-20", "reason": "still pending" });
    office.post(&format!("{path}/review"), &late).await.refused(409, "hold_reviewed_meanwhile", "replaces");
    let again = json!({ "id": id(70), "review_on": "2027-06-02", "replaces": "2027-06-01", "reason": "still pending" });
    let once = office.post(&format!("{path}/review"), &again).await;
    assert_eq!((once.status, office.post(&format!("{path}/review"), &again).await.status), (201, 200));
    assert_eq!(office.get(&path).await.found()["ends_on"], "2027-12-31");
    let without_end = json!({ "id": id(71), "review_on": "2027-06-02", "ends_on": null, "reason": "nobody knows when" });
    office.post(&format!("{path}/review"), &without_end).await.created();
    assert_eq!(office.get(&path).await.found().get("ends_on"), None);

    let release = json!({ "id": id(12), "reason": "withdrawn" });
    is_filed_once(&office, Method::POST, &format!("{path}/release"), &release, &json!({ "id": id(12), "reason": "won" })).await;
    let again = office.post(&format!("{path}/release"), &json!({ "id": id(13), "reason": "again" })).await;
    again.refused(409, "hold_over", "");
    let after = office.get(&format!("cases/{CASE}/matters/{}/why", id(1))).await.found();
    assert_eq!(after["explanations"][0]["may_be_proposed"], true, "due at once");
    office.post(&format!("holds/{}/release", id(77)), &json!({ "id": id(14), "reason": "x" })).await.refused(404, "hold_unknown", "");
    office.get(&format!("holds/{}", id(1))).await.refused(404, "hold_unknown", "");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_frozen_and_can_be_read_page_by_page() {
    let office = Office::open().await;
    for number in 0..5 {
        office.matter(20 + 2 * number, if number < 3 { "benefit" } else { "appeal" }, None).await;
    }
    let mut hold = court(&json!([]));
    hold["query"] = json!({ "kind": "benefit" });
    let path = format!("holds/{}", id(40));
    office.put(&path, &hold).await.created();
    // Three matters and the default one are of this kind.
    let view = office.get(&path).await.found();
    assert_eq!((&view["targets"], &view["query"]), (&json!(4), &json!("kind=benefit")));
    office.matter(50, "benefit", None).await;
    let mut with_item = hold.clone();
    with_item["items"] = json!([{ "case": CASE, "matter": id(50) }]);
    office.put(&path, &with_item).await.refused(409, "note_id_taken", "");
    let again = office.put(&path, &hold).await;
    assert_eq!((again.status, office.get(&path).await.found()["targets"].as_u64()), (200, Some(4)), "what comes later is not in it");

    let first = office.get(&format!("{path}/items?limit=3")).await;
    let next = first.json()["next"].as_str().unwrap().to_owned();
    assert_eq!(first.header("link"), format!("</v1/vaults/demo/{path}/items?cursor={next}&limit=3>; rel=\"next\""));
    let second = office.get(&format!("{path}/items?limit=3&cursor={next}")).await.found();
    let count = |page: &Value| page["items"].as_array().map(Vec::len);
    assert_eq!((count(&first.json()), count(&second), second.get("next")), (Some(3), Some(1), None));
    assert!(second["items"][0]["case"] == CASE && second["items"][0]["matter"].is_string(), "{second}");

    for number in 41..44 {
        office.put(&format!("holds/{}", id(number)), &court(&json!([{ "case": CASE }]))).await.created();
    }
    office.post(&format!("holds/{}/release", id(42)), &json!({ "id": id(45), "reason": "settled" })).await.created();
    let ids = |page: &Value| page["items"].as_array().unwrap().iter().map(|hold| hold["id"].clone()).collect::<Vec<_>>();
    let page = office.get("holds?limit=2").await.found();
    let rest = office.get(&format!("holds?limit=2&cursor={}", page["next"].as_str().unwrap())).await.found();
    assert_eq!((ids(&page), ids(&rest)), (vec![json!(id(40)), json!(id(41))], vec![json!(id(43))]));
    assert_eq!(ids(&office.get("holds?released=true").await.found()).len(), 4);
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overlay_travels_with_every_reading() {
    let office = Office::open().await;
    assert_eq!(office.store(1, &json!({}), b"letter").await.status, 201);
    let record = format!("{}/record", document_path(1));
    assert_eq!(office.client.get(&document_path(1)).await.header("archive-notice"), "");
    assert_eq!(office.client.get(&record).await.json().get("notices"), None);

    let overlay = |kind: &str| {
        let mut overlay = court(&json!([{ "case": CASE, "document": document_id(1) }]));
        overlay["type"] = json!(kind);
        overlay
    };
    for (number, kind) in [(10, "dispute"), (11, "restriction"), (12, "embargo")] {
        office.put(&format!("overlays/{}", id(number)), &overlay(kind)).await.created();
        office.put(&format!("holds/{}", id(100 + number)), &overlay(kind)).await.refused(400, "field_malformed", "type");
    }
    office.put(&format!("overlays/{}", id(20)), &overlay("court")).await.refused(400, "field_malformed", "type");

    let all = "restricted, disputed, embargo";
    let range = [("range", "bytes=0-2")];
    let etag = office.client.get(&document_path(1)).await.header("etag").to_owned();
    for (answer, status) in [
        (office.client.get(&document_path(1)).await, 200),
        (office.client.get_with(&document_path(1), &range).await, 206),
        (office.client.get_with(&document_path(1), &[("if-none-match", &etag)]).await, 304),
        (office.client.send(Method::HEAD, &document_path(1), &[], Bytes::new()).await, 200),
        (office.client.get(&record).await, 200),
        (office.client.get(&format!("{}/opening", document_path(1))).await, 200),
        (office.client.get(&format!("{}/why", document_path(1))).await, 200),
    ] {
        assert_eq!((answer.status, answer.header("archive-notice")), (status, all), "{answer:?}");
    }
    let notices = json!(["restricted", "disputed", "embargo"]);
    assert_eq!(office.client.get(&record).await.json()["notices"], notices);
    assert_eq!(office.client.get(&format!("{CASE_PATH}/documents")).await.json()["items"][0]["notices"], notices);
    assert_eq!(office.client.get(CASE_PATH).await.header("archive-notice"), "", "the case itself has none");

    // Of the three only a restriction stops destruction, and all are released like holds.
    let why = office.client.get(&format!("{}/why", document_path(1))).await.found();
    assert_eq!((why["holds"].as_array().map(Vec::len), &why["blockers"]), (Some(3), &json!(["open", "hold"])));
    office.post(&format!("holds/{}/release", id(11)), &json!({ "id": id(30), "reason": "section 84(4) SGB X" })).await.created();
    assert_eq!(office.client.get(&document_path(1)).await.header("archive-notice"), "disputed, embargo");

    let mut on_case = overlay("embargo");
    on_case["items"] = json!([{ "case": CASE }]);
    office.put(&format!("overlays/{}", id(31)), &on_case).await.created();
    let case = office.client.get(CASE_PATH).await;
    assert_eq!((case.header("archive-notice"), &case.json()["notices"]), ("embargo", &json!(["embargo"])));
    for list in ["cases", "cases?reference=3%20C%2017%2F26"] {
        assert_eq!(office.get(list).await.json()["items"][0]["notices"], json!(["embargo"]), "{list}");
    }
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_on_many_documents_is_one_request() {
    let office = Office::open().await;
    for number in 1..=40 {
        assert_eq!(office.store(number, &json!({}), b"letter").await.status, 201);
    }
    // Long enough to wait for a place of its own, and the same document again and again is one item.
    let items: Vec<Value> = (0..2000).map(|number| json!({ "case": CASE, "document": document_id(1 + number % 40) })).collect();
    let path = format!("holds/{}", id(10));
    office.put(&path, &court(&json!(items))).await.created();
    assert_eq!(office.get(&path).await.found()["targets"], 40);
    let mut with_stranger = items.clone();
    with_stranger[1999]["document"] = json!(document_id(41));
    office.put(&format!("holds/{}", id(11)), &court(&json!(with_stranger))).await.refused(404, "document_unknown", "items[1999]");
    with_stranger[1999]["document"] = json!("41");
    office.put(&format!("holds/{}", id(11)), &court(&json!(with_stranger))).await.refused(400, "field_malformed", "items[1999].document");
    office.service.stop().await;
}
