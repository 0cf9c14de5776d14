//! What the parts of a store cost, one at a time: sealing, opening, ledger append, receipts, commits. Wall clock, by criterion.

mod common;

use std::hint::black_box;
use std::sync::Arc;

use aktenfest::archive::{Archive, Vault};
use aktenfest::clock::Clock;
use aktenfest::ledger::{
    ActorKey, Appended, Entry, Frontier, LogSigner, LogState, SignedCheckpoint, StoredDocument, SubjectKey, check_shape, leaf_hash,
    make_receipt,
};
use aktenfest::model::{
    ApplicationName, CaseDescription, CaseId, Digest, DocumentDescription, DocumentId, EventId, GroupNumber, Handle, LedgerIndex,
    MediaType, Text, Timestamp, VaultId, VaultName,
};
use aktenfest::observe::Observer;
use aktenfest::store::anchor::{Anchor, AnchorFile, AnchoredHead};
use aktenfest::store::key::LogKey;
use aktenfest::sys::thread;
use bytes::Bytes;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use zeroize::Zeroizing;

const SIZES: [(&str, usize); 4] = [("4 KiB", 4 << 10), ("32 KiB", 32 << 10), ("200 KiB", 200 << 10), ("1 MiB", 1 << 20)];

fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(length).collect()
}

fn case_id() -> CaseId {
    CaseId::from_bytes([7; 16])
}

fn document_id(number: u64) -> DocumentId {
    let mut bytes = [9; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    DocumentId::from_bytes(bytes)
}

async fn store(vault: &Vault, number: u64, content: Bytes) {
    let by = ApplicationName::parse("bench").expect("a name");
    let length = Some(content.len() as u64);
    let about = DocumentDescription::default();
    let upload = vault.begin_document(&by, case_id(), document_id(number), MediaType::unknown(), about, length).await;
    let mut upload = upload.expect("the archive accepts");
    upload.push(content).await.expect("the archive takes the bytes");
    upload.finish(None).await.expect("the document is stored");
}

/// One document after the other: seal, commit, anchor, receipt. The latency of an idle archive.
fn commit(criterion: &mut Criterion) {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    let settings = common::settings(directory.path());
    Archive::create(&settings).expect("an archive");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let (archive, running) = Archive::start(&settings, Clock::system(), Observer::new().expect("metrics")).expect("a start");
    let vault = runtime.block_on(async {
        let name = VaultName::parse("bench").expect("a name");
        archive.create_vault(name.clone()).await.expect("a vault");
        let vault = archive.vault(&name).expect("the vault");
        let about = CaseDescription { reference: Text::parse("bench").expect("a text"), kind: None, unit: None };
        vault.open_case(&ApplicationName::parse("bench").expect("a name"), case_id(), about).await.expect("a case");
        vault
    });
    let mut group = criterion.benchmark_group("store one document");
    group.sample_size(20);
    let mut number = 0;
    for (name, size) in SIZES {
        let content = Bytes::from(noise(size));
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                number += 1;
                runtime.block_on(store(&vault, number, content.clone()));
            });
        });
    }
    group.finish();
    drop((vault, archive));
    running.join();
}

/// Appending a group to a ledger of a million entries, and the receipts of the group.
fn ledger(criterion: &mut Criterion) {
    let entry = noise(720);
    let leaves: Vec<Digest> = (0u64..1024).map(|number| leaf_hash(&number.to_be_bytes())).collect();
    let mut log = LogState::empty();
    for _ in 0..1000 {
        log = log.append(&leaves).expect("the log grows").next;
    }
    criterion.bench_function("ledger: leaf hash", |bencher| bencher.iter(|| leaf_hash(black_box(&entry))));
    criterion.bench_function("ledger: append 1", |bencher| bencher.iter(|| log.append(&leaves[..1]).expect("the log grows")));
    criterion.bench_function("ledger: append 64", |bencher| bencher.iter(|| log.append(&leaves[..64]).expect("the log grows")));
    criterion.bench_function("ledger: append 1024", |bencher| bencher.iter(|| log.append(&leaves).expect("the log grows")));
    let signer = LogSigner::from_seed("bench.example/ledger/00", &[7; 32]).expect("a signer");
    let appended = log.append(&[leaf_hash(&entry)]).expect("the log grows");
    let (size, root) = (appended.next.size(), appended.root);
    criterion
        .bench_function("ledger: sign and verify a checkpoint", |bencher| bencher.iter(|| signer.sign(size, root).expect("a signature")));
    let checkpoint = signer.sign(size, root).expect("a signature");
    criterion.bench_function("ledger: proof and receipt", |bencher| {
        bencher.iter(|| {
            let proof = appended.proofs.proof(size - 1).expect("a proof");
            make_receipt(&entry, LedgerIndex(size - 1), &proof, &checkpoint).expect("a receipt")
        });
    });
}

/// Events of one group in the benches below.
const EVENTS: u64 = 1024;

/// The entry of event `number`, with its seven commitments.
fn entry(number: u64) -> Vec<u8> {
    let mut id = [0xa5; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    let keys = (SubjectKey::new(Zeroizing::new([1; 32])), ActorKey::new(Zeroizing::new([2; 32])));
    let stored = StoredDocument {
        application: "bench",
        case: case_id(),
        document: document_id(number),
        description: br#"{"title":"Schriftwechsel"}"#,
        sha256: &Digest([4; 32]),
        size_bytes: 4096,
        media_type: "application/pdf",
    };
    let time = Timestamp::from_seconds(1_795_000_000).expect("a time");
    stored.prepare(Handle(id), EventId(id), &keys.0, &keys.1).complete(time, None)
}

/// The entries of one group, made by two threads as by two connections.
fn entries() -> Vec<Vec<u8>> {
    let half = |from: u64| thread::spawn("bench", move || (from..from + EVENTS / 2).map(entry).collect::<Vec<_>>()).expect("a thread");
    let halves = [half(0), half(EVENTS / 2)];
    halves.into_iter().flat_map(|half| half.join().expect("a half")).collect()
}

/// Receipts of one group, made by two threads as for two connections; each is verified before it counts.
fn receipts(entries: Vec<Vec<u8>>, appended: Appended, checkpoint: SignedCheckpoint) -> usize {
    let first = appended.next.size() - EVENTS;
    let shared = Arc::new((entries, appended, checkpoint));
    let half = |from: u64| {
        let shared = Arc::clone(&shared);
        let one = move |number: u64| {
            let (entries, appended, checkpoint) = &*shared;
            let proof = appended.proofs.proof(first + number).expect("a proof");
            make_receipt(&entries[number as usize], LedgerIndex(first + number), &proof, checkpoint).expect("a receipt").len()
        };
        thread::spawn("bench", move || (from..from + EVENTS / 2).map(one).sum::<usize>()).expect("a thread")
    };
    let halves = [half(0), half(EVENTS / 2)];
    halves.into_iter().map(|half| half.join().expect("a half")).sum()
}

/// The way of events through the ledger, without storage: commitments, hashes, tree, signature, receipts.
fn events(criterion: &mut Criterion) {
    let leaves: Vec<Digest> = (0u64..1024).map(|number| leaf_hash(&number.to_be_bytes())).collect();
    let log = (0..1000).fold(LogState::empty(), |log, _| log.append(&leaves).expect("the log grows").next);
    let signer = LogSigner::from_seed("bench.example/ledger/00", &[7; 32]).expect("a signer");
    let mut group = criterion.benchmark_group("events");
    group.throughput(Throughput::Elements(EVENTS));
    group.bench_function("through the ledger, two threads: commitments to receipts", |bencher| {
        bencher.iter(|| {
            let entries = entries();
            let leaves: Vec<Digest> = entries.iter().map(|entry| leaf_hash(entry)).collect();
            let appended = log.append(&leaves).expect("the log grows");
            let checkpoint = signer.sign(appended.next.size(), appended.root).expect("a signature");
            receipts(entries, appended, checkpoint)
        });
    });
    let entries = entries();
    group.bench_function("verified by one thread: form, shape, hash, tree", |bencher| {
        bencher.iter(|| {
            let mut frontier = Frontier::new();
            for bytes in &entries {
                let entry = Entry::parse(bytes).expect("an entry");
                check_shape(&entry).expect("an entry of ours");
                frontier.append(leaf_hash(bytes));
            }
            frontier.root()
        });
    });
    group.finish();
}

/// What a receipt adds to a commit: the anchor on the disk, the signature, the proof and the text.
fn receipt(criterion: &mut Criterion) {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    let entry = entry(0);
    let leaves: Vec<Digest> = (0u64..63).map(|number| leaf_hash(&number.to_be_bytes())).chain([leaf_hash(&entry)]).collect();
    let log = LogState::empty().append(&leaves).expect("the log grows").next;
    let signer = LogSigner::from_seed("bench.example/ledger/00", &[7; 32]).expect("a signer");
    let anchor_of = |group: u64, size: u64, root: Digest| {
        let head = AnchoredHead { log: LogKey::life_cycle(VaultId([1; 16])), size, root };
        Anchor { archive: [5; 16], group: GroupNumber(group), heads: vec![head] }
    };
    let mut file = AnchorFile::create(&directory.path().join("anchor"), &anchor_of(0, 64, log.root())).expect("an anchor");
    let mut number = 0;
    criterion.bench_function("receipt: what it adds to a commit", |bencher| {
        bencher.iter(|| {
            let appended = log.append(&leaves).expect("the log grows");
            let (size, root) = (appended.next.size(), appended.root);
            number += 1;
            file.write(&anchor_of(number, size, root)).expect("an anchor");
            let checkpoint = signer.sign(size, root).expect("a signature");
            let proof = appended.proofs.proof(size - 1).expect("a proof");
            make_receipt(&entry, LedgerIndex(size - 1), &proof, &checkpoint).expect("a receipt")
        });
    });
}

/// Sealing as an upload does it, without storage.
fn seal(criterion: &mut Criterion) {
    use aktenfest::keys::{FileRoot, Keyring, TreeId};
    use aktenfest::model::{Address, CaseNumber, DocumentNumber, VaultId};
    use aktenfest::seal::{HeaderFields, Opener, Sealer};
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    let root = FileRoot::create(&directory.path().join("root")).expect("a root of trust");
    let keyring = Keyring::create(&directory.path().join("keyring"), Box::new(root)).expect("a keyring");
    let tree = TreeId::cases(VaultId([1; 16]), 2026);
    keyring.ensure_trees(&[tree]).expect("a tree");
    let address = Address { case: CaseNumber::new(5).expect("a number"), document: DocumentNumber::new(6).expect("a number") };
    criterion.bench_function("keys: leaf of a known case", |bencher| bencher.iter(|| keyring.leaf(tree, address).expect("a leaf")));
    let leaf = keyring.leaf(tree, address).expect("a leaf");
    let fields = HeaderFields { tree, address, id: [3; 16] };
    for kind in ["scan", "text"] {
        let mut group = criterion.benchmark_group(format!("seal {kind}"));
        for (name, size) in SIZES {
            let content = if kind == "scan" { noise(size) } else { text(size) };
            group.throughput(Throughput::Bytes(size as u64));
            let seal = || {
                let mut sealer = Sealer::new(&leaf, fields, size as u64);
                let mut frames = sealer.push(&content).expect("a small document");
                let (last, sealed) = sealer.finish();
                frames.push(last);
                (frames, sealed)
            };
            group.bench_function(format!("{name}, seal"), |bencher| bencher.iter(seal));
            let (frames, sealed) = seal();
            let opener = Opener::new(&leaf, &sealed.header).expect("our own header");
            let open = |frames: Vec<Bytes>| {
                for (index, frame) in (0u32..).zip(&frames) {
                    black_box(opener.open_frame(index, frame, sealed.plain_bytes, sealed.frames).expect("our own frame"));
                }
            };
            group.bench_function(format!("{name}, open"), |bencher| bencher.iter_batched(|| frames.clone(), open, BatchSize::SmallInput));
        }
        group.finish();
    }
}

fn text(length: usize) -> Vec<u8> {
    let words = ["Bescheid", "Antrag", "Leistung", "Unterkunft", "Heizung", "Monat", "Betrag", "Anlage", "Frist", "und", "der", "zum"];
    let picks = noise(length);
    let picked = picks.iter().flat_map(|pick| words[usize::from(*pick) % words.len()].bytes().chain(*b" "));
    picked.take(length).collect()
}

criterion_group!(benches, seal, ledger, events, receipt, commit);
criterion_main!(benches);
