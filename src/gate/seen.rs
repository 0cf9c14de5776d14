//! What a reader has seen of a document.

/// Whether the pictures have colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tone {
    /// All of them are bitonal or grey.
    Grey,
    /// There is none, or of one it cannot be told.
    Unknown,
    /// One at least can show colours.
    Colour,
}

/// Whether there is JBIG2, in the order of how bad that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Jbig2 {
    /// None was found.
    #[default]
    Absent,
    /// There is some, without symbol coding as far as it could be read.
    Present,
    /// Symbols are coded once and used in several places.
    SymbolCoding,
}

/// What a reader has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// Pages, if they could be counted.
    pub pages: Option<u32>,
    /// Colours.
    pub tone: Tone,
    /// JBIG2.
    pub jbig2: Jbig2,
}

impl Seen {
    /// Of a document that cannot be read.
    pub const NOTHING: Self = Self { pages: None, tone: Tone::Unknown, jbig2: Jbig2::Absent };
}
