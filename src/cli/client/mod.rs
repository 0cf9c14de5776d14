//! The archive as seen from outside: HTTPS with a client certificate, the same API that every application uses.
//!
//! Invariants: a request that is repeated carries the same id, so that it happens once; bytes that are read are compared with the
//! digest that came with them before anybody gets them under their final name; a document passes in bounded memory in both directions.

mod admin;
mod certificate;
mod connection;
mod content;
mod error;
mod export;
mod json;
mod language;
mod profile;
mod requests;
mod retry;

pub use admin::AdminClient;
pub use certificate::CertificateForm;
pub use connection::Client;
pub use content::{Source, digest_of_file};
pub use error::ClientError;
pub use json::{Answered, Content};
pub use language::{language_of_environment, words};
pub use profile::{Connection, ConnectionArguments, Profile, ProfileError};
pub use requests::{DocumentMeta, Fetched, OpenedCase, Part, StoredDocument, percent_encoded};
pub use retry::Patience;
