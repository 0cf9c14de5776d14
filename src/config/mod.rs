//! The configuration file: read once, checked as a whole, handed out as one typed part per component.
//!
//! Invariants: a [`Config`] exists only if the whole file was right; [`ConfigErrors`] lists every mistake of a file at once, each with
//! its line, its key and what would be accepted; a key that nobody reads is a mistake, because a misspelt limit is no limit.
//!
//! [`classes`] reads the other file that an office writes: its retention classes.
//!
//! What is deliberately absent: secrets (the file holds paths, never keys), environment variables (there is one place to look), reading
//! or creating what the paths name (each component does that for its own), reloading while running.

mod check;
pub mod classes;
mod error;
mod export;
mod raw;
mod remote;
mod roots;
mod template;
mod timestamps;

pub use check::{AdminConfig, BackupConfig, Config, LedgerConfig, LogConfig, LogFormat, LogLevel, ServerConfig, StorageConfig, TlsConfig};
pub use error::{ConfigErrors, Mistake};
pub use export::ExportConfig;
pub use remote::{RemoteConfig, WitnessConfig, WitnessesConfig};
pub use roots::{ReplicaConfig, RootOfTrust, TpmDevice};
pub use template::{Setting, TemplateError, filled, template};
pub use timestamps::TimestampsConfig;
