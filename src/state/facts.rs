//! What an event adds to the facts of retention.

use crate::model::Event;
use crate::model::retention::Fact;
use crate::policy::View;

/// The facts as they will be after `event`. Reads the facts before it through the same view that `decide` has used.
pub fn project<V: View>(view: &mut V, event: &Event) -> Result<Vec<Fact>, V::Error> {
    let _ = (view, event);
    unimplemented!()
}
