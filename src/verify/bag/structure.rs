//! The bag as a bag (RFC 8493 section 3): complete in both directions, every file with the digests it is listed with.

use super::digests::Algorithm;
use super::info::{BagInfo, DECLARATION};
use super::manifest::{self, ManifestError};
use super::pass::Shared;
use crate::limits::BAG_TAG_FILE_BYTES_MAX;
use crate::verify::{Code, catalogue};

/// Signatures are made last, so no manifest can list them; `signature` looks at each of them.
const SIGNATURES: &str = "signatures/";
const PAYLOAD: &str = "data/";
const TAG_MANIFEST: &str = "tagmanifest-";

fn is_payload(path: &str) -> bool {
    path.starts_with(PAYLOAD)
}

fn is_listed_tag_file(path: &str) -> bool {
    !is_payload(path) && !path.starts_with(SIGNATURES) && !path.starts_with(TAG_MANIFEST)
}

/// Checks everything; answers what the bag says about itself.
pub(super) fn check(shared: &Shared) -> BagInfo {
    match tag_file(shared, "bagit.txt") {
        Some(bytes) if bytes != DECLARATION => {
            found(shared, catalogue::BAG_TAG_FILE, "bagit.txt", "it does not declare BagIt 1.0 in UTF-8")
        }
        _ => {}
    }
    for algorithm in Algorithm::ALL {
        check_manifest(shared, &format!("manifest-{}.txt", algorithm.name()), algorithm, is_payload);
        check_manifest(shared, &format!("{TAG_MANIFEST}{}.txt", algorithm.name()), algorithm, is_listed_tag_file);
    }
    check_tag_manifests(shared);
    check_info(shared)
}

fn found(shared: &Shared, code: Code, place: &str, text: impl std::fmt::Display) {
    shared.collector.found(code, place, text.to_string());
}

/// A short file outside of the payload that every bag has.
fn tag_file(shared: &Shared, name: &str) -> Option<Vec<u8>> {
    let Some(place) = shared.container.find(name) else {
        found(shared, catalogue::BAG_FILE_MISSING, name, "every bag has this file");
        return None;
    };
    let read = shared.container.read(place, BAG_TAG_FILE_BYTES_MAX);
    read.map_err(|error| found(shared, catalogue::BAG_UNREADABLE, name, error)).ok()
}

/// Follows a manifest: every file that `wanted` takes must be in it, and nothing else.
fn check_manifest(shared: &Shared, name: &str, algorithm: Algorithm, wanted: fn(&str) -> bool) {
    let files = shared.container.files();
    let Some(place) = shared.container.find(name) else {
        return found(shared, catalogue::BAG_FILE_MISSING, name, "every export has this manifest");
    };
    let mut listed = vec![false; files.len()];
    let compare = |path: &str, digest: &[u8]| {
        if !wanted(path) {
            return found(shared, catalogue::BAG_MANIFEST, path, format_args!("{name} must not list it"));
        }
        let Some(place) = shared.container.find(path) else {
            return found(shared, catalogue::BAG_FILE_MISSING, path, format_args!("{name} lists it"));
        };
        listed[place] = true;
        // A file that could not be read was reported then.
        if shared.digests[place].get().is_some_and(|digests| digests.by(algorithm) != digest) {
            found(shared, catalogue::BAG_FILE_DIFFERS, path, format_args!("it does not have its {} of {name}", algorithm.name()));
        }
    };
    match shared.container.reader(place).map_err(ManifestError::from).and_then(|reader| manifest::read(reader, algorithm, compare)) {
        Ok(()) => {}
        Err(ManifestError::Unreadable(error)) => return found(shared, catalogue::BAG_UNREADABLE, name, error),
        Err(error) => return found(shared, catalogue::BAG_MANIFEST, name, error),
    }
    for (file, _) in files.iter().zip(&listed).filter(|(file, listed)| wanted(&file.name) && !**listed) {
        found(shared, catalogue::BAG_FILE_UNLISTED, &file.name, format_args!("{name} does not list it"));
    }
}

/// There are no manifests in other algorithms: nobody would have checked them.
fn check_tag_manifests(shared: &Shared) {
    let known = Algorithm::ALL.map(|algorithm| format!("{TAG_MANIFEST}{}.txt", algorithm.name()));
    for (_, file) in shared.container.under(TAG_MANIFEST).filter(|(_, file)| !known.contains(&file.name)) {
        found(shared, catalogue::BAG_FILE_UNLISTED, &file.name, "an export has no such file");
    }
}

fn check_info(shared: &Shared) -> BagInfo {
    let name = "bag-info.txt";
    let Some(bytes) = tag_file(shared, name) else { return BagInfo::default() };
    let Some(info) = BagInfo::parse(&bytes) else {
        found(shared, catalogue::BAG_TAG_FILE, name, "it does not have the form of RFC 8493 section 2.2.2");
        return BagInfo::default();
    };
    let payload = shared.container.under(PAYLOAD).map(|(_, file)| file.bytes);
    let oxum = payload.fold((0, 0), |(bytes, files): (u64, u64), length| (bytes.saturating_add(length), files + 1));
    for difference in info.differences(oxum, shared.main().map(|log| log.head())) {
        found(shared, catalogue::BAG_TAG_FILE, name, difference);
    }
    info
}
