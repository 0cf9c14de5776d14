//! `aktenfest receipt check`: what a receipt proves, said by nobody but the file and whoever checks it.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::client::{digest_of_file, words};
use super::exit::{Exit, Failure, sentence};
use super::output::Output;
use super::verify::{read_file, trust_policy};
use crate::ledger::{Opening, Salt, VerifierKey};
use crate::limits::RECEIPT_BYTES_MAX;
use crate::model::{Digest, EventId, Timestamp};
use crate::verify::{ReceiptClaims, ReceiptFacts, Report, Trust, Verdict, finding_text, verify_receipt};
use crate::words::Words;

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
    output.result(&json(&report, facts.as_ref()), &text(words(), &report, facts.as_ref()))?;
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

fn text(words: &Words, report: &Report, facts: Option<&ReceiptFacts>) -> String {
    let mut text: String = report.findings.iter().map(|finding| finding_text(words, finding)).collect();
    let mut line = |sentence: String| {
        text.push_str(&sentence);
        text.push('\n');
    };
    if let Some(facts) = facts {
        let told = |name: &str, value: String| words.told(name, &[("value", value.into())]);
        let codes: Vec<String> = facts.codes.iter().map(|(name, code)| format!("{name} {code}")).collect();
        let time = Timestamp::parse(&facts.time).map_or_else(|| facts.time.clone(), |time| words.moment(time));
        let values = [("event", event(words, facts.event)), ("time", time), ("codes", codes.join(", "))];
        line(words.told("cli-receipt-event", &values.map(|(name, value)| (name, value.into()))));
        let values = [("index", facts.index.into()), ("origin", facts.origin.clone().into()), ("size", facts.size.into())];
        line(words.told("cli-receipt-entry", &values));
        line(told("cli-receipt-subject", facts.handle.clone()));
        if !facts.witnesses.is_empty() {
            line(told("cli-receipt-cosigned", facts.witnesses.join(", ")));
        }
        if !facts.opened.is_empty() {
            line(told("cli-receipt-opened", facts.opened.join(", ")));
        }
        if facts.is_of_document {
            line(words.label("cli-receipt-document"));
        }
    }
    line(words.label(match report.verdict {
        Verdict::Verified => "cli-receipt-verified",
        Verdict::NotAnchored => "cli-receipt-not-anchored",
        Verdict::SelfConsistent => "cli-receipt-self-consistent",
        _ => "cli-receipt-invalid",
    }));
    text
}

/// What happened, in words as far as there are some.
fn event(words: &Words, code: &str) -> String {
    let name = code.replace('.', "-");
    let word = words.cell("ledger", &name);
    if word == name { code.to_owned() } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    fn facts() -> ReceiptFacts {
        ReceiptFacts {
            event: "doc.store",
            index: 3,
            time: "2026-11-20T08:01:02Z".to_owned(),
            handle: "ab".repeat(16),
            codes: vec![("kclass".to_owned(), "doc".to_owned())],
            origin: "archive.example/ledger/1".to_owned(),
            size: 7,
            witnesses: vec!["witness.example/w1".to_owned()],
            opened: vec!["sub.sha256".to_owned()],
            is_of_document: true,
        }
    }

    #[test]
    fn a_receipt_is_told_in_the_language_of_whoever_checks_it() {
        let good = crate::verify::Collector::default().report();
        let english = text(Words::of(Language::English), &good, Some(&facts()));
        assert!(english.starts_with("doc.store at 2026-11-20T08:01:02Z, kclass doc\nentry 3 of the ledger"), "{english}");
        assert!(english.ends_with("the given document is the one that was stored\nverified\n"), "{english}");
        let german = text(Words::of(Language::German), &good, Some(&facts()));
        assert!(german.starts_with("Dokument abgelegt am 20.11.2026, 08:01:02 Uhr (UTC), kclass doc\nEintrag 3 des Ledgers"), "{german}");
        assert!(german.ends_with("gepr\u{fc}ft und in Ordnung\n"), "{german}");
        assert_eq!(event(Words::of(Language::German), "grant.give"), "grant.give", "what has no word is told by its code");
    }
}
