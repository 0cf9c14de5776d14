//! `aktenfest issue-client`: a certificate that lets an application into vaults, and says whose hands it is in.

use std::path::PathBuf;

use serde::Serialize;

use super::credentials::{client_name, issue_client, open_authority};
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::clock::Clock;
use crate::config::Config;
use crate::model::{ApplicationName, PersonName, VaultName};
use crate::sys::fs::create_private_directory;

/// Issues a client certificate with the authority that `init` created. An office's own authority can do the same.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The certificate has one URI name for each vault: urn:aktenfest:vault:VAULT:app:APPLICATION, and with --person one more: \
urn:aktenfest:person:PERSON. What needs two persons, such as another catalogue of retention classes, needs two such certificates in \
the hands of two people. Nobody approves an order of destruction of somebody for whom they deputise, or who deputises for them: \
--deputy-of puts urn:aktenfest:deputy-of:NAME into the certificate."
)]
pub struct IssueClientArguments {
    /// The configuration file; the authority's key is looked for beside its certificate (server.tls.client_ca), as `ca.key`
    #[arg(long, value_name = "FILE", required_unless_present = "ca_key")]
    config: Option<PathBuf>,
    /// The authority's key
    #[arg(long, value_name = "FILE")]
    ca_key: Option<PathBuf>,
    /// A vault that the application may use; may be given more than once
    #[arg(long = "vault", required = true, value_name = "VAULT")]
    vaults: Vec<String>,
    /// The application
    #[arg(long)]
    application: String,
    /// The person who alone will hold the key, e.g. m-muster
    #[arg(long, value_name = "NAME")]
    person: Option<String>,
    /// A person for whom that one deputises; may be given more than once
    #[arg(long = "deputy-of", value_name = "NAME", requires = "person")]
    deputy_of: Vec<String>,
    /// The folder for certificate and key, which are never overwritten
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// The JSON document of the command.
#[derive(Serialize)]
struct Report {
    application: String,
    person: Option<String>,
    deputy_of: Vec<String>,
    vaults: Vec<String>,
    certificate: PathBuf,
    key: PathBuf,
}

/// Runs the command.
pub fn run(arguments: &IssueClientArguments, output: Output) -> anyhow::Result<Exit> {
    let usage = |error: crate::model::IdError| Failure::error(Exit::Usage, error.to_string());
    let application = ApplicationName::parse(&arguments.application).map_err(usage)?;
    let vaults = arguments.vaults.iter().map(|vault| VaultName::parse(vault)).collect::<Result<Vec<_>, _>>().map_err(usage)?;
    let person = arguments.person.as_deref().map(PersonName::parse).transpose().map_err(usage)?;
    let deputy_of = arguments.deputy_of.iter().map(|name| PersonName::parse(name)).collect::<Result<Vec<_>, _>>().map_err(usage)?;
    let authority = open_authority(&authority_key(arguments)?)?;
    create_private_directory(&arguments.out)?;
    let name = client_name(&application, person.as_ref());
    let certificate = arguments.out.join(format!("{name}.pem"));
    let key = arguments.out.join(format!("{name}.key"));
    let holder = person.as_ref().map(|person| (person, deputy_of.as_slice()));
    issue_client(&authority, &application, &vaults, holder, &Clock::system())?.write(&certificate, &key)?;
    let report = Report {
        application: application.to_string(),
        person: person.map(|person| person.to_string()),
        deputy_of: deputy_of.iter().map(ToString::to_string).collect(),
        vaults: vaults.iter().map(ToString::to_string).collect(),
        certificate,
        key,
    };
    let text = format!("certificate  {}\nkey          {}\n", report.certificate.display(), report.key.display());
    output.result(&report, &text)?;
    Ok(Exit::Done)
}

fn authority_key(arguments: &IssueClientArguments) -> anyhow::Result<PathBuf> {
    match (&arguments.ca_key, &arguments.config) {
        (Some(key), _) => Ok(key.clone()),
        (None, Some(config)) => Ok(Config::load(config)?.server.tls.client_ca.with_file_name("ca.key")),
        (None, None) => Err(Failure::error(Exit::Usage, "name the authority with --config or --ca-key")),
    }
}
