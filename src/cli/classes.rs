//! `aktenfest classes`: which rules are in force, what others would change, and how two persons put them into force.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;

use super::client::Content;
use super::derived_id;
use super::exit::{Exit, Failure};
use super::fields::Fields;
use super::output::Output;
use super::session::{IdArguments, Session, SessionArguments, report_filed};
use super::table::{Table, items, word};
use crate::config::classes::{parse, shipped};
use crate::limits::CLASSES_BYTES_MAX;
use crate::model::NoteId;

/// Retention classes of a vault: versions, differences, proposals. A version comes into force when one person proposes it and another adopts it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Both need certificates that name a person (aktenfest issue-client --person).\n\nExamples:\n  \
aktenfest classes diff retention-classes.toml\n  aktenfest classes propose retention-classes.toml --reason 'instruction 11/2026'\n  \
aktenfest classes adopt UUID --reason 'checked against the instruction'")]
pub struct ClassesArguments {
    #[command(subcommand)]
    action: ClassesAction,
}

#[derive(Debug, clap::Subcommand)]
enum ClassesAction {
    /// Shows the text in force
    Show {
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Prints the catalogue that comes with the program, for an office to adapt
    Shipped,
    /// Lists everything that was filed about classes: proposals, adoptions, rejections
    History {
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Lists proposals that wait for a second person
    Proposals {
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Says what a catalogue would change: how many matters, by how much, what becomes overdue at once. Changes nothing
    Diff {
        /// The catalogue
        file: PathBuf,
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Proposes a catalogue
    Propose {
        /// The catalogue
        file: PathBuf,
        /// Why
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        id: IdArguments,
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Adopts a proposal as the second person; all dates follow it then
    Adopt {
        #[command(flatten)]
        decision: DecisionArguments,
    },
    /// Gives a proposal up
    Reject {
        #[command(flatten)]
        decision: DecisionArguments,
    },
}

#[derive(Debug, clap::Args)]
struct DecisionArguments {
    /// Id of the proposal
    #[arg(value_parser = NoteId::parse)]
    proposal: NoteId,
    /// Why
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    id: IdArguments,
    #[command(flatten)]
    session: SessionArguments,
}

/// Runs the command.
pub async fn run(arguments: &ClassesArguments, output: Output) -> anyhow::Result<Exit> {
    match &arguments.action {
        ClassesAction::Show { session } => show(&session.open()?, output).await,
        ClassesAction::Shipped => {
            output.result(&Fields::new().with("text", shipped()).json(), shipped())?;
            Ok(Exit::Done)
        }
        ClassesAction::History { session } => history(&session.open()?, output).await,
        ClassesAction::Proposals { session } => proposals(&session.open()?, output).await,
        ClassesAction::Diff { file, session } => diff(&session.open()?, file, output).await,
        ClassesAction::Propose { file, reason, id, session } => {
            let (text, id) = (catalogue_of(file)?, id.id());
            let fields = Fields::new().with("text", text).with("reason", reason);
            let answered = session.open()?.put(&format!("classes/proposals/{id}"), id, fields.json()).await?;
            report_filed(output, "proposal", id, &answered)
        }
        ClassesAction::Adopt { decision } => decision.file("adopt", "adopted", output).await,
        ClassesAction::Reject { decision } => decision.file("reject", "rejected", output).await,
    }
}

impl DecisionArguments {
    async fn file(&self, verb: &str, what: &str, output: Output) -> anyhow::Result<Exit> {
        let id = self.id.id();
        let fields = Fields::new().with("id", id).with("reason", &self.reason);
        let answered = self.session.open()?.post(&format!("classes/proposals/{}/{verb}", self.proposal), id, fields.json()).await?;
        report_filed(output, what, id, &answered)
    }
}

/// Puts the catalogue that comes with the program into force, if none is: proposed through one session, adopted through the other. The
/// ids follow from the text, so that an attempt that was interrupted is finished by the next one. Says whether it did.
pub async fn adopt_shipped(first: &Session, second: &Session) -> anyhow::Result<bool> {
    if !first.get("classes").await?["version"].is_null() {
        return Ok(false);
    }
    let place = |verb: &str| format!("{}/classes/{verb}", first.vault());
    let (proposal, adoption) = (derived_id::note(&place("propose"), shipped()), derived_id::note(&place("adopt"), shipped()));
    let fields = Fields::new().with("text", shipped()).with("reason", "comes with the program, to try things out");
    first.put(&format!("classes/proposals/{proposal}"), proposal, fields.json()).await?;
    let fields = Fields::new().with("id", adoption).with("reason", "to try things out");
    second.post(&format!("classes/proposals/{proposal}/adopt"), adoption, fields.json()).await?;
    Ok(true)
}

/// The text of a catalogue that is right as a whole; otherwise every mistake with its line.
fn catalogue_of(file: &Path) -> anyhow::Result<String> {
    let name = file.display();
    let length = fs::metadata(file).with_context(|| format!("{name} cannot be read"))?.len();
    if length > CLASSES_BYTES_MAX as u64 {
        return Err(Failure::error(Exit::Configuration, format!("{name} has {length} bytes; at most {CLASSES_BYTES_MAX} are accepted")));
    }
    let text = fs::read_to_string(file).with_context(|| format!("{name} cannot be read"))?;
    match parse(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(Failure::error(Exit::Configuration, format!("{name} is not a catalogue:\n{error}"))),
    }
}

async fn show(session: &Session, output: Output) -> anyhow::Result<Exit> {
    let found = session.get("classes").await?;
    if found["version"].is_null() {
        output.note("no catalogue is in force in this vault: nothing has a class, and everything is kept");
    } else {
        let complete = if found["complete"] == Value::Bool(false) { "; dates are still being computed" } else { "" };
        output.note(&format!("version {}{complete}", word(&found["version"])));
    }
    output.result(&found, found["text"].as_str().unwrap_or_default())?;
    Ok(Exit::Done)
}

async fn history(session: &Session, output: Output) -> anyhow::Result<Exit> {
    let mut table = Table::new(&["at", "what", "version", "proposal", "person", "reason"]);
    let show = |page: &Value| {
        for item in items(&page["items"]) {
            table.row(["recorded_at", "note", "version", "proposal", "person", "reason"].iter().map(|key| word(&item[*key])).collect());
        }
        let next = table.next();
        output.result(page, &std::mem::replace(&mut table, next).text())
    };
    session.pages("classes/history", &[], show).await?;
    Ok(Exit::Done)
}

async fn proposals(session: &Session, output: Output) -> anyhow::Result<Exit> {
    let found = session.get("classes/proposals").await?;
    let mut table = Table::new(&["at", "proposal", "replaces version", "in force from", "person", "reason"]);
    for item in items(&found["items"]) {
        table.row(["recorded_at", "id", "replaces", "valid_from", "person", "reason"].iter().map(|key| word(&item[*key])).collect());
    }
    output.result(&found, &table.text())?;
    Ok(Exit::Done)
}

async fn diff(session: &Session, file: &Path, output: Output) -> anyhow::Result<Exit> {
    let answered = session.ask("classes/diff", Content::Toml(catalogue_of(file)?)).await?;
    output.result(&answered.json, &text_of_diff(&answered.json))?;
    Ok(Exit::Done)
}

/// What changes, by the class that applies afterwards; classes in which nothing changes are left out.
fn text_of_diff(diff: &Value) -> String {
    let count = |value: &Value, key: &str| word(&value[key]);
    let mut text =
        format!("{} of {} matters in {} cases change\n", count(diff, "matters_changed"), count(diff, "matters"), count(diff, "cases"));
    let mut table = Table::new(&[
        "class",
        "changed",
        "keep until",
        "destroy by",
        "due now",
        "overdue now",
        "no longer due",
        "conflict",
        "open",
        "no class",
    ]);
    for class in items(&diff["classes"]).filter(|class| class["changed"].as_u64() != Some(0)) {
        let mut row = vec![word(&class["class"]), format!("{} of {}", count(class, "changed"), count(class, "lines"))];
        row.extend(["keep_until", "destroy_by"].map(|side| moved(&class[side])));
        let counts = ["newly_due", "newly_overdue", "no_longer_due", "newly_conflict", "newly_open", "newly_unclassed"];
        row.extend(counts.map(|key| count(class, key)));
        table.row(row);
    }
    if diff["matters_changed"].as_u64() != Some(0) {
        text.push_str(&format!("\n{}", table.text()));
    }
    text
}

/// How a day moves: in how many lines, and by how many days at the most.
fn moved(movement: &Value) -> String {
    let side = |lines: &str, days: &str, word_for: &str| match movement[lines].as_u64() {
        None | Some(0) => None,
        Some(lines) => Some(format!("{lines} {word_for} by up to {} days", word(&movement[days]))),
    };
    let sides = [side("earlier", "earlier_days_max", "earlier"), side("later", "later_days_max", "later")];
    let sides: Vec<String> = sides.into_iter().flatten().collect();
    if sides.is_empty() { "-".to_owned() } else { sides.join(", ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_difference_stands_in_few_words() {
        let still = json!({"earlier": 0, "earlier_days_max": 0, "later": 0, "later_days_max": 0});
        let class = |code: &str, changed: u64, keep_until: &Value| {
            json!({"class": code, "lines": 7, "changed": changed, "keep_until": keep_until, "destroy_by": still, "newly_due": 2,
                "newly_overdue": 1, "no_longer_due": 0, "newly_conflict": 0, "newly_open": 0, "newly_unclassed": 0})
        };
        let shorter = json!({"earlier": 3, "earlier_days_max": 1096, "later": 0, "later_days_max": 0});
        let classes = [class("LEIST", 3, &shorter), class("ZAHL", 0, &still)];
        let diff = json!({"cases": 5, "matters": 9, "matters_changed": 3, "classes": classes, "examples": []});
        let text = text_of_diff(&diff);
        assert!(text.starts_with("3 of 9 matters in 5 cases change\n"), "{text}");
        assert!(text.contains("LEIST  3 of 7   3 earlier by up to 1096 days  -           2        1"), "{text}");
        assert!(!text.contains("ZAHL"), "{text}");
    }

    #[test]
    fn a_wrong_catalogue_is_refused_before_anybody_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("classes.toml");
        fs::write(&file, shipped().replace("P10Y", "10 years")).unwrap();
        let message = catalogue_of(&file).unwrap_err().to_string();
        assert!(message.contains("is not a catalogue") && message.lines().count() > 3, "{message}");
        fs::write(&file, shipped()).unwrap();
        assert_eq!(catalogue_of(&file).unwrap(), shipped());
    }
}
