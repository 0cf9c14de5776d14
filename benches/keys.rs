//! What the key forest costs, against the formulas by which it was chosen.
//!
//! ```text
//! cargo bench --bench keys                                131,072 cases in one tree
//! ```
//! One tree holds the cases of a vault that were opened in one year, as leaves at depth 40; documents lie 24 levels below their case.
//!
//! - **Size.** When a random share of `N` cases is destroyed and the share `q` is left, a subtree of height `h` is stored exactly if
//!   nothing in it is destroyed and something in its sibling is: `N * S(q)` nodes with
//!   `S(q) = sum over h >= 0 of 2^-h * q^(2^h) * (1 - q^(2^h))`, at most 0.390 for 34 % destroyed; beside them one node for each level
//!   above the cases that were given a number, here 23. A stored node takes 1 byte of depth, its prefix in whole bytes, and a key of 32:
//!   38 at the depth of a case.
//! - **Runs.** Neighbours that are destroyed merge: a run costs at most two nodes a level, 80, however long it is.
//! - **Derivation.** One HMAC-SHA-256 a level: 64 from the root, 24 from a case that was looked at before; about 0.3 microseconds each.
//! - **Destruction.** `k` cases cost `k` walks of 40 levels and one epoch: every touched tree and the root file written anew.
//!
//! The first two are checked here; the times are this machine's.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use aktenfest::keys::{Bindings, KeySettings, Keyring, TreeId};
use aktenfest::model::destruction::{Condemned, DestructionWarrant, OrderReason, list_digest};
use aktenfest::model::retention::{Note, NoteRecord, Part, Target};
use aktenfest::model::{Address, CaseNumber, DocumentNumber, Handle, LedgerIndex, NoteId, PersonTag, Timestamp, VaultId};
use criterion::{Criterion, criterion_group, criterion_main};
use tempfile::TempDir;

const VAULT: VaultId = VaultId([7; 16]);
const YEAR: u16 = 2026;
/// Cases that were opened: a power of two, so that the levels above them can be counted.
const CASES_LOG2: u32 = 17;
const CASES: u64 = 1 << CASES_LOG2;
/// Items of one order.
const ORDER_ITEMS_MAX: usize = 100_000;

/// A keyring with one tree of cases.
struct Forest {
    keyring: Keyring,
    files: PathBuf,
    _directory: TempDir,
}

impl Forest {
    fn new() -> Self {
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
        let files = directory.path().join("keyring");
        let settings = KeySettings::in_files(files.clone(), directory.path().join("root-of-trust"));
        let keyring = Keyring::create_at(&settings).expect("a keyring");
        keyring.ensure_trees(&[tree()]).expect("a tree");
        Self { keyring, files, _directory: directory }
    }

    /// Ends the keys of these cases in one epoch.
    fn destroy(&self, cases: &[u64]) {
        let warrants: Vec<DestructionWarrant> = cases.chunks(ORDER_ITEMS_MAX).map(warrant).collect();
        let high_water = BTreeMap::from([(VAULT, case(CASES - 1))]);
        self.keyring.destroy(&warrants, &high_water, Bindings::NONE).expect("an epoch");
    }

    fn nodes(&self) -> usize {
        self.keyring.cover_nodes(tree()).expect("the tree")
    }

    /// Bytes of the key files, all of which the last epoch has written.
    fn bytes(&self) -> u64 {
        bytes_in(&self.files)
    }
}

fn bytes_in(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).expect("the keyring");
    files.map(|file| file.expect("a file").metadata().expect("its size").len()).sum()
}

fn tree() -> TreeId {
    TreeId::cases(VAULT, YEAR)
}

fn case(number: u64) -> CaseNumber {
    CaseNumber::new(number).expect("a number")
}

/// What two persons have agreed on, as the archive would read it from its notes.
fn warrant(cases: &[u64]) -> DestructionWarrant {
    let mut items: Vec<Target> = cases.iter().map(|number| Target { case: case(*number), part: Part::Whole }).collect();
    items.sort_unstable();
    let register = |number: u64| Address::of_case(case(CaseNumber::FIRST_REGISTER.get() + number));
    let filed = |number: u64, note: Note| NoteRecord {
        id: NoteId::from_bytes([number as u8; 16]),
        address: register(number),
        handle: Handle([number as u8; 16]),
        opening_year: YEAR,
        recorded_at: Timestamp::from_seconds(1_795_000_000).expect("a time"),
        person: Some(PersonTag([number as u8; 16])),
        note,
        header: Vec::new(),
        sealed_details: Vec::new(),
        entry: LedgerIndex(number),
        receipt_size: 0,
    };
    let whole = |target: &Target| Condemned { target: *target, opening_year: YEAR, documents: 50, leaves: Vec::new() };
    let condemned: Vec<Condemned> = items.iter().map(whole).collect();
    let (order, reason) = (register(1), OrderReason::Due);
    let list = list_digest(reason, &items);
    let count = items.len() as u32;
    let proposed = filed(1, Note::OrderProposed { reason, items, deputy_of: Vec::new() });
    let approved = filed(2, Note::OrderApproved { order, list, cooling_off_days: 0, deputy_of: Vec::new() });
    let step = Note::OrderStep { order, first: 0, count, held: 0, condemned, dropped: Vec::new() };
    DestructionWarrant::of_order(VAULT, &proposed, &approved, (register(3), proposed.recorded_at, &step)).expect("a warrant")
}

/// Nodes for each case, when the share `q` is left.
fn nodes_per_case(q: f64) -> f64 {
    let of_height = |height: u32| {
        let clean = q.powf(2f64.powi(height as i32));
        0.5f64.powi(height as i32) * clean * (1.0 - clean)
    };
    (0..=CASES_LOG2).map(of_height).sum()
}

/// All cases in a random sequence, always the same one.
fn shuffled() -> Vec<u64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut cases: Vec<u64> = (0..CASES).collect();
    for last in (1..cases.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        cases.swap(last, (state % (last as u64 + 1)) as usize);
    }
    cases
}

/// How large the cover is, while more and more of the cases are destroyed; against the formula.
fn sizes(_: &mut Criterion) {
    let forest = Forest::new();
    let cases = shuffled();
    let mut destroyed = 0;
    println!("{:>10} {:>10} {:>10} {:>12} {:>10} {:>12}", "destroyed", "nodes", "formula", "bytes", "per node", "epoch ms");
    for per_cent in [1, 10, 34, 50, 90, 99, 100] {
        let until = cases.len() * per_cent / 100;
        let start = now();
        forest.destroy(&cases[destroyed..until]);
        let milliseconds = start.elapsed().as_secs_f64() * 1e3;
        destroyed = until;
        let expected = CASES as f64 * nodes_per_case(1.0 - until as f64 / CASES as f64) + f64::from(CaseNumber::BITS - CASES_LOG2);
        let (nodes, bytes) = (forest.nodes(), forest.bytes());
        let each = bytes as f64 / nodes as f64;
        println!("{:>9}% {nodes:>10} {expected:>10.0} {bytes:>12} {each:>10.1} {milliseconds:>12.1}", per_cent);
        assert!((nodes as f64 - expected).abs() < expected * 0.03 + 64.0, "{nodes} nodes are not {expected:.0}");
    }
    for runs in [1_u64, 16, 256] {
        let forest = Forest::new();
        let length = CASES / runs / 3;
        let cases: Vec<u64> = (0..runs).flat_map(|run| (0..length).map(move |number| run * (CASES / runs) + 17 + number)).collect();
        forest.destroy(&cases);
        let bound = runs as usize * 2 * CaseNumber::BITS as usize;
        println!("{:>10} runs of {length} cases: {} nodes, at most {bound}", runs, forest.nodes());
        assert!(forest.nodes() <= bound);
    }
}

fn derivation(criterion: &mut Criterion) {
    let cases = shuffled();
    let whole = Forest::new();
    let punctured = Forest::new();
    punctured.destroy(&cases[..cases.len() / 3]);
    let address = |number: u64| Address { case: case(number), document: DocumentNumber::new(5).expect("a number") };
    let mut next = 0;
    // Cases that were never opened, each asked for once: nothing of them is kept from before.
    criterion.bench_function("keys: a document from the root, 64 levels", |bencher| {
        bencher.iter(|| {
            next += 1;
            whole.keyring.leaf(tree(), black_box(address(CASES + next))).expect("a key")
        });
    });
    let left: Vec<u64> = cases[cases.len() / 3..].to_vec();
    criterion.bench_function("keys: a document through a cover with a third destroyed", |bencher| {
        bencher.iter(|| {
            next += 1;
            punctured.keyring.leaf(tree(), black_box(address(left[next as usize % left.len()]))).expect("a key")
        });
    });
    criterion.bench_function("keys: a document of a case looked at before, 24 levels", |bencher| {
        bencher.iter(|| whole.keyring.leaf(tree(), black_box(address(9))).expect("a key"));
    });
}

/// A night's epoch: so many cases of a year of which a third is gone already.
fn epochs(criterion: &mut Criterion) {
    let cases = shuffled();
    let mut group = criterion.benchmark_group("keys: one epoch");
    group.sample_size(10);
    for count in [1_usize, 500, 5000] {
        let forest = Forest::new();
        forest.destroy(&cases[..cases.len() / 3]);
        let mut next = cases.len() / 3;
        group.bench_function(format!("{count} cases"), |bencher| {
            bencher.iter(|| {
                // Whoever asks for more than there are destroys the first ones again, which costs the same walk.
                next = if next + count > cases.len() { 0 } else { next };
                forest.destroy(&cases[next..next + count]);
                next += count;
            });
        });
    }
    group.finish();
}

#[allow(clippy::disallowed_methods, reason = "a bench measures with the clock itself")]
fn now() -> Instant {
    Instant::now()
}

criterion_group!(benches, sizes, derivation, epochs);
criterion_main!(benches);
