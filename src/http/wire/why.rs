//! Why something is still here, until when, and what stops its destruction.

use serde::Serialize;
use utoipa::ToSchema;

use super::dossier::{DatesJson, LineJson, MatterJson, matter_id, text};
use super::hold::HoldJson;
use super::step::{StandingJson, ToldStepJson};
use crate::archive::{Why, WhyMatter};
use crate::http::error::Problem;
use crate::model::retention::{MatterFacts, ScanDefect};
use crate::policy::retention::{Blocker, Explanation};
use crate::words::Words;

/// The explanation of a document.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct DocumentWhyJson {
    /// Its dates, where it stands, and every step that leads there.
    #[serde(flatten)]
    pub(in crate::http) explanation: ExplanationJson,
    /// Its matters.
    pub(in crate::http) matters: Vec<MatterJson>,
    /// What the scan gate found and nobody has cleared.
    pub(in crate::http) defects: Vec<CodeJson>,
    /// What is the same for everything.
    #[serde(flatten)]
    pub(in crate::http) context: ContextJson,
    /// Every sentence in its order.
    pub(in crate::http) sentences: Vec<String>,
}

/// The explanation of a matter.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct MatterWhyJson {
    /// The matter.
    pub(in crate::http) matter: MatterJson,
    /// One for each class that applies to something in it.
    pub(in crate::http) explanations: Vec<ExplanationJson>,
    /// What is the same for everything.
    #[serde(flatten)]
    pub(in crate::http) context: ContextJson,
    /// Every sentence in its order.
    pub(in crate::http) sentences: Vec<String>,
}

/// Dates, where something stands, and the steps.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ExplanationJson {
    /// The class; missing if none applies or several do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) class: Option<String>,
    /// Version of the catalogue that it was computed by; 0 when there is none.
    pub(in crate::http) version: u32,
    /// The dates.
    #[serde(flatten)]
    pub(in crate::http) dates: DatesJson,
    /// Where it stands, and codes of what stops its destruction.
    #[serde(flatten)]
    pub(in crate::http) standing: StandingJson,
    /// For how many days it has been without a start event or a class; missing if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) open_days: Option<u32>,
    /// Where it stands, in words.
    pub(in crate::http) words: String,
    /// What stops its destruction, in words.
    pub(in crate::http) blockers_in_words: Vec<CodeJson>,
    /// What each of its matters says.
    pub(in crate::http) lines: Vec<LineJson>,
    /// Every step, in the order of the computation.
    pub(in crate::http) steps: Vec<ToldStepJson>,
}

/// What is the same for everything in a vault on one day, and the holds.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct ContextJson {
    /// The holds and overlays that cover it.
    pub(in crate::http) holds: Vec<HoldJson>,
    /// The day of the wall clock: what reminds of something counts by it.
    #[schema(format = Date)]
    pub(in crate::http) today: String,
    /// A day that has certainly begun: what unlocks something counts by it.
    #[schema(format = Date)]
    pub(in crate::http) today_certain: String,
    /// Everything received up to this day is scanned, checked and assigned; missing before the scan line has reported anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) watermark: Option<String>,
}

/// A code with its words.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct CodeJson {
    /// Stable, for programs.
    pub(in crate::http) code: &'static str,
    /// For people, in the language of `Content-Language`.
    pub(in crate::http) words: String,
}

impl DocumentWhyJson {
    /// An explanation in these words.
    pub(in crate::http) fn new(why: &Why, words: &Words) -> Result<Self, Problem> {
        let defect = |defect| CodeJson { code: ScanDefect::as_str(defect), words: words.scan_defect(defect) };
        let explanation = ExplanationJson::new(&why.explanation, &why.matters, words);
        let sentences = explanation.sentences().collect();
        Ok(Self {
            explanation,
            matters: why.matters.iter().map(MatterJson::new).collect(),
            defects: why.defects.iter().copied().map(defect).collect(),
            context: ContextJson {
                holds: why.holds.iter().map(|hold| HoldJson::new(hold, words)).collect::<Result<_, _>>()?,
                today: why.today.wall.to_string(),
                today_certain: why.today.certain.to_string(),
                watermark: text(why.watermark),
            },
            sentences,
        })
    }
}

impl MatterWhyJson {
    /// An explanation in these words.
    pub(in crate::http) fn new(why: &WhyMatter, words: &Words) -> Result<Self, Problem> {
        let matters = std::slice::from_ref(&why.matter);
        let explanations: Vec<_> = why.explanations.iter().map(|one| ExplanationJson::new(one, matters, words)).collect();
        let sentences = explanations.iter().flat_map(ExplanationJson::sentences).collect();
        Ok(Self {
            matter: MatterJson::new(&why.matter),
            explanations,
            context: ContextJson {
                holds: why.holds.iter().map(|hold| HoldJson::new(hold, words)).collect::<Result<_, _>>()?,
                today: why.today.wall.to_string(),
                today_certain: why.today.certain.to_string(),
                watermark: text(why.watermark),
            },
            sentences,
        })
    }
}

impl ExplanationJson {
    fn new(explanation: &Explanation, matters: &[MatterFacts], words: &Words) -> Self {
        let mut classes = explanation.lines.iter().map(|line| line.class.as_ref());
        let class = classes.next().flatten().filter(|class| classes.all(|other| other == Some(class)));
        let blocker = |blocker: &Blocker| CodeJson { code: blocker.code(), words: words.blocker(*blocker) };
        Self {
            class: class.map(ToString::to_string),
            version: explanation.lines.iter().map(|line| line.version).max().unwrap_or(0),
            dates: DatesJson::new(&explanation.dates),
            standing: StandingJson::new(&explanation.standing),
            open_days: explanation.open_days,
            words: words.standing(&explanation.standing),
            blockers_in_words: explanation.standing.blockers().iter().map(blocker).collect(),
            lines: explanation.lines.iter().map(|line| LineJson::new(line, matter_id(matters, line.matter))).collect(),
            steps: explanation.steps.iter().map(|step| ToldStepJson::new(step, words)).collect(),
        }
    }

    fn sentences(&self) -> impl Iterator<Item = String> + '_ {
        self.steps.iter().map(|step| step.words.clone())
    }
}
