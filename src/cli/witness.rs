//! `aktenfest witness`: a daemon that another organisation runs. It needs no archive, only a folder of its own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};

use super::exit::{Exit, Failure};
use super::notify;
use super::output::Output;
use crate::access::public_server_config;
use crate::clock::Clock;
use crate::config::{LogConfig, LogFormat, LogLevel};
use crate::observe::{self, WitnessMetrics};
use crate::sys;
use crate::witness::{KnownLogs, StateError, WitnessServer, WitnessServerSettings, WitnessState};

/// Cosigns the checkpoints of other people's ledgers, and never two that contradict each other.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A witness protects only against whoever cannot write its folder: run it on a machine of another organisation. It learns names, sizes and
roots of the ledgers, and nothing that is in them. Never restore its folder from a backup; a witness that has lost it starts with a new key.

Examples:
  aktenfest witness init --state /var/lib/aktenfest-witness --name witness.example.org/w1
  aktenfest witness serve --state /var/lib/aktenfest-witness --logs /etc/aktenfest/witness.logs --listen 0.0.0.0:8380")]
pub struct WitnessArguments {
    #[command(subcommand)]
    action: WitnessAction,
}

#[derive(Debug, clap::Subcommand)]
enum WitnessAction {
    /// Makes a folder with a new key and prints the public key, which goes into configurations and into auditors' policies
    Init {
        /// The folder, new or empty
        #[arg(long, value_name = "DIR")]
        state: PathBuf,
        /// The name of the key for ever: a host name of yours and something behind it, without blanks and '+'
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// Prints the public key of a folder
    Key {
        /// The folder
        #[arg(long, value_name = "DIR")]
        state: PathBuf,
    },
    /// Serves until SIGTERM or SIGINT: POST /add-checkpoint, and for monitors GET /SHA256-OF-ORIGIN/checkpoint
    Serve(ServeWitness),
}

#[derive(Debug, clap::Args)]
struct ServeWitness {
    /// The folder that `init` has made
    #[arg(long, value_name = "DIR", env = "AKTENFEST_WITNESS_STATE")]
    state: PathBuf,
    /// A file with the key of each ledger on a line (NAME+ID+KEY), as `aktenfest vault list` shows it; `#` starts a comment
    #[arg(long, value_name = "FILE", env = "AKTENFEST_WITNESS_LOGS")]
    logs: PathBuf,
    /// Address of the listener
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8380", env = "AKTENFEST_WITNESS_LISTEN")]
    listen: SocketAddr,
    /// Address of the listener with /metrics, /livez and /readyz; none if missing
    #[arg(long, value_name = "ADDRESS", env = "AKTENFEST_WITNESS_ADMIN")]
    admin_listen: Option<SocketAddr>,
    /// PEM file with the certificate, if the listener is to speak TLS itself and not a proxy in front of it
    #[arg(long, value_name = "FILE", requires = "tls_key", env = "AKTENFEST_WITNESS_TLS_CERTIFICATE")]
    tls_certificate: Option<PathBuf>,
    /// PEM file with the private key of the certificate
    #[arg(long, value_name = "FILE", requires = "tls_certificate", env = "AKTENFEST_WITNESS_TLS_KEY")]
    tls_key: Option<PathBuf>,
}

/// What a name of a witness looks like.
const NAME_EXPECTED: &str =
    "expected is a host name of yours and something behind it, such as witness.example.org/w1, without blanks and '+'";

/// The JSON document of `init` and `key`.
#[derive(Serialize)]
struct KeyReport {
    state: PathBuf,
    name: String,
    key: String,
}

/// Runs the command.
pub async fn run(arguments: &WitnessArguments, output: Output) -> anyhow::Result<Exit> {
    sys::process::harden().context("the process cannot be hardened")?;
    match &arguments.action {
        WitnessAction::Init { state, name } => {
            let key = WitnessState::create(state, name).map_err(|error| match error {
                StateError::Key(_, error) => Failure::error(Exit::Usage, format!("--name {name}: {error}; {NAME_EXPECTED}")),
                other => explained(other),
            })?;
            report_key(state, &key, output)
        }
        WitnessAction::Key { state } => report_key(state, &WitnessState::public_key(state).map_err(explained)?, output),
        WitnessAction::Serve(serving) => serve(serving).await,
    }
}

fn report_key(state: &std::path::Path, key: &crate::ledger::VerifierKey, output: Output) -> anyhow::Result<Exit> {
    let report = KeyReport { state: state.to_owned(), name: key.name().to_owned(), key: key.to_string() };
    output.result(&report, &format!("{}\n", report.key))?;
    Ok(Exit::Done)
}

async fn serve(arguments: &ServeWitness) -> anyhow::Result<Exit> {
    observe::init(LogConfig { format: LogFormat::Auto, level: LogLevel::Info })?;
    let known = KnownLogs::read(&arguments.logs).map_err(|error| Failure::error(Exit::Configuration, error.to_string()))?;
    let state = Arc::new(WitnessState::open(&arguments.state, &known).map_err(explained)?);
    let tls = match (&arguments.tls_certificate, &arguments.tls_key) {
        (Some(certificate), Some(key)) => Some(Arc::new(public_server_config(certificate, key)?)),
        _ => None,
    };
    let settings = WitnessServerSettings { listen: arguments.listen, admin_listen: arguments.admin_listen, tls };
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be waited for")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be waited for")?;
    let key = state.verifier_key().to_string();
    let logs = known.keys().count();
    let server = WitnessServer::start(settings, state, Clock::system(), Arc::new(WitnessMetrics::new()?)).await?;
    let admin = server.admin_address().map_or_else(|| "none".to_owned(), |address| address.to_string());
    tracing::info!(listen = %server.address(), admin, logs, key, "witness started");
    notify::ready("serving");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    notify::stopping("finishing requests under way");
    server.stop().await;
    Ok(Exit::Done)
}

fn explained(error: StateError) -> anyhow::Error {
    let exit = match &error {
        StateError::Key(..) => Exit::Configuration,
        StateError::Damaged(..) => Exit::Findings,
        _ => Exit::Failure,
    };
    Failure::error(exit, error.to_string())
}
