//! aktenfest: the archive behind electronic case files. This page is the map.
//!
//! # One way through
//!
//! ```text
//!  http                                   request -> Principal + what is wanted
//!    |
//!  archive::Vault / Upload                seal while it arrives, prepare the ledger entry
//!    | bounded queue
//!  archive::committer (one thread)        1 policy::decide(view, command) -> event | refusal      (pure)
//!    |                                    2 ledger::LogState::append(leaves) -> next, tiles, proofs (pure)
//!    |                                    3 state::apply -> record, state::project -> facts        (pure)
//!    |                                    4 store::Transaction::commit   <- the commit point
//!  archive::publisher (one thread)        5 anchor, signature, answers
//!    |
//!  receipt
//! ```
//! Nothing flows back, and nothing has another way in. Reading (`http`, `verify`) never waits for the writer.
//!
//! # Where a rule stands
//!
//! | question | place |
//! | --- | --- |
//! | what exists in an archive | [`model`] |
//! | who may not do what, and why | [`policy`], one column of refusals per command; [`policy::invariants`] |
//! | until when something is kept, and why | [`policy::retention`]; when paper may go: [`policy::paper`] |
//! | what an event does to a record, and adds to the facts | [`state`] |
//! | what a scan must be, so that its paper may go | [`gate`] |
//! | what clerks read | [`words`] |
//! | what may be destroyed now, and with what; what removes it | [`policy::destruction`]; [`store::Transaction::destroy`], [`keys::Keyring::destroy`] |
//! | how a document is encrypted, under which key | [`seal`], [`keys`] |
//! | what the ledger proves, and to whom | [`ledger`] |
//! | how that reaches people without this program: signatures, time-stamps, evidence records | [`evidence`] |
//! | what is durable when, and what happens after a failure | [`archive`], [`store`] |
//! | what an office files away after a destruction | [`certificate`] |
//! | who is who | [`access`] |
//! | who has seen what, and until when that is known | [`model::Access`], `archive::access`; recorded in `http::recording` |
//! | what is asked of other people's servers | [`remote`] |
//! | how a witness never contradicts itself | [`witness`] |
//! | every bound | [`limits`] |
//! | what an operator sees and sets | [`observe`], [`config`], [`cli`] |
//! | what is handed over, and in which form | [`export`] |
//! | what an auditor can check | [`verify`] |
//!
//! # Layers
//!
//! Modules depend downward only; `tests/integration/layering.rs` reads the `use` lines and fails on a new arrow. Time comes from
//! [`clock`], randomness, threads and the file system's promises from [`sys`]; clippy forbids the rest. RocksDB is known to [`store`]
//! alone, HTTP to [`http`] and the command line alone.
//!
//! What is deliberately absent: an operation that overwrites something that was stored, and one that removes it without a
//! [`model::destruction::DestructionWarrant`]. `tests/integration/one_function.rs` lists every caller of what removes.
#![deny(unsafe_code, unused_must_use, clippy::undocumented_unsafe_blocks, clippy::dbg_macro, clippy::todo, clippy::unimplemented)]
#![warn(missing_docs, clippy::unwrap_used, clippy::disallowed_methods)]

// Documents are allocated by one thread and freed by another; see Cargo.toml.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

// In reading order.
pub mod limits;
pub mod model;

pub mod policy;
pub mod state;
pub mod words;

pub mod gate;

pub mod keys;
pub mod ledger;
pub mod seal;

pub mod certificate;
pub mod evidence;

pub mod store;

pub mod archive;

pub mod export;

pub mod access;
pub mod http;
pub mod remote;

pub mod witness;

pub mod verify;

pub mod cli;
pub mod config;
pub mod observe;

pub mod clock;
pub mod sys;
