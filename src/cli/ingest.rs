//! `aktenfest ingest`: a folder becomes documents of a case.
//!
//! Ids are computed from case, path and content (`derived_id`), so that running the command again stores only what is missing, and what is
//! there already answers with its first receipt.

use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::client::{Client, ClientError, ConnectionArguments, DocumentMeta, Source, words};
use super::exit::{Exit, Failure};
use super::output::{Output, human_bytes};
use super::walk::{self, Found, Skipped};
use super::{derived_id, media_type};
use crate::clock::Stopwatch;
use crate::model::{CaseId, Digest, DocumentId, Text, VaultName};

/// Stores every file of a folder, and only those that are not stored yet when it is run again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  aktenfest ingest ./post --profile var/dev/client.json --vault demo --reference '3 C 17/26' --jobs 8")]
pub struct IngestArguments {
    /// The folder. Symbolic links in it are not followed
    folder: PathBuf,
    /// The vault; by default the one of the profile
    #[arg(long)]
    vault: Option<String>,
    /// Id of the case. It must exist, unless --reference is given too
    #[arg(long, value_name = "UUID", required_unless_present = "reference")]
    case: Option<String>,
    /// The office's own name of the case, e.g. '3 C 17/26'. Opens the case if there is none of this name
    #[arg(long)]
    reference: Option<String>,
    /// What kind of case is opened, e.g. benefit; the catalogue says which retention class its documents have. A case that is there
    /// already keeps its kind
    #[arg(long, requires = "reference")]
    kind: Option<String>,
    /// Documents under way at the same time
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
    /// Folder in which every receipt is kept, as DOCUMENT-ID.tlog-proof
    #[arg(long, value_name = "DIR")]
    receipts: Option<PathBuf>,
    #[command(flatten)]
    connection: ConnectionArguments,
}

/// A file that is a document of the archive now.
#[derive(Debug, Clone)]
pub struct StoredFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its path in the folder.
    pub relative: PathBuf,
    /// The document that it became.
    pub document: DocumentId,
    /// Its digest.
    pub sha256: Digest,
    /// Its size.
    pub bytes: u64,
    /// Whether this run stored it.
    pub created: bool,
}

/// A file that is no document of the archive now.
#[derive(Debug, Clone, Serialize)]
pub struct FailedFile {
    /// Its path in the folder; bytes that are not UTF-8 are replaced.
    pub path: String,
    /// The stable code.
    pub code: String,
    /// Why, and what to do.
    pub sentence: String,
    /// What the command's exit code becomes because of it.
    #[serde(skip)]
    exit: Option<Exit>,
}

/// What came of a folder.
#[derive(Debug)]
pub struct Ingested {
    /// In the order of the folder.
    pub stored: Vec<StoredFile>,
    /// In the order in which they failed.
    pub failed: Vec<FailedFile>,
    /// How long it took.
    pub seconds: f64,
}

/// The JSON document of the command.
#[derive(Serialize)]
struct Report<'a> {
    vault: String,
    case: String,
    files: usize,
    stored: usize,
    repeated: usize,
    bytes: u64,
    seconds: f64,
    failed: &'a [FailedFile],
}

/// Where documents go.
pub struct Target<'a> {
    /// The archive.
    pub client: &'a Client,
    /// The vault.
    pub vault: &'a VaultName,
    /// The case, which is open.
    pub case: CaseId,
    /// Documents under way at the same time.
    pub jobs: usize,
    /// Where receipts are kept, if they are.
    pub receipts: Option<&'a Path>,
}

/// Runs the command.
pub async fn run(arguments: &IngestArguments, output: Output) -> anyhow::Result<Exit> {
    let connection = arguments.connection.resolve().map_err(|error| Failure::error(Exit::Usage, error.in_words(words())))?;
    let vault = super::vault_argument(arguments.vault.as_deref(), &connection)?;
    let client = Client::new(&connection)?;
    let walked = walk::walk(&arguments.folder).with_context(|| format!("the folder {} cannot be read", arguments.folder.display()))?;
    if let Some(folder) = &arguments.receipts {
        std::fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be created", folder.display()))?;
    }
    let case = case_of(arguments, &client, &vault).await?;
    let target =
        Target { client: &client, vault: &vault, case, jobs: usize::from(arguments.jobs), receipts: arguments.receipts.as_deref() };
    let ingested = target.store(walked, output).await;
    let report = Report {
        vault: vault.to_string(),
        case: case.to_string(),
        files: ingested.stored.len() + ingested.failed.len(),
        stored: ingested.stored.iter().filter(|file| file.created).count(),
        repeated: ingested.stored.iter().filter(|file| !file.created).count(),
        bytes: ingested.bytes(),
        seconds: ingested.seconds,
        failed: &ingested.failed,
    };
    output.result(&report, &text_of(&report))?;
    Ok(ingested.exit())
}

/// The case that is meant, opened if it is named by its reference.
async fn case_of(arguments: &IngestArguments, client: &Client, vault: &VaultName) -> anyhow::Result<CaseId> {
    let given = arguments
        .case
        .as_deref()
        .map(CaseId::parse)
        .transpose()
        .map_err(|error| Failure::error(Exit::Usage, format!("--case: {error}")))?;
    let case = match (given, &arguments.reference) {
        (Some(case), None) => {
            client.check_case(vault, case).await?;
            return Ok(case);
        }
        (Some(case), Some(_)) => case,
        (None, Some(reference)) => match client.find_case(vault, reference).await? {
            Some(case) => return Ok(case),
            None => derived_id::case(vault, reference),
        },
        (None, None) => return Err(Failure::error(Exit::Usage, "name the case with --case or --reference")),
    };
    if let Some(reference) = &arguments.reference {
        client.open_case_of_kind(vault, case, reference, arguments.kind.as_deref()).await?;
    }
    Ok(case)
}

impl Target<'_> {
    /// Stores every file. What failed is said while it happens and listed at the end.
    pub async fn store(&self, walked: walk::Walked, output: Output) -> Ingested {
        let watch = Stopwatch::start();
        let progress = progress_bar(&walked.files, output);
        let given_up = AtomicBool::new(false);
        let numbered = walked.files.into_iter().enumerate();
        let mut outcomes =
            stream::iter(numbered).map(async |(number, file)| (number, self.store_one(file, &given_up).await)).buffer_unordered(self.jobs);
        let mut ingested = Ingested { stored: Vec::new(), failed: Vec::new(), seconds: 0.0 };
        let say = |failed: &FailedFile| progress.suspend(|| output.complain(&format!("{}: {}", failed.path, failed.sentence)));
        for skipped in &walked.skipped {
            let failed = FailedFile::skipped(skipped);
            say(&failed);
            ingested.failed.push(failed);
        }
        let mut stored = Vec::new();
        while let Some((number, outcome)) = outcomes.next().await {
            match outcome {
                Ok(file) => {
                    progress.inc(file.bytes);
                    stored.push((number, file));
                }
                Err(failed) => {
                    if failed.code != NOT_ATTEMPTED {
                        say(&failed);
                    }
                    ingested.failed.push(failed);
                }
            }
        }
        progress.finish_and_clear();
        stored.sort_unstable_by_key(|(number, _)| *number);
        ingested.stored = stored.into_iter().map(|(_, file)| file).collect();
        ingested.seconds = watch.elapsed().as_secs_f64();
        ingested
    }

    async fn store_one(&self, file: Found, given_up: &AtomicBool) -> Result<StoredFile, FailedFile> {
        if given_up.load(Ordering::Relaxed) {
            return Err(FailedFile::not_attempted(&file));
        }
        let path = file.path.clone();
        let opened = tokio::task::spawn_blocking(move || Source::of_file(&path)).await;
        let opened = opened.unwrap_or_else(|error| Err(io::Error::other(error)));
        let (sha256, source) = opened.map_err(|error| FailedFile::unreadable(&file, &error))?;
        let document = derived_id::document(self.case, file.relative.as_os_str().as_bytes(), &sha256);
        let (kind, meta) = (media_type::of_name(&file.relative), describe(&file.relative));
        let put = self.client.put_document((self.vault, self.case, document), &kind, &meta, &sha256, &source).await;
        let stored = put.map_err(|error| {
            if is_everybodys(&error) {
                given_up.store(true, Ordering::Relaxed);
            }
            FailedFile::refused(&file, &error)
        })?;
        self.keep_receipt(document, &stored.receipt).map_err(|error| FailedFile::no_receipt(&file, &error))?;
        Ok(StoredFile { path: file.path, relative: file.relative, document, sha256, bytes: source.bytes(), created: stored.created })
    }

    fn keep_receipt(&self, document: DocumentId, receipt: &str) -> io::Result<()> {
        match self.receipts {
            Some(folder) => std::fs::write(folder.join(format!("{document}.tlog-proof")), receipt),
            None => Ok(()),
        }
    }
}

/// After a failure of this kind, that outlasted all patience, the next file would fail too, and every one would take as long.
fn is_everybodys(error: &ClientError) -> bool {
    matches!(error.exit(), Exit::Unreachable | Exit::RetryLater | Exit::Configuration)
}

/// What the archive shows in its lists. A name that the archive would not accept as a text stays out; the path is part of the id.
fn describe(relative: &Path) -> DocumentMeta {
    let text = |path: Option<&std::ffi::OsStr>| {
        let text = path?.to_str()?;
        Text::parse(text).ok().map(|text| text.as_str().to_owned())
    };
    DocumentMeta { title: text(Some(relative.as_os_str())), file_name: text(relative.file_name()) }
}

impl Ingested {
    /// Bytes of all documents.
    pub fn bytes(&self) -> u64 {
        self.stored.iter().map(|file| file.bytes).sum()
    }

    /// How the command ends: well only if every file is a document now.
    pub fn exit(&self) -> Exit {
        match self.failed.iter().find_map(|failed| failed.exit) {
            Some(exit) => exit,
            None if self.failed.is_empty() => Exit::Done,
            None => Exit::Failure,
        }
    }
}

const NOT_ATTEMPTED: &str = "not_attempted";

impl FailedFile {
    fn new(path: &Path, code: &str, sentence: String, exit: Option<Exit>) -> Self {
        Self { path: path.to_string_lossy().into_owned(), code: code.to_owned(), sentence, exit }
    }

    fn skipped(skipped: &Skipped) -> Self {
        Self::new(&skipped.relative, skipped.code, skipped.why.clone(), None)
    }

    fn unreadable(file: &Found, error: &io::Error) -> Self {
        Self::new(&file.relative, "unreadable", format!("cannot be read: {error}"), None)
    }

    fn no_receipt(file: &Found, error: &io::Error) -> Self {
        Self::new(&file.relative, "receipt_not_kept", format!("is stored, but its receipt cannot be written: {error}"), None)
    }

    fn refused(file: &Found, error: &ClientError) -> Self {
        Self::new(&file.relative, error.code(), error.to_string(), is_everybodys(error).then(|| error.exit()))
    }

    fn not_attempted(file: &Found) -> Self {
        Self::new(&file.relative, NOT_ATTEMPTED, "was not attempted because the archive stopped answering".to_owned(), None)
    }
}

fn progress_bar(files: &[Found], output: Output) -> ProgressBar {
    if !output.may_animate() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:32} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left");
    ProgressBar::new(files.iter().map(|file| file.bytes).sum()).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn text_of(report: &Report<'_>) -> String {
    let Report { vault, case, files, stored, repeated, bytes, seconds, failed } = report;
    let size = human_bytes(*bytes);
    let mut text =
        format!("vault {vault}, case {case}: {stored} stored, {repeated} there already, {} failed of {files} files; ", failed.len());
    text.push_str(&format!("{size} in {seconds:.1} s\n"));
    let idle = failed.iter().filter(|failed| failed.code == NOT_ATTEMPTED).count();
    if idle > 0 {
        text.push_str(&format!("{idle} files were not attempted; run the same command again when the archive answers\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_no_texts_stay_out() {
        let meta = describe(Path::new("post/a b.pdf"));
        assert_eq!((meta.title.as_deref(), meta.file_name.as_deref()), (Some("post/a b.pdf"), Some("a b.pdf")));
        let meta = describe(Path::new("post/line\nbreak"));
        assert_eq!((meta.title, meta.file_name), (None, None));
    }

    #[test]
    fn one_file_that_is_missing_spoils_the_exit() {
        let failed = |exit| FailedFile { path: String::new(), code: String::new(), sentence: String::new(), exit };
        for (failures, exit) in [
            (vec![], Exit::Done),
            (vec![failed(None)], Exit::Failure),
            (vec![failed(None), failed(Some(Exit::Unreachable))], Exit::Unreachable),
        ] {
            assert_eq!(Ingested { stored: Vec::new(), failed: failures, seconds: 0.0 }.exit(), exit);
        }
    }
}
