//! A witness that is killed again and again never contradicts what it has said.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};

use aktenfest::ledger::{
    AddCheckpoint, LogSigner, NodeSource, UnverifiedCheckpoint, empty_root, leaf_hash, monitoring_path, node_hash, prove_consistency,
};
use aktenfest::model::Digest;

use super::{WitnessFolder, ask, free_address};
use crate::cli_support::wait_until;

/// A log in memory.
struct Log {
    signer: LogSigner,
    leaves: Vec<Digest>,
}

/// MTH of RFC 6962 section 2.1, word for word.
fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&root(left), &root(right))
        }
    }
}

struct Nodes<'a>(&'a [Digest]);

impl NodeSource for Nodes<'_> {
    type Error = Infallible;

    fn node(&mut self, level: u8, index: u64) -> Result<Digest, Infallible> {
        let (width, index) = (1 << level, index as usize);
        Ok(root(&self.0[index * width..(index + 1) * width]))
    }
}

impl Log {
    /// A log whose history differs from the true one from entry `fork` on.
    fn new(origin: &str, fork: usize) -> Self {
        let entry = |index: usize| leaf_hash(format!("{}-{index}", if index < fork { "entry" } else { "forged" }).as_bytes());
        Self { signer: LogSigner::from_seed(origin, &[7; 32]).expect("must be a key"), leaves: (0..400).map(entry).collect() }
    }

    fn request(&self, old: u64, new: u64) -> String {
        let signed = self.signer.sign(new, root(&self.leaves[..new as usize])).expect("must be signed");
        let proof = match old {
            0 => Vec::new(),
            old if old == new => Vec::new(),
            old => prove_consistency(old, new, &mut Nodes(&self.leaves)).expect("must be provable"),
        };
        let checkpoint = UnverifiedCheckpoint::parse(signed.note().to_string().as_bytes()).expect("must be one");
        AddCheckpoint { old_size: old, proof, checkpoint }.encode()
    }
}

#[test]
fn a_killed_witness_never_contradicts_what_it_has_said() {
    let folder = tempfile::tempdir().expect("must be created");
    let witness = WitnessFolder::create(folder.path());
    let origin = "archive.example/ledger/0123456789abcdef";
    let log = Log::new(origin, usize::MAX);
    witness.know(&[log.signer.verifier_key().to_string()]);
    let (listen, admin) = (free_address(), free_address());
    let monitor = format!("/{}", monitoring_path(origin));
    let mut said = 0_u64;
    for round in 0..10_u64 {
        let mut running = witness.serve(listen, admin);
        // Whatever was going on when it was killed, what it has said once it still says.
        // It has never cosigned 399 entries, so it tells how many it has.
        let (status, media_type, body) = ask(listen, "POST", "/add-checkpoint", &log.request(399, 400)).expect("must be answered");
        assert_eq!((status, media_type.as_str()), (409, "text/x.tlog.size"), "{body}");
        let last = body.trim_end().parse::<u64>().expect("must be a size");
        assert!(last >= said && (round == 0 || said > 0), "it has cosigned {said} entries and remembers {last}");
        let fork = Log::new(origin, last.saturating_sub(1) as usize);
        if last > 0 {
            assert_eq!(ask(listen, "POST", "/add-checkpoint", &fork.request(last, last + 5)).map(|answer| answer.0), Some(422));
            let (_, _, monitored) = ask(listen, "GET", &monitor, "").expect("must be answered");
            let shown = UnverifiedCheckpoint::parse(monitored.as_bytes()).and_then(|note| note.verify(log.signer.verifier_key()));
            assert_eq!(shown.expect("must be signed").checkpoint().root(), root(&log.leaves[..last as usize]));
        }
        said = last;
        // Requests go on while it is killed; which of them it has answered, and which it has only stored, is left to chance.
        let answers = AtomicU64::new(0);
        std::thread::scope(|scope| {
            let requests = scope.spawn(|| {
                let mut acknowledged = last;
                while let Some((200, _, line)) = ask(listen, "POST", "/add-checkpoint", &log.request(acknowledged, acknowledged + 1)) {
                    assert!(line.contains("witness.example/w1"), "{line}");
                    acknowledged += 1;
                    answers.fetch_add(1, Ordering::Relaxed);
                    if acknowledged == 390 {
                        break;
                    }
                }
                acknowledged
            });
            wait_until("some checkpoints are cosigned", || answers.load(Ordering::Relaxed) > round);
            running.kill();
            said = requests.join().expect("must end");
        });
    }
    assert!(said > 0, "nothing was cosigned at all");
}

#[test]
fn what_is_no_request_is_answered_and_costs_nothing() {
    let folder = tempfile::tempdir().expect("must be created");
    let witness = WitnessFolder::create(folder.path());
    let log = Log::new("archive.example/ledger/0123456789abcdef", usize::MAX);
    let stranger = Log::new("archive.example/ledger/fedcba9876543210", usize::MAX);
    witness.know(&[format!("# one\n{}", log.signer.verifier_key())]);
    let running = witness.serve(free_address(), free_address());
    let post = |body: &str| ask(running.listen, "POST", "/add-checkpoint", body).expect("must be answered");
    assert_eq!(post("").0, 400);
    assert_eq!(post(&"x".repeat(1 << 20)).0, 400);
    assert_eq!(post(&stranger.request(0, 7)).0, 404);
    assert_eq!(post(&log.request(0, 7).replace("\n7\n", "\n8\n")).0, 403);
    let (status, media_type, line) = post(&log.request(0, 7));
    assert_eq!((status, media_type.as_str()), (200, "text/plain; charset=utf-8"));
    assert!(line.starts_with("\u{2014} witness.example/w1 "), "{line}");
    assert_eq!(post(&log.request(7, 7)).0, 200, "the same may be cosigned again");
    assert_eq!(post(&log.request(0, 9)), (409, "text/x.tlog.size".to_owned(), "7\n".to_owned()));
    assert_eq!(ask(running.listen, "GET", "/add-checkpoint", "").map(|answer| answer.0), Some(405));
    assert_eq!(ask(running.listen, "GET", "/metrics", "").map(|answer| answer.0), Some(404), "operators have an address of their own");
    let (status, _, metrics) = ask(running.admin, "GET", "/metrics", "").expect("must be answered");
    assert!(status == 200 && metrics.contains("aktenfest_witness_cosigned_entries{log=\"archive.example/ledger/0123456789abcdef\"} 7"));
    assert!(metrics.contains("aktenfest_witness_refusals_total{reason=\"unknown_log\"} 1"), "{metrics}");
    assert_eq!(ask(running.admin, "GET", "/readyz", "").map(|answer| answer.0), Some(200));
    running.stop();
    assert_eq!(std::fs::read_dir(witness.checkpoints()).expect("must be there").count(), 1);
}
