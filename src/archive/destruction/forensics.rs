//! The proof that counts: somebody keeps every byte that was ever written, and gets the root of trust as it is in the end.
//!
//! The real archive runs in a directory; after each step everything in it is copied and nothing is ever forgotten. Then an attack
//! program gets all copies. It must open every living document, which shows that the attack works, and not one destroyed one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bytes::Bytes;

use super::{OrderItems, OrderRequest};
use crate::archive::retention::HoldItem;
use crate::archive::{Archive, ArchiveSettings, Running, Vault};
use crate::clock::Clock;
use crate::keys::adversary::Adversary;
use crate::keys::{KeySettings, TreeId};
use crate::model::destruction::{DestructionRule, OrderReason};
use crate::model::retention::NoteWords;
use crate::model::{
    ApplicationName, CaseDescription, CaseId, DocumentDescription, DocumentId, DocumentRecord, MediaType, NoteId, PersonName, Principal,
    Text, Timestamp, VaultId, VaultName,
};
use crate::observe::Observer;
use crate::seal::Opener;
use crate::store::fault::{Cause, Failure, Faults, Step};
use crate::store::{Column, Store, StoreSettings, codec};

const CASES: u8 = 6;
const DOCUMENTS_PER_CASE: u8 = 4;

/// Fails the n-th time that a step of storage is taken, counted from when it is armed.
#[derive(Debug, Default)]
struct CrashAt(Mutex<Option<(u32, Failure)>>);

impl Faults for CrashAt {
    fn at(&self, step: Step) -> Option<(Failure, Cause)> {
        let mut armed = self.0.lock().expect("nobody panics with it");
        let (left, failure) = armed.as_mut().filter(|_| step != Step::BuildBulk)?;
        if *left > 0 {
            *left -= 1;
            return None;
        }
        let failure = *failure;
        *armed = None;
        Some((failure, Cause::Io))
    }
}

/// A copy of all files, by the path that they had.
type Copy = BTreeMap<PathBuf, Vec<u8>>;

/// The archive, and everything that was ever in its directory.
struct Watched {
    directory: tempfile::TempDir,
    settings: ArchiveSettings,
    clock: Clock,
    crash: Arc<CrashAt>,
    running: Option<(Archive, Running)>,
    copies: Vec<Copy>,
}

impl Watched {
    async fn new() -> Self {
        let directory = tempfile::tempdir().expect("must be created");
        let (crash, at) = (Arc::new(CrashAt::default()), |name: &str| directory.path().join(name));
        let store = StoreSettings {
            data: at("data"),
            anchor: at("anchor").join("anchor"),
            checkpoints: None,
            threads: 2,
            cache_bytes: 8 << 20,
            faults: Arc::clone(&crash) as Arc<dyn Faults>,
        };
        let settings = ArchiveSettings {
            store,
            keys: KeySettings::in_files(at("keyring"), at("root-of-trust")),
            ledger_host: "archive.example".to_owned(),
            upload_budget_bytes: 64 << 20,
            free_bytes_floor: 1 << 20,
            backups: None,
        };
        Archive::create(&settings).expect("must be created");
        let clock = Clock::manual(Timestamp::parse("2026-11-20T08:00:00Z").expect("a time"));
        let mut watched = Self { directory, settings, clock, crash, running: None, copies: Vec::new() };
        watched.start();
        watched.archive().create_vault(VaultName::parse("demo").expect("a name")).await.expect("must be created");
        watched
    }

    fn start(&mut self) {
        let started = Archive::start(&self.settings, self.clock.clone(), Observer::new().expect("must build"));
        self.running = Some(started.expect("must start"));
    }

    fn archive(&self) -> &Archive {
        &self.running.as_ref().expect("it runs").0
    }

    fn vault(&self) -> Vault {
        self.archive().vault(&VaultName::parse("demo").expect("a name")).expect("must be there")
    }

    async fn stop(&mut self) {
        let (archive, running) = self.running.take().expect("it runs");
        running.refuse_new();
        drop(archive);
        tokio::task::spawn_blocking(move || running.join()).await.expect("must end");
    }

    /// Keeps everything that is in the directory now.
    fn keep(&mut self) {
        let mut copy = Copy::new();
        read_all(self.directory.path(), &mut copy);
        self.copies.push(copy);
    }

    /// Carries the order out, with a crash at the `n`-th step of storage if there are so many, until it is over.
    async fn carry_out(&mut self, n: u32, failure: Failure) {
        *self.crash.0.lock().expect("nobody panics with it") = Some((n, failure));
        for _ in 0..4 {
            let result = self.archive().carry_out_orders().await;
            self.keep();
            if result.is_ok() {
                *self.crash.0.lock().expect("nobody panics with it") = None;
                return;
            }
            self.stop().await;
            self.start();
            self.keep();
        }
        panic!("the order was not carried out");
    }
}

fn read_all(directory: &Path, copy: &mut Copy) {
    for entry in fs::read_dir(directory).expect("must be readable") {
        let path = entry.expect("must be readable").path();
        if path.is_dir() {
            read_all(&path, copy);
        } else if let Ok(bytes) = fs::read(&path) {
            // A file that has just gone was copied before.
            copy.insert(path, bytes);
        }
    }
}

fn case_id(number: u8) -> CaseId {
    CaseId::from_bytes([0xC0 | number; 16])
}

fn document_id(case: u8, number: u8) -> DocumentId {
    DocumentId::from_bytes([0x10 + case * 16 + number; 16])
}

fn note_id(number: u8) -> NoteId {
    NoteId::from_bytes([number; 16])
}

fn person(name: &str) -> Principal {
    Principal {
        application: ApplicationName::parse("eakte").expect("a name"),
        vaults: BTreeSet::new(),
        person: Some(PersonName::parse(name).expect("a name")),
        deputy_of: BTreeSet::new(),
    }
}

/// What stands in a document, and nowhere else. Repeated so often that it would survive any cut.
fn content(case: u8, number: u8) -> Vec<u8> {
    format!("Bescheid {case}-{number} an Erika Mustermann, geheim ").repeat(50).into_bytes()
}

fn title(case: u8, number: u8) -> String {
    format!("Widerspruch-{case}-{number}-gegen-den-Bescheid")
}

async fn store(vault: &Vault, case: u8, number: u8) {
    let about = DocumentDescription { title: Some(Text::parse(&title(case, number)).expect("a text")), ..DocumentDescription::default() };
    let by = ApplicationName::parse("eakte").expect("a name");
    let begun = vault.begin_document(&by, case_id(case), document_id(case, number), MediaType::unknown(), about, None).await;
    let mut upload = begun.expect("must begin");
    upload.push(Bytes::from(content(case, number))).await.expect("must be taken");
    upload.finish(None).await.expect("must be stored");
}

/// Two persons destroy whole cases and single documents because a court says so.
async fn order(vault: &Vault, number: u8, items: Vec<HoldItem>) {
    let words = NoteWords { reference: Some(Text::parse("S 11 AS 409/26").expect("a text")), ..NoteWords::default() };
    let request = OrderRequest { id: note_id(number), reason: OrderReason::Court, items: OrderItems::Listed(items), words };
    vault.propose_order(&person("m-muster"), request).await.expect("must be accepted");
    let list = vault.order(note_id(number)).expect("must be there").facts.list;
    let (by, approval) = (person("e-beispiel"), note_id(number + 1));
    vault.approve_order(&by, note_id(number), approval, (list, None), NoteWords::default()).await.expect("must be approved");
}

/// Salts of a document's ledger entry: whoever has them can test a guess against the commitments.
fn salts_of(vault: &Vault, case: u8, number: u8) -> Vec<[u8; 32]> {
    let opening = vault.document_opening(case_id(case), document_id(case, number)).expect("must open");
    opening.fields.iter().filter(|field| field.field.starts_with("sub.")).map(|field| *field.salt.0.as_bytes()).collect()
}

/// Every record and frame of a document that any copy of the database has.
fn everything_of_documents(watched: &Watched) -> Vec<(VaultId, DocumentRecord, Vec<u8>)> {
    let mut found = Vec::new();
    // A database that has not changed tells nothing new.
    let different: BTreeSet<&Copy> = watched.copies.iter().collect();
    for copy in different {
        let place = tempfile::tempdir().expect("must be created");
        for (path, bytes) in copy.iter().filter(|(path, _)| !path.ends_with("lock") && !path.ends_with("LOCK")) {
            let to = place.path().join(path.strip_prefix(watched.directory.path()).expect("it was in it"));
            fs::create_dir_all(to.parent().expect("it has one")).expect("must be created");
            fs::write(to, bytes).expect("must be written");
        }
        let settings =
            StoreSettings { data: place.path().join("data"), anchor: place.path().join("anchor/anchor"), ..watched.settings.store.clone() };
        let Ok((store, _)) = Store::open_read_only(&settings) else { continue };
        let Ok(rows) = store.rows(Column::Documents, &[], None) else { continue };
        for (key, value) in rows.flatten() {
            let Ok(record) = codec::decode_document(&value) else { continue };
            let vault = VaultId::from_slice(&key[..16]).expect("sixteen bytes");
            if let Ok(Some(frame)) = store.frame(&record.content, 0) {
                found.push((vault, record, frame));
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn with_every_byte_ever_written_and_the_present_keys_nothing_destroyed_can_be_opened() {
    for (crash_at, failure) in
        [(u32::MAX, Failure::Lost), (0, Failure::Persisted), (1, Failure::Lost), (2, Failure::Persisted), (3, Failure::Lost)]
    {
        let mut watched = Watched::new().await;
        let vault = watched.vault();
        let rule = DestructionRule { cap_per_mille: 1000, cooling_off_days: 0 };
        vault.propose_destruction_rule(&person("m-muster"), note_id(1), rule, NoteWords::default()).await.expect("must be accepted");
        vault.adopt_destruction_rule(&person("e-beispiel"), note_id(1), note_id(2), NoteWords::default()).await.expect("must be adopted");
        for case in 0..CASES {
            let about = CaseDescription { reference: Text::parse(&format!("Az-{case}/26")).expect("a text"), kind: None, unit: None };
            let by = ApplicationName::parse("eakte").expect("a name");
            vault.open_case(&by, case_id(case), about).await.expect("must be opened");
            for number in 0..DOCUMENTS_PER_CASE {
                store(&vault, case, number).await;
            }
        }
        watched.keep();
        let whole = |case| HoldItem { case: case_id(case), matter: None, document: None };
        let single = |case, number| HoldItem { document: Some(document_id(case, number)), ..whole(case) };
        let dead = |case: u8, number: u8| matches!((case, number), (1, _) | (4, _) | (2, 0) | (2, 3));
        let dead_salts: Vec<_> = [(1, 0), (4, 3), (2, 0)].iter().flat_map(|(case, number)| salts_of(&vault, *case, *number)).collect();
        assert!(dead_salts.len() >= 9, "the attack must look for something");
        order(&vault, 10, vec![whole(1), single(2, 0), single(2, 3)]).await;
        order(&vault, 20, vec![whole(4)]).await;
        watched.keep();
        drop(vault);
        watched.carry_out(crash_at, failure).await;
        watched.stop().await;
        watched.keep();

        let key_files: Vec<Vec<u8>> = watched.copies.iter().flat_map(|copy| of_folder(copy, "keyring")).collect();
        let slots: Vec<Vec<u8>> = of_folder(watched.copies.last().expect("there are some"), "root-of-trust").collect();
        let adversary = Adversary::new(&slots, &key_files);
        let mut opened: BTreeMap<DocumentId, bool> = BTreeMap::new();
        for (vault, record, frame) in everything_of_documents(&watched) {
            let leaf = adversary.leaf(TreeId::cases(vault, record.opening_year), record.address);
            let plain = leaf.and_then(|leaf| {
                let opener = Opener::new(&leaf, &record.header).ok()?;
                opener.open_frame(0, &frame, record.plain_bytes, record.content.frames).ok()
            });
            *opened.entry(record.id).or_default() |= plain.is_some();
        }
        for case in 0..CASES {
            for number in 0..DOCUMENTS_PER_CASE {
                let id = document_id(case, number);
                assert_eq!(opened.get(&id), Some(&!dead(case, number)), "document {case}-{number}, crash at {crash_at}");
            }
        }
        let mut needles: Vec<Vec<u8>> = dead_salts.iter().map(|salt| salt.to_vec()).collect();
        for (case, number) in [(1, 0), (4, 3), (2, 0)] {
            needles.push(content(case, number)[..40].to_vec());
            needles.push(title(case, number).into_bytes());
            needles.push(hex::encode(ring::digest::digest(&ring::digest::SHA256, &content(case, number))).into_bytes());
            needles.push(ring::digest::digest(&ring::digest::SHA256, &content(case, number)).as_ref().to_vec());
        }
        needles.push(b"Az-1/26".to_vec());
        // Most copies of a file are the same.
        let different: BTreeSet<(&PathBuf, &Vec<u8>)> = watched.copies.iter().flatten().collect();
        for (path, bytes) in different {
            for needle in &needles {
                let found = bytes.windows(needle.len()).any(|window| window == *needle);
                assert!(!found, "{} holds {:?}", path.display(), String::from_utf8_lossy(needle));
            }
        }
    }
}

fn of_folder<'a>(copy: &'a Copy, folder: &'a str) -> impl Iterator<Item = Vec<u8>> + 'a {
    let lies_in = move |path: &Path| path.components().any(|part| part.as_os_str() == folder);
    copy.iter().filter(move |(path, _)| lies_in(path)).map(|(_, bytes)| bytes.clone())
}
