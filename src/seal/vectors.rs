//! Sealed documents against `tests/fixtures/seal/vectors.json`, which a Python script computed from the same documents.

use serde_json::Value;

use super::derivation::sha256;
use super::{HeaderFields, Opener, Sealer};
use crate::keys::{Leaf, TreeId};
use crate::model::{Address, VaultId};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../tests/fixtures/seal/vectors.json")).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

/// SHA-256(seed || 0), SHA-256(seed || 1) ... as the script makes it, or a run of one letter.
fn plaintext(document: &Value) -> Vec<u8> {
    let length = document["plain_bytes"].as_u64().unwrap() as usize;
    if document["filler_seed"].is_null() {
        return vec![b'a'; length];
    }
    let seed = bytes(&document["filler_seed"]);
    let block = |number: u64| sha256(&[seed.as_slice(), &number.to_be_bytes()].concat());
    (0..).flat_map(block).take(length).collect()
}

fn fields(vectors: &Value, document: &Value) -> HeaderFields {
    HeaderFields {
        tree: TreeId::cases(VaultId(array(&vectors["vault"])), vectors["year"].as_u64().unwrap() as u16),
        address: Address::from_u64(u64::from_be_bytes(array(&vectors["documents"]["address"]))),
        id: array(&document["id"]),
    }
}

#[test]
fn sealing_gives_the_bytes_of_the_vectors() {
    let vectors = vectors();
    let leaf = Leaf::from_bytes(&array(&vectors["documents"]["leaf"]));
    for document in vectors["documents"]["sealed"].as_array().unwrap() {
        // Which bytes zstd produces is its own affair; that vector is for opening only.
        if document["name"] == "compressed" {
            continue;
        }
        let plain = plaintext(document);
        let mut sealer = Sealer::with_salt(&leaf, fields(&vectors, document), array(&document["salt"]), 0);
        let mut frames = sealer.push(&plain).unwrap();
        let (last, sealed) = sealer.finish();
        frames.push(last);
        let digests: Vec<_> = frames.iter().map(|frame| hex::encode(sha256(frame))).collect();
        assert_eq!(serde_json::json!(digests), document["frames_sha256"], "{}", document["name"]);
        assert_eq!(sealed.header, array(&document["header"]));
        assert_eq!(sealed.sha256.as_bytes(), &array(&document["sha256"]));
        assert_eq!(*sealed.subject_key, array(&document["subject_key"]));
        assert_eq!(sealed.description.seal(&bytes(&document["description"])), bytes(&document["sealed_description"]));
    }
}

#[test]
fn opening_gives_the_plaintext_of_the_vectors() {
    let vectors = vectors();
    let leaf = Leaf::from_bytes(&array(&vectors["documents"]["leaf"]));
    let mut frames_opened = 0;
    for document in vectors["documents"]["sealed"].as_array().unwrap() {
        let plain = plaintext(document);
        let opener = Opener::new(&leaf, &bytes(&document["header"])).unwrap();
        assert_eq!(opener.header().fields(), &fields(&vectors, document));
        assert_eq!(opener.open_description(&bytes(&document["sealed_description"])).unwrap(), bytes(&document["description"]));
        let frames = document["frames"].as_array().unwrap();
        // Frames that are too long for the file are in it as digests only.
        for (index, frame) in frames.iter().enumerate().filter(|(_, frame)| !frame.is_null()) {
            let opened = opener.open_frame(index as u32, &bytes(frame), plain.len() as u64, frames.len() as u32).unwrap();
            assert_eq!(opened, plain.chunks(crate::limits::FRAME_BYTES).nth(index).unwrap_or_default());
            frames_opened += 1;
        }
    }
    assert_eq!(frames_opened, 4, "empty, short, compressed, and the second of two");
}
