//! Orders: two persons who are independent of each other, over one exact list.

use hyper::Method;
use serde_json::{Value, json};

use super::{
    FIRST, ORDER, SECOND, approval, approve, carry_out, office_with_a_due_case, order, order_path, propose, whole_case, without_rest,
};
use crate::http_retention::{Office, Told, id, place, send};
use crate::support::{CASE, OTHER_VAULT, document_id};

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_proposed_by_one_person_and_approved_by_another() {
    let office = office_with_a_due_case().await;
    let (path, due) = (order_path(ORDER), json!({ "type": "due", "due_until": "2026-11-20", "reason": "period over" }));
    office.put(&path, &due).await.refused(403, "person_required", "");
    let first = office.by(FIRST, Method::PUT, &path, &due).await;
    assert_eq!((first.header("location"), first.header("content-language")), (place(&path).as_str(), "en"));
    let proposed = first.clone().created();
    assert_eq!((&proposed["items"], &proposed["list_words"]), (&json!(1), &json!("To be destroyed: 1 whole case.")), "{proposed}");
    let again = office.by(FIRST, Method::PUT, &path, &due).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    let mut other = due.clone();
    other["reason"] = json!("another reason");
    office.by(FIRST, Method::PUT, &path, &other).await.refused(409, "note_id_taken", "");

    let seen = office.get(&path).await.found();
    for (name, value) in [
        ("type", json!("due")),
        ("stage", json!("proposed")),
        ("list", proposed["list"].clone()),
        ("waiting", json!(1)),
        ("destroyed", json!(0)),
        ("person", json!(FIRST)),
        ("reason", json!("period over")),
        ("history", json!([])),
    ] {
        assert_eq!(seen[name], value, "{name}");
    }
    let items = office.get(&format!("{path}/items")).await.found();
    let item = json!({ "part": "whole", "case": CASE, "outcome": "waits", "documents": 2, "words": "Its turn has not come yet." });
    assert_eq!(items, json!({ "items": [item] }));

    let (approving, good) = (format!("{path}/approve"), approval(&office, ORDER).await);
    office.post(&approving, &good).await.refused(403, "person_required", "");
    office.by(FIRST, Method::POST, &approving, &good).await.refused(403, "second_person_required", "");
    for (field, value, status, code) in [
        ("list", json!("00".repeat(32)), 409, "order_list_differs"),
        ("list", json!(proposed["list"].as_str().unwrap().to_uppercase()), 400, "field_malformed"),
        ("rest_days", json!(13), 422, "destruction_rule_malformed"),
        ("rest_days", json!(367), 400, "field_malformed"),
        ("reason", json!(""), 400, "field_malformed"),
    ] {
        let mut wrong = good.clone();
        wrong[field] = value;
        office.by(SECOND, Method::POST, &approving, &wrong).await.refused(status, code, field);
    }
    let approved = office.by(SECOND, Method::POST, &approving, &good).await;
    assert_eq!(office.by(SECOND, Method::POST, &approving, &good).await.body, approved.clone().body);
    approved.created();
    let mut twice = good.clone();
    twice["id"] = json!(id(ORDER + 7));
    office.by("k-lang", Method::POST, &approving, &twice).await.refused(409, "order_not_proposed", "");

    let resting = office.get_in("de", &path).await.found();
    assert_eq!((&resting["stage"], &resting["approved_on"]), (&json!("resting"), &json!("2026-11-20")));
    assert_eq!(resting["executable_from"], "2026-12-04", "two weeks of rest, unless two persons have decided otherwise");
    assert_eq!(resting["words"], "Aufbewahrungsfrist abgelaufen");
    let note = &resting["history"][0];
    assert_eq!((&note["person"], &note["words"]), (&json!(SECOND), &json!("Vernichtung nach dem Vier-Augen-Prinzip freigegeben")));
    carry_out(&office).await;
    assert_eq!(office.get(&path).await.found()["stage"], "resting", "it rests, whoever is in a hurry");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_can_always_stop_it() {
    let office = office_with_a_due_case().await;
    let path = order_path(ORDER);
    propose(&office, ORDER, &order("due", &whole_case())).await;
    approve(&office, ORDER).await.created();
    let (withdrawing, words) = (format!("{path}/withdraw"), json!({ "id": id(ORDER + 2), "reason": "wrong quarter" }));
    office.post(&withdrawing, &words).await.refused(403, "person_required", "");
    office.by("k-lang", Method::POST, &withdrawing, &words).await.created();
    assert_eq!(office.by("k-lang", Method::POST, &withdrawing, &words).await.status, 200);
    let twice = json!({ "id": id(ORDER + 3), "reason": "again" });
    office.by("k-lang", Method::POST, &withdrawing, &twice).await.refused(409, "order_over", "");
    let withdrawn = office.get(&path).await.found();
    assert_eq!((&withdrawn["stage"], &withdrawn["withdrawn_on"]), (&json!("withdrawn"), &json!("2026-11-20")));
    let persons: Vec<&Value> = withdrawn["history"].as_array().unwrap().iter().map(|note| &note["person"]).collect();
    assert_eq!(persons, [&json!(SECOND), &json!("k-lang")]);
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_is_no_second_person_in_either_direction() {
    let office = office_with_a_due_case().await;
    // Whoever deputises for the proposer does not approve.
    propose(&office, ORDER, &order("due", &whole_case())).await;
    let approving = format!("{}/approve", order_path(ORDER));
    let good = approval(&office, ORDER).await.to_string();
    let deputy = office.service.deputy(SECOND, &["k-lang", FIRST]);
    send(&deputy, Method::POST, &approving, good.clone()).await.refused(403, "deputy_not_independent", "");
    // Nor does anybody for whom the proposer deputises.
    let proposer = office.service.deputy(FIRST, &[SECOND]);
    let other = order("due", &json!([{ "case": CASE, "document": document_id(1) }])).to_string();
    send(&proposer, Method::PUT, &order_path(ORDER + 10), other).await.created();
    let of_other = approval(&office, ORDER + 10).await;
    let approving_other = format!("{}/approve", order_path(ORDER + 10));
    office.by(SECOND, Method::POST, &approving_other, &of_other).await.refused(403, "deputy_not_independent", "");
    // Somebody else may, and deputies of others are others.
    send(&office.service.deputy(SECOND, &["k-lang"]), Method::POST, &approving, good).await.created();
    office.by("k-lang", Method::POST, &approving_other, &of_other).await.created();
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_wrong_is_refused_when_it_is_proposed() {
    let office = office_with_a_due_case().await;
    let document = json!({ "case": CASE, "document": document_id(1) });
    let unknown = json!({ "case": id(77) });
    let without = |field: &str, kind: &str| {
        let mut order = order(kind, &whole_case());
        order.as_object_mut().unwrap().remove(field);
        order
    };
    for (wrong, status, code, field) in [
        (order("due", &json!([])), 422, "order_items_malformed", "items"),
        (order("due", &json!([document, document])), 422, "order_items_malformed", "items"),
        (order("due", &json!([document, { "case": CASE }])), 422, "order_items_malformed", "items"),
        (
            order("due", &json!([{ "case": CASE, "matter": id(1), "document": document_id(1) }])),
            400,
            "field_malformed",
            "items[0].document",
        ),
        (order("due", &json!([unknown])), 404, "case_unknown", "items"),
        (order("due", &json!([{ "case": CASE, "matter": id(77) }])), 404, "matter_unknown", "items"),
        (order("due", &json!([{ "case": CASE, "document": document_id(77) }])), 404, "document_unknown", "items"),
        (json!({ "type": "due", "due_until": "2024-03-15", "reason": "x" }), 422, "order_items_malformed", "items"),
        (json!({ "type": "court", "due_until": "2026-11-20", "reason": "x" }), 400, "field_missing", "items"),
        (without("reference", "erasure"), 422, "order_reference_required", "reference"),
        (without("reason", "due"), 400, "field_missing", "reason"),
        (without("items", "due"), 400, "field_malformed", "items"),
        (order("late", &whole_case()), 400, "field_malformed", "type"),
    ] {
        office.by(FIRST, Method::PUT, &order_path(ORDER), &wrong).await.refused(status, code, field);
    }
    let many = format!(r#"{{"type":"due","reason":"x","items":[{}]}}"#, vec![r#"{"case":"x"}"#; 100_001].join(","));
    let person = office.service.person(FIRST);
    send(&person, Method::PUT, &order_path(ORDER), many).await.refused(400, "field_malformed", "items");
    office.get(&order_path(ORDER)).await.refused(404, "order_unknown", "");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_exists_in_its_own_vault_only() {
    let office = office_with_a_due_case().await;
    propose(&office, ORDER, &order("due", &whole_case())).await;
    let approval = approval(&office, ORDER).await.to_string();
    let words = json!({ "id": id(9), "reason": "x" }).to_string();
    let other = office.service.client_of("eakte", &[OTHER_VAULT]);
    let json = [("content-type", "application/json")];
    let requests = [
        (Method::GET, "", ""),
        (Method::GET, "/items", ""),
        (Method::POST, "/approve", approval.as_str()),
        (Method::POST, "/withdraw", words.as_str()),
    ];
    for (method, end, body) in requests {
        let of = |vault: &str| format!("/v1/vaults/{vault}/{}{end}", order_path(ORDER));
        let body = || bytes::Bytes::copy_from_slice(body.as_bytes());
        // In the other vault the id means nothing; and this vault does not exist for whoever is of the other one.
        other.send(method.clone(), &of(OTHER_VAULT), &json, body()).await.refused(404, "order_unknown", "");
        other.send(method.clone(), &of("demo"), &json, body()).await.refused(404, "vault_unknown", "");
        // Nor is anything else in the registers an order.
        let hold = format!("/v1/vaults/demo/orders/{}{end}", id(400));
        office.client.send(method, &hold, &json, body()).await.refused(404, "order_unknown", "");
    }
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_approvals_at_once_one_counts() {
    let office = office_with_a_due_case().await;
    propose(&office, ORDER, &order("due", &whole_case())).await;
    let good = approval(&office, ORDER).await;
    let (second, path) = (office.service.person(SECOND), format!("{}/approve", order_path(ORDER)));
    let approvals = (0..100).map(|number| {
        let mut approval = good.clone();
        approval["id"] = json!(id(1000 + number));
        let (second, path) = (second.clone(), path.clone());
        tokio::spawn(async move { send(&second, Method::POST, &path, approval.to_string()).await })
    });
    let mut created = 0;
    for approval in approvals.collect::<Vec<_>>() {
        let answer = approval.await.expect("must be answered");
        match answer.status {
            201 => created += 1,
            _ => drop(answer.refused(409, "order_not_proposed", "")),
        }
    }
    assert_eq!(created, 1);
    assert_eq!(office.get(&order_path(ORDER)).await.found()["history"].as_array().map(Vec::len), Some(1));
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_listed_page_by_page_and_only_a_hundred_are_open() {
    let office = office_with_a_due_case().await;
    without_rest(&office).await;
    let of_document = order("court", &json!([{ "case": CASE, "document": document_id(1) }]));
    let person = office.service.person(FIRST);
    for number in 0..100 {
        send(&person, Method::PUT, &order_path(ORDER + 10 * number), of_document.to_string()).await.created();
    }
    let one_more = order_path(ORDER + 10_000);
    send(&person, Method::PUT, &one_more, of_document.to_string()).await.refused(409, "orders_full", "");
    approve(&office, ORDER).await.created();
    carry_out(&office).await;
    let ids = |page: &Value| page["items"].as_array().unwrap().iter().map(|order| order["id"].clone()).collect::<Vec<_>>();
    let first = office.get("orders?limit=2").await;
    let next = first.json()["next"].as_str().unwrap().to_owned();
    assert_eq!(first.header("link"), format!("</v1/vaults/demo/orders?cursor={next}&limit=2>; rel=\"next\""));
    assert_eq!(ids(&first.json()), [json!(id(ORDER + 10)), json!(id(ORDER + 20))], "what is over is not listed");
    let second = office.get(&format!("orders?limit=2&cursor={next}")).await.found();
    assert_eq!(ids(&second), [json!(id(ORDER + 30)), json!(id(ORDER + 40))]);
    let all = office.get("orders?all=true&limit=1").await.found();
    assert_eq!((ids(&all), &all["items"][0]["stage"]), (vec![json!(id(ORDER))], &json!("done")));
    // A place has become free.
    send(&person, Method::PUT, &one_more, of_document.to_string()).await.refused(410, "document_destroyed", "items");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_protected_again_drops_out_and_the_rest_goes() {
    let office = office_with_a_due_case().await;
    without_rest(&office).await;
    let items: Vec<Value> = [1, 2].map(|number| json!({ "case": CASE, "document": document_id(number) })).to_vec();
    propose(&office, ORDER, &order("due", &json!(items))).await;
    approve(&office, ORDER).await.created();
    let hold = json!({
        "type": "court", "legal_basis": "section 84 SGG", "owner": "appeals unit", "reason": "action", "review_on": "2027-05-20",
        "items": [items[0]]
    });
    office.put(&format!("holds/{}", id(20)), &hold).await.created();
    let before = office.get(&format!("{}/items?limit=1", order_path(ORDER))).await.found();
    let item = &before["items"][0];
    assert_eq!((&item["outcome"], &item["because"]), (&json!("waits"), &json!("held")), "it is said beforehand: {item}");
    carry_out(&office).await;
    let after = office.get_in("de", &format!("{}/items", order_path(ORDER))).await.found();
    let told: Vec<(&Value, &Value, &Value)> =
        after["items"].as_array().unwrap().iter().map(|item| (&item["outcome"], &item["because"], &item["words"])).collect();
    let (dropped, destroyed) = (json!("dropped"), json!("destroyed"));
    let words = [json!("Ausgenommen, weil eine Sperre besteht."), json!("Vernichtet.")];
    assert_eq!(told, [(&dropped, &json!("held"), &words[0]), (&destroyed, &Value::Null, &words[1])]);
    let seen = office.get(&order_path(ORDER)).await.found();
    assert_eq!((&seen["dropped"], &seen["destroyed"], &seen["documents_destroyed"]), (&json!(1), &json!(1), &json!(1)));
    is_done(&office).await;
    office.service.stop().await;
}

/// The end of the keys and the naming of copies stand in the history, filed by the archive itself.
async fn is_done(office: &Office) {
    let seen = office.get(&order_path(ORDER)).await.found();
    assert_eq!((&seen["stage"], &seen["keys_destroyed_on"]), (&json!("done"), &json!("2026-11-20")), "{seen}");
    let told: Vec<(&Value, &Value)> =
        seen["history"].as_array().unwrap().iter().map(|note| (&note["application"], &note["words"])).collect();
    let (eakte, archive) = (json!("eakte"), json!("aktenfest"));
    let words =
        ["destruction approved by a second person", "keys destroyed", "no known copy can be opened any more"].map(|words| json!(words));
    assert_eq!(told, [(&eakte, &words[0]), (&archive, &words[1]), (&archive, &words[2])]);
}
