//! How carefully a vault destroys: its cap and its cooling-off, in force and proposed.

use serde::Serialize;
use utoipa::ToSchema;

use super::note::{FiledByJson, Words};
use crate::archive::{DestructionRules, NoteView};
use crate::http::error::Problem;
use crate::model::destruction::DestructionRule;

/// The rule in force, what is proposed, and what has gone.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct DestructionRulesJson {
    /// The rule in force.
    #[serde(flatten)]
    pub(in crate::http) rule: DestructionRuleJson,
    /// Rules that wait for a second person; ten at the most.
    pub(in crate::http) proposals: Vec<RuleProposalJson>,
    /// What has gone on the last day on which anything went.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) last_day: Option<DestroyedOnJson>,
    /// All documents that ever went.
    pub(in crate::http) documents_destroyed: u64,
}

/// How much may go in a day, and how long an approved order rests.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct DestructionRuleJson {
    /// Thousandths of the vault's documents that may be destroyed on one day.
    pub(in crate::http) cap_per_mille: u16,
    /// Days between approval and execution, at least.
    pub(in crate::http) cooling_off_days: u16,
}

/// A rule that waits for a second person.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct RuleProposalJson {
    /// The id of the proposal.
    pub(in crate::http) id: String,
    /// The rule.
    #[serde(flatten)]
    pub(in crate::http) rule: DestructionRuleJson,
    /// Why it was proposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) reason: Option<String>,
    /// Who proposed it.
    #[serde(flatten)]
    pub(in crate::http) proposed: FiledByJson,
}

/// What has gone on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct DestroyedOnJson {
    /// The day.
    #[schema(format = Date)]
    pub(in crate::http) day: String,
    /// Documents that the vault held at its beginning.
    pub(in crate::http) held: u64,
    /// Documents that went.
    pub(in crate::http) documents: u64,
}

impl DestructionRulesJson {
    /// The rules of a vault.
    pub(in crate::http) fn new(rules: &DestructionRules) -> Result<Self, Problem> {
        let last_day =
            rules.today.map(|today| DestroyedOnJson { day: today.day.to_string(), held: today.held, documents: today.documents });
        let proposals = rules.proposals.iter().map(|(note, rule)| RuleProposalJson::new(note, *rule)).collect::<Result<_, _>>()?;
        Ok(Self { rule: DestructionRuleJson::new(rules.rule), proposals, last_day, documents_destroyed: rules.documents })
    }
}

impl DestructionRuleJson {
    fn new(rule: DestructionRule) -> Self {
        Self { cap_per_mille: rule.cap_per_mille, cooling_off_days: rule.cooling_off_days }
    }
}

impl RuleProposalJson {
    fn new(note: &NoteView, rule: DestructionRule) -> Result<Self, Problem> {
        Ok(Self {
            id: note.record.id.to_string(),
            rule: DestructionRuleJson::new(rule),
            reason: Words::of(note)?.take("reason"),
            proposed: FiledByJson::new(note),
        })
    }
}
