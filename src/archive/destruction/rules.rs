//! The cap and the cooling-off of a vault, changed by two persons.

use crate::archive::vault::Vault;
use crate::archive::{ArchiveError, Filed, NoteRequest, NoteView};
use crate::model::destruction::{DestroyedToday, DestructionRule};
use crate::model::retention::{Note, NoteWords};
use crate::model::{NoteId, Principal, Refusal};

/// What a vault knows of its destructions, with ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestructionRules {
    /// The rule in force.
    pub rule: DestructionRule,
    /// Proposed rules.
    pub proposals: Vec<(NoteView, DestructionRule)>,
    /// What has gone on the last day on which anything went.
    pub today: Option<DestroyedToday>,
    /// Documents that ever went.
    pub documents: u64,
}

impl Vault {
    /// The rule in force, what is proposed, and what has gone.
    pub fn destruction_rules(&self) -> Result<DestructionRules, ArchiveError> {
        let facts = self.inner.store.disposition(self.id())?;
        let proposals = facts.proposals.iter().map(|open| Ok((self.note_at(open.place)?, open.rule)));
        let proposals = proposals.collect::<Result<_, ArchiveError>>()?;
        Ok(DestructionRules { rule: facts.rule, proposals, today: facts.today, documents: facts.documents })
    }

    /// Proposes another rule.
    pub async fn propose_destruction_rule(
        &self,
        by: &Principal,
        id: NoteId,
        rule: DestructionRule,
        words: NoteWords,
    ) -> Result<Filed, ArchiveError> {
        let deputy_of = self.tags_of_deputised(by)?;
        self.file(by, None, NoteRequest { id, note: Note::DestructionRuleProposed { rule, deputy_of }, words }).await
    }

    /// Adopts a proposed rule as a second person.
    pub async fn adopt_destruction_rule(
        &self,
        by: &Principal,
        proposal: NoteId,
        id: NoteId,
        words: NoteWords,
    ) -> Result<Filed, ArchiveError> {
        let proposal = self.inner.store.note_address(self.id(), proposal)?.ok_or(Refusal::DestructionRuleNotOpen)?;
        let deputy_of = self.tags_of_deputised(by)?;
        self.file(by, None, NoteRequest { id, note: Note::DestructionRuleAdopted { proposal, deputy_of }, words }).await
    }

    /// Turns a proposed rule down, or takes an own one back.
    pub async fn reject_destruction_rule(
        &self,
        by: &Principal,
        proposal: NoteId,
        id: NoteId,
        words: NoteWords,
    ) -> Result<Filed, ArchiveError> {
        let proposal = self.inner.store.note_address(self.id(), proposal)?.ok_or(Refusal::DestructionRuleNotOpen)?;
        self.file(by, None, NoteRequest { id, note: Note::DestructionRuleRejected { proposal }, words }).await
    }
}
