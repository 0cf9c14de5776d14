//! Why something is still here, until when, and what stops its destruction.

use serde::Serialize;
use utoipa::ToSchema;

use super::dossier::{DatesJson, LineJson, MatterJson, Titles, matter_id, text};
use super::hold::HoldJson;
use super::note::Words as Sealed;
use super::step::{StandingJson, ToldStepJson};
use crate::archive::{HoldView, Why, WhyMatter};
use crate::http::error::Problem;
use crate::model::Date;
use crate::model::retention::{HoldFacts, HoldType, MatterFacts, ScanDefect};
use crate::policy::retention::{Blocker, Explanation, Step};
use crate::words::{HoldTold, Words};

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
    /// Overlays that stop nothing but must be observed, in words.
    pub(in crate::http) notices: Vec<String>,
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

/// Holds, overlays and defects in sentences that say more than the steps of the computation know.
struct BrakesTold {
    /// Those that stop destruction, in the order of the explanation.
    holds: Vec<(HoldType, String)>,
    notices: Vec<String>,
    quarantine: Option<String>,
}

impl BrakesTold {
    fn new(holds: &[HoldView], defects: &[ScanDefect], today: Date, words: &Words) -> Result<Self, Problem> {
        let mut told = Self { holds: Vec::new(), notices: Vec::new(), quarantine: None };
        told.quarantine = (!defects.is_empty()).then(|| words.quarantine_told(defects));
        for hold in holds {
            let HoldFacts { kind, placed_on, review_on, ends_on, .. } = hold.facts;
            let mut sealed = Sealed::of(&hold.note)?;
            let (reference, owner) = (sealed.take("reference"), sealed.take("owner"));
            let hold = HoldTold { kind, reference: reference.as_deref(), owner: owner.as_deref(), placed_on, review_on, ends_on };
            let sentence = words.hold_told(&hold, today);
            if kind.stops_destruction() { told.holds.push((kind, sentence)) } else { told.notices.push(sentence) }
        }
        Ok(told)
    }

    /// The steps, those about a hold or the quarantine in the sentences of this one.
    fn told_in(&self, steps: &[Step], words: &Words) -> Vec<ToldStepJson> {
        let mut holds: Vec<Option<&(HoldType, String)>> = self.holds.iter().map(Some).collect();
        let mut told = |step: &Step| {
            let mut json = ToldStepJson::new(step, words);
            let sentence = match step {
                Step::Hold { kind } => {
                    let next = holds.iter_mut().find(|hold| hold.is_some_and(|(of, _)| of == kind));
                    next.and_then(Option::take).map(|(_, sentence)| sentence)
                }
                Step::Quarantine => self.quarantine.as_ref(),
                _ => None,
            };
            if let Some(sentence) = sentence {
                json.words.clone_from(sentence);
            }
            json
        };
        steps.iter().map(&mut told).collect()
    }
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
    pub(in crate::http) fn new(why: &Why, titles: &Titles, words: &Words) -> Result<Self, Problem> {
        let defect = |defect| CodeJson { code: ScanDefect::as_str(defect), words: words.scan_defect(defect) };
        let brakes = BrakesTold::new(&why.holds, &why.defects, why.today.wall, words)?;
        let explanation = ExplanationJson::new(&why.explanation, &why.matters, &brakes, words);
        let sentences = explanation.sentences().collect();
        Ok(Self {
            explanation,
            matters: why.matters.iter().map(|matter| MatterJson::new(matter, titles)).collect(),
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
    pub(in crate::http) fn new(why: &WhyMatter, titles: &Titles, words: &Words) -> Result<Self, Problem> {
        let matters = std::slice::from_ref(&why.matter);
        let brakes = BrakesTold::new(&why.holds, &[], why.today.wall, words)?;
        let explanations: Vec<_> = why.explanations.iter().map(|one| ExplanationJson::new(one, matters, &brakes, words)).collect();
        let sentences = explanations.iter().flat_map(ExplanationJson::sentences).collect();
        Ok(Self {
            matter: MatterJson::new(&why.matter, titles),
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
    fn new(explanation: &Explanation, matters: &[MatterFacts], brakes: &BrakesTold, words: &Words) -> Self {
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
            steps: brakes.told_in(&explanation.steps, words),
            notices: brakes.notices.clone(),
        }
    }

    /// Where it stands is the last step; what must be said whenever it is read stands before it.
    fn sentences(&self) -> impl Iterator<Item = String> + '_ {
        let before_last = self.steps.len().saturating_sub(1);
        let (steps, last) = (self.steps.iter().take(before_last), self.steps.iter().skip(before_last));
        let told = |step: &ToldStepJson| step.words.clone();
        steps.map(told).chain(self.notices.iter().cloned()).chain(last.map(told))
    }
}
