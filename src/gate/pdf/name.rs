//! The names that matter here. All others are one: nothing is asked about them, so they need no memory.

/// Defines [`Name`] and its spelling.
macro_rules! names {
    ($($name:ident = $text:literal,)+) => {
        /// A name of a PDF file.
        #[allow(missing_docs, reason = "what stands in the file is all there is to say")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Name {
            $($name,)+
            /// Any other.
            Other,
        }

        impl Name {
            /// The name with this spelling, escapes resolved.
            pub fn from_bytes(bytes: &[u8]) -> Self {
                match bytes {
                    $($text => Self::$name,)+
                    _ => Self::Other,
                }
            }
        }
    };
}

names! {
    All = b"All",
    BitsPerComponent = b"BitsPerComponent",
    Black = b"Black",
    CalGray = b"CalGray",
    CalRgb = b"CalRGB",
    Catalog = b"Catalog",
    CcittFaxDecode = b"CCITTFaxDecode",
    ColorSpace = b"ColorSpace",
    Contents = b"Contents",
    Count = b"Count",
    DecodeParms = b"DecodeParms",
    DeviceCmyk = b"DeviceCMYK",
    DeviceGray = b"DeviceGray",
    DeviceN = b"DeviceN",
    DeviceRgb = b"DeviceRGB",
    Filter = b"Filter",
    First = b"First",
    FlateDecode = b"FlateDecode",
    IccBased = b"ICCBased",
    Image = b"Image",
    ImageMask = b"ImageMask",
    Indexed = b"Indexed",
    Jbig2Decode = b"JBIG2Decode",
    Jbig2Globals = b"JBIG2Globals",
    Kids = b"Kids",
    Lab = b"Lab",
    Length = b"Length",
    MediaBox = b"MediaBox",
    N = b"N",
    ObjStm = b"ObjStm",
    Page = b"Page",
    Pages = b"Pages",
    Parent = b"Parent",
    Predictor = b"Predictor",
    Resources = b"Resources",
    Root = b"Root",
    Separation = b"Separation",
    Subtype = b"Subtype",
    Type = b"Type",
    XRef = b"XRef",
}

impl Name {
    /// Longest spelling that is told apart, in bytes.
    pub const BYTES_MAX: usize = 24;
}
