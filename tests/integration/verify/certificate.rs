//! Certificates of destruction: what they say, that they say it the same way every time, and that nobody can change one.

use aktenfest::archive::{ArchiveError, Certificate, HoldItem, OrderItems, OrderRequest, Vault};
use aktenfest::certificate::page;
use aktenfest::ledger::TrustPolicy;
use aktenfest::model::destruction::{DestructionRule, OrderReason};
use aktenfest::model::retention::NoteWords;
use aktenfest::model::{DocumentDescription, Refusal, Text};
use aktenfest::verify::verify_certificate;
use aktenfest::words::{Language, Words};

use super::*;
use crate::archive::retention::{because, clerk, note_id, store_in};
use crate::archive::{case_id, document_id};

const ORDER: u32 = 500;

/// An order over two documents and a whole case that was approved and may be carried out at once.
pub async fn certified() -> Office {
    let office = Office::open().await;
    let vault = office.vault();
    let rule = DestructionRule { cap_per_mille: 1000, cooling_off_days: 0 };
    vault.propose_destruction_rule(&clerk(Some("m-muster")), note_id(90), rule, because("test")).await.unwrap();
    vault.adopt_destruction_rule(&clerk(Some("e-beispiel")), note_id(90), note_id(91), because("agreed")).await.unwrap();
    vault.open_case(&application(), second_case(), description("3 C 18/26")).await.unwrap();
    for number in 1..=3 {
        let title = Some(Text::parse(&format!("letter to Erika {number}")).unwrap());
        store_in(&vault, number, DocumentDescription { title, ..DocumentDescription::default() }, b"Erika Mustermann").await;
    }
    let document = |number| HoldItem { case: case_id(), matter: None, document: Some(document_id(number)) };
    let items = vec![document(1), document(2), HoldItem { case: second_case(), matter: None, document: None }];
    let text = |text: &str| Some(Text::parse(text).unwrap());
    let words = NoteWords { reference: text("12 O 34/26"), legal_basis: text("section 84 <SGB X> & \"more\""), ..because("ordered") };
    let request = OrderRequest { id: note_id(ORDER), reason: OrderReason::Court, items: OrderItems::Listed(items), words };
    vault.propose_order(&clerk(Some("m-muster")), request).await.unwrap();
    let list = vault.order(note_id(ORDER)).unwrap().facts.list;
    vault.approve_order(&clerk(Some("e-beispiel")), note_id(ORDER), note_id(ORDER + 1), (list, None), because("agreed")).await.unwrap();
    office
}

pub fn file(certificate: &Certificate) -> Vec<u8> {
    let mut file = Vec::new();
    certificate.write_file(&mut file).unwrap();
    file
}

fn policy(vault: &Vault) -> TrustPolicy {
    TrustPolicy::parse(format!("log {}\nquorum none\n", vault.verifier_key().unwrap()).as_bytes()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_has_two_stages_and_is_the_same_every_time() {
    let mut office = certified().await;
    let vault = office.vault();
    let early = vault.certificate(note_id(ORDER)).await;
    assert!(matches!(early.map(|_| ()), Err(ArchiveError::Refused(Refusal::KeysNotDestroyed))));
    vault.execute_order(note_id(ORDER)).await.unwrap();
    let early = vault.certificate(note_id(ORDER)).await;
    assert!(matches!(early.map(|_| ()), Err(ArchiveError::Refused(Refusal::KeysNotDestroyed))), "the keys exist still");

    office.archive().destroy_keys().await.unwrap();
    let first = vault.certificate(note_id(ORDER)).await.unwrap();
    assert_eq!(first.statement.stage(), 1);
    let report = verify_certificate(&file(&first), &policy(&vault));
    assert!(report.has(catalogue::CERTIFICATE_FIRST_STAGE, ""), "{report}");
    assert_eq!((report.verdict, report.findings.len()), (Verdict::Verified, 1), "{report}");

    office.archive().carry_out_orders().await.unwrap();
    let second = vault.certificate(note_id(ORDER)).await.unwrap();
    assert_eq!((second.statement.stage(), second.statement.documents()), (2, 2));
    let bytes = file(&second);
    drop((vault, first, second));
    office.restart().await;
    let vault = office.vault();
    assert!(file(&vault.certificate(note_id(ORDER)).await.unwrap()) == bytes, "the same bytes every time");
    let report = verify_certificate(&bytes, &policy(&vault));
    assert!(report.verdict == Verdict::Verified && report.findings.is_empty(), "{report}");
    assert_eq!((report.counts.receipts, report.counts.destroyed), (5, 2), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_programs_read_the_certificate_and_find_nobody_in_it() {
    let office = certified().await;
    let vault = office.vault();
    office.archive().carry_out_orders().await.unwrap();
    let certificate = vault.certificate(note_id(ORDER)).await.unwrap();
    let bytes = file(&certificate);
    let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    // Sorted names and no white space: any JSON tool can write the signed bytes again.
    let again = serde_json::to_vec(&json["certificate"]).unwrap();
    assert_eq!(aktenfest::model::Digest::sha256(&again), certificate.digest);
    assert_eq!(again.len() as u64, certificate.document_bytes);
    let statement = &json["certificate"]["statement"];
    let expected = serde_json::json!({
        "cases": 1, "documents": 2, "dropped": {}, "items": 3, "items_destroyed": 3, "items_dropped": 0, "items_waiting": 0,
        "matters": 0, "single_documents": 2,
    });
    assert_eq!(statement["counts"], expected);
    assert_eq!((&statement["result"], &statement["reason"]), (&"logical deletion".into(), &"court".into()), "the keys lay in files");
    assert_eq!((&statement["proposal"]["person"], &statement["approval"]["person"]), (&"m-muster".into(), &"e-beispiel".into()));
    assert_eq!(statement["words"]["reference"], "12 O 34/26");
    let keys = &statement["keys"][0];
    assert_eq!((&keys["places"][0]["assurance"], keys["trees"].as_array().map(Vec::len)), (&"C".into(), Some(1)));
    assert!(json["signature"].as_str().unwrap().contains("/destruction\norder "));
    let whole = json["certificate"]["items"].as_array().unwrap().iter().find(|item| item["kind"] == "case").unwrap();
    assert_eq!((&whole["case"], whole["objects"].as_array().map(Vec::len)), (&second_case().to_string().into(), Some(1)));
    let text = String::from_utf8(bytes).unwrap();
    for personal in ["Erika", "3 C 17/26", "3 C 18/26", "letter"] {
        assert!(!text.contains(personal), "{personal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_can_change_a_certificate() {
    let office = certified().await;
    let vault = office.vault();
    office.archive().carry_out_orders().await.unwrap();
    let bytes = file(&vault.certificate(note_id(ORDER)).await.unwrap());
    let trust = policy(&vault);
    let text = String::from_utf8(bytes.clone()).unwrap();
    for (from, to) in [
        ("\"documents\":2", "\"documents\":3"),
        ("\"stage\":2", "\"stage\":1"),
        ("logical deletion\",\"stage", "irrecoverable\",\"stage"),
        ("12 O 34/26", "12 O 35/26"),
        ("\"person\":\"m-muster\"", "\"person\":\"k-lang\""),
        ("\"size_log2\":4", "\"size_log2\":5"),
        ("\"vault\":\"demo\"", "\"vault\":\"other\""),
        ("\"kind\":\"case\"", "\"kind\":\"matter\""),
        ("stage 2 of 2", "stage 1 of 2"),
        ("\"seen\":true", "\"seen\":false"),
        ("}\n", "} \n"),
    ] {
        assert!(text.contains(from), "{from}");
        let report = verify_certificate(text.replacen(from, to, 1).as_bytes(), &trust);
        assert_eq!(report.verdict, Verdict::Invalid, "{from}: {report}");
    }
    // Every byte counts: some places of the whole file, changed one by one.
    for at in (0..bytes.len()).step_by(bytes.len() / 300) {
        let mut other = bytes.clone();
        other[at] ^= 1;
        let report = verify_certificate(&other, &trust);
        // A changed name of the ledger is that of one which nobody trusts.
        let noticed = report.verdict == Verdict::Invalid || report.has(catalogue::CERTIFICATE_UNTRUSTED, "");
        assert!(noticed, "byte {at}: {report}");
        assert_ne!(verify_certificate(&bytes[..at], &trust).verdict, Verdict::Verified, "cut at {at}");
    }
    let stranger = Office::open().await;
    let report = verify_certificate(&bytes, &policy(&stranger.vault()));
    assert_eq!(report.verdict, Verdict::SelfConsistent, "{report}");
    assert!(report.has(catalogue::CERTIFICATE_UNTRUSTED, ""), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_in_two_languages_what_was_destroyed() {
    let office = certified().await;
    let vault = office.vault();
    vault.execute_order(note_id(ORDER)).await.unwrap();
    office.archive().destroy_keys().await.unwrap();
    let written =
        |certificate: &Certificate, language| page(Words::of(language), &certificate.subject, &certificate.statement, &certificate.digest);
    let first = vault.certificate(note_id(ORDER)).await.unwrap();
    assert!(written(&first, Language::English).contains("Stage 1 of 2") && written(&first, Language::German).contains("Stufe 1 von 2"));
    office.archive().carry_out_orders().await.unwrap();
    let second = vault.certificate(note_id(ORDER)).await.unwrap();
    for (language, stage, result, signature) in [
        (Language::English, "Stage 2 of 2", "Result: logical deletion", "Place, date, signature"),
        (Language::German, "Stufe 2 von 2", "Ergebnis: logische L&ouml;schung", "Ort, Datum, Unterschrift"),
    ] {
        let html = written(&second, language);
        for part in [
            stage,
            result,
            signature,
            "m-muster",
            "e-beispiel",
            &second.digest.to_string(),
            "section 84 &lt;SGB X&gt; &amp; &quot;more&quot;",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        for foreign in ["<script", "http:", "https:", "src=", "href=", "url(", "Erika", "<SGB"] {
            assert!(!html.contains(foreign), "{foreign} in {html}");
        }
    }
}
