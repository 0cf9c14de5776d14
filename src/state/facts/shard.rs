//! Facts of access logs whose year is over.

use std::sync::Arc;

use crate::model::command::FileNote;
use crate::model::destruction::{DispositionFacts, ShardFacts};
use crate::model::retention::{Fact, Note};
use crate::policy::View;

/// An access ledger was sealed or removed.
pub(super) fn noted<V: View>(view: &mut V, filed: &FileNote) -> Result<Vec<Fact>, V::Error> {
    let mut facts = DispositionFacts::clone(&*view.disposition(filed.vault)?);
    match &filed.note {
        Note::ShardSealed { year, size, root } => {
            let (year, size, root, place) = (*year, *size, *root, filed.address);
            facts.shards.push(ShardFacts { year, place, size, root, entry: None, destroyed: false });
        }
        Note::ShardDestroyed { sealed, .. } => {
            facts.shards.iter_mut().filter(|shard| shard.place == *sealed).for_each(|shard| shard.destroyed = true);
        }
        _ => return Ok(Vec::new()),
    }
    Ok(vec![Fact::Disposition(Arc::new(facts))])
}
