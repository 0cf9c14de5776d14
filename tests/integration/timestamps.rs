//! Checkpoints are time-stamped beside everything else: the evidence is whole, and an authority that does it wrong costs nothing else.

use std::fs;
use std::time::Duration;

use aktenfest::archive::{ExportRequest, SealExports, Vault, first_response};
use aktenfest::clock::Clock;
use aktenfest::evidence::{HashAlgorithm, Signer, TrustRoots, ers, tsp, verify_detached};
use aktenfest::ledger::UnverifiedCheckpoint;
use aktenfest::model::retention::NoteWords;
use aktenfest::model::{CheckpointStamp, Digest, ExportKind, NoteId, StampKind, Text, Timestamp, VaultName};
use aktenfest::observe::Observer;
use aktenfest::remote::{Authority, ExportSeal, RemoteAddress, RemoteClient, RemoteSettings, Stamping, StampingError};
use aktenfest::verify::{OfflineSettings, Trust, catalogue, verify_offline};

use super::archive::Office;
use super::archive::retention::{because, clerk};
use super::support::{Mood, Service, Tsa};

pub fn roots(tsa: &[&Tsa]) -> TrustRoots {
    let pem: Vec<u8> = tsa.iter().flat_map(|tsa| fs::read(tsa.root()).unwrap()).collect();
    TrustRoots::from_pem(&pem).unwrap()
}

/// A fresh one.
pub fn observer() -> Observer {
    Observer::new().unwrap()
}

/// The authority of the daemon; `trusted` has the roots of all authorities that count.
fn authority(tsa: &Tsa, trusted: &[&Tsa]) -> Authority {
    authority_within(RemoteSettings::new(None), tsa, trusted)
}

fn authority_within(settings: RemoteSettings, tsa: &Tsa, trusted: &[&Tsa]) -> Authority {
    let client = RemoteClient::new(&settings).unwrap();
    Authority::new(client, RemoteAddress::parse(&tsa.url()).unwrap(), roots(trusted), None, Clock::system())
}

/// The job of the daemon, over this archive and with this authority.
pub fn stamping(archive: &aktenfest::archive::Archive, tsa: &Tsa, trusted: &[&Tsa], observer: Observer) -> Stamping {
    Stamping::new(archive.clone(), authority(tsa, trusted), Duration::from_secs(3600), Clock::system(), observer)
}

pub fn newest(vault: &Vault) -> CheckpointStamp {
    let listed = vault.stamped_checkpoints(0, 1000).unwrap().items;
    vault.stamp(listed.last().expect("something is stamped").size).unwrap()
}

/// What a check of the stopped archive says about its evidence, with these roots.
fn checked(office: &Office, roots: Option<TrustRoots>) -> Vec<&'static str> {
    let (store, keys) = (office.settings.store.clone(), office.settings.keys.clone());
    let report = verify_offline(&OfflineSettings { store, keys, trust: Trust::default(), roots, threads: 1 });
    let codes = report.findings.iter().map(|finding| finding.code.name());
    codes.filter(|code| *code != catalogue::NO_TRUSTED_KEY.name()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_of_an_archive_looks_at_its_evidence() {
    let (mut office, tsa, other) = (Office::open().await, Tsa::start(3650).await, Tsa::start(3650).await);
    let job = stamping(office.archive(), &tsa, &[&tsa], observer());
    assert_eq!(job.stamp().await.unwrap(), 1);
    drop(job);
    office.stop().await;
    assert_eq!(checked(&office, None), ["not-covered"], "right in itself");
    assert_eq!(checked(&office, Some(roots(&[&tsa]))), [""; 0]);
    assert_eq!(checked(&office, Some(roots(&[&other]))), ["timestamp-untrusted"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_time_stamp_covers_the_checkpoints_of_all_vaults() {
    let (office, tsa) = (Office::open().await, Tsa::start(3650).await);
    for name in ["second", "third"] {
        office.archive().create_vault(VaultName::parse(name).unwrap()).await.unwrap();
    }
    let job = stamping(office.archive(), &tsa, &[&tsa], observer());
    assert_eq!((job.stamp().await.unwrap(), tsa.given()), (3, 1));

    let trusted = roots(&[&tsa]);
    let mut roots_of_trees = Vec::new();
    for record in office.archive().vaults().unwrap() {
        let vault = office.archive().vault(&record.name).unwrap();
        let stamp = newest(&vault);
        let evidence = ers::verify(&stamp.record, &stamp.checkpoint, &trusted).unwrap();
        assert_eq!((evidence.stamps, evidence.first.time, stamp.kind), (1, stamp.since, StampKind::First));
        let checkpoint = UnverifiedCheckpoint::parse(&stamp.checkpoint).unwrap();
        assert_eq!((checkpoint.claim().size(), checkpoint.claim().origin()), (stamp.size, record.origin.as_str()));
        // What has been recorded is the ledger's last entry, and says what it is.
        let (size, _) = vault.ledger_head().unwrap();
        assert_eq!(size, stamp.size + 1);
        roots_of_trees.push(tsp::token_of(&first_response(&stamp).unwrap()).unwrap().to_vec());
        // A record may cover a neighbour's checkpoint as well (RFC 4998 section 4.2); it never covers what nobody has stamped.
        let changed = stamp.checkpoint.to_ascii_uppercase();
        assert!(ers::verify(&stamp.record, &changed, &trusted).is_err(), "a record is about what was stamped");
    }
    roots_of_trees.dedup();
    assert_eq!(roots_of_trees.len(), 1, "one token for all");

    // An archive that rests is left alone; where something happens, the next round takes it up.
    assert_eq!((job.stamp().await.unwrap(), tsa.given()), (0, 1));
    office.store(1, b"a document").await.unwrap();
    assert_eq!((job.stamp().await.unwrap(), tsa.given()), (1, 2));
    assert_eq!(office.vault().stamped_checkpoints(0, 1000).unwrap().items.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_that_does_it_wrong_costs_nothing_else() {
    let (office, tsa, stranger) = (Office::open().await, Tsa::start(3650).await, Tsa::start(3650).await);
    let watched = observer();
    let job = stamping(office.archive(), &tsa, &[&tsa], watched.clone());
    let settings = RemoteSettings { timeout: Duration::from_millis(200), ..RemoteSettings::new(None) };
    let hasty = authority_within(settings, &tsa, &[&tsa]);
    let impatient = Stamping::new(office.archive().clone(), hasty, Duration::from_secs(3600), Clock::system(), watched.clone());
    assert_eq!(job.stamp().await.unwrap(), 1);
    let good = newest(&office.vault());
    for (number, mood, reason) in [
        (1, Mood::Repeats, "invalid"),
        (2, Mood::Garbage, "invalid"),
        (3, Mood::Damaged, "invalid"),
        (4, Mood::Refuses, "refused"),
        (5, Mood::Fails, "answer"),
        (6, Mood::Silent, "timeout"),
    ] {
        // Only one that never answers is not waited for: nothing is asserted about how long the others take.
        let job = if mood == Mood::Silent { &impatient } else { &job };
        tsa.becomes(mood);
        office.store(number, b"goes on").await.unwrap();
        let error = job.stamp().await.unwrap_err();
        assert_eq!(error.reason(), reason, "{mood:?}: {error}");
        assert_eq!(newest(&office.vault()), good, "{mood:?}");
    }
    let untrusted = stamping(office.archive(), &stranger, &[&tsa], watched.clone()).stamp().await.unwrap_err();
    assert_eq!(untrusted.reason(), "invalid", "{untrusted}");
    tsa.becomes(Mood::Right);
    assert_eq!(job.stamp().await.unwrap(), 1, "what was missed is made up for");
    assert_eq!(office.read(6).as_deref(), Some(&b"goes on"[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_renewed_before_the_certificate_runs_out() {
    let (mut office, old, new) = (Office::open().await, Tsa::start(30).await, Tsa::start(3650).await);
    assert_eq!(stamping(office.archive(), &old, &[&old], observer()).stamp().await.unwrap(), 1);
    let first = newest(&office.vault());

    // The same authority could only give what runs out as early.
    let error = stamping(office.archive(), &old, &[&old], observer()).renew().await.unwrap_err();
    assert!(matches!(error, StampingError::NoLater(_)), "{error}");
    let job = stamping(office.archive(), &new, &[&old, &new], observer());
    assert_eq!(job.renew().await.unwrap(), 1);
    let renewed = newest(&office.vault());
    let evidence = ers::verify(&renewed.record, &renewed.checkpoint, &roots(&[&old, &new])).unwrap();
    assert_eq!((evidence.stamps, evidence.chains, renewed.kind), (2, 1, StampKind::StampRenewed));
    assert_eq!((renewed.size, &renewed.checkpoint, renewed.since), (first.size, &first.checkpoint, first.since));
    assert!(renewed.renew_by > first.renew_by);
    assert_eq!(job.renew().await.unwrap(), 0, "once is enough");
    assert!(ers::verify(&renewed.record, &renewed.checkpoint, &roots(&[&new])).is_err(), "the first time-stamp must still be trusted");

    assert_eq!(job.renew_hash(HashAlgorithm::Sha512).await.unwrap(), 1);
    let rehashed = newest(&office.vault());
    let evidence = ers::verify(&rehashed.record, &rehashed.checkpoint, &roots(&[&old, &new])).unwrap();
    assert_eq!((evidence.stamps, evidence.chains, rehashed.kind), (3, 2, StampKind::HashRenewed));
    assert_eq!((evidence.first.hash, evidence.last.hash), (HashAlgorithm::Sha256, HashAlgorithm::Sha512));
    assert_eq!(job.renew_hash(HashAlgorithm::Sha512).await.unwrap(), 0, "once is enough");

    // It is found again after a restart, which waits for everybody who holds the archive.
    drop(job);
    office.restart().await;
    assert_eq!(newest(&office.vault()), rehashed);
    // And shown before the next one comes, which is in an hour.
    let watched = observer();
    let job = stamping(office.archive(), &new, &[&old, &new], watched.clone());
    let _ = tokio::time::timeout(Duration::from_millis(200), job.run()).await;
    let line = format!("aktenfest_timestamp_authority_expiry_timestamp_seconds {}\n", rehashed.renew_by.seconds());
    let metrics = watched.metrics().render().unwrap();
    assert!(metrics.contains(&line), "{line} not in {metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_evidence_can_be_fetched() {
    let (service, tsa) = (Service::start().await, Tsa::start(3650).await);
    let path = "/v1/vaults/demo/ledger/timestamps";
    let client = service.client();
    assert_eq!(client.get(path).await.json()["items"].as_array().map(Vec::len), Some(0));
    assert_eq!(stamping(service.archive(), &tsa, &[&tsa], observer()).stamp().await.unwrap(), 2);

    let list = client.get(path).await.json();
    let size = list["items"][0]["size"].as_u64().unwrap();
    let one = client.get(&format!("{path}/{size}")).await.json();
    assert_eq!((one["size"].as_u64(), one["kind"].as_str(), &one["since"]), (Some(size), Some("first"), &list["items"][0]["since"]));
    let (checkpoint, record) = (client.get(&format!("{path}/{size}/checkpoint")).await, client.get(&format!("{path}/{size}/record")).await);
    ers::verify(&record.body, &checkpoint.body, &roots(&[&tsa])).unwrap();
    let response = client.get(&format!("{path}/{size}/response")).await;
    assert_eq!(response.header("content-type"), "application/timestamp-reply");
    for unknown in [format!("{path}/{}", size + 1), format!("{path}/0{size}"), format!("{path}/x/record")] {
        let answer = client.get(&unknown).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "timestamp_unknown"), "{unknown}");
    }
    assert_eq!(service.client_of("eakte", &["other"]).get(path).await.status, 404, "another vault's evidence");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_signed_and_its_signature_stamped() {
    let tsa = Tsa::start(3650).await;
    let (certificate, key) = tsa.signer();
    let signer = Signer::from_pem(&certificate, &key).unwrap();
    let seal = ExportSeal::new(signer, Some(authority(&tsa, &[&tsa])), Clock::system(), observer());
    assert_eq!(seal.ready(), Ok(()));
    let manifest = Digest::sha256(b"the manifests of an export");
    let (signature, stamp) = seal.seal(manifest).await.unwrap();
    let stamped = tsp::verify(&stamp, Digest::sha256(&signature), &roots(&[&tsa])).unwrap();
    verify_detached(&signature, manifest, &roots(&[&tsa]), stamped.time).unwrap();

    // An authority that does it wrong keeps no export back.
    tsa.becomes(Mood::Garbage);
    let (signature, stamp) = seal.seal(manifest).await.unwrap();
    assert_eq!(stamp, Vec::<u8>::new());
    verify_detached(&signature, manifest, &roots(&[&tsa]), Clock::system().now()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_out_of_date_signs_nothing() {
    let tsa = Tsa::start(3650).await;
    let (certificate, key) = tsa.signer();
    let signer = Signer::from_pem(&certificate, &key).unwrap();
    let later = Clock::manual(Timestamp::from_seconds(signer.not_after().seconds() + 1).unwrap());
    let seal = ExportSeal::new(signer, None, later, observer());
    let why = seal.ready().unwrap_err();
    assert!(why.contains("is valid from"), "{why}");
    assert_eq!(seal.seal(Digest([1; 32])).await.unwrap_err(), why);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_the_stamps_that_were_filed_before_it() {
    let (office, tsa) = (Office::open().await, Tsa::start(3650).await);
    let vault = office.vault();
    let job = stamping(office.archive(), &tsa, &[&tsa], observer());
    let words = NoteWords { requester: Text::parse("court of audit").ok(), ..because("audit") };
    let export = async |number: u8| {
        let (id, words) = (NoteId::from_bytes([number; 16]), words.clone());
        let (kind, contents) = (ExportKind::Evidence, true);
        let request = ExportRequest { id, kind, case: None, from: None, through: None, contents, access: false, words };
        vault.make_export(&clerk(None), request).await.unwrap();
        vault.export(id).unwrap()
    };
    let before = export(1).await;
    assert_eq!(job.stamp().await.unwrap(), 1);
    let behind = export(2).await;
    let stamps = |export| vault.stamps_in(export).unwrap().len();
    assert_eq!((stamps(&before), stamps(&behind)), (0, 1));
}
