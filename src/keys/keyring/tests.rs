//! What a keyring promises, on a real disk.

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::keys::epoch::Punctures;
use crate::keys::{Epoch, FileRoot, NodeAddress, Slots};
use crate::model::DocumentNumber;

const VAULT: VaultId = VaultId([1; 16]);

/// A keyring on disk with a vault set up for 2026.
struct Fixture {
    directory: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let fixture = Self { directory: tempfile::tempdir().unwrap() };
        let root_of_trust = FileRoot::create(&fixture.slots()).unwrap();
        let keyring = Keyring::create(&fixture.keys(), Box::new(root_of_trust)).unwrap();
        keyring.ensure_trees(&[TreeId::vault(VAULT), TreeId::cases(VAULT, 2026), TreeId::actors(VAULT, 2026)]).unwrap();
        fixture
    }

    fn keys(&self) -> PathBuf {
        self.directory.path().join("keys")
    }

    fn slots(&self) -> PathBuf {
        self.directory.path().join("slots")
    }

    fn open(&self) -> Result<Keyring, KeyError> {
        Keyring::open(&self.keys(), Box::new(FileRoot::open(&self.slots())?))
    }

    fn key_files(&self) -> Vec<PathBuf> {
        let mut paths: Vec<_> = fs::read_dir(self.keys()).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    }
}

fn destroy(keyring: &Keyring, case: u64) -> Result<EpochReport, KeyError> {
    puncture(keyring, vec![NodeAddress::of_case(CaseNumber::new(case).unwrap())])
}

fn puncture(keyring: &Keyring, dead: Vec<NodeAddress>) -> Result<EpochReport, KeyError> {
    let puncture = [(TreeId::cases(VAULT, 2026), Punctures { dead, case_high_water: 4 })].into();
    keyring.begin_epoch(&EpochChanges { puncture, ..EpochChanges::default() })
}

#[test]
fn keys_are_the_same_after_reopening() {
    let fixture = Fixture::new();
    let (first, second) = (fixture.open().unwrap(), fixture.open().unwrap());
    let (tree, address) = (TreeId::cases(VAULT, 2026), Address::from_u64(77));
    assert_eq!(first.leaf(tree, address).unwrap().bytes(), second.leaf(tree, address).unwrap().bytes());
    let (left, right) = (first.vault_keys(VAULT).unwrap(), second.vault_keys(VAULT).unwrap());
    assert_eq!(left.reference_tag("3 C 17/26"), right.reference_tag("3 C 17/26"));
    assert_ne!(left.reference_tag("3 C 17/26"), left.reference_tag("3 C 18/26"));
    assert_eq!(left.ledger_seed(0).unwrap(), right.ledger_seed(0).unwrap());
    assert_ne!(left.ledger_seed(0).unwrap(), left.ledger_seed(1).unwrap());
    assert_eq!(first.actor_key(VAULT, 2026, "m.huber").unwrap(), second.actor_key(VAULT, 2026, "m.huber").unwrap());
    assert_ne!(first.actor_key(VAULT, 2026, "m.huber").unwrap(), first.actor_key(VAULT, 2026, "k.lang").unwrap());
    assert_eq!(second.recovery(), &Recovery::Clean);
}

#[test]
fn what_is_not_there_is_said_by_name() {
    let keyring = Fixture::new().open().unwrap();
    let other_year = TreeId::cases(VAULT, 2027);
    assert!(matches!(keyring.leaf(other_year, Address::from_u64(0)), Err(KeyError::NoTree { tree }) if tree == other_year));
    assert!(matches!(keyring.vault_keys(VaultId([9; 16])), Err(KeyError::NoTree { .. })));
    assert!(matches!(keyring.actor_key(VAULT, 2027, "m.huber"), Err(KeyError::NoTree { .. })));
}

#[test]
fn destroying_a_case_spares_the_rest_and_forgets_what_was_derived() {
    let fixture = Fixture::new();
    let keyring = fixture.open().unwrap();
    let tree = TreeId::cases(VAULT, 2026);
    let (doomed, spared) = (Address::from_u64(4 << 24 | 1), Address::from_u64(5 << 24 | 1));
    let spared_before = *keyring.leaf(tree, spared).unwrap().bytes();
    assert!(keyring.leaf(tree, doomed).is_ok());
    let report = destroy(&keyring, 4).unwrap();
    assert_eq!((report.before, report.after, report.unreclaimed_files), (2, 3, 0));
    assert_eq!(report.covers, [(tree, keyring.cover_digest(tree).unwrap())]);
    assert_ne!(report.root_sha256_before, report.root_sha256_after);
    for keyring in [keyring, fixture.open().unwrap()] {
        assert!(matches!(keyring.leaf(tree, doomed), Err(KeyError::Destroyed { .. })));
        assert!(matches!(keyring.case_node(tree, doomed.case), Err(KeyError::Destroyed { .. })));
        assert_eq!(*keyring.leaf(tree, spared).unwrap().bytes(), spared_before);
        assert!(keyring.leaf(tree, Address { document: DocumentNumber::CASE_ITSELF, ..spared }).is_ok());
    }
}

#[test]
fn what_is_covered_is_what_can_be_derived() {
    let fixture = Fixture::new();
    let keyring = fixture.open().unwrap();
    let tree = TreeId::cases(VAULT, 2026);
    let at = |case: u64, document: u32| Address::from_u64(case << 24 | u64::from(document));
    let document = NodeAddress::of_document(at(5, 2));
    let note = NodeAddress::of_document(at(6, DocumentNumber::CASE_ITSELF.get() - 1));
    let dead = vec![NodeAddress::of_case(CaseNumber::new(4).unwrap()), document, note];
    puncture(&keyring, dead).unwrap();
    for case in 3..8 {
        for document in [0, 1, 2, 3, DocumentNumber::CASE_ITSELF.get() - 1, DocumentNumber::CASE_ITSELF.get()] {
            let address = at(case, document);
            assert_eq!(keyring.covers(tree, address).unwrap(), keyring.leaf(tree, address).is_ok(), "{case} {document}");
        }
    }
    assert!(!keyring.covers(tree, at(4, DocumentNumber::CASE_ITSELF.get())).unwrap(), "the case itself");
    assert!(!keyring.covers(tree, at(5, 2)).unwrap() && keyring.covers(tree, at(5, 3)).unwrap());
    assert!(matches!(keyring.covers(TreeId::cases(VAULT, 2031), at(4, 0)), Err(KeyError::NoTree { .. })));
}

#[test]
fn destroying_again_what_is_destroyed_is_a_new_epoch_with_the_same_covers() {
    let fixture = Fixture::new();
    let keyring = fixture.open().unwrap();
    let tree = TreeId::cases(VAULT, 2026);
    destroy(&keyring, 4).unwrap();
    let (digest, nodes) = (keyring.cover_digest(tree).unwrap(), keyring.cover_nodes(tree).unwrap());
    let inside = NodeAddress::of_document(Address::from_u64(4 << 24 | 9));
    for dead in [vec![NodeAddress::of_case(CaseNumber::new(4).unwrap())], vec![inside], Vec::new()] {
        let before = keyring.epoch();
        let report = puncture(&keyring, dead).unwrap();
        assert_eq!((report.after, report.covers), (before + 1, vec![(tree, digest)]));
        assert_eq!((keyring.cover_digest(tree).unwrap(), keyring.cover_nodes(tree).unwrap()), (digest, nodes));
    }
    assert_eq!(fixture.open().unwrap().cover_digest(tree).unwrap(), digest);
}

#[test]
fn the_vaults_own_tree_is_never_punctured() {
    let fixture = Fixture::new();
    let keyring = fixture.open().unwrap();
    let puncture = [(TreeId::vault(VAULT), Punctures { dead: vec![NodeAddress::leaf(0)], case_high_water: 0 })].into();
    let result = keyring.begin_epoch(&EpochChanges { puncture, ..EpochChanges::default() });
    assert!(matches!(result, Err(KeyError::Invariant { .. })));
    assert_eq!(keyring.epoch(), 2);
}

#[test]
fn adding_what_exists_changes_nothing_and_old_files_are_removed() {
    let fixture = Fixture::new();
    let keyring = fixture.open().unwrap();
    assert_eq!(fixture.key_files().len(), 4, "one root and three trees");
    keyring.ensure_trees(&[TreeId::vault(VAULT)]).unwrap();
    assert_eq!(keyring.epoch(), 2);
    keyring.ensure_trees(&[TreeId::cases(VAULT, 2027), TreeId::cases(VAULT, 2027)]).unwrap();
    assert_eq!((keyring.epoch(), fixture.key_files().len()), (3, 5));
    fs::write(fixture.keys().join("root.00000000000000ff"), b"garbage").unwrap();
    fixture.open().unwrap();
    assert_eq!(fixture.key_files().len(), 5);
}

#[test]
fn every_damaged_or_missing_file_is_named_and_left_as_it_is() {
    let fixture = Fixture::new();
    for path in fixture.key_files() {
        let good = fs::read(&path).unwrap();
        let mut flipped = good.clone();
        flipped[good.len() / 2] ^= 1;
        for (damage, expected) in [(Some(flipped), "damaged"), (Some(good[..10].to_vec()), "damaged"), (None, "missing")] {
            match &damage {
                Some(bytes) => fs::write(&path, bytes).unwrap(),
                None => fs::remove_file(&path).unwrap(),
            }
            let message = fixture.open().err().unwrap().to_string();
            assert!(message.contains(expected) && message.contains(&path.display().to_string()), "{message}");
            assert_eq!(fs::read(&path).ok(), damage);
        }
        fs::write(&path, good).unwrap();
    }
    assert!(fixture.open().is_ok());
}

#[test]
fn an_older_keyring_does_not_open_with_the_present_root_of_trust() {
    let fixture = Fixture::new();
    let old: Vec<_> = fixture.key_files().into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    destroy(&fixture.open().unwrap(), 4).unwrap();
    fs::remove_dir_all(fixture.keys()).unwrap();
    fs::create_dir(fixture.keys()).unwrap();
    for (path, bytes) in old {
        fs::write(path, bytes).unwrap();
    }
    assert!(matches!(fixture.open(), Err(KeyError::Missing { file }) if file.ends_with("root.0000000000000003")));
}

#[test]
fn creating_twice_is_refused() {
    let fixture = Fixture::new();
    assert!(matches!(FileRoot::create(&fixture.slots()), Err(KeyError::AlreadyCreated { .. })));
    let root_of_trust = FileRoot::open(&fixture.slots()).unwrap();
    assert!(matches!(Keyring::create(&fixture.keys(), Box::new(root_of_trust)), Err(KeyError::AlreadyCreated { .. })));
    let new_slots = FileRoot::create(&fixture.directory.path().join("other")).unwrap();
    assert!(matches!(Keyring::create(&fixture.keys(), Box::new(new_slots)), Err(KeyError::AlreadyCreated { .. })));
    let empty = FileRoot::open(&fixture.directory.path().join("other")).unwrap();
    assert!(matches!(Keyring::open(&fixture.keys(), Box::new(empty)), Err(KeyError::NotCreated { .. })));
    assert!(fixture.open().is_ok());
}

/// A root of trust that does what it is told and then reports that it failed.
struct Doubtful(FileRoot);

impl RootOfTrust for Doubtful {
    fn place(&self) -> String {
        self.0.place()
    }
    fn load(&self) -> Result<Slots, KeyError> {
        self.0.load()
    }
    fn stage(&self, epoch: &Epoch) -> Result<(), KeyError> {
        self.0.stage(epoch)
    }
    fn promote(&self) -> Result<(), KeyError> {
        self.0.promote()?;
        Err(KeyError::NotCreated { place: self.place() })
    }
    fn clear_stage(&self) -> Result<(), KeyError> {
        self.0.clear_stage()
    }
    fn assurance(&self) -> Assurance {
        self.0.assurance()
    }
}

#[test]
fn after_a_change_with_unknown_outcome_nothing_more_is_changed() {
    let fixture = Fixture::new();
    let keyring = Keyring::open(&fixture.keys(), Box::new(Doubtful(FileRoot::open(&fixture.slots()).unwrap()))).unwrap();
    assert!(matches!(destroy(&keyring, 4), Err(KeyError::NotCreated { .. })));
    assert!(matches!(destroy(&keyring, 5), Err(KeyError::Latched)));
    assert!(matches!(keyring.ensure_trees(&[TreeId::cases(VAULT, 2031)]), Err(KeyError::Latched)));
    assert!(keyring.leaf(TreeId::cases(VAULT, 2026), Address::from_u64(4 << 24)).is_ok(), "the epoch in memory goes on");
    let reopened = fixture.open().unwrap();
    assert_eq!(reopened.recovery(), &Recovery::Finished { epoch: 3 });
    assert!(reopened.leaf(TreeId::cases(VAULT, 2026), Address::from_u64(4 << 24)).is_err());
}

#[test]
fn a_staged_epoch_without_its_files_is_discarded_and_said_so() {
    let fixture = Fixture::new();
    let keyring = fixture.open().unwrap();
    let prepared = prepare(&keyring.state(), &EpochChanges { add: vec![TreeId::cases(VAULT, 2030)], ..EpochChanges::default() }).unwrap();
    FileRoot::open(&fixture.slots()).unwrap().stage(&prepared.epoch).unwrap();
    let reopened = fixture.open().unwrap();
    assert!(matches!(reopened.recovery(), Recovery::Discarded { epoch: 3, reason } if reason.contains("root.0000000000000003")));
    assert_eq!((reopened.epoch(), fixture.open().unwrap().recovery()), (2, &Recovery::Clean));
}
