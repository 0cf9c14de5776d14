//! What is still derivable in one tree: a set of disjoint nodes and their keys, and how destroying shrinks it.
//!
//! Before the first destruction the cover is the root alone. Puncturing replaces each node that contains something dead by the maximal
//! subtrees around it. The result depends only on what was destroyed, not on the order, and never needs merging: siblings that die one
//! after the other simply disappear. Between two stored nodes lies what can never be derived again.

use ring::digest;

use crate::keys::KeyError;
use crate::keys::forest::{CaseNode, Leaf, NodeAddress, TREE_DEPTH, child, descend};
use crate::keys::secret::{SECRET_BYTES, Secret, SecretList};
use crate::model::{CaseNumber, Digest};

/// The derivable part of one tree: nodes in ascending order, no two overlapping, each with its key.
pub(crate) struct Cover {
    nodes: Vec<NodeAddress>,
    keys: SecretList,
}

impl Cover {
    /// A new tree with a random root, everything derivable.
    pub(crate) fn random() -> Self {
        Self::of_root(&Secret::random())
    }

    /// The tree with the given root, everything derivable.
    pub(crate) fn of_root(root: &Secret) -> Self {
        let mut cover = Self::with_capacity(1);
        cover.push(NodeAddress::ROOT, root);
        cover
    }

    /// An empty cover with room for `nodes`.
    pub(crate) fn with_capacity(nodes: usize) -> Self {
        Self { nodes: Vec::with_capacity(nodes), keys: SecretList::with_capacity(nodes) }
    }

    /// Appends a node from stored bytes. `false`, and nothing appended, unless it lies wholly behind the last one.
    pub(crate) fn push_checked(&mut self, node: NodeAddress, key: &[u8; SECRET_BYTES]) -> bool {
        let behind = self.nodes.last().is_none_or(|last| last.last() < node.first());
        if behind {
            self.nodes.push(node);
            self.keys.push(key);
        }
        behind
    }

    fn push(&mut self, node: NodeAddress, key: &Secret) {
        let behind = self.push_checked(node, key.bytes());
        debug_assert!(behind, "nodes must be produced in ascending order");
    }

    /// The stored nodes, in ascending order.
    pub(crate) fn nodes(&self) -> &[NodeAddress] {
        &self.nodes
    }

    /// Nodes with their keys, in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (NodeAddress, &[u8; SECRET_BYTES])> {
        self.nodes.iter().copied().zip(self.keys.iter())
    }

    /// The key of a node, if one stored node covers all of it.
    fn node(&self, target: NodeAddress) -> Option<Secret> {
        let (index, stored) = self.stored_around(target)?;
        let key = Secret::from_bytes(self.keys.get(index)?);
        Some(descend(&key, stored.depth(), target))
    }

    /// The one stored node that covers all of `target`.
    fn stored_around(&self, target: NodeAddress) -> Option<(usize, NodeAddress)> {
        let behind = self.nodes.partition_point(|node| node.first() <= target.first());
        let index = behind.checked_sub(1)?;
        let stored = self.nodes.get(index).filter(|stored| stored.covers(&target))?;
        Some((index, *stored))
    }

    /// Whether a stored node covers the leaf at `address`.
    pub(crate) fn covers(&self, address: u64) -> bool {
        self.stored_around(NodeAddress::leaf(address)).is_some()
    }

    /// The leaf at `address`.
    pub(crate) fn leaf(&self, address: u64) -> Result<Leaf, KeyError> {
        self.node(NodeAddress::leaf(address)).map(Leaf::from).ok_or(KeyError::Destroyed { address })
    }

    /// Everything derivable below one case.
    pub(crate) fn case_node(&self, case: CaseNumber) -> Result<CaseNode, KeyError> {
        let target = NodeAddress::of_case(case);
        if let Some(key) = self.node(target) {
            return Ok(CaseNode::whole(case, &key));
        }
        let mut left = Self::with_capacity(0);
        let first = self.nodes.partition_point(|node| node.first() < target.first());
        for (node, key) in self.iter().skip(first).take_while(|(node, _)| target.covers(node)) {
            left.push_checked(node, key);
        }
        if left.nodes.is_empty() { Err(KeyError::Destroyed { address: target.first() }) } else { Ok(CaseNode::punctured(case, left)) }
    }

    /// The cover after everything below `dead` is gone. Pure: this cover stays as it is, so that a failed destruction changes nothing.
    /// What was dead before may be named again.
    pub(crate) fn puncture(&self, dead: &[NodeAddress]) -> Self {
        let dead = disjoint(dead);
        let mut after = Self::with_capacity(self.nodes.len() + dead.len() * usize::from(TREE_DEPTH));
        for (node, key) in self.iter() {
            let first = dead.partition_point(|hole| hole.last() < node.first());
            let behind = dead.partition_point(|hole| hole.first() <= node.last());
            keep_around(node, &Secret::from_bytes(key), &dead[first..behind.max(first)], &mut after);
        }
        after
    }

    /// SHA-256 over the node list without keys, (depth u8 || the first ceil(depth/8) bytes of the prefix) in ascending order: says what is
    /// still derivable without helping anybody to derive it.
    pub(crate) fn public_digest(&self) -> Digest {
        let mut context = digest::Context::new(&digest::SHA256);
        for node in &self.nodes {
            context.update(&[node.depth()]);
            context.update(&node.prefix().to_be_bytes()[..usize::from(node.depth().div_ceil(8))]);
        }
        let mut bytes = [0; Digest::BYTES];
        bytes.copy_from_slice(context.finish().as_ref());
        Digest(bytes)
    }

    /// Invariant of a destruction, checked before it becomes durable, by another route than [`Cover::puncture`]: what `self` derives is
    /// exactly what `before` derived less `dead`, and each key is the one that `before` derives for that node.
    pub(crate) fn is_puncture_of(&self, before: &Self, dead: &[NodeAddress]) -> bool {
        let expected = subtract(&ranges(&before.nodes), &ranges(&disjoint(dead)));
        let same_keys = self.iter().all(|(node, key)| before.node(node).is_some_and(|expected| expected.bytes() == key));
        ranges(&self.nodes) == expected && same_keys
    }
}

/// Appends the maximal subtrees of `node` that contain nothing of `dead`, which is sorted, disjoint, and overlaps `node` entirely.
fn keep_around(node: NodeAddress, key: &Secret, dead: &[NodeAddress], after: &mut Cover) {
    let Some(first_dead) = dead.first() else {
        after.push(node, key);
        return;
    };
    if first_dead.covers(&node) {
        return;
    }
    // A leaf that overlaps something dead is covered by it, so there are children here.
    let Some(children) = node.children() else { return };
    let split = dead.partition_point(|hole| hole.first() < children[1].first());
    let (left, right) = dead.split_at(split);
    for (bit, (half, holes)) in (0_u8..).zip(children.into_iter().zip([left, right])) {
        keep_around(half, &child(key, half.depth(), bit), holes, after);
    }
}

/// The nodes in ascending order without those that lie inside another one.
fn disjoint(nodes: &[NodeAddress]) -> Vec<NodeAddress> {
    let mut sorted = nodes.to_vec();
    // Ascending by first address, larger subtrees first, so that a node stands behind whatever contains it.
    sorted.sort_unstable();
    let mut kept: Vec<NodeAddress> = Vec::with_capacity(sorted.len());
    for node in sorted {
        if !kept.last().is_some_and(|last| last.covers(&node)) {
            kept.push(node);
        }
    }
    kept
}

/// The addresses below the nodes as closed ranges, neighbours joined.
fn ranges(nodes: &[NodeAddress]) -> Vec<(u64, u64)> {
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for node in nodes {
        match joined.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(node.first()) => *last = node.last(),
            _ => joined.push((node.first(), node.last())),
        }
    }
    joined
}

/// `whole` less `holes`; both ascending and disjoint.
fn subtract(whole: &[(u64, u64)], holes: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut rest = Vec::new();
    for &(mut first, last) in whole {
        let mut used_up = false;
        let start = holes.partition_point(|hole| hole.1 < first);
        for &(hole_first, hole_last) in holes[start..].iter().take_while(|hole| hole.0 <= last) {
            if first < hole_first {
                rest.push((first, hole_first - 1));
            }
            used_up = hole_last >= last;
            first = hole_last.saturating_add(1);
        }
        if !used_up {
            rest.push((first, last));
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Address, DocumentNumber};

    fn tree() -> Cover {
        Cover::of_root(&Secret::from_bytes(&[5; 32]))
    }

    fn case(number: u64) -> NodeAddress {
        NodeAddress::of_case(CaseNumber::new(number).unwrap())
    }

    fn document(case: u64, document: u32) -> NodeAddress {
        let address = Address { case: CaseNumber::new(case).unwrap(), document: DocumentNumber::new(document).unwrap() };
        NodeAddress::of_document(address)
    }

    #[test]
    fn one_hole_leaves_a_sibling_on_every_level() {
        let whole = tree();
        let without_document = whole.puncture(&[document(6, 3)]);
        assert_eq!(without_document.nodes().len(), 64);
        let without_case = without_document.puncture(&[case(6)]);
        assert_eq!(without_case.nodes().len(), 40, "what was stored inside the case is dropped with it");
        let without_neighbours = without_case.puncture(&[case(7)]);
        assert_eq!(without_neighbours.nodes().len(), 39, "the sibling disappears and nothing takes its place");
        assert_eq!(without_neighbours.puncture(&[NodeAddress::ROOT]).nodes().len(), 0);
    }

    #[test]
    fn live_leaves_keep_their_value_and_dead_ones_are_gone() {
        let whole = tree();
        let dead = [case(2), document(5, 0), document(5, 1), document(9, 77)];
        let after = whole.puncture(&dead);
        for case in 0..12 {
            for number in [0, 1, 2, 76, 77, 78, DocumentNumber::CASE_ITSELF.get()] {
                let node = document(case, number);
                let was_destroyed = dead.iter().any(|hole| hole.covers(&node));
                match after.leaf(node.prefix()) {
                    Ok(leaf) => assert!(!was_destroyed && leaf.bytes() == whole.leaf(node.prefix()).unwrap().bytes()),
                    Err(error) => assert!(was_destroyed && matches!(error, KeyError::Destroyed { .. })),
                }
            }
        }
    }

    #[test]
    fn a_case_node_derives_the_same_leaves_whole_or_punctured() {
        let whole = tree();
        let after = whole.puncture(&[document(5, 1), case(6)]);
        let number = CaseNumber::new(5).unwrap();
        for (cover, destroyed) in [(&whole, None), (&after, Some(1))] {
            let node = cover.case_node(number).unwrap();
            for document in 0..4 {
                let leaf = node.document(DocumentNumber::new(document).unwrap());
                match leaf {
                    Ok(leaf) => assert!(leaf.bytes() == whole.leaf(5 << 24 | u64::from(document)).unwrap().bytes()),
                    Err(_) => assert_eq!(destroyed, Some(document)),
                }
            }
        }
        assert!(after.case_node(CaseNumber::new(6).unwrap()).is_err());
    }

    #[test]
    fn order_and_repetition_do_not_matter() {
        let whole = tree();
        let together = whole.puncture(&[case(1), document(3, 4), case(8), case(1), document(8, 1)]);
        let one_by_one = whole.puncture(&[case(8)]).puncture(&[document(3, 4)]).puncture(&[case(1)]).puncture(&[case(8)]);
        assert_eq!(together.nodes(), one_by_one.nodes());
        assert!(together.iter().zip(one_by_one.iter()).all(|(left, right)| left == right));
        assert_eq!(together.public_digest(), one_by_one.public_digest());
        assert_ne!(together.public_digest(), whole.public_digest());
    }

    #[test]
    fn the_invariant_notices_a_hole_too_many_too_few_and_a_wrong_key() {
        let whole = tree();
        let after = whole.puncture(&[case(4)]);
        assert!(after.is_puncture_of(&whole, &[case(4)]));
        assert!(!after.is_puncture_of(&whole, &[case(5)]));
        assert!(!whole.is_puncture_of(&whole, &[case(4)]));
        assert!(!after.puncture(&[case(5)]).is_puncture_of(&whole, &[case(4)]));
        let other_keys = Cover::of_root(&Secret::from_bytes(&[6; 32])).puncture(&[case(4)]);
        assert!(!other_keys.is_puncture_of(&whole, &[case(4)]));
    }

    #[test]
    fn stored_nodes_must_ascend_without_overlap() {
        let mut cover = Cover::with_capacity(0);
        assert!(cover.push_checked(case(4), &[1; 32]));
        for overlapping in [case(4), document(4, 0), document(4, 9), case(3), NodeAddress::ROOT] {
            assert!(!cover.push_checked(overlapping, &[1; 32]));
        }
        assert!(cover.push_checked(case(5), &[1; 32]));
    }

    /// Nodes crowded into a corner of the tree, so that random ones are often neighbours or nested.
    fn any_node() -> impl Strategy<Value = NodeAddress> {
        (0..64_u64, 58..=64_u8).prop_map(|(low, depth)| NodeAddress::new(low >> (64 - depth) << (64 - depth), depth).unwrap())
    }

    proptest! {
        #[test]
        fn cover_and_holes_tile_the_tree(batches in prop::collection::vec(prop::collection::vec(any_node(), 0..6), 1..6)) {
            let mut cover = tree();
            let mut dead = Vec::new();
            for batch in batches {
                let after = cover.puncture(&batch);
                prop_assert!(after.is_puncture_of(&cover, &batch));
                cover = after;
                dead.extend(batch);
            }
            prop_assert!(cover.is_puncture_of(&tree(), &dead));
            for address in 0..80 {
                let is_dead = dead.iter().any(|hole| hole.covers(&NodeAddress::leaf(address)));
                prop_assert_eq!(cover.leaf(address).is_err(), is_dead);
            }
        }
    }
}
