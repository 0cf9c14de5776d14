//! The command line: commands for operators, and a client that uses the archive as every application does.
//!
//! Invariants: results go to stdout and everything else to stderr; what `--json` prints and how the program ends are interfaces; no
//! command has a way into the archive that applications do not have, except those that need the daemon stopped.
//!
//! What is deliberately absent: rules, storage, and any command that deletes or changes a document.

mod accept_anchor;
mod accept_restore;
mod access;
mod arguments;
mod backup;
mod batch;
mod check_config;
mod classes;
pub mod client;
mod completions;
mod credentials;
mod daemon;
mod derived_id;
mod destruction_rule;
mod dev;
mod dev_store;
mod document;
mod due;
mod event;
mod exit;
mod export;
mod fields;
mod filing;
mod get;
mod hold;
mod ingest;
mod init;
mod intake;
mod issue_client;
mod keys;
mod lines;
mod matter;
mod media_type;
mod note;
mod notify;
mod order;
mod output;
mod paper_box;
mod receipt;
mod restore;
mod serve;
mod session;
mod settings;
mod table;
mod timestamps;
mod vault;
mod verify;
mod walk;
mod why;
mod witness;

pub use arguments::{Action, Arguments};
pub use daemon::Daemon;
pub use exit::{Exit, Failure, sentence};
pub use notify::ready as notify_ready;
pub use output::Output;
pub use serve::ServeArguments;

use crate::model::VaultName;
use client::Connection;

/// Runs every command but `serve`, whose story stands in `main`.
pub async fn run(action: &Action, output: Output) -> anyhow::Result<Exit> {
    match action {
        Action::Serve(_) => Err(Failure::error(Exit::Usage, "serve is run by main")),
        Action::Init(arguments) => init::run(arguments, output).await,
        Action::Dev(arguments) => dev::run(arguments, output).await,
        Action::CheckConfig(arguments) => check_config::run(arguments, output),
        Action::Vault(arguments) => vault::run(arguments, output).await,
        Action::IssueClient(arguments) => issue_client::run(arguments, output),
        Action::Ingest(arguments) => ingest::run(arguments, output).await,
        Action::Get(arguments) => get::run(arguments, output).await,
        Action::AcceptAnchor(arguments) => accept_anchor::run(arguments, output).await,
        Action::Access(arguments) => access::run(arguments, output).await,
        Action::Due(arguments) => due::run(arguments, output).await,
        Action::Why(arguments) => why::run(arguments, output).await,
        Action::Matter(arguments) => matter::run(arguments, output).await,
        Action::Event(arguments) => event::run(arguments, output).await,
        Action::Document(arguments) => document::run(arguments, output).await,
        Action::Hold(arguments) => hold::run(arguments, output).await,
        Action::Classes(arguments) => classes::run(arguments, output).await,
        Action::Batch(arguments) => batch::run(arguments, output).await,
        Action::Intake(arguments) => intake::run(arguments, output).await,
        Action::Backup(arguments) => backup::run(arguments, output).await,
        Action::Restore(arguments) => restore::run(arguments, output).await,
        Action::AcceptRestore(arguments) => accept_restore::run(arguments, output).await,
        Action::Box(arguments) => paper_box::run(arguments, output).await,
        Action::Order(arguments) => order::run(arguments, output).await,
        Action::DestructionRule(arguments) => destruction_rule::run(arguments, output).await,
        Action::Export(arguments) => export::run(arguments, output).await,
        Action::Keys(arguments) => keys::run(arguments, output).await,
        Action::Note(arguments) => note::run(arguments, output).await,
        Action::Receipt(arguments) => receipt::run(arguments, output),
        Action::Verify(arguments) => verify::run(arguments, output).await,
        Action::Timestamps(arguments) => timestamps::run(arguments, output).await,
        Action::Witness(arguments) => witness::run(arguments, output).await,
        Action::Completions(arguments) => completions::run(arguments, output),
    }
}

/// The vault that is meant: the argument, or else the profile's.
fn vault_argument(given: Option<&str>, connection: &Connection) -> anyhow::Result<VaultName> {
    let missing = || Failure::error(Exit::Usage, client::words().label("cli-no-vault"));
    let name = given.or(connection.vault.as_deref()).ok_or_else(missing)?;
    let malformed = |error: crate::model::IdError| client::words().told("cli-vault-malformed", &[("error", error.to_string().into())]);
    VaultName::parse(name).map_err(|error| Failure::error(Exit::Usage, malformed(error)))
}
