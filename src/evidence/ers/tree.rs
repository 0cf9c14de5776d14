//! Hash trees (RFC 4998 section 4.2): a node is the hash of its children's values, sorted and joined.

use crate::evidence::algorithm::HashAlgorithm;

/// A binary tree over hash values. The leaves are sorted, so that nothing can be read off their places.
#[derive(Debug, Clone)]
pub struct HashTree {
    /// Leaves first, the root last. The last node of an odd level goes up as it is.
    levels: Vec<Vec<Vec<u8>>>,
    hash: HashAlgorithm,
}

/// The lists from a leaf to the root: reducedHashtree. The first has the leaf and its sibling, each other one the sibling on the way.
pub type TreePath = Vec<Vec<Vec<u8>>>;

impl HashTree {
    /// The tree over `leaves`. `filler` is one more leaf if there is only one, so that the first list has two members: any value that nobody
    /// can take for the hash of something, which 32 random bytes are.
    ///
    /// # Panics
    /// Without leaves, or if a leaf is no value of the hash.
    pub fn new(hash: HashAlgorithm, mut leaves: Vec<Vec<u8>>, filler: &[u8]) -> Self {
        leaves.sort_unstable();
        leaves.dedup();
        if leaves.len() == 1 {
            leaves.push(hash.hash(filler));
            leaves.sort_unstable();
        }
        assert!(!leaves.is_empty() && leaves.iter().all(|leaf| leaf.len() == hash.bytes()), "leaves are values of the hash");
        let mut levels = vec![leaves];
        while let Some(level) = levels.last().filter(|level| level.len() > 1) {
            let next = level.chunks(2).map(|children| group(hash, children.to_vec())).collect();
            levels.push(next);
        }
        Self { levels, hash }
    }

    /// What is stamped.
    pub fn root(&self) -> &[u8] {
        self.levels.last().and_then(|level| level.first()).expect("a tree has a root")
    }

    /// The hash that it is made with.
    pub fn hash(&self) -> HashAlgorithm {
        self.hash
    }

    /// The lists for one leaf, or `None` if it is not in the tree.
    pub fn path(&self, leaf: &[u8]) -> Option<TreePath> {
        let (leaves, inner) = self.levels.split_first()?;
        let mut at = leaves.binary_search_by(|candidate| candidate.as_slice().cmp(leaf)).ok()?;
        let mut lists: TreePath = Vec::new();
        for level in std::iter::once(leaves).chain(inner) {
            if let Some(sibling) = level.get(at ^ 1) {
                if lists.is_empty() {
                    lists.push(vec![leaf.to_vec(), sibling.clone()]);
                } else {
                    lists.push(vec![sibling.clone()]);
                }
            }
            at /= 2;
        }
        Some(lists)
    }
}

/// The value of a list: a single member as it is, several sorted, joined and hashed.
pub fn group(hash: HashAlgorithm, mut members: Vec<Vec<u8>>) -> Vec<u8> {
    match members.as_mut_slice() {
        [single] => std::mem::take(single),
        members => {
            members.sort_unstable();
            hash.hash(&members.concat())
        }
    }
}

/// The root that the lists lead to, if the first has `leaf` in it. Without lists the leaf is the root.
pub fn root_of(hash: HashAlgorithm, leaf: &[u8], lists: &[Vec<&[u8]>]) -> Option<Vec<u8>> {
    let Some(first) = lists.first() else { return Some(leaf.to_vec()) };
    // Values of another length could be joined so that they look like others.
    if !first.contains(&leaf) || lists.iter().flatten().any(|member| member.len() != hash.bytes()) {
        return None;
    }
    let mut current = None;
    for list in lists {
        current = Some(group(hash, list.iter().map(|member| member.to_vec()).chain(current).collect()));
    }
    current
}
