//! The canary: the archive regularly tries on itself what must fail, on a case that is kept for nothing else.
//!
//! Locks fail in practice where a check sits beside the door that somebody uses. So these attempts use the same doors as everybody:
//! destroying what nobody approved and what still rests, approving alone, shortening a rest, moving time, overwriting a document over
//! HTTP's way and a row below all rules. Each must be refused; whatever is not is shown by a metric and ends readiness.
//!
//! What is deliberately absent: another office's data. The canary has a vault of its own that no certificate names.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;

use super::destruction::{OrderItems, OrderRequest};
use super::retention::{HoldItem, HoldRequest};
use super::vault::Vault;
use super::{Archive, ArchiveError, NoteRequest};
use crate::keys::TreeId;
use crate::limits::COOLING_OFF_DAYS_MAX;
use crate::model::destruction::{Condemned, OrderReason};
use crate::model::retention::{HoldType, Note, NoteWords, Part, Target};
use crate::model::{
    Address, ApplicationName, CaseDescription, CaseId, DocumentDescription, DocumentId, MediaType, NoteId, PersonName, Principal, Refusal,
    Text, VaultName,
};
use crate::observe::{CanaryTried, Check};
use crate::store::{Column, StoreError, codec, key};

/// The vault of the canary.
pub(super) const VAULT: &str = "aktenfest-canary";
/// The first attempt comes so long after the start, when the daemon has other things to do.
const FIRST_AFTER: Duration = Duration::from_secs(60);
const CONTENT: &[u8] = b"This document must be here tomorrow, exactly as it is.";
/// The attempt that is none: what must be there is looked for.
const LOSE_CONTENT: &str = "lose_content";
const CASE: [u8; 16] = [0xCA; 16];
const DOCUMENT: [u8; 16] = [0xCB; 16];
const HOLD: [u8; 16] = [0xCC; 16];
const UNAPPROVED: [u8; 16] = [0xCD; 16];
const RESTING: [u8; 16] = [0xCE; 16];
const APPROVAL: [u8; 16] = [0xCF; 16];

/// An id of this year: an order rests for 366 days at most, so there is a new one every year, and one of them always rests.
fn of_year(id: [u8; 16], year: u16) -> [u8; 16] {
    let mut id = id;
    id[14..].copy_from_slice(&year.to_be_bytes());
    id
}

impl Archive {
    /// Tries everything again and again. Never ends by itself; a period of zero means never.
    pub async fn keep_canary(&self, period: Duration) {
        if period.is_zero() {
            return std::future::pending().await;
        }
        tokio::time::sleep(FIRST_AFTER).await;
        loop {
            match self.try_what_must_fail().await {
                Ok(broken) if broken.is_empty() => self.0.observer.health().ready(Check::Canary),
                Ok(broken) => {
                    tracing::error!(attempts = broken.join(" "), "something succeeded that must fail; stop the archive and look");
                    self.0.observer.health().not_ready(Check::Canary, "something succeeded that must be refused");
                }
                Err(error) => tracing::warn!(%error, "the canary could not try; it comes again"),
            }
            tokio::time::sleep(period).await;
        }
    }

    /// Tries everything that must fail, once, and answers the names of what has succeeded: none, if all is well.
    ///
    /// # Errors
    /// When the attempts could not be made at all. That says nothing about what they would have come to.
    pub async fn try_what_must_fail(&self) -> Result<Vec<&'static str>, ArchiveError> {
        let vault = self.canary_vault().await?;
        // By a time that does not go back, or an order of an earlier year would be taken for one that rests.
        let canary = Canary { vault, year: self.0.moment().recorded.year() };
        let outcomes = match canary.prepare().await {
            Ok(()) => canary.attempts().await?,
            // Nobody but this archive has anything to do with the case.
            Err(error) if is_loss(&error) => vec![(LOSE_CONTENT, Outcome::Succeeded)],
            Err(error) => return Err(error),
        };
        let (mut broken, mut unclear) = (Vec::new(), None);
        for (attempt, outcome) in outcomes {
            match outcome {
                Outcome::Refused => self.0.observer.emit(&CanaryTried { attempt, refused: true }),
                Outcome::Succeeded => {
                    self.0.observer.emit(&CanaryTried { attempt, refused: false });
                    broken.push(attempt);
                }
                Outcome::Unclear(error) => unclear = Some(error),
            }
        }
        // One attempt that could not be made must not hide another one that has succeeded.
        match unclear {
            Some(error) if broken.is_empty() => Err(error),
            _ => Ok(broken),
        }
    }

    async fn canary_vault(&self) -> Result<Vault, ArchiveError> {
        let name = VaultName::parse(VAULT).expect("the name of the canary's vault must be one");
        match self.create_vault(name.clone()).await {
            Ok(_) | Err(ArchiveError::Refused(Refusal::VaultNameTaken)) => self.vault(&name),
            Err(error) => Err(error),
        }
    }
}

fn person(name: &str) -> Principal {
    Principal {
        application: application(),
        vaults: Default::default(),
        person: Some(PersonName::parse(name).expect("the name of the canary's person must be one")),
        deputy_of: Default::default(),
    }
}

fn application() -> ApplicationName {
    ApplicationName::parse("aktenfest-canary").expect("the name of the canary must be one")
}

fn case_id() -> CaseId {
    CaseId::from_bytes(CASE)
}

fn document_id() -> DocumentId {
    DocumentId::from_bytes(DOCUMENT)
}

fn words() -> NoteWords {
    let text = Text::parse("canary").expect("the word must be a text");
    NoteWords { reference: Some(text.clone()), reason: Some(text), ..NoteWords::default() }
}

struct Canary {
    vault: Vault,
    year: u16,
}

impl Canary {
    /// A case with a document under a hold, an order that nobody has approved and one that rests as long as an order can.
    async fn prepare(&self) -> Result<(), ArchiveError> {
        let reference = Text::parse("canary").map_err(|error| ArchiveError::Damaged(error.to_string()))?;
        self.vault.open_case(&application(), case_id(), CaseDescription { reference, kind: None, unit: None }).await?;
        self.store(CONTENT).await?;
        let whole = HoldItem { case: case_id(), matter: None, document: None };
        if self.is_new(HOLD)? {
            let review_on = self.vault.today()?.wall.plus_days(300).ok_or(Refusal::ReviewOutOfReach)?;
            let (id, kind, items) = (NoteId::from_bytes(HOLD), HoldType::Court, vec![whole]);
            let request = HoldRequest { id, kind, review_on, ends_on: None, items, query: None, words: words() };
            self.vault.place_hold(&person("canary-one"), request).await?;
        }
        let (resting, approval) = (of_year(RESTING, self.year), of_year(APPROVAL, self.year));
        for id in [UNAPPROVED, resting] {
            if self.is_new(id)? {
                let (id, items) = (NoteId::from_bytes(id), OrderItems::Listed(vec![whole]));
                let request = OrderRequest { id, reason: OrderReason::Court, items, words: words() };
                self.vault.propose_order(&person("canary-one"), request).await?;
            }
        }
        if self.is_new(approval)? {
            self.approve("canary-two", (resting, approval), COOLING_OFF_DAYS_MAX).await?;
        }
        Ok(())
    }

    fn is_new(&self, id: [u8; 16]) -> Result<bool, ArchiveError> {
        Ok(self.vault.inner.store.note_address(self.vault.id(), NoteId::from_bytes(id))?.is_none())
    }

    async fn store(&self, content: &'static [u8]) -> Result<(), ArchiveError> {
        let about = DocumentDescription::default();
        let by = application();
        let begun = self.vault.begin_document(&by, case_id(), document_id(), MediaType::unknown(), about, None);
        let mut upload = begun.await?;
        upload.push(Bytes::from_static(content)).await?;
        upload.finish(None).await.map(drop)
    }

    async fn approve(&self, who: &str, (order, approval): ([u8; 16], [u8; 16]), rest_days: u16) -> Result<(), ArchiveError> {
        let order = NoteId::from_bytes(order);
        let list = self.vault.order(order)?.facts.list;
        let id = NoteId::from_bytes(approval);
        self.vault.approve_order(&person(who), order, id, (list, Some(rest_days)), words()).await.map(drop)
    }

    /// Each attempt with what has come of it.
    async fn attempts(&self) -> Result<Vec<(&'static str, Outcome)>, ArchiveError> {
        let in_a_year = self.vault.today()?.wall.plus_days(400).ok_or(Refusal::IntakeInFuture)?;
        // An approval of the order that nobody has approved, under an id that was never used.
        let (one, two) = (person("canary-one"), [UNAPPROVED, *super::destruction::new_note_id().as_bytes()].into());
        let report = self.vault.report_intake(&one, super::destruction::new_note_id(), in_a_year, words());
        Ok(vec![
            ("overwrite", refused(self.store(b"This document was changed."), Refusal::DocumentIdTaken).await),
            ("destroy_unapproved", refused(self.destroy(UNAPPROVED), Refusal::OrderNotApproved).await),
            ("destroy_resting", refused(self.destroy(of_year(RESTING, self.year)), Refusal::OrderCoolingOff).await),
            ("approve_alone", refused(self.approve("canary-one", two, 14), Refusal::SecondPersonRequired).await),
            ("shorten", refused(self.approve("canary-two", two, 0), Refusal::DestructionRuleMalformed).await),
            ("move_time", refused(report, Refusal::IntakeInFuture).await),
            ("rewrite_row", held(self.rewriting_is_refused())),
            ("lose_key", held(self.key_is_there())),
            (LOSE_CONTENT, held(self.content_is_there())),
        ])
    }

    /// Files a step that condemns the case, as the job does for an order that may be executed.
    async fn destroy(&self, order: [u8; 16]) -> Result<(), ArchiveError> {
        let place = self.vault.note_place(NoteId::from_bytes(order))?;
        let case = self.vault.case_facts(case_id())?;
        let target = Target { case: case.number, part: Part::Whole };
        let condemned = vec![Condemned { target, opening_year: case.opening_year, documents: 1, leaves: Vec::new() }];
        let note = Note::OrderStep { order: place, first: 0, count: 1, held: 1, condemned, dropped: Vec::new() };
        let request = NoteRequest { id: super::destruction::new_note_id(), note, words: NoteWords::default() };
        self.vault.file(&person("canary-one"), None, request).await.map(drop)
    }

    /// Below all rules: writes the row of the document once more, as it is.
    fn rewriting_is_refused(&self) -> Result<bool, ArchiveError> {
        let (store, address) = (&self.vault.inner.store, self.address()?);
        let record = store.document(self.vault.id(), address)?.ok_or(Refusal::DocumentUnknown)?;
        let mut transaction = store.transaction();
        transaction.insert(Column::Documents, key::document(self.vault.id(), address), codec::encode_document(&record))?;
        Ok(matches!(transaction.commit(), Err(StoreError::WouldOverwrite(Column::Documents))))
    }

    fn key_is_there(&self) -> Result<bool, ArchiveError> {
        let case = self.vault.case_facts(case_id())?;
        let tree = TreeId::cases(self.vault.id(), case.opening_year);
        self.vault.inner.keyring.covers(tree, self.address()?).map_err(super::vault::key_error)
    }

    fn content_is_there(&self) -> Result<bool, ArchiveError> {
        let content = self.vault.content(case_id(), document_id())?;
        Ok(content.frame(0)? == CONTENT)
    }

    fn address(&self) -> Result<Address, ArchiveError> {
        Ok(self.vault.inner.store.document_address(self.vault.id(), document_id())?.ok_or(Refusal::DocumentUnknown)?)
    }
}

/// What has come of an attempt.
enum Outcome {
    /// It was refused, as it must be.
    Refused,
    /// It has succeeded.
    Succeeded,
    /// It could not be made, or failed for another reason, which says nothing.
    Unclear(ArchiveError),
}

/// Whether an attempt was refused by the rule that it was made against.
async fn refused<T>(attempt: impl Future<Output = Result<T, ArchiveError>>, rule: Refusal) -> Outcome {
    match attempt.await {
        Ok(_) => Outcome::Succeeded,
        Err(ArchiveError::Refused(by)) if by == rule => Outcome::Refused,
        Err(error) => Outcome::Unclear(error),
    }
}

/// Whether what must be there was there.
fn held(found: Result<bool, ArchiveError>) -> Outcome {
    match found {
        Ok(true) => Outcome::Refused,
        Ok(false) => Outcome::Succeeded,
        Err(error) if is_loss(&error) => Outcome::Succeeded,
        Err(error) => Outcome::Unclear(error),
    }
}

/// Whether what must be there is gone, or is not what it was.
fn is_loss(error: &ArchiveError) -> bool {
    matches!(
        error,
        ArchiveError::Damaged(_)
            | ArchiveError::Refused(Refusal::CaseDestroyed | Refusal::CaseUnknown | Refusal::DocumentDestroyed | Refusal::DocumentUnknown)
    )
}
