//! What can go wrong when sealing and opening.

use crate::limits;

/// Why something cannot be sealed or opened. Everything but [`SealError::TooLarge`] means that what is stored is not what was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The document would need more blocks than one key may encrypt.
    #[error("a document has at most {} bytes", limits::DOCUMENT_BYTES_MAX)]
    TooLarge,
    /// The header is not one: length, magic or a field with a fixed value.
    #[error("the document's header is damaged ({0})")]
    Header(&'static str),
    /// The header names algorithms that this version does not have.
    #[error("the document's header names suite {0:#06x}, which this version does not know")]
    UnknownSuite(u16),
    /// The header does not belong to the key that was derived for it.
    #[error("the key commitment in the document's header does not match: another document's header, or a damaged one")]
    KeyCommitment,
    /// A frame fails its tag, its length or its decompression, or stands where another frame belongs.
    #[error("frame {index} of the document is damaged")]
    Frame {
        /// Number of the frame, from 0.
        index: u32,
    },
    /// The stored count of frames does not fit the stored length.
    #[error("a document of {plain_bytes} bytes has {expected} frames, not {frames}")]
    FrameCount {
        /// Length of the document.
        plain_bytes: u64,
        /// Frames that such a document has.
        expected: u32,
        /// Frames that were claimed.
        frames: u32,
    },
    /// The sealed description fails its tag.
    #[error("the sealed description is damaged")]
    Description,
}
