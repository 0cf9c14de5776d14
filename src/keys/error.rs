//! What can go wrong with keys. Every message about a file names it and says what an operator can do.

use std::io;

use crate::keys::tree::TreeId;

/// Why a key is not available or a key file not usable.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The path to this leaf was punctured: the answer for everything that a destruction order covered.
    #[error("the key at address {address:#018x} was destroyed")]
    Destroyed {
        /// The leaf, or the first leaf of the case.
        address: u64,
    },
    /// The tree is not in the keyring.
    #[error("the keyring has no tree {tree}; it is added when the vault is set up or the year begins")]
    NoTree {
        /// The tree that was asked for.
        tree: TreeId,
    },
    /// A stored tree id names a kind that this version does not know.
    #[error("generation {generation:#06x} names a kind of key tree that this version does not know")]
    TreeKind {
        /// The stored field.
        generation: u16,
    },
    /// A file that the keyring needs is not there.
    #[error("key file {file} is missing; restore it as it was last from its replica, it must not be created anew")]
    Missing {
        /// Path of the file.
        file: String,
    },
    /// A file is there but is not what was written.
    #[error("key file {file} is damaged ({what}); restore it as it was last from its replica, it is left as it is")]
    Damaged {
        /// Path of the file.
        file: String,
        /// What does not fit.
        what: &'static str,
    },
    /// Reading or writing failed.
    #[error("{action} key file {file} failed: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Path of the file.
        file: String,
        /// The system's answer.
        source: io::Error,
    },
    /// The root of trust holds no epoch: nothing was ever created here, or creation was interrupted before anything could be stored.
    #[error("the root of trust at {place} holds no epoch; create the keyring first (if it existed already, restore the root of trust)")]
    NotCreated {
        /// Where the root of trust lives.
        place: String,
    },
    /// Creation would overwrite keys.
    #[error("{place} already holds a keyring; nothing was changed")]
    AlreadyCreated {
        /// The directory or root of trust in question.
        place: String,
    },
    /// The two slots of the root of trust do not belong together.
    #[error("the root of trust at {place} holds epoch {current} and staged epoch {staged}; restore it from its replica")]
    SlotsDisagree {
        /// Where the root of trust lives.
        place: String,
        /// The current epoch.
        current: u64,
        /// The staged epoch.
        staged: u64,
    },
    /// One of several places does not hold the epoch that counts. Reading goes on; changes must wait, because a key counts as destroyed
    /// only when every place has overwritten it.
    #[error(
        "{place} does not hold the present keys ({what}); `aktenfest keys replicate` restores it, until then no key is added or destroyed"
    )]
    Degraded {
        /// The place.
        place: String,
        /// What is wrong with it.
        what: String,
    },
    /// Two places hold different keys under the same number: they were not written by the same archive, or one was changed alone.
    #[error(
        "{place} and {other} hold different keys for epoch {epoch}; find out which belongs to this archive and take the other one away"
    )]
    Forked {
        /// The first place.
        place: String,
        /// The second place.
        other: String,
        /// The number that both claim.
        epoch: u64,
    },
    /// A root of trust holds something else than this process put there.
    #[error(
        "the root of trust at {place} holds {found} instead of epoch {expected}; nothing was changed, restart to find out which counts"
    )]
    Moved {
        /// The root of trust.
        place: String,
        /// What was seen in it.
        found: String,
        /// The epoch that counts here.
        expected: u64,
    },
    /// Another process works with these keys.
    #[error("the keyring at {place} is in use by another process; stop the daemon first")]
    InUse {
        /// The directory.
        place: String,
    },
    /// A device answered that it cannot, or not in a form that makes sense.
    #[error("the root of trust at {place}: {what}")]
    Device {
        /// The device.
        place: String,
        /// What it said, and what can be done.
        what: String,
    },
    /// An earlier change of epoch ended without a known outcome.
    #[error("an earlier change of the keyring ended with unknown outcome; restart, the start decides which epoch holds")]
    Latched,
    /// A bound of `limits` would be exceeded.
    #[error("the keyring would exceed its bound of {bound} {what}")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// The bound.
        bound: usize,
    },
    /// The new state of a tree is not the old one less what was to be destroyed. Nothing was written.
    #[error("the new state of tree {tree} failed its invariant; nothing was changed, this is a fault in the program")]
    Invariant {
        /// The tree.
        tree: TreeId,
    },
}
