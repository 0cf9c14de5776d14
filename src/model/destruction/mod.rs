//! The vocabulary of destruction: orders, what they condemn, the warrant without which nothing is removed, and what is left behind.
//!
//! An order is proposed by one person and approved by another, over the digest of its exact list. After the cooling-off the archive
//! goes through the list step by step; a step *condemns* the items that still qualify and drops the others. With its commit the rows
//! of what was condemned are gone and [`Tombstone`]s stand in their place; the keys follow with the next epoch of the keyring.
//!
//! What is deliberately absent: the rules by which an item qualifies (`policy::destruction`), and the removing itself (`store`, `keys`).

mod order;
mod proof;
mod rule;
mod shard;
mod tombstone;
mod warrant;

pub use order::{Condemned, DropReason, Dropped, NoteRun, NoteRuns, OrderFacts, OrderReason, OrderState, list_digest};
pub use proof::{CopyPlace, EpochProof, PlaceProof, TreeProof};
pub use rule::{DestroyedToday, DestructionRule, DispositionFacts, RuleProposal};
pub use shard::{ShardFacts, following_year_is_over, removed_from, sealed_from};
pub use tombstone::Tombstone;
pub use warrant::{DestructionWarrant, GoneKeys, NoWarrant, are_independent};
