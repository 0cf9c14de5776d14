//! `aktenfest receipt check`: what a receipt proves, said by nobody but the file and whoever checks it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::client::digest_of_file;
use super::exit::{Exit, Failure, sentence};
use super::output::Output;
use super::verify::{read_file, trust_policy};
use crate::ledger::{Opening, Salt, VerifierKey};
use crate::limits::RECEIPT_BYTES_MAX;
use crate::model::{Digest, EventId};
use crate::verify::{ReceiptClaims, ReceiptFacts, Report, Trust, Verdict, verify_receipt};

/// Receipts: the proof that something is in the ledger.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: those of `verify`.

Examples:
  aktenfest receipt check receipt.tlog-proof --trust auditor.policy
  aktenfest receipt check receipt.tlog-proof --log-key archive.vkey --opening opening.json --document scan.pdf")]
pub struct ReceiptArguments {
    #[command(subcommand)]
    action: ReceiptAction,
}

#[derive(Debug, clap::Subcommand)]
enum ReceiptAction {
    /// Checks a receipt without the archive and without a network
    Check {
        /// The receipt, as storing or `get --receipt` gave it
        file: PathBuf,
        /// Your trust policy: ledgers, witnesses, how many must agree (C2SP tlog-policy)
        #[arg(long, value_name = "FILE", required_unless_present = "log_keys")]
        trust: Option<PathBuf>,
        /// Key of a ledger that does not come from the archive, or a file with it; may be given more than once
        #[arg(long = "log-key", value_name = "KEY", conflicts_with = "trust")]
        log_keys: Vec<String>,
        /// What opens the entry: the answer of `GET .../opening`
        #[arg(long, value_name = "FILE")]
        opening: Option<PathBuf>,
        /// The document that is said to have been stored
        #[arg(long, value_name = "FILE", requires = "opening")]
        document: Option<PathBuf>,
    },
}

/// Bytes of an opening that we read.
const OPENING_BYTES_MAX: u64 = 1 << 20;

#[derive(Deserialize)]
struct OpeningFile {
    event: String,
    fields: Vec<FieldOfFile>,
}

#[derive(Deserialize)]
struct FieldOfFile {
    field: String,
    salt: String,
    value_hex: String,
}

#[derive(Serialize)]
struct ReceiptJson<'a> {
    verdict: &'static str,
    exit_code: u8,
    findings: Vec<String>,
    event: Option<&'a str>,
    index: Option<u64>,
    time: Option<&'a str>,
    handle: Option<&'a str>,
    origin: Option<&'a str>,
    size: Option<u64>,
    witnesses: &'a [String],
    opened: &'a [String],
    document: bool,
}

/// Runs the command.
pub fn run(arguments: &ReceiptArguments, output: Output) -> anyhow::Result<Exit> {
    let ReceiptAction::Check { file, trust, log_keys, opening, document } = &arguments.action;
    let usage = |error: anyhow::Error| Failure::error(Exit::Other(Verdict::EXIT_USAGE), sentence(&error));
    let keys = |key: &String| Trust::parse_log_key(key).with_context(|| format!("--log-key {key}"));
    let keys: Vec<VerifierKey> = log_keys.iter().map(keys).collect::<anyhow::Result<_>>().map_err(usage)?;
    let policy = trust_policy(trust.as_deref(), &keys).map_err(usage)?;
    let policy = policy.ok_or_else(|| usage(anyhow::anyhow!("give --trust or --log-key")))?;
    let digest = |path: &PathBuf| digest_of_file(path).map(|(digest, _)| digest).with_context(|| path.display().to_string());
    let document = document.as_ref().map(digest).transpose().map_err(usage)?;
    let opening = opening.as_deref().map(read_opening).transpose().map_err(usage)?;
    let bytes = read_file(file, RECEIPT_BYTES_MAX as u64).map_err(usage)?;
    let (report, facts) = verify_receipt(&bytes, &policy, &ReceiptClaims { opening, document });
    output.result(&json(&report, facts.as_ref()), &text(&report, facts.as_ref()))?;
    Ok(Exit::Other(report.verdict.exit_code()))
}

fn read_opening(path: &Path) -> anyhow::Result<(EventId, Vec<Opening>)> {
    let name = path.display().to_string();
    let bytes = read_file(path, OPENING_BYTES_MAX)?;
    // The text of the error could quote a value, so only its kind is said.
    let read: OpeningFile =
        serde_json::from_slice(&bytes).map_err(|error| anyhow::anyhow!("{name} is not an opening: {:?}", error.classify()))?;
    let event = EventId::from_hex(&read.event).with_context(|| format!("{name}: the event is no id"))?;
    let field = |field: FieldOfFile| {
        let salt = Digest::from_hex(&field.salt).map(Salt);
        let opening = salt.zip(hex::decode(&field.value_hex).ok()).map(|(salt, value)| Opening { field: field.field.clone(), salt, value });
        opening.with_context(|| format!("{name}: {} is not in hexadecimal", field.field))
    };
    Ok((event, read.fields.into_iter().map(field).collect::<anyhow::Result<_>>()?))
}

fn json<'a>(report: &Report, facts: Option<&'a ReceiptFacts>) -> ReceiptJson<'a> {
    ReceiptJson {
        verdict: report.verdict.word(),
        exit_code: report.verdict.exit_code(),
        findings: report.findings.iter().map(ToString::to_string).collect(),
        event: facts.map(|facts| facts.event),
        index: facts.map(|facts| facts.index),
        time: facts.map(|facts| facts.time.as_str()),
        handle: facts.map(|facts| facts.handle.as_str()),
        origin: facts.map(|facts| facts.origin.as_str()),
        size: facts.map(|facts| facts.size),
        witnesses: facts.map_or(&[], |facts| facts.witnesses.as_slice()),
        opened: facts.map_or(&[], |facts| facts.opened.as_slice()),
        document: facts.is_some_and(|facts| facts.is_of_document),
    }
}

fn text(report: &Report, facts: Option<&ReceiptFacts>) -> String {
    let mut text: String = report.findings.iter().map(|finding| format!("{finding}\n")).collect();
    if let Some(facts) = facts {
        let codes: Vec<String> = facts.codes.iter().map(|(name, code)| format!("{name} {code}")).collect();
        // Writing into a string does not fail.
        let _ = writeln!(text, "{} at {}, {}", facts.event, facts.time, codes.join(", "));
        let _ = writeln!(text, "entry {} of the ledger {}, in its state of {} entries", facts.index, facts.origin, facts.size);
        let _ = writeln!(text, "subject {}", facts.handle);
        if !facts.witnesses.is_empty() {
            let _ = writeln!(text, "cosigned by {}", facts.witnesses.join(", "));
        }
        if !facts.opened.is_empty() {
            let _ = writeln!(text, "opened: {}", facts.opened.join(", "));
        }
        if facts.is_of_document {
            text.push_str("the given document is the one that was stored\n");
        }
    }
    let _ = writeln!(text, "{}", report.verdict.word());
    text
}
