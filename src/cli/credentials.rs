//! The folder with certificates and keys that `init` and `dev` fill.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use zeroize::Zeroizing;

use crate::access::{Authority, Validity};
use crate::clock::Clock;
use crate::model::{ApplicationName, PersonName, Timestamp, VaultName};
use crate::sys::fs::create_private_directory;

/// The common name of every authority that we create, which is needed to open it again.
const AUTHORITY_NAME: &str = "aktenfest authority";
/// Clocks differ; a certificate is valid a little before it was made.
const BACKDATED_SECONDS: i64 = 3600;
/// Days that an authority is valid.
const AUTHORITY_DAYS: i64 = 3650;
/// Days that a certificate is valid.
const CERTIFICATE_DAYS: i64 = 730;

/// A folder with certificates and keys.
#[derive(Debug, Clone)]
pub struct TlsFolder(PathBuf);

impl TlsFolder {
    /// The folder at this place, which need not exist yet.
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// The authority's certificate: what servers and clients believe.
    pub fn authority_certificate(&self) -> PathBuf {
        self.0.join("ca.pem")
    }

    /// The authority's key: whoever has it can enter every vault.
    pub fn authority_key(&self) -> PathBuf {
        self.0.join("ca.key")
    }

    /// The server's certificate and key.
    pub fn server(&self) -> (PathBuf, PathBuf) {
        self.pair("server")
    }

    /// Certificate and key of an application.
    pub fn client(&self, application: &ApplicationName) -> (PathBuf, PathBuf) {
        self.pair(&client_name(application, None))
    }

    /// Certificate and key of a person who works with an application.
    pub fn person(&self, application: &ApplicationName, person: &PersonName) -> (PathBuf, PathBuf) {
        self.pair(&client_name(application, Some(person)))
    }

    /// Certificate and key of the signature under exports.
    pub fn export(&self) -> (PathBuf, PathBuf) {
        self.pair("export")
    }

    fn pair(&self, name: &str) -> (PathBuf, PathBuf) {
        (self.0.join(format!("{name}.pem")), self.0.join(format!("{name}.key")))
    }

    /// Every file that `init` writes here for this application.
    pub fn files(&self, application: &ApplicationName) -> Vec<PathBuf> {
        let ((server, server_key), (client, client_key)) = (self.server(), self.client(application));
        let (export, export_key) = self.export();
        vec![self.authority_certificate(), self.authority_key(), server, server_key, client, client_key, export, export_key]
    }

    /// Creates the folder and, unless they are there, the authority, the server's and the application's certificate.
    pub fn complete(
        &self,
        server_names: &ServerNames,
        vault: &VaultName,
        application: &ApplicationName,
        clock: &Clock,
    ) -> anyhow::Result<()> {
        create_private_directory(&self.0).with_context(|| format!("the folder {} cannot be created", self.0.display()))?;
        let (certificate, key) = (self.authority_certificate(), self.authority_key());
        if missing(&certificate, &key)? {
            Authority::create(AUTHORITY_NAME, validity(clock, AUTHORITY_DAYS)?)?.1.write(&certificate, &key)?;
        }
        let authority = open_authority(&key)?;
        let (certificate, key) = self.server();
        if missing(&certificate, &key)? {
            let names: Vec<&str> = server_names.dns.iter().map(String::as_str).collect();
            authority.issue_server(&names, &server_names.addresses, validity(clock, CERTIFICATE_DAYS)?)?.write(&certificate, &key)?;
        }
        let (certificate, key) = self.export();
        if missing(&certificate, &key)? {
            authority.issue_signer("exports", validity(clock, CERTIFICATE_DAYS)?)?.write(&certificate, &key)?;
        }
        let (certificate, key) = self.client(application);
        if missing(&certificate, &key)? {
            issue_client(&authority, application, std::slice::from_ref(vault), None, clock)?.write(&certificate, &key)?;
        }
        Ok(())
    }

    /// Creates, unless they are there, the certificates of persons who work with the application. The authority must be there.
    pub fn complete_persons(
        &self,
        vault: &VaultName,
        application: &ApplicationName,
        persons: &[PersonName],
        clock: &Clock,
    ) -> anyhow::Result<()> {
        for person in persons {
            let (certificate, key) = self.person(application, person);
            if missing(&certificate, &key)? {
                let authority = open_authority(&self.authority_key())?;
                issue_client(&authority, application, std::slice::from_ref(vault), Some((person, &[])), clock)?
                    .write(&certificate, &key)?;
            }
        }
        Ok(())
    }
}

/// What the server is called by its clients.
#[derive(Debug, Clone)]
pub struct ServerNames {
    /// Host names.
    pub dns: Vec<String>,
    /// Addresses.
    pub addresses: Vec<IpAddr>,
}

impl ServerNames {
    /// The names of this machine for itself, and these.
    pub fn local_and(names: &[String]) -> Self {
        let mut all =
            Self { dns: vec!["localhost".to_owned()], addresses: vec![[127, 0, 0, 1].into(), std::net::Ipv6Addr::LOCALHOST.into()] };
        for name in names {
            match name.parse() {
                Ok(address) => all.addresses.push(address),
                Err(_) => all.dns.push(name.clone()),
            }
        }
        all
    }
}

/// Opens the authority whose key lies in this file.
pub fn open_authority(key: &Path) -> anyhow::Result<Authority> {
    let pem =
        fs::read_to_string(key).map(Zeroizing::new).with_context(|| format!("the authority's key {} cannot be read", key.display()))?;
    Authority::open(AUTHORITY_NAME, &pem).with_context(|| format!("the authority's key {} cannot be used", key.display()))
}

/// A client certificate of the usual validity, for the application itself or for a person who works with it and deputises for others.
pub fn issue_client(
    authority: &Authority,
    application: &ApplicationName,
    vaults: &[VaultName],
    holder: Option<(&PersonName, &[PersonName])>,
    clock: &Clock,
) -> anyhow::Result<crate::access::Issued> {
    let validity = validity(clock, CERTIFICATE_DAYS)?;
    Ok(match holder {
        Some(holder) => authority.issue_deputy(application, vaults, holder, validity)?,
        None => authority.issue_client(application, vaults, validity)?,
    })
}

/// What the files of a client certificate are called, without their extension.
pub fn client_name(application: &ApplicationName, person: Option<&PersonName>) -> String {
    match person {
        Some(person) => format!("client-{application}-{person}"),
        None => format!("client-{application}"),
    }
}

/// Whether a pair has to be made. A key without a certificate is what an interrupted attempt left: nobody has seen its certificate, so
/// it is given up. A certificate without a key is not ours to repair.
fn missing(certificate: &Path, key: &Path) -> anyhow::Result<bool> {
    match (certificate.exists(), key.exists()) {
        (true, true) => Ok(false),
        (true, false) => {
            anyhow::bail!("{} is there but {} is not; restore the key, or remove the certificate", certificate.display(), key.display())
        }
        (false, there) => {
            if there {
                fs::remove_file(key).with_context(|| format!("{} cannot be removed", key.display()))?;
            }
            Ok(true)
        }
    }
}

fn validity(clock: &Clock, days: i64) -> anyhow::Result<Validity> {
    let now = clock.now().seconds();
    let time = |seconds| Timestamp::from_seconds(seconds).context("the system clock is not set to a usable time");
    Ok(Validity { not_before: time(now - BACKDATED_SECONDS)?, not_after: time(now + days * 86_400)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::client_config;

    #[test]
    fn what_is_missing_is_made_and_what_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let tls = TlsFolder::at(folder.path().join("tls"));
        let (vault, application) = (VaultName::parse("demo").unwrap(), ApplicationName::parse("dev").unwrap());
        let complete = || tls.complete(&ServerNames::local_and(&[]), &vault, &application, &Clock::system());
        complete().unwrap();
        let files = tls.files(&application);
        let before: Vec<_> = files.iter().map(|file| fs::read(file).unwrap()).collect();
        let (certificate, key) = tls.client(&application);
        client_config(&tls.authority_certificate(), &certificate, &key).unwrap();

        fs::remove_file(&certificate).unwrap();
        complete().unwrap();
        client_config(&tls.authority_certificate(), &certificate, &key).unwrap();
        for (file, before) in files.iter().zip(&before).take(4) {
            assert!(fs::read(file).unwrap() == *before, "{} must stay", file.display());
        }
        fs::remove_file(tls.authority_key()).unwrap();
        let message = complete().unwrap_err().to_string();
        assert!(message.contains("restore the key"), "{message}");
    }
}
