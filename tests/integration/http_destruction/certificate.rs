//! The certificate of an order over HTTPS: in three forms, when there is something to certify, and not before.

use super::*;
use crate::http_retention::place;

async fn certificate(office: &Office, accept: &str, language: &str) -> Answer {
    let path = place(&format!("{}/certificate", order_path(ORDER)));
    office.service.client().get_with(&path, &[("accept", accept), ("accept-language", language)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_comes_as_a_file_a_page_or_a_signed_note() {
    let office = office_with_a_due_case().await;
    without_rest(&office).await;
    let unknown = certificate(&office, "*/*", "en").await;
    assert_eq!((unknown.status, unknown.code().as_str()), (404, "order_unknown"));
    propose(&office, ORDER, &order("erasure", &whole_case())).await;
    approve(&office, ORDER).await.created();
    let early = certificate(&office, "*/*", "en").await;
    assert_eq!((early.status, early.code().as_str()), (409, "keys_not_destroyed"));
    carry_out(&office).await;

    let file = certificate(&office, "application/json", "en").await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/json"));
    let statement = &file.json()["certificate"]["statement"];
    assert_eq!((&statement["stage"], &statement["counts"]["documents"]), (&json!(2), &json!(2)));
    assert_eq!(certificate(&office, "image/png", "en").await.body, file.body, "the same bytes every time, whatever is asked for");

    let note = certificate(&office, "text/plain", "en").await;
    let text = String::from_utf8(note.body.to_vec()).expect("must be a text");
    assert!(note.header("content-type").starts_with("text/plain") && file.json()["signature"] == text.as_str(), "{text}");

    for (language, title) in [("de", "<h1>L&ouml;schprotokoll</h1>"), ("en", "<h1>Certificate of destruction</h1>")] {
        let page = certificate(&office, "text/html", language).await;
        assert_eq!((page.header("content-type"), page.header("content-language")), ("text/html; charset=utf-8", language));
        let html = String::from_utf8(page.body.to_vec()).expect("must be a text");
        assert!(html.contains(title) && html.contains("Az. 12/26") && !html.contains("<script"), "{html}");
    }
}
