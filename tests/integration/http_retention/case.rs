//! Matters, events, assignments, and what they come to: `retention` and `why`.

use hyper::Method;
use serde_json::{Value, json};

use super::{Office, Told, id, is_filed_once};
use crate::support::{CASE, CASE_PATH, document_id, document_path};

#[tokio::test(flavor = "multi_thread")]
async fn from_the_decision_to_the_dates() {
    let office = Office::open().await;
    let matter = format!("cases/{CASE}/matters/{}", id(1));
    let period = json!({ "kind": "benefit", "from": "2014-01-01", "to": "2014-06-30", "title": "first half of 2014" });
    is_filed_once(&office, Method::PUT, &matter, &period, &json!({ "kind": "benefit" })).await;
    let events = format!("cases/{CASE}/events");
    let notified = |day: &str| json!({ "id": id(2), "type": "decision.notified", "date": day, "matter": id(1), "source": "eakte" });
    is_filed_once(&office, Method::POST, &events, &notified("2014-03-16"), &notified("2014-03-17")).await;

    let retention = office.get(&format!("cases/{CASE}/retention")).await.found();
    assert_eq!((&retention["matters"][1]["id"], &retention["matters"][1]["to"]), (&json!(id(1)), &json!("2014-06-30")), "{retention}");
    assert_eq!(retention["events"][0]["date"], "2014-03-16");
    let line = retention["lines"].as_array().unwrap().iter().find(|line| line["matter"] == id(1)).unwrap();
    assert_eq!((&line["class"], &line["version"], &line["state"]), (&json!("LEIST"), &json!(1), &json!("computed")));
    assert_eq!((&line["keep_until"], &line["destroy_by"]), (&json!("2024-03-16"), &json!("2024-06-14")));

    // A correction is another event, and the dates follow it; a withdrawal leaves nothing to count from.
    let correction = json!({
        "id": id(3), "type": "decision.notified", "date": "2014-03-15", "matter": id(1), "source": "eakte", "supersedes": id(2),
        "reason": "misread"
    });
    office.post(&events, &correction).await.created();
    let why = office.get(&format!("{matter}/why")).await.found();
    assert_eq!((&why["explanations"][0]["keep_until"], &why["explanations"][0]["overdue_days"]), (&json!("2024-03-15"), &json!(890)));
    office.post(&events, &correction_of(id(4), id(2), "2014-03-14")).await.refused(409, "event_not_effective", "supersedes");
    let mut withdrawal = correction_of(id(5), id(3), "");
    withdrawal["date"] = Value::Null;
    office.post(&events, &withdrawal).await.refused(422, "reason_required", "reason");
    withdrawal["reason"] = json!("it is about another case");
    office.post(&events, &withdrawal).await.created();
    let why = office.get(&format!("{matter}/why")).await.found();
    assert_eq!((&why["explanations"][0]["state"], &why["explanations"][0]["missing"]), (&json!("open"), &json!("decision.notified")));
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_that_was_wrong_from_the_beginning_is_corrected() {
    let office = Office::open().await;
    office.matter(1, "rejected", Some("2021-03-15")).await;
    let due = office.get("due").await.found();
    let of_matter = |due: &Value| due["items"].as_array().unwrap().iter().filter(|item| item["matter"] == id(1)).count();
    assert_eq!(of_matter(&due), 1, "four years are over");
    let path = format!("cases/{CASE}/matters/{}/kind", id(1));
    let correction =
        |number: u32, replaces: &str, kind: &str| json!({ "id": id(number), "kind": kind, "replaces": replaces, "reason": "slip" });
    let right = correction(40, "rejected", "benefit");
    is_filed_once(&office, Method::POST, &path, &right, &correction(40, "rejected", "claim")).await;
    office.post(&path, &correction(41, "rejected", "claim")).await.refused(409, "kind_corrected_meanwhile", "replaces");
    office.post(&path, &correction(42, "benefit", "benefit")).await.refused(422, "nothing_to_correct", "kind");
    office.post(&path, &correction(43, "benefit", "benfit")).await.refused(422, "matter_kind_unknown", "kind");
    assert_eq!(of_matter(&office.get("due").await.found()), 0, "ten years run");
    let told = office.get(&format!("notes/{}", id(40))).await.found();
    assert!(told.to_string().contains("\"replaces\":\"rejected\""), "{told}");

    // What was assigned to no matter has the kind that the case was opened with.
    let kind = office.get(&format!("cases/{CASE}/retention")).await.found()["matters"][0]["kind"].as_str().unwrap().to_owned();
    office.post(&format!("cases/{CASE}/kind"), &correction(44, &kind, "placement")).await.created();
    assert_eq!(office.get(&format!("cases/{CASE}/retention")).await.found()["matters"][0]["kind"], "placement");
    office.service.stop().await;
}

fn correction_of(own: String, of: String, day: &str) -> Value {
    json!({ "id": own, "type": "decision.notified", "date": day, "matter": id(1), "source": "eakte", "supersedes": of })
}

#[tokio::test(flavor = "multi_thread")]
async fn why_tells_programs_codes_and_clerks_sentences() {
    let office = Office::open().await;
    office.matter(1, "benefit", Some("2014-03-15")).await;
    assert_eq!(office.store(1, &json!({ "title": "Antrag", "matters": id(1) }), b"letter").await.status, 201);
    let path = format!("{CASE_PATH}/documents/{}/why", document_id(1));
    let english = office.client.get(&path).await;
    let german = office.client.get_with(&path, &[("accept-language", "de")]).await;
    assert_eq!((english.header("content-language"), german.header("content-language")), ("en", "de"));
    let (english, german) = (english.found(), german.found());

    assert_eq!((&english["class"], &english["version"]), (&json!("LEIST"), &json!(1)), "{english}");
    assert_eq!((&english["keep_until"], &english["destroy_by"]), (&json!("2024-03-15"), &json!("2024-06-13")));
    assert_eq!((&english["state"], &english["may_be_proposed"], &english["blockers"]), (&json!("due"), &json!(true), &json!([])));
    assert_eq!(
        (&english["today"], &english["today_certain"], &english["watermark"]),
        (&json!("2026-11-20"), &json!("2026-11-20"), &json!("2026-11-19"))
    );
    assert_eq!(english["matters"][0]["id"], json!(id(1)));
    let steps: Vec<&str> = english["steps"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    for step in ["matter", "class", "started", "ended", "window", "line", "intake", "standing"] {
        assert!(steps.contains(&step), "{step} is missing in {steps:?}");
    }
    let started = english["steps"].as_array().unwrap().iter().find(|step| step["step"] == "started").unwrap();
    assert_eq!((&started["event"], &started["date"], &started["id"]), (&json!("decision.notified"), &json!("2014-03-15"), &json!(id(2))));

    // The same steps in both languages, and different sentences for each.
    let without_words = |why: &Value| {
        let mut steps = why["steps"].clone();
        steps.as_array_mut().unwrap().iter_mut().for_each(|step| drop(step.as_object_mut().unwrap().remove("words")));
        steps
    };
    assert_eq!(without_words(&english), without_words(&german));
    let sentences = |why: &Value| why["sentences"].as_array().unwrap().clone();
    assert_eq!(sentences(&english).len(), steps.len());
    for (english, german) in sentences(&english).iter().zip(sentences(&german)) {
        assert!(english.as_str().is_some_and(|sentence| sentence.ends_with('.')) && *english != german, "{english} {german}");
    }
    let whole = sentences(&german).iter().map(|sentence| sentence.as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ");
    assert!(whole.contains("15.03.2024"), "{whole}");

    // The default matter has the kind of the case and waits for its event; a matter that does not exist explains nothing.
    let default = office.get(&format!("cases/{CASE}/why")).await.found();
    assert_eq!((&default["matter"]["number"], &default["explanations"][0]["state"]), (&json!(0), &json!("open")), "{default}");
    assert!(default["explanations"][0]["open_days"].is_u64(), "{default}");
    office.get(&format!("cases/{CASE}/matters/{}/why", id(77))).await.refused(404, "matter_unknown", "");
    office.client.get(&format!("{CASE_PATH}/documents/{}/why", document_id(77))).await.refused(404, "document_unknown", "");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_keeps_the_longest_of_its_matters() {
    let office = Office::open().await;
    office.matter(1, "benefit", Some("2014-03-15")).await;
    office.matter(3, "benefit", Some("2020-03-15")).await;
    assert_eq!(office.store(1, &json!({}), b"letter").await.status, 201);
    let assignment = format!("cases/{CASE}/documents/{}/assignment", document_id(1));
    is_filed_once(
        &office,
        Method::POST,
        &assignment,
        &json!({ "id": id(10), "matters": [id(3), id(1)], "reason": "used for both" }),
        &json!({ "id": id(10), "matters": [id(1)], "reason": "used for both" }),
    )
    .await;
    let why = office.get(&format!("cases/{CASE}/documents/{}/why", document_id(1))).await.found();
    assert_eq!((&why["keep_until"], why["lines"].as_array().map(Vec::len)), (&json!("2030-03-15"), Some(2)));
    let retention = office.get(&format!("cases/{CASE}/retention")).await.found();
    assert_eq!(retention["documents"][0]["matters"], json!([id(1), id(3)]), "{retention}");
    for (matters, code, status) in [(json!([]), "matter_list_malformed", 422), (json!([id(1), id(1)]), "matter_list_malformed", 422)] {
        office.post(&assignment, &json!({ "id": id(11), "matters": matters })).await.refused(status, code, "matters");
    }
    office.post(&assignment, &json!({ "id": id(11), "matters": [id(99)] })).await.refused(404, "matter_unknown", "matters");

    // Deleting says until when the document stays.
    let deleted = office.client.send(Method::DELETE, &document_path(1), &[], bytes::Bytes::new()).await.refused(409, "retained", "");
    assert_eq!(
        (&deleted["keep_until"], &deleted["state"], &deleted["blockers"]),
        (&json!("2030-03-15"), &json!("running"), &json!(["not-yet"]))
    );
    assert_eq!(office.client.get(&document_path(1)).await.body, "letter");
    office.client.send(Method::DELETE, &document_path(9), &[], bytes::Bytes::new()).await.refused(404, "document_unknown", "");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_at_a_time_and_each_by_itself() {
    let office = Office::open().await;
    office.matter(1, "benefit", None).await;
    let day = |number: u32| format!("{}-{:02}-15", 2014 + number % 10, 1 + number % 12);
    let mut items: Vec<Value> = (0..1000)
        .map(|number| {
            json!({ "id": id(1000 + number), "case": CASE, "type": "decision.notified", "date": day(number), "matter": id(1), "source": "eakte" })
        })
        .collect();
    items[17]["date"] = json!("2027-01-01");
    items[18]["type"] = json!("decision.forgotten");
    items[19] = json!(["not", "an", "object"]);
    items[20]["case"] = json!(document_id(77));
    items[21]["unknown"] = json!(1);
    let answer = office.post("events", &json!({ "items": items })).await.found();
    let results = answer["items"].as_array().unwrap();
    assert_eq!(results.len(), 1000);
    for (index, status, code, field) in [
        (17, 422, "event_in_future", json!("date")),
        (18, 400, "field_malformed", json!("items[18].type")),
        (19, 400, "field_malformed", json!("items[19]")),
        (20, 404, "case_unknown", json!("case")),
        (21, 400, "field_unknown", json!("items[21].unknown")),
    ] {
        let result = &results[index];
        assert_eq!((&result["status"], &result["code"], &result["field"]), (&json!(status), &json!(code), &field), "{result}");
        assert!(result["detail"].as_str().is_some_and(|detail| detail.ends_with('.')), "{result}");
    }
    assert_eq!((&results[17]["id"], &results[19].get("id")), (&json!(id(1017)), &None));
    let filed =
        |answer: &Value, created: bool| answer["items"].as_array().unwrap().iter().filter(|item| item["created"] == created).count();
    assert_eq!((filed(&answer, true), filed(&answer, false)), (995, 0));
    assert!(results[0]["receipt"].is_string() && results[0]["id"] == id(1000), "{}", results[0]);

    // Again: what was filed is there, with the same receipt, and what was wrong is still wrong.
    let again = office.post("events", &json!({ "items": items })).await.found();
    assert_eq!((filed(&again, true), filed(&again, false)), (0, 995));
    assert_eq!(again["items"][500]["receipt"], results[500]["receipt"]);
    assert_eq!(office.get(&format!("cases/{CASE}/retention")).await.found()["events"].as_array().map(Vec::len), Some(995));

    assert_eq!(office.store(1, &json!({}), b"one").await.status, 201);
    let assign =
        |number: u32, document: u32| json!({ "id": id(number), "case": CASE, "document": document_id(document), "matters": [id(1)] });
    let answer = office.post("assignments", &json!({ "items": [assign(10, 1), assign(11, 2)] })).await.found();
    assert_eq!((&answer["items"][0]["created"], &answer["items"][1]["code"]), (&json!(true), &json!("document_unknown")), "{answer}");
    let too_many: Vec<Value> = (0..1001).map(|number| assign(number, 1)).collect();
    office.post("assignments", &json!({ "items": too_many })).await.refused(400, "field_malformed", "items");
    office.service.stop().await;
}
