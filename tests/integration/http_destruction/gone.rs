//! What is gone answers 410 everywhere, with what is left of it, and with its receipt.

use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};

use super::{FIRST, ORDER, approve, carry_out, destroy, office_with_a_due_case, order, order_path, propose, whole_case, without_rest};
use crate::http_retention::{Office, Told, id};
use crate::support::{Answer, CASE, CASE_PATH, content, document_id, document_path};

/// A request to a path of the case, with a body that would be right if the case existed.
type Request = (Method, String, Value);

/// Every route below a document.
fn requests_about_document(number: u32) -> Vec<Request> {
    let path = |end: &str| format!("{}{end}", document_path(number));
    let mut requests: Vec<Request> = ["", "/record", "/opening", "/why"].map(|end| (Method::GET, path(end), Value::Null)).to_vec();
    requests.push((Method::DELETE, path(""), Value::Null));
    requests.push((Method::PUT, path(""), json!({})));
    requests.push((Method::POST, path("/assignment"), json!({ "id": id(70), "matters": [id(30)], "reason": "x" })));
    requests.push((Method::POST, path("/check"), json!({ "id": id(71), "mode": "full", "result": "passed" })));
    requests.push((Method::POST, path("/quarantine/lift"), json!({ "id": id(72), "reason": "x" })));
    requests
}

/// Every other route below the case.
fn requests_about_case() -> Vec<Request> {
    let path = |end: &str| format!("{CASE_PATH}{end}");
    let mut requests: Vec<Request> =
        ["", "/opening", "/documents", "/retention", "/why"].map(|end| (Method::GET, path(end), Value::Null)).to_vec();
    requests.push((Method::GET, path(&format!("/matters/{}/why", id(30))), Value::Null));
    requests.push((Method::PUT, path(""), json!({ "reference": "3 C 17/26", "kind": "benefit" })));
    requests.push((Method::PUT, path(&format!("/matters/{}", id(31))), json!({ "kind": "benefit" })));
    let event = json!({ "id": id(73), "type": "case.closed", "date": "2014-12-31", "source": "eakte" });
    requests.push((Method::POST, path("/events"), event));
    requests.push((Method::PUT, document_path(9), json!({})));
    requests
}

async fn ask(office: &Office, (method, path, body): &Request) -> Answer {
    let (headers, body): (&[_], _) = match body {
        Value::Null => (&[], Bytes::new()),
        body => (&[("content-type", "application/json")], Bytes::from(body.to_string())),
    };
    office.client.send(method.clone(), path, headers, body).await
}

/// The answer says that it is gone, since when, by which order and in which ledger entry, and nothing else.
fn is_gone(answer: Answer, code: &str, what: &str) -> Value {
    let json = answer.clone().json();
    assert_eq!((answer.status, answer.code().as_str()), (410, code), "{what}: {json}");
    let tombstone = &json["tombstone"];
    assert_eq!((&tombstone["order"], &tombstone["destroyed_at"]), (&json!(id(ORDER)), &json!("2026-11-20T08:00:00Z")), "{what}: {json}");
    assert!(tombstone["entry"].as_u64().is_some() && tombstone.as_object().map(|left| left.len()) == Some(3), "{what}: {json}");
    assert!(!answer.body.windows(6).any(|word| word == b"letter"), "{what}: nothing of it may be told");
    tombstone.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroyed_document_is_gone_and_its_case_is_not() {
    let office = office_with_a_due_case().await;
    without_rest(&office).await;
    office.matter(30, "benefit", None).await;
    let receipt = office.client.get(&format!("{}/receipt", document_path(1))).await;
    office.client.send(Method::DELETE, &document_path(1), &[], Bytes::new()).await.refused(409, "retained", "");
    destroy(&office, ORDER, &order("erasure", &json!([{ "case": CASE, "document": document_id(1) }]))).await;

    for request in requests_about_document(1) {
        is_gone(ask(&office, &request).await, "document_destroyed", &format!("{} {}", request.0, request.1));
    }
    let head = office.client.send(Method::HEAD, &document_path(1), &[], Bytes::new()).await;
    assert_eq!((head.status, head.body.len()), (410, 0));
    let german = office.client.get_with(&document_path(1), &[("accept-language", "de")]).await;
    assert_eq!(german.json()["title"], "Dokument ist vernichtet");
    let again = office.client.get(&format!("{}/receipt", document_path(1))).await;
    assert_eq!((again.status, &again.body), (200, &receipt.body), "that it was stored stays provable");

    let listed = office.client.get(&format!("{CASE_PATH}/documents")).await.found();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "the other letter is still there: {listed}");
    assert_eq!(office.client.get(&document_path(2)).await.body, "letter");
    office.client.get(&document_path(77)).await.refused(404, "document_unknown", "");
    // In another case it never was.
    let elsewhere = document_path(1).replace(CASE, &id(99));
    office.client.get(&elsewhere).await.refused(404, "case_unknown", "");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroyed_case_is_gone_with_everything_in_it() {
    let office = office_with_a_due_case().await;
    without_rest(&office).await;
    let receipts = [format!("{CASE_PATH}/receipt"), format!("{}/receipt", document_path(2))];
    let mut before = Vec::new();
    for receipt in &receipts {
        before.push(office.client.get(receipt).await.body);
    }
    destroy(&office, ORDER, &order("due", &whole_case())).await;

    let mut entries = Vec::new();
    for request in requests_about_case() {
        let answer = ask(&office, &request).await;
        entries.push(is_gone(answer, "case_destroyed", &format!("{} {}", request.0, request.1))["entry"].clone());
    }
    for request in requests_about_document(2) {
        let answer = ask(&office, &request).await;
        let code = answer.code();
        assert!(["document_destroyed", "case_destroyed"].contains(&code.as_str()), "{code}");
        entries.push(is_gone(answer, &code, &format!("{} {}", request.0, request.1))["entry"].clone());
    }
    entries.dedup();
    assert_eq!(entries.len(), 1, "one step destroyed all of it");
    for (receipt, before) in receipts.iter().zip(before) {
        assert_eq!(office.client.get(receipt).await.body, before, "{receipt}");
    }
    assert_eq!(office.get("cases").await.found()["items"], json!([]));
    assert_eq!(office.get("cases?reference=3%20C%2017/26").await.found()["items"], json!([]));
    assert_eq!(office.get("due?until=2036-01-01").await.found()["items"], json!([]));

    // Whoever names it in a list is told as well.
    let hold = json!({
        "type": "court", "legal_basis": "x", "owner": "x", "reason": "x", "review_on": "2027-05-20", "items": [{ "case": CASE }]
    });
    assert_eq!(office.put(&format!("holds/{}", id(80)), &hold).await.status, 410);
    let order = order("due", &whole_case());
    office.by(FIRST, Method::PUT, &order_path(ORDER + 10), &order).await.refused(410, "case_destroyed", "items");
    let events = json!({ "items": [{ "id": id(81), "case": CASE, "type": "case.closed", "date": "2014-12-31", "source": "eakte" }] });
    let told = office.post("events", &events).await.found();
    assert_eq!(told["items"][0]["code"], "case_destroyed", "{told}");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_under_way_is_broken_off() {
    let office = office_with_a_due_case().await;
    without_rest(&office).await;
    // More than the buffers between server and client hold.
    let long = content(40 << 20);
    for number in [3, 4] {
        assert_eq!(office.client.put(&document_path(number), &[], long.clone()).await.status, 201);
    }
    propose(&office, ORDER, &order("court", &json!([{ "case": CASE, "document": document_id(3) }]))).await;
    approve(&office, ORDER).await.created();
    let (mut connection, mut beside) = (office.client.connect().await, office.client.connect().await);
    for (connection, number) in [(&mut connection, 3), (&mut beside, 4)] {
        let request = format!("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", document_path(number));
        connection.write(request.as_bytes()).await;
    }
    // The server is in the middle of it when the document goes: it waits for the client, who reads nothing yet.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    carry_out(&office).await;
    let read = connection.rest().await;
    assert_eq!(read, None, "an answer that ends is complete, and this one must not end");
    let read = beside.rest().await.expect("must be complete: this document still exists");
    assert!(read.ends_with(&long));
    is_gone(office.client.get(&document_path(3)).await, "document_destroyed", "a new reading");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_repeats_a_proposal_that_was_carried_out_gets_the_same_answer() {
    let office = office_with_a_due_case().await;
    without_rest(&office).await;
    office.matter(30, "benefit", None).await;
    let items = [json!({ "case": CASE, "document": document_id(1) }), json!({ "case": CASE, "matter": id(30) })];
    let by_name = order("erasure", &json!(items));
    let path = order_path(ORDER);
    let first = office.by(FIRST, Method::PUT, &path, &by_name).await;
    assert_eq!(first.status, 201, "{first:?}");
    approve(&office, ORDER).await.created();
    carry_out(&office).await;
    let again = office.by(FIRST, Method::PUT, &path, &by_name).await;
    assert_eq!((again.status, again.body), (200, first.body));
    for other in [json!([items[0]]), json!([items[0], items[0]]), json!([items[0], { "case": CASE, "document": document_id(2) }])] {
        office.by(FIRST, Method::PUT, &path, &order("erasure", &other)).await.refused(409, "note_id_taken", "");
    }
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registers_that_name_what_is_gone_can_still_be_read() {
    let office = office_with_a_due_case().await;
    without_rest(&office).await;
    let scan =
        json!({ "scan_date": "2026-09-02", "scan_pages": "2", "scan_colour": "false", "scan_protection": "high", "scan_batch": id(1) });
    office.put(&format!("batches/{}", id(1)), &json!({ "received": "2026-09-01", "documents": 1, "sheets": 2 })).await.created();
    assert_eq!(office.store(3, &scan, b"no picture").await.status, 201);
    let position = json!({ "case": CASE, "document": document_id(3), "position": 1, "sheets": 2, "flags": [] });
    let paper = json!({ "batch": id(1), "scanned_on": "2026-09-02", "sheets": 2, "place": "shelf 7", "items": [position] });
    office.put(&format!("boxes/{}", id(50)), &paper).await.created();
    let hold = json!({
        "type": "audit", "legal_basis": "x", "owner": "x", "reason": "x", "review_on": "2027-05-20",
        "items": [{ "case": CASE, "document": document_id(3) }]
    });
    office.put(&format!("holds/{}", id(60)), &hold).await.created();
    office.post(&format!("holds/{}/release", id(60)), &json!({ "id": id(61), "reason": "over" })).await.created();
    let lift = json!({ "id": id(62), "reason": "looked at" });
    office.by(FIRST, Method::POST, &format!("cases/{CASE}/documents/{}/quarantine/lift", document_id(3)), &lift).await.created();
    destroy(&office, ORDER, &order("court", &json!([{ "case": CASE, "document": document_id(3) }]))).await;
    is_gone(office.client.get(&document_path(3)).await, "document_destroyed", "the scan");

    for path in [format!("holds/{}/items", id(60)), format!("boxes/{}", id(50)), format!("{}/items", order_path(ORDER))] {
        let found = office.get(&path).await.found();
        assert!(found.to_string().contains(&document_id(3)), "{path}: {found}");
    }
    // The paper of what is gone has to follow it.
    let paper = office.get(&format!("boxes/{}", id(50))).await.found();
    assert!(paper["exceptions"].to_string().contains("document-destroyed"), "{paper}");
    for path in ["boxes/due", "due", "open", "overdue", "conflicts", "intake", "holds?released=true", "orders?all=true"] {
        office.get(path).await.found();
    }
    office.get(&format!("cases/{CASE}/retention")).await.found();
    office.get(&format!("cases/{CASE}/why")).await.found();
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_in_drops_does_not_read_on_when_it_is_destroyed() {
    let office = office_with_a_due_case().await;
    without_rest(&office).await;
    // More than the buffers of both ends together.
    let bytes = content(40 << 20);
    assert_eq!(office.client.put(&document_path(3), &[], bytes).await.status, 201);
    let mut reader = office.client.connect_narrow().await;
    reader.write(format!("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", document_path(3)).as_bytes()).await;
    reader.drop_of().await.expect("must begin");
    destroy(&office, ORDER, &order("erasure", &json!([{ "case": CASE, "document": document_id(3) }]))).await;
    // Each drop is taken sooner than a client that takes nothing is cut off. What waits for it is megabytes.
    let mut taken = 0;
    while let Some(bytes) = reader.drop_of().await {
        taken += bytes;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(taken < 1 << 20, "{taken} bytes were handed over after the destruction");
    office.client.get(&document_path(3)).await.refused(410, "document_destroyed", "");
    assert_eq!(office.client.get(&document_path(2)).await.body, "letter");
    office.service.stop().await;
}
