//! The scan gate: looks at a scanned document while it arrives, and names what speaks against destroying its paper original.
//!
//! It looks for what BSI TR-03138 asks of a scan and what can be seen without decoding pictures: JBIG2 (A.SC.12 and TR-03138-F), the
//! number of pages against the scan protocol, colour that was lost, a transfer note or batch (A.NB.4).
//!
//! Invariants:
//! - Nothing is turned away here. Whatever the bytes are, they give [`Findings`]; what cannot be read gives `PagesUnknown`, and a person
//!   looks at it. The paper is on its way to the shredder, so refusing the image would lose both.
//! - Documents have up to 64 GiB and are read once, front to back. A scan needs less than a megabyte of memory for that, and a file that
//!   is made to need as much as it can 40 (`limits::GATE_*`).
//! - The bytes come from outside: every reader is total, every count has a bound, and how they are cut into pieces changes nothing.
//!
//! What is deliberately absent: a general PDF library. The program ends where it panics, so a parser that panics or unpacks without bound
//! on one bad document would stop the archive for everybody; and a document would have to be in memory as a whole. Also absent: a look at
//! the pixels. A picture that is stored in colour and shows none passes as colour.

mod inspector;
mod jbig2;
mod pdf;
mod picture;
mod seen;
#[cfg(test)]
mod testing;
mod tiff;

pub use inspector::{Findings, Inspector, ScanExpectations};
