//! What goes over the wire as JSON, and the way from there to the values of the model and back: a file for each kind of resource.
//!
//! Invariants: requests are read by [`super::fields`], so that each mistake names its field; the types of requests here only describe
//! them. What is stored is never written by a derived serialiser, and nothing that is stored depends on a name in these files.

pub(in crate::http) mod access;
pub(in crate::http) mod agenda;
pub(in crate::http) mod backup;
pub(in crate::http) mod classes;
pub(in crate::http) mod description;
pub(in crate::http) mod destruction_rule;
pub(in crate::http) mod diff;
pub(in crate::http) mod dossier;
pub(in crate::http) mod export;
pub(in crate::http) mod hold;
pub(in crate::http) mod hold_request;
pub(in crate::http) mod intake;
pub(in crate::http) mod matter;
pub(in crate::http) mod note;
pub(in crate::http) mod order;
pub(in crate::http) mod order_request;
pub(in crate::http) mod paper;
pub(in crate::http) mod paper_request;
pub(in crate::http) mod problem;
pub(in crate::http) mod read_back;
pub(in crate::http) mod step;
pub(in crate::http) mod stored;
pub(in crate::http) mod timestamp;
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
pub(in crate::http) fn description_map(description: &CanonicalJson) -> Result<BTreeMap<String, String>, Problem> {
    // Only the kind of the error is logged: its text could quote the description.
    let broken = |error: serde_json::Error| internal("a stored description is not readable", &format_args!("{:?}", error.classify()));
    serde_json::from_slice(description.as_bytes()).map_err(broken)
}

#[cfg(test)]
mod tests {
    use super::hold_request::Family;
    use super::*;
    use crate::http::fields::Fields;
    use crate::model::{DocumentId, NoteId};

    const ID: &str = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11";

    /// Bodies that are right, one for each reader.
    fn bodies() -> Vec<String> {
        [
            r#"{"kind":"benefit","from":"2026-01-01","to":"2026-06-30","title":"x"}"#,
            r#"{"id":"ID","kind":"placement","replaces":"benefit","reason":"x"}"#,
            r#"{"id":"ID","type":"case.closed","date":"2026-11-19","matter":"ID","source":"eakte","evidence":"ID","supersedes":"ID"}"#,
            r#"{"id":"ID","matters":["ID","ID"],"reason":"x"}"#,
            r#"{"id":"ID","mode":"full","result":"passed"}"#,
            r#"{"type":"court","legal_basis":"x","owner":"x","reason":"x","review_on":"2027-01-01","items":[{"case":"ID"}],"query":{"to":"2027-01-01"}}"#,
            r#"{"id":"ID","review_on":"2027-01-01","ends_on":"2027-01-01","reason":"x"}"#,
            r#"{"received":"2026-11-01","documents":1,"sheets":1,"record":"x"}"#,
            r#"{"id":"ID","through":"2026-11-20"}"#,
            r#"{"id":"ID","through":"2026-11-20T03:00:00Z"}"#,
            r#"{"batch":"ID","scanned_on":"2026-11-04","sheets":1,"items":[{"case":"ID","document":"ID","position":1,"sheets":1,"flags":[]}]}"#,
            r#"{"id":"ID","step":"pull","positions":[1,2]}"#,
            r#"{"id":"ID","date":"2026-11-20","level":4,"sheets":1,"place":"x","provider":"x","witnesses":["A","B"]}"#,
            r#"{"items":[{"id":"ID","case":"ID","document":"ID","matters":["ID"]}]}"#,
            r#"{"type":"erasure","items":[{"case":"ID"}],"reference":"x","legal_basis":"x","reason":"x"}"#,
            r#"{"type":"due","due_until":"2027-01-01","reason":"x"}"#,
            r#"{"id":"ID","list":"DIGEST","rest_days":14,"reason":"x"}"#,
            r#"{"id":"ID","cap_per_mille":10,"cooling_off_days":14,"reason":"x"}"#,
            r#"{"id":"ID","case":"ID","contents":true,"access":false,"purpose":"x","requester":"x"}"#,
        ]
        .map(|body| body.replace("\"ID\"", &format!("\"{ID}\"")).replace("DIGEST", &"0a".repeat(32)))
        .to_vec()
    }

    /// How many readers take a body.
    fn readers_that_take(json: &[u8]) -> usize {
        let (note, document) = (NoteId::parse(ID).expect("must parse"), DocumentId::parse(ID).expect("must parse"));
        let items = || {
            let mut items = note::bulk_items(json)?.into_iter().enumerate();
            items.try_for_each(|(index, item)| matter::assignment_item(item, index).map(drop))
        };
        let readings = [
            matter::matter(note, json).map(drop),
            matter::kind(json).map(drop),
            matter::event(json).map(drop),
            matter::assignment(document, json).map(drop),
            matter::check(json).map(drop),
            hold_request::hold(note, Family::Holds, json).map(drop),
            hold_request::hold(note, Family::Overlays, json).map(drop),
            hold_request::review(json).map(drop),
            intake::batch(note, json).map(drop),
            intake::intake_report(json).map(drop),
            intake::backup(json).map(drop),
            export::export(json).map(drop),
            paper_request::paper_box(note, json).map(drop),
            paper_request::box_step(json).map(drop),
            paper_request::destroyed(json).map(drop),
            classes::proposal(json).map(drop),
            classes::catalogue_text(json).map(drop),
            description::document_description(json).map(drop),
            order_request::order(note, json).map(drop),
            order_request::approval(json).map(drop),
            order_request::rule(json).map(drop),
            Fields::parse(json, &["id"]).map(drop),
            items(),
        ];
        readings.iter().filter(|reading| reading.is_ok()).count()
    }

    #[test]
    fn each_body_has_one_reader() {
        for body in bodies() {
            assert_eq!(readers_that_take(body.as_bytes()), 1, "{body}");
        }
    }

    proptest::proptest! {
        #[test]
        fn mutated_bodies_are_refused_and_break_nothing(body in 0_usize..17, at in 0_usize..400, byte: u8, cut in 0_usize..400) {
            let mut json = bodies().swap_remove(body).into_bytes();
            let place = at % json.len();
            json[place] = byte;
            json.truncate(json.len() - cut % json.len());
            let _ = readers_that_take(&json);
        }
    }
}
