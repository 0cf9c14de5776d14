//! The export bench: a bag of real files against `tar` on the same files, in one run.
//!
//! ```text
//! cargo bench --bench export                                the folder that AKTENFEST_SHARED names, or the samples
//! cargo bench --bench export -- --folder FOLDER --rounds 9
//! ```
//! Both write a file in the same folder and sync it, in turn; what is shown are the medians and the ratio of the two. The bag is written by
//! the engine without HTTPS: `tar` has none either.

#[path = "../common/mod.rs"]
mod common;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use aktenfest::archive::{Archive, BagSignature, ExportRequest, Vault};
use aktenfest::clock::Clock;
use aktenfest::export::Bag;
use aktenfest::model::retention::NoteWords;
use aktenfest::model::{
    ApplicationName, CaseDescription, CaseId, DocumentDescription, DocumentId, ExportKind, MediaType, NoteId, Principal, Text, VaultName,
};
use aktenfest::observe::Observer;
use bytes::Bytes;
use clap::Parser;

/// Measures exports.
#[derive(Parser)]
struct Arguments {
    /// Files to store and to export.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// How often each of the two is done.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Where to put the data; a disk, not memory.
    #[arg(long)]
    directory: Option<PathBuf>,
    /// Passed by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let base = arguments.directory.clone().unwrap_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")));
    let shared = std::env::var_os("AKTENFEST_SHARED").filter(|shared| !shared.is_empty()).map(|shared| Path::new(&shared).join("corpus"));
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let folder = arguments.folder.clone().or(shared).unwrap_or(samples);
    let directory = tempfile::tempdir_in(&base).expect("a directory");
    let settings = common::settings(directory.path());
    Archive::create(&settings).expect("an archive");
    let (archive, running) = Archive::start(&settings, Clock::system(), Observer::new().expect("metrics")).expect("a start");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let (bag, files, bytes) = runtime.block_on(fill(&archive, &folder));
    let (mut tars, mut bags) = (Vec::new(), Vec::new());
    for _ in 0..arguments.rounds {
        tars.push(timed(|| tar(&folder, &directory.path().join("files.tar"))));
        bags.push(timed(|| export(&bag, &directory.path().join("bag.tar"))));
    }
    let (tar, bag_time) = (median(&mut tars), median(&mut bags));
    let megabytes = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    println!("{files} files, {:.1} MB, medians of {} rounds", bytes as f64 / 1e6, arguments.rounds);
    println!("tar     {:8.3} s  {:8.1} MB/s", tar.as_secs_f64(), megabytes(tar));
    println!(
        "export  {:8.3} s  {:8.1} MB/s  {:.2} of tar",
        bag_time.as_secs_f64(),
        megabytes(bag_time),
        tar.as_secs_f64() / bag_time.as_secs_f64()
    );
    drop((bag, archive));
    drop(runtime);
    running.join();
}

#[allow(clippy::disallowed_methods, reason = "a bench measures time")]
fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn tar(folder: &Path, file: &Path) {
    let ended = Command::new("tar").arg("-cf").arg(file).arg("-C").arg(folder).arg(".").status().expect("tar must start");
    assert!(ended.success());
    File::open(file).and_then(|file| file.sync_all()).expect("must be synced");
}

fn export(bag: &Bag, file: &Path) {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(file).expect("a file"));
    bag.write(&mut out, |_| Ok(BagSignature { signature: None, stamp: None })).expect("a bag");
    out.flush().expect("must be written");
    out.get_ref().sync_all().expect("must be synced");
}

/// Stores every file of the folder, and prepares their export; how many files, and how many bytes.
async fn fill(archive: &Archive, folder: &Path) -> (Bag, usize, u64) {
    let name = VaultName::parse("bench").expect("a name");
    archive.create_vault(name.clone()).await.expect("a vault");
    let vault = archive.vault(&name).expect("the vault");
    let application = ApplicationName::parse("bench").expect("a name");
    let case = CaseId::from_bytes([1; 16]);
    let about = CaseDescription { reference: Text::parse("the corpus").expect("a text"), kind: None, unit: None };
    vault.open_case(&application, case, about).await.expect("a case");
    let (mut files, mut bytes) = (0, 0);
    for path in files_below(folder) {
        let content = Bytes::from(fs::read(&path).expect("must be readable"));
        (files, bytes) = (files + 1, bytes + content.len() as u64);
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(files as u64).to_be_bytes());
        store(&vault, &application, (case, DocumentId::from_bytes(id)), content).await;
    }
    (prepare(vault, application).await, files, bytes)
}

async fn store(vault: &Vault, by: &ApplicationName, (case, document): (CaseId, DocumentId), content: Bytes) {
    let (media_type, described) = (MediaType::unknown(), DocumentDescription::default());
    let declared = Some(content.len() as u64);
    let mut upload = vault.begin_document(by, case, document, media_type, described, declared).await.expect("a document");
    upload.push(content).await.expect("its bytes");
    upload.finish(None).await.expect("its receipt");
}

async fn prepare(vault: Vault, application: ApplicationName) -> Bag {
    let id = NoteId::from_bytes([2; 16]);
    let by = Principal { application, vaults: [vault.record().name.clone()].into(), person: None, deputy_of: Default::default() };
    let words = NoteWords { reason: Text::parse("bench").ok(), requester: Text::parse("bench").ok(), ..NoteWords::default() };
    let (kind, contents) = (ExportKind::Evidence, true);
    let request = ExportRequest { id, kind, case: None, from: None, through: None, contents, access: false, words };
    vault.make_export(&by, request).await.expect("an export");
    tokio::task::spawn_blocking(move || {
        let export = vault.export(id).expect("the export");
        Bag::prepare(vault, export).expect("a bag")
    })
    .await
    .expect("must end")
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (mut open, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("must be readable") {
            let path = entry.expect("must be readable").path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}
