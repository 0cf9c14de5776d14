//! Catalogues of retention classes: in force, proposed, adopted, rejected.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::note::{FiledByJson, Words};
use super::problem::{MembersJson, MistakeJson};
use crate::archive::{CatalogueInForce, NoteView, ParsedCatalogue};
use crate::config::Mistake;
use crate::config::classes::{self, ClassesError};
use crate::http::error::{Code, Problem, internal};
use crate::http::fields::Fields;
use crate::http::rule::Rule;
use crate::model::Text;
use crate::model::retention::{Note, NoteWords};

/// The catalogue in force. All members are missing if there is none: nothing has a class then, and everything is kept.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(in crate::http) struct ClassesJson {
    /// Its version in this vault, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) version: Option<u32>,
    /// Whether all dates follow it already; `false` while they are being computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) complete: Option<bool>,
    /// How it was proposed, with its text.
    #[serde(flatten)]
    pub(in crate::http) proposal: Option<ProposalJson>,
}

/// A catalogue that was proposed, without its text.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ProposalSummaryJson {
    /// The id of the proposal.
    pub(in crate::http) id: String,
    /// The version that it would replace; 0 for the first one.
    pub(in crate::http) replaces: u32,
    /// The day from which its rules are in force.
    #[schema(format = Date)]
    pub(in crate::http) valid_from: String,
    /// Why it was proposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) reason: Option<String>,
    /// What it would have changed on the day of the proposal, recorded with it. What it would change today says `classes/diff`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) diff: Option<String>,
    /// Who proposed it.
    #[serde(flatten)]
    pub(in crate::http) proposed: FiledByJson,
}

/// A catalogue that was proposed.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ProposalJson {
    /// How it was proposed.
    #[serde(flatten)]
    pub(in crate::http) summary: ProposalSummaryJson,
    /// Its text, as it was proposed (TOML).
    pub(in crate::http) text: String,
}

/// Catalogues that wait for a second person.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ProposalsJson {
    /// In the order of proposing; ten at the most.
    pub(in crate::http) items: Vec<ProposalSummaryJson>,
}

/// One thing that was done with a catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ClassesNoteJson {
    /// The id of the note: of the proposal itself, or of the decision about it.
    pub(in crate::http) id: String,
    /// `proposed`, `adopted` or `rejected`.
    pub(in crate::http) note: &'static str,
    /// The proposal; its text is under `classes/proposals`.
    pub(in crate::http) proposal: String,
    /// The version that it has become; of adopted ones only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) version: Option<u32>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) reason: Option<String>,
    /// By whom.
    #[serde(flatten)]
    pub(in crate::http) by: FiledByJson,
}

/// One page of what was done with catalogues.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ClassesNotesJson {
    /// In the order in which it was done.
    pub(in crate::http) items: Vec<ClassesNoteJson>,
    /// Value of `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) next: Option<String>,
}

/// A catalogue to be proposed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct ProposalRequestJson {
    /// Its text (TOML), at most 48 KiB.
    pub(in crate::http) text: String,
    /// Why.
    #[schema(max_length = 500)]
    pub(in crate::http) reason: String,
}

/// Reads a proposal.
pub(in crate::http) fn proposal(json: &[u8]) -> Result<(ParsedCatalogue, NoteWords), Problem> {
    let mut fields = Fields::parse(json, &["text", "reason"])?;
    let text = fields.required("text", |text| Ok::<_, Rule>(text.to_owned()))?;
    let words = NoteWords { reason: Some(fields.required("reason", Text::parse)?), ..NoteWords::default() };
    Ok((catalogue(text).map_err(|problem| problem.in_field("text"))?, words))
}

/// Reads the text of a catalogue.
pub(in crate::http) fn catalogue_text(bytes: &[u8]) -> Result<ParsedCatalogue, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| crate::http::fields::malformed("text", Rule::Utf8))?;
    catalogue(text.to_owned())
}

/// All mistakes at once: whoever mends a catalogue wants to send it twice, not twenty times.
fn catalogue(text: String) -> Result<ParsedCatalogue, Problem> {
    match classes::parse(&text) {
        Ok(parsed) => Ok(ParsedCatalogue { catalogue: parsed.catalogue, types: parsed.types, text }),
        Err(error) => Err(malformed(&error)),
    }
}

fn malformed(error: &ClassesError) -> Problem {
    let first = error.mistakes.first().map_or_else(String::new, sentence);
    let mistake = |mistake: &Mistake| MistakeJson {
        line: mistake.position.map(|(line, _)| line),
        column: mistake.position.map(|(_, column)| column),
        key: mistake.key.clone(),
        message: mistake.message.clone(),
    };
    let mistakes = error.mistakes.iter().map(mistake).collect();
    let problem = Problem::new(Code::ClassesMalformed).with(error.mistakes.len() as u64).with(first);
    problem.with_members(MembersJson { mistakes, ..MembersJson::default() })
}

fn sentence(mistake: &Mistake) -> String {
    let place = mistake.position.map_or_else(String::new, |(line, column)| format!("{line}:{column}: "));
    let key = if mistake.key.is_empty() { String::new() } else { format!("{}: ", mistake.key) };
    format!("{place}{key}{}", mistake.message)
}

impl ClassesJson {
    /// The catalogue in force, if there is one.
    pub(in crate::http) fn new(in_force: Option<&CatalogueInForce>) -> Result<Self, Problem> {
        let Some(CatalogueInForce { version, proposal, complete }) = in_force else { return Ok(Self::default()) };
        Ok(Self { version: Some(*version), complete: Some(*complete), proposal: Some(ProposalJson::new(proposal)?) })
    }
}

impl ProposalSummaryJson {
    /// A proposal without its text.
    pub(in crate::http) fn new(note: &NoteView) -> Result<Self, Problem> {
        ProposalJson::new(note).map(|proposal| proposal.summary)
    }
}

impl ProposalJson {
    /// A proposal with its text.
    pub(in crate::http) fn new(note: &NoteView) -> Result<Self, Problem> {
        let Note::ClassesProposed { replaces, catalogue, text } = &note.record.note else {
            return Err(internal("a proposal is no proposal", &note.record.note.kind()));
        };
        let mut sealed = Words::of(note)?;
        let summary = ProposalSummaryJson {
            id: note.record.id.to_string(),
            replaces: *replaces,
            valid_from: catalogue.valid_from.to_string(),
            reason: sealed.take("reason"),
            diff: sealed.take("record"),
            proposed: FiledByJson::new(note),
        };
        Ok(Self { summary, text: text.clone() })
    }
}

impl ClassesNoteJson {
    /// One line of the history: the proposal itself, or what was decided about it.
    pub(in crate::http) fn new(note: &NoteView, of: &NoteView) -> Result<Self, Problem> {
        let word = match &note.record.note {
            Note::ClassesProposed { .. } => "proposed",
            Note::ClassesAdopted { .. } => "adopted",
            Note::ClassesRejected { .. } => "rejected",
            other => return Err(internal("a note about classes is about something else", &other.kind())),
        };
        let version = match (&note.record.note, &of.record.note) {
            (Note::ClassesAdopted { .. }, Note::ClassesProposed { replaces, .. }) => Some(replaces + 1),
            _ => None,
        };
        let (id, proposal) = (note.record.id.to_string(), of.record.id.to_string());
        Ok(Self { id, note: word, proposal, version, reason: Words::of(note)?.take("reason"), by: FiledByJson::new(note) })
    }
}
