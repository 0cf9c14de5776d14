//! Filing notes: a straight column of rules per kind of note.

use super::{Undecided, Verdict, View};
use crate::model::command::FileNote;

/// Decides whether a note is filed.
pub(super) fn file<V: View>(view: &mut V, command: &FileNote) -> Result<Verdict, Undecided<V::Error>> {
    let _ = (view, command);
    unimplemented!()
}
