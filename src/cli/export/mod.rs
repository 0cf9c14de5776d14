//! `aktenfest export`: a signed bag of a vault or of a case, for auditors, courts, and the person whom a case is about.

mod check;

use std::io::Write;
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::client::{ClientError, Patience, words};
use super::exit::{Exit, Failure};
use super::fields::Fields;
use super::get::Temporary;
use super::output::{Output, human_bytes};
use super::session::{IdArguments, Session, SessionArguments};
use crate::ledger::VerifierKey;
use crate::model::{Date, ExportKind, NoteId};
use check::{Checker, Complete};

/// Exports a vault or a case as a signed bag (BagIt 1.0 in a tar) that can be checked without the archive.
#[derive(Debug, clap::Args)]
#[command(after_help = "The export is recorded in the ledger before anything is handed over. A broken transfer is repeated with the same \
bytes; give --id to repeat it in another run.\n\nExamples:\n  \
aktenfest export vault.tar --purpose 'audit of 2026' --requester 'court of audit'\n  \
aktenfest export case.tar --case '3 C 17/26' --access-log --purpose 'file for the court' --requester 'SG Berlin'\n  \
aktenfest export copy.tar --case '3 C 17/26' --person-copy --purpose 'Art. 15 GDPR' --requester 'the person concerned'")]
pub struct ExportArguments {
    /// File to write, which is replaced if it exists
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// One case, by its id or its reference; the whole vault by default
    #[arg(long, value_name = "CASE")]
    case: Option<String>,
    /// The first day (UTC) on which something was recorded
    #[arg(long, value_name = "DAY", value_parser = Date::parse)]
    from: Option<Date>,
    /// The last such day
    #[arg(long, value_name = "DAY", value_parser = Date::parse)]
    through: Option<Date>,
    /// Leave the documents out: ledger, proofs and openings only
    #[arg(long)]
    no_contents: bool,
    /// Take the record of who has read the documents along
    #[arg(long)]
    access_log: bool,
    /// A copy for the person whom the case is about (Art. 15 GDPR, section 25 SGB X)
    #[arg(long, requires = "case")]
    person_copy: bool,
    /// What the export is for; it is recorded
    #[arg(long, value_name = "TEXT")]
    purpose: String,
    /// Who has asked for it; it is recorded
    #[arg(long, value_name = "TEXT")]
    requester: String,
    #[command(flatten)]
    id: IdArguments,
    #[command(flatten)]
    session: SessionArguments,
}

/// The JSON document of the command.
#[derive(Serialize)]
struct Report<'a> {
    export: String,
    file: &'a PathBuf,
    bytes: u64,
    sha256: String,
    files: u64,
    ledger_origin: &'a str,
    ledger_size: u64,
    signed_by: String,
}

/// Runs the command.
pub async fn run(arguments: &ExportArguments, output: Output) -> anyhow::Result<Exit> {
    let session = arguments.session.open()?;
    let id = make(arguments, &session).await?;
    let key = session.verifier_key().await?;
    let key = VerifierKey::parse(&key).map_err(|error| ClientError::Answer(error.to_string()))?;
    let (mut temporary, complete) = fetch(arguments, &session, id, output).await?;
    let exported = complete.verify(id, &key).map_err(|why| differs(&why.to_string()))?;
    temporary.file.flush().map_err(ClientError::file(&arguments.file))?;
    temporary.keep_as(&arguments.file).map_err(ClientError::file(&arguments.file))?;
    let report = Report {
        export: id.to_string(),
        file: &arguments.file,
        bytes: complete.bytes,
        sha256: complete.sha256.to_string(),
        files: complete.files,
        ledger_origin: &exported.origin,
        ledger_size: exported.size,
        signed_by: complete.signed_by(&key),
    };
    let (file, bytes) = (arguments.file.display().to_string(), human_bytes(complete.bytes));
    let said = [
        ("file", file.into()),
        ("bytes", bytes.into()),
        ("id", report.export.as_str().into()),
        ("sha256", report.sha256.as_str().into()),
        ("key", report.signed_by.as_str().into()),
    ];
    output.result(&report, &format!("{}\n", words().told("cli-export-written", &said)))?;
    Ok(Exit::Done)
}

/// Records the export, or finds that it was recorded.
async fn make(arguments: &ExportArguments, session: &Session) -> anyhow::Result<NoteId> {
    let id = arguments.id.id();
    let case = match &arguments.case {
        Some(given) => Some(session.case(given).await?),
        None => None,
    };
    let kind = if arguments.person_copy { ExportKind::Person } else { ExportKind::Evidence };
    let fields = Fields::new()
        .with("id", id)
        .with("kind", kind.as_str())
        .maybe("case", case)
        .maybe("from", arguments.from)
        .maybe("through", arguments.through)
        .value("contents", (!arguments.no_contents).into())
        .value("access", arguments.access_log.into())
        .with("purpose", &arguments.purpose)
        .with("requester", &arguments.requester);
    session.post("exports", id, fields.json()).await?;
    Ok(id)
}

/// Reads the bag into a file without its name, as often as the connection breaks.
async fn fetch(arguments: &ExportArguments, session: &Session, id: NoteId, output: Output) -> anyhow::Result<(Temporary, Complete)> {
    let mut attempt = 1;
    loop {
        let mut temporary = Temporary::beside(&arguments.file).map_err(ClientError::file(&arguments.file))?;
        let (mut checker, progress) = (Checker::new(), progress(output));
        let read = session.bag(id, |piece| {
            progress.inc(piece.len() as u64);
            checker.push(piece);
            temporary.file.write_all(piece)
        });
        let read = read.await;
        progress.finish_and_clear();
        match read {
            Ok(()) => return Ok((temporary, checker.finish().map_err(|why| differs(&why.to_string()))?)),
            Err(error) => {
                let Some(pause) = Patience::LONG.next(attempt, &error) else {
                    let again = words().told("cli-export-again", &[("id", id.to_string().into())]);
                    return Err(anyhow::Error::new(error).context(again));
                };
                output.note(&words().told("cli-export-broken", &[("cause", error.in_words(words()).into())]));
                tokio::time::sleep(pause).await;
                attempt += 1;
            }
        }
    }
}

fn differs(cause: &str) -> anyhow::Error {
    Failure::error(Exit::Findings, words().told("cli-export-differs", &[("cause", cause.into())]))
}

/// How much has come; how much will come, nobody knows before it was written.
fn progress(output: Output) -> ProgressBar {
    if !output.may_animate() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} {bytes}  {bytes_per_sec}");
    ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
}
