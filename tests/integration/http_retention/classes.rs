//! Catalogues: two persons, what changes, old versions, and every mistake at once.

use aktenfest::config::classes::shipped;
use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};

use super::{Office, Told, id, place, send};
use crate::support::{Answer, CASE};

async fn diff(office: &Office, media_type: &str, text: &str) -> Answer {
    office.client.send(Method::POST, &place("classes/diff"), &[("content-type", media_type)], Bytes::from(text.to_owned())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_comes_into_force_by_two_persons() {
    let office = Office::without_catalogue().await;
    assert_eq!(office.get("classes").await.found(), json!({}), "nothing is in force");
    let (path, text) = (format!("classes/proposals/{}", id(1)), json!({ "text": shipped(), "reason": "instruction 11/2026" }));
    office.put(&path, &text).await.refused(403, "person_required", "");
    let first = office.by("m-muster", Method::PUT, &path, &text).await;
    assert_eq!(first.header("location"), place(&path));
    first.created();
    assert_eq!(office.by("m-muster", Method::PUT, &path, &text).await.status, 200);
    let waiting = office.get("classes/proposals").await.found();
    let first = &waiting["items"][0];
    assert_eq!((&first["id"], &first["person"], &first["replaces"]), (&json!(id(1)), &json!("m-muster"), &json!(0)), "{waiting}");
    assert_eq!(office.get("classes").await.found(), json!({}), "proposed is not adopted");

    let (adopt, adoption) = (format!("{path}/adopt"), json!({ "id": id(2), "reason": "checked" }));
    office.by("m-muster", Method::POST, &adopt, &adoption).await.refused(403, "second_person_required", "");
    office.post(&adopt, &adoption).await.refused(403, "person_required", "");
    office.by("e-beispiel", Method::POST, &adopt, &adoption).await.created();
    assert_eq!(office.by("e-beispiel", Method::POST, &adopt, &adoption).await.status, 200);
    let twice = json!({ "id": id(3), "reason": "again" });
    office.by("e-beispiel", Method::POST, &adopt, &twice).await.refused(409, "proposal_not_open", "");
    office.recompute().await;

    let in_force = office.get("classes").await.found();
    assert_eq!((&in_force["version"], &in_force["complete"], &in_force["text"]), (&json!(1), &json!(true), &json!(shipped())));
    assert_eq!((&in_force["person"], &in_force["reason"]), (&json!("m-muster"), &json!("instruction 11/2026")));

    // Another version, another that is given up, and everything stays readable.
    let longer = shipped().replacen("maximum     = \"P10Y\"", "maximum     = \"P12Y\"", 1);
    for (number, end) in [(10, "adopt"), (20, "reject")] {
        let path = format!("classes/proposals/{}", id(number));
        let text = longer.replacen("# Retention classes", &format!("# Retention classes {number}"), 1);
        office.by("m-muster", Method::PUT, &path, &json!({ "text": text, "reason": "longer" })).await.created();
        let decision = json!({ "id": id(number + 1), "reason": "decided" });
        office.by("e-beispiel", Method::POST, &format!("{path}/{end}"), &decision).await.created();
    }
    let history = office.get("classes/history").await.found();
    let words: Vec<(&Value, &Value, &Value)> =
        history["items"].as_array().unwrap().iter().map(|item| (&item["note"], &item["proposal"], &item["version"])).collect();
    let (proposed, adopted, rejected) = (json!("proposed"), json!("adopted"), json!("rejected"));
    let ids = [json!(id(1)), json!(id(10)), json!(id(20))];
    assert_eq!(
        words,
        [
            (&proposed, &ids[0], &Value::Null),
            (&adopted, &ids[0], &json!(1)),
            (&proposed, &ids[1], &Value::Null),
            (&adopted, &ids[1], &json!(2)),
            (&proposed, &ids[2], &Value::Null),
            (&rejected, &ids[2], &Value::Null),
        ]
    );
    let page = office.get("classes/history?limit=4").await.found();
    let rest = office.get(&format!("classes/history?limit=4&cursor={}", page["next"].as_str().unwrap())).await.found();
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(office.get(&path).await.found()["text"], shipped(), "the first version stays readable");
    office.get(&format!("classes/proposals/{}", id(2))).await.refused(404, "note_unknown", "");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_is_shown_before_anybody_adopts_it() {
    let office = Office::open().await;
    office.matter(1, "benefit", Some("2014-03-15")).await;
    office.matter(3, "benefit", Some("2022-03-15")).await;
    for media_type in ["application/toml", "text/plain; charset=utf-8"] {
        let same = diff(&office, media_type, shipped()).await.found();
        assert_eq!((&same["cases"], &same["matters"], &same["matters_changed"]), (&json!(1), &json!(3), &json!(0)), "{same}");
    }
    let shorter = shipped().replacen("minimum     = \"P10Y\"", "minimum     = \"P4Y\"", 1).replacen(
        "maximum     = \"P10Y\"",
        "maximum     = \"P4Y\"",
        1,
    );
    let changed = diff(&office, "application/toml", &shorter).await.found();
    assert_eq!(changed["matters_changed"], 2, "{changed}");
    let class = changed["classes"].as_array().unwrap().iter().find(|class| class["class"] == "LEIST").unwrap();
    assert_eq!((&class["changed"], &class["keep_until"]["earlier"], &class["newly_overdue"]), (&json!(2), &json!(2), &json!(1)), "{class}");
    let example = changed["examples"].as_array().unwrap().iter().find(|example| example["matter"] == id(3)).unwrap();
    assert_eq!((&example["case"], &example["before"]["keep_until"]), (&json!(CASE), &json!("2032-03-15")), "{example}");
    assert_eq!(example["after"]["keep_until"], "2026-03-15");
    assert_eq!(office.get("classes").await.found()["version"], 1, "nothing has changed");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_of_a_text_is_told_at_once() {
    let office = Office::open().await;
    let wrong = shipped().replacen("minimum     = \"P10Y\"", "minimum     = \"P300Y\"", 1).replacen("start       =", "strat       =", 1);
    let problem = diff(&office, "application/toml", &wrong).await.refused(422, "classes_malformed", "");
    let mistakes = problem["mistakes"].as_array().unwrap();
    let keys: Vec<&str> = mistakes.iter().map(|mistake| mistake["key"].as_str().unwrap()).collect();
    assert!(keys.contains(&"classes.LEIST.minimum") && keys.contains(&"classes.LEIST.strat"), "{problem}");
    assert!(mistakes.iter().all(|mistake| mistake["message"].as_str().is_some_and(|message| !message.is_empty())), "{problem}");
    assert!(mistakes.iter().any(|mistake| mistake["line"].as_u64() > Some(60)), "{problem}");
    let proposal = json!({ "text": wrong, "reason": "x" });
    let refused = office.by("m-muster", Method::PUT, &format!("classes/proposals/{}", id(1)), &proposal).await;
    assert_eq!(refused.refused(422, "classes_malformed", "text")["mistakes"].as_array().map(Vec::len), Some(mistakes.len()));

    for (media_type, body, status, code) in [
        ("application/json", shipped().as_bytes().to_vec(), 415, "media_type_unsupported"),
        ("application/toml", b"\xff\xfe".to_vec(), 400, "field_malformed"),
        ("application/toml", vec![b'#'; 48 * 1024 + 1], 413, "body_too_large"),
        ("application/toml", Vec::new(), 422, "classes_malformed"),
        ("application/toml", b"[[[[".to_vec(), 422, "classes_malformed"),
    ] {
        let answer = office.client.send(Method::POST, &place("classes/diff"), &[("content-type", media_type)], body.into()).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{answer:?}");
    }
    // A class that is in use cannot be removed.
    office.matter(1, "appeal", None).await;
    let without = shipped().replace("appeal             = \"RECHT\"", "");
    let proposal = json!({ "text": without, "reason": "not needed" });
    let refused =
        send(&office.service.person("m-muster"), Method::PUT, &format!("classes/proposals/{}", id(5)), proposal.to_string()).await;
    let refused = refused.refused(409, "class_in_use", "text");
    assert_eq!(refused["classes"], json!(["RECHT"]), "{refused}");
    // Whoever compares it learns that before proposing it, and so for rules of tomorrow.
    let told = diff(&office, "application/toml", &without).await.found();
    assert_eq!((&told["refusals"][0]["code"], &told["refusals"][0]["classes"]), (&json!("class_in_use"), &json!(["RECHT"])), "{told}");
    let tomorrow = shipped().replace("valid_from = 2026-01-01", "valid_from = 2027-01-01");
    let told = diff(&office, "application/toml", &tomorrow).await.found();
    assert_eq!(told["refusals"][0]["code"], "catalogue_not_yet_valid", "{told}");
    assert_eq!(diff(&office, "application/toml", shipped()).await.found()["refusals"], json!([]));
    office.service.stop().await;
}
