//! What a check has found, and what that means.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::catalogue::Code;
use super::text::text;
use crate::ledger::VerifierKey;
use crate::limits::VERIFY_FINDINGS_MAX;
use crate::model::Digest;
use crate::words::{Language, Words};

/// How much attention a finding needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing, nothing to do.
    Note,
    /// Somebody should look at it.
    Warning,
    /// Something is not as it was promised to be.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// What the findings mean for the archive as a whole, in ascending order of weight: the weightiest finding decides.
///
/// The exit codes are those of design/ledger.md section 5. Something that was changed weighs more than something that is missing,
/// because what is missing may lie in a backup, and what contradicts itself cannot be believed at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Everything that was looked at is what was stored, and what was given from outside agrees.
    Verified,
    /// Verified, but a promise that nothing newer is missing cannot be made: the anchor is lost, damaged or older than it should
    /// be, or a checkpoint that the caller brought could not be compared.
    NotAnchored,
    /// The archive agrees with itself, but no key of the ledger was given from outside: somebody who replaced everything, keys
    /// included, would not be noticed.
    SelfConsistent,
    /// Nothing was looked at, because the archive is in use: that says nothing about it.
    Unchecked,
    /// Nothing contradicts anything, but something that was acknowledged, or that records refer to, is missing or cannot be read.
    Incomplete,
    /// The archive agrees with itself and contradicts a checkpoint that the caller holds: there were two histories.
    Diverged,
    /// Something is not what was written.
    Invalid,
}

impl Verdict {
    /// Exit code of a command line that was used wrongly; no check has taken place.
    pub const EXIT_USAGE: u8 = 64;

    /// The exit code of `aktenfest verify`.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Verified => 0,
            Self::NotAnchored => 10,
            Self::SelfConsistent => 20,
            Self::Diverged => 30,
            Self::Invalid => 40,
            Self::Incomplete => 50,
            // EX_TEMPFAIL of sysexits.h: the same command may succeed later.
            Self::Unchecked => 75,
        }
    }

    /// One word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::NotAnchored => "not-anchored",
            Self::SelfConsistent => "self-consistent",
            Self::Incomplete => "incomplete",
            Self::Unchecked => "unchecked",
            Self::Diverged => "diverged",
            Self::Invalid => "invalid",
        }
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing; carries severity and weight.
    pub code: Code,
    /// Where: file, column, vault, index, handle. Never personal data.
    pub place: String,
    /// What exactly, in one sentence without personal data.
    pub text: String,
    /// The numbers in it that the sentence for people names as well, by the names that they have there.
    pub numbers: Vec<(&'static str, u64)>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} at {}: {}", self.code.severity(), self.code.name(), self.place, self.text)
    }
}

/// How much was looked at. A check that looked at nothing finds nothing, so this stands in every report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Vaults.
    pub vaults: u64,
    /// Cases whose record and description were checked.
    pub cases: u64,
    /// Documents whose record and content were checked.
    pub documents: u64,
    /// Bytes of content that were opened and hashed.
    pub plain_bytes: u64,
    /// Sealed frames that were opened; online the server opens them and this stays 0.
    pub frames: u64,
    /// Logs whose tree was recomputed.
    pub logs: u64,
    /// Ledger entries that were hashed and parsed.
    pub entries: u64,
    /// Tiles that were compared with recomputed ones.
    pub tiles: u64,
    /// Receipts that were verified.
    pub receipts: u64,
    /// Notes about retention whose record and words were checked.
    pub notes: u64,
    /// Facts of cases, documents, registers and vaults that were computed again from the notes.
    pub facts: u64,
    /// Rows of the agenda that were compared with the dates they follow from.
    pub agenda_rows: u64,
    /// Entries of access ledgers that were hashed and parsed.
    pub accesses: u64,
    /// Subjects of the ledger that were destroyed: of their entries only hash and place in the tree can still be checked.
    pub destroyed: u64,
}

impl Counts {
    /// Adds what another part of the check has looked at.
    pub fn add(&mut self, other: &Self) {
        self.vaults += other.vaults;
        self.cases += other.cases;
        self.documents += other.documents;
        self.plain_bytes += other.plain_bytes;
        self.frames += other.frames;
        self.logs += other.logs;
        self.entries += other.entries;
        self.tiles += other.tiles;
        self.receipts += other.receipts;
        self.notes += other.notes;
        self.facts += other.facts;
        self.agenda_rows += other.agenda_rows;
        self.accesses += other.accesses;
        self.destroyed += other.destroyed;
    }
}

/// Size and root of one log as they were recomputed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSummary {
    /// Name of the vault.
    pub vault: String,
    /// Origin of the log.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root in Base64, as in a checkpoint.
    pub root: String,
    /// The log's key in the form for `--log-key`, if it could be had.
    pub log_key: Option<String>,
}

impl LogSummary {
    /// The summary of a log with this size and root.
    pub(super) fn new(vault: &str, origin: &str, size: u64, root: &Digest, key: Option<&VerifierKey>) -> Self {
        let root = BASE64_STANDARD.encode(root.as_bytes());
        Self { vault: vault.to_owned(), origin: origin.to_owned(), size, root, log_key: key.map(ToString::to_string) }
    }
}

/// The access ledger of one vault and calendar year as it was recomputed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccessSummary {
    /// Name of the vault.
    pub vault: String,
    /// The calendar year (UTC).
    pub year: u16,
    /// Number of its entries.
    pub entries: u64,
    /// Whether the vault's own ledger says that it was closed so; `None` if it was not asked.
    pub is_sealed: Option<bool>,
}

/// The outcome of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What was found, the severest first, otherwise by place. At most [`VERIFY_FINDINGS_MAX`] of them.
    pub findings: Vec<Finding>,
    /// Findings that were left out because there were too many. The verdict counts them.
    pub findings_left_out: u64,
    /// How much was looked at.
    pub counts: Counts,
    /// The logs as they were recomputed.
    pub logs: Vec<LogSummary>,
    /// The access ledgers as they were recomputed, by vault and year.
    pub accesses: Vec<AccessSummary>,
    /// What it means.
    pub verdict: Verdict,
}

impl Report {
    /// Whether there is a finding with this code at a place that contains `place`.
    pub fn has(&self, code: Code, place: &str) -> bool {
        self.findings.iter().any(|finding| finding.code == code && finding.place.contains(place))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(Words::of(Language::English), self))
    }
}

/// Where the parts of a check put what they find, from any thread.
#[derive(Debug, Default)]
pub struct Collector(Mutex<Collected>);

#[derive(Debug, Default)]
struct Collected {
    findings: Vec<Finding>,
    left_out: u64,
    weightiest: Option<Verdict>,
    counts: Counts,
    logs: Vec<LogSummary>,
    accesses: Vec<AccessSummary>,
}

impl Collector {
    fn with<T>(&self, body: impl FnOnce(&mut Collected) -> T) -> T {
        // A poisoned lock means that another thread panicked; what was collected before is still true.
        body(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds a finding.
    pub fn found(&self, code: Code, place: impl Into<String>, text: impl Into<String>) {
        self.found_with(code, place, text, Vec::new());
    }

    /// Adds a finding whose sentence for people has numbers. When there are too many, errors push out what is less severe.
    pub fn found_with(&self, code: Code, place: impl Into<String>, text: impl Into<String>, numbers: Vec<(&'static str, u64)>) {
        let finding = Finding { code, place: place.into(), text: text.into(), numbers };
        self.with(|collected| {
            collected.weightiest = collected.weightiest.max(Some(code.verdict()));
            if collected.findings.len() < VERIFY_FINDINGS_MAX {
                collected.findings.push(finding);
                return;
            }
            collected.left_out += 1;
            let lesser = collected.findings.iter_mut().find(|kept| kept.code.severity() < code.severity());
            if let Some(lesser) = lesser {
                *lesser = finding;
            }
        });
    }

    /// Adds to what was looked at.
    pub fn count(&self, counts: &Counts) {
        self.with(|collected| collected.counts.add(counts));
    }

    /// Adds a recomputed log.
    pub fn log(&self, log: LogSummary) {
        self.with(|collected| collected.logs.push(log));
    }

    /// Adds a recomputed access ledger.
    pub fn access(&self, access: AccessSummary) {
        self.with(|collected| collected.accesses.push(access));
    }

    /// Whether anything was found that weighs at least as much as `verdict`.
    pub fn weighs(&self, verdict: Verdict) -> bool {
        self.with(|collected| collected.weightiest >= Some(verdict))
    }

    /// The report of everything collected.
    pub fn report(&self) -> Report {
        self.with(|collected| {
            let Collected { mut findings, left_out, weightiest, counts, mut logs, mut accesses } = std::mem::take(collected);
            findings.sort_by(|a, b| b.code.severity().cmp(&a.code.severity()).then_with(|| a.place.cmp(&b.place)));
            logs.sort_by(|a, b| a.vault.cmp(&b.vault).then_with(|| a.origin.cmp(&b.origin)));
            accesses.sort();
            let verdict = weightiest.unwrap_or(Verdict::Verified);
            Report { findings, findings_left_out: left_out, counts, logs, accesses, verdict }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::catalogue;

    #[test]
    fn the_weightiest_finding_decides() {
        let cases = [
            (vec![], 0),
            (vec![catalogue::ANCHOR_CATCHES_UP], 0),
            (vec![catalogue::ANCHOR_MISSING], 10),
            (vec![catalogue::NO_TRUSTED_KEY, catalogue::ANCHOR_MISSING], 20),
            (vec![catalogue::IN_USE], 75),
            (vec![catalogue::IN_USE, catalogue::KEYS_DAMAGED], 40),
            (vec![catalogue::FRAME_MISSING, catalogue::NO_TRUSTED_KEY], 50),
            (vec![catalogue::KNOWN_DIVERGED, catalogue::FRAME_MISSING], 30),
            (vec![catalogue::ENTRY_DIFFERS, catalogue::KNOWN_DIVERGED], 40),
        ];
        for (codes, expected) in cases {
            let collector = Collector::default();
            codes.iter().for_each(|code| collector.found(*code, "here", "something"));
            assert_eq!(collector.report().verdict.exit_code(), expected, "{codes:?}");
        }
    }

    #[test]
    fn a_flood_of_findings_keeps_the_errors() {
        let collector = Collector::default();
        for number in 0..VERIFY_FINDINGS_MAX + 10 {
            collector.found(catalogue::STAGED, format!("{number}"), "left over");
        }
        collector.found(catalogue::FRAME_DAMAGED, "last", "damaged");
        let report = collector.report();
        assert_eq!((report.findings.len(), report.findings_left_out), (VERIFY_FINDINGS_MAX, 11));
        assert_eq!(report.findings[0].code, catalogue::FRAME_DAMAGED);
        assert_eq!(report.verdict, Verdict::Invalid);
    }

    #[test]
    fn the_text_names_severity_code_and_place() {
        let collector = Collector::default();
        collector.found(catalogue::ANCHOR_SLOT_DAMAGED, "anchor", "one of two slots is damaged");
        let text = collector.report().to_string();
        assert!(text.starts_with("warning anchor-slot-damaged at anchor: one of two slots is damaged\n"), "{text}");
    }
}
