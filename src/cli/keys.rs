//! `aktenfest keys`: where the keys are, whether every place holds them, and bringing along one that does not.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;

use super::exit::{Exit, Failure};
use super::output::Output;
use super::settings::{archive_settings, refuse_as_root_for_others};
use super::table::Table;
use crate::config::Config;
use crate::keys::{Assurance, KeyError, KeySettings, Keyring, PlaceRole, Recovery, TreeKind};
use crate::sys;

/// The keyring and its places: roots of trust and folders of key files.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "`status` only reads and may run beside the daemon; the others need it stopped. Exit code 3 means that a place does \
not hold the present keys; 75 that the keys are in use.\n\nExamples:\n  aktenfest keys status --config /etc/aktenfest/aktenfest.toml\n  \
aktenfest keys replicate --config /etc/aktenfest/aktenfest.toml"
)]
pub struct KeysArguments {
    #[command(subcommand)]
    action: KeysAction,
}

#[derive(Debug, clap::Subcommand)]
enum KeysAction {
    /// Epoch, places and what they hold, trees and how much of each is stored
    Status(ConfigArguments),
    /// Begins a new epoch without destroying anything: the key of the keyring is replaced everywhere
    Rotate(ConfigArguments),
    /// Restores every place that has lost its keys or is behind, from one that is whole, and reads it back. Creates what is missing: see
    /// that every disk is mounted first
    Replicate(ConfigArguments),
}

#[derive(Debug, clap::Args)]
struct ConfigArguments {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// The JSON document of all three commands.
#[derive(Serialize)]
struct Report {
    epoch: u64,
    /// A change that was interrupted, and what the next start makes of it or this one has made of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    interrupted: Option<String>,
    /// The weakest root of trust's.
    assurance: &'static str,
    assurance_statement: &'static str,
    places: Vec<PlaceLine>,
    trees: Vec<TreeLine>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    restored: Vec<String>,
}

#[derive(Serialize)]
struct PlaceLine {
    place: String,
    role: &'static str,
    assurance: Option<&'static str>,
    fault: Option<String>,
}

#[derive(Serialize)]
struct TreeLine {
    vault: String,
    kind: &'static str,
    year: Option<u16>,
    cover_nodes: usize,
}

/// Runs the command.
pub async fn run(arguments: &KeysArguments, output: Output) -> anyhow::Result<Exit> {
    let (KeysAction::Status(ConfigArguments { config })
    | KeysAction::Rotate(ConfigArguments { config })
    | KeysAction::Replicate(ConfigArguments { config })) = &arguments.action;
    let settings = prepare(config, matches!(arguments.action, KeysAction::Status(_)))?;
    let work: fn(&KeySettings) -> Result<Report, KeyError> = match arguments.action {
        KeysAction::Status(_) => |settings| report(&Keyring::inspect_at(settings)?, Vec::new()),
        KeysAction::Rotate(_) => rotate,
        KeysAction::Replicate(_) => replicate,
    };
    // A chip or a token may take seconds to answer.
    let report = tokio::task::spawn_blocking(move || work(&settings)).await?.map_err(failure)?;
    output.result(&report, &text_of(&report))?;
    Ok(if report.places.iter().any(|place| place.fault.is_some()) { Exit::Findings } else { Exit::Done })
}

fn prepare(config: &Path, only_looks: bool) -> anyhow::Result<KeySettings> {
    let config = Config::load(config)?;
    sys::process::harden().context("the process cannot be hardened")?;
    if !only_looks {
        refuse_as_root_for_others(&config)?;
    }
    Ok(archive_settings(&config).keys)
}

fn failure(error: KeyError) -> anyhow::Error {
    match error {
        KeyError::InUse { .. } => Failure::error(Exit::RetryLater, error.to_string()),
        other => anyhow::Error::new(other),
    }
}

fn rotate(settings: &KeySettings) -> Result<Report, KeyError> {
    let keyring = Keyring::open_at(settings)?;
    keyring.rotate()?;
    keyring.acknowledgements()?;
    report(&keyring, Vec::new())
}

fn replicate(settings: &KeySettings) -> Result<Report, KeyError> {
    let (keyring, restored) = Keyring::replicate_at(settings)?;
    keyring.acknowledgements()?;
    report(&keyring, restored.into_iter().map(|fault| fault.place).collect())
}

fn report(keyring: &Keyring, restored: Vec<String>) -> Result<Report, KeyError> {
    let places = keyring.places().into_iter().map(|place| PlaceLine {
        place: place.place,
        role: match place.role {
            PlaceRole::RootOfTrust => "root of trust",
            PlaceRole::KeyFiles => "key files",
        },
        assurance: place.assurance.map(letter),
        fault: place.fault,
    });
    let tree_line = |tree: crate::keys::TreeId| {
        let kind = match tree.kind() {
            TreeKind::Cases => "cases",
            TreeKind::Actors if tree.is_of_readers() => "readers",
            TreeKind::Actors => "actors",
            TreeKind::Vault => "vault",
        };
        let year = (tree.kind() != TreeKind::Vault).then(|| tree.year());
        Ok(TreeLine { vault: tree.vault_id().to_string(), kind, year, cover_nodes: keyring.cover_nodes(tree)? })
    };
    Ok(Report {
        epoch: keyring.epoch(),
        interrupted: match keyring.recovery() {
            Recovery::Clean => None,
            Recovery::Finished { epoch } => Some(format!("the change to epoch {epoch} was interrupted; it is finished")),
            Recovery::Discarded { epoch, reason } => Some(format!("the change to epoch {epoch} cannot be read and is dropped: {reason}")),
        },
        assurance: letter(keyring.assurance()),
        assurance_statement: keyring.assurance().statement(),
        places: places.collect(),
        trees: keyring.trees().into_iter().map(tree_line).collect::<Result<_, KeyError>>()?,
        restored,
    })
}

fn letter(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::A => "A",
        Assurance::B => "B",
        Assurance::C => "C",
    }
}

fn text_of(report: &Report) -> String {
    let mut text = format!("epoch      {}\nassurance  {} ({})\n", report.epoch, report.assurance, report.assurance_statement);
    if let Some(interrupted) = &report.interrupted {
        text.push_str(&format!("note       {interrupted}\n"));
    }
    report.restored.iter().for_each(|place| text.push_str(&format!("restored   {place}\n")));
    let mut places = Table::new(&["\nROLE", "ASSURANCE", "STATE", "PLACE"]);
    for place in &report.places {
        let state = if place.fault.is_some() { "BEHIND" } else { "holds the epoch" };
        places.row([place.role, place.assurance.unwrap_or("-"), state, &place.place].map(str::to_owned).to_vec());
    }
    text.push_str(&places.text());
    for place in &report.places {
        if let Some(fault) = &place.fault {
            text.push_str(&format!("{}: {fault}; `aktenfest keys replicate` restores it\n", place.place));
        }
    }
    let mut trees = Table::new(&["\nVAULT", "TREE", "YEAR", "STORED NODES"]);
    for tree in &report.trees {
        let year = tree.year.map_or("-".to_owned(), |year| year.to_string());
        trees.row(vec![tree.vault.clone(), tree.kind.to_owned(), year, tree.cover_nodes.to_string()]);
    }
    text.push_str(&trees.text());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{RootSettings, TreeId};
    use crate::model::VaultId;

    #[test]
    fn a_lost_place_is_seen_restored_and_rotated() {
        let folder = tempfile::tempdir().unwrap();
        let roots = ["root-1", "root-2"].map(|name| RootSettings::File { directory: folder.path().join(name) }).to_vec();
        let settings = KeySettings { roots, directories: vec![folder.path().join("keys")] };
        Keyring::create_at(&settings).unwrap().ensure_trees(&[TreeId::cases(VaultId([7; 16]), 2026)]).unwrap();
        std::fs::remove_dir_all(folder.path().join("root-2")).unwrap();
        let status = report(&Keyring::inspect_at(&settings).unwrap(), Vec::new()).unwrap();
        assert_eq!((status.epoch, status.places.len(), status.trees[0].cover_nodes), (2, 3, 1));
        assert!(status.places[0].fault.is_none() && status.places[1].fault.is_some());
        let text = text_of(&status);
        assert!(text.contains("BEHIND") && text.contains("root-2") && text.contains("keys replicate"), "{text}");
        assert!(rotate(&settings).is_err(), "not while a place would keep the old key");
        let restored = replicate(&settings).unwrap();
        assert_eq!((restored.restored.len(), restored.places.iter().filter(|place| place.fault.is_some()).count()), (1, 0));
        assert_eq!(rotate(&settings).unwrap().epoch, 3);
        let keyring = Keyring::open_at(&settings).unwrap();
        assert!(matches!(rotate(&settings), Err(KeyError::InUse { .. })));
        assert_eq!(failure(rotate(&settings).err().unwrap()).to_string(), rotate(&settings).err().unwrap().to_string());
        assert_eq!(keyring.epoch(), 3);
    }
}
