//! `aktenfest classes`: which rules are in force, what others would change, and how two persons put them into force.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;

use super::client::{Content, words};
use super::derived_id;
use super::exit::{Exit, Failure};
use super::fields::Fields;
use super::filing::DecisionArguments;
use super::lines::unreadable;
use super::output::Output;
use super::session::{IdArguments, Session, SessionArguments, report_filed};
use super::table::{Table, cells, day, items, moment, word};
use crate::config::classes::{parse, shipped};
use crate::limits::CLASSES_BYTES_MAX;
use crate::model::NoteId;
use crate::words::Words;

/// Retention classes of a vault: versions, differences, proposals. A version comes into force when one person proposes it and another adopts it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Proposing and adopting need certificates that name two different persons (aktenfest issue-client --person).\n\nExamples:\n  \
aktenfest classes diff retention-classes.toml\n  aktenfest classes propose retention-classes.toml --reason 'instruction 11/2026'\n  \
aktenfest classes show UUID\n  aktenfest classes diff UUID\n  aktenfest classes adopt UUID --reason 'checked against the instruction'"
)]
pub struct ClassesArguments {
    #[command(subcommand)]
    action: ClassesAction,
}

#[derive(Debug, clap::Subcommand)]
enum ClassesAction {
    /// Shows the text in force, or that of a proposal with who made it, why, and what it would have changed then
    Show {
        /// Id of a proposal, also of one that was adopted or rejected
        #[arg(value_parser = NoteId::parse)]
        proposal: Option<NoteId>,
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
        /// The catalogue, or the id of a proposal
        #[arg(value_name = "FILE|PROPOSAL")]
        catalogue: String,
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Proposes a catalogue, and says what it would change
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

/// Runs the command.
pub async fn run(arguments: &ClassesArguments, output: Output) -> anyhow::Result<Exit> {
    match &arguments.action {
        ClassesAction::Show { proposal: None, session } => show(&session.open()?, output).await,
        ClassesAction::Show { proposal: Some(proposal), session } => show_proposal(&session.open()?, *proposal, output).await,
        ClassesAction::Shipped => {
            output.result(&Fields::new().with("text", shipped()).json(), shipped())?;
            Ok(Exit::Done)
        }
        ClassesAction::History { session } => history(&session.open()?, output).await,
        ClassesAction::Proposals { session } => proposals(&session.open()?, output).await,
        ClassesAction::Diff { catalogue, session } => diff(&session.open()?, catalogue, output).await,
        ClassesAction::Propose { file, reason, id, session } => {
            let (text, id) = (catalogue_of(file)?, id.id());
            let fields = Fields::new().with("text", &text).with("reason", reason);
            let session = session.open()?;
            let answered = session.put(&format!("classes/proposals/{id}"), id, fields.json()).await?;
            report_filed(output, "filed-proposal", id, &answered)?;
            // What was recorded with the proposal is shorter. For programs there is `diff`.
            if !output.json {
                let changes = session.ask("classes/diff", Content::Toml(text)).await?;
                output.note(&format!("\n{}", text_of_diff(words(), &changes.json).trim_end()));
            }
            Ok(Exit::Done)
        }
        ClassesAction::Adopt { decision } => decision.adopt("classes/proposals", output).await,
        ClassesAction::Reject { decision } => decision.reject("classes/proposals", output).await,
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
    let name = file.display().to_string();
    let length = fs::metadata(file).with_context(|| unreadable(file))?.len();
    if length > CLASSES_BYTES_MAX as u64 {
        let values = [("file", name.into()), ("bytes", length.into()), ("bytes-max", (CLASSES_BYTES_MAX as u64).into())];
        return Err(Failure::error(Exit::Configuration, words().told("cli-catalogue-long", &values)));
    }
    let text = fs::read_to_string(file).with_context(|| unreadable(file))?;
    match parse(&text) {
        Ok(_) => Ok(text),
        Err(error) => {
            let wrong = words().told("cli-catalogue-wrong", &[("file", name.into())]);
            Err(Failure::error(Exit::Configuration, format!("{wrong}\n{error}")))
        }
    }
}

async fn show(session: &Session, output: Output) -> anyhow::Result<Exit> {
    let (words, found) = (words(), session.get("classes").await?);
    if found["version"].is_null() {
        output.note(&words.label("cli-no-classes"));
    } else {
        let name = if found["complete"] == Value::Bool(false) { "cli-classes-version-incomplete" } else { "cli-classes-version" };
        output.note(&words.told(name, &[("version", word(&found["version"]).into())]));
    }
    output.result(&found, found["text"].as_str().unwrap_or_default())?;
    Ok(Exit::Done)
}

async fn show_proposal(session: &Session, proposal: NoteId, output: Output) -> anyhow::Result<Exit> {
    let (words, found) = (words(), session.get(&format!("classes/proposals/{proposal}")).await?);
    let values = [
        ("proposal", word(&found["id"]).into()),
        ("version", word(&found["replaces"]).into()),
        ("day", day(words, &found["valid_from"]).into()),
        ("reason", word(&found["reason"]).into()),
    ];
    output.note(&words.told("cli-proposal-head", &values));
    if !found["diff"].is_null() {
        output.note(&format!("{}: {}", words.label("label-diff"), word(&found["diff"])));
    }
    output.result(&found, found["text"].as_str().unwrap_or_default())?;
    Ok(Exit::Done)
}

async fn history(session: &Session, output: Output) -> anyhow::Result<Exit> {
    let words = words();
    let headings = ["label-at", "label-what", "label-version", "label-proposal", "label-person", "label-reason"];
    let mut table = Table::labelled(words, &headings);
    let show = |page: &Value| {
        for item in items(&page["items"]) {
            let mut row = vec![moment(words, &item["recorded_at"]), cells(words, "classes", &item["note"])];
            row.extend(["version", "proposal", "person", "reason"].map(|key| word(&item[key])));
            table.row(row);
        }
        let next = table.next();
        output.result(page, &std::mem::replace(&mut table, next).text())
    };
    session.pages("classes/history", &[], show).await?;
    Ok(Exit::Done)
}

async fn proposals(session: &Session, output: Output) -> anyhow::Result<Exit> {
    let (words, found) = (words(), session.get("classes/proposals").await?);
    let headings = ["label-at", "label-proposal", "label-replaces", "label-in-force-from", "label-person", "label-reason", "label-diff"];
    let mut table = Table::labelled(words, &headings);
    for item in items(&found["items"]) {
        let mut row =
            vec![moment(words, &item["recorded_at"]), word(&item["id"]), word(&item["replaces"]), day(words, &item["valid_from"])];
        row.extend(["person", "reason", "diff"].map(|key| word(&item[key])));
        table.row(row);
    }
    output.result(&found, &table.text())?;
    Ok(Exit::Done)
}

/// What a file or a proposal would change now.
async fn diff(session: &Session, catalogue: &str, output: Output) -> anyhow::Result<Exit> {
    let file = Path::new(catalogue);
    let text = match (NoteId::parse(catalogue), file.exists()) {
        (_, true) => catalogue_of(file)?,
        (Ok(proposal), false) => {
            let found = session.get(&format!("classes/proposals/{proposal}")).await?;
            found["text"].as_str().unwrap_or_default().to_owned()
        }
        (Err(_), false) => {
            return Err(Failure::error(Exit::Usage, words().told("cli-no-proposal", &[("given", catalogue.into())])));
        }
    };
    let answered = session.ask("classes/diff", Content::Toml(text)).await?;
    output.result(&answered.json, &text_of_diff(words(), &answered.json))?;
    // What cannot be proposed is a finding, whatever it would change.
    let refused: Vec<&Value> = items(&answered.json["refusals"]).collect();
    for refusal in &refused {
        let classes: Vec<String> = items(&refusal["classes"]).map(word).collect();
        let values = [("detail", word(&refusal["detail"]).into()), ("classes", classes.join(", ").into())];
        let name = if classes.is_empty() { "cli-diff-refused" } else { "cli-diff-refused-classes" };
        output.complain(&words().told(name, &values));
    }
    Ok(if refused.is_empty() { Exit::Done } else { Exit::Findings })
}

/// What changes, by the class that applies afterwards; classes in which nothing changes are left out.
fn text_of_diff(words: &Words, diff: &Value) -> String {
    let number = |value: &Value, key: &str| value[key].as_u64().unwrap_or(0);
    let counts = ["matters_changed", "matters", "cases"].map(|key| number(diff, key));
    let counts = [("changed", counts[0].into()), ("matters", counts[1].into()), ("cases", counts[2].into())];
    let mut text = format!("{}\n", words.told("cli-diff-head", &counts));
    let headings = [
        "label-class",
        "label-changed",
        "label-keep-until",
        "label-destroy-by",
        "label-due-now",
        "label-overdue-now",
        "label-no-longer-due",
        "label-conflict",
        "label-open",
        "label-no-class",
    ];
    let mut table = Table::labelled(words, &headings);
    let mut changes = false;
    for class in items(&diff["classes"]).filter(|class| class["changed"].as_u64() != Some(0)) {
        let of = [("changed", number(class, "changed").into()), ("lines", number(class, "lines").into())];
        let mut row = vec![word(&class["class"]), words.told("cli-diff-of", &of)];
        row.extend(["keep_until", "destroy_by"].map(|side| moved(words, &class[side])));
        let counts = ["newly_due", "newly_overdue", "no_longer_due", "newly_conflict", "newly_open", "newly_unclassed"];
        row.extend(counts.map(|key| word(&class[key])));
        table.row(row);
        changes = true;
    }
    if changes {
        text.push_str(&format!("{}\n\n{}", words.label("cli-diff-lines"), table.text()));
    }
    text
}

/// How a day moves: in how many lines, and by how many days at the most.
fn moved(words: &Words, movement: &Value) -> String {
    let side = |lines: &str, days: &str, name: &str| match movement[lines].as_u64() {
        None | Some(0) => None,
        Some(lines) => Some(words.told(name, &[("lines", lines.into()), ("days", movement[days].as_u64().unwrap_or(0).into())])),
    };
    let sides = [side("earlier", "earlier_days_max", "cli-diff-earlier"), side("later", "later_days_max", "cli-diff-later")];
    let sides: Vec<String> = sides.into_iter().flatten().collect();
    if sides.is_empty() { "-".to_owned() } else { sides.join(", ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::words::Language;

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
        let text = text_of_diff(Words::of(Language::English), &diff);
        assert!(text.starts_with("3 of 9 matters in 5 cases change\n"), "{text}");
        let german = text_of_diff(Words::of(Language::German), &diff);
        assert!(german.starts_with("Es \u{e4}ndern sich 3 von 9 Vorg\u{e4}ngen in 5 Akten\n"), "{german}");
        assert!(german.contains("3 fr\u{fc}her um bis zu 1096 Tage"), "{german}");
        assert!(text.contains("LEIST  3 of 7         3 earlier by up to 1096 days  -           2        1"), "{text}");
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
