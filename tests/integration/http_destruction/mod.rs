//! Orders of destruction over HTTPS, and what is answered about what is gone.

mod certificate;
mod exports;
mod gone;
mod orders;
mod rule;

use hyper::Method;
use serde_json::{Value, json};

use crate::http_retention::{Office, Told, id};
use crate::support::{Answer, CASE};

/// The id of the order that most tests are about.
const ORDER: u32 = 500;
/// Who proposes.
const FIRST: &str = "m-muster";
/// Who approves.
const SECOND: &str = "e-beispiel";

/// An office whose one case ended long ago, with two letters that nobody wants any more: the archive has declined them.
async fn office_with_a_due_case() -> Office {
    let office = Office::open().await;
    for number in [1, 2] {
        assert_eq!(office.store(number, &json!({ "title": format!("letter {number}") }), b"letter").await.status, 201);
    }
    for (number, event, day) in [(10, "decision.notified", "2014-03-15"), (11, "archive.declined", "2024-03-20")] {
        let event = json!({ "id": id(number), "type": event, "date": day, "source": "eakte" });
        office.post(&format!("cases/{CASE}/events"), &event).await.created();
    }
    office
}

/// Two persons agree that everything may go on one day and nothing rests.
async fn without_rest(office: &Office) {
    let rule = json!({ "id": id(400), "cap_per_mille": 1000, "cooling_off_days": 0, "reason": "test" });
    office.by(FIRST, Method::POST, "destruction-rule", &rule).await.created();
    let adoption = json!({ "id": id(401), "reason": "agreed" });
    office.by(SECOND, Method::POST, &format!("destruction-rule/proposals/{}/adopt", id(400)), &adoption).await.created();
}

/// Where the `number`-th order lies.
fn order_path(number: u32) -> String {
    format!("orders/{}", id(number))
}

/// An order over these items, with everything that any of them needs.
fn order(kind: &str, items: &Value) -> Value {
    json!({ "type": kind, "items": items, "reason": "not needed", "reference": "Az. 12/26", "legal_basis": "section 84 SGB X" })
}

/// The whole case.
fn whole_case() -> Value {
    json!([{ "case": CASE }])
}

/// The first person proposes; what was answered.
async fn propose(office: &Office, number: u32, order: &Value) -> Value {
    office.by(FIRST, Method::PUT, &order_path(number), order).await.created()
}

/// What an approval says.
async fn approval(office: &Office, number: u32) -> Value {
    let list = office.get(&order_path(number)).await.found()["list"].clone();
    json!({ "id": id(number + 1), "list": list, "reason": "list looked through" })
}

/// The second person approves.
async fn approve(office: &Office, number: u32) -> Answer {
    let approval = approval(office, number).await;
    office.by(SECOND, Method::POST, &format!("{}/approve", order_path(number)), &approval).await
}

/// Everything that may go goes, as the daemon's background work does it.
async fn carry_out(office: &Office) {
    office.service.archive().carry_out_orders().await.expect("must be carried out");
}

/// Proposes, approves and carries out an order.
async fn destroy(office: &Office, number: u32, order: &Value) {
    propose(office, number, order).await;
    approve(office, number).await.created();
    carry_out(office).await;
}
