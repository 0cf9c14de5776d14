//! The access log over HTTPS: every reading is in it, with who, for whom and what; and who was turned away.

use std::time::Duration;

use hyper::Method;
use serde_json::Value;

use crate::support::{Answer, CASE, CASE_PATH, OTHER_VAULT, Service, VAULT, document_id, document_path};

const LOG: &str = "/v1/vaults/demo/access";

async fn log(service: &Service, query: &str) -> Vec<Value> {
    let answer = service.person("r-manager").get(&format!("{LOG}{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["items"].as_array().expect("must be a list").clone()
}

fn told(items: &[Value]) -> Vec<(String, String)> {
    let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    items.iter().map(|item| (text(item, "access"), text(item, "outcome"))).collect()
}

/// Attempts are recorded behind their answers, so the log is asked until it has so many.
async fn log_with(service: &Service, query: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    for _ in 0..200 {
        let items = log(service, query).await;
        if wanted(&items) {
            return items;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it does not come: {:?}", told(&log(service, query).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_of_reading_is_recorded() {
    let service = Service::start().await;
    let client = service.client();
    assert_eq!(client.put(&document_path(1), &[], "a letter").await.status, 201);
    let document = document_path(1);
    let reads = [
        (format!("{document}/record"), "record"),
        (format!("{document}/receipt"), "receipt"),
        (format!("{document}/opening"), "opening"),
        (document.clone(), "content"),
        (CASE_PATH.to_owned(), "record"),
        (format!("{CASE_PATH}/documents"), "list"),
        (format!("{CASE_PATH}/receipt"), "receipt"),
        ("/v1/vaults/demo/cases".to_owned(), "list"),
        ("/v1/vaults/demo/cases?reference=3%20C%2017/26".to_owned(), "search"),
        ("/v1/vaults/demo/holds".to_owned(), "list"),
        ("/v1/vaults/demo/orders".to_owned(), "list"),
    ];
    for (path, _) in &reads {
        assert_eq!(client.get(path).await.status, 200, "{path}");
    }
    for quiet in ["/v1/vaults/demo", "/v1/vaults/demo/ledger/checkpoint", "/v1/vaults/demo/classes/history", "/v1/openapi.json"] {
        client.get(quiet).await;
    }
    let items = log(&service, "").await;
    let expected: Vec<(String, String)> = reads.iter().map(|(_, kind)| ((*kind).to_owned(), "allowed".to_owned())).collect();
    assert_eq!(told(&items), expected);
    assert_eq!(items[8]["case"], CASE, "what a search has found");
    let again = log(&service, "").await;
    assert_eq!(told(&again).last(), Some(&("access-log".to_owned(), "allowed".to_owned())), "looking at the log is in the log");
    let of_document = log(&service, &format!("?case={CASE}&document={}", document_id(1))).await;
    assert_eq!(of_document.len(), 4, "{of_document:?}");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_for_whom_and_what_is_told() {
    let service = Service::start().await;
    assert_eq!(service.client().put(&document_path(1), &[], "a letter").await.status, 201);
    let said = [("archive-purpose", "Widerspruch W 17/26"), ("archive-on-behalf-of", "k-lang"), ("range", "bytes=2-4")];
    assert_eq!(service.person("m-muster").get_with(&document_path(1), &said).await.status, 206);
    let item = log(&service, &format!("?case={CASE}")).await.remove(0);
    let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        ["application", "person", "on_behalf_of", "purpose", "range", "case", "document"].map(text),
        ["eakte", "m-muster", "k-lang", "Widerspruch W 17/26", "2-4", CASE, &document_id(1)]
    );
    assert_eq!(item["opening"]["fields"].as_array().map(Vec::len), Some(7));
    for bad in [("archive-purpose", ""), ("archive-on-behalf-of", "Frau Lang")] {
        assert_eq!(service.client().get_with(&document_path(1), &[bad]).await.code(), "header_malformed", "{bad:?}");
    }
    assert_eq!(service.client().get(LOG).await.code(), "person_required");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_turned_away_is_recorded_where_it_concerns_somebody() {
    let service = Service::start().await;
    let stranger = service.client_of("fremd", &[OTHER_VAULT]);
    assert_eq!(stranger.get(&document_path(1)).await.code(), "vault_unknown");
    let missing = format!("{CASE_PATH}/documents/{}", document_id(7));
    assert_eq!(service.client().get(&missing).await.code(), "document_unknown");
    assert_eq!(service.client().get("/v1/vaults/demo/nothing").await.code(), "route_unknown");
    let items = log_with(&service, "", |items| told(items).iter().filter(|(_, outcome)| outcome != "allowed").count() >= 2).await;
    let refused: Vec<&Value> = items.iter().filter(|item| item["outcome"] != "allowed").collect();
    assert_eq!(refused.len(), 2, "{refused:?}");
    let by = |application: &str| refused.iter().find(|item| item["application"] == application).expect("must be there");
    assert_eq!((by("fremd")["outcome"].as_str(), by("fremd")["case"].as_str()), (Some("vault_unknown"), Some(CASE)));
    assert_eq!(by("eakte")["document"], document_id(7), "what was asked for in vain");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_is_a_ledger_that_anybody_can_follow() {
    let service = Service::start().await;
    let client = service.client();
    for _ in 0..5 {
        assert_eq!(client.get(CASE_PATH).await.status, 200);
    }
    let year = log(&service, "").await[0]["at"].as_str().expect("must be a time")[..4].to_owned();
    let path = |rest: &str| format!("/v1/vaults/{VAULT}/ledger/access/{year}/{rest}");
    // The opening, five readings, and that of the log, which is published behind its answer.
    let mut text = String::new();
    for _ in 0..200 {
        text = String::from_utf8(client.get(&path("checkpoint")).await.body.to_vec()).expect("must be text");
        if text.lines().nth(1) == Some("7") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut lines = text.lines();
    assert!(lines.next().is_some_and(|origin| origin.ends_with(&format!("/access/{year}"))), "{text}");
    assert_eq!(lines.next(), Some("7"), "{text}");
    let years = client.get(&format!("/v1/vaults/{VAULT}/ledger/access")).await.json()["years"].clone();
    assert_eq!((years[0]["year"].to_string(), &years[0]["size"], years.as_array().map(Vec::len)), (year.clone(), &7.into(), Some(1)));
    assert!(years[0]["verifier_key"].as_str().is_some_and(|key| key.contains(&format!("/access/{year}+"))), "{years}");
    let bundle: Answer = client.get(&path("tile/entries/000.p/7")).await;
    assert_eq!((bundle.status, client.get(&path("tile/0/000.p/7")).await.body.len()), (200, 7 * 32));
    assert_eq!(client.get(&path("tile/0/000.p/8")).await.code(), "tile_unknown");
    for unknown in ["1999", "02026", "x"] {
        let answer = client.get(&format!("/v1/vaults/{VAULT}/ledger/access/{unknown}/checkpoint")).await;
        assert_eq!(answer.code(), "access_year_unknown", "{unknown}");
    }
    let head = client.send(Method::HEAD, &path("checkpoint"), &[], bytes::Bytes::new()).await;
    assert_eq!(head.status, 200);
    service.stop().await;
}
