//! `aktenfest destruction-rule`: how much of a vault may be destroyed in a day, and how long an approved order rests.

use serde_json::Value;

use super::exit::Exit;
use super::fields::Fields;
use super::filing::{DecisionArguments, FilingArguments};
use super::output::Output;
use super::session::{Session, SessionArguments};
use super::table::{Table, items, lines_of, word};
use crate::limits::{COOLING_OFF_DAYS_MAX, DESTRUCTION_CAP_PER_MILLE_MAX};

/// How carefully a vault destroys. Another rule comes into force when one person proposes it and another adopts it; anyone may reject it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Without a rule of its own a vault destroys at most one in a hundred documents a day (10 per mille), and an order \
rests for 14 days.\n\nExamples:\n  \
aktenfest destruction-rule propose --cap-per-mille 20 --cooling-off-days 7 --reason 'instruction 12/2026'\n  \
aktenfest destruction-rule adopt UUID --reason 'checked'\n  \
aktenfest destruction-rule reject UUID --reason 'too much for one day'")]
pub struct DestructionRuleArguments {
    #[command(subcommand)]
    action: RuleAction,
}

#[derive(Debug, clap::Subcommand)]
enum RuleAction {
    /// Shows the rule in force, those that are proposed, and what has gone
    Show {
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Proposes another rule, as the first person
    Propose {
        /// Thousandths of the vault's documents that may be destroyed on one day
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=i64::from(DESTRUCTION_CAP_PER_MILLE_MAX)))]
        cap_per_mille: u32,
        /// Days between approval and execution, at least
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(0..=i64::from(COOLING_OFF_DAYS_MAX)))]
        cooling_off_days: u32,
        #[command(flatten)]
        filing: FilingArguments,
    },
    /// Puts a proposed rule into force, as the second person
    Adopt {
        #[command(flatten)]
        decision: DecisionArguments,
    },
    /// Turns a proposed rule down, or takes an own one back
    Reject {
        #[command(flatten)]
        decision: DecisionArguments,
    },
}

/// Runs the command.
pub async fn run(arguments: &DestructionRuleArguments, output: Output) -> anyhow::Result<Exit> {
    match &arguments.action {
        RuleAction::Show { session } => show(&session.open()?, output).await,
        RuleAction::Propose { cap_per_mille, cooling_off_days, filing } => {
            let fields = Fields::new().number("cap_per_mille", *cap_per_mille).number("cooling_off_days", *cooling_off_days);
            filing.file("destruction-rule", "filed-proposal", fields, output).await
        }
        RuleAction::Adopt { decision } => decision.adopt("destruction-rule/proposals", output).await,
        RuleAction::Reject { decision } => decision.reject("destruction-rule/proposals", output).await,
    }
}

async fn show(session: &Session, output: Output) -> anyhow::Result<Exit> {
    let found = session.get("destruction-rule").await?;
    let mut facts = found.clone();
    let proposals = facts.as_object_mut().and_then(|facts| facts.remove("proposals")).unwrap_or_default();
    let mut text = lines_of(&facts);
    if items(&proposals).next().is_some() {
        text = format!("{text}\n{}", table_of(&proposals));
    }
    output.result(&found, &text)?;
    Ok(Exit::Done)
}

fn table_of(proposals: &Value) -> String {
    let columns = ["id", "cap_per_mille", "cooling_off_days", "person", "reason"];
    let mut table = Table::new(&["proposal", "cap per mille", "cooling-off days", "person", "reason"]);
    for proposal in items(proposals) {
        table.row(columns.iter().map(|column| word(&proposal[*column])).collect());
    }
    table.text()
}
