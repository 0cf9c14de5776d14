//! PDF (ISO 32000-1), read front to back: how many pages, what kinds of pictures, JBIG2.
//!
//! A PDF is meant to be read from its end, by a table of offsets. What is asked here does not need it: every object says its number, every
//! stream its dictionary, and a later object replaces an earlier one of the same number, as in files that were saved again. Objects come
//! to the surface in two ways: plainly, and packed in object streams, which are unpacked within bounds.
//!
//! ```text
//! bytes -> lexer -> tokens -> value -> facts     pages, pictures and filters by object number
//!   |                 |
//!   |                 stream data -> skipped | JBIG2 segments | inflated -> object stream
//!   watch: the name /JBIG2Decode, wherever it stands
//! ```
//! What this cannot follow (encrypted or oversized object streams, broken files, streams where no reader front to back sees one, filters
//! that stand in objects of which there are several or none) leaves the number of pages unknown, and a person looks at the document.
//! JBIG2 is found nonetheless where its name stands in a dictionary: those of streams are never packed or encrypted.

mod facts;
mod inflater;
mod lexer;
mod name;
mod reader;
mod stream;
mod value;
mod watch;

pub(super) use reader::PdfReader;
