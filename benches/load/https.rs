//! The whole daemon: a process of its own, TLS 1.3 with client certificates, one connection for each writer.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use aktenfest::cli::client::{Client, Connection, DocumentMeta, Profile, Source};
use aktenfest::model::{CaseId, Digest, DocumentId, MediaType, VaultName};
use bytes::Bytes;

use crate::measure::{Row, Usage, noise, now};

/// A daemon that ends with this value.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Lets `writers` connections store documents of `size` for `time`. Processor time and memory are the daemon's alone.
pub fn measure(base: &Path, name: &str, size: usize, writers: usize, time: Duration) -> Row {
    let directory = tempfile::tempdir_in(base).expect("a directory");
    let (daemon, profile) = start(directory.path());
    let pid = daemon.0.id().to_string();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let vault = VaultName::parse("demo").expect("a name");
        let client = Client::new(&connection(&profile)).expect("a client");
        client.open_case(&vault, case_id(), "bench").await.expect("a case");
        let number = Arc::new(AtomicU64::new(0));
        let (before, start) = (Usage::of(&pid), now());
        let tasks: Vec<_> = (0..writers)
            .map(|writer| {
                let client = Client::new(&connection(&profile)).expect("a client");
                tokio::spawn(write(client, vault.clone(), noise(writer as u64 + 1, size), Arc::clone(&number), start, time))
            })
            .collect();
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.extend(task.await.expect("a writer"));
        }
        Row {
            part: "https",
            size: name.to_owned(),
            writers,
            documents: latencies.len(),
            bytes: latencies.len() as u64 * size as u64,
            elapsed: start.elapsed(),
            latencies,
            usage: Usage::of(&pid).since(before),
        }
    })
}

async fn write(
    client: Client,
    vault: VaultName,
    mut content: Vec<u8>,
    number: Arc<AtomicU64>,
    start: Instant,
    time: Duration,
) -> Vec<Duration> {
    let (media_type, meta) = (MediaType::unknown(), DocumentMeta::default());
    let mut latencies = Vec::new();
    while start.elapsed() < time {
        let number = number.fetch_add(1, Ordering::Relaxed);
        content[..8].copy_from_slice(&number.to_be_bytes());
        let mut id = [9; 16];
        id[8..].copy_from_slice(&number.to_be_bytes());
        let digest = ring::digest::digest(&ring::digest::SHA256, &content);
        let digest = Digest::from_slice(digest.as_ref()).expect("32 bytes");
        let source = Source::Memory(Bytes::copy_from_slice(&content));
        let one = now();
        let place = (&vault, case_id(), DocumentId::from_bytes(id));
        client.put_document(place, &media_type, &meta, &digest, &source).await.expect("the document is stored");
        latencies.push(one.elapsed());
    }
    latencies
}

fn start(directory: &Path) -> (Daemon, PathBuf) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aktenfest"));
    command.args(["dev", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(directory);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the daemon starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("the daemon says where it is");
    assert!(line.contains("\"url\""), "the daemon says where it is: {line}");
    (Daemon(child), directory.join("client.json"))
}

fn connection(profile: &Path) -> Connection {
    let text = std::fs::read_to_string(profile).expect("a profile");
    let Profile { url, ca, cert, key, vault } = serde_json::from_str(&text).expect("a profile");
    let here = |path: PathBuf| profile.parent().expect("a directory").join(path);
    Connection { url, ca: here(ca), cert: here(cert), key: here(key), vault }
}

fn case_id() -> CaseId {
    CaseId::from_bytes([7; 16])
}
