//! Derivation in one tree: the puncturable pseudo-random function of Goldreich, Goldwasser and Micali (GGM) over HMAC-SHA-256.
//!
//! ```text
//! child(K, depth, bit) = HMAC-SHA-256(K, "AKTF-GGM1" || suite u16 || depth u8 || bit u8)      depth of the child, 1..=64
//! address              = 64 bits, most significant first; in a tree of cases: case (40) || document (24)
//! leaf                 = the node at depth 64
//! ```
//! `design/security.md` section 1.4 has the argument; the label is this project's own.

use std::sync::{Mutex, PoisonError};

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::keys::cover::Cover;
use crate::keys::secret::{SECRET_BYTES, Secret};
use crate::keys::{KeyError, SUITE};
use crate::model::{Address, CaseNumber, DocumentNumber};

/// Levels of a tree.
pub(crate) const TREE_DEPTH: u8 = 64;
/// Level of the node that covers one case.
pub(crate) const CASE_DEPTH: u8 = CaseNumber::BITS as u8;

const _: () = assert!(CaseNumber::BITS + DocumentNumber::BITS == TREE_DEPTH as u32, "an address is exactly one path through the tree");

/// The key at the bottom of the tree: what a document's, a person's or a vault's keys are derived from.
///
/// Wiped when dropped. Deliberately without `Debug`, `Clone` and serialisation.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Leaf([u8; SECRET_BYTES]);

impl Leaf {
    /// The key bytes, for a key derivation function and nothing else.
    pub(crate) fn bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    #[cfg(test)]
    pub(crate) fn from_bytes(bytes: &[u8; SECRET_BYTES]) -> Self {
        Self(*bytes)
    }
}

/// A position in a tree: the subtree of all addresses that begin with `depth` given bits. Depth 0 is the whole tree, 64 one leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeAddress {
    prefix: u64,
    depth: u8,
}

impl NodeAddress {
    /// The whole tree.
    pub const ROOT: Self = Self { prefix: 0, depth: 0 };

    /// The node whose addresses begin with the upper `depth` bits of `prefix`; `None` for more than 64 bits or if a lower bit is set.
    pub fn new(prefix: u64, depth: u8) -> Option<Self> {
        let node = Self { prefix, depth };
        (depth <= TREE_DEPTH && prefix & node.mask() == 0).then_some(node)
    }

    /// The node that covers a case with all its documents.
    pub fn of_case(case: CaseNumber) -> Self {
        Self { prefix: case.get() << DocumentNumber::BITS, depth: CASE_DEPTH }
    }

    /// The leaf of one document.
    pub fn of_document(address: Address) -> Self {
        Self::leaf(address.to_u64())
    }

    /// The leaf with this address.
    pub fn leaf(address: u64) -> Self {
        Self { prefix: address, depth: TREE_DEPTH }
    }

    /// The fixed upper bits, in place.
    pub fn prefix(&self) -> u64 {
        self.prefix
    }

    /// How many bits are fixed.
    pub fn depth(&self) -> u8 {
        self.depth
    }

    /// The smallest address below this node.
    pub(crate) fn first(&self) -> u64 {
        self.prefix
    }

    /// The largest address below this node.
    pub(crate) fn last(&self) -> u64 {
        self.prefix | self.mask()
    }

    /// Whether every address below `other` lies below this node too.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.depth <= other.depth && other.prefix & !self.mask() == self.prefix
    }

    /// The two halves, or `None` for a leaf.
    pub(crate) fn children(&self) -> Option<[Self; 2]> {
        let depth = self.depth + 1;
        (depth <= TREE_DEPTH).then(|| {
            let bit = 1_u64 << (TREE_DEPTH - depth);
            [Self { prefix: self.prefix, depth }, Self { prefix: self.prefix | bit, depth }]
        })
    }

    /// The bits that are free below this node.
    fn mask(&self) -> u64 {
        u64::MAX.checked_shr(u32::from(self.depth)).unwrap_or(0)
    }
}

/// One step down: the key of the child at `depth` on side `bit`.
pub(crate) fn child(key: &Secret, depth: u8, bit: u8) -> Secret {
    let [suite_high, suite_low] = SUITE.to_be_bytes();
    key.hmac(&[b'A', b'K', b'T', b'F', b'-', b'G', b'G', b'M', b'1', suite_high, suite_low, depth, bit])
}

/// The key of the node `target`, given the key of its ancestor at depth `from`.
pub(crate) fn descend(key: &Secret, from: u8, target: NodeAddress) -> Secret {
    let mut key = Secret::from_bytes(key.bytes());
    for depth in from + 1..=target.depth {
        let bit = (target.prefix >> (TREE_DEPTH - depth) & 1) as u8;
        key = child(&key, depth, bit);
    }
    key
}

/// The part of a key tree that covers one case, kept so that a document costs few steps instead of 64.
///
/// Usually one key; after single documents were destroyed, the keys of everything around them. A `CaseNode` that is kept across a
/// destruction still derives what was destroyed, so holders drop it when the keyring's epoch changes.
pub struct CaseNode {
    case: CaseNumber,
    cover: Cover,
    /// Present while the case is whole.
    path: Option<Mutex<Path>>,
}

impl CaseNode {
    /// The case below its one node: all of it is derivable.
    pub(crate) fn whole(case: CaseNumber, key: &Secret) -> Self {
        let path = Path::new(key);
        Self { case, cover: Cover::with_capacity(0), path: Some(Mutex::new(path)) }
    }

    /// The case of which `cover` is left.
    pub(crate) fn punctured(case: CaseNumber, cover: Cover) -> Self {
        Self { case, cover, path: None }
    }

    /// Which case.
    pub fn case(&self) -> CaseNumber {
        self.case
    }

    /// The key of one document of the case.
    ///
    /// # Errors
    /// [`KeyError::Destroyed`] if the document's key was destroyed.
    pub fn document(&self, document: DocumentNumber) -> Result<Leaf, KeyError> {
        let address = Address { case: self.case, document }.to_u64();
        match &self.path {
            Some(path) => Ok(path.lock().unwrap_or_else(PoisonError::into_inner).leaf(address)),
            None => self.cover.leaf(address),
        }
    }
}

/// The keys on the way to the document that was derived last. The documents of a case have numbers one after the other, so the next one
/// shares most of the way: two steps on average instead of 24.
struct Path {
    address: u64,
    /// The keys at depth 40, 41 ... of that way. Never grows beyond its capacity, so no unwiped copy stays behind.
    keys: Vec<Secret>,
}

impl Path {
    const KEYS_MAX: usize = (TREE_DEPTH - CASE_DEPTH) as usize + 1;

    fn new(case: &Secret) -> Self {
        let mut keys = Vec::with_capacity(Self::KEYS_MAX);
        keys.push(Secret::from_bytes(case.bytes()));
        Self { address: 0, keys }
    }

    /// The leaf at `address`, which lies below the case's node.
    fn leaf(&mut self, address: u64) -> Leaf {
        let shared_depth = (self.address ^ address).leading_zeros() as u8;
        self.keys.truncate(usize::from(shared_depth.saturating_sub(CASE_DEPTH)) + 1);
        self.address = address;
        let mut key = self.keys.pop().expect("the key of the case must stay in the path");
        for depth in CASE_DEPTH + self.keys.len() as u8 + 1..=TREE_DEPTH {
            let next = child(&key, depth, (address >> (TREE_DEPTH - depth) & 1) as u8);
            self.keys.push(std::mem::replace(&mut key, next));
        }
        let leaf = Leaf(*key.bytes());
        self.keys.push(key);
        leaf
    }
}

impl From<Secret> for Leaf {
    fn from(secret: Secret) -> Self {
        Self(*secret.bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_cover_what_begins_with_their_prefix() {
        let case = NodeAddress::of_case(CaseNumber::new(3).unwrap());
        let document = NodeAddress::leaf(3 << 24 | 5);
        let cases = [
            (NodeAddress::ROOT, document, true),
            (NodeAddress::ROOT, NodeAddress::ROOT, true),
            (case, document, true),
            (document, document, true),
            (document, case, false),
            (case, NodeAddress::leaf(4 << 24), false),
            (NodeAddress::leaf(u64::MAX), NodeAddress::leaf(u64::MAX), true),
        ];
        for (upper, lower, expected) in cases {
            assert_eq!(upper.covers(&lower), expected, "{upper:?} {lower:?}");
        }
        assert_eq!((case.first(), case.last()), (3 << 24, (4 << 24) - 1));
    }

    #[test]
    fn a_node_has_no_bits_below_its_depth() {
        assert!(NodeAddress::new(1 << 63, 1).is_some());
        assert_eq!(NodeAddress::new(1 << 62, 1), None);
        assert_eq!(NodeAddress::new(1, 0), None);
        assert_eq!(NodeAddress::new(0, 65), None);
        assert!(NodeAddress::new(u64::MAX, 64).is_some());
    }

    #[test]
    fn going_down_in_two_parts_gives_the_same_key() {
        let root = Secret::from_bytes(&[9; 32]);
        let target = NodeAddress::leaf(0x0123_4567_89ab_cdef);
        let middle = NodeAddress::new(target.prefix() & !0xff_ffff, CASE_DEPTH).unwrap();
        let halfway = descend(&root, 0, middle);
        assert!(descend(&root, 0, target).bytes() == descend(&halfway, CASE_DEPTH, target).bytes());
        assert!(child(&root, 1, 0).bytes() != child(&root, 1, 1).bytes());
        assert!(child(&root, 1, 0).bytes() != child(&root, 2, 0).bytes());
    }

    #[test]
    fn the_path_gives_what_going_down_from_the_case_gives() {
        let key = Secret::from_bytes(&[9; 32]);
        let case = CaseNumber::new(77).unwrap();
        let node = CaseNode::whole(case, &key);
        let numbers = (0..600).chain([0, 1, 1, DocumentNumber::CASE_ITSELF.get(), 0, 8_388_608, 8_388_607, DocumentNumber::MAX.get(), 5]);
        for number in numbers {
            let document = DocumentNumber::new(number).unwrap();
            let expected = descend(&key, CASE_DEPTH, NodeAddress::of_document(Address { case, document }));
            assert!(node.document(document).unwrap().bytes() == expected.bytes(), "document {number}");
        }
    }
}
