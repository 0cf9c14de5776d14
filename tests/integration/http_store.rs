//! Storing over HTTPS: the whole way in, repetitions, races, and uploads that break.

use std::collections::BTreeMap;
use std::time::Duration;

use aktenfest::ledger::TilePath;
use aktenfest::model::VaultName;
use base64::Engine;
use bytes::Bytes;
use hyper::Method;

use crate::support::{Answer, CASE, CASE_PATH, Client, Service, VAULT, content, document_id, document_path};

fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(ring::digest::digest(&ring::digest::SHA256, bytes))
}

fn digest_field(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    format!("sha-256=:{}:", base64::engine::general_purpose::STANDARD.encode(digest))
}

async fn ledger_size(client: &Client) -> u64 {
    let checkpoint = client.get("/v1/vaults/demo/ledger/checkpoint").await;
    let text = String::from_utf8(checkpoint.body.to_vec()).unwrap();
    text.lines().nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_goes_all_the_way_and_back() {
    let service = Service::start().await;
    let client = service.client();
    let bytes = content(300_000);
    let description = r#"{"title":"Antrag M\u00e4rz","type":"form","date":"2026-11-20","received":"2026-11-21","file_name":"a.pdf"}"#;
    let digest = digest_field(&bytes);
    let headers = [("content-type", "application/pdf"), ("archive-document", description), ("content-digest", digest.as_str())];
    let stored = client.put(&document_path(1), &headers, bytes.clone()).await;
    assert_eq!((stored.status, stored.header("location")), (201, document_path(1).as_str()), "{stored:?}");
    let json = stored.json();
    assert_eq!((json["id"].as_str(), json["case"].as_str()), (Some(document_id(1).as_str()), Some(CASE)));
    assert_eq!((json["bytes"].as_u64(), json["sha256"].as_str()), (Some(300_000), Some(sha256_hex(&bytes).as_str())));
    assert!(json["entry"].as_u64() < json["ledger_size"].as_u64(), "{json}");

    let read = client.get(&document_path(1)).await;
    assert_eq!((read.status, read.header("content-type"), read.header("repr-digest")), (200, "application/pdf", digest.as_str()));
    assert_eq!(read.header("etag"), format!("\"{}\"", sha256_hex(&bytes)));
    assert_eq!((read.header("cache-control"), read.header("x-content-type-options")), ("private, no-store", "nosniff"));
    assert_eq!(read.header("content-disposition"), "attachment");
    assert!(read.body == bytes, "the bytes come back as they went");

    let record = client.get(&format!("{}/record", document_path(1))).await.json();
    let sent: serde_json::Value = serde_json::from_str(description).unwrap();
    assert_eq!((&record["description"], record["media_type"].as_str()), (&sent, Some("application/pdf")));
    assert_eq!((&record["stored_at"], &record["sha256"]), (&json["stored_at"], &json["sha256"]));
    let receipt = client.get(&format!("{}/receipt", document_path(1))).await;
    assert_eq!(
        (receipt.header("content-type"), receipt.body.as_ref()),
        ("text/plain; charset=utf-8", json["receipt"].as_str().unwrap().as_bytes())
    );
    let opening = client.get(&format!("{}/opening", document_path(1))).await.json();
    let names: Vec<&str> = opening["fields"].as_array().unwrap().iter().map(|field| field["field"].as_str().unwrap()).collect();
    assert_eq!(opening["entry"], json["entry"]);
    assert!(names.contains(&"sub.sha256") && names.contains(&"act.application"), "{names:?}");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vault_its_cases_and_its_ledger_can_be_read() {
    let service = Service::start().await;
    let client = service.client();
    let vault = client.get("/v1/vaults/demo").await.json();
    let origin = vault["origin"].as_str().unwrap().to_owned();
    assert!(origin.starts_with("archive.example.org/ledger/") && !origin.contains("demo"), "{vault}");
    assert!(vault["verifier_key"].as_str().unwrap().starts_with(&origin), "{vault}");
    assert!(vault["public_key_pem"].as_str().unwrap().starts_with("-----BEGIN PUBLIC KEY-----"), "{vault}");

    let case = client.get(CASE_PATH).await.json();
    assert_eq!((case["id"].as_str(), case["description"]["reference"].as_str()), (Some(CASE), Some("3 C 17/26")));
    let found = client.get("/v1/vaults/demo/cases?reference=3%20C%2017%2F26").await.json();
    assert_eq!(found["items"][0], case);
    let none = client.get("/v1/vaults/demo/cases?reference=4+C").await.json();
    assert_eq!((none["items"].as_array().map(Vec::len), none.get("next")), (Some(0), None));
    assert_eq!(client.get(&format!("{CASE_PATH}/receipt")).await.status, 200);
    assert_eq!(client.get(&format!("{CASE_PATH}/opening")).await.status, 200);

    let size = ledger_size(&client).await;
    let checkpoint = client.get("/v1/vaults/demo/ledger/checkpoint").await;
    assert!(checkpoint.body.starts_with(origin.as_bytes()) && checkpoint.header("cache-control").contains("no-store"), "{checkpoint:?}");
    for path in [format!("tile/0/000.p/{size}"), format!("tile/entries/000.p/{size}")] {
        let tile = client.get(&format!("/v1/vaults/demo/ledger/{path}")).await;
        assert_eq!((tile.status, tile.header("content-type")), (200, "application/octet-stream"), "{path}");
        assert!(tile.header("cache-control").contains("immutable"), "{tile:?}");
        let parsed = TilePath::parse(&path).unwrap();
        let vault = service.archive().vault(&VaultName::parse(VAULT).unwrap()).unwrap();
        assert_eq!(vault.tile(&parsed).unwrap().as_deref(), Some(tile.body.as_ref()), "{path}");
    }
    for path in ["tile/0/000", "tile/0/0", "tile/0/001.p/1", "tile/64/000", "tile/0/x000/000.p/1", "tile/entries/000.p/0"] {
        let missing = client.get(&format!("/v1/vaults/demo/ledger/{path}")).await;
        assert_eq!((missing.status, missing.code().as_str()), (404, "tile_unknown"), "{path}");
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_changes_nothing() {
    let service = Service::start().await;
    let client = service.client();
    let description = ("archive-document", r#"{"title":"one"}"#);
    let kind = ("content-type", "text/plain");
    let first = client.put(&document_path(1), &[description, kind], "first").await;
    assert_eq!(first.status, 201, "{first:?}");
    let size = ledger_size(&client).await;
    let only_once = ("if-none-match", "*");
    for headers in
        [vec![description, kind], vec![description, kind, only_once], vec![("archive-document", r#" { "title" : "\u006fne" } "#), kind]]
    {
        let again = client.put(&document_path(1), &headers, "first").await;
        assert_eq!((again.status, &again.body), (200, &first.body), "{headers:?}");
    }
    for (headers, body) in [
        (vec![description, kind], "other"),
        (vec![description, kind], ""),
        (vec![("archive-document", r#"{"title":"two"}"#), kind], "first"),
        (vec![kind], "first"),
        (vec![description], "first"),
        (vec![description, kind, only_once], "other"),
    ] {
        let other = client.put(&document_path(1), &headers, body).await;
        assert_eq!((other.status, other.code().as_str()), (409, "document_id_taken"), "{headers:?} {body}");
    }
    let opened = client.put_json(CASE_PATH, r#"{"kind":"benefit","reference":"3 C 17/26"}"#).await;
    assert_eq!(opened.status, 200, "{opened:?}");
    for (path, json, code) in [
        (CASE_PATH.to_owned(), r#"{"reference":"3 C 17/26"}"#, "case_id_taken"),
        (format!("/v1/vaults/demo/cases/{}", document_id(9)), r#"{"reference":"3 C 17/26","kind":"benefit"}"#, "reference_taken"),
    ] {
        let taken = client.put_json(&path, json).await;
        assert_eq!((taken.status, taken.code().as_str()), (409, code), "{json}");
    }
    assert_eq!(ledger_size(&client).await, size, "nothing of this is an event");
    assert_eq!(client.get(&document_path(1)).await.body, "first");
    service.stop().await;
}

/// How often each status came, and the different bodies of the successes.
async fn race(client: &Client, path: &str, writers: u32, body: impl Fn(u32) -> Bytes) -> (BTreeMap<u16, u32>, Vec<Answer>) {
    let mut tasks = Vec::new();
    for writer in 0..writers {
        let (client, path, body) = (client.clone(), path.to_owned(), body(writer));
        tasks.push(tokio::spawn(async move { client.put(&path, &[("if-none-match", "*")], body).await }));
    }
    let (mut statuses, mut successes) = (BTreeMap::new(), Vec::<Answer>::new());
    for task in tasks {
        let answer = task.await.unwrap();
        *statuses.entry(answer.status).or_insert(0) += 1;
        if answer.status < 300 && !successes.iter().any(|other| other.body == answer.body) {
            successes.push(answer);
        }
    }
    (statuses, successes)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_writers_one_stores() {
    let service = Service::start().await;
    let client = service.client();
    let (statuses, answers) = race(&client, &document_path(1), 100, |_| Bytes::from(content(40_000))).await;
    assert_eq!((statuses, answers.len()), (BTreeMap::from([(200, 99), (201, 1)]), 1), "the same bytes, the same receipt");
    let (statuses, answers) = race(&client, &document_path(2), 100, |writer| Bytes::from(vec![writer as u8; 5000])).await;
    assert_eq!(statuses, BTreeMap::from([(201, 1), (409, 99)]), "different bytes");
    let winner = client.get(&document_path(2)).await;
    assert_eq!(answers[0].json()["sha256"].as_str().unwrap(), sha256_hex(&winner.body));
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_vault_does_not_exist() {
    let service = Service::start().await;
    let (client, stranger) = (service.client(), service.client_of("eakte", &["other"]));
    assert_eq!(client.put(&document_path(1), &[], "secret").await.status, 201);
    let paths = [
        "/v1/vaults/demo".to_owned(),
        CASE_PATH.to_owned(),
        "/v1/vaults/demo/cases".to_owned(),
        document_path(1),
        document_path(2),
        format!("{CASE_PATH}/documents"),
        format!("{}/record", document_path(1)),
        format!("{}/receipt", document_path(1)),
        format!("{}/opening", document_path(1)),
        "/v1/vaults/demo/cases/malformed".to_owned(),
        "/v1/vaults/demo/ledger/checkpoint".to_owned(),
        "/v1/vaults/demo/ledger/tile/0/000.p/1".to_owned(),
    ];
    let without_id = |answer: &Answer| {
        let mut json = answer.json();
        json["request_id"] = "".into();
        json.to_string()
    };
    for path in paths {
        let etag = format!("\"{}\"", sha256_hex(b"secret"));
        let foreign = stranger.get_with(&path, &[("if-none-match", "*"), ("if-none-match", etag.as_str()), ("range", "bytes=0-0")]).await;
        let missing = stranger.get(&path.replace("demo", "nowhere")).await;
        let nonsense = stranger.get(&path.replace("demo", "No-Name-")).await;
        assert_eq!((foreign.status, foreign.code().as_str()), (404, "vault_unknown"), "{path}");
        for other in [missing, nonsense] {
            assert_eq!((other.status, without_id(&other)), (foreign.status, without_id(&foreign)), "{path}");
            let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
            assert_eq!(names(&other), names(&foreign), "{path}");
        }
    }
    for path in [CASE_PATH.to_owned(), document_path(7)] {
        let foreign = stranger.put(&path, &[], "{}").await;
        assert_eq!((foreign.status, foreign.code().as_str()), (404, "vault_unknown"), "{path}");
    }
    assert_eq!(client.get(&document_path(7)).await.code(), "document_unknown");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_upload_leaves_nothing() {
    let service = Service::start().await;
    let client = service.client();
    let before = ledger_size(&client).await;
    let head = |framing: &str| format!("PUT {} HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n", document_path(1));
    for (framing, body) in [
        ("Content-Length: 600000", content(300_000)),
        ("Content-Length: 9000000", content(8_000_000)),
        ("Transfer-Encoding: chunked", b"5\r\nhello\r\n".to_vec()),
        ("Transfer-Encoding: chunked", b"5\r\nhel".to_vec()),
    ] {
        let mut connection = client.connect().await;
        connection.write(head(framing).as_bytes()).await;
        connection.write(&body).await;
        drop(connection);
    }
    let mut refused = client.connect().await;
    refused.write(head("Transfer-Encoding: chunked").as_bytes()).await;
    refused.write(b"5\r\nhello\r\nZZ\r\n").await;
    let answer = refused.answer_and_close().await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "body_incomplete"));
    let wrong = client.put(&document_path(1), &[("content-digest", digest_field(b"other").as_str())], "hello").await;
    assert_eq!((wrong.status, wrong.code().as_str()), (400, "digest_mismatch"));
    assert!(wrong.json()["detail"].as_str().unwrap().contains(&sha256_hex(b"hello")), "{wrong:?}");

    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(client.get(&document_path(1)).await.code(), "document_unknown");
    assert_eq!(ledger_size(&client).await, before);
    assert_eq!(client.put(&document_path(1), &[], "hello").await.status, 201, "the id is still free");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_runs_to_its_end_when_the_client_leaves() {
    let service = Service::start().await;
    let client = service.client();
    let body = content(200_000);
    let head = format!("PUT {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", document_path(1), body.len());
    let mut connection = client.connect().await;
    connection.write(head.as_bytes()).await;
    connection.write(&body).await;
    drop(connection);
    // It left after the last byte and before the answer. Either the body was read and then it is stored, or it never arrived.
    let stored = async {
        while client.get(&document_path(1)).await.status != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), stored).await.expect("must be stored");
    let again = client.put(&document_path(1), &[], body).await;
    assert_eq!(again.status, 200, "the client repeats its request and gets its receipt");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_every_framing_are_stored() {
    let service = Service::start().await;
    let client = service.client();
    for (number, bytes) in [(1, 0), (2, 1), (3, 262_144), (4, 262_145), (5, 6_000_000)] {
        let body = content(bytes);
        assert_eq!(client.put(&document_path(number), &[], body.clone()).await.status, 201, "{bytes}");
        let read = client.get(&document_path(number)).await;
        assert!(read.status == 200 && read.body == body, "{bytes}");
    }
    let mut connection = client.connect().await;
    let head = format!("PUT {} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", document_path(6));
    connection.write(head.as_bytes()).await;
    connection.write(b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n").await;
    assert_eq!(connection.answer_and_close().await.status, 201);
    assert_eq!(client.get(&document_path(6)).await.body, "hello world");

    let mut connection = client.connect().await;
    let head = format!("PUT {} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", document_path(7));
    connection.write(head.as_bytes()).await;
    assert_eq!(connection.answer().await.status, 100);
    connection.write(b"hello").await;
    assert_eq!(connection.answer().await.status, 201);
    connection.write(format!("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", document_path(7)).as_bytes()).await;
    assert_eq!(connection.answer().await.body, "hello", "the connection goes on");
    assert_eq!(
        client
            .send(
                Method::PUT,
                "/v1/vaults/demo/cases/0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e12/documents/0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e13",
                &[],
                Bytes::new()
            )
            .await
            .code(),
        "case_unknown"
    );
    service.stop().await;
}
