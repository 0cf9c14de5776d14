//! Boxes of paper originals as they stand.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::dossier::{CheckJson, text};
use super::note::{FiledByJson, Words as Sealed};
use super::problem::{ExceptionJson, MembersJson};
use super::why::CodeJson;
use crate::archive::BoxView;
use crate::http::error::Problem;
use crate::limits::BOX_EXCEPTIONS_LISTED_MAX;
use crate::model::retention::{Disposition, OriginalFlag, PositionFacts, QaMode, QaResult};
use crate::model::{CaseId, DocumentId};
use crate::policy::paper::{Blocker, Release, ReleaseState};
use crate::words::Words;

/// A box, without its positions.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct BoxSummaryJson {
    /// The id that was chosen.
    pub(in crate::http) id: String,
    /// `ready`: what is left in it may be destroyed; `blocked`: its time has come and something stands in the way; `waiting`;
    /// `destroyed`.
    pub(in crate::http) state: &'static str,
    /// The state in words.
    pub(in crate::http) words: String,
    /// The first day on which it may be destroyed; missing beyond the calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) first_day: Option<String>,
    /// Codes of what keeps the whole box.
    pub(in crate::http) blockers: Vec<&'static str>,
    /// What keeps the whole box, in words.
    pub(in crate::http) blockers_in_words: Vec<CodeJson>,
    /// What must be pulled out before the rest may go. In a list of boxes only the first 100.
    pub(in crate::http) exceptions: Vec<ExceptionJson>,
    /// How many reasons there are to pull something out; one original can have several.
    pub(in crate::http) exceptions_total: usize,
    /// How many originals must be pulled out.
    pub(in crate::http) originals_to_pull: usize,
    /// The scan batch it belongs to.
    pub(in crate::http) batch: String,
    /// The day of scanning, from which the weeks count.
    #[schema(format = Date)]
    pub(in crate::http) scanned_on: String,
    /// All sheets in it, as the scan protocol counts them.
    pub(in crate::http) sheets: u32,
    /// Sheets that still lie in it: what a report of destruction must say.
    pub(in crate::http) sheets_left: u32,
    /// It is not destroyed up to this day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) extended_until: Option<String>,
    /// When it was destroyed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) destroyed_on: Option<String>,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) title: Option<String>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) place: Option<String>,
    /// Who registered it.
    #[serde(flatten)]
    pub(in crate::http) registered: FiledByJson,
}

/// One page of boxes.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct BoxesJson {
    /// What may go first, then what is blocked, then what waits; each the longest due first.
    pub(in crate::http) items: Vec<BoxSummaryJson>,
    /// Value of `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) next: Option<String>,
}

/// A box.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct BoxJson {
    /// Whether it may be destroyed, and what stands in the way.
    #[serde(flatten)]
    pub(in crate::http) summary: BoxSummaryJson,
    /// What is in it.
    pub(in crate::http) positions: Vec<PositionJson>,
}

/// One document in a box.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct PositionJson {
    /// Where it lies.
    pub(in crate::http) position: u32,
    /// The case of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) case: Option<String>,
    /// The document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) document: Option<String>,
    /// Its sheets of paper.
    pub(in crate::http) sheets: u16,
    /// Why it must not be destroyed.
    pub(in crate::http) flags: Vec<&'static str>,
    /// How the quality of its image was assured apart from the box.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) document_check: Option<CheckJson>,
    /// How its quality was assured at the box.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) qa: Option<CheckJson>,
    /// Whether it was taken out.
    pub(in crate::http) pulled: bool,
    /// Its way back to its owner.
    #[serde(rename = "return", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) returning: Option<ReturnJson>,
}

/// Where the return of an original stands.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ReturnJson {
    /// `requested`, `picked`, `sent` or `confirmed`.
    pub(in crate::http) state: &'static str,
    /// Since when.
    #[schema(format = Date)]
    pub(in crate::http) since: String,
}

impl BoxSummaryJson {
    /// A box in a list.
    pub(in crate::http) fn new(found: &BoxView, words: &Words) -> Result<Self, Problem> {
        Self::with_exceptions(found, words, BOX_EXCEPTIONS_LISTED_MAX)
    }

    fn with_exceptions(found: &BoxView, words: &Words, exceptions_max: usize) -> Result<Self, Problem> {
        let BoxView { note, facts, release, .. } = found;
        let mut sealed = Sealed::of(note)?;
        let destroyed_on = match facts.disposition {
            Disposition::Waiting => None,
            Disposition::Destroyed(on) => Some(on),
            Disposition::Withdrawn(_) => None,
        };
        // That it is gone is its state, and nothing that somebody would have to remove.
        let blockers = release.blockers.iter().filter(|blocker| !matches!(blocker, Blocker::DestroyedAlready | Blocker::Withdrawn));
        let mut originals: Vec<u32> = release.exceptions.iter().map(|(position, _)| *position).collect();
        originals.dedup();
        Ok(Self {
            id: note.record.id.to_string(),
            state: match facts.disposition {
                Disposition::Waiting => code_of(release.state),
                Disposition::Destroyed(_) => "destroyed",
                Disposition::Withdrawn(_) => "withdrawn",
            },
            words: match facts.disposition {
                Disposition::Waiting => words.release_state(release.state),
                Disposition::Destroyed(on) => words.box_destroyed(on),
                Disposition::Withdrawn(_) => words.box_blocker(Blocker::Withdrawn),
            },
            first_day: text(release.first_day),
            blockers: blockers.clone().map(|blocker| blocker.code()).collect(),
            blockers_in_words: blockers.map(|blocker| CodeJson { code: blocker.code(), words: words.box_blocker(*blocker) }).collect(),
            exceptions: exceptions(release, Some(words)).take(exceptions_max).collect(),
            exceptions_total: release.exceptions.len(),
            originals_to_pull: originals.len(),
            batch: facts.batch.to_string(),
            scanned_on: facts.scanned_on.to_string(),
            sheets: facts.sheets,
            sheets_left: release.sheets_left,
            extended_until: text(facts.extended_until),
            destroyed_on: text(destroyed_on),
            title: sealed.take("title"),
            place: sealed.take("place"),
            registered: FiledByJson::new(note),
        })
    }
}

impl BoxJson {
    /// A box with everything in it.
    pub(in crate::http) fn new(found: &BoxView, words: &Words) -> Result<Self, Problem> {
        let ids: BTreeMap<u32, (CaseId, DocumentId)> =
            found.documents.iter().map(|(position, case, document)| (*position, (*case, *document))).collect();
        let checks: BTreeMap<u32, CheckJson> =
            found.checks.iter().map(|(position, mode, result)| (*position, check(*mode, *result))).collect();
        let position = |position: &PositionFacts| {
            let number = position.position.position;
            PositionJson::new(position, ids.get(&number), checks.get(&number).cloned())
        };
        let positions = found.facts.positions.iter().map(position).collect();
        Ok(Self { summary: BoxSummaryJson::with_exceptions(found, words, usize::MAX)?, positions })
    }
}

impl PositionJson {
    fn new(facts: &PositionFacts, ids: Option<&(CaseId, DocumentId)>, document_check: Option<CheckJson>) -> Self {
        let position = &facts.position;
        Self {
            position: position.position,
            case: ids.map(|(case, _)| case.to_string()),
            document: ids.map(|(_, document)| document.to_string()),
            sheets: position.sheets,
            flags: position.flags.iter().copied().map(OriginalFlag::as_str).collect(),
            document_check,
            qa: facts.qa.map(|(mode, result)| check(mode, result)),
            pulled: facts.pulled,
            returning: facts.returning.map(|(step, since)| ReturnJson { state: step.as_str(), since: since.to_string() }),
        }
    }
}

fn check(mode: QaMode, result: QaResult) -> CheckJson {
    CheckJson { mode: mode.as_str(), result: result.as_str() }
}

/// What a refusal to destroy says for programs: everything that stands in the way.
pub(in crate::http) fn in_the_way(release: &Release) -> MembersJson {
    MembersJson {
        blockers: release.blockers.iter().map(|blocker| blocker.code().to_owned()).collect(),
        first_day: text(release.first_day),
        exceptions: exceptions(release, None).collect(),
        ..MembersJson::default()
    }
}

fn exceptions<'a>(release: &'a Release, words: Option<&'a Words>) -> impl Iterator<Item = ExceptionJson> + 'a {
    release.exceptions.iter().map(move |(position, reason)| ExceptionJson {
        position: *position,
        reason: reason.code().to_owned(),
        words: words.map(|words| words.pull_reason(*reason)),
    })
}

fn code_of(state: ReleaseState) -> &'static str {
    match state {
        ReleaseState::Ready => "ready",
        ReleaseState::Blocked => "blocked",
        ReleaseState::Waiting => "waiting",
    }
}
