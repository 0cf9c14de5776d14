//! What somebody did with a box or something in it.

use clap::builder::PossibleValuesParser;

use crate::cli::exit::Exit;
use crate::cli::fields::Fields;
use crate::cli::output::Output;
use crate::cli::session::{IdArguments, SessionArguments, report_filed};
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
    },
    /// Keeps a box longer than the rule says
    Extend {
        #[command(flatten)]
        step: StepArguments,
        /// Not destroyed up to this day
        #[arg(long, value_name = "DATE", value_parser = Date::parse)]
        until: Date,
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
    /// Where it was done, or where things lie now
    #[arg(long, value_name = "TEXT")]
    place: Option<String>,
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
        StepAction::Check { step, mode, result, positions } => {
            let fields = Fields::new().with("step", "check").with("mode", mode).with("result", result);
            let fields = if positions.is_empty() { fields } else { fields.value("positions", positions.as_slice().into()) };
            step.file("steps", fields, output).await
        }
        StepAction::Flag { step, position, flag, off } => {
            let fields = Fields::new().with("step", "flag").number("position", *position).with("flag", flag);
            step.file("steps", fields.value("on", (!off).into()), output).await
        }
        StepAction::Pull { step, positions } => {
            step.file("steps", Fields::new().with("step", "pull").value("positions", positions.as_slice().into()), output).await
        }
        StepAction::Return { step, position, state, tracking } => {
            let fields = Fields::new().with("step", "return").number("position", *position).with("state", state);
            step.file("steps", fields.maybe("tracking", tracking.as_ref()), output).await
        }
        StepAction::Extend { step, until } => step.file("steps", Fields::new().with("step", "extend").with("until", until), output).await,
        StepAction::Destroyed { step, on, level, sheets, provider, witnesses, device } => {
            let fields = Fields::new()
                .with("date", on)
                .number("level", u32::from(*level))
                .number("sheets", *sheets)
                .with("provider", provider)
                .value("witnesses", witnesses.as_slice().into())
                .maybe("device", device.as_ref());
            step.file("destroyed", fields, output).await
        }
    }
}

impl StepArguments {
    async fn file(&self, path: &str, fields: Fields, output: Output) -> anyhow::Result<Exit> {
        let id = self.id.id();
        let fields = fields.with("id", id).maybe("place", self.place.as_ref()).maybe("reason", self.reason.as_ref());
        let answered = self.session.open()?.post(&format!("boxes/{}/{path}", self.of), id, fields.json()).await?;
        report_filed(output, "step", id, &answered)
    }
}
