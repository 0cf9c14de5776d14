//! TLS 1.3 and nothing older, with certificates on both sides (RFC 8446).

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{NoServerSessionStorage, VerifierBuilderError, WebPkiClientVerifier};
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore, ServerConfig};

use super::validity::not_after;
use crate::config::TlsConfig;
use crate::model::Timestamp;

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{0} cannot be read: {1}")]
    Io(PathBuf, #[source] io::Error),
    /// A file is not PEM, or not PEM of what it should contain.
    #[error("{path} has no {what} in PEM: {source}")]
    Pem {
        /// The file.
        path: PathBuf,
        /// What it should contain.
        what: &'static str,
        /// What the decoder says.
        source: pem::Error,
    },
    /// A certificate in a file is not one.
    #[error("{0} has a certificate that cannot be used: {1}")]
    Certificate(PathBuf, #[source] rustls::Error),
    /// Everybody on the machine can read a private key.
    #[error("{0} can be read by everybody on this machine; run chmod o-rwx on it")]
    KeyExposed(PathBuf),
    /// The authorities do not make a verifier.
    #[error("{0} does not make a list of authorities: {1}")]
    Authorities(PathBuf, #[source] VerifierBuilderError),
    /// The library does not speak TLS 1.3 with what is in the file.
    #[error("{0} does not make a client: {1}")]
    Protocol(PathBuf, #[source] rustls::Error),
    /// Certificate and key do not fit together, or the key is of an unknown kind.
    #[error("{certificate} and {key} do not work together: {source}")]
    Identity {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What the library says.
        source: rustls::Error,
    },
}

/// The server's side: a client certificate is demanded, no session outlives its connection, no data comes before the handshake's end.
pub fn server_config(files: &TlsConfig) -> Result<ServerConfig, TlsError> {
    let roots = Arc::new(authorities(&files.client_ca)?);
    let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider())
        .build()
        .map_err(|error| TlsError::Authorities(files.client_ca.clone(), error))?;
    let (chain, key) = identity(&files.certificate, &files.key)?;
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .and_then(|builder| builder.with_client_cert_verifier(verifier).with_single_cert(chain, key))
        .map_err(|source| mismatch(&files.certificate, &files.key, source))?;
    config.alpn_protocols = vec![HTTP_1_1.to_vec()];
    // A resumed session would keep the rights of a certificate after its end.
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    // Early data can be replayed by anybody who recorded it (RFC 8446 section 8).
    config.max_early_data_size = 0;
    Ok(config)
}

/// A server that anybody may talk to: it shows who it is and asks nobody else.
pub fn public_server_config(certificate: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
    let (chain, private) = identity(certificate, key)?;
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private))
        .map_err(|source| mismatch(certificate, key, source))?;
    config.alpn_protocols = vec![HTTP_1_1.to_vec()];
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.max_early_data_size = 0;
    Ok(config)
}

/// A client that shows nothing of itself and believes servers of the authorities in `ca`: for asking other people's servers.
pub fn trusting_config(ca: &Path) -> Result<ClientConfig, TlsError> {
    let roots = Arc::new(authorities(ca)?);
    let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider())
        .build()
        .map_err(|error| TlsError::Authorities(ca.to_owned(), error))?;
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .map(|builder| builder.with_webpki_verifier(verifier).with_no_client_auth())
        .map_err(|source| TlsError::Protocol(ca.to_owned(), source))?;
    config.resumption = Resumption::disabled();
    config.enable_early_data = false;
    Ok(config)
}

/// The client's side, for the command line: believes servers of the authorities in `ca`, shows this certificate.
pub fn client_config(ca: &Path, certificate: &Path, key: &Path) -> Result<ClientConfig, TlsError> {
    let roots = Arc::new(authorities(ca)?);
    let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider())
        .build()
        .map_err(|error| TlsError::Authorities(ca.to_owned(), error))?;
    let (chain, private) = identity(certificate, key)?;
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .and_then(|builder| builder.with_webpki_verifier(verifier).with_client_auth_cert(chain, private))
        .map_err(|source| mismatch(certificate, key, source))?;
    config.resumption = Resumption::disabled();
    config.enable_early_data = false;
    Ok(config)
}

/// The earliest end of validity among the certificates in a PEM file; `None` if it cannot be read from them.
pub fn certificate_expiry(path: &Path) -> Result<Option<Timestamp>, TlsError> {
    Ok(certificates(path)?.iter().filter_map(|certificate| not_after(certificate)).min())
}

/// ALPN identification of HTTP/1.1 (RFC 7301).
const HTTP_1_1: &[u8] = b"http/1.1";

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn authorities(path: &Path) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots.add(certificate).map_err(|error| TlsError::Certificate(path.to_owned(), error))?;
    }
    Ok(roots)
}

/// Every certificate of a file, at least one.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let bytes = fs::read(path).map_err(|error| TlsError::Io(path.to_owned(), error))?;
    let broken = |source| TlsError::Pem { path: path.to_owned(), what: "certificate", source };
    let found = CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>().map_err(broken)?;
    if found.is_empty() { Err(broken(pem::Error::NoItemsFound)) } else { Ok(found) }
}

fn identity(certificate: &Path, key: &Path) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), TlsError> {
    let chain = certificates(certificate)?;
    let unreadable = |error| TlsError::Io(key.to_owned(), error);
    let mode = fs::metadata(key).map_err(unreadable)?.permissions().mode();
    if mode & 0o007 != 0 {
        return Err(TlsError::KeyExposed(key.to_owned()));
    }
    let bytes = zeroize::Zeroizing::new(fs::read(key).map_err(unreadable)?);
    let private = PrivateKeyDer::from_pem_slice(&bytes);
    let private = private.map_err(|source| TlsError::Pem { path: key.to_owned(), what: "private key", source })?;
    Ok((chain, private))
}

fn mismatch(certificate: &Path, key: &Path, source: rustls::Error) -> TlsError {
    TlsError::Identity { certificate: certificate.to_owned(), key: key.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::ServerName;
    use rustls::{ClientConnection, ServerConnection};

    use super::super::certificate::{principal, vault_urn};
    use super::super::issue::{Authority, Validity};
    use super::*;
    use crate::model::{ApplicationName, VaultName};

    /// A folder with an authority, a server and a client certificate. The TLS library looks at the real clock, hence the long validity.
    struct Office {
        folder: tempfile::TempDir,
        authority: Authority,
    }

    fn validity(from: &str, to: &str) -> Validity {
        let time = |text| Timestamp::parse(text).expect("must parse");
        Validity { not_before: time(from), not_after: time(to) }
    }

    fn long() -> Validity {
        validity("2020-01-01T00:00:00Z", "2199-01-01T00:00:00Z")
    }

    fn names() -> (ApplicationName, VaultName) {
        (ApplicationName::parse("eakte").expect("must parse"), VaultName::parse("demo").expect("must parse"))
    }

    impl Office {
        fn new(name: &str) -> Self {
            let folder = tempfile::tempdir().expect("must be created");
            let (authority, issued) = Authority::create(name, long()).expect("must be created");
            let office = Self { folder, authority };
            issued.write(&office.path("ca.pem"), &office.path("ca.key")).expect("must be written");
            let local = [std::net::IpAddr::from([127, 0, 0, 1])];
            let server = office.authority.issue_server(&["localhost"], &local, long()).expect("must be issued");
            server.write(&office.path("server.pem"), &office.path("server.key")).expect("must be written");
            office.issue_client("client", long());
            office
        }

        fn issue_client(&self, name: &str, validity: Validity) {
            let (application, vault) = names();
            let client = self.authority.issue_client(&application, &[vault], validity).expect("must be issued");
            client.write(&self.path(&format!("{name}.pem")), &self.path(&format!("{name}.key"))).expect("must be written");
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn server(&self) -> ServerConfig {
            let (certificate, key) = (self.path("server.pem"), self.path("server.key"));
            server_config(&TlsConfig { certificate, key, client_ca: self.path("ca.pem") }).expect("must work")
        }

        fn client(&self, name: &str) -> ClientConfig {
            let (certificate, key) = (self.path(&format!("{name}.pem")), self.path(&format!("{name}.key")));
            client_config(&self.path("ca.pem"), &certificate, &key).expect("must work")
        }
    }

    /// Lets both sides talk until neither has anything to say. The connections, or the error of the side that gave up first.
    fn handshake(client: ClientConfig, server: ServerConfig, host: &str) -> Result<(ClientConnection, ServerConnection), rustls::Error> {
        let name = ServerName::try_from(host.to_owned()).expect("must be a name");
        let mut client = ClientConnection::new(Arc::new(client), name)?;
        let mut server = ServerConnection::new(Arc::new(server))?;
        while client.wants_write() || server.wants_write() {
            let mut bytes = Vec::new();
            client.write_tls(&mut bytes).expect("memory can be written");
            server.read_tls(&mut bytes.as_slice()).expect("memory can be read");
            server.process_new_packets()?;
            bytes.clear();
            server.write_tls(&mut bytes).expect("memory can be written");
            client.read_tls(&mut bytes.as_slice()).expect("memory can be read");
            client.process_new_packets()?;
        }
        assert!(!client.is_handshaking() && !server.is_handshaking());
        Ok((client, server))
    }

    #[test]
    fn both_sides_know_each_other() {
        let office = Office::new("test authority");
        for host in ["localhost", "127.0.0.1"] {
            let mut client = office.client("client");
            client.alpn_protocols = vec![HTTP_1_1.to_vec()];
            let (client, server) = handshake(client, office.server(), host).expect("must succeed");
            assert_eq!(server.protocol_version(), Some(rustls::ProtocolVersion::TLSv1_3));
            assert_eq!(server.alpn_protocol(), Some(HTTP_1_1));
            assert_eq!(client.tls13_tickets_received(), 0);
            let certificate = server.peer_certificates().and_then(|chain| chain.first()).expect("must be there");
            let principal = principal(certificate).expect("must be known");
            let (application, vault) = names();
            assert_eq!((&principal.application, principal.may_use(&vault)), (&application, true), "{}", vault_urn(&vault, &application));
        }
    }

    #[test]
    fn strangers_are_refused() {
        let (office, other) = (Office::new("test authority"), Office::new("test authority"));
        let roots = Arc::new(authorities(&office.path("ca.pem")).expect("must be readable"));
        let builder = ClientConfig::builder_with_provider(provider()).with_protocol_versions(&[&TLS13]).expect("must work");
        let anonymous = builder.with_root_certificates(roots).with_no_client_auth();
        let refused = |client, host| handshake(client, office.server(), host).expect_err("must be refused");
        assert!(matches!(refused(anonymous, "localhost"), rustls::Error::NoCertificatesPresented));

        // The other authority has the same name and another key.
        for file in ["client.pem", "client.key"] {
            fs::copy(other.path(file), office.path(&format!("foreign-{file}"))).expect("must be copied");
        }
        assert!(matches!(refused(office.client("foreign-client"), "localhost"), rustls::Error::InvalidCertificate(_)));
        assert!(matches!(refused(other.client("client"), "localhost"), rustls::Error::InvalidCertificate(_)));
        office.issue_client("expired", validity("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z"));
        assert!(matches!(refused(office.client("expired"), "localhost"), rustls::Error::InvalidCertificate(_)));
        assert!(matches!(refused(office.client("client"), "example.org"), rustls::Error::InvalidCertificate(_)));
        // A server's certificate does not let anybody in as a client.
        assert!(matches!(refused(office.client("server"), "localhost"), rustls::Error::InvalidCertificate(_)));
        let mut other_protocol = office.client("client");
        other_protocol.alpn_protocols = vec![b"h2".to_vec()];
        assert!(matches!(refused(other_protocol, "localhost"), rustls::Error::NoApplicationProtocol));
    }

    #[test]
    fn an_authority_is_opened_again_with_its_key() {
        let office = Office::new("test authority");
        let key = fs::read_to_string(office.path("ca.key")).expect("must be there");
        let reopened = Authority::open("test authority", &key).expect("must open");
        let (application, vault) = names();
        let client = reopened.issue_client(&application, &[vault], long()).expect("must be issued");
        client.write(&office.path("late.pem"), &office.path("late.key")).expect("must be written");
        handshake(office.client("late"), office.server(), "localhost").expect("must succeed");
    }

    #[test]
    fn files_that_do_not_work_are_named() {
        let office = Office::new("test authority");
        let config = |certificate: &str, key: &str, ca: &str| {
            let files = TlsConfig { certificate: office.path(certificate), key: office.path(key), client_ca: office.path(ca) };
            server_config(&files).expect_err("must fail").to_string()
        };
        fs::write(office.path("empty"), "").expect("must be written");
        for (certificate, key, ca, culprit) in [
            ("none.pem", "server.key", "ca.pem", "none.pem cannot be read: "),
            ("server.pem", "none.key", "ca.pem", "none.key cannot be read: "),
            ("server.pem", "server.key", "empty", "empty has no certificate in PEM: "),
            ("server.pem", "server.pem", "ca.pem", "server.pem can be read by everybody"),
            ("server.key", "server.key", "ca.pem", "server.key has no certificate in PEM: "),
            ("server.pem", "client.key", "ca.pem", "client.key do not work together: "),
        ] {
            let message = config(certificate, key, ca);
            assert!(message.contains(culprit), "{message}");
        }
        let expiry = certificate_expiry(&office.path("server.pem")).expect("must be readable");
        assert_eq!(expiry, Timestamp::parse("2199-01-01T00:00:00Z"));
    }
}
