//! The archive without HTTP: what is acknowledged is there, whatever fails.

mod accesses;
mod canary;
pub mod destruction;
mod doors;
mod exports;
mod faults;
mod lifecycle;
mod once;
mod restart;
pub mod retention;
mod simulation;

use std::path::Path;
use std::sync::{Arc, Mutex};

use aktenfest::archive::{Archive, ArchiveError, ArchiveSettings, Running, StartError, Stored, Vault};
use aktenfest::clock::Clock;
use aktenfest::keys::KeySettings;
use aktenfest::model::{ApplicationName, CaseDescription, CaseId, DocumentDescription, DocumentId, MediaType, Text, Timestamp, VaultName};
use aktenfest::observe::Observer;
use aktenfest::store::StoreSettings;
use aktenfest::store::fault::{Cause, Failure, Faults, Step};
use bytes::Bytes;
use tempfile::TempDir;

/// Makes one step fail, once, when armed.
#[derive(Debug, Default)]
pub struct OneFault(Mutex<Option<(Step, Failure, Cause)>>);

impl OneFault {
    pub fn arm(&self, step: Step, failure: Failure, cause: Cause) {
        *self.0.lock().unwrap() = Some((step, failure, cause));
    }

    pub fn is_armed(&self) -> bool {
        self.0.lock().unwrap().is_some()
    }
}

impl Faults for OneFault {
    fn at(&self, step: Step) -> Option<(Failure, Cause)> {
        let mut armed = self.0.lock().unwrap();
        let (_, failure, cause) = (*armed).filter(|(at, _, _)| *at == step)?;
        *armed = None;
        Some((failure, cause))
    }
}

/// An archive in a directory of its own, with one vault and one case.
pub struct Office {
    pub directory: TempDir,
    pub settings: ArchiveSettings,
    pub faults: Arc<OneFault>,
    pub clock: Clock,
    running: Option<(Archive, Running)>,
}

impl Office {
    /// One that is not running, whose archive lies in this directory.
    pub fn at(directory: TempDir) -> Self {
        let faults = Arc::new(OneFault::default());
        let settings = settings(directory.path(), Arc::clone(&faults));
        let clock = Clock::manual(Timestamp::parse("2026-11-20T08:00:00Z").unwrap());
        Self { directory, settings, faults, clock, running: None }
    }

    /// Creates and starts one.
    pub async fn open() -> Self {
        let mut office = Self::at(tempfile::tempdir().unwrap());
        Archive::create(&office.settings).unwrap();
        office.start().unwrap();
        office.archive().create_vault(VaultName::parse("demo").unwrap()).await.unwrap();
        office.vault().open_case(&application(), case_id(), description("3 C 17/26")).await.unwrap();
        office
    }

    pub fn start(&mut self) -> Result<(), StartError> {
        self.running = Some(Archive::start(&self.settings, self.clock.clone(), Observer::new().unwrap())?);
        Ok(())
    }

    /// Ends the archive as a daemon does, or as a latched one does; the directory stays.
    pub async fn stop(&mut self) {
        if let Some((archive, running)) = self.running.take() {
            running.refuse_new();
            drop(archive);
            tokio::task::spawn_blocking(move || running.join()).await.unwrap();
        }
    }

    pub async fn restart(&mut self) {
        self.stop().await;
        self.start().unwrap();
    }

    pub fn archive(&self) -> &Archive {
        &self.running.as_ref().expect("the archive is running").0
    }

    pub fn vault(&self) -> Vault {
        self.archive().vault(&VaultName::parse("demo").unwrap()).unwrap()
    }

    /// Stores a document in one piece.
    pub async fn store(&self, number: u32, content: &[u8]) -> Result<Stored, ArchiveError> {
        store(&self.vault(), number, content).await
    }

    /// The content of a document, `None` if there is no such document.
    pub fn read(&self, number: u32) -> Option<Vec<u8>> {
        read(&self.vault(), number)
    }
}

pub fn settings(directory: &Path, faults: Arc<OneFault>) -> ArchiveSettings {
    ArchiveSettings {
        store: StoreSettings {
            data: directory.join("data"),
            anchor: directory.join("anchor").join("anchor"),
            checkpoints: None,
            threads: 2,
            cache_bytes: 8 << 20,
            faults,
        },
        keys: KeySettings::in_files(directory.join("keyring"), directory.join("root-of-trust")),
        ledger_host: "archive.example".to_owned(),
        upload_budget_bytes: 128 << 20,
        free_bytes_floor: 1 << 20,
        backups: None,
    }
}

pub async fn store(vault: &Vault, number: u32, content: &[u8]) -> Result<Stored, ArchiveError> {
    let title = Text::parse(&format!("document {number}")).unwrap();
    let about = DocumentDescription { title: Some(title), ..DocumentDescription::default() };
    let (by, media_type) = (application(), MediaType::unknown());
    let mut upload = vault.begin_document(&by, case_id(), document_id(number), media_type, about, Some(content.len() as u64)).await?;
    for piece in content.chunks(100_000) {
        upload.push(Bytes::copy_from_slice(piece)).await?;
    }
    upload.finish(None).await
}

pub fn read(vault: &Vault, number: u32) -> Option<Vec<u8>> {
    let content = match vault.content(case_id(), document_id(number)) {
        Ok(content) => content,
        Err(ArchiveError::Refused(aktenfest::model::Refusal::DocumentUnknown)) => return None,
        Err(other) => panic!("document {number}: {other}"),
    };
    Some((0..content.frames()).flat_map(|frame| content.frame(frame).unwrap()).collect())
}

pub fn application() -> ApplicationName {
    ApplicationName::parse("eakte").unwrap()
}

pub fn case_id() -> CaseId {
    CaseId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11").unwrap()
}

pub fn document_id(number: u32) -> DocumentId {
    DocumentId::parse(&format!("0192f0c1-7c1e-7c7a-b1f4-{number:012x}")).unwrap()
}

pub fn description(reference: &str) -> CaseDescription {
    CaseDescription { reference: Text::parse(reference).unwrap(), kind: Some(Text::parse("benefit").unwrap()), unit: None }
}

/// Bytes that do not compress and differ for every seed.
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(length).collect()
}
