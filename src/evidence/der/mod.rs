//! Distinguished Encoding Rules (X.690), as much of them as time-stamps, signatures and evidence records need.
//!
//! Reading is strict: one spelling for every length, integer and boolean, no indefinite lengths, no tag numbers beyond 30, nothing behind
//! the last element. The reader walks and never recurses, so that the depth of what is read is the depth of the code that reads it; it
//! borrows everything and allocates nothing. The members of a SET may come in any order: authorities in use do not sort them.

mod object_id;

mod read;
mod time;

mod write;

pub use object_id::{ObjectId, oid};
pub(super) use read::{DerError, Element, Reader, tag};
pub(super) use write::{boolean_true, context, integer, null, object_id, octet_string, rfc5652_time, sequence, set_of, small_integer};
