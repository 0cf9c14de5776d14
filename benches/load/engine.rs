//! The engine without HTTP: seal, commit, ledger, anchor, receipt.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aktenfest::archive::{Archive, Vault};
use aktenfest::clock::Clock;
use aktenfest::model::{ApplicationName, CaseDescription, CaseId, DocumentDescription, DocumentId, MediaType, Text, VaultName};
use aktenfest::observe::Observer;
use bytes::Bytes;

use crate::common;
use crate::measure::{Row, Usage, noise, now};

/// Lets `writers` tasks store documents of `size` for `time`.
pub fn measure(base: &Path, name: &str, size: usize, writers: usize, time: Duration) -> Row {
    let directory = tempfile::tempdir_in(base).expect("a directory");
    let settings = common::settings(directory.path());
    Archive::create(&settings).expect("an archive");
    let observer = Observer::new().expect("metrics");
    let (archive, running) = Archive::start(&settings, Clock::system(), observer.clone()).expect("a start");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let row = runtime.block_on(async {
        let vault = open(&archive, writers).await;
        let number = Arc::new(AtomicU64::new(0));
        let (before, start) = (Usage::of("self"), now());
        let tasks: Vec<_> = (0..writers)
            .map(|writer| tokio::spawn(write(vault.clone(), writer, noise(writer as u64 + 1, size), Arc::clone(&number), start, time)))
            .collect();
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.extend(task.await.expect("a writer"));
        }
        Row {
            part: "engine",
            size: name.to_owned(),
            writers,
            documents: latencies.len(),
            bytes: latencies.len() as u64 * size as u64,
            elapsed: start.elapsed(),
            latencies,
            usage: Usage::of("self").since(before),
        }
    });
    drop(archive);
    drop(runtime);
    running.join();
    if std::env::var_os("BENCH_METRICS").is_some() {
        let metrics = observer.metrics().render().expect("metrics");
        metrics.lines().filter(|line| line.contains("_sum") || line.contains("_count")).for_each(|line| println!("  {line}"));
    }
    row
}

pub async fn open(archive: &Archive, cases: usize) -> Vault {
    let name = VaultName::parse("bench").expect("a name");
    archive.create_vault(name.clone()).await.expect("a vault");
    let vault = archive.vault(&name).expect("the vault");
    for case in 0..cases {
        let reference = Text::parse(&format!("case {case}")).expect("a text");
        let about = CaseDescription { reference, kind: None, unit: None };
        vault.open_case(&application(), case_id(case), about).await.expect("a case");
    }
    vault
}

async fn write(
    vault: Vault,
    writer: usize,
    mut content: Vec<u8>,
    number: Arc<AtomicU64>,
    start: std::time::Instant,
    time: Duration,
) -> Vec<Duration> {
    let mut latencies = Vec::new();
    while start.elapsed() < time {
        let number = number.fetch_add(1, Ordering::Relaxed);
        content[..8].copy_from_slice(&number.to_be_bytes());
        let one = now();
        store(&vault, writer, number, Bytes::copy_from_slice(&content)).await;
        latencies.push(one.elapsed());
    }
    latencies
}

pub async fn store(vault: &Vault, case: usize, number: u64, content: Bytes) {
    let mut id = [9; 16];
    id[8..].copy_from_slice(&number.to_be_bytes());
    let (by, length) = (application(), Some(content.len() as u64));
    let about = DocumentDescription { title: Some(Text::parse("Schriftwechsel").expect("a text")), ..DocumentDescription::default() };
    let upload = vault.begin_document(&by, case_id(case), DocumentId::from_bytes(id), MediaType::unknown(), about, length).await;
    let mut upload = upload.expect("the archive accepts");
    upload.push(content).await.expect("the archive takes the bytes");
    upload.finish(None).await.expect("the document is stored");
}

pub fn application() -> ApplicationName {
    ApplicationName::parse("bench").expect("a name")
}

pub fn case_id(number: usize) -> CaseId {
    let mut id = [7; 16];
    id[8..].copy_from_slice(&(number as u64).to_be_bytes());
    CaseId::from_bytes(id)
}
