//! Exports: a BagIt 1.0 bag (RFC 8493) as one POSIX tar, which an auditor checks with tools that were not made here.
//!
//! ```text
//! <bag>/bagit.txt                                    first, so that whoever reads the stream knows what comes
//! <bag>/data/copy/                                   for the person concerned: pages to read, documents under names to open
//! <bag>/data/documents/<handle>/content              for all others: what still exists, if it was asked for
//! <bag>/data/ledger/checkpoint, tile/...             the whole ledger at the size that the export names (C2SP tlog-tiles)
//! <bag>/data/ledger/checkpoint.cosigned              the newest checkpoint up to that size that witnesses had cosigned by then, if any
//! <bag>/data/access/<year>/                          access ledgers, if they were asked for
//! <bag>/data/ledger/history/, data/timestamps/       older checkpoints with the evidence of when they were there
//! <bag>/data/openings.jsonl                          what opens the entries in scope
//! <bag>/data/proofs/<index>.tlog-proof               unless there are so many that the tiles alone must do
//! <bag>/bag-info.txt, keys/
//! <bag>/manifest-*.txt, tagmanifest-*.txt            behind the payload: it is read once
//! <bag>/signatures/                                  last; in no manifest, because they sign the manifests
//! ```
//! Invariants: the bytes follow from the recorded export alone - no clock, no randomness, every order fixed, every date from the record -
//! so that a broken transfer is repeated byte for byte; memory does not grow with the bytes that are exported; a stream that has an end is
//! complete; nothing in `data/ledger` names anybody.
//!
//! What is deliberately absent: HTTP, files, what is exported (decided in `archive`), compression (documents are compressed already).

mod ahead;
mod bag;
mod error;
mod info;
mod manifest;
mod opening;
mod person;
mod person_text;
mod signature;
mod tar;

pub use bag::Bag;
pub use error::ExportError;
