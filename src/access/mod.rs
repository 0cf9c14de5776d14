//! Who is asking: from a TLS client certificate to a [`Principal`](crate::model::Principal).
//!
//! Invariants: nobody without a certificate of a configured authority gets as far as a request; a certificate names exactly one
//! application and at least one vault, and a name of ours that is malformed makes the whole certificate worthless instead of being
//! skipped; a token that nobody checks is refused, never ignored.
//!
//! What is deliberately absent: clerks and their tokens, policies (they come behind [`Authenticator`]), revocation lists, HTTP.

mod authenticate;
mod certificate;
mod files;
mod issue;
mod tls;
mod validity;

pub use authenticate::{AccessError, Authenticator, CertificateAuthenticator, Credentials};
pub use certificate::{CertificateError, principal, vault_urn};
pub use files::{FileError, write_new};
pub use issue::{Authority, IssueError, Issued, Validity};
pub use tls::{TlsError, certificate_expiry, client_config, public_server_config, server_config, trusting_config};
