//! HTTP: the only user of hyper, axum and JSON.
//!
//! Every connection goes through our own accept loop, so that its limits are ours: connections, handshakes, heads, pauses, slowness, drain.
//! Invariants: a handler gets a vault only through the gate in `auth`; a vault that does not exist and one that the certificate
//! does not name look the same; a body is read only after its length was looked at, and a connection whose body was not read to the
//! end is closed; JSON is read strictly, into no more values than a request can have, and what is wrong in it is named by its field; a
//! reading is recorded before anything of it leaves; a change runs to its end when its client leaves; an answer that ends is complete, and
//! one that cannot be completed breaks the connection; every refusal is a problem (RFC 9457) with a code from a
//! closed set, a sentence in two languages and no internal cause.
//!
//! What is deliberately absent: HTTP/2 and HTTP/3, upgrades, pipelining, compression of answers, cookies, CORS, redirects, ranges in
//! uploads, and any file system path.

mod access_log;
mod admin;
mod app;
mod auth;
mod backups;
mod body;
mod cases;
mod certificate;
mod code;
mod conditional;
mod connection;
mod content;
mod digest;
mod documents;
mod download;
mod error;
mod export_text;
mod exports;
mod fields;
mod front;
mod guard;
mod head;
mod json;
mod language;
mod ledger;
mod names;
mod notice;
mod openapi;
mod order_text;
mod overstay;
mod query;
mod range;
mod recording;
mod reply;
mod request_id;
mod retention;
mod routes;
mod rule;
mod rule_field;
mod rule_text;
mod server;
mod stream;
mod text;
mod timestamps;
mod tombstone;
mod upload;
mod vaults;
mod wire;

pub use error::Code;
pub use server::{Components, ServeError, Server, ServerSettings, serve};
pub use upload::Pace;

use app::blocking;
