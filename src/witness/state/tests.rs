//! A witness's memory: what it cosigns, in which order, and what a crash leaves of it.

use std::sync::Barrier;

use super::*;
use crate::ledger::testing::{Leaves, key, leaves, mth, seed, vectors};
use crate::ledger::{LogSigner, prove_consistency};

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

fn now() -> Timestamp {
    time(1_795_284_007)
}

fn log() -> LogSigner {
    LogSigner::from_seed(key("log").name(), &seed("log")).unwrap()
}

/// A witness in a folder of its own that knows the log of the vectors.
struct Office {
    folder: tempfile::TempDir,
    witness: VerifierKey,
}

impl Office {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let witness = WitnessState::create(folder.path(), "witness.example/w").unwrap();
        Self { folder, witness }
    }

    fn open(&self) -> WitnessState {
        WitnessState::open(self.folder.path(), &KnownLogs::of([key("log")])).unwrap()
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join(CHECKPOINTS).join(file_name(key("log").name()))
    }
}

/// The request to go from `old` to `new` entries of the vectors' tree.
fn grow(old: u64, new: u64) -> AddCheckpoint {
    request(old, new, &leaves(300))
}

fn request(old: u64, new: u64, tree: &[Digest]) -> AddCheckpoint {
    let signed = log().sign(new, mth(&tree[..new as usize])).unwrap();
    let proof = if old == 0 || old == new { Vec::new() } else { prove_consistency(old, new, &mut Leaves(tree)).unwrap() };
    AddCheckpoint { old_size: old, proof, checkpoint: UnverifiedCheckpoint::parse(signed.note().to_string().as_bytes()).unwrap() }
}

/// Another history of the same length.
fn fork() -> Vec<Digest> {
    let mut tree = leaves(300);
    tree[3] = Digest([9; 32]);
    tree
}

#[test]
fn the_vectors_bodies_are_answered_as_they_say() {
    for case in vectors()["witness_add_checkpoint"].as_array().unwrap() {
        let office = Office::new();
        let state = office.open();
        let last = case.get("state_of_witness").map_or(case["old"].as_u64().unwrap(), |size| size.as_u64().unwrap());
        if last > 0 {
            assert_eq!(state.add_checkpoint(grow(0, last), now()).unwrap().verdict.status(), 200);
        }
        let asked = AddCheckpoint::parse(case["request_body"].as_str().unwrap().as_bytes()).unwrap();
        let note = asked.checkpoint.clone().verify(&key("log")).unwrap();
        let decision = state.add_checkpoint(asked, now()).unwrap();
        assert_eq!(decision.verdict.status(), case["expected_status"], "{case}");
        let Some(line) = decision.line else { continue };
        let cosigned = note.with_cosignatures(&line, std::slice::from_ref(&office.witness)).unwrap();
        let stated = cosigned.note().verify([&office.witness]).unwrap()[0].time_seconds;
        assert_eq!(stated, Some(now().seconds() as u64));
        let monitored = state.monitored(&monitoring_path(key("log").name())).unwrap();
        assert_eq!(monitored.note().to_string(), format!("{}{line}", note.only_by(&key("log")).note()));
    }
}

#[test]
fn a_second_history_is_refused_also_after_a_restart() {
    let office = Office::new();
    assert_eq!(office.open().add_checkpoint(grow(0, 7), now()).unwrap().verdict.status(), 200);
    let state = office.open();
    assert_eq!(state.sizes(), [(key("log").name().to_owned(), 7)]);
    assert_eq!(state.add_checkpoint(request(0, 9, &fork()), now()).unwrap().verdict, Verdict::OtherSize(7));
    assert_eq!(state.add_checkpoint(request(7, 9, &fork()), now()).unwrap().verdict, Verdict::Inconsistent);
    assert_eq!(state.add_checkpoint(request(7, 7, &fork()), now()).unwrap().verdict, Verdict::Inconsistent);
    assert_eq!(state.add_checkpoint(grow(7, 7), now()).unwrap().verdict.status(), 200, "the same may be cosigned again");
    assert_eq!(state.add_checkpoint(grow(7, 256), now()).unwrap().verdict.status(), 200);
    assert!(state.is_healthy());
}

#[test]
fn what_others_have_signed_is_neither_kept_nor_in_the_way() {
    let office = Office::new();
    let state = office.open();
    let cosigned = vectors()["checkpoints"]["7"]["note_cosigned"].as_str().unwrap();
    let checkpoint = UnverifiedCheckpoint::parse(cosigned.as_bytes()).unwrap();
    let first = state.add_checkpoint(AddCheckpoint { old_size: 0, proof: Vec::new(), checkpoint }, now()).unwrap();
    let kept = state.monitored(&monitoring_path(key("log").name())).unwrap();
    assert_eq!(kept.note().signatures().len(), 2, "the log's line and ours");
    // The same again, with our own line in it.
    let checkpoint = UnverifiedCheckpoint::parse(kept.note().to_string().as_bytes()).unwrap();
    let again = state.add_checkpoint(AddCheckpoint { old_size: 7, proof: Vec::new(), checkpoint }, time(1_795_284_999)).unwrap();
    assert!(first.line.is_some() && again.line.is_some() && first.line != again.line);
}

#[test]
fn of_requests_that_race_one_history_wins() {
    let office = Office::new();
    let state = office.open();
    assert_eq!(state.add_checkpoint(grow(0, 3), now()).unwrap().verdict.status(), 200);
    let (one, other) = (leaves(300), fork());
    let start = Barrier::new(8);
    let cosigned: Vec<(usize, u64)> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..8_usize)
            .map(|number| {
                let (state, start, tree) = (&state, &start, if number % 2 == 0 { &one } else { &other });
                scope.spawn(move || {
                    start.wait();
                    let steps = [(3, 7), (7, 9), (9, 256)];
                    let granted = steps.map(|(old, new)| (state.add_checkpoint(request(old, new, tree), now()).unwrap(), new));
                    granted
                        .into_iter()
                        .filter(|(decision, _)| decision.line.is_some())
                        .map(|(_, new)| (number % 2, new))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        racers.into_iter().flat_map(|racer| racer.join().unwrap()).collect()
    });
    let first = cosigned.first().expect("somebody must have been first").0;
    assert!(cosigned.iter().all(|(history, _)| *history == first), "two histories were cosigned: {cosigned:?}");
}

/// Every state in which a crash can leave the folder between two checkpoints: each step of the replacement as lost and as persisted.
#[test]
fn a_crash_leaves_the_old_checkpoint_or_the_new_one() {
    let office = Office::new();
    assert_eq!(office.open().add_checkpoint(grow(0, 7), now()).unwrap().verdict.status(), 200);
    let old = fs::read(office.file()).unwrap();
    assert_eq!(office.open().add_checkpoint(grow(7, 9), now()).unwrap().verdict.status(), 200);
    let new = fs::read(office.file()).unwrap();
    let temporary = PathBuf::from(format!("{}.new", office.file().display()));
    // Until the name is moved the old file is there, beside nothing, an empty file, every part of the new one, or all of it.
    let parts = (0..=new.len()).map(|length| (Some(new[..length].to_vec()), &old, 7)).chain([(None, &old, 7), (None, &new, 9)]);
    for (beside, content, size) in parts {
        fs::write(office.file(), content).unwrap();
        match &beside {
            Some(bytes) => fs::write(&temporary, bytes).unwrap(),
            None => drop(fs::remove_file(&temporary)),
        }
        let state = office.open();
        assert_eq!(state.sizes()[0].1, size);
        // The other history of the same sizes is never cosigned, whichever file it was, and the true one goes on.
        assert_eq!(state.add_checkpoint(request(size, 256, &fork()), now()).unwrap().verdict, Verdict::Inconsistent);
        assert_eq!(state.add_checkpoint(grow(size, 256), now()).unwrap().verdict.status(), 200);
    }
}

#[test]
fn what_cannot_be_stored_is_not_cosigned() {
    let office = Office::new();
    let state = office.open();
    assert_eq!(state.add_checkpoint(grow(0, 7), now()).unwrap().verdict.status(), 200);
    // A folder in the place of the new file: it cannot be written.
    let temporary = PathBuf::from(format!("{}.new", office.file().display()));
    fs::create_dir(&temporary).unwrap();
    assert!(matches!(state.add_checkpoint(grow(7, 9), now()), Err(StateError::Io(..))));
    fs::remove_dir(&temporary).unwrap();
    assert!(matches!(state.add_checkpoint(grow(7, 9), now()), Err(StateError::Latched)), "nobody knows what is there");
    assert!(!state.is_healthy());
    drop(state);
    let state = office.open();
    assert_eq!(state.add_checkpoint(grow(7, 9), now()).unwrap().verdict.status(), 200);
}

#[test]
fn a_folder_is_used_by_one_and_believed_only_with_both_signatures() {
    let office = Office::new();
    let known = KnownLogs::of([key("log")]);
    let state = office.open();
    assert!(matches!(WitnessState::open(office.folder.path(), &known), Err(StateError::InUse(_))));
    assert!(matches!(WitnessState::create(office.folder.path(), "other"), Err(StateError::Exists(_))));
    state.add_checkpoint(grow(0, 7), now()).unwrap();
    drop(state);
    let good = fs::read_to_string(office.file()).unwrap();
    let log_only = format!("{}\n", good.trim_end().rsplit_once('\n').unwrap().0);
    for bad in [String::new(), good.replace("\n7\n", "\n8\n"), log_only] {
        fs::write(office.file(), bad).unwrap();
        assert!(matches!(WitnessState::open(office.folder.path(), &known), Err(StateError::Damaged(..))));
    }
    fs::write(office.file(), good).unwrap();
    assert_eq!(office.open().sizes()[0].1, 7);
    // A log that is not known is not cosigned, although there is a file of it.
    let state = WitnessState::open(office.folder.path(), &KnownLogs::default()).unwrap();
    assert_eq!(state.add_checkpoint(grow(7, 9), now()).unwrap().verdict, Verdict::UnknownLog);
    assert_eq!(state.monitored(&monitoring_path(key("log").name())), None);
}
