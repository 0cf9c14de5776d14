//! The signed note over the export, and what lies beside it under `signatures/`.
//!
//! The note names the bag by its tag manifests, which name every other file. Its key is the ledger's under the name `<origin>/export`, or
//! one of its own that the auditor's policy names.

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::info::BagInfo;
use super::keys::{Keys, keys_in};
use super::pass::Shared;
use super::stamps::CMS;
use crate::ledger::{Note, NoteError, PublicKey, VerifierKey, export_key};
use crate::limits::NOTE_BYTES_MAX;
use crate::verify::{Code, catalogue};

const NOTE: &str = "signatures/export.note";
const SIGNIFY: &str = "signatures/signify/";
/// First line of a file of signify(1).
const COMMENT: &str = "untrusted comment: ";

/// Who has signed the export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// The key.
    pub key: String,
    /// Whether the auditor trusts it.
    pub is_trusted: bool,
}

/// Checks the note; answers whose signature it bears, if it is a good one.
pub(super) fn check(shared: &Shared, keys: &Keys, info: &BagInfo) -> Option<Signer> {
    check_names(shared);
    let Some(place) = shared.container.find(NOTE) else {
        found(shared, catalogue::BAG_FILE_MISSING, NOTE, "nobody has signed the export as a whole");
        return None;
    };
    let read = shared.container.read(place, NOTE_BYTES_MAX as u64);
    let bytes = read.map_err(|error| found(shared, catalogue::BAG_UNREADABLE, NOTE, error)).ok()?;
    let note = Note::parse(&bytes).map_err(|error| found(shared, catalogue::BAG_SIGNATURE, NOTE, error)).ok()?;
    let (key, is_trusted) = verify(shared, keys, &note).map_err(|error| found(shared, catalogue::BAG_SIGNATURE, NOTE, error)).ok()?;
    if !is_trusted && keys.has_policy() {
        found(shared, catalogue::BAG_SIGNER_UNKNOWN, NOTE, format_args!("signed with {key}, which your policy does not name"));
    }
    if note.signatures().len() != 1 {
        found(shared, catalogue::BAG_SIGNATURE, NOTE, "one key signs an export");
    }
    if let Some(what) = difference(shared, info, note.text()) {
        found(shared, catalogue::BAG_SIGNATURE, NOTE, what);
    }
    check_copies_of(shared, &key);
    check_signify(shared, &note, &key, ["export.pub", "export.txt", "export.txt.sig"]);
    check_signify_of_checkpoint(shared, keys);
    Some(Signer { key: key.to_string(), is_trusted })
}

fn found(shared: &Shared, code: Code, place: &str, text: impl std::fmt::Display) {
    shared.collector.found(code, place, text.to_string());
}

/// Nothing lies among the signatures that nobody would look at.
fn check_names(shared: &Shared) {
    let known = [NOTE, "signatures/export.vkey", "signatures/export.pem", CMS[0], CMS[1]];
    let signify = ["log.pub", "checkpoint.txt", "checkpoint.txt.sig", "export.pub", "export.txt", "export.txt.sig"];
    let signify = signify.map(|name| format!("{SIGNIFY}{name}"));
    for (_, file) in shared.container.under("signatures/") {
        if !known.contains(&file.name.as_str()) && !signify.contains(&file.name) {
            found(shared, catalogue::BAG_FILE_UNLISTED, &file.name, "an export has no such file");
        }
    }
}

/// The key whose signature is good: one that the policy knows, or for want of it one that came with the bag.
fn verify(shared: &Shared, keys: &Keys, note: &Note) -> Result<(VerifierKey, bool), NoteError> {
    let origin = shared.main().map_or("", |log| log.head().origin());
    let mut trusted: Vec<VerifierKey> = keys.trusted(origin).filter_map(|key| export_key(key).ok()).collect();
    trusted.extend(keys.all_trusted().filter(|key| key.name() != origin).cloned());
    match first_good(note, &trusted) {
        Err(NoteError::NoKnownSignature) => {}
        other => return other.map(|key| (key, true)),
    }
    let mut unknown: Vec<VerifierKey> = keys.unknown(origin).filter_map(|key| export_key(key).ok()).collect();
    unknown.extend(shared.container.find("signatures/export.vkey").map(|place| keys_in(&shared.container, place)).unwrap_or_default());
    first_good(note, &unknown).map(|key| (key, false))
}

fn first_good(note: &Note, keys: &[VerifierKey]) -> Result<VerifierKey, NoteError> {
    for key in keys {
        match note.verify([key]) {
            Ok(_) => return Ok(key.clone()),
            Err(NoteError::NoKnownSignature) => {}
            Err(error) => return Err(error),
        }
    }
    Err(NoteError::NoKnownSignature)
}

/// In what the text of the note differs from the bag that it lies in.
fn difference(shared: &Shared, info: &BagInfo, text: &str) -> Option<&'static str> {
    let mut lines = text.split_terminator('\n');
    let digests = |name: &str| shared.container.find(name).and_then(|place| shared.digests[place].get());
    if lines.next() != Some("eal1-export/v1") {
        return Some("it is not a note over an export");
    }
    if lines.next().is_none_or(|id| info.get("External-Identifier") != Some(id)) {
        return Some("it names another export than bag-info.txt");
    }
    let sha256 = digests("tagmanifest-sha256.txt").map(|digests| format!("sha256 {} tagmanifest-sha256.txt", digests.sha256));
    let sha512 = digests("tagmanifest-sha512.txt").map(|digests| format!("sha512 {} tagmanifest-sha512.txt", hex::encode(digests.sha512)));
    if lines.next() != sha256.as_deref() || lines.next() != sha512.as_deref() {
        return Some("it signs other tag manifests");
    }
    let head = shared.main().map(|log| log.head());
    let ledger = head.map(|head| {
        let root = BASE64_STANDARD.encode(head.root().as_bytes());
        format!("ledger {} {} {root}", head.origin(), head.size())
    });
    // Without a checkpoint that is believed there is a finding about it already.
    if (ledger.is_some() && lines.next() != ledger.as_deref()) || (ledger.is_some() && lines.next().is_some()) {
        return Some("it signs another state of the ledger");
    }
    None
}

/// The key lies beside the note in two forms, for tools that read no policy.
fn check_copies_of(shared: &Shared, key: &VerifierKey) {
    let forms = [("signatures/export.vkey", Some(format!("{key}\n"))), ("signatures/export.pem", key.to_pem())];
    for (name, expected) in forms {
        let Some(place) = shared.container.find(name) else { continue };
        let bytes = shared.container.read(place, NOTE_BYTES_MAX as u64).unwrap_or_default();
        let expected = expected.unwrap_or_default();
        if bytes != expected.as_bytes() && bytes != expected.trim_end().as_bytes() {
            found(shared, catalogue::BAG_SIGNATURE, name, "it is not the key that has signed the export");
        }
    }
}

/// The checkpoint of the ledger once more, by whichever of its keys is known.
fn check_signify_of_checkpoint(shared: &Shared, keys: &Keys) {
    let Some(log) = shared.main() else { return };
    let (note, origin) = (log.believed.signed.note(), log.head().origin());
    let has_signed = |key: &&VerifierKey| note.signatures().iter().any(|line| line.name == key.name() && line.id == key.id());
    if let Some(key) = keys.trusted(origin).chain(keys.unknown(origin)).find(has_signed) {
        check_signify(shared, note, key, ["log.pub", "checkpoint.txt", "checkpoint.txt.sig"]);
    }
}

/// A key, a note and its signature once more, as signify(1) reads them. They must be the same.
fn check_signify(shared: &Shared, note: &Note, key: &VerifierKey, [public, text, signature]: [&str; 3]) {
    let line = note.signatures().iter().find(|line| line.name == key.name() && line.id == key.id());
    let (Some(line), PublicKey::Ed25519(raw)) = (line, key.public_key()) else { return };
    let signify = Signify::new(&key.id().0, raw, &line.signature);
    let forms = [
        (public, format!("{COMMENT}{}\n{}\n", key.name(), signify.key)),
        (text, note.text().to_owned()),
        (signature, format!("{COMMENT}verify with {public}\n{}\n", signify.signature)),
    ];
    for (name, expected) in forms {
        let name = format!("{SIGNIFY}{name}");
        let Some(place) = shared.container.find(&name) else { continue };
        if shared.container.read(place, NOTE_BYTES_MAX as u64).unwrap_or_default() != expected.as_bytes() {
            found(shared, catalogue::BAG_SIGNATURE, &name, "it does not say what the signed note says");
        }
    }
}

/// Key and signature in the form of signify(1): the algorithm, eight bytes that name the key, and the value.
struct Signify {
    key: String,
    signature: String,
}

impl Signify {
    fn new(id: &[u8; 4], key: &[u8], signature: &[u8]) -> Self {
        let encode = |value: &[u8]| BASE64_STANDARD.encode([b"Ed", id.as_slice(), b"eal1", value].concat());
        Self { key: encode(key), signature: encode(signature) }
    }
}
