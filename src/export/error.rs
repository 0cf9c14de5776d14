//! Why an export was not written to its end.

use std::io;

use crate::archive::ArchiveError;

/// Why an export was not written to its end. Whatever was written is no bag then.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// What is exported cannot be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Whoever takes the bytes has stopped.
    #[error("the export was not taken to its end: {0}")]
    Output(#[from] io::Error),
    /// Something has another length than its record says.
    #[error("{path} should have {expected} bytes and has others; missing: {missing}")]
    Short {
        /// The file in the bag.
        path: String,
        /// Bytes that its header promises.
        expected: u64,
        /// Bytes that did not come.
        missing: u64,
    },
    /// A part of the bag cannot be written; the text is for the log.
    #[error("a part of the export cannot be written: {0}")]
    Form(String),
}
