//! Time-stamps of checkpoints. Only the archive itself files them, and it has verified them before; what is filed is evidence, and
//! nothing is unlocked by it.

use super::{Ruling, rule};
use crate::limits::EVIDENCE_BYTES_MAX;
use crate::model::{CheckpointStamp, Refusal};

/// There is something to be stamped, and the evidence is not longer than a reader takes.
pub(super) fn recorded<E>(stamp: &CheckpointStamp) -> Ruling<E> {
    let is_evidence = stamp.size > 0 && !stamp.record.is_empty() && stamp.record.len() <= EVIDENCE_BYTES_MAX;
    rule(is_evidence && stamp.since <= stamp.time && stamp.time <= stamp.renew_by, Refusal::NoteOutOfPlace)?;
    Ok(None)
}
