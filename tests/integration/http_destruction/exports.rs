//! Exports over HTTPS: recorded once, read as often as somebody asks, and never again once something in them is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use aktenfest::archive::{ArchiveError, SealExports, Sealing};
use aktenfest::limits::EXPORTS_AT_ONCE_MAX;
use aktenfest::model::{ApplicationName, Digest, NoteId, Principal, VaultName};
use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};

use super::{FIRST, ORDER, destroy, office_with_a_due_case, order, whole_case, without_rest};
use crate::http_retention::{Office, Told, id, place};
use crate::support::{Answer, CASE, VAULT, content, document_id, document_path};

/// An export under the `number`-th id.
fn export(number: u32, case: Option<&str>) -> Value {
    let mut export = json!({
        "id": id(number), "contents": true, "access": false, "purpose": "audit of 2026", "requester": "court of audit"
    });
    if let Some(case) = case {
        export["case"] = json!(case);
    }
    export
}

async fn bag(office: &Office, number: u32) -> Answer {
    office.get(&format!("exports/{}/bag", id(number))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_recorded_once_and_read_as_often_as_somebody_asks() {
    let office = office_with_a_due_case().await;
    let made = office.post("exports", &export(600, None)).await;
    assert!(made.header("location").ends_with(&format!("/exports/{}", id(600))));
    let made = made.created();
    let again = office.post("exports", &export(600, None)).await;
    assert_eq!((again.status, &again.json()["receipt"]), (200, &made["receipt"]));
    office.post("exports", &export(600, Some(CASE))).await.refused(409, "note_id_taken", "");

    let told = office.get(&format!("exports/{}", id(600))).await.found();
    assert_eq!(
        (&told["purpose"], &told["requester"], &told["kind"]),
        (&json!("audit of 2026"), &json!("court of audit"), &json!("evidence"))
    );
    assert_eq!(told["ledger_size"].as_u64(), made["entry"].as_u64(), "as it was before the export itself");
    let note = office.get(&format!("notes/{}", id(600))).await.found();
    assert_eq!((&note["note"], &note["words"]["requester"]), (&json!("export.make"), &json!("court of audit")));

    let first = bag(&office, 600).await;
    assert_eq!((first.status, first.header("content-type")), (200, "application/x-tar"));
    assert!(first.body.len() > 10_000 && first.body.len().is_multiple_of(512));
    assert_eq!(office.store(3, &json!({}), b"later").await.status, 201);
    assert!(bag(&office, 600).await.body == first.body, "what comes later changes nothing");
    let second = office.post("exports", &export(601, None)).await.created();
    assert!(bag(&office, 601).await.body.len() > first.body.len(), "{second}");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_read_what_is_handed_to_a_person_only() {
    let office = office_with_a_due_case().await;
    let mut with_accesses = export(602, None);
    with_accesses["access"] = json!(true);
    office.by(FIRST, Method::POST, "exports", &with_accesses).await.created();
    bag(&office, 602).await.refused(403, "person_required", "");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bag_is_a_file_of_its_own_name_that_nobody_keeps_on_the_way() {
    let office = office_with_a_due_case().await;
    office.post("exports", &export(600, None)).await.created();
    let path = place(&format!("exports/{}/bag", id(600)));
    for method in [Method::HEAD, Method::GET] {
        let answer = office.client.send(method.clone(), &path, &[], Bytes::new()).await;
        let name = format!("attachment; filename=\"aktenfest-export-{}.tar\"", id(600));
        assert_eq!((answer.status, answer.header("content-disposition")), (200, name.as_str()), "{method}");
        assert_eq!((answer.header("cache-control"), answer.header("content-type")), ("private, no-store", "application/x-tar"));
        assert_eq!(answer.body.is_empty(), method == Method::HEAD);
    }
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_bags_are_written_at_once_and_no_more() {
    let office = office_with_a_due_case().await;
    // More than the buffers of both ends together.
    assert_eq!(office.client.put(&document_path(3), &[], content(40 << 20)).await.status, 201);
    office.post("exports", &export(600, None)).await.created();
    let path = place(&format!("exports/{}/bag", id(600)));
    let mut readers = Vec::new();
    for _ in 0..EXPORTS_AT_ONCE_MAX {
        let mut reader = office.client.connect_narrow().await;
        reader.write(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).await;
        reader.drop_of().await.expect("must begin");
        readers.push(reader);
    }
    bag(&office, 600).await.refused(503, "busy", "");
    drop(readers);
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_for_a_person_says_what_must_be_said_now() {
    let office = office_with_a_due_case().await;
    let mut copy = export(600, Some(CASE));
    copy["kind"] = json!("person");
    office.post("exports", &copy).await.created();
    office.post("exports", &export(601, Some(CASE))).await.created();
    for number in [600, 601] {
        assert_eq!(bag(&office, number).await.status, 200);
    }
    let embargo = json!({
        "type": "embargo", "legal_basis": "section 84 SGB X", "owner": "records", "reason": "asked for", "review_on": "2027-05-20",
        "items": [{ "case": CASE, "document": document_id(1) }]
    });
    office.put(&format!("overlays/{}", id(602)), &embargo).await.created();
    bag(&office, 600).await.refused(410, "export_changed", "");
    assert_eq!(bag(&office, 601).await.status, 200, "documents as evidence are what they were");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_export_is_said_of_its_field() {
    let office = office_with_a_due_case().await;
    for (field, value, status, code) in [
        ("purpose", json!(""), 400, "field_malformed"),
        ("requester", Value::Null, 400, "field_missing"),
        ("contents", json!("yes"), 400, "field_malformed"),
        ("kind", json!("secret"), 400, "field_malformed"),
        ("case", json!(document_id(9)), 404, "case_unknown"),
        ("through", json!("2020-01-01"), 422, "export_period_reversed"),
        ("nothing", json!(1), 400, "field_unknown"),
    ] {
        let mut wrong = export(610, None);
        wrong["from"] = json!("2020-01-02");
        wrong[field] = value.clone();
        if value.is_null() {
            wrong.as_object_mut().expect("must be an object").remove(field);
        }
        let answer = office.post("exports", &wrong).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{field}: {answer:?}");
    }
    let mut person = export(610, None);
    person["kind"] = json!("person");
    office.post("exports", &person).await.refused(422, "export_of_one_case", "case");
    for path in ["", "/bag"] {
        office.get(&format!("exports/{}{path}", id(610))).await.refused(404, "export_unknown", "");
    }
    // A note that is no export is none.
    office.get(&format!("exports/{}/bag", id(10))).await.refused(404, "export_unknown", "");
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_in_which_something_was_destroyed_is_not_repeated_as_another_one() {
    let office = office_with_a_due_case().await;
    without_rest(&office).await;
    office.post("exports", &export(600, None)).await.created();
    office.post("exports", &export(601, Some(CASE))).await.created();
    for number in [600, 601] {
        assert_eq!(bag(&office, number).await.status, 200);
    }
    destroy(&office, ORDER, &order("due", &whole_case())).await;
    bag(&office, 600).await.refused(410, "export_changed", "");
    office.get(&format!("exports/{}", id(600))).await.found();
    // The record of an export of one case goes with the case: its words are about that case.
    bag(&office, 601).await.refused(404, "export_unknown", "");
    office.post("exports", &export(602, Some(CASE))).await.refused(410, "case_destroyed", "");
    let made = office.by(FIRST, Method::POST, "exports", &export(603, None)).await.created();
    let left = bag(&office, 603).await;
    assert!(left.status == 200 && !left.body.windows(CASE.len()).any(|window| window == CASE.as_bytes()), "{made}");
    office.service.stop().await;
}

/// An office's certificate, in one of these states.
struct Seal(AtomicU8);

const EXPIRED: u8 = 0;
/// It runs out while the export is written.
const EXPIRING: u8 = 1;
const VALID: u8 = 2;
const CMS: &[u8] = b"a signature of the office";

impl Seal {
    fn of(office: &Office, state: u8) -> Arc<Self> {
        let seal = Arc::new(Self(AtomicU8::new(state)));
        office.service.archive().seal_exports(Arc::clone(&seal) as Arc<dyn SealExports>);
        seal
    }

    fn becomes(&self, state: u8) {
        self.0.store(state, Ordering::SeqCst);
    }

    fn need(&self, state: u8) -> Result<(), String> {
        if self.0.load(Ordering::SeqCst) >= state { Ok(()) } else { Err("the certificate is valid to the day before".to_owned()) }
    }
}

impl SealExports for Seal {
    fn ready(&self) -> Result<(), String> {
        self.need(EXPIRING)
    }

    fn seal(&self, _: Digest) -> Sealing<'_> {
        Box::pin(async move { self.need(VALID).map(|()| (CMS.to_vec(), Vec::new())) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_waits_for_the_offices_certificate_and_is_never_filed_as_unsigned() {
    let office = office_with_a_due_case().await;
    let seal = Seal::of(&office, EXPIRED);
    office.post("exports", &export(600, None)).await.created();
    for _ in 0..2 {
        let answer = bag(&office, 600).await;
        answer.refused(409, "export_unsigned", "");
    }
    let detail = bag(&office, 600).await.json()["detail"].as_str().unwrap_or_default().to_owned();
    assert!(detail.contains("renew the certificate"), "{detail}");

    seal.becomes(VALID);
    let signed = bag(&office, 600).await;
    let has = |answer: &Answer, bytes: &[u8]| answer.body.windows(bytes.len()).any(|window| window == bytes);
    assert!(signed.status == 200 && has(&signed, CMS) && has(&signed, b"tagmanifest-sha256.txt.p7s"));

    // What has its signature keeps it, and needs no other.
    seal.becomes(EXPIRED);
    assert!(bag(&office, 600).await.body == signed.body);
    office.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_runs_out_while_an_export_is_written_leaves_nothing_behind() {
    let office = office_with_a_due_case().await;
    let seal = Seal::of(&office, EXPIRING);
    office.post("exports", &export(600, None)).await.created();
    let name = VaultName::parse(VAULT).expect("must parse");
    let vault = office.service.archive().vault(&name).expect("must exist");
    let recorded = vault.export(NoteId::parse(&id(600)).expect("must parse")).expect("must be recorded");
    let application = ApplicationName::parse("eakte").expect("must parse");
    let by = Principal { application, vaults: [name].into(), person: None, deputy_of: Default::default() };
    let manifest = Digest([7; 32]);
    vault.check_bag_signer(&recorded).expect("it is good when the bag begins");
    let unsigned = vault.sign_bag(&by, &recorded, manifest).await;
    assert!(matches!(unsigned, Err(ArchiveError::ExportUnsigned(_))), "{unsigned:?}");

    seal.becomes(VALID);
    let signed = vault.sign_bag(&by, &recorded, manifest).await.expect("must be signed");
    assert_eq!(signed.signature.as_deref(), Some(CMS));
    assert_eq!(vault.sign_bag(&by, &recorded, manifest).await.expect("must be filed"), signed);
    // A bag of other bytes does not get the signature of this one.
    let other = vault.sign_bag(&by, &recorded, Digest([8; 32])).await;
    assert!(matches!(other, Err(ArchiveError::Damaged(_))), "{other:?}");
    drop(vault);
    office.service.stop().await;
}
