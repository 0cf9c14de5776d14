//! Reading over HTTPS: ranges, conditions, lists, and what happens when a stored byte has changed.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use hyper::Method;

use crate::support::{CASE_PATH, Service, captured_log, content, document_id, document_path};

/// Frames have 256 KiB: this document has three, the last one of 100 bytes.
const BYTES: usize = 2 * 262_144 + 100;

#[tokio::test(flavor = "multi_thread")]
async fn ranges_give_exactly_their_bytes() {
    let service = Service::start().await;
    let client = service.client();
    let bytes = content(BYTES);
    assert_eq!(client.put(&document_path(1), &[("content-type", "text/html")], bytes.clone()).await.status, 201);
    let whole = client.get(&document_path(1)).await;
    let etag = whole.header("etag").to_owned();
    let last = BYTES - 1;
    for (range, first, end) in [
        ("bytes=0-0".to_owned(), 0, 1),
        (format!("bytes={last}-"), last, BYTES),
        ("bytes=-1".to_owned(), last, BYTES),
        ("bytes=262143-262144".to_owned(), 262_143, 262_145),
        ("bytes=262144-524287".to_owned(), 262_144, 524_288),
        ("bytes=100-524300".to_owned(), 100, 524_301),
        (format!("bytes=0-{}", u64::MAX), 0, BYTES),
        ("bytes=-99999999".to_owned(), 0, BYTES),
    ] {
        let part = client.get_with(&document_path(1), &[("range", &range), ("if-range", &etag)]).await;
        assert_eq!((part.status, part.header("content-range")), (206, format!("bytes {first}-{}/{BYTES}", end - 1).as_str()), "{range}");
        assert_eq!((part.header("etag"), part.header("repr-digest")), (etag.as_str(), whole.header("repr-digest")), "{range}");
        assert_eq!((part.header("content-type"), part.header("accept-ranges")), ("text/html", "bytes"), "{range}");
        assert!(part.body == bytes[first..end], "{range}");
    }
    for range in ["bytes=0-0,5-6", "lines=1-2", "bytes"] {
        let answer = client.get_with(&document_path(1), &[("range", range)]).await;
        assert!(answer.status == 200 && answer.body == bytes, "{range}");
    }
    let old = client.get_with(&document_path(1), &[("range", "bytes=0-0"), ("if-range", "\"other\"")]).await;
    assert!(old.status == 200 && old.body == bytes, "a range of something else is not wanted");
    for range in [format!("bytes={BYTES}-"), "bytes=5-4".to_owned(), "bytes=-0".to_owned(), "bytes=x-y".to_owned()] {
        let answer = client.get_with(&document_path(1), &[("range", &range)]).await;
        assert_eq!((answer.status, answer.code().as_str()), (416, "range_unsatisfiable"), "{range}");
        assert_eq!(answer.header("content-range"), format!("bytes */{BYTES}"), "{range}");
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn head_and_conditions_send_no_bytes() {
    let service = Service::start().await;
    let client = service.client();
    assert_eq!(client.put(&document_path(1), &[], content(BYTES)).await.status, 201);
    let whole = client.get(&document_path(1)).await;
    let head = client.send(Method::HEAD, &document_path(1), &[("range", "bytes=0-0")], bytes::Bytes::new()).await;
    for name in ["etag", "repr-digest", "content-type", "content-length", "accept-ranges"] {
        assert_eq!(head.header(name), whole.header(name), "{name}");
    }
    assert_eq!((head.status, head.body.len(), head.header("content-length")), (200, 0, BYTES.to_string().as_str()));
    let etag = whole.header("etag").to_owned();
    for (name, value, status) in [
        ("if-none-match", etag.clone(), 304),
        ("if-none-match", "*".to_owned(), 304),
        ("if-none-match", format!("\"x\", W/{etag}"), 304),
        ("if-none-match", "\"x\"".to_owned(), 200),
        ("if-match", etag.clone(), 200),
        ("if-match", "\"x\"".to_owned(), 412),
        ("if-match", format!("W/{etag}"), 412),
    ] {
        let answer = client.get_with(&document_path(1), &[(name, &value)]).await;
        assert_eq!(answer.status, status, "{name}: {value}");
        match status {
            304 => assert_eq!((answer.header("etag"), answer.body.len()), (etag.as_str(), 0), "{value}"),
            412 => assert_eq!(answer.code(), "precondition_failed", "{value}"),
            _ => assert_eq!(answer.body.len(), BYTES, "{value}"),
        }
    }
    // What does not exist is not "not modified".
    assert_eq!(client.get_with(&document_path(2), &[("if-none-match", "*")]).await.code(), "document_unknown");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_page_by_page() {
    let service = Service::start().await;
    let client = service.client();
    for number in 1..=7 {
        let description = format!(r#"{{"title":"number {number}"}}"#);
        let stored = client.put(&document_path(number), &[("archive-document", &description)], format!("document {number}")).await;
        assert_eq!(stored.status, 201);
    }
    let (mut path, mut seen, mut pages) = (format!("{CASE_PATH}/documents?limit=3"), Vec::new(), 0);
    loop {
        let page = client.get(&path).await;
        let json = page.json();
        pages += 1;
        for item in json["items"].as_array().unwrap() {
            let record = client.get(&format!("{CASE_PATH}/documents/{}/record", item["id"].as_str().unwrap())).await.json();
            assert_eq!(&record, item, "a list shows what the record shows");
            seen.push(item["id"].as_str().unwrap().to_owned());
        }
        let Some(next) = json["next"].as_str() else { break };
        path = format!("{CASE_PATH}/documents?cursor={next}&limit=3");
        assert_eq!(page.header("link"), format!("<{path}>; rel=\"next\""));
    }
    assert_eq!((pages, seen), (3, (1..=7).map(document_id).collect::<Vec<_>>()));

    for number in 1..=4 {
        let path = format!("/v1/vaults/demo/cases/{}", document_id(number));
        assert_eq!(client.put_json(&path, &format!(r#"{{"reference":"case {number}"}}"#)).await.status, 201);
    }
    let first = client.get("/v1/vaults/demo/cases?limit=4").await.json();
    let second = client.get(&format!("/v1/vaults/demo/cases?limit=4&cursor={}", first["next"].as_str().unwrap())).await.json();
    assert_eq!((first["items"].as_array().unwrap().len(), second["items"].as_array().unwrap().len()), (4, 1));
    assert_eq!((second["items"][0]["id"].as_str(), second.get("next")), (Some(document_id(4).as_str()), None));
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_holds_no_thread_and_is_cut_off() {
    let service = Service::start().await;
    let client = service.client();
    // More than the buffers of both sockets together.
    let bytes = content(40 << 20);
    assert_eq!(client.put(&document_path(1), &[], bytes.clone()).await.status, 201);
    let mut slow = Vec::new();
    for _ in 0..8 {
        let mut connection = client.connect().await;
        connection.write(format!("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", document_path(1)).as_bytes()).await;
        slow.push(connection);
    }
    let whole = client.get(&document_path(1)).await;
    assert!(whole.body == bytes, "others are served meanwhile");
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    for mut connection in slow {
        assert_eq!(connection.rest().await, None, "an answer that is not complete does not end cleanly");
    }
    service.stop().await;
}

/// The largest table file: a document of this size lies in one of its own.
fn largest_table(data: &Path) -> PathBuf {
    let (mut folders, mut tables) = (vec![data.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "sst") {
                tables.push(path);
            }
        }
    }
    tables.into_iter().max_by_key(|path| fs::metadata(path).unwrap().len()).expect("must have a table")
}

fn flip_byte(path: &Path, at: u64) {
    let file = fs::OpenOptions::new().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 1], at).unwrap();
    file.sync_all().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_byte_breaks_the_answer_instead_of_ending_it() {
    let service = Service::start().await;
    let client = service.client();
    let bytes = content(20 << 20);
    assert_eq!(client.put(&document_path(1), &[], bytes.clone()).await.status, 201);
    let table = largest_table(&service.data());
    let middle = fs::metadata(&table).unwrap().len() / 2;
    assert!(middle > 4 << 20, "the document lies in {}", table.display());
    flip_byte(&table, middle);
    let mut connection = client.connect().await;
    connection.write(format!("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", document_path(1)).as_bytes()).await;
    assert_eq!(connection.rest().await, None, "half a document must not look like a whole one");
    let sound = client.get_with(&document_path(1), &[("range", "bytes=0-99999")]).await;
    assert!(sound.status == 206 && sound.body == bytes[..100_000], "what is sound can be read");

    // The first frame is opened before the answer begins, so its damage is a problem and not a broken connection.
    let damaged = (0..20).map(|frame| frame << 20).map(|start| format!("bytes={start}-{}", start + (1 << 20) - 1));
    let mut problems = 0;
    for range in damaged {
        let mut connection = client.connect().await;
        let request = format!("GET {} HTTP/1.1\r\nHost: a\r\nRange: {range}\r\nConnection: close\r\n\r\n", document_path(1));
        connection.write(request.as_bytes()).await;
        let rest = connection.rest().await;
        problems += u32::from(rest.is_none_or(|rest| rest.starts_with(b"HTTP/1.1 500")));
    }
    assert!((1..=2).contains(&problems), "{problems} ranges are damaged");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_knows_neither_names_nor_ids() {
    captured_log();
    let service = Service::start().await;
    let client = service.client();
    let case = "0192f0c1-7c1e-7c7a-b1f4-000000517171";
    let document = "0192f0c1-7c1e-7c7a-b1f4-000000517172";
    let reference = "Geheimzeichen 4711";
    let path = format!("/v1/vaults/demo/cases/{case}");
    let headers = [("archive-document", r#"{"title":"Erika Mustermann-Log"}"#), ("x-request-id", "Mustermann-Log-17")];
    assert_eq!(client.put_json(&path, &format!(r#"{{"reference":"{reference}"}}"#)).await.status, 201);
    let stored = client.put(&format!("{path}/documents/{document}"), &headers, "Inhalt-fuer-das-Log").await;
    assert_eq!((stored.status, stored.header("x-request-id")), (201, "Mustermann-Log-17"));
    for path in [
        format!("{path}/documents/{document}"),
        format!("{path}/documents/{document}?Mustermann-Log=1"),
        "/v1/vaults/demo/cases?reference=Geheimzeichen+4711".to_owned(),
        "/Mustermann-Log".to_owned(),
    ] {
        client.get_with(&path, &headers).await;
    }
    client.put_json(&path, r#"{"Mustermann-Log":"x"}"#).await;
    client.send(Method::from_bytes(b"MUSTERMANN-LOG").unwrap(), &path, &[], bytes::Bytes::new()).await;
    service.stop().await;
    let log = captured_log();
    let lines = log.lines().filter(|line| line.contains("request finished") && line.contains("documents/{document}")).count();
    assert!(lines >= 2, "requests are in the log by their route: {log}");
    for secret in [case, document, "000000517171", "Geheimzeichen", "Mustermann-Log", "MUSTERMANN-LOG", "Inhalt-fuer-das-Log"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
