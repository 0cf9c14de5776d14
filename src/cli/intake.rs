//! `aktenfest intake` and `aktenfest backup confirm`: how far the post has come into the archive, and how far the archive into a backup.

use super::client::words;
use super::exit::Exit;
use super::fields::Fields;
use super::output::Output;
use super::session::{IdArguments, SessionArguments, report_filed};
use super::table::{Table, day, items, moment, word};
use crate::model::{Date, Timestamp};

/// The intake: nothing is destroyed before all post received up to its last day of keeping is in the archive.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  aktenfest intake report --through 2026-11-18\n  aktenfest intake show")]
pub struct IntakeArguments {
    #[command(subcommand)]
    action: IntakeAction,
}

#[derive(Debug, clap::Subcommand)]
enum IntakeAction {
    /// Records that all post received up to a day is registered in batches
    Report {
        /// The day
        #[arg(long, value_name = "DATE", value_parser = Date::parse)]
        through: Date,
        #[command(flatten)]
        filing: FilingArguments,
    },
    /// Shows the watermark, what keeps it back, and how far the backup has come
    Show {
        #[command(flatten)]
        session: SessionArguments,
    },
}

/// Records that everything stored before a time is in a backup that was read back. No paper is released without it.
#[derive(Debug, clap::Args)]
pub struct ConfirmArguments {
    /// The time, in UTC
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    through: Timestamp,
    #[command(flatten)]
    filing: FilingArguments,
}

#[derive(Debug, clap::Args)]
struct FilingArguments {
    /// Which backup or which protocol
    #[arg(long, value_name = "TEXT")]
    record: Option<String>,
    /// Why or by whom
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    id: IdArguments,
    #[command(flatten)]
    session: SessionArguments,
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "a time is written 2026-11-20T03:00:00Z".to_owned())
}

/// Runs `aktenfest intake`.
pub async fn run(arguments: &IntakeArguments, output: Output) -> anyhow::Result<Exit> {
    match &arguments.action {
        IntakeAction::Report { through, filing } => {
            filing.file("intake", "filed-intake", Fields::new().with("through", through), output).await
        }
        IntakeAction::Show { session } => show(session, output).await,
    }
}

/// Runs `aktenfest backup confirm`.
pub async fn run_confirm(arguments: &ConfirmArguments, output: Output) -> anyhow::Result<Exit> {
    arguments.filing.file("backups", "filed-backup", Fields::new().with("through", arguments.through), output).await
}

impl FilingArguments {
    async fn file(&self, path: &str, what: &str, fields: Fields, output: Output) -> anyhow::Result<Exit> {
        let id = self.id.id();
        let fields = fields.with("id", id).maybe("record", self.record.as_ref()).maybe("reason", self.reason.as_ref());
        let answered = self.session.open()?.post(path, id, fields.json()).await?;
        report_filed(output, what, id, &answered)
    }
}

async fn show(session: &SessionArguments, output: Output) -> anyhow::Result<Exit> {
    let intake = session.open()?.get("intake").await?;
    let words = words();
    let mut table = Table::new(&[&words.label("label-watermark"), &day(words, &intake["watermark"])]);
    table.row(vec![words.label("label-reported-through"), day(words, &intake["reported_through"])]);
    table.row(vec![words.label("label-backed-up-through"), moment(words, &intake["backed_up_through"])]);
    for batch in items(&intake["open"]) {
        let values = [("batch", word(&batch["id"]).into()), ("received", day(words, &batch["received"]).into())];
        table.row(vec![words.label("label-open-batch"), words.told("cli-batch-received", &values)]);
    }
    output.result(&intake, &table.text())?;
    Ok(Exit::Done)
}
