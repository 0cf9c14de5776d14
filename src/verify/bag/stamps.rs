//! Signatures by certificate and time-stamps in the bag: CMS over the export, RFC 3161 and RFC 4998 over checkpoints.
//!
//! The roots come from the auditor, like every other key. A signature whose certificate leads to none of them proves nothing, and is no
//! sign of a forgery either: it lowers the verdict, while one that is wrong spoils it.

use super::pass::Shared;
use crate::evidence::tsp::StampError;
use crate::evidence::{SignatureError, TrustRoots, ers, tsp, verify_detached};
use crate::limits::{EVIDENCE_BYTES_MAX, NOTE_BYTES_MAX};
use crate::model::{Digest, Timestamp};
use crate::verify::{Code, catalogue};

/// The signature in the form of CMS, and the time-stamp over it.
pub(super) const CMS: [&str; 2] = ["signatures/tagmanifest-sha256.txt.p7s", "signatures/tagmanifest-sha256.txt.p7s.tsr"];
/// Where time-stamps of checkpoints lie.
const STAMPS: &str = "data/timestamps/";

/// What was found good.
#[derive(Debug, Default)]
pub(super) struct Stamps {
    /// Time-stamps and evidence records, with the times that they prove.
    pub(super) times: Vec<(String, Timestamp)>,
    /// Whose certificate has signed the export.
    pub(super) signer: Option<String>,
}

/// Checks all of them; `now` counts for a signature without a time-stamp.
pub(super) fn check(shared: &Shared, roots: Option<&TrustRoots>, now: Timestamp) -> Stamps {
    let container = &shared.container;
    let files = container.under(STAMPS).count() + CMS.iter().filter(|name| container.find(name).is_some()).count();
    let Some(roots) = roots else {
        if files > 0 {
            let text =
                format!("{files} files with signatures by certificate or time-stamps: give the roots that you trust with --tsa-root");
            found(shared, catalogue::NOT_COVERED, "data/timestamps, signatures", text);
        }
        return Stamps::default();
    };
    let mut stamps = Stamps::default();
    let stamped = check_export_stamp(shared, roots, &mut stamps);
    check_export(shared, roots, stamped.unwrap_or(now), &mut stamps);
    for (place, file) in container.under(STAMPS) {
        match stamp_of(shared, roots, place, &file.name) {
            Ok(time) => stamps.times.push((file.name.clone(), time)),
            Err((code, text)) => found(shared, code, &file.name, text),
        }
    }
    if stamps.times.is_empty() && files == 0 {
        found(shared, catalogue::TIMESTAMP_MISSING, "bag", "you gave roots of time-stamping authorities, and there is no time-stamp");
    }
    stamps
}

fn found(shared: &Shared, code: Code, place: &str, text: impl std::fmt::Display) {
    shared.collector.found(code, place, text.to_string());
}

fn read(shared: &Shared, name: &str) -> Option<Vec<u8>> {
    let place = shared.container.find(name)?;
    let bytes = shared.container.read(place, EVIDENCE_BYTES_MAX as u64);
    bytes.map_err(|error| found(shared, catalogue::BAG_UNREADABLE, name, error)).ok()
}

/// The time-stamp over the signature; answers the time that it proves.
fn check_export_stamp(shared: &Shared, roots: &TrustRoots, stamps: &mut Stamps) -> Option<Timestamp> {
    let (signature, stamp) = (read(shared, CMS[0]), read(shared, CMS[1])?);
    let signature = signature.unwrap_or_default();
    match tsp::verify(&stamp, Digest::sha256(&signature), roots) {
        Ok(stamped) => {
            stamps.times.push((CMS[1].to_owned(), stamped.time));
            Some(stamped.time)
        }
        Err(error) => {
            let (code, text) = of_stamp(&error);
            found(shared, code, CMS[1], text);
            None
        }
    }
}

fn check_export(shared: &Shared, roots: &TrustRoots, at: Timestamp, stamps: &mut Stamps) {
    let manifest = shared.container.find("tagmanifest-sha256.txt").and_then(|place| shared.digests[place].get());
    let (Some(signature), Some(manifest)) = (read(shared, CMS[0]), manifest) else { return };
    match verify_detached(&signature, manifest.sha256, roots, at) {
        Ok(signer) => stamps.signer = Some(signer.subject),
        Err(error @ SignatureError::Untrusted(_)) => found(shared, catalogue::CMS_UNTRUSTED, CMS[0], error),
        Err(error) => found(shared, catalogue::CMS_INVALID, CMS[0], error),
    }
}

/// The time that a stamp or a record of a checkpoint proves. Its name says of which.
fn stamp_of(shared: &Shared, roots: &TrustRoots, place: usize, name: &str) -> Result<Timestamp, (Code, String)> {
    let strange = || (catalogue::BAG_FILE_UNLISTED, "an export has no such file".to_owned());
    let (size, kind) = name[STAMPS.len()..].strip_prefix("checkpoint-").and_then(|rest| rest.split_once('.')).ok_or_else(strange)?;
    let size: u64 = size.parse().map_err(|_| strange())?;
    let missing = || (catalogue::TIMESTAMP_INVALID, format!("the bag has no checkpoint of {size} entries"));
    let note = checkpoint_of(shared, size).ok_or_else(missing)?;
    let bytes = shared.container.read(place, EVIDENCE_BYTES_MAX as u64).map_err(|error| (catalogue::BAG_UNREADABLE, error.to_string()))?;
    match kind {
        "tsr" => tsp::verify(&bytes, Digest::sha256(&note), roots).map(|stamped| stamped.time).map_err(|error| of_stamp(&error)),
        "ers" => ers::verify(&bytes, &note, roots).map(|evidence| evidence.first.time).map_err(|error| match &error {
            ers::ErsError::Stamp { error: StampError::Signature(SignatureError::Untrusted(_)), .. } => {
                (catalogue::TIMESTAMP_UNTRUSTED, error.to_string())
            }
            _ => (catalogue::TIMESTAMP_INVALID, error.to_string()),
        }),
        _ => Err(strange()),
    }
}

/// The bytes of the checkpoint with this size: what was stamped.
fn checkpoint_of(shared: &Shared, size: u64) -> Option<Vec<u8>> {
    let log = shared.main()?;
    let older = format!("{}history/{size:010}.checkpoint", log.prefix);
    let name = if log.head().size() == size { format!("{}checkpoint", log.prefix) } else { older };
    shared.container.read(shared.container.find(&name)?, NOTE_BYTES_MAX as u64).ok()
}

fn of_stamp(error: &StampError) -> (Code, String) {
    let code = match error {
        StampError::Signature(SignatureError::Untrusted(_)) => catalogue::TIMESTAMP_UNTRUSTED,
        _ => catalogue::TIMESTAMP_INVALID,
    };
    (code, error.to_string())
}
