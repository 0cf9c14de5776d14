//! A tree file: the cover of one tree, encrypted under a state key that encrypts nothing else.
//!
//! ```text
//! offset bytes field
//!   0      8   magic            "AKTFKTB1"
//!   8      2   suite            0x0001
//!  10      1   chunk_log2       16
//!  11      1   zero
//!  12     20   tree             vault 16 || year 2 || generation 2
//!  32      8   blob generation  the epoch that wrote the file
//!  40      8   payload bytes
//!  48     16   zero
//!  64     ..   chunks           64 KiB of payload each, the last one shorter, each followed by its tag of 16 bytes
//!
//! chunk   = AES-256-GCM(S, nonce = 0x00^7 || be32(i) || last, aad = bytes 0..64 || be32(i) || last || be32(length))
//! payload = LEB128(nodes) || nodes || public digest 32
//! node    = depth u8 || the first ceil(depth/8) bytes of the prefix || key 32        ascending, disjoint
//! ```
//! Integers are big-endian. The public digest is the one of [`Cover::public_digest`]. A tree whose last leaf was destroyed has no nodes.

use ring::aead;
use zeroize::Zeroizing;

use crate::keys::SUITE;
use crate::keys::cover::Cover;
use crate::keys::forest::NodeAddress;
use crate::keys::secret::{FreshKey, SECRET_BYTES, Secret, UsedKey};
use crate::keys::tree::TreeId;
use crate::limits::KEY_TREE_NODES_MAX;

/// Why bytes are not what was written. The caller adds the name of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Damage(pub(crate) &'static str);

const MAGIC: &[u8; 8] = b"AKTFKTB1";
const SUITE_AT: usize = 8;
const CHUNK_LOG2_AT: usize = 10;
const TREE_AT: usize = 12;
const BLOB_GENERATION_AT: usize = 32;
const PAYLOAD_BYTES_AT: usize = 40;
const HEADER_BYTES: usize = 64;

const CHUNK_LOG2: u8 = 16;
const CHUNK_BYTES: usize = 1 << CHUNK_LOG2;
const TAG_BYTES: usize = 16;
const DIGEST_BYTES: usize = 32;
/// Bytes that the node count may take: 5 x 7 bits hold every count that the bound allows.
const COUNT_BYTES_MAX: usize = 5;
const AAD_BYTES: usize = HEADER_BYTES + 4 + 1 + 4;

const _: () = assert!((KEY_TREE_NODES_MAX as u64) < 1 << (7 * COUNT_BYTES_MAX), "the node count must fit into its field");

/// Encrypts a cover. The state key is used up and comes back in the form that can only open.
pub(crate) fn seal(tree: TreeId, blob_generation: u64, cover: &Cover, key: FreshKey) -> (UsedKey, Vec<u8>) {
    let payload = encode_payload(cover);
    let header = header(tree, blob_generation, payload.len() as u64);
    key.seal_once(|key| {
        let key = aead_key(key);
        let chunks = chunk_count(payload.len());
        let mut file = Vec::with_capacity(HEADER_BYTES + payload.len() + chunks * TAG_BYTES);
        file.extend_from_slice(&header);
        for index in 0..chunks {
            let start = index * CHUNK_BYTES;
            let plain = &payload[start..payload.len().min(start + CHUNK_BYTES)];
            let mut chunk = Zeroizing::new(plain.to_vec());
            let (nonce, aad) = place(&header, index, index + 1 == chunks, plain.len());
            let tag = key.seal_in_place_separate_tag(nonce, aead::Aad::from(aad), &mut chunk);
            file.extend_from_slice(&chunk);
            file.extend_from_slice(tag.expect("a chunk must be far below the length limit of AES-GCM").as_ref());
        }
        file
    })
}

/// The bytes of a tree file before anything about them is known.
pub(crate) struct UncheckedBlob<'a>(pub(crate) &'a [u8]);

impl UncheckedBlob<'_> {
    /// Decrypts the file, which must be the one that `blob_generation` wrote for `tree` under `key`.
    pub(crate) fn open(&self, tree: TreeId, blob_generation: u64, key: &UsedKey) -> Result<Cover, Damage> {
        let (head, body) = self.0.split_at_checked(HEADER_BYTES).ok_or(Damage("shorter than its header"))?;
        let payload_bytes = payload_bytes(head, body.len())?;
        let header = header(tree, blob_generation, payload_bytes as u64);
        if head != header {
            return Err(Damage("its header belongs to another tree or generation"));
        }
        let key = aead_key(key.secret());
        let chunks = chunk_count(payload_bytes);
        let mut payload = Zeroizing::new(Vec::with_capacity(payload_bytes));
        for (index, sealed) in body.chunks(CHUNK_BYTES + TAG_BYTES).enumerate() {
            let plain_bytes = sealed.len().saturating_sub(TAG_BYTES);
            let (nonce, aad) = place(&header, index, index + 1 == chunks, plain_bytes);
            let mut chunk = Zeroizing::new(sealed.to_vec());
            let plain = key.open_in_place(nonce, aead::Aad::from(aad), &mut chunk).map_err(|_| Damage("a chunk fails its tag"))?;
            payload.extend_from_slice(plain);
        }
        decode_payload(&payload)
    }
}

/// The payload's length as the header states it, if the body has exactly the length that follows from it.
fn payload_bytes(head: &[u8], body_bytes: usize) -> Result<usize, Damage> {
    let mut field = [0; 8];
    field.copy_from_slice(&head[PAYLOAD_BYTES_AT..PAYLOAD_BYTES_AT + 8]);
    let payload_bytes = usize::try_from(u64::from_be_bytes(field)).map_err(|_| Damage("impossible length"))?;
    let expected = chunk_count(payload_bytes).checked_mul(TAG_BYTES).and_then(|tags| tags.checked_add(payload_bytes));
    if expected == Some(body_bytes) { Ok(payload_bytes) } else { Err(Damage("its length does not fit its header")) }
}

fn header(tree: TreeId, blob_generation: u64, payload_bytes: u64) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    header[..8].copy_from_slice(MAGIC);
    header[SUITE_AT..SUITE_AT + 2].copy_from_slice(&SUITE.to_be_bytes());
    header[CHUNK_LOG2_AT] = CHUNK_LOG2;
    header[TREE_AT..TREE_AT + TreeId::BYTES].copy_from_slice(&tree.to_bytes());
    header[BLOB_GENERATION_AT..BLOB_GENERATION_AT + 8].copy_from_slice(&blob_generation.to_be_bytes());
    header[PAYLOAD_BYTES_AT..PAYLOAD_BYTES_AT + 8].copy_from_slice(&payload_bytes.to_be_bytes());
    header
}

fn chunk_count(payload_bytes: usize) -> usize {
    payload_bytes.div_ceil(CHUNK_BYTES).max(1)
}

/// Nonce and associated data of one chunk. A payload has far fewer than 2^32 chunks: its nodes are bounded.
fn place(header: &[u8; HEADER_BYTES], index: usize, last: bool, plain_bytes: usize) -> (aead::Nonce, [u8; AAD_BYTES]) {
    let number = (index as u32).to_be_bytes();
    let mut nonce = [0; aead::NONCE_LEN];
    nonce[7..11].copy_from_slice(&number);
    nonce[11] = u8::from(last);
    let mut aad = [0; AAD_BYTES];
    aad[..HEADER_BYTES].copy_from_slice(header);
    aad[HEADER_BYTES..HEADER_BYTES + 4].copy_from_slice(&number);
    aad[HEADER_BYTES + 4] = u8::from(last);
    aad[HEADER_BYTES + 5..].copy_from_slice(&(plain_bytes as u32).to_be_bytes());
    (aead::Nonce::assume_unique_for_key(nonce), aad)
}

/// The AES-256-GCM key for a secret of the keyring.
pub(crate) fn aead_key(key: &Secret) -> aead::LessSafeKey {
    let unbound = aead::UnboundKey::new(&aead::AES_256_GCM, key.bytes());
    aead::LessSafeKey::new(unbound.expect("32 bytes must be an AES-256 key"))
}

fn encode_payload(cover: &Cover) -> Zeroizing<Vec<u8>> {
    let node_bytes = |node: &NodeAddress| 1 + prefix_bytes(node.depth()) + SECRET_BYTES;
    let bytes = COUNT_BYTES_MAX + cover.nodes().iter().map(node_bytes).sum::<usize>() + DIGEST_BYTES;
    // Sized in one go: a buffer that grows leaves unwiped copies behind.
    let mut payload = Zeroizing::new(Vec::with_capacity(bytes));
    let mut count = cover.nodes().len();
    while count >= 0x80 {
        payload.push((count & 0x7f) as u8 | 0x80);
        count >>= 7;
    }
    payload.push(count as u8);
    for (node, key) in cover.iter() {
        payload.push(node.depth());
        payload.extend_from_slice(&node.prefix().to_be_bytes()[..prefix_bytes(node.depth())]);
        payload.extend_from_slice(key);
    }
    payload.extend_from_slice(cover.public_digest().as_bytes());
    payload
}

fn decode_payload(payload: &[u8]) -> Result<Cover, Damage> {
    let (nodes, mut rest) = decode_count(payload)?;
    // The count is authenticated, but a bound that holds anyway is one thing less to trust.
    let mut cover = Cover::with_capacity(nodes.min(payload.len() / SECRET_BYTES));
    for _ in 0..nodes {
        let (node, key, behind) = decode_node(rest).ok_or(Damage("a node is malformed"))?;
        if !cover.push_checked(node, key) {
            return Err(Damage("its nodes overlap or are out of order"));
        }
        rest = behind;
    }
    if rest == cover.public_digest().as_bytes() { Ok(cover) } else { Err(Damage("its digest does not fit its nodes")) }
}

/// The node count in the shortest LEB128 form, and what follows it.
fn decode_count(payload: &[u8]) -> Result<(usize, &[u8]), Damage> {
    let malformed = Damage("its node count is malformed");
    let mut count = 0_u64;
    for (position, byte) in payload.iter().take(COUNT_BYTES_MAX).enumerate() {
        count |= u64::from(byte & 0x7f) << (7 * position);
        if byte & 0x80 == 0 {
            let shortest = *byte != 0 || position == 0;
            let count = usize::try_from(count).ok().filter(|count| shortest && *count <= KEY_TREE_NODES_MAX).ok_or(malformed)?;
            return Ok((count, &payload[position + 1..]));
        }
    }
    Err(malformed)
}

fn decode_node(bytes: &[u8]) -> Option<(NodeAddress, &[u8; SECRET_BYTES], &[u8])> {
    let (&depth, rest) = bytes.split_first()?;
    let (significant, rest) = rest.split_at_checked(prefix_bytes(depth))?;
    let mut prefix = [0; 8];
    prefix.get_mut(..significant.len())?.copy_from_slice(significant);
    let (key, rest) = rest.split_first_chunk()?;
    Some((NodeAddress::new(u64::from_be_bytes(prefix), depth)?, key, rest))
}

fn prefix_bytes(depth: u8) -> usize {
    usize::from(depth.div_ceil(8))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{CaseNumber, VaultId};

    fn tree() -> TreeId {
        TreeId::cases(VaultId([3; 16]), 2026)
    }

    fn cover(punctures: u64) -> Cover {
        let dead: Vec<_> = (0..punctures).map(|number| NodeAddress::of_case(CaseNumber::new(number * 37).unwrap())).collect();
        Cover::of_root(&Secret::from_bytes(&[5; 32])).puncture(&dead)
    }

    fn same(left: &Cover, right: &Cover) -> bool {
        left.nodes() == right.nodes() && left.iter().zip(right.iter()).all(|(left, right)| left == right)
    }

    #[test]
    fn a_cover_survives_its_file_at_every_size() {
        for punctures in [0, 1, 5, 400, 2000] {
            let cover = cover(punctures);
            let (key, file) = seal(tree(), 9, &cover, FreshKey::random());
            let opened = UncheckedBlob(&file).open(tree(), 9, &key).unwrap();
            assert!(same(&cover, &opened), "{punctures} punctures, {} bytes", file.len());
        }
        let nothing_left = cover(0).puncture(&[NodeAddress::ROOT]);
        let (key, file) = seal(tree(), 9, &nothing_left, FreshKey::random());
        assert!(same(&nothing_left, &UncheckedBlob(&file).open(tree(), 9, &key).unwrap()));
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let (key, file) = seal(tree(), 9, &cover(1), FreshKey::random());
        for at in 0..file.len() {
            for bit in 0..8 {
                let mut flipped = file.clone();
                flipped[at] ^= 1 << bit;
                assert!(UncheckedBlob(&flipped).open(tree(), 9, &key).is_err(), "byte {at} bit {bit}");
            }
        }
    }

    #[test]
    fn a_file_opens_only_as_what_it_is() {
        let (key, file) = seal(tree(), 9, &cover(2), FreshKey::random());
        let opens = |file: &[u8], tree, generation, key: &UsedKey| UncheckedBlob(file).open(tree, generation, key).is_ok();
        assert!(opens(&file, tree(), 9, &key));
        assert!(!opens(&file, tree(), 8, &key));
        assert!(!opens(&file, TreeId::actors(VaultId([3; 16]), 2026), 9, &key));
        assert!(!opens(&file, tree(), 9, &UsedKey::from_bytes(&[1; 32])));
        assert!(!opens(&[file.as_slice(), &[0]].concat(), tree(), 9, &key));
        for length in [0, 1, 63, 64, 79, file.len() - 1] {
            assert!(!opens(&file[..length], tree(), 9, &key));
        }
    }

    #[test]
    fn chunks_cannot_be_swapped() {
        let (key, file) = seal(tree(), 9, &cover(2000), FreshKey::random());
        let sealed_chunk_bytes = CHUNK_BYTES + TAG_BYTES;
        assert!(file.len() > HEADER_BYTES + 2 * sealed_chunk_bytes, "the cover must fill more than two chunks");
        let mut swapped = file.clone();
        let (first, second) = swapped[HEADER_BYTES..].split_at_mut(sealed_chunk_bytes);
        first.swap_with_slice(&mut second[..sealed_chunk_bytes]);
        assert!(UncheckedBlob(&swapped).open(tree(), 9, &key).is_err());
    }

    #[test]
    fn a_count_has_one_spelling() {
        assert_eq!(decode_count(&[0]).map(|(count, _)| count), Ok(0));
        assert_eq!(decode_count(&[0xff, 0x01]).map(|(count, _)| count), Ok(255));
        for bad in [&[][..], &[0x80], &[0x80, 0], &[0xff, 0xff, 0xff, 0xff, 0x7f], &[0x80, 0x80, 0x80, 0x80, 0x80, 1]] {
            assert!(decode_count(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_payloads_are_errors_or_canonical(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(cover) = decode_payload(&bytes) {
                let encoded = encode_payload(&cover);
                prop_assert_eq!(encoded.as_slice(), bytes.as_slice());
            }
            prop_assert!(UncheckedBlob(&bytes).open(tree(), 1, &UsedKey::from_bytes(&[1; 32])).is_err());
        }
    }
}
