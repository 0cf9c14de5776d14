//! What a check of a bag has covered and what it has not, beside what it has found.

use std::path::Path;
use std::sync::atomic::Ordering;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::info::BagInfo;
use super::keys::{Keys, Standing};
use super::logs::Log;
use super::openings::Opened;
use super::pass::Shared;
use super::signature::Signer;
use super::stamps::Stamps;
use crate::ledger::EventCode;
use crate::model::Timestamp;
use crate::verify::report::Report;
use crate::verify::{Code, catalogue};

/// Every kind of finding that the check of a bag can make; each has its sentences in `words`.
pub(super) const CODES: &[Code] = &[
    catalogue::BAG_UNREADABLE,
    catalogue::BAG_MALFORMED,
    catalogue::BAG_CUT,
    catalogue::BAG_TAG_FILE,
    catalogue::BAG_MANIFEST,
    catalogue::BAG_FILE_MISSING,
    catalogue::BAG_FILE_DIFFERS,
    catalogue::BAG_FILE_UNLISTED,
    catalogue::BAG_SIGNATURE,
    catalogue::BAG_SIGNER_UNKNOWN,
    catalogue::CHECKPOINT_UNWITNESSED,
    catalogue::WITNESSED_IN_PART,
    catalogue::CHECKPOINT_INVALID,
    catalogue::HISTORY_DIFFERS,
    catalogue::HISTORY_UNTRUSTED,
    catalogue::OPENING_MALFORMED,
    catalogue::OPENING_DIFFERS,
    catalogue::DOCUMENT_UNPROVEN,
    catalogue::DOCUMENT_MISSING,
    catalogue::CONTENT_DIFFERS,
    catalogue::DESTROYED_PRESENT,
    catalogue::SHARD_UNANCHORED,
    catalogue::SHARD_OPEN,
    catalogue::SHARD_DIFFERS,
    catalogue::PARTIAL_EXPORT,
    catalogue::NOT_UNDERSTOOD,
    catalogue::TIMESTAMP_INVALID,
    catalogue::TIMESTAMP_UNTRUSTED,
    catalogue::TIMESTAMP_MISSING,
    catalogue::CMS_INVALID,
    catalogue::CMS_UNTRUSTED,
    catalogue::NOT_COVERED,
    catalogue::NO_TRUSTED_KEY,
    catalogue::ROOT_DIFFERS,
    catalogue::TILE_MISSING,
    catalogue::TILE_DIFFERS,
    catalogue::TILE_BEYOND_HEAD,
    catalogue::ENTRY_MISSING,
    catalogue::ENTRY_MALFORMED,
    catalogue::EVENT_ORDER,
    catalogue::BACK_POINTER,
    catalogue::TIME_WENT_BACK,
    catalogue::ANCHOR_ACCEPTED,
    catalogue::ARCHIVE_RESTORED,
    catalogue::RECEIPT_INVALID,
    catalogue::KNOWN_UNUSABLE,
    catalogue::KNOWN_AHEAD,
    catalogue::KNOWN_DIVERGED,
    catalogue::CHECK_ENDED_EARLY,
];

/// What a bag is, as far as it was checked or says so itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BagFacts {
    /// Name of the directory or archive.
    pub name: String,
    /// The export, as the bag names it.
    pub identifier: Option<String>,
    /// Who made it, as the bag says.
    pub organization: Option<String>,
    /// The day on which it was made, as the bag says.
    pub date: Option<String>,
    /// What was exported, as the bag says.
    pub scope: Option<String>,
    /// Origin of the ledger.
    pub origin: Option<String>,
    /// Its size, signed.
    pub size: u64,
    /// Its root in Base64, signed.
    pub root: Option<String>,
    /// Times of the first and of the last entry.
    pub times: Option<(Timestamp, Timestamp)>,
    /// How often each event happened, by its code.
    pub events: Vec<(&'static str, u64)>,
    /// Who has signed the export.
    pub signer: Option<Signer>,
    /// Whose certificate has signed it.
    pub certificate: Option<String>,
    /// Files with time-stamps, and the times that they prove.
    pub stamps: Vec<(String, Timestamp)>,
    /// Who has cosigned the checkpoint.
    pub witnesses: Vec<Witness>,
    /// The access ledgers.
    pub shards: Vec<Shard>,
}

/// A witness whose cosignature is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Name of its key.
    pub name: String,
    /// When it says that it saw the checkpoint; `None` if there are too few witnesses for it to count.
    pub time: Option<Timestamp>,
}

/// An access ledger in the bag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shard {
    /// The calendar year, as its folder is called.
    pub year: String,
    /// Its origin.
    pub origin: String,
    /// Its size.
    pub size: u64,
    /// Whether the main ledger says that it was closed so.
    pub is_sealed: bool,
}

/// One part of the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Which, as a stable name for programs; its words stand under `audit-check-`, `audit-done-` and `audit-open-`.
    pub name: &'static str,
    /// Whether it was done.
    pub covered: Covered,
}

/// Whether a part of the check was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covered {
    /// It was, over so many things.
    Yes {
        /// How many were checked and good.
        count: u64,
        /// Of how many; 0 if there is no such number.
        of: u64,
    },
    /// It was not, because there was nothing to check it with.
    No,
}

/// The outcome of checking a bag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BagReport {
    /// What was found, and what it means.
    pub report: Report,
    /// What the bag is.
    pub bag: BagFacts,
    /// What was covered.
    pub checks: Vec<Check>,
}

/// What the parts of the check have seen.
pub(super) struct Seen<'a> {
    pub(super) bag: &'a Path,
    pub(super) shared: &'a Shared,
    pub(super) keys: &'a Keys,
    pub(super) info: &'a BagInfo,
    pub(super) signer: Option<Signer>,
    pub(super) opened: &'a Opened,
    /// Whose cosignatures are good for the ledger, with the times that they state.
    pub(super) witnesses: Vec<(String, u64)>,
    pub(super) shards: Vec<Shard>,
    /// Kept checkpoints that agree with the ledger.
    pub(super) compared: u64,
    pub(super) stamps: Stamps,
}

/// Puts everything together.
pub(super) fn report(seen: &Seen<'_>) -> BagReport {
    report_scope(seen);
    report_not_understood(seen);
    let bag = facts(seen);
    let report = seen.shared.collector.report();
    debug_assert!(report.findings.iter().all(|finding| CODES.contains(&finding.code)), "{:?}", report.findings);
    let checks = checks(seen, &bag, &report);
    BagReport { report, bag, checks }
}

/// A bag with less than the vault proves what is there, and nothing about the rest.
fn report_scope(seen: &Seen<'_>) {
    let found = |code, text: String| seen.shared.collector.found(code, "bag-info.txt", text);
    let scope = seen.info.get("Export-Scope").unwrap_or_default();
    let words: Vec<&str> = scope.split("; ").collect();
    let narrows = |word: &&str| ["case ", "from ", "through ", "without contents"].iter().any(|start| word.starts_with(start));
    let narrow: Vec<&str> = words.iter().copied().filter(narrows).collect();
    if !narrow.is_empty() {
        found(catalogue::PARTIAL_EXPORT, format!("the export is limited to: {}", narrow.join(", ")));
    }
    if seen.shared.main().is_some_and(|log| log.is_bare) {
        if words.first() == Some(&"person") {
            found(
                catalogue::PARTIAL_EXPORT,
                "a copy for a person has the proofs of what is in it, and not the ledger as a whole".to_owned(),
            );
        } else {
            found(catalogue::ENTRY_MISSING, "the entries of the ledger are not in the bag".to_owned());
        }
    }
    for log in seen.shared.logs.iter().filter(|log| log.is_bare && !log.is_main()) {
        seen.shared.collector.found(catalogue::ENTRY_MISSING, &log.prefix, "the entries of the access ledger are not in the bag");
    }
    let missing = seen.opened.without_content.load(Ordering::Relaxed);
    if missing > 0 && words.contains(&"with contents") {
        found(catalogue::DOCUMENT_MISSING, format!("{missing} documents were opened whose contents are not in the bag"));
    }
}

/// Whether the bag says that this belongs to what was exported.
fn has_scope(seen: &Seen<'_>, word: &str) -> bool {
    seen.info.get("Export-Scope").unwrap_or_default().split("; ").any(|found| found == word)
}

/// Whether a check looks into this file of the payload.
fn is_understood(name: &str) -> bool {
    let folders =
        ["data/ledger/tile/", "data/ledger/history/", "data/documents/", "data/proofs/", "data/timestamps/", "data/access/", "data/copy/"];
    folders.iter().any(|folder| name.starts_with(folder))
        || matches!(name, "data/ledger/checkpoint" | "data/ledger/checkpoint.cosigned" | "data/openings.jsonl")
}

fn report_not_understood(seen: &Seen<'_>) {
    let container = &seen.shared.container;
    let strange = container.under("data/").filter(|(_, file)| !is_understood(&file.name)).count();
    if strange > 0 {
        let text = format!("{strange} files of the payload have digests in the manifests; nothing else was looked at in them");
        seen.shared.collector.found(catalogue::NOT_UNDERSTOOD, "data", text);
    }
}

fn facts(seen: &Seen<'_>) -> BagFacts {
    let say = |label: &str| seen.info.get(label).map(str::to_owned);
    let main = seen.shared.main();
    let head = main.map(Log::head);
    BagFacts {
        name: seen.bag.file_name().unwrap_or(seen.bag.as_os_str()).to_string_lossy().into_owned(),
        identifier: say("External-Identifier"),
        organization: say("Source-Organization"),
        date: say("Bagging-Date"),
        scope: say("Export-Scope"),
        origin: head.map(|head| head.origin().to_owned()),
        size: head.map_or(0, |head| head.size()),
        root: head.map(|head| BASE64_STANDARD.encode(head.root().as_bytes())),
        times: main.and_then(|log| log.chain(|chain| chain.times)),
        events: main.map_or_else(Vec::new, |log| log.chain(|chain| chain.events.iter().map(|(code, count)| (*code, *count)).collect())),
        signer: seen.signer.clone(),
        certificate: seen.stamps.signer.clone(),
        stamps: seen.stamps.times.clone(),
        witnesses: seen.witnesses.iter().map(witness).collect(),
        shards: seen.shards.clone(),
    }
}

fn witness((name, seconds): &(String, u64)) -> Witness {
    let time = i64::try_from(*seconds).ok().filter(|seconds| *seconds > 0).and_then(Timestamp::from_seconds);
    Witness { name: name.clone(), time }
}

/// The parts of the check in the order in which they are told. A part with findings was done all the same.
fn checks(seen: &Seen<'_>, bag: &BagFacts, report: &Report) -> Vec<Check> {
    let container = &seen.shared.container;
    let yes = |count, of| Covered::Yes { count, of };
    let some = |count: u64| if count > 0 { yes(count, 0) } else { Covered::No };
    let when = |done: bool| if done { yes(1, 0) } else { Covered::No };
    let main = seen.shared.main();
    let standing = main.map(|log| &log.believed.standing);
    let counts = &report.counts;
    let history = container.under("data/ledger/history/").count() as u64;
    let stored = main.map_or(0, |log| log.chain(|chain| chain.count(EventCode::DocumentStore)));
    let entries = counts.entries;
    let all_entries = main.map_or(0, |log| log.head().size());
    let opened = seen.opened.entries.load(Ordering::Relaxed);
    // The copy for a person has the accesses on its pages, and no ledger of them.
    let access = if has_scope(seen, "person") && has_scope(seen, "with access log") { "access-listed" } else { "access" };
    [
        ("structure", some(container.files().len() as u64)),
        ("signature", when(bag.signer.as_ref().is_some_and(|signer| signer.is_trusted))),
        ("ledger", some(entries)),
        ("trust", when(seen.keys.has_policy() && standing.is_some_and(|standing| *standing != Standing::Unknown))),
        ("witnesses", some(bag.witnesses.len() as u64)),
        ("known", some(seen.compared)),
        ("history", some(history)),
        ("openings", if opened > 0 { yes(opened, all_entries) } else { Covered::No }),
        ("documents", if counts.documents > 0 { yes(counts.documents, stored) } else { Covered::No }),
        ("receipts", some(counts.receipts)),
        (access, some(bag.shards.len() as u64)),
        ("timestamps", some(bag.stamps.len() as u64)),
        ("cms", when(bag.certificate.is_some())),
    ]
    .map(|(name, covered)| Check { name, covered })
    .into()
}
