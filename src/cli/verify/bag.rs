//! `aktenfest verify BAG`: an export that somebody was given, what they trust, and the report that they file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;

use super::report::{self, ReportJson};
use crate::cli::client::{language_of_environment, words};
use crate::clock::Clock;
use crate::evidence::TrustRoots;
use crate::ledger::{TrustPolicy, VerifierKey};
use crate::limits::TRUST_POLICY_BYTES_MAX;
use crate::verify::Trust;
use crate::verify::bag::{self, BagError, BagReport, BagSettings, Covered};
use crate::words::{Language, Words};

/// Bytes of a file with roots.
const ROOTS_BYTES_MAX: u64 = 4 << 20;

/// The language of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ReportLanguage {
    /// German.
    De,
    /// English.
    En,
}

impl ReportLanguage {
    fn words(chosen: Option<Self>) -> &'static Words {
        Words::of(match chosen {
            Some(Self::De) => Language::German,
            Some(Self::En) => Language::English,
            None => language_of_environment(),
        })
    }
}

/// What the auditor brings to a bag.
pub(super) struct Brought {
    /// The trust policy.
    pub(super) policy: Option<PathBuf>,
    /// Keys and checkpoints.
    pub(super) trust: Trust,
    /// Roots of time-stamping authorities.
    pub(super) roots: Vec<PathBuf>,
    /// Whether a time-stamp is asked for.
    pub(super) asks_for_stamp: bool,
    /// Threads that read and hash.
    pub(super) threads: usize,
}

/// Checks a bag with a policy, or for want of one with the keys of ledgers alone.
pub(super) fn check(bag: &Path, brought: Brought) -> anyhow::Result<BagReport> {
    let Brought { policy, trust: Trust { log_keys, known }, roots, asks_for_stamp, threads } = brought;
    let trust = trust(policy.as_deref(), &log_keys)?;
    let (roots, now) = (read_roots(&roots)?, Clock::system().now());
    let settings = BagSettings { bag: bag.to_owned(), trust, known, roots, asks_for_stamp, now, threads };
    bag::verify_bag(settings)
        .map_err(|error| match error {
            BagError::NoExport => anyhow::anyhow!(words().label("cli-verify-no-export")),
            BagError::Unreadable(error) => error.into(),
        })
        .with_context(|| bag.display().to_string())
}

pub(super) fn read_roots(files: &[PathBuf]) -> anyhow::Result<Option<TrustRoots>> {
    if files.is_empty() {
        return Ok(None);
    }
    let mut pem = Vec::new();
    for file in files {
        pem.extend(super::certificate::read(file, ROOTS_BYTES_MAX)?);
        pem.push(b'\n');
    }
    TrustRoots::from_pem(&pem).map(Some).context("--tsa-root")
}

/// The auditor's policy, from a file or from keys alone; `None` if the auditor trusts nobody yet.
pub fn trust(policy: Option<&Path>, log_keys: &[VerifierKey]) -> anyhow::Result<Option<TrustPolicy>> {
    let text = match policy {
        Some(path) => super::certificate::read(path, TRUST_POLICY_BYTES_MAX as u64)?,
        None if log_keys.is_empty() => return Ok(None),
        None => (log_keys.iter().map(|key| format!("log {key}\n")).collect::<String>() + "quorum none\n").into_bytes(),
    };
    super::policy::parse(&text).map(Some)
}

/// The report for people, in the language that was asked for.
pub(super) fn text(report: &BagReport, language: Option<ReportLanguage>) -> String {
    bag::text(ReportLanguage::words(language), report)
}

/// Writes the report into files: HTML if the name ends with `.html`, otherwise text.
pub(super) fn write(report: &BagReport, language: Option<ReportLanguage>, files: &[PathBuf]) -> anyhow::Result<()> {
    let words = ReportLanguage::words(language);
    for file in files {
        let is_html = file.extension().is_some_and(|extension| extension == "html");
        let written = if is_html { bag::page(words, report) } else { bag::text(words, report) };
        fs::write(file, written).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

/// The report for programs: that of every check, and what the bag is.
#[derive(Serialize)]
pub(super) struct BagReportJson<'a> {
    #[serde(flatten)]
    report: ReportJson<'a>,
    bag: BagJson<'a>,
    checks: Vec<CheckJson>,
}

#[derive(Serialize)]
struct BagJson<'a> {
    name: &'a str,
    identifier: Option<&'a str>,
    organization: Option<&'a str>,
    date: Option<&'a str>,
    scope: Option<&'a str>,
    origin: Option<&'a str>,
    size: u64,
    root: Option<&'a str>,
    first_entry_at: Option<String>,
    last_entry_at: Option<String>,
    events: serde_json::Map<String, serde_json::Value>,
    signer: Option<&'a str>,
    signer_trusted: bool,
    witnesses: Vec<WitnessJson<'a>>,
    access_ledgers: Vec<ShardJson<'a>>,
}

#[derive(Serialize)]
struct WitnessJson<'a> {
    name: &'a str,
    time: Option<String>,
}

#[derive(Serialize)]
struct ShardJson<'a> {
    year: &'a str,
    origin: &'a str,
    size: u64,
    sealed: bool,
}

#[derive(Serialize)]
struct CheckJson {
    check: &'static str,
    covered: bool,
    count: u64,
    of: u64,
}

/// The report for programs.
pub(super) fn json(report: &BagReport) -> BagReportJson<'_> {
    let bag = &report.bag;
    let witnesses =
        bag.witnesses.iter().map(|witness| WitnessJson { name: &witness.name, time: witness.time.map(|time| time.to_string()) });
    let shards =
        bag.shards.iter().map(|shard| ShardJson { year: &shard.year, origin: &shard.origin, size: shard.size, sealed: shard.is_sealed });
    let checks = report.checks.iter().map(|check| match check.covered {
        Covered::Yes { count, of } => CheckJson { check: check.name, covered: true, count, of },
        Covered::No => CheckJson { check: check.name, covered: false, count: 0, of: 0 },
    });
    let bag = BagJson {
        name: &bag.name,
        identifier: bag.identifier.as_deref(),
        organization: bag.organization.as_deref(),
        date: bag.date.as_deref(),
        scope: bag.scope.as_deref(),
        origin: bag.origin.as_deref(),
        size: bag.size,
        root: bag.root.as_deref(),
        first_entry_at: bag.times.map(|(first, _)| first.to_string()),
        last_entry_at: bag.times.map(|(_, last)| last.to_string()),
        events: bag.events.iter().map(|(code, count)| ((*code).to_owned(), (*count).into())).collect(),
        signer: bag.signer.as_ref().map(|signer| signer.key.as_str()),
        signer_trusted: bag.signer.as_ref().is_some_and(|signer| signer.is_trusted),
        witnesses: witnesses.collect(),
        access_ledgers: shards.collect(),
    };
    BagReportJson { report: report::json_of_bag(&report.report), bag, checks: checks.collect() }
}
