//! The store step of `aktenfest dev`: a folder in, every document back, compared byte by byte, and the ledger checked.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use base64::Engine as _;
use futures_util::{StreamExt, stream};
use serde::Serialize;

use super::client::{Client, ClientError, words};
use super::derived_id;
use super::ingest::{FailedFile, StoredFile, Target};
use super::output::{Output, human_bytes};
use super::verify::check_running;
use super::walk;
use crate::clock::Stopwatch;
use crate::ledger::{UnverifiedCheckpoint, VerifierKey};
use crate::limits::{FRAME_BYTES, REFERENCE_CHARACTERS_MAX};
use crate::model::{CaseId, Digest, Text, VaultName};
use crate::verify::{Trust, Verdict};

/// Documents under way at the same time.
const JOBS: usize = 8;

/// The kind of the case, for which the shipped catalogue has a class: its documents wait for a notified decision.
const KIND: &str = "benefit";

/// What came of storing a folder.
#[derive(Debug, Serialize)]
pub struct StoreReport {
    /// The folder.
    pub folder: PathBuf,
    /// The case's id.
    pub case: String,
    /// The case's reference.
    pub reference: String,
    /// Files that are documents now.
    pub documents: usize,
    /// Of these, stored by this run.
    pub stored: usize,
    /// Of these, there already.
    pub repeated: usize,
    /// Files that are not documents now.
    pub failed: Vec<FailedFile>,
    /// Bytes of all documents.
    pub bytes_in: u64,
    /// Bytes of the database's folder, with everything in it.
    pub bytes_on_disk: u64,
    /// Time for storing.
    pub store_seconds: f64,
    /// Documents for each second of it.
    pub documents_per_second: f64,
    /// Time for reading back.
    pub read_seconds: f64,
    /// Documents that came back as they went.
    pub read_back: usize,
    /// Documents that did not, with the reason.
    pub mismatches: Vec<Mismatch>,
    /// Entries of the vault's ledger.
    pub ledger_size: u64,
    /// Root of the vault's ledger.
    pub ledger_root_base64: String,
    /// The same.
    pub ledger_root_hex: String,
    /// Whether signature, tree, receipts and documents of the whole vault were checked and found good.
    pub ledger_verified: bool,
    /// Whether everything was stored, came back and agrees with the ledger.
    pub matched: bool,
}

/// A document that did not come back as it went.
#[derive(Debug, Serialize)]
pub struct Mismatch {
    path: String,
    document: String,
    reason: String,
}

/// Stores every file of `folder` in a case named after it, and reads everything back.
pub async fn store_and_compare(
    client: &Client,
    vault: &VaultName,
    folder: &Path,
    database: &Path,
    output: Output,
) -> anyhow::Result<StoreReport> {
    let folder = folder.canonicalize().with_context(|| format!("the folder {} cannot be entered", folder.display()))?;
    let walked = walk::walk(&folder).with_context(|| format!("the folder {} cannot be read", folder.display()))?;
    let reference = reference_of(&folder);
    let case = case_of(client, vault, &reference).await.context("the case was not opened")?;
    let ingested = Target { client, vault, case, jobs: JOBS, receipts: None }.store(walked, output).await;

    let watch = Stopwatch::start();
    let mismatches = compare(client, vault, case, &ingested.stored).await;
    let read_seconds = watch.elapsed().as_secs_f64();
    let ledger = check_ledger(client, vault, output).await?;
    let stored = ingested.stored.iter().filter(|file| file.created).count();
    let documents = ingested.stored.len();
    for mismatch in &mismatches {
        output.complain(&format!("{}: {}", mismatch.path, mismatch.reason));
    }
    Ok(StoreReport {
        case: case.to_string(),
        reference,
        documents,
        stored,
        repeated: documents - stored,
        bytes_in: ingested.bytes(),
        bytes_on_disk: bytes_under(database),
        store_seconds: ingested.seconds,
        documents_per_second: if ingested.seconds > 0.0 { documents as f64 / ingested.seconds } else { 0.0 },
        read_seconds,
        read_back: documents - mismatches.len(),
        matched: ingested.failed.is_empty() && mismatches.is_empty() && ledger.verified,
        failed: ingested.failed,
        mismatches,
        ledger_size: ledger.size,
        ledger_root_base64: base64::engine::general_purpose::STANDARD.encode(ledger.root.as_bytes()),
        ledger_root_hex: ledger.root.to_string(),
        ledger_verified: ledger.verified,
        folder,
    })
}

/// The folder's name, as far as it can be a reference.
fn reference_of(folder: &Path) -> String {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Text::parse_within(&name, REFERENCE_CHARACTERS_MAX).map_or_else(|_| "folder".to_owned(), |text| text.as_str().to_owned())
}

/// The case with this reference, opened if there is none.
async fn case_of(client: &Client, vault: &VaultName, reference: &str) -> Result<CaseId, ClientError> {
    if let Some(case) = client.find_case(vault, reference).await? {
        return Ok(case);
    }
    let case = derived_id::case(vault, reference);
    client.open_case_of_kind(vault, case, reference, Some(KIND)).await?;
    Ok(case)
}

async fn compare(client: &Client, vault: &VaultName, case: CaseId, files: &[StoredFile]) -> Vec<Mismatch> {
    let outcomes = stream::iter(files).map(async |file| (file, compare_one(client, vault, case, file).await)).buffer_unordered(JOBS);
    let mismatch = |(file, outcome): (&StoredFile, Result<(), ClientError>)| {
        let reason = outcome.err()?.to_string();
        Some(Mismatch { path: file.relative.to_string_lossy().into_owned(), document: file.document.to_string(), reason })
    };
    outcomes.filter_map(async |outcome| mismatch(outcome)).collect().await
}

/// Reads a document and holds it against the file, byte by byte: the digest is not what is relied on here.
async fn compare_one(client: &Client, vault: &VaultName, case: CaseId, file: &StoredFile) -> Result<(), ClientError> {
    let mut local = fs::File::open(&file.path).map_err(ClientError::file(&file.path))?;
    let mut buffer = vec![0; FRAME_BYTES];
    let differs = || io::Error::other("the bytes that came back are not those of the file");
    let fetched = client.fetch((vault, case, file.document), |piece| {
        for part in piece.chunks(FRAME_BYTES) {
            let here = &mut buffer[..part.len()];
            local.read_exact(here)?;
            if here != part {
                return Err(differs());
            }
        }
        Ok(())
    });
    let fetched = fetched.await?;
    let rest = local.read(&mut buffer).map_err(ClientError::file(&file.path))?;
    if rest != 0 || fetched.sha256 != file.sha256 {
        return Err(ClientError::file(&file.path)(differs()));
    }
    Ok(())
}

/// The ledger as the client sees it.
struct LedgerState {
    size: u64,
    root: Digest,
    verified: bool,
}

/// Recomputes the whole ledger over HTTP and opens every document of the vault. The key is the archive's own word: this finds mistakes of
/// the program, not a program that lies.
async fn check_ledger(client: &Client, vault: &VaultName, output: Output) -> anyhow::Result<LedgerState> {
    let key = client.verifier_key(vault).await.context("the ledger's key cannot be read")?;
    let key = VerifierKey::parse(&key).context("the ledger's key is not one")?;
    let note = client.checkpoint(vault).await.context("the ledger's checkpoint cannot be read")?;
    let signed = UnverifiedCheckpoint::parse(&note).and_then(|note| note.verify(&key)).context("the ledger's checkpoint is not good")?;
    let (size, root) = (signed.checkpoint().size(), signed.checkpoint().root());
    let trust = Trust { log_keys: vec![key], known: Vec::new() };
    let report = check_running(client.clone(), vault.clone(), trust, JOBS).await?;
    let verified = report.verdict == Verdict::Verified;
    if !verified {
        output.complain(&crate::verify::text(words(), &report));
    }
    Ok(LedgerState { size, root, verified })
}

/// Bytes of the files under `folder`, without what the database has only reserved for its log. Files that disappear meanwhile are its business.
fn bytes_under(folder: &Path) -> u64 {
    walk::walk(folder).map_or(0, |walked| walked.files.iter().map(|file| file.bytes).sum())
}

/// The short table.
pub fn table(report: &StoreReport) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| text.push_str(&format!("{name:<22}{value}\n"));
    let there = if report.repeated > 0 { format!("  ({} there already)", report.repeated) } else { String::new() };
    line("documents", format!("{}{there}", report.documents));
    line("not stored", report.failed.len().to_string());
    line("read back, equal", report.read_back.to_string());
    line("bytes in", format!("{}  ({})", report.bytes_in, human_bytes(report.bytes_in)));
    line("bytes on disk", format!("{}  ({}, the whole database)", report.bytes_on_disk, human_bytes(report.bytes_on_disk)));
    line("documents/s", format!("{:.1}", report.documents_per_second));
    line("ledger size", report.ledger_size.to_string());
    line("ledger root", report.ledger_root_base64.clone());
    line("ledger root (hex)", report.ledger_root_hex.clone());
    line("ledger", if report.ledger_verified { "verified" } else { "NOT VERIFIED" }.to_owned());
    line("case", format!("{}  ({})", report.case, report.reference));
    line("everything matched", if report.matched { "yes" } else { "NO" }.to_owned());
    text
}
