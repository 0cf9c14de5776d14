//! The archive's side, round by round: what is kept of the answers of good, absent, false and forgetful witnesses.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aktenfest::archive::{Archive, BagSignature, ExportRequest};
use aktenfest::clock::Clock;
use aktenfest::export::Bag;
use aktenfest::ledger::{TrustPolicy, UnverifiedCheckpoint, UnverifiedReceipt, VerifierKey};
use aktenfest::model::{ExportKind, LedgerIndex, NoteId};
use aktenfest::observe::{Observer, WitnessMetrics};
use aktenfest::remote::{Cosigning, RemoteClient, RemoteSettings, Witness, Witnesses};
use aktenfest::witness::{KnownLogs, WitnessServer, WitnessServerSettings, WitnessState};
use tempfile::TempDir;

use super::free_address;
use crate::archive::Office;
use crate::archive::retention::{because, clerk, note_id};

/// A witness in this process.
struct Neighbour {
    folder: TempDir,
    key: VerifierKey,
    address: SocketAddr,
    server: Option<WitnessServer>,
}

impl Neighbour {
    fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = WitnessState::create(folder.path(), name).unwrap();
        Self { folder, key, address: free_address(), server: None }
    }

    async fn serve(&mut self, logs: impl IntoIterator<Item = VerifierKey>, clock: &Clock) {
        let state = Arc::new(WitnessState::open(self.folder.path(), &KnownLogs::of(logs)).unwrap());
        let settings = WitnessServerSettings { listen: self.address, admin_listen: None, tls: None };
        let metrics = Arc::new(WitnessMetrics::new().unwrap());
        self.server = Some(WitnessServer::start(settings, state, clock.clone(), metrics).await.unwrap());
    }

    async fn close(&mut self) {
        self.server.take().expect("must serve").stop().await;
    }

    fn witness(&self) -> Witness {
        Witness::new(&format!("http://{}", self.address), self.key.clone()).unwrap()
    }
}

fn log_key(office: &Office) -> VerifierKey {
    VerifierKey::parse(&office.vault().verifier_key().unwrap()).unwrap()
}

/// The job of an archive, and what it reports.
fn cosigning(archive: &Archive, clock: &Clock, witnesses: Vec<Witness>, cosignatures_min: usize) -> (Cosigning, Observer) {
    let observer = Observer::new().unwrap();
    let client = RemoteClient::new(&RemoteSettings::new(None)).unwrap();
    let witnesses = Witnesses { witnesses, cosignatures_min, interval: Duration::from_secs(60) };
    (Cosigning::new(archive.clone(), witnesses, client, clock.clone(), observer.clone()), observer)
}

fn metrics(observer: &Observer) -> String {
    observer.metrics().render().unwrap()
}

/// The size of the kept cosigned checkpoint, and how many of these witnesses have cosigned it.
fn kept(office: &Office, witnesses: &[&Neighbour]) -> Option<(u64, usize)> {
    let note = office.vault().cosigned_checkpoint().unwrap()?;
    let signed = UnverifiedCheckpoint::parse(&note).unwrap().verify(&log_key(office)).unwrap();
    let good = witnesses.iter().filter(|neighbour| signed.note().verify([&neighbour.key]).is_ok()).count();
    assert_eq!(signed.note().signatures().len(), 1 + good, "nobody else's lines are kept");
    Some((signed.checkpoint().size(), good))
}

fn size(office: &Office) -> u64 {
    office.vault().ledger_head().unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cosigned_checkpoint_is_kept_over_restarts_and_proves_receipts() {
    let mut office = Office::open().await;
    let mut neighbour = Neighbour::new("witness.example/w1");
    neighbour.serve([log_key(&office)], &office.clock).await;
    let stored = office.store(1, b"one").await.unwrap();
    assert_eq!(office.vault().anchored_receipt(stored.receipt.entry).unwrap(), None);
    let (mut job, observer) = cosigning(office.archive(), &office.clock, vec![neighbour.witness()], 1);
    job.round().await.unwrap();
    assert_eq!(kept(&office, &[&neighbour]), Some((size(&office), 1)));
    assert!(metrics(&observer).contains("aktenfest_witness_lag_entries{ledger=\"life_cycle\",vault=\"demo\"} 0"));

    let later = office.store(2, b"two").await.unwrap();
    assert_eq!(office.vault().anchored_receipt(later.receipt.entry).unwrap(), None, "not covered yet");
    drop(job);
    office.restart().await;
    assert_eq!(kept(&office, &[&neighbour]), Some((later.receipt.entry.0, 1)));
    // A job that has just started learns from what is kept which size to prove from.
    let (mut job, observer) = cosigning(office.archive(), &office.clock, vec![neighbour.witness()], 1);
    job.round().await.unwrap();
    job.round().await.unwrap();
    assert!(
        metrics(&observer).contains("aktenfest_witness_cosigned_total{witness=\"witness.example/w1\"} 1"),
        "only what has grown is shown"
    );

    let policy = format!("log {}\nwitness w {}\nquorum w\n", log_key(&office), neighbour.key);
    let policy = TrustPolicy::parse(policy.as_bytes()).unwrap();
    for (entry, given) in [(stored.receipt.entry, &stored.receipt), (later.receipt.entry, &later.receipt)] {
        let anchored = office.vault().anchored_receipt(entry).unwrap().expect("must be covered");
        let verified = UnverifiedReceipt::parse(&anchored).unwrap().verify_with_policy(&policy).unwrap();
        let plain = UnverifiedReceipt::parse(&given.text).unwrap();
        assert_eq!(Some(verified.entry.as_slice()), plain.claimed_entry());
        assert!(plain.verify_with_policy(&policy).is_err(), "the archive alone is not what this policy believes");
    }
    assert_eq!(office.vault().anchored_receipt(LedgerIndex(1000)).unwrap(), None);
    drop(job);
    neighbour.close().await;
    office.stop().await;
}

/// The bag of an export, as it leaves.
fn bag(office: &Office, id: NoteId) -> Vec<u8> {
    let mut tar = Vec::new();
    let bag = Bag::prepare(office.vault(), office.vault().export(id).unwrap()).unwrap();
    bag.write(&mut tar, |_| Ok(BagSignature { signature: None, stamp: None })).unwrap();
    tar
}

/// What witnesses cosign later changes no export that was recorded before.
#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_what_was_cosigned_when_it_was_recorded() {
    let office = Office::open().await;
    let mut neighbour = Neighbour::new("witness.example/w1");
    neighbour.serve([log_key(&office)], &office.clock).await;
    office.store(1, b"one").await.unwrap();
    let (mut job, _) = cosigning(office.archive(), &office.clock, vec![neighbour.witness()], 1);
    let request = |number| ExportRequest {
        id: note_id(number),
        kind: ExportKind::Evidence,
        case: None,
        from: None,
        through: None,
        contents: true,
        access: false,
        words: because("audit"),
    };
    let by = clerk(Some("m-muster"));
    let name = b"data/ledger/checkpoint.cosigned";
    let has_one = |tar: &[u8]| tar.windows(name.len()).any(|window| window == name);

    office.vault().make_export(&by, request(1)).await.unwrap();
    assert!(!has_one(&bag(&office, note_id(1))), "nobody has cosigned anything");
    job.round().await.unwrap();
    let cosigned = office.vault().cosigned_checkpoint().unwrap().expect("must be kept");
    office.vault().make_export(&by, request(2)).await.unwrap();
    let before = bag(&office, note_id(2));
    assert!(has_one(&before) && before.windows(cosigned.len()).any(|window| window == cosigned));
    assert!(!has_one(&bag(&office, note_id(1))), "what was recorded does not change");

    office.store(2, b"two").await.unwrap();
    job.round().await.unwrap();
    assert_ne!(office.vault().cosigned_checkpoint().unwrap(), Some(cosigned));
    assert!(bag(&office, note_id(2)) == before, "the same bytes");
    drop(job);
    neighbour.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_that_has_forgotten_or_seen_more_tells_its_size() {
    let office = Office::open().await;
    let mut neighbour = Neighbour::new("witness.example/w1");
    neighbour.serve([log_key(&office)], &office.clock).await;
    let (mut first, _) = cosigning(office.archive(), &office.clock, vec![neighbour.witness()], 1);
    first.round().await.unwrap();
    // Shown by another job meanwhile: what the first one remembers is old.
    office.store(1, b"one").await.unwrap();
    let (mut second, _) = cosigning(office.archive(), &office.clock, vec![neighbour.witness()], 1);
    second.round().await.unwrap();
    office.store(2, b"two").await.unwrap();
    first.round().await.unwrap();
    assert_eq!(kept(&office, &[&neighbour]), Some((size(&office), 1)));
    neighbour.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_absent_delays_nobody_and_is_left_alone_for_a_while() {
    let office = Office::open().await;
    let (mut present, mut absent) = (Neighbour::new("witness.example/w1"), Neighbour::new("witness.example/w2"));
    present.serve([log_key(&office)], &office.clock).await;
    let (mut job, observer) = cosigning(office.archive(), &office.clock, vec![absent.witness(), present.witness()], 1);
    job.round().await.unwrap();
    assert_eq!(kept(&office, &[&present, &absent]), Some((size(&office), 1)));
    let failures = "aktenfest_witness_failures_total{reason=\"unreachable\",witness=\"witness.example/w2\"}";
    assert!(metrics(&observer).contains(&format!("{failures} 1\n")));
    absent.serve([log_key(&office)], &office.clock).await;
    // The checkpoint that is kept is completed by whoever was missing.
    for _ in 0..3 {
        job.round().await.unwrap();
    }
    assert_eq!(kept(&office, &[&present, &absent]), Some((size(&office), 2)));
    assert!(metrics(&observer).contains(&format!("{failures} 1\n")), "it was not asked again at once");
    present.close().await;
    absent.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_enough_cosignatures_the_older_checkpoint_stays() {
    let office = Office::open().await;
    let (mut one, mut other) = (Neighbour::new("witness.example/w1"), Neighbour::new("witness.example/w2"));
    one.serve([log_key(&office)], &office.clock).await;
    other.serve([log_key(&office)], &office.clock).await;
    let (mut job, _) = cosigning(office.archive(), &office.clock, vec![one.witness(), other.witness()], 2);
    job.round().await.unwrap();
    let before = size(&office);
    assert_eq!(kept(&office, &[&one, &other]), Some((before, 2)));
    other.close().await;
    office.store(1, b"one").await.unwrap();
    job.round().await.unwrap();
    assert_eq!(kept(&office, &[&one, &other]), Some((before, 2)), "one is not enough");
    other.serve([log_key(&office)], &office.clock).await;
    for _ in 0..3 {
        job.round().await.unwrap();
    }
    assert_eq!(kept(&office, &[&one, &other]), Some((size(&office), 2)));
    one.close().await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_something_else_is_named_with_the_reason() {
    let office = Office::open().await;
    let (mut stranger, mut other_key) = (Neighbour::new("witness.example/w1"), Neighbour::new("witness.example/w2"));
    stranger.serve([], &office.clock).await;
    // It cosigns, but not with the key that the configuration names.
    other_key.serve([log_key(&office)], &office.clock).await;
    let expected = Neighbour::new("witness.example/w2");
    let impostor = Witness::new(&format!("http://{}", other_key.address), expected.key.clone()).unwrap();
    let (mut job, observer) = cosigning(office.archive(), &office.clock, vec![stranger.witness(), impostor], 1);
    job.round().await.unwrap();
    assert_eq!(kept(&office, &[&stranger, &other_key]), None);
    for (reason, witness) in [("unknown_log", "w1"), ("bad_cosignature", "w2")] {
        let line = format!("aktenfest_witness_failures_total{{reason=\"{reason}\",witness=\"witness.example/{witness}\"}} 1\n");
        assert!(metrics(&observer).contains(&line), "{line}");
    }
    assert!(
        metrics(&observer).contains(&format!("aktenfest_witness_lag_entries{{ledger=\"life_cycle\",vault=\"demo\"}} {}\n", size(&office)))
    );
    stranger.close().await;
    other_key.close().await;
}

/// A copy of a stopped archive in a folder of its own.
fn twin_of(office: &Office) -> Office {
    let folder = tempfile::tempdir().unwrap();
    let from: &Path = office.directory.path();
    let status = std::process::Command::new("cp").arg("-a").arg(from.join(".")).arg(folder.path()).status().unwrap();
    assert!(status.success());
    Office::at(folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_the_archive_is_found_out_whether_it_is_shorter_equal_or_longer() {
    for (of_the_first, of_the_copy, reason) in [(2, 1, "ahead"), (1, 1, "inconsistent"), (1, 3, "inconsistent")] {
        let mut office = Office::open().await;
        office.store(1, b"before").await.unwrap();
        office.stop().await;
        let mut copy = twin_of(&office);
        office.start().unwrap();
        copy.start().unwrap();
        let mut neighbour = Neighbour::new("witness.example/w1");
        neighbour.serve([log_key(&office)], &office.clock).await;
        for number in 0..of_the_first {
            office.store(10 + number, b"of the first").await.unwrap();
        }
        let (mut job, _) = cosigning(office.archive(), &office.clock, vec![neighbour.witness()], 1);
        job.round().await.unwrap();
        for number in 0..of_the_copy {
            copy.store(20 + number, b"of the copy").await.unwrap();
        }
        let (mut copied_job, observer) = cosigning(copy.archive(), &copy.clock, vec![neighbour.witness()], 1);
        copied_job.round().await.unwrap();
        let text = metrics(&observer);
        assert!(text.contains("aktenfest_witness_contradictions_total{witness=\"witness.example/w1\"} 1\n"), "{text}");
        assert!(text.contains(&format!("{{reason=\"{reason}\",witness=\"witness.example/w1\"}} 1\n")), "{text}");
        assert_eq!(kept(&copy, &[&neighbour]), None);
        assert!(copy.archive().status().unwrap().accepting, "an archive does not stand still because of what a witness says");
        drop((job, copied_job));
        neighbour.close().await;
    }
}
