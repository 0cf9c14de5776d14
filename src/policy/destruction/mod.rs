//! Which item of an order may be destroyed now, and what goes with it.
//!
//! Asked three times by the same code: when an order is proposed, by the job that prepares a step, and again in the commit that
//! destroys. Invariants:
//! - a hold protects whatever the reason of the order is; dates, conflict, watermark and appraisal protect unless it comes early;
//! - what came to a case behind the proposal was seen by nobody, so the item drops out;
//! - a whole case goes only if every document and every matter in it may; a matter only if every document of it may.
//!
//! What is deliberately absent: a flag that skips a rule, and the removing.

mod case_file;
mod examine;

pub use examine::{About, about, examine, order_is_executable};
