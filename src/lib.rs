//! aktenfest: the archive behind electronic case files.
#![deny(unsafe_code, unused_must_use, clippy::undocumented_unsafe_blocks, clippy::dbg_macro, clippy::todo, clippy::unimplemented)]
#![warn(missing_docs, clippy::unwrap_used, clippy::disallowed_methods)]

pub mod access;
pub mod config;
pub mod archive;
pub mod cli;
pub mod clock;
pub mod http;
pub mod keys;
pub mod ledger;
pub mod limits;
pub mod model;
pub mod observe;
pub mod policy;
pub mod state;
pub mod seal;
pub mod store;
pub mod sys;
pub mod verify;
