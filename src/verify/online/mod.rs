//! Checking a running archive through the interface that every application uses.
//!
//! First the newest checkpoint, then every entry of the ledger it covers, then every case and document: record, receipt, opening,
//! content. What is stored while the check runs is newer than the checkpoint; its receipt is verified, its entry not looked up.
//! What the archive keeps beside that (indexes, key files, the bytes on disk) only the offline check sees.

mod accesses;
mod destroyed;
mod ledger;
mod subjects;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use accesses::RemoteYear;
pub use destroyed::RemoteOrder;

use super::catalogue;
use super::pool::in_threads;
use super::report::{Collector, Counts, Report};
use super::trust::Trust;
use crate::ledger::{Opening, TilePath};
use crate::model::{CaseId, Digest, DocumentId, EventId, LedgerIndex, Timestamp};

/// Why an answer of the archive cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// The archive could not be asked, or refused to answer.
    #[error("{0}")]
    Failed(String),
    /// It answered something that the interface does not describe.
    #[error("{0}")]
    Malformed(String),
}

/// One page of a listing.
#[derive(Debug, Clone)]
pub struct RemotePage<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// A case as the archive describes it.
#[derive(Debug, Clone)]
pub struct RemoteCase {
    /// Its id.
    pub id: CaseId,
    /// Index of the ledger entry of its opening.
    pub entry: LedgerIndex,
    /// Size of the ledger for which its receipt was issued.
    pub ledger_size: u64,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// What it is about, in ascending order of names. Personal data.
    pub description: Vec<(String, String)>,
}

/// A document as the archive describes it.
#[derive(Debug, Clone)]
pub struct RemoteDocument {
    /// Its id.
    pub id: DocumentId,
    /// Index of the ledger entry of its storing.
    pub entry: LedgerIndex,
    /// Size of the ledger for which its receipt was issued.
    pub ledger_size: u64,
    /// When it was stored.
    pub stored_at: Timestamp,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// What kind of bytes.
    pub media_type: String,
    /// What it is, in ascending order of names. Personal data.
    pub description: Vec<(String, String)>,
}

/// What opens a ledger entry. Personal data.
#[derive(Debug, Clone)]
pub struct RemoteOpening {
    /// The entry.
    pub entry: LedgerIndex,
    /// The event in it.
    pub id: EventId,
    /// Salt and value of every committed field.
    pub fields: Vec<Opening>,
}

/// One vault of a running archive, asked over the network. Several threads ask at the same time.
pub trait RemoteArchive: Send + Sync + 'static {
    /// The key that the archive says its ledger is signed with, as a line of text.
    fn verifier_key(&self) -> Result<String, RemoteError>;
    /// The newest checkpoint.
    fn checkpoint(&self) -> Result<Vec<u8>, RemoteError>;
    /// A tile or an entry bundle.
    fn tile(&self, path: &TilePath) -> Result<Vec<u8>, RemoteError>;
    /// A page of cases, from the beginning or from where the last page ended.
    fn cases(&self, cursor: Option<&str>) -> Result<RemotePage<RemoteCase>, RemoteError>;
    /// A page of documents.
    fn documents(&self, case: CaseId, cursor: Option<&str>) -> Result<RemotePage<RemoteDocument>, RemoteError>;
    /// The receipt of a document, or of the case itself.
    fn receipt(&self, case: CaseId, document: Option<DocumentId>) -> Result<Vec<u8>, RemoteError>;
    /// The opening of the entry of a document, or of the case itself.
    fn opening(&self, case: CaseId, document: Option<DocumentId>) -> Result<RemoteOpening, RemoteError>;
    /// Hands over every order that has destroyed something, with its certificate. An archive that destroys nothing has none.
    fn orders(&self, _take: &mut dyn FnMut(RemoteOrder)) -> Result<(), RemoteError> {
        Ok(())
    }
    /// The access ledgers that there are. An archive that nobody has read from has none.
    fn access_years(&self) -> Result<Vec<RemoteYear>, RemoteError> {
        Ok(Vec::new())
    }
    /// The newest checkpoint of the access ledger of a year.
    fn access_checkpoint(&self, _year: u16) -> Result<Vec<u8>, RemoteError> {
        Err(RemoteError::Failed("there is no access ledger".to_owned()))
    }
    /// A tile or an entry bundle of it.
    fn access_tile(&self, _year: u16, _path: &TilePath) -> Result<Vec<u8>, RemoteError> {
        Err(RemoteError::Failed("there is no access ledger".to_owned()))
    }
    /// The content of a document, piece by piece.
    fn content(&self, case: CaseId, document: DocumentId, take: &mut dyn FnMut(&[u8])) -> Result<(), RemoteError>;
}

/// How to check a running archive.
#[derive(Debug, Clone)]
pub struct OnlineSettings {
    /// Name of the vault, for findings.
    pub vault: String,
    /// What does not come from the archive.
    pub trust: Trust,
    /// Documents that are read at the same time.
    pub threads: usize,
}

/// Checks one vault of a running archive. Never fails: whatever goes wrong is a finding. Blocks; not for asynchronous threads.
pub fn verify_online<R: RemoteArchive>(remote: Arc<R>, settings: &OnlineSettings) -> Report {
    let check = Arc::new(Check { remote, collector: Arc::default(), place: format!("vault {}", settings.vault) });
    // Before the check itself reads anything, which is recorded too.
    let mut origins = accesses::check(&check, settings);
    let receipt_sizes = check.receipt_sizes();
    if let Some(ledger) = ledger::check(&check, settings, receipt_sizes, ledger::Kind::LifeCycle) {
        origins.push(ledger.facts.origin.clone());
        settings.trust.check_unmatched(&check.collector, &origins);
        check_subjects(&check, settings, ledger);
    }
    check.collector.count(&Counts { vaults: 1, ..Counts::default() });
    check.collector.report()
}

/// A document that waits for its check.
struct Job {
    case: CaseId,
    document: RemoteDocument,
}

fn check_subjects<R: RemoteArchive>(check: &Arc<Check<R>>, settings: &OnlineSettings, mut ledger: ledger::Ledger) {
    let facts = Arc::new(std::mem::take(&mut ledger.facts));
    let (worker_check, worker_facts) = (Arc::clone(check), Arc::clone(&facts));
    let work = move |job: Job| subjects::check_document(&worker_check, &worker_facts, job.case, &job.document);
    let mut listed_all = true;
    let whole = in_threads(settings.threads, work, |hand_over| {
        listed_all &= check.each_case(|case| {
            check.claim(&mut ledger.cases, facts.size, case.entry, &format!("{} case {}", check.place, case.id));
            subjects::check_case(check, &facts, case);
            listed_all &= check.each_document(case.id, |document| {
                let place = format!("{} document {}", check.place, document.id);
                check.claim(&mut ledger.documents, facts.size, document.entry, &place);
                hand_over(Job { case: case.id, document });
            });
        });
    });
    if !whole {
        check.collector.found(catalogue::CHECK_ENDED_EARLY, &check.place, "a thread of the check ended early");
    }
    ledger.facts = Arc::unwrap_or_clone(facts);
    let accounted = destroyed::claim(check, &mut ledger);
    // A listing that broke off accounts for nothing behind the break; that was found already.
    if listed_all && accounted {
        ledger.report_unclaimed(&check.collector, &check.place);
    }
}

/// What every part of the check uses.
struct Check<R> {
    remote: Arc<R>,
    collector: Arc<Collector>,
    place: String,
}

impl<R: RemoteArchive> Check<R> {
    /// What was fetched, or a finding.
    fn fetched<T>(&self, place: &str, answer: Result<T, RemoteError>) -> Option<T> {
        answer
            .map_err(|error| {
                let code = match &error {
                    RemoteError::Failed(_) => catalogue::FETCH_FAILED,
                    RemoteError::Malformed(_) => catalogue::ANSWER_MALFORMED,
                };
                self.collector.found(code, place, error.to_string());
            })
            .ok()
    }

    /// Takes the entry of a record. What is newer than the checkpoint is not in the ledger that was read.
    fn claim(&self, claims: &mut super::walk::Claims, size: u64, entry: LedgerIndex, place: &str) {
        if entry.0 < size && !claims.take(entry.0) {
            let text = format!("entry {} of the ledger is of another event, or belongs to another record", entry.0);
            self.collector.found(catalogue::RECORD_WITHOUT_ENTRY, place, text);
        }
    }

    /// All cases, page by page; `false` if the listing broke off.
    fn each_case(&self, mut take: impl FnMut(&RemoteCase)) -> bool {
        let place = format!("{} cases", self.place);
        self.pages(&place, |cursor| self.remote.cases(cursor), |case| take(&case))
    }

    /// All documents of a case, page by page; `false` if the listing broke off.
    fn each_document(&self, case: CaseId, take: impl FnMut(RemoteDocument)) -> bool {
        let place = format!("{} case {case} documents", self.place);
        self.pages(&place, |cursor| self.remote.documents(case, cursor), take)
    }

    fn pages<T>(&self, place: &str, fetch: impl Fn(Option<&str>) -> Result<RemotePage<T>, RemoteError>, mut take: impl FnMut(T)) -> bool {
        let mut cursor: Option<String> = None;
        loop {
            let Some(page) = self.fetched(place, fetch(cursor.as_deref())) else { return false };
            page.items.into_iter().for_each(&mut take);
            if page.next.is_none() {
                return true;
            }
            if page.next == cursor {
                self.collector.found(catalogue::ANSWER_MALFORMED, place, "the listing goes in circles");
                return false;
            }
            cursor = page.next;
        }
    }

    /// The ledger sizes for which receipts were issued: their roots are compared while the ledger is recomputed. Breaks in the
    /// listing are found when it is read again.
    fn receipt_sizes(&self) -> BTreeSet<u64> {
        let silent = Self { remote: Arc::clone(&self.remote), collector: Arc::default(), place: self.place.clone() };
        let mut sizes = BTreeSet::new();
        silent.each_case(|case| {
            sizes.insert(case.ledger_size);
            silent.each_document(case.id, |document| {
                sizes.insert(document.ledger_size);
            });
        });
        sizes
    }
}
