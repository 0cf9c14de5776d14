//! `aktenfest issue-client`: a certificate that lets an application into vaults, and says whose hands it is in.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;

use super::client::Profile;
use super::credentials::{client_name, issue_client, open_authority};
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::access::write_new;
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
    /// Address under which the application reaches the archive, e.g. https://archive.example.org:8443. With it, a profile with everything
    /// that --profile needs is written beside the certificate
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The folder for certificate, key and profile, which are never overwritten
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
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &IssueClientArguments, output: Output) -> anyhow::Result<Exit> {
    let application = ApplicationName::parse(&arguments.application).map_err(|_| wrong("--application", &arguments.application))?;
    let vault = |name: &String| VaultName::parse(name).map_err(|_| wrong("--vault", name));
    let vaults = arguments.vaults.iter().map(vault).collect::<Result<Vec<_>, _>>()?;
    let person = |name: &str| PersonName::parse(name).map_err(|_| wrong("--person", name));
    let person = arguments.person.as_deref().map(person).transpose()?;
    let deputy = |name: &String| PersonName::parse(name).map_err(|_| wrong("--deputy-of", name));
    let deputy_of = arguments.deputy_of.iter().map(deputy).collect::<Result<Vec<_>, _>>()?;
    let authority_key = authority_key(arguments)?;
    let authority = open_authority(&authority_key)?;
    create_private_directory(&arguments.out)?;
    let name = client_name(&application, person.as_ref());
    let profile = arguments.url.as_deref().map(|url| Profile {
        url: url.to_owned(),
        ca: "ca.pem".into(),
        cert: format!("{name}.pem").into(),
        key: format!("{name}.key").into(),
        vault: vaults.first().map(ToString::to_string),
    });
    let written = match &profile {
        Some(profile) => Some(write_profile(&arguments.out, &name, profile, &authority_key)?),
        None => None,
    };
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
        profile: written,
    };
    let mut text = format!("certificate  {}\nkey          {}\n", report.certificate.display(), report.key.display());
    if let Some(profile) = &report.profile {
        text.push_str(&format!("profile      {}\n", profile.display()));
    }
    output.result(&report, &text)?;
    Ok(Exit::Done)
}

/// A name that cannot stand in a certificate.
fn wrong(argument: &str, given: &str) -> anyhow::Error {
    let message = format!(
        "{argument} {given:?}: such a name has 1 to 63 characters of a-z, 0-9 and '-', starts with a letter and does not end with '-', \
         for instance b-beispiel"
    );
    Failure::error(Exit::Usage, message)
}

/// Writes the profile, and beside it the authority's certificate, so that the folder can be handed over as it is.
fn write_profile(folder: &Path, name: &str, profile: &Profile, authority_key: &Path) -> anyhow::Result<PathBuf> {
    let authority = authority_key.with_file_name("ca.pem");
    let certificate =
        fs::read(&authority).with_context(|| format!("the authority's certificate {} cannot be read", authority.display()))?;
    let (path, ca) = (folder.join(format!("{name}.json")), folder.join(&profile.ca));
    write_new(&path, (serde_json::to_string_pretty(profile)? + "\n").as_bytes(), 0o640)?;
    // Several persons may share a folder and an authority.
    if fs::read(&ca).ok().as_deref() != Some(certificate.as_slice()) {
        write_new(&ca, &certificate, 0o644)?;
    }
    Ok(path)
}

fn authority_key(arguments: &IssueClientArguments) -> anyhow::Result<PathBuf> {
    match (&arguments.ca_key, &arguments.config) {
        (Some(key), _) => Ok(key.clone()),
        (None, Some(config)) => Ok(Config::load(config)?.server.tls.client_ca.with_file_name("ca.key")),
        (None, None) => Err(Failure::error(Exit::Usage, "name the authority with --config or --ca-key")),
    }
}
