//! The rule of a vault: two persons, bounds, and what it is without one.

use hyper::Method;
use serde_json::json;

use super::{FIRST, SECOND};
use crate::http_retention::{Office, Told, id};

#[tokio::test(flavor = "multi_thread")]
async fn another_rule_needs_two_persons() {
    let office = Office::without_catalogue().await;
    let rules = office.get("destruction-rule").await.found();
    assert_eq!(rules, json!({ "cap_per_mille": 10, "cooling_off_days": 14, "proposals": [], "documents_destroyed": 0 }));
    let rule = json!({ "id": id(1), "cap_per_mille": 20, "cooling_off_days": 7, "reason": "instruction 12/2026" });
    office.post("destruction-rule", &rule).await.refused(403, "person_required", "");
    office.by(FIRST, Method::POST, "destruction-rule", &rule).await.created();
    assert_eq!(office.by(FIRST, Method::POST, "destruction-rule", &rule).await.status, 200);
    for (field, value) in [("cap_per_mille", 0), ("cap_per_mille", 1001), ("cooling_off_days", 367)] {
        let mut wrong = rule.clone();
        wrong[field] = json!(value);
        office.by(FIRST, Method::POST, "destruction-rule", &wrong).await.refused(400, "field_malformed", field);
    }
    let mut other = rule.clone();
    other["cap_per_mille"] = json!(21);
    office.by(FIRST, Method::POST, "destruction-rule", &other).await.refused(409, "note_id_taken", "");
    let waiting = office.get("destruction-rule").await.found();
    assert_eq!((&waiting["cap_per_mille"], &waiting["proposals"][0]["cap_per_mille"]), (&json!(10), &json!(20)), "{waiting}");
    assert_eq!((&waiting["proposals"][0]["person"], &waiting["proposals"][0]["id"]), (&json!(FIRST), &json!(id(1))));

    let (path, adoption) = (format!("destruction-rule/proposals/{}/adopt", id(1)), json!({ "id": id(2), "reason": "checked" }));
    office.post(&path, &adoption).await.refused(403, "person_required", "");
    office.by(FIRST, Method::POST, &path, &adoption).await.refused(403, "second_person_required", "");
    office.by(SECOND, Method::POST, &path, &adoption).await.created();
    assert_eq!(office.by(SECOND, Method::POST, &path, &adoption).await.status, 200);
    let twice = json!({ "id": id(3), "reason": "again" });
    office.by(SECOND, Method::POST, &path, &twice).await.refused(409, "destruction_rule_not_open", "");
    let unknown = format!("destruction-rule/proposals/{}/adopt", id(9));
    office.by(SECOND, Method::POST, &unknown, &twice).await.refused(409, "destruction_rule_not_open", "");
    let rules = office.get("destruction-rule").await.found();
    assert_eq!((&rules["cap_per_mille"], &rules["cooling_off_days"], &rules["proposals"]), (&json!(20), &json!(7), &json!([])));
    for number in 10..20 {
        let mut rule = rule.clone();
        rule["id"] = json!(id(number));
        office.by(FIRST, Method::POST, "destruction-rule", &rule).await.created();
    }
    // A second thought takes the place of the first, so nobody fills the list alone.
    let rules = office.get("destruction-rule").await.found();
    assert_eq!(rules["proposals"].as_array().map(Vec::len), Some(1), "{rules}");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposed_rule_is_rejected_or_taken_back() {
    let office = Office::without_catalogue().await;
    for (number, who) in [(1, SECOND), (11, FIRST)] {
        let rule = json!({ "id": id(number), "cap_per_mille": 1000, "cooling_off_days": 0, "reason": "in a hurry" });
        office.by(FIRST, Method::POST, "destruction-rule", &rule).await.created();
        let path = |act: &str| format!("destruction-rule/proposals/{}/{act}", id(number));
        let rejection = json!({ "id": id(number + 1), "reason": "too much for one day" });
        office.post(&path("reject"), &rejection).await.refused(403, "person_required", "");
        office.by(who, Method::POST, &path("reject"), &rejection).await.created();
        assert_eq!(office.by(who, Method::POST, &path("reject"), &rejection).await.status, 200);
        let late = json!({ "id": id(number + 2), "reason": "agreed" });
        office.by(SECOND, Method::POST, &path("adopt"), &late).await.refused(409, "destruction_rule_not_open", "");
        office.by(SECOND, Method::POST, &path("reject"), &late).await.refused(409, "destruction_rule_not_open", "");
    }
    let unknown = format!("destruction-rule/proposals/{}/reject", id(9));
    let rejection = json!({ "id": id(30), "reason": "which?" });
    office.by(SECOND, Method::POST, &unknown, &rejection).await.refused(409, "destruction_rule_not_open", "");
    let rules = office.get("destruction-rule").await.found();
    assert_eq!(rules, json!({ "cap_per_mille": 10, "cooling_off_days": 14, "proposals": [], "documents_destroyed": 0 }));
    office.service.stop().await;
}
