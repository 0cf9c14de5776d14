//! What somebody did with a box or something in it.

use clap::builder::PossibleValuesParser;

use super::show::in_the_way;
use crate::cli::client::{ClientError, words};
use crate::cli::exit::{Exit, Failure};
use crate::cli::fields::Fields;
use crate::cli::output::Output;
use crate::cli::session::{IdArguments, Session, SessionArguments, report_filed};
use crate::model::retention::{OriginalFlag, QaMode, QaResult, ReturnStep, SecurityLevel};
use crate::model::{Date, NoteId};

/// A step.
#[derive(Debug, clap::Subcommand)]
pub enum StepAction {
    /// Records quality assurance
    Check {
        #[command(flatten)]
        step: StepArguments,
        /// How
        #[arg(long, value_parser = PossibleValuesParser::new(QaMode::ALL.map(QaMode::as_str)))]
        mode: String,
        /// With which result
        #[arg(long, value_parser = PossibleValuesParser::new(QaResult::ALL.map(QaResult::as_str)))]
        result: String,
        /// A position; may be given more than once. Without it everything in the box was checked
        #[arg(long = "position", value_name = "NUMBER")]
        positions: Vec<u32>,
        /// Where it was done
        #[arg(long, value_name = "TEXT")]
        place: Option<String>,
    },
    /// Sets a flag that keeps an original, or takes it away
    Flag {
        #[command(flatten)]
        step: StepArguments,
        /// The position
        #[arg(long, value_name = "NUMBER")]
        position: u32,
        /// The flag
        #[arg(long, value_parser = PossibleValuesParser::new(OriginalFlag::ALL.map(OriginalFlag::as_str)))]
        flag: String,
        /// Takes the flag away
        #[arg(long)]
        off: bool,
    },
    /// Records that originals were taken out and lie elsewhere now
    Pull {
        #[command(flatten)]
        step: StepArguments,
        /// A position; may be given more than once
        #[arg(long = "position", value_name = "NUMBER", required = true)]
        positions: Vec<u32>,
        /// Where they lie now
        #[arg(long, value_name = "TEXT")]
        place: Option<String>,
    },
    /// Records how far an original has come on its way back to its owner
    Return {
        #[command(flatten)]
        step: StepArguments,
        /// The position
        #[arg(long, value_name = "NUMBER")]
        position: u32,
        /// How far
        #[arg(long, value_parser = PossibleValuesParser::new(ReturnStep::ALL.map(ReturnStep::as_str)))]
        state: String,
        /// Number under which the parcel is tracked
        #[arg(long, value_name = "TEXT")]
        tracking: Option<String>,
        /// Where it lies now
        #[arg(long, value_name = "TEXT")]
        place: Option<String>,
    },
    /// Keeps a box longer than the rule says
    Extend {
        #[command(flatten)]
        step: StepArguments,
        /// Not destroyed up to this day
        #[arg(long, value_name = "DATE", value_parser = Date::parse)]
        until: Date,
    },
    /// Withdraws a box that was registered by mistake; its originals may then be registered in another one
    Withdraw {
        /// Id of the box
        #[arg(value_parser = NoteId::parse, value_name = "BOX")]
        of: NoteId,
        /// What was wrong
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        id: IdArguments,
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Records that what was left in a box was destroyed
    Destroyed {
        #[command(flatten)]
        step: StepArguments,
        /// On which day
        #[arg(long, value_name = "DATE", value_parser = Date::parse)]
        on: Date,
        /// Security level of DIN 66399-1
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(i64::from(SecurityLevel::MIN)..=7))]
        level: u8,
        /// Sheets that were destroyed
        #[arg(long, value_name = "NUMBER")]
        sheets: u32,
        /// Who carried it out
        #[arg(long, value_name = "TEXT")]
        provider: String,
        /// Where it was done
        #[arg(long, value_name = "TEXT")]
        place: String,
        /// The two persons who were there; given twice
        #[arg(long = "witness", value_name = "NAME", required = true)]
        witnesses: Vec<String>,
        /// The machine
        #[arg(long, value_name = "TEXT")]
        device: Option<String>,
    },
}

/// What every step has.
#[derive(Debug, clap::Args)]
pub struct StepArguments {
    /// Id of the box
    #[arg(value_parser = NoteId::parse, value_name = "BOX")]
    of: NoteId,
    /// Why or by whom
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    id: IdArguments,
    #[command(flatten)]
    session: SessionArguments,
}

/// Records the step.
pub async fn run(action: &StepAction, output: Output) -> anyhow::Result<Exit> {
    match action {
        StepAction::Check { step, mode, result, positions, place } => {
            let fields = Fields::new().with("step", "check").with("mode", mode).with("result", result).maybe("place", place.as_ref());
            let fields = if positions.is_empty() { fields } else { fields.value("positions", positions.as_slice().into()) };
            step.file("steps", fields, output).await
        }
        StepAction::Flag { step, position, flag, off } => {
            let fields = Fields::new().with("step", "flag").number("position", *position).with("flag", flag);
            step.file("steps", fields.value("on", (!off).into()), output).await
        }
        StepAction::Pull { step, positions, place } => {
            let fields = Fields::new().with("step", "pull").value("positions", positions.as_slice().into());
            step.file("steps", fields.maybe("place", place.as_ref()), output).await
        }
        StepAction::Return { step, position, state, tracking, place } => {
            let fields = Fields::new().with("step", "return").number("position", *position).with("state", state);
            step.file("steps", fields.maybe("tracking", tracking.as_ref()).maybe("place", place.as_ref()), output).await
        }
        StepAction::Extend { step, until } => step.file("steps", Fields::new().with("step", "extend").with("until", until), output).await,
        StepAction::Withdraw { of, reason, id, session } => {
            let id = id.id();
            let fields = Fields::new().with("step", "withdraw").with("reason", reason).with("id", id);
            let answered = session.open()?.post(&format!("boxes/{of}/steps"), id, fields.json()).await?;
            report_filed(output, "filed-step", id, &answered)
        }
        StepAction::Destroyed { step, on, level, sheets, provider, place, witnesses, device } => {
            let [one, other] = witnesses.as_slice() else { return Err(two_witnesses()) };
            if one.trim().to_lowercase() == other.trim().to_lowercase() {
                return Err(two_witnesses());
            }
            let fields = Fields::new()
                .with("date", on)
                .number("level", u32::from(*level))
                .number("sheets", *sheets)
                .with("provider", provider)
                .with("place", place)
                .value("witnesses", witnesses.as_slice().into())
                .maybe("device", device.as_ref());
            step.file("destroyed", fields, output).await
        }
    }
}

fn two_witnesses() -> anyhow::Error {
    Failure::error(Exit::Usage, words().label("cli-witnesses"))
}

impl StepArguments {
    async fn file(&self, path: &str, fields: Fields, output: Output) -> anyhow::Result<Exit> {
        let id = self.id.id();
        let fields = fields.with("id", id).maybe("reason", self.reason.as_ref());
        let session = self.session.open()?;
        match session.post(&format!("boxes/{}/{path}", self.of), id, fields.json()).await {
            Ok(answered) => report_filed(output, "filed-step", id, &answered),
            Err(error) => {
                self.say_what_stands_in_the_way(&session, &error, output).await;
                Err(error)
            }
        }
    }

    /// What a refusal to destroy leaves open: for each original why it must be pulled out.
    async fn say_what_stands_in_the_way(&self, session: &Session, error: &anyhow::Error, output: Output) {
        let is_kept = |cause: &ClientError| matches!(cause.code(), "box_not_released" | "destroyed_too_early");
        if !error.chain().any(|cause| cause.downcast_ref::<ClientError>().is_some_and(is_kept)) {
            return;
        }
        // The refusal itself is told in any case.
        if let Ok(found) = session.get(&format!("boxes/{}", self.of)).await {
            output.complain(&in_the_way(&found));
        }
    }
}
