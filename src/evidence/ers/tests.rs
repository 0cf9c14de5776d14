//! The vectors, which were made with another implementation and verified by Bouncy Castle; and what must not verify.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use proptest::prelude::*;
use serde_json::Value;

use super::record::EvidenceRecord;
use super::tree::{HashTree, root_of};
use super::*;
use crate::evidence::HashAlgorithm;
use crate::evidence::TrustRoots;
use crate::evidence::testing::each_changed_byte;

const VECTORS: &str = include_str!("../../../tests/fixtures/ledger/ledger-vectors.json");

fn vectors() -> Value {
    serde_json::from_str(VECTORS).unwrap()
}

fn base64(value: &Value) -> Vec<u8> {
    BASE64_STANDARD.decode(value.as_str().unwrap()).unwrap()
}

fn hexes(value: &Value) -> Vec<Vec<u8>> {
    value.as_array().unwrap().iter().map(|value| hex::decode(value.as_str().unwrap()).unwrap()).collect()
}

fn lists(value: &Value) -> TreePath {
    value.as_array().unwrap().iter().map(hexes).collect()
}

fn roots(vectors: &Value) -> TrustRoots {
    TrustRoots::from_pem(vectors["ers"]["tsa_root_pem"].as_str().unwrap().as_bytes()).unwrap()
}

/// The note of size 7, over which the records of the vectors are.
fn note(vectors: &Value, size: u64) -> Vec<u8> {
    vectors["checkpoints"][size.to_string()]["note_log_only"].as_str().unwrap().as_bytes().to_vec()
}

#[test]
fn the_tree_is_that_of_the_vectors() {
    let vectors = vectors();
    let ers = &vectors["ers"];
    let leaves = hexes(&ers["leaf_hashes"]);
    let notes: Vec<_> = [1, 7, 255, 256, 257].map(|size| HashAlgorithm::Sha256.hash(&note(&vectors, size))).to_vec();
    assert_eq!(notes, leaves);
    let tree = HashTree::new(HashAlgorithm::Sha256, leaves.clone(), b"filler");
    assert_eq!(hex::encode(tree.root()), ers["root"].as_str().unwrap());
    assert_eq!(tree.path(&leaves[1]), Some(lists(&ers["reduced_hashtree_for_size_7"])));
    assert_eq!(tree.path(&[7; 32]), None);
}

#[test]
fn our_records_are_those_of_the_vectors() {
    let vectors = vectors();
    let ers = &vectors["ers"];
    let token = crate::evidence::tsp::token_of(&base64(&ers["tsr_over_root_b64"])).unwrap().to_vec();
    let path = lists(&ers["reduced_hashtree_for_size_7"]);
    let record = EvidenceRecord::first(HashAlgorithm::Sha256, &path, &token);
    assert_eq!(record, base64(&ers["er_initial_b64"]));

    let record = EvidenceRecord::parse(&record).unwrap();
    let renewed = base64(&ers["er_timestamp_renewal_b64"]);
    let (hash, leaf) = record.stamp_leaf().unwrap();
    assert_eq!(
        (hash, hex::encode(&leaf).as_str()),
        (HashAlgorithm::Sha256, ers["renewal"]["timestamp_renewal_hash_sha256_of_token"].as_str().unwrap())
    );
    let parsed = EvidenceRecord::parse(&renewed).unwrap();
    assert_eq!(record.with_stamp(&[vec![leaf]], parsed.last_token()).unwrap(), renewed);

    let rehashed = base64(&ers["er_hashtree_renewal_sha512_b64"]);
    let leaf = parsed.data_leaf(&note(&vectors, 7), HashAlgorithm::Sha512);
    assert_eq!(hex::encode(&leaf), ers["renewal"]["hashtree_renewal"]["h_prime_unsorted_concat"].as_str().unwrap());
    let token = EvidenceRecord::parse(&rehashed).unwrap().last_token();
    assert_eq!(parsed.with_chain(HashAlgorithm::Sha512, &[vec![leaf]], token), rehashed);
}

#[test]
fn records_of_the_vectors_are_verified() {
    let vectors = vectors();
    let (ers, roots, data) = (&vectors["ers"], roots(&vectors), note(&vectors, 7));
    for (name, stamps, chains) in [("er_initial_b64", 1, 1), ("er_timestamp_renewal_b64", 2, 1), ("er_hashtree_renewal_sha512_b64", 3, 2)] {
        let evidence = verify(&base64(&ers[name]), &data, &roots).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((evidence.stamps, evidence.chains), (stamps, chains), "{name}");
        assert_eq!(evidence.first.time.to_string(), "2026-11-21T18:30:40Z");
        assert_eq!(verify(&base64(&ers[name]), b"other data", &roots), Err(ErsError::Coverage(1)), "{name}");
        // Nobody is asked who vouches, and everything else is the same.
        assert_eq!(examine(&base64(&ers[name]), &data), Ok(evidence), "{name}");
        assert_eq!(examine(&base64(&ers[name]), b"other data"), Err(ErsError::Coverage(1)), "{name}");
    }
    let group = &vectors["ers_blinded_group"];
    for member in
        [group["documents_utf8"][2].as_str().unwrap().as_bytes().to_vec(), hex::decode(group["blinding_hex"][2].as_str().unwrap()).unwrap()]
    {
        assert_eq!(verify(&base64(&group["er_for_2_b64"]), &member, &roots).map(|evidence| evidence.stamps), Ok(1));
    }
    let strangers = crate::evidence::testing::strange_roots();
    assert!(matches!(verify(&base64(&ers["er_initial_b64"]), &data, &strangers), Err(ErsError::Stamp { number: 1, .. })));
}

/// A renewal covers the time-stamp before, not a time-stamp; and nothing of a record can be left out or exchanged.
#[test]
fn records_that_were_put_together_wrongly() {
    let vectors = vectors();
    let (ers, roots, data) = (&vectors["ers"], roots(&vectors), note(&vectors, 7));
    let (first, rehashed) = (base64(&ers["er_initial_b64"]), base64(&ers["er_hashtree_renewal_sha512_b64"]));
    let record = EvidenceRecord::parse(&first).unwrap();
    let parsed = EvidenceRecord::parse(&rehashed).unwrap();
    let stamp = |chain: usize, stamp: usize| parsed.chains[chain].stamps[stamp].token;
    let leaf = record.stamp_leaf().unwrap().1;

    let twice = record.with_stamp(&[vec![leaf.clone()]], stamp(0, 0)).unwrap();
    assert_eq!(verify(&twice, &data, &roots), Err(ErsError::Coverage(2)), "the same time-stamp again");
    let skipped = record.with_chain(HashAlgorithm::Sha512, &[vec![parsed.data_leaf(&data, HashAlgorithm::Sha512)]], stamp(1, 0));
    assert_eq!(verify(&skipped, &data, &roots), Err(ErsError::Coverage(2)), "a chain over more than what came before");
    let other_hash = record.with_chain(HashAlgorithm::Sha384, &[vec![leaf.clone()]], stamp(0, 1));
    assert!(verify(&other_hash, &data, &roots).is_err(), "a chain that says another hash than its time-stamp");
    let sorted = {
        let hash = HashAlgorithm::Sha512;
        let mut parts = [hash.hash(&data), hash.hash(&super::super::der::sequence(&[parsed.chains[0].raw]))];
        parts.sort_unstable();
        hash.hash(&parts.concat())
    };
    let unsorted = parsed.chains[1].stamps[0].lists[0][0].to_vec();
    assert_ne!(sorted, unsorted, "the vectors can tell the two apart");
}

#[test]
fn no_changed_byte_says_something_else() {
    let vectors = vectors();
    let (roots, data) = (roots(&vectors), note(&vectors, 7));
    let record = base64(&vectors["ers"]["er_timestamp_renewal_b64"]);
    let original = verify(&record, &data, &roots).unwrap();
    let mut accepted = 0;
    each_changed_byte(&record, |at, changed| {
        if let Ok(evidence) = verify(changed, &data, &roots) {
            assert_eq!(evidence, original, "byte {at}");
            accepted += 1;
        }
    });
    assert_eq!(accepted, 0);
}

proptest! {
    /// Every leaf of every tree leads to the root, over lists of which the first has two members or more; nothing else does.
    #[test]
    fn every_leaf_leads_to_the_root(count in 1_usize..40, other in any::<[u8; 32]>()) {
        let leaves: Vec<Vec<u8>> = (0..count).map(|leaf| HashAlgorithm::Sha256.hash(&leaf.to_be_bytes())).collect();
        let tree = HashTree::new(HashAlgorithm::Sha256, leaves.clone(), b"filler");
        for leaf in &leaves {
            let path = tree.path(leaf).unwrap();
            prop_assert!(path[0].len() == 2 && path[1..].iter().all(|list| list.len() == 1));
            let lists: Vec<Vec<&[u8]>> = path.iter().map(|list| list.iter().map(Vec::as_slice).collect()).collect();
            let root = root_of(HashAlgorithm::Sha256, leaf, &lists);
            prop_assert_eq!(root.as_deref(), Some(tree.root()));
            prop_assert_eq!(root_of(HashAlgorithm::Sha256, &other, &lists), None);
        }
    }

    #[test]
    fn anything_is_a_record_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = EvidenceRecord::parse(&bytes);
        let _ = crate::evidence::tsp::token_of(&bytes);
    }
}
