//! The ledger of one vault: an append-only Merkle log in the formats of C2SP, which other people's programs can check.
//!
//! Everything here is computed from its arguments. Invariants: bytes from outside are another type until they are checked; a value
//! has one spelling and every other one is refused; a hash that leaves [`TreeReader`] leads to a verified root; a root that leaves
//! [`LogState`] was computed three times; a [`LogSigner`] gives away only signatures that it has verified.
//!
//! Deliberately absent: storage, networks, clocks, randomness, and knowledge of what a case is or what a note leads to. Time-stamps and
//! evidence records over checkpoints are in `evidence`.

// The tree, its proofs, its tiles.
mod tree;

mod proof;
mod tile;

// Reading what nobody vouches for; appending.
mod bundle;
mod reader;

mod batch;
mod log;

// Notes, and what is written in them.
mod note;
mod vkey;

mod certificate;
mod checkpoint;
mod cosignature;
mod cosigner;
mod exported;
mod signer;

// Entries and what they hide.
mod access;
mod commitment;
mod entry;
mod event;
mod filed;
mod prepared;

// What leaves the house.
mod policy;
mod policy_file;
mod receipt;
mod witness;

mod text;

#[cfg(test)]
pub(crate) mod testing;

pub use access::{RecordedAccess, access_origin, access_year};
pub use batch::BatchProofs;
pub use bundle::{BundleError, encode_bundle, parse_bundle};
pub use certificate::{Certified, CertifiedError, certificate_key};
pub use checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint, UnverifiedCheckpoint};
pub use commitment::{ActorKey, COMMITMENT_KEY_BYTES, Commitment, Opening, Salt, SubjectKey};
pub use cosignature::{ed25519_cosignature_message, ml_dsa_44_cosignature_message};
pub use cosigner::Cosigner;
pub use entry::{Code, Entry, EntryError};
pub use event::EventCode;
pub use exported::{Exported, ExportedError, export_key};
pub use log::{AppendError, Appended, FullTile, LoadError, LogState};
pub use note::{GoodSignature, Note, NoteError, NoteSignature};
pub use policy::{TrustError, TrustPolicy, Trusted};
pub use policy_file::{PolicyError, PolicyProblem};
pub use prepared::{
    AnchorFinding, FiledNote, OpenedCase, PreparedEntry, RestoreReason, RestoredLedger, ShapeError, StoredDocument, check_shape,
};
pub use proof::{
    NodeSource, ProofError, ProveError, inclusion_proof_length, prove_consistency, prove_inclusion, tree_root, verify_consistency,
    verify_growth, verify_inclusion,
};
pub use reader::{ReadError, TileSource, TreeReader};
pub use receipt::{ReceiptError, UnverifiedReceipt, VerifiedReceipt, make_receipt};
pub use signer::{LogSigner, SEED_BYTES, SignError};
pub use tile::{LevelShape, TILE_BYTES, TileError, TilePath, tile_bytes, tile_shape, tile_width};
pub use tree::{Frontier, FrontierError, empty_root, leaf_hash, node_hash};
pub use vkey::{ED25519_KEY_BYTES, KeyError, KeyId, ML_DSA_44_KEY_BYTES, PublicKey, VerifierKey};
pub use witness::{AddCheckpoint, Verdict, monitoring_path};
