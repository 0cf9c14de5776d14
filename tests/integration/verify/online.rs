//! `verify` against a running archive: everything that an archive could lie about is noticed.

use aktenfest::archive::{EntryOpening, Vault};
use aktenfest::ledger::{LogSigner, TilePath};
use aktenfest::model::{Digest, DocumentId, Timestamp};
use aktenfest::verify::{
    OnlineSettings, RemoteArchive, RemoteCase, RemoteDocument, RemoteError, RemoteOpening, RemoteOrder, RemotePage, verify_online,
};
use tokio::runtime::Handle;

use super::*;
use crate::archive::{case_id, document_id};

/// What the archive lies about; document 3 where one is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lie {
    Nothing,
    Bytes,
    BytesAndDigest,
    Size,
    MediaType,
    Description,
    Time,
    ReceiptOfAnother,
    DamagedReceipt,
    OpeningOfAnother,
    Salt,
    HiddenDocument,
    HiddenCase,
    DocumentOfNobody,
    Entry,
    Tile,
    PartialTile,
    Checkpoint,
    Key,
    NoAnswer,
    Circles,
    NoCertificate,
    ForgedCertificate,
    HiddenOrder,
}

/// The real archive with a lie between it and the check.
struct Liar {
    vault: Vault,
    lie: Lie,
    runtime: Handle,
}

fn failed(error: impl std::fmt::Display) -> RemoteError {
    RemoteError::Failed(error.to_string())
}

/// The strings of a canonical description.
fn members(json: &[u8]) -> Vec<(String, String)> {
    serde_json::from_slice::<BTreeMap<String, String>>(json).unwrap().into_iter().collect()
}

fn opening(opening: EntryOpening) -> RemoteOpening {
    RemoteOpening { entry: opening.entry, id: opening.id, fields: opening.fields }
}

impl Liar {
    fn lies(&self, lie: Lie, document: Option<DocumentId>) -> bool {
        self.lie == lie && document.is_none_or(|document| document == document_id(3))
    }

    fn describe(&self, view: aktenfest::archive::DocumentView) -> RemoteDocument {
        let (record, details) = (view.record, view.details);
        let mut document = RemoteDocument {
            id: record.id,
            entry: record.entry,
            ledger_size: record.receipt_size,
            stored_at: record.stored_at,
            bytes: record.plain_bytes,
            sha256: details.sha256,
            media_type: details.media_type.as_str().to_owned(),
            description: members(details.description.as_bytes()),
        };
        match self.lie {
            _ if record.id != document_id(3) => {}
            Lie::BytesAndDigest => document.sha256 = sha256(b"forged"),
            Lie::Size => document.bytes += 1,
            Lie::MediaType => document.media_type = "text/html".to_owned(),
            Lie::Description => document.description[0].1.push('!'),
            Lie::Time => document.stored_at = Timestamp::parse("2020-01-01T00:00:00Z").unwrap(),
            _ => {}
        }
        document
    }
}

fn sha256(bytes: &[u8]) -> Digest {
    Digest::from_slice(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref()).unwrap()
}

impl RemoteArchive for Liar {
    fn verifier_key(&self) -> Result<String, RemoteError> {
        self.vault.verifier_key().map_err(failed)
    }

    fn checkpoint(&self) -> Result<Vec<u8>, RemoteError> {
        let note = self.vault.checkpoint().map_err(failed)?;
        match self.lie {
            Lie::Checkpoint => Ok(String::from_utf8(note).unwrap().replacen("\n44\n", "\n43\n", 1).into_bytes()),
            Lie::Key => {
                let (size, root) = self.vault.ledger_head().map_err(failed)?;
                let signer = LogSigner::from_seed(&self.vault.record().origin, &[7; 32]).unwrap();
                Ok(signer.sign(size, root).unwrap().note().to_string().into_bytes())
            }
            _ => Ok(note),
        }
    }

    fn tile(&self, path: &TilePath) -> Result<Vec<u8>, RemoteError> {
        let mut bytes = self.vault.tile(path).map_err(failed)?.ok_or_else(|| failed("not found"))?;
        match path {
            TilePath::Entries { index: 0, .. } if self.lie == Lie::Entry => {
                let at = bytes.windows(6).rposition(|window| window == b"\"id\":\"").unwrap() + 6;
                bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
            }
            TilePath::Hashes { width: 256, .. } if self.lie == Lie::Tile => bytes[0] ^= 1,
            TilePath::Hashes { level: 0, width: 1..=255, .. } if self.lie == Lie::PartialTile => bytes[0] ^= 1,
            _ => {}
        }
        Ok(bytes)
    }

    fn cases(&self, cursor: Option<&str>) -> Result<RemotePage<RemoteCase>, RemoteError> {
        if self.lie == Lie::HiddenCase {
            return Ok(RemotePage { items: Vec::new(), next: None });
        }
        let page = self.vault.cases(cursor.map(|cursor| cursor.parse().unwrap()), 1).map_err(failed)?;
        let items = page.items.into_iter().map(|case| RemoteCase {
            id: case.record.id,
            entry: case.record.entry,
            ledger_size: case.record.receipt_size,
            opened_at: case.record.opened_at,
            description: members(case.details.description.as_bytes()),
        });
        Ok(RemotePage { items: items.collect(), next: page.next.map(|next| next.to_string()) })
    }

    fn documents(&self, case: CaseId, cursor: Option<&str>) -> Result<RemotePage<RemoteDocument>, RemoteError> {
        if self.lie == Lie::Circles && cursor.is_some() {
            return Ok(RemotePage { items: Vec::new(), next: cursor.map(str::to_owned) });
        }
        let page = self.vault.documents(case, cursor.map(|cursor| cursor.parse().unwrap()), 7).map_err(failed)?;
        let next = page.next.map(|next| next.to_string());
        let mut items: Vec<RemoteDocument> = page.items.into_iter().map(|view| self.describe(view)).collect();
        match self.lie {
            Lie::HiddenDocument => items.retain(|document| document.id != document_id(3)),
            Lie::DocumentOfNobody if next.is_none() => {
                let mut more = items.last().unwrap().clone();
                more.id = document_id(9999);
                items.push(more);
            }
            _ => {}
        }
        Ok(RemotePage { items, next })
    }

    fn receipt(&self, case: CaseId, document: Option<DocumentId>) -> Result<Vec<u8>, RemoteError> {
        let document = document.map(|document| match () {
            () if self.lies(Lie::ReceiptOfAnother, Some(document)) => document_id(4),
            () if document == document_id(9999) => document_id(3),
            () => document,
        });
        let receipt = match document {
            Some(document) => self.runtime.block_on(self.vault.document_receipt(case, document)),
            None => self.runtime.block_on(self.vault.case_receipt(case)),
        };
        let mut text = receipt.map_err(failed)?.text;
        if document.is_some() && self.lies(Lie::DamagedReceipt, document) {
            let at = text.len() - 20;
            text[at] = if text[at] == b'A' { b'B' } else { b'A' };
        }
        Ok(text)
    }

    fn opening(&self, case: CaseId, document: Option<DocumentId>) -> Result<RemoteOpening, RemoteError> {
        let Some(document) = document else { return self.vault.case_opening(case).map(opening).map_err(failed) };
        let asked = if self.lies(Lie::OpeningOfAnother, Some(document)) { document_id(4) } else { document };
        let mut opened = self.vault.document_opening(case, asked).map(opening).map_err(failed)?;
        if self.lies(Lie::Salt, Some(document)) {
            opened.fields[2].salt.0.0[0] ^= 1;
        }
        Ok(opened)
    }

    fn orders(&self, take: &mut dyn FnMut(RemoteOrder)) -> Result<(), RemoteError> {
        let (orders, _) = self.vault.orders(None, 100, true).map_err(failed)?;
        for order in orders.iter().filter(|order| order.facts.condemned > 0 && self.lie != Lie::HiddenOrder) {
            let id = order.note.record.id;
            let made = self.runtime.block_on(self.vault.certificate(id)).map_err(failed)?;
            let mut certificate = super::certificate::file(&made);
            if self.lie == Lie::ForgedCertificate {
                let text = String::from_utf8(certificate).unwrap();
                certificate = text.replacen("\"size_log2\":4", "\"size_log2\":5", 1).into_bytes();
            }
            take(RemoteOrder { id, certificate: Some(certificate).filter(|_| self.lie != Lie::NoCertificate) });
        }
        Ok(())
    }

    fn content(&self, case: CaseId, document: DocumentId, take: &mut dyn FnMut(&[u8])) -> Result<(), RemoteError> {
        if self.lies(Lie::NoAnswer, Some(document)) {
            return Err(failed("connection reset"));
        }
        if [Lie::Bytes, Lie::BytesAndDigest].iter().any(|lie| self.lies(*lie, Some(document))) {
            take(b"forged");
            return Ok(());
        }
        let content = self.vault.content(case, document).map_err(failed)?;
        for frame in 0..content.frames() {
            take(&content.frame(frame).map_err(failed)?);
        }
        Ok(())
    }
}

const DOCUMENTS: u32 = 300;

async fn running() -> Office {
    let office = Office::open().await;
    for number in 0..DOCUMENTS {
        office.store(number, &noise(u64::from(number), number as usize * 5)).await.unwrap();
    }
    office
}

async fn check(office: &Office, lie: Lie, trust: Trust) -> Report {
    let liar = Arc::new(Liar { vault: office.vault(), lie, runtime: Handle::current() });
    let settings = OnlineSettings { vault: "demo".to_owned(), trust, threads: 3 };
    tokio::task::spawn_blocking(move || verify_online(liar, &settings)).await.unwrap()
}

fn trust_of(office: &Office) -> Trust {
    let key = VerifierKey::parse(&office.vault().verifier_key().unwrap()).unwrap();
    let known = Known::parse("kept", &office.vault().checkpoint().unwrap()).unwrap();
    Trust { log_keys: vec![key], known: vec![known] }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_archive_is_verified() {
    let office = running().await;
    let report = check(&office, Lie::Nothing, trust_of(&office)).await;
    assert!(report.verdict == Verdict::Verified && report.findings.is_empty(), "{report}");
    let (counts, documents) = (report.counts, u64::from(DOCUMENTS));
    assert_eq!((counts.vaults, counts.cases, counts.documents, counts.receipts), (1, 1, documents, documents + 1));
    assert_eq!((counts.entries, counts.tiles), (documents + 2, 3));
    assert_eq!(counts.plain_bytes, (0..documents).map(|number| number * 5).sum::<u64>());
    let report = check(&office, Lie::Nothing, Trust::default()).await;
    assert!(report.has(catalogue::NO_TRUSTED_KEY, "vault demo"), "{report}");
    assert_eq!(report.verdict, Verdict::SelfConsistent);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_lie_is_noticed() {
    let office = running().await;
    let third = "document 0192f0c1-7c1e-7c7a-b1f4-000000000003";
    let nobody = "document 0192f0c1-7c1e-7c7a-b1f4-00000000270f";
    let lies = [
        (Lie::Bytes, catalogue::CONTENT_DIFFERS, third, Verdict::Invalid),
        (Lie::BytesAndDigest, catalogue::OPENING_DIFFERS, third, Verdict::Invalid),
        (Lie::Size, catalogue::SIZE_DIFFERS, third, Verdict::Invalid),
        (Lie::MediaType, catalogue::OPENING_DIFFERS, third, Verdict::Invalid),
        (Lie::Description, catalogue::OPENING_DIFFERS, third, Verdict::Invalid),
        (Lie::Time, catalogue::RECEIPT_INVALID, third, Verdict::Invalid),
        (Lie::ReceiptOfAnother, catalogue::RECEIPT_INVALID, third, Verdict::Invalid),
        (Lie::DamagedReceipt, catalogue::RECEIPT_INVALID, third, Verdict::Invalid),
        (Lie::OpeningOfAnother, catalogue::OPENING_DIFFERS, third, Verdict::Invalid),
        (Lie::Salt, catalogue::OPENING_DIFFERS, third, Verdict::Invalid),
        (Lie::HiddenDocument, catalogue::ENTRY_WITHOUT_RECORD, "vault demo entry 5", Verdict::Incomplete),
        (Lie::HiddenCase, catalogue::ENTRY_WITHOUT_RECORD, "vault demo entry 1", Verdict::Incomplete),
        (Lie::DocumentOfNobody, catalogue::RECORD_WITHOUT_ENTRY, nobody, Verdict::Invalid),
        (Lie::Entry, catalogue::ROOT_DIFFERS, "vault demo", Verdict::Invalid),
        (Lie::Tile, catalogue::TILE_DIFFERS, "vault demo tile/0/000", Verdict::Invalid),
        (Lie::PartialTile, catalogue::TILE_DIFFERS, "vault demo tile/0/001.p/46", Verdict::Invalid),
        (Lie::Key, catalogue::CHECKPOINT_INVALID, "vault demo checkpoint", Verdict::Invalid),
        (Lie::NoAnswer, catalogue::FETCH_FAILED, third, Verdict::Incomplete),
        (Lie::Circles, catalogue::ANSWER_MALFORMED, "documents", Verdict::Invalid),
    ];
    for (lie, code, place, verdict) in lies {
        let report = check(&office, lie, trust_of(&office)).await;
        assert!(report.has(code, place), "{lie:?}: no {code:?} at {place} in\n{report}");
        assert_eq!(report.verdict, verdict, "{lie:?}:\n{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_checkpoint_does_not_verify() {
    let office = Office::open().await;
    for number in 0..42 {
        office.store(number, b"x").await.unwrap();
    }
    let report = check(&office, Lie::Checkpoint, Trust::default()).await;
    assert!(report.has(catalogue::CHECKPOINT_INVALID, "vault demo checkpoint"), "{report}");
    assert_eq!(report.verdict, Verdict::Invalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_of_another_history_is_proof() {
    let office = running().await;
    let seed_of_nobody = LogSigner::from_seed(&office.vault().record().origin, &[7; 32]).unwrap();
    let forged = seed_of_nobody.sign(5, Digest([9; 32])).unwrap().note().to_string();
    let mut trust = trust_of(&office);
    trust.known.push(Known::parse("forged", forged.as_bytes()).unwrap());
    let report = check(&office, Lie::Nothing, trust).await;
    assert!(report.has(catalogue::KNOWN_UNUSABLE, "vault demo"), "a note by somebody else proves nothing\n{report}");
    assert_eq!(report.verdict, Verdict::NotAnchored);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_during_the_check_does_not_disturb_it() {
    let office = running().await;
    let trust = trust_of(&office);
    let storing = async {
        for number in DOCUMENTS..DOCUMENTS + 40 {
            office.store(number, b"meanwhile").await.unwrap();
        }
    };
    let (report, ()) = tokio::join!(check(&office, Lie::Nothing, trust), storing);
    assert_eq!(report.verdict, Verdict::Verified, "{report}");
    assert!(office.vault().content(case_id(), document_id(DOCUMENTS)).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_destroyed_is_accounted_for_by_certificates() {
    let office = super::certificate::certified().await;
    office.archive().carry_out_orders().await.unwrap();
    let report = check(&office, Lie::Nothing, trust_of(&office)).await;
    assert!(report.verdict == Verdict::Verified && report.findings.is_empty(), "{report}");
    assert_eq!((report.counts.documents, report.counts.destroyed), (1, 2), "{report}");
    for (lie, code, place, verdict) in [
        (Lie::NoCertificate, catalogue::DESTRUCTION_UNCERTIFIED, "order", Verdict::Incomplete),
        (Lie::ForgedCertificate, catalogue::CERTIFICATE_SIGNATURE, "signature", Verdict::Invalid),
        (Lie::HiddenOrder, catalogue::ENTRY_WITHOUT_RECORD, "vault demo entry", Verdict::Incomplete),
    ] {
        let report = check(&office, lie, trust_of(&office)).await;
        assert!(report.has(code, place), "{lie:?}: no {code:?} at {place} in\n{report}");
        assert_eq!(report.verdict, verdict, "{lie:?}:\n{report}");
    }
}
