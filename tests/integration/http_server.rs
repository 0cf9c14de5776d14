//! The server around the requests: identities, limits of connections, drain, the admin listener, and the description of the interface.

use std::path::Path;
use std::time::Duration;

use crate::support::{CASE_PATH, Service, content, document_path, exchange_plain};

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_metrics_and_health() {
    let service = Service::start().await;
    let client = service.client();
    assert_eq!(client.put(&document_path(1), &[], content(1000)).await.status, 201);
    assert_eq!(client.get(&document_path(1)).await.status, 200);
    assert_eq!(client.get(&document_path(2)).await.status, 404);
    let admin = service.admin_address();
    let get = async |path: &str| exchange_plain(admin, &format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")).await;
    let metrics = get("/metrics").await;
    assert!(metrics.header("content-type").starts_with("text/plain; version=0.0.4"), "{metrics:?}");
    let text = String::from_utf8(metrics.body.to_vec()).unwrap();
    let route = "/v1/vaults/{vault}/cases/{case}/documents/{document}";
    for line in [
        format!("aktenfest_http_requests_total{{method=\"PUT\",route=\"{route}\",status_class=\"2xx\"}} 1"),
        format!("aktenfest_http_requests_total{{method=\"GET\",route=\"{route}\",status_class=\"4xx\"}} 1"),
        format!("aktenfest_http_request_duration_seconds_count{{method=\"PUT\",route=\"{route}\"}} 1"),
        "aktenfest_refusals_total{code=\"document_unknown\"} 1".to_owned(),
        "aktenfest_http_requests_in_flight 0".to_owned(),
        "aktenfest_documents_stored_total 1".to_owned(),
        "aktenfest_document_read_bytes_total 1000".to_owned(),
    ] {
        assert!(text.contains(&format!("\n{line}\n")), "{line} is not in\n{text}");
    }
    assert!(!text.contains("aktenfest_store_free_bytes 0\n"), "the store's gauges are fresh");
    assert_eq!((get("/livez").await.status, get("/readyz").await.body.as_ref()), (200, &b"ok\n"[..]));
    let verbose = get("/readyz?verbose").await;
    let report = String::from_utf8(verbose.body.to_vec()).unwrap();
    assert!(verbose.status == 200 && report.lines().count() == 7 && report.lines().all(|line| line.starts_with("[+]")), "{report}");
    for path in ["/", "/v1/vaults/demo", CASE_PATH] {
        assert_eq!(get(path).await.status, 404, "{path} is not for operators");
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_server_finishes_what_is_under_way() {
    let service = Service::start().await;
    let (client, admin) = (service.client(), service.admin_address());
    let mut upload = client.connect().await;
    upload.write(format!("PUT {} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello", document_path(1)).as_bytes()).await;
    let mut idle = client.connect().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let stopped = tokio::spawn(service.begin_stop());
    tokio::time::sleep(Duration::from_millis(200)).await;
    let ready = exchange_plain(admin, "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!(ready.status, 503, "{ready:?}");
    assert!(String::from_utf8_lossy(&ready.body).contains("[-] accepting: draining"), "{ready:?}");
    assert_eq!(idle.rest().await, Some(Vec::new()), "an idle connection ends at once");
    upload.write(b"world").await;
    let answer = upload.answer_and_close().await;
    assert_eq!((answer.status, answer.header("connection")), (201, "close"), "what was under way is acknowledged");
    stopped.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_drain_has_an_end() {
    let service = Service::start_with(|settings| {
        settings.drain = Duration::from_millis(300);
        settings.pace.idle = Duration::from_secs(30);
    })
    .await;
    let mut upload = service.client().connect().await;
    upload.write(format!("PUT {} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello", document_path(1)).as_bytes()).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    tokio::time::timeout(Duration::from_secs(5), service.begin_stop()).await.expect("must stop although a client hangs");
    assert_eq!(upload.rest().await, None, "and the client is told nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_beyond_the_limit_wait() {
    let service = Service::start_with(|settings| settings.connections_max = 2).await;
    let client = service.client();
    let (first, _second) = (client.connect().await, client.connect().await);
    let third = tokio::spawn({
        let client = client.clone();
        async move { client.get("/v1/vaults/demo").await.status }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!third.is_finished(), "there is no place yet");
    drop(first);
    assert_eq!(third.await.unwrap(), 200, "and then there is");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_decides() {
    let service = Service::start().await;
    let both = service.client_of("eakte", &["demo", "other"]);
    for vault in ["demo", "other"] {
        assert_eq!(both.get(&format!("/v1/vaults/{vault}")).await.json()["name"], vault);
    }
    let none = service.client_of("eakte", &["not-there"]);
    assert_eq!(none.get("/v1/vaults/not-there").await.code(), "vault_unknown", "named, but it does not exist");
    let opened = service.client_of("scanner", &["demo"]).put(&document_path(1), &[], "x").await;
    assert_eq!(opened.status, 201);
    let again = service.client().put(&document_path(1), &[], "x").await;
    assert_eq!((again.status, again.body), (200, opened.body), "another application of the vault gets the same receipt");
    service.stop().await;
}

/// After a change of the interface: `UPDATE_FIXTURES=1 make test`, and a line in the changelog.
#[tokio::test(flavor = "multi_thread")]
async fn the_description_of_the_interface_is_a_promise() {
    let service = Service::start().await;
    let answer = service.client().get("/v1/openapi.json").await;
    let mut json = answer.json();
    assert_eq!((answer.status, json["openapi"].as_str().map(|version| &version[..3])), (200, Some("3.1")));
    json["info"]["version"] = "0".into();
    let text = format!("{}\n", serde_json::to_string_pretty(&json).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/openapi.json");
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "the interface differs from tests/fixtures/openapi.json");
    service.stop().await;
}
