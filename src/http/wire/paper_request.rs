//! Requests about boxes of paper originals.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::archive::{BoxItem, BoxRequest, StepRequest};
use crate::http::error::Problem;
use crate::http::fields::{Fields, malformed, one_of};
use crate::http::json::Json;
use crate::http::rule::Rule;
use crate::limits::BOX_POSITIONS_MAX;
use crate::model::retention::{BoxStep, NoteWords, OriginalFlag, QaMode, QaResult, ReturnStep, SecurityLevel};
use crate::model::{CaseId, Date, DocumentId, NoteId, Text};

/// A box to be registered.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct BoxRequestJson {
    /// The scan batch it belongs to.
    pub(in crate::http) batch: String,
    /// The day of scanning, from which the weeks count.
    #[schema(format = Date)]
    pub(in crate::http) scanned_on: String,
    /// All sheets in it, as the scan protocol counts them.
    pub(in crate::http) sheets: u32,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) title: Option<String>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) place: Option<String>,
    /// What is in it.
    #[schema(min_items = 1, max_items = 10_000)]
    pub(in crate::http) items: Vec<BoxItemRequestJson>,
}

/// One document in a box.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct BoxItemRequestJson {
    /// The case of the document.
    pub(in crate::http) case: String,
    /// The document.
    pub(in crate::http) document: String,
    /// Where it lies, from 1.
    pub(in crate::http) position: u32,
    /// Its sheets of paper.
    #[schema(maximum = 65535)]
    pub(in crate::http) sheets: u32,
    /// Why it must not be destroyed with the box: `return-to-customer`, `original-required`, `authenticity-doubt`, `blocklist-type`,
    /// `rescan-pending`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) flags: Option<Vec<String>>,
}

/// Something that was done with a box. `step` decides which of the others are given.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct BoxStepRequestJson {
    /// UUID, chosen by the application.
    pub(in crate::http) id: String,
    /// `check` (mode, result, positions or all), `flag` (position, flag, on), `pull` (positions), `return` (position, state, tracking),
    /// `extend` (until), `withdraw` (reason): the registration was wrong, and there is no such box.
    pub(in crate::http) step: String,
    /// How quality was assured: `full`, `sample` or `implicit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) mode: Option<String>,
    /// What was found: `passed` or `defect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) result: Option<String>,
    /// Positions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 10_000, nullable = false)]
    pub(in crate::http) positions: Option<Vec<u32>>,
    /// A position.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) position: Option<u32>,
    /// The flag that was set or taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) flag: Option<String>,
    /// Whether the flag was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) on: Option<bool>,
    /// How far the return has come: `requested`, `picked`, `sent` or `confirmed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) state: Option<String>,
    /// Number under which the parcel is tracked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) tracking: Option<String>,
    /// The box is not destroyed up to this day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) until: Option<String>,
    /// Where it lies now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) place: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) reason: Option<String>,
}

/// What was left in a box was destroyed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(in crate::http) struct DestroyedRequestJson {
    /// UUID, chosen by the application.
    pub(in crate::http) id: String,
    /// On which day.
    #[schema(format = Date)]
    pub(in crate::http) date: String,
    /// Security level of DIN 66399-1; this data needs 4 at least.
    #[schema(minimum = 4, maximum = 7)]
    pub(in crate::http) level: u32,
    /// Sheets that were destroyed.
    pub(in crate::http) sheets: u32,
    /// Where.
    #[schema(max_length = 500)]
    pub(in crate::http) place: String,
    /// Who carried it out.
    #[schema(max_length = 500)]
    pub(in crate::http) provider: String,
    /// The machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) device: Option<String>,
    /// The two persons who were there.
    #[schema(min_items = 2, max_items = 2)]
    pub(in crate::http) witnesses: Vec<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    pub(in crate::http) reason: Option<String>,
}

/// Reads a box.
pub(in crate::http) fn paper_box(id: NoteId, json: &[u8]) -> Result<BoxRequest, Problem> {
    let mut fields = Fields::parse(json, &["batch", "scanned_on", "sheets", "title", "place", "items"])?;
    let batch = fields.required("batch", NoteId::parse)?;
    let scanned_on = fields.required("scanned_on", Date::parse)?;
    let sheets = fields.number("sheets", 1..=u32::MAX)?;
    let (title, place) = (fields.optional("title", Text::parse)?, fields.optional("place", Text::parse)?);
    let items = fields.list("items", BOX_POSITIONS_MAX)?;
    let items = items.into_iter().enumerate().map(|(index, item)| box_item(item, index)).collect::<Result<_, _>>()?;
    Ok(BoxRequest { id, batch, scanned_on, sheets, items, words: NoteWords { title, place, ..NoteWords::default() } })
}

fn box_item(item: Json, index: usize) -> Result<BoxItem, Problem> {
    let mut fields = Fields::of_item(item, ("items", index), &["case", "document", "position", "sheets", "flags"])?;
    let sheets = fields.number("sheets", 1..=u32::from(u16::MAX))?;
    Ok(BoxItem {
        case: fields.required("case", CaseId::parse)?,
        document: fields.required("document", DocumentId::parse)?,
        position: fields.number("position", 1..=u32::MAX)?,
        sheets: u16::try_from(sheets).unwrap_or(u16::MAX),
        flags: flags(&mut fields)?,
    })
}

fn flags(fields: &mut Fields) -> Result<Vec<OriginalFlag>, Problem> {
    let flag = |text: &str| one_of(&OriginalFlag::ALL, OriginalFlag::as_str, text);
    let mut flags = fields.optional_texts("flags", OriginalFlag::ALL.len(), flag)?.unwrap_or_default();
    flags.sort_unstable();
    flags.dedup();
    Ok(flags)
}

/// The steps that an application reports; destruction has a path of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Check,
    Flag,
    Pull,
    Return,
    Extend,
    Withdraw,
}

impl Verb {
    const ALL: [Self; 6] = [Self::Check, Self::Flag, Self::Pull, Self::Return, Self::Extend, Self::Withdraw];

    fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Flag => "flag",
            Self::Pull => "pull",
            Self::Return => "return",
            Self::Extend => "extend",
            Self::Withdraw => "withdraw",
        }
    }

    /// The fields that go with it, for whoever has sent another one.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Check => &["id", "step", "mode", "result", "positions", "place", "reason"],
            Self::Flag => &["id", "step", "position", "flag", "on", "place", "reason"],
            Self::Pull => &["id", "step", "positions", "place", "reason"],
            Self::Return => &["id", "step", "position", "state", "tracking", "place", "reason"],
            Self::Extend => &["id", "step", "until", "place", "reason"],
            Self::Withdraw => &["id", "step", "reason"],
        }
    }
}

const STEP_FIELDS: &[&str] =
    &["id", "step", "mode", "result", "positions", "position", "flag", "on", "state", "tracking", "until", "place", "reason"];

/// Reads a step.
pub(in crate::http) fn box_step(json: &[u8]) -> Result<StepRequest, Problem> {
    let mut fields = Fields::parse(json, STEP_FIELDS)?;
    let id = fields.required("id", NoteId::parse)?;
    let verb = fields.choice("step", &Verb::ALL, Verb::as_str)?;
    let mut words = NoteWords {
        place: fields.optional("place", Text::parse)?,
        reason: fields.optional("reason", Text::parse)?,
        ..NoteWords::default()
    };
    let positions = 1..=u32::MAX;
    let step = match verb {
        Verb::Check => BoxStep::Checked {
            mode: fields.choice("mode", &QaMode::ALL, QaMode::as_str)?,
            result: fields.choice("result", &QaResult::ALL, QaResult::as_str)?,
            positions: fields.numbers("positions", BOX_POSITIONS_MAX, positions)?.unwrap_or_default(),
        },
        Verb::Flag => BoxStep::Flagged {
            position: fields.number("position", positions)?,
            flag: fields.choice("flag", &OriginalFlag::ALL, OriginalFlag::as_str)?,
            on: fields.flag("on")?,
        },
        Verb::Pull => {
            let pulled = fields.numbers("positions", BOX_POSITIONS_MAX, positions)?;
            BoxStep::Pulled { positions: pulled.ok_or_else(|| fields.missing("positions"))? }
        }
        Verb::Return => {
            words.tracking = fields.optional("tracking", Text::parse)?;
            let position = fields.number("position", positions)?;
            BoxStep::Return { position, step: fields.choice("state", &ReturnStep::ALL, ReturnStep::as_str)? }
        }
        Verb::Extend => BoxStep::Extended { until: fields.required("until", Date::parse)? },
        Verb::Withdraw => {
            // Nobody can see any more what the registration was about, so somebody says why.
            words.reason.is_some().then_some(()).ok_or_else(|| fields.missing("reason"))?;
            BoxStep::Withdrawn
        }
    };
    fields.end(verb.fields())?;
    Ok(StepRequest { id, step, words })
}

/// Reads a report of destruction.
pub(in crate::http) fn destroyed(json: &[u8]) -> Result<StepRequest, Problem> {
    const FIELDS: &[&str] = &["id", "date", "level", "sheets", "place", "provider", "device", "witnesses", "reason"];
    let mut fields = Fields::parse(json, FIELDS)?;
    let id = fields.required("id", NoteId::parse)?;
    let on = fields.required("date", Date::parse)?;
    let level = fields.number("level", u32::from(SecurityLevel::MIN)..=7)?;
    let level = u8::try_from(level).ok().and_then(SecurityLevel::new);
    let level = level.ok_or_else(|| fields.broken("level", Rule::Number(u32::from(SecurityLevel::MIN), 7)))?;
    let sheets = fields.number("sheets", 0..=u32::MAX)?;
    let words = NoteWords {
        place: Some(fields.required("place", Text::parse)?),
        provider: Some(fields.required("provider", Text::parse)?),
        device: fields.optional("device", Text::parse)?,
        witnesses: Some(witnesses(&mut fields)?),
        reason: fields.optional("reason", Text::parse)?,
        ..NoteWords::default()
    };
    Ok(StepRequest { id, step: BoxStep::Destroyed { on, level, sheets }, words })
}

/// Characters of the name of a witness.
const WITNESS_CHARACTERS: usize = 200;

/// Two names that are not the same, in an order of their own: which one is written first says nothing.
fn witnesses(fields: &mut Fields) -> Result<Text, Problem> {
    let name = |text: &str| match Text::parse_within(text, WITNESS_CHARACTERS) {
        Ok(name) if !text.contains(';') => Ok(name),
        _ => Err(Rule::TwoPersons),
    };
    let mut names = fields.texts("witnesses", 2, name)?;
    names.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    let broken = || malformed("witnesses", Rule::TwoPersons);
    let [one, other] = names.as_slice() else { return Err(broken()) };
    if one.as_str().to_lowercase() == other.as_str().to_lowercase() {
        return Err(broken());
    }
    Text::parse(&format!("{}; {}", one.as_str(), other.as_str())).map_err(|_| broken())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11";

    #[test]
    fn a_step_has_its_own_fields_and_no_others() {
        for (fields, good) in [
            (r#""step":"check","mode":"full","result":"passed""#, true),
            (r#""step":"check","mode":"full","result":"passed","positions":[1,2],"reason":"x""#, true),
            (r#""step":"check","mode":"full","result":"passed","until":"2026-12-01""#, false),
            (r#""step":"check","mode":"full""#, false),
            (r#""step":"flag","position":1,"flag":"rescan-pending","on":false"#, true),
            (r#""step":"flag","position":1,"flag":"rescan-pending""#, false),
            (r#""step":"flag","position":0,"flag":"rescan-pending","on":true"#, false),
            (r#""step":"pull","positions":[3]"#, true),
            (r#""step":"pull""#, false),
            (r#""step":"pull","positions":[3],"tracking":"x""#, false),
            (r#""step":"return","position":3,"state":"sent","tracking":"4711""#, true),
            (r#""step":"return","position":3,"state":"lost""#, false),
            (r#""step":"extend","until":"2026-12-01""#, true),
            (r#""step":"extend","until":"2026-13-01""#, false),
            (r#""step":"destroyed""#, false),
            (r#""mode":"full""#, false),
        ] {
            let json = format!("{{\"id\":\"{ID}\",{fields}}}");
            assert_eq!(box_step(json.as_bytes()).is_ok(), good, "{json}");
        }
    }

    #[test]
    fn destruction_has_two_witnesses_and_a_level_that_suffices() {
        let read = |level: &str, witnesses: &str| {
            let json = format!(
                r#"{{"id":"{ID}","date":"2026-11-20","level":{level},"sheets":5,"place":"Hall 3","provider":"Example Ltd","witnesses":{witnesses}}}"#
            );
            destroyed(json.as_bytes()).map(|request| request.words.witnesses.map(|words| words.as_str().to_owned()))
        };
        assert_eq!(read("4", r#"["B","A"]"#).ok().flatten().as_deref(), Some("A; B"), "the order says nothing");
        assert!(read("7", r#"["A","B"]"#).is_ok());
        for (level, witnesses) in [
            ("3", r#"["A","B"]"#),
            ("8", r#"["A","B"]"#),
            ("\"4\"", r#"["A","B"]"#),
            ("4", r#"["A"]"#),
            ("4", r#"["A","B","C"]"#),
            ("4", r#"["A","A"]"#),
            ("4", r#"["A. Muster","a. muster"]"#),
            ("4", r#"["A","B; C"]"#),
            ("4", r#"["A",""]"#),
            ("4", "\"A, B\""),
            ("4", "[]"),
        ] {
            assert!(read(level, witnesses).is_err(), "{level} {witnesses}");
        }
    }
}
