//! Wrong, contradictory and missing input: refused with a code, the field and a sentence in two languages, and nothing is filed.

use hyper::Method;
use serde_json::{Value, json};

use super::{Office, Told, id, place, send};
use crate::support::{CASE, document_id, document_path};

/// A request that would be accepted.
struct Good {
    method: Method,
    path: String,
    body: Value,
}

fn good_requests() -> Vec<(&'static str, Good)> {
    let case = format!("cases/{CASE}");
    let document = format!("{case}/documents/{}", document_id(1));
    let request = |method: Method, path: &str, body: Value| Good { method, path: path.to_owned(), body };
    vec![
        (
            "matter",
            request(
                Method::PUT,
                &format!("{case}/matters/{}", id(10)),
                json!({ "kind": "benefit", "from": "2026-01-01", "to": "2026-06-30", "title": "x" }),
            ),
        ),
        (
            "event",
            request(
                Method::POST,
                &format!("{case}/events"),
                json!({ "id": id(11), "type": "case.closed", "date": "2026-11-19", "source": "eakte", "reason": "x", "evidence": document_id(1) }),
            ),
        ),
        ("assignment", request(Method::POST, &format!("{document}/assignment"), json!({ "id": id(12), "matters": [id(1)] }))),
        ("check", request(Method::POST, &format!("{document}/check"), json!({ "id": id(13), "mode": "full", "result": "passed" }))),
        ("lift", request(Method::POST, &format!("{document}/quarantine/lift"), json!({ "id": id(14), "reason": "x" }))),
        (
            "hold",
            request(
                Method::PUT,
                &format!("holds/{}", id(15)),
                json!({ "type": "court", "legal_basis": "x", "owner": "x", "reason": "x", "review_on": "2027-01-01",
                        "ends_on": "2027-12-31", "items": [{ "case": CASE }], "query": { "kind": "benefit" } }),
            ),
        ),
        (
            "review",
            request(Method::POST, &format!("holds/{}/review", id(2)), json!({ "id": id(16), "review_on": "2027-01-01", "reason": "x" })),
        ),
        ("release", request(Method::POST, &format!("holds/{}/release", id(2)), json!({ "id": id(17), "reason": "x" }))),
        ("batch", request(Method::PUT, &format!("batches/{}", id(18)), json!({ "received": "2026-11-01", "documents": 1, "sheets": 1 }))),
        ("intake", request(Method::POST, "intake", json!({ "id": id(19), "through": "2026-11-19" }))),
        ("backup", request(Method::POST, "backups", json!({ "id": id(20), "through": "2026-11-20T03:00:00Z" }))),
        (
            "box",
            request(
                Method::PUT,
                &format!("boxes/{}", id(21)),
                json!({ "batch": id(5), "scanned_on": "2026-11-04", "sheets": 1,
                        "items": [{ "case": CASE, "document": document_id(2), "position": 1, "sheets": 1, "flags": [] }] }),
            ),
        ),
        (
            "destroyed",
            request(
                Method::POST,
                &format!("boxes/{}/destroyed", id(4)),
                json!({ "id": id(22), "date": "2026-11-20", "level": 4, "sheets": 1, "place": "x", "provider": "x", "witnesses": ["A", "B"] }),
            ),
        ),
        ("proposal", request(Method::PUT, &format!("classes/proposals/{}", id(23)), json!({ "text": "x", "reason": "x" }))),
    ]
}

/// The request, the pointer into its body, what is put there (or nothing: it is taken away), the status, the code, the field.
type Row = (&'static str, &'static str, Option<Value>, u16, &'static str, &'static str);

fn rows() -> Vec<Row> {
    let long = "x".repeat(501);
    vec![
        ("matter", "/kind", None, 400, "field_missing", "kind"),
        ("matter", "/kind", Some(json!("Leistung \u{e4}")), 400, "field_malformed", "kind"),
        ("matter", "/kind", Some(json!(["benefit"])), 400, "field_malformed", "kind"),
        ("matter", "/kind", Some(json!("unheard-of")), 422, "matter_kind_unknown", "kind"),
        ("matter", "/from", Some(json!("2026-07-01")), 422, "matter_period_reversed", "to"),
        ("matter", "/from", Some(json!("1899-12-31")), 422, "day_too_early", "from"),
        ("matter", "/from", Some(json!("2026-02-29")), 400, "field_malformed", "from"),
        ("matter", "/to", Some(Value::Null), 400, "field_malformed", "to"),
        ("matter", "/title", Some(json!(long)), 400, "field_malformed", "title"),
        ("matter", "/class", Some(json!("LEIST")), 400, "field_unknown", "class"),
        ("event", "/id", None, 400, "field_missing", "id"),
        ("event", "/id", Some(json!("7")), 400, "field_malformed", "id"),
        ("event", "/id", Some(json!(id(11).to_uppercase())), 400, "field_malformed", "id"),
        ("event", "/type", Some(json!("case.opened")), 400, "field_malformed", "type"),
        ("event", "/type", Some(json!("document.scanned")), 422, "event_comes_with_document", "type"),
        ("event", "/date", None, 400, "field_missing", "date"),
        ("event", "/date", Some(Value::Null), 422, "withdrawal_of_nothing", "date"),
        ("event", "/date", Some(json!("2026-11-21")), 422, "event_in_future", "date"),
        ("event", "/date", Some(json!("1066-10-14")), 422, "day_too_early", "date"),
        ("event", "/date", Some(json!(20_261_119)), 400, "field_malformed", "date"),
        ("event", "/source", Some(json!("-eakte")), 400, "field_malformed", "source"),
        ("event", "/evidence", Some(json!(document_id(99))), 422, "evidence_unknown", "evidence"),
        ("event", "/supersedes", Some(json!(id(99))), 404, "event_unknown", "supersedes"),
        ("event", "/matter", Some(json!(id(99))), 404, "matter_unknown", "matter"),
        ("event", "/document", Some(json!(document_id(99))), 404, "document_unknown", "document"),
        ("event", "/reason", Some(json!("a\nb")), 400, "field_malformed", "reason"),
        ("assignment", "/matters", Some(json!(id(1))), 400, "field_malformed", "matters"),
        ("assignment", "/matters", Some(json!([7])), 400, "field_malformed", "matters[0]"),
        ("assignment", "/matters", Some(json!([id(99)])), 404, "matter_unknown", "matters"),
        ("assignment", "/matters", Some(json!([])), 422, "matter_list_malformed", "matters"),
        ("assignment", "/matters", Some(json!(vec![id(1); 65])), 400, "field_malformed", "matters"),
        ("check", "/mode", Some(json!("quick")), 400, "field_malformed", "mode"),
        ("check", "/result", None, 400, "field_missing", "result"),
        ("lift", "/reason", Some(json!("")), 400, "field_malformed", "reason"),
        ("hold", "/type", Some(json!("whim")), 400, "field_malformed", "type"),
        ("hold", "/legal_basis", None, 400, "field_missing", "legal_basis"),
        ("hold", "/owner", None, 400, "field_missing", "owner"),
        ("hold", "/reason", None, 400, "field_missing", "reason"),
        ("hold", "/review_on", None, 400, "field_missing", "review_on"),
        ("hold", "/review_on", Some(json!("2026-11-20")), 422, "review_out_of_reach", "review_on"),
        ("hold", "/review_on", Some(json!("2027-11-22")), 422, "review_out_of_reach", "review_on"),
        ("hold", "/ends_on", Some(json!("2026-12-31")), 422, "hold_ends_before_review", "ends_on"),
        ("hold", "/ends_on", Some(json!("2057-01-01")), 422, "hold_end_too_far", "ends_on"),
        ("hold", "/items", Some(json!({})), 400, "field_malformed", "items"),
        ("hold", "/items/0/case", None, 400, "field_missing", "items[0].case"),
        ("hold", "/items/0/case", Some(json!(id(99))), 404, "case_unknown", "items[0]"),
        ("hold", "/items/0", Some(json!(CASE)), 400, "field_malformed", "items[0]"),
        ("hold", "/items/0/page", Some(json!(1)), 400, "field_unknown", "items[0].page"),
        ("hold", "/items/0/matter", Some(json!(id(99))), 404, "matter_unknown", "items[0]"),
        ("hold", "/query", Some(json!({})), 400, "field_malformed", "query"),
        ("hold", "/query/class", Some(json!("")), 400, "field_malformed", "query.class"),
        ("hold", "/query/all", Some(json!(true)), 400, "field_unknown", "query.all"),
        ("review", "/review_on", Some(json!("yesterday")), 400, "field_malformed", "review_on"),
        ("review", "/reason", None, 400, "field_missing", "reason"),
        ("release", "/reason", None, 400, "field_missing", "reason"),
        ("batch", "/received", Some(json!("2026-11-21")), 422, "received_in_future", "received"),
        ("batch", "/received", Some(json!("1899-12-31")), 422, "day_too_early", "received"),
        ("batch", "/documents", Some(json!(0)), 400, "field_malformed", "documents"),
        ("batch", "/documents", Some(json!(2)), 422, "batch_counts_malformed", "sheets"),
        ("batch", "/sheets", Some(json!(4_294_967_296_u64)), 400, "field_malformed", "sheets"),
        ("batch", "/sheets", Some(json!(1.5)), 400, "field_malformed", "sheets"),
        ("batch", "/sheets", Some(json!(-1)), 400, "field_malformed", "sheets"),
        ("intake", "/through", Some(json!("2026-11-20T00:00:00Z")), 400, "field_malformed", "through"),
        ("backup", "/through", Some(json!("2026-11-20")), 400, "field_malformed", "through"),
        ("backup", "/through", Some(json!("2026-11-20T03:00:00+01:00")), 400, "field_malformed", "through"),
        ("box", "/batch", Some(json!(id(99))), 404, "batch_unknown", "batch"),
        ("box", "/items", Some(json!([])), 422, "box_positions_malformed", "items"),
        ("box", "/items/0/position", Some(json!(0)), 400, "field_malformed", "items[0].position"),
        ("box", "/items/0/sheets", Some(json!(65_536)), 400, "field_malformed", "items[0].sheets"),
        ("box", "/items/0/flags", Some(json!(["pretty"])), 400, "field_malformed", "items[0].flags[0]"),
        ("box", "/items/0/document", Some(json!(document_id(99))), 404, "document_unknown", "items[0]"),
        ("box", "/scanned_on", Some(json!("2026-11-21")), 422, "scanned_in_future", "scanned_on"),
        ("box", "/sheets", Some(json!(2)), 422, "sheets_differ", "sheets"),
        ("destroyed", "/level", Some(json!(3)), 400, "field_malformed", "level"),
        ("destroyed", "/level", Some(json!("4")), 400, "field_malformed", "level"),
        ("destroyed", "/witnesses", Some(json!(["A"])), 400, "field_malformed", "witnesses"),
        ("destroyed", "/witnesses", Some(json!(["A", "a"])), 400, "field_malformed", "witnesses"),
        ("destroyed", "/place", None, 400, "field_missing", "place"),
        ("destroyed", "/provider", None, 400, "field_missing", "provider"),
        ("destroyed", "/date", Some(json!("2026-11-21")), 422, "destroyed_in_future", "date"),
        ("proposal", "/text", Some(json!(7)), 400, "field_malformed", "text"),
        ("proposal", "/reason", None, 400, "field_missing", "reason"),
    ]
}

/// The body with something put at the place of a JSON pointer, or taken away from it.
fn changed(body: &Value, pointer: &str, value: Option<&Value>) -> Value {
    let mut body = body.clone();
    let (parent, name) = pointer.rsplit_once('/').expect("must be a pointer");
    let parent = body.pointer_mut(parent).expect("must exist");
    match (parent, value) {
        (Value::Object(members), Some(value)) => drop(members.insert(name.to_owned(), value.clone())),
        (Value::Object(members), None) => drop(members.remove(name).expect("must be there")),
        (Value::Array(items), Some(value)) => items[name.parse::<usize>().expect("must be an index")] = value.clone(),
        (parent, value) => panic!("{parent} cannot get {value:?} at {name}"),
    }
    body
}

/// An office in which every good request would be accepted.
async fn prepared() -> Office {
    let office = Office::open().await;
    office.matter(1, "benefit", None).await;
    let hold =
        json!({ "type": "court", "legal_basis": "x", "owner": "x", "reason": "x", "review_on": "2027-01-01", "items": [{ "case": CASE }] });
    office.put(&format!("holds/{}", id(2)), &hold).await.created();
    // One original lies in a box, the other waits for one.
    for (number, batch) in [(1, id(3)), (2, id(5))] {
        office.put(&format!("batches/{batch}"), &json!({ "received": "2026-11-01", "documents": 1, "sheets": 1 })).await.created();
        let scan =
            json!({ "scan_date": "2026-11-04", "scan_pages": "1", "scan_colour": "false", "scan_protection": "high", "scan_batch": batch });
        assert_eq!(office.store(number, &scan, b"no picture").await.status, 201);
    }
    let item = json!({ "case": CASE, "document": document_id(1), "position": 1, "sheets": 1 });
    let paper = json!({ "batch": id(3), "scanned_on": "2026-11-04", "sheets": 1, "items": [item] });
    office.put(&format!("boxes/{}", id(4)), &paper).await.created();
    office
}

async fn ledger_size(office: &Office) -> String {
    let checkpoint = office.get("ledger/checkpoint").await;
    String::from_utf8(checkpoint.body.to_vec()).unwrap().lines().nth(1).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_and_files_nothing() {
    let office = prepared().await;
    let before = ledger_size(&office).await;
    let requests = good_requests();
    let of = |name: &str| &requests.iter().find(|(other, _)| *other == name).expect("must be a request").1;
    let mut fields = 0;
    for (name, pointer, value, status, code, field) in rows() {
        let Good { method, path, body } = of(name);
        let body = changed(body, pointer, value.as_ref());
        let answer = office.client.send(method.clone(), &place(path), &[("accept-language", "de")], body.to_string().into()).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{name} {pointer} {value:?}: {answer:?}");
        let json = answer.json();
        assert_eq!(json["field"].as_str().unwrap_or_default(), field, "{name} {pointer} {value:?}: {json}");
        fields += usize::from(!field.is_empty());
        // A sentence that names the field, or the rule in the words of the domain.
        let detail = json["detail"].as_str().unwrap();
        assert!(code.starts_with("field_") <= detail.contains(field), "{name} {pointer}: {detail}");
    }
    assert!(fields > 60, "most problems know their field");
    assert_eq!(ledger_size(&office).await, before, "nothing of this is an event");

    // The same requests, unspoilt, are accepted: the table tests what it says. A catalogue and the shredder need more than a body.
    for (name, Good { method, path, body }) in &requests {
        if !["proposal", "destroyed"].contains(name) {
            let answer = office.by("m-muster", method.clone(), path, body).await;
            assert_eq!(answer.status, 201, "{name}: {answer:?}");
        }
    }
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_objects_are_refused_everywhere() {
    let office = prepared().await;
    let deep = format!("{{\"id\":{}1{}}}", "[".repeat(2000), "]".repeat(2000));
    let many = format!("{{\"id\":[{}1]}}", "1,".repeat(30_000));
    for (name, Good { method, path, .. }) in good_requests() {
        for (body, code) in [
            ("", "json_malformed"),
            ("[]", "json_malformed"),
            ("null", "json_malformed"),
            ("{\"id\":1,\"id\":1}", "field_repeated"),
            ("{\"nobody\":1}", "field_unknown"),
            (deep.as_str(), "field_"),
            (many.as_str(), "field_"),
        ] {
            let answer = send(&office.client, method.clone(), &path, body.to_owned()).await;
            assert!(answer.status == 400 && answer.code().starts_with(code), "{name} {} bytes: {answer:?}", body.len());
        }
        let xml = office.client.send(method.clone(), &place(&path), &[("content-type", "application/xml")], "{}".into()).await;
        assert_eq!((xml.status, xml.code().as_str()), (415, "media_type_unsupported"), "{name}");
        let query = send(&office.client, method.clone(), &format!("{path}?force=true"), "{}".to_owned()).await;
        assert_eq!((query.status, query.code().as_str()), (400, "query_malformed"), "{name}");
        let encoded = [("content-encoding", "gzip")];
        assert_eq!(office.client.send(method, &place(&path), &encoded, "{}".into()).await.code(), "content_encoding_unsupported", "{name}");
    }
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_lists_are_bounded_and_short_requests_stay_short() {
    let office = prepared().await;
    let filler = "x".repeat(70_000);
    for (path, method, bytes) in [
        (format!("cases/{CASE}/events"), Method::POST, 70_000),
        (format!("holds/{}/release", id(2)), Method::POST, 70_000),
        ("events".to_owned(), Method::POST, (4 << 20) + 1),
        (format!("boxes/{}", id(21)), Method::PUT, (4 << 20) + 1),
        (format!("holds/{}", id(15)), Method::PUT, (16 << 20) + 1),
    ] {
        let head = format!("{method} {} HTTP/1.1\r\nHost: a\r\nContent-Length: {bytes}\r\n\r\n", place(&path));
        let answer = office.client.raw([head.as_bytes(), &filler.as_bytes()[..100]].concat().as_slice()).await;
        assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"), "{path}");
    }
    let items = "{},".repeat(100_000);
    let hold = |items: String| format!("{{\"type\":\"court\",\"items\":[{items}{{}}]}}");
    let too_many = send(&office.client, Method::PUT, &format!("holds/{}", id(15)), hold(items)).await;
    too_many.refused(400, "field_malformed", "items");
    let flood = send(&office.client, Method::PUT, &format!("holds/{}", id(15)), format!("[{}1]", "1,".repeat(500_000))).await;
    flood.refused(413, "json_too_many_values", "");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_questions_are_refused() {
    let office = prepared().await;
    for (path, status, code) in [
        ("due?until=2030-02-30", 400, "query_malformed"),
        ("due?until=", 400, "query_malformed"),
        ("due?before=2030-01-01", 400, "query_malformed"),
        ("due?limit=0", 400, "query_malformed"),
        ("due?cursor=zz", 400, "query_malformed"),
        ("overdue?until=2030-01-01", 400, "query_malformed"),
        ("open?limit=1001", 400, "query_malformed"),
        ("conflicts?cursor=", 400, "query_malformed"),
        ("holds?released=maybe", 400, "query_malformed"),
        ("holds?cursor=1", 400, "query_malformed"),
        ("intake?x=1", 400, "query_malformed"),
        ("classes?version=1", 400, "query_malformed"),
        ("holds/nonsense", 400, "id_malformed"),
        ("boxes/nonsense", 400, "id_malformed"),
        ("batches/00000000-0000-0000-0000-000000000000", 400, "id_malformed"),
        ("classes/proposals/nonsense", 400, "id_malformed"),
        ("classes/versions", 404, "route_unknown"),
    ] {
        let answer = office.get(path).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{path}");
    }
    // A cursor of another vault or list is none of this one.
    let cursor = hex::encode([0xff; 40]);
    office.get(&format!("due?cursor={cursor}")).await.refused(400, "query_malformed", "cursor");
    for (path, code) in [
        (format!("holds/{}", id(77)), "hold_unknown"),
        (format!("holds/{}/items", id(77)), "hold_unknown"),
        (format!("boxes/{}", id(77)), "box_unknown"),
        (format!("batches/{}", id(77)), "batch_unknown"),
        (format!("classes/proposals/{}", id(77)), "note_unknown"),
        (format!("cases/{}/retention", id(77)), "case_unknown"),
        (format!("cases/{}/why", id(77)), "case_unknown"),
    ] {
        office.get(&path).await.refused(404, code, "");
    }
    for (method, path) in
        [(Method::DELETE, format!("holds/{}", id(2))), (Method::PUT, "due".to_owned()), (Method::POST, format!("holds/{}", id(2)))]
    {
        assert_eq!(send(&office.client, method.clone(), &path, "{}").await.code(), "method_not_allowed", "{method} {path}");
    }
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_vault_has_no_retention_either() {
    let office = prepared().await;
    let stranger = office.service.client_of("eakte", &["other"]);
    let mut requests: Vec<(Method, String, String)> =
        good_requests().into_iter().map(|(_, good)| (good.method, good.path, good.body.to_string())).collect();
    for path in ["due", "overdue", "open", "conflicts", "holds", "classes", "classes/history", "classes/proposals", "intake", "boxes/due"] {
        requests.push((Method::GET, path.to_owned(), String::new()));
    }
    for path in [format!("holds/{}", id(2)), format!("boxes/{}", id(4)), format!("cases/{CASE}/why"), format!("cases/{CASE}/retention")] {
        requests.push((Method::GET, path, String::new()));
    }
    requests.push((Method::POST, "events".to_owned(), "{}".to_owned()));
    requests.push((Method::POST, "classes/diff".to_owned(), String::new()));
    for (method, path, body) in requests {
        send(&stranger, method, &path, body).await.refused(404, "vault_unknown", "");
    }
    let deleted = stranger.send(Method::DELETE, &document_path(1), &[], bytes::Bytes::new()).await;
    deleted.refused(404, "vault_unknown", "");
    office.service.stop().await;
}
