//! The command line: commands for operators, and a client that uses the archive as every application does.
//!
//! Invariants: results go to stdout and everything else to stderr; what `--json` prints and how the program ends are interfaces; no
//! command has a way into the archive that applications do not have, except those that need the daemon stopped.
//!
//! What is deliberately absent: rules, storage, and any command that deletes or changes a document.

mod accept_anchor;
mod arguments;
mod check_config;
pub mod client;
mod completions;
mod credentials;
mod daemon;
mod derived_id;
mod dev;
mod dev_store;
mod exit;
mod get;
mod ingest;
mod init;
mod issue_client;
mod media_type;
mod notify;
mod output;
mod serve;
mod settings;
mod vault;
mod verify;
mod walk;

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
        Action::Verify(arguments) => verify::run(arguments, output).await,
        Action::Completions(arguments) => completions::run(arguments, output),
    }
}

/// The vault that is meant: the argument, or else the profile's.
fn vault_argument(given: Option<&str>, connection: &Connection) -> anyhow::Result<VaultName> {
    let missing = || Failure::error(Exit::Usage, "no vault was given: use --vault, or a profile that names one");
    let name = given.or(connection.vault.as_deref()).ok_or_else(missing)?;
    VaultName::parse(name).map_err(|error| Failure::error(Exit::Usage, format!("--vault: {error}")))
}
