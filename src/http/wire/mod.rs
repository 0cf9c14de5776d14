//! What goes over the wire as JSON, and the way from there to the values of the model and back: a file for each kind of resource.
//!
//! Invariants: requests are read by [`super::fields`], so that each mistake names its field; the types of requests here only describe
//! them. What is stored is never written by a derived serialiser, and nothing that is stored depends on a name in these files.

pub(in crate::http) mod agenda;
pub(in crate::http) mod classes;
pub(in crate::http) mod description;
pub(in crate::http) mod diff;
pub(in crate::http) mod dossier;
pub(in crate::http) mod hold;
pub(in crate::http) mod hold_request;
pub(in crate::http) mod intake;
pub(in crate::http) mod matter;
pub(in crate::http) mod note;
pub(in crate::http) mod paper;
pub(in crate::http) mod paper_request;
pub(in crate::http) mod problem;
pub(in crate::http) mod step;
pub(in crate::http) mod stored;
pub(in crate::http) mod why;

use std::collections::BTreeMap;

use serde::Serialize;

use super::error::{Problem, internal};
use crate::archive::Receipt;
use crate::model::CanonicalJson;

/// The bytes of a wire type.
pub(in crate::http) fn to_bytes(json: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(json).expect("wire types must be writable: their keys are texts and they hold no foreign serialisers")
}

/// A receipt is text; anything else means that our own state is damaged.
pub(in crate::http) fn receipt_text(receipt: Receipt) -> Result<String, Problem> {
    String::from_utf8(receipt.text).map_err(|error| internal("a receipt is not text", &error))
}

/// The fields of something that was sealed as flat text.
fn description_map(description: &CanonicalJson) -> Result<BTreeMap<String, String>, Problem> {
    // Only the kind of the error is logged: its text could quote the description.
    let broken = |error: serde_json::Error| internal("a stored description is not readable", &format_args!("{:?}", error.classify()));
    serde_json::from_slice(description.as_bytes()).map_err(broken)
}
