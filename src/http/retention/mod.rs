//! Retention over HTTP: matters and events, holds, classes, what is due and why, the intake, paper, orders of destruction.
//!
//! Whatever changes something is filed as a note under an id that the application chose: the same again answers 200 with the same
//! receipt, something else under the same id 409. Whatever is read is read without waiting for the writer.

pub(super) mod agenda;
pub(super) mod boxes;
pub(super) mod bulk;
pub(super) mod classes;
pub(super) mod destruction_rule;
mod filing;
pub(super) mod holds;
pub(super) mod intake;
pub(super) mod matters;
pub(super) mod orders;
pub(super) mod read_back;
pub(super) mod why;
