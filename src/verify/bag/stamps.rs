//! Signatures by certificate and time-stamps in the bag: CMS over the export, RFC 3161 and RFC 4998 over checkpoints.
//!
//! The roots come from the auditor, like every other key. What needs no roots is looked at in any case: that each signature is by the
//! certificate that came with it, and over what it should be over. One that is wrong spoils the verdict; one whose certificate leads to none
//! of the roots proves nothing, and is no sign of a forgery either. So roots only ever add to what is known: whoever wants time-stamps and
//! not merely takes them says so.

use super::pass::Shared;
use crate::evidence::tsp::StampError;
use crate::evidence::{SignatureError, TrustRoots, ers, examine_detached, tsp, verify_detached};
use crate::limits::{EVIDENCE_BYTES_MAX, NOTE_BYTES_MAX};
use crate::model::{Digest, Timestamp};
use crate::verify::{Code, catalogue};

/// The signature in the form of CMS, and the time-stamp over it.
pub(super) const CMS: [&str; 2] = ["signatures/tagmanifest-sha256.txt.p7s", "signatures/tagmanifest-sha256.txt.p7s.tsr"];
/// Where time-stamps of checkpoints lie.
const STAMPS: &str = "data/timestamps/";
/// What a signature by certificate is called that leads to no root, and one that is wrong.
const OF_CMS: [Code; 2] = [catalogue::CMS_UNTRUSTED, catalogue::CMS_INVALID];
/// The same of time-stamps.
const OF_STAMPS: [Code; 2] = [catalogue::TIMESTAMP_UNTRUSTED, catalogue::TIMESTAMP_INVALID];

/// What was found good.
#[derive(Debug, Default)]
pub(super) struct Stamps {
    /// Time-stamps and evidence records, with the times that they prove.
    pub(super) times: Vec<(String, Timestamp)>,
    /// Whose certificate has signed the export.
    pub(super) signer: Option<String>,
    /// Files of which nobody has said who may vouch for them.
    unvouched: u64,
}

/// What the auditor asks of time-stamps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// From whom trust begins.
    pub(super) roots: Option<&'a TrustRoots>,
    /// Whether there must be a good one.
    pub(super) stamp: bool,
    /// Counts for a signature without a time-stamp.
    pub(super) now: Timestamp,
}

/// Checks all of them.
pub(super) fn check(shared: &Shared, asked: Asked<'_>) -> Stamps {
    let mut stamps = Stamps::default();
    let stamped = check_export_stamp(shared, asked, &mut stamps);
    check_export(shared, asked, stamped.unwrap_or(asked.now), &mut stamps);
    for (place, file) in shared.container.under(STAMPS) {
        match stamp_of(shared, asked, place, &file.name, &mut stamps) {
            Ok(Some(time)) => stamps.times.push((file.name.clone(), time)),
            Ok(None) => {}
            Err((code, text)) => found(shared, code, &file.name, text),
        }
    }
    if stamps.unvouched > 0 {
        let text = format!(
            "{} files with signatures by certificate or time-stamps are right in themselves: give the roots that you trust with --tsa-root",
            stamps.unvouched
        );
        found(shared, catalogue::NOT_COVERED, "data/timestamps, signatures", text);
    }
    if asked.stamp && stamps.times.is_empty() {
        found(shared, catalogue::TIMESTAMP_MISSING, "bag", "you asked for a time-stamp, and there is none that leads to your roots");
    }
    stamps
}

fn found(shared: &Shared, code: Code, place: &str, text: impl std::fmt::Display) {
    shared.collector.found(code, place, text.to_string());
}

/// An error that may mean only that nobody has vouched.
trait MayBeUntrusted: std::fmt::Display {
    fn is_untrusted(&self) -> bool;
}

impl MayBeUntrusted for SignatureError {
    fn is_untrusted(&self) -> bool {
        matches!(self, Self::Untrusted(_))
    }
}

impl MayBeUntrusted for StampError {
    fn is_untrusted(&self) -> bool {
        matches!(self, Self::Signature(error) if error.is_untrusted())
    }
}

impl MayBeUntrusted for ers::ErsError {
    fn is_untrusted(&self) -> bool {
        matches!(self, Self::Stamp { error, .. } if error.is_untrusted())
    }
}

/// What has come of looking at one file: without roots, and with them if there are any.
struct Looked<T, E> {
    examined: Result<T, E>,
    verified: Option<Result<T, E>>,
}

impl Stamps {
    /// What is proven, or a finding: by the first code if it leads to no root, by the second if it is wrong.
    fn judge<T, E: MayBeUntrusted>(&mut self, looked: Looked<T, E>, codes: [Code; 2]) -> Result<Option<T>, (Code, String)> {
        match looked {
            // A record is verified up to the first time-stamp that leads nowhere; what is wrong behind it is wrong all the same.
            Looked { examined: Err(error), .. } if !error.is_untrusted() => Err((codes[1], error.to_string())),
            Looked { verified: Some(Ok(proven)), .. } => Ok(Some(proven)),
            Looked { verified: Some(Err(error)), .. } => Err((codes[usize::from(!error.is_untrusted())], error.to_string())),
            Looked { verified: None, .. } => {
                self.unvouched += 1;
                Ok(None)
            }
        }
    }
}

fn read(shared: &Shared, name: &str) -> Option<Vec<u8>> {
    let place = shared.container.find(name)?;
    let bytes = shared.container.read(place, EVIDENCE_BYTES_MAX as u64);
    bytes.map_err(|error| found(shared, catalogue::BAG_UNREADABLE, name, error)).ok()
}

/// The time-stamp over the signature; answers the time that it proves.
fn check_export_stamp(shared: &Shared, asked: Asked<'_>, stamps: &mut Stamps) -> Option<Timestamp> {
    let stamp = read(shared, CMS[1])?;
    let Some(signature) = read(shared, CMS[0]) else {
        found(shared, catalogue::TIMESTAMP_INVALID, CMS[1], "the signature that it is over is not in the bag");
        return None;
    };
    let digest = Digest::sha256(&signature);
    let looked = Looked { examined: tsp::examine(&stamp, digest), verified: asked.roots.map(|roots| tsp::verify(&stamp, digest, roots)) };
    let time = stamps.judge(looked, OF_STAMPS).map_err(|(code, text)| found(shared, code, CMS[1], text)).ok()??.time;
    stamps.times.push((CMS[1].to_owned(), time));
    Some(time)
}

fn check_export(shared: &Shared, asked: Asked<'_>, at: Timestamp, stamps: &mut Stamps) {
    let manifest = shared.container.find("tagmanifest-sha256.txt").and_then(|place| shared.digests[place].get());
    let (Some(signature), Some(manifest)) = (read(shared, CMS[0]), manifest) else { return };
    let verified = asked.roots.map(|roots| verify_detached(&signature, manifest.sha256, roots, at));
    let looked = Looked { examined: examine_detached(&signature, manifest.sha256), verified };
    match stamps.judge(looked, OF_CMS) {
        Ok(signer) => stamps.signer = signer.map(|signer| signer.subject),
        Err((code, text)) => found(shared, code, CMS[0], text),
    }
}

/// The time that a stamp or a record of a checkpoint proves. Its name says of which.
fn stamp_of(shared: &Shared, asked: Asked<'_>, place: usize, name: &str, stamps: &mut Stamps) -> Result<Option<Timestamp>, (Code, String)> {
    let strange = || (catalogue::BAG_FILE_UNLISTED, "an export has no such file".to_owned());
    let (size, kind) = name[STAMPS.len()..].strip_prefix("checkpoint-").and_then(|rest| rest.split_once('.')).ok_or_else(strange)?;
    let size: u64 = size.parse().map_err(|_| strange())?;
    let missing = || (catalogue::TIMESTAMP_INVALID, format!("the bag has no checkpoint of {size} entries"));
    let note = checkpoint_of(shared, size).ok_or_else(missing)?;
    let bytes = shared.container.read(place, EVIDENCE_BYTES_MAX as u64).map_err(|error| (catalogue::BAG_UNREADABLE, error.to_string()))?;
    match kind {
        "tsr" => {
            let (digest, roots) = (Digest::sha256(&note), asked.roots);
            let verified = roots.map(|roots| tsp::verify(&bytes, digest, roots));
            Ok(stamps.judge(Looked { examined: tsp::examine(&bytes, digest), verified }, OF_STAMPS)?.map(|stamped| stamped.time))
        }
        "ers" => {
            let verified = asked.roots.map(|roots| ers::verify(&bytes, &note, roots));
            Ok(stamps.judge(Looked { examined: ers::examine(&bytes, &note), verified }, OF_STAMPS)?.map(|evidence| evidence.first.time))
        }
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
