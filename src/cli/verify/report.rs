//! The JSON document of the command. Programs read it: fields are added, never renamed.

use serde::Serialize;

use crate::verify::{AccessSummary, Finding, LogSummary, Report};
use crate::words::{Language, Words};

#[derive(Serialize)]
pub(super) struct ReportJson<'a> {
    verdict: &'static str,
    exit_code: u8,
    findings: Vec<FindingJson<'a>>,
    findings_left_out: u64,
    vaults: u64,
    cases: u64,
    documents: u64,
    plain_bytes: u64,
    frames: u64,
    entries: u64,
    tiles: u64,
    receipts: u64,
    notes: u64,
    facts: u64,
    agenda_rows: u64,
    accesses: u64,
    destroyed: u64,
    logs: Vec<LogJson<'a>>,
    /// Of an export they stand with what the bag is.
    #[serde(skip_serializing_if = "Option::is_none")]
    access_ledgers: Option<Vec<AccessJson<'a>>>,
}

#[derive(Serialize)]
struct AccessJson<'a> {
    vault: &'a str,
    year: u16,
    entries: u64,
    sealed: Option<bool>,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    severity: String,
    code: &'static str,
    place: &'a str,
    text: &'a str,
    /// What it means, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    sentences: Option<SentencesJson>,
}

#[derive(Serialize)]
struct SentencesJson {
    de: String,
    en: String,
}

/// The sentences about a kind of finding, if it has some.
fn sentences(finding: &Finding) -> Option<SentencesJson> {
    let [en, de] = Language::ALL.map(Words::of);
    let told = |words: &Words| words.finding(finding.code.name(), &finding.numbers);
    de.knows_finding(finding.code.name()).then(|| SentencesJson { de: told(de), en: told(en) })
}

#[derive(Serialize)]
struct LogJson<'a> {
    vault: &'a str,
    origin: &'a str,
    size: u64,
    root: &'a str,
    log_key: Option<&'a str>,
}

impl<'a> From<&'a Finding> for FindingJson<'a> {
    fn from(finding: &'a Finding) -> Self {
        let severity = finding.code.severity().to_string();
        let code = finding.code.name();
        Self { severity, code, place: &finding.place, text: &finding.text, sentences: sentences(finding) }
    }
}

impl<'a> From<&'a AccessSummary> for AccessJson<'a> {
    fn from(access: &'a AccessSummary) -> Self {
        Self { vault: &access.vault, year: access.year, entries: access.entries, sealed: access.is_sealed }
    }
}

impl<'a> From<&'a LogSummary> for LogJson<'a> {
    fn from(log: &'a LogSummary) -> Self {
        Self { vault: &log.vault, origin: &log.origin, size: log.size, root: &log.root, log_key: log.log_key.as_deref() }
    }
}

/// The part of the report on a bag that every check has.
pub(super) fn json_of_bag(report: &Report) -> ReportJson<'_> {
    ReportJson { access_ledgers: None, ..json(report) }
}

/// The report for programs.
pub(super) fn json(report: &Report) -> ReportJson<'_> {
    let counts = &report.counts;
    ReportJson {
        verdict: report.verdict.word(),
        exit_code: report.verdict.exit_code(),
        findings: report.findings.iter().map(FindingJson::from).collect(),
        findings_left_out: report.findings_left_out,
        vaults: counts.vaults,
        cases: counts.cases,
        documents: counts.documents,
        plain_bytes: counts.plain_bytes,
        frames: counts.frames,
        entries: counts.entries,
        tiles: counts.tiles,
        receipts: counts.receipts,
        notes: counts.notes,
        facts: counts.facts,
        agenda_rows: counts.agenda_rows,
        accesses: counts.accesses,
        destroyed: counts.destroyed,
        logs: report.logs.iter().map(LogJson::from).collect(),
        access_ledgers: Some(report.accesses.iter().map(AccessJson::from).collect()),
    }
}
