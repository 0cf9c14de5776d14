//! What the daemon asks of other people's servers: witnesses, authorities for time-stamps.
//!
//! It stands above [`crate::archive`] and is unknown there, so that nothing on the way of a commit can wait for a stranger: a job in
//! here takes a checkpoint that was signed long ago, asks, checks the answer, and hands in what it got through the archive's door.
//!
//! Invariants: an exchange ends within its time and within its bytes, whatever the other side does; an answer is bytes until somebody
//! has checked it; nobody is sent on to another address; nothing is repeated here, because only the caller knows what may be.
//!
//! Deliberately absent: HTTP/2, proxies, cookies, compression, and the trust of the operating system, which others can change: the
//! configuration names the file with the authorities.

mod address;
mod client;

mod cosigning;
mod witness;

mod authority;
mod sealing;
mod stamping;

pub use address::{AddressError, RemoteAddress};
pub use authority::{Authority, AuthorityError};
pub use client::{RemoteAnswer, RemoteClient, RemoteError, RemoteSettings};
pub use cosigning::{Cosigning, Witnesses};
pub use sealing::ExportSeal;
pub use stamping::{Stamping, StampingError};
pub use witness::{Witness, WitnessError};
