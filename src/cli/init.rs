//! `aktenfest init`: a new archive. Everything or nothing is there beforehand; nothing is ever overwritten.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;

use super::credentials::{ServerNames, TlsFolder};
use super::exit::{Exit, Failure};
use super::output::Output;
use super::settings::archive_settings;
use crate::access::write_new;
use crate::archive::Archive;
use crate::clock::Clock;
use crate::config::{Config, Setting, filled};
use crate::model::{ApplicationName, VaultName};
use crate::sys::fs::{create_private_directory, parent};

/// Creates a new archive: configuration, database, keys, an authority, certificates and a first vault.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  aktenfest init --config /etc/aktenfest/aktenfest.toml --data /var/lib/aktenfest \\\n      \
--origin archive.example.org --vault jc-042 --application eakte")]
pub struct InitArguments {
    /// The configuration file to be written; certificates go into the folder `tls` beside it
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The folder for database, anchor, keyring and root of trust. Put them on different disks later by changing the configuration
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Host name that stands in every receipt for ever, e.g. archive.example.org
    #[arg(long, value_name = "HOST")]
    origin: String,
    /// The first vault
    #[arg(long)]
    vault: String,
    /// The first application, which gets a client certificate for the vault
    #[arg(long)]
    application: String,
    /// Address of the HTTPS listener
    #[arg(long, default_value = "127.0.0.1:8443", value_name = "ADDRESS")]
    listen: std::net::SocketAddr,
    /// Address of the listener for metrics and health
    #[arg(long, default_value = "127.0.0.1:9464", value_name = "ADDRESS")]
    admin_listen: std::net::SocketAddr,
    /// Host names and addresses by which clients will call the server, besides those of the machine for itself
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<String>,
}

/// The JSON document of the command.
#[derive(Serialize)]
struct Report {
    config: PathBuf,
    data: PathBuf,
    vault: String,
    ca: PathBuf,
    ca_key: PathBuf,
    server_certificate: PathBuf,
    client_certificate: PathBuf,
    client_key: PathBuf,
}

/// Runs the command.
pub async fn run(arguments: &InitArguments, output: Output) -> anyhow::Result<Exit> {
    let usage = |error: crate::model::IdError| Failure::error(Exit::Usage, error.to_string());
    let vault = VaultName::parse(&arguments.vault).map_err(usage)?;
    let application = ApplicationName::parse(&arguments.application).map_err(usage)?;
    let config_path = std::path::absolute(&arguments.config)?;
    let data = std::path::absolute(&arguments.data)?;
    let tls = TlsFolder::at(parent(&config_path).join("tls"));
    let text = config_text(arguments, &data, &tls)?;
    refuse_to_overwrite(&config_path, &data, &tls, &application)?;

    create_private_directory(parent(&config_path)).with_context(|| format!("{} cannot be created", parent(&config_path).display()))?;
    create_private_directory(&data).with_context(|| format!("{} cannot be created", data.display()))?;
    // The configuration is checked in its place before anything depends on it; without the rest it serves nothing.
    write_new(&config_path, text.as_bytes(), 0o640)?;
    let config = Config::load(&config_path)?;
    let clock = Clock::system();
    let mut names = ServerNames::local_and(&arguments.names);
    names.dns.push(arguments.origin.clone());
    tls.complete(&names, &vault, &application, &clock)?;
    let settings = archive_settings(&config);
    tokio::task::spawn_blocking(move || Archive::create(&settings)).await??;
    super::vault::create_in(&config, vault.clone(), clock).await?;

    let (server_certificate, _) = tls.server();
    let (client_certificate, client_key) = tls.client(&application);
    let (ca, ca_key) = (tls.authority_certificate(), tls.authority_key());
    let report =
        Report { config: config_path, data, vault: vault.to_string(), ca, ca_key, server_certificate, client_certificate, client_key };
    output.result(&report, &text_of(&report))?;
    Ok(Exit::Done)
}

fn config_text(arguments: &InitArguments, data: &Path, tls: &TlsFolder) -> anyhow::Result<String> {
    let path = |path: PathBuf| {
        path.into_os_string()
            .into_string()
            .map_err(|_| Failure::error(Exit::Usage, "a path that is not UTF-8 cannot stand in a configuration"))
    };
    let (server, server_key) = tls.server();
    let (export, export_key) = tls.export();
    let (listen, admin) = (arguments.listen.to_string(), arguments.admin_listen.to_string());
    let paths = [
        ("server.tls.certificate", path(server)?),
        ("server.tls.key", path(server_key)?),
        ("server.tls.client_ca", path(tls.authority_certificate())?),
        ("export.certificate", path(export)?),
        ("export.key", path(export_key)?),
        ("storage.data", path(data.join("data"))?),
        ("storage.anchor", path(data.join("anchor"))?),
        ("storage.keyring", path(data.join("keyring"))?),
        ("storage.root_of_trust.path", path(data.join("root-of-trust"))?),
        ("ledger.origin", arguments.origin.clone()),
        ("server.listen", listen),
        ("admin.listen", admin),
    ];
    let settings: Vec<(&str, Setting<'_>)> = paths.iter().map(|(key, value)| (*key, Setting::Text(value))).collect();
    Ok(filled(&settings)?)
}

fn refuse_to_overwrite(config: &Path, data: &Path, tls: &TlsFolder, application: &ApplicationName) -> anyhow::Result<()> {
    let mut targets = vec![config.to_owned()];
    targets.extend(["data", "anchor", "keyring", "root-of-trust"].map(|name| data.join(name)));
    targets.extend(tls.files(application));
    let there: Vec<String> =
        targets.iter().filter(|target| target.symlink_metadata().is_ok()).map(|target| target.display().to_string()).collect();
    if there.is_empty() {
        return Ok(());
    }
    Err(Failure::error(
        Exit::Failure,
        format!("nothing was done, because init never overwrites anything and this exists already: {}", there.join(", ")),
    ))
}

fn text_of(report: &Report) -> String {
    format!(
        "configuration       {}\ndata                {}\nvault               {}\nclient certificate  {}\nclient key          {}\nauthority           {}\n\
         authority key       {}  (whoever has it enters every vault: move it off this machine)\n\nNow: aktenfest serve --config {}\n",
        report.config.display(),
        report.data.display(),
        report.vault,
        report.client_certificate.display(),
        report.client_key.display(),
        report.ca.display(),
        report.ca_key.display(),
        report.config.display(),
    )
}
