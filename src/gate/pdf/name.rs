//! The names that matter here. All others are one: nothing is asked about them, so they need no memory.

/// Defines [`Name`] and its spelling.
macro_rules! names {
    ($($name:ident = $text:literal,)+) => {
        /// A name of a PDF file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Name {
            $(#[doc = $text] $name,)+
            /// Any other.
            Other,
        }

        impl Name {
            /// The name with this spelling, escapes resolved.
            pub fn from_bytes(bytes: &[u8]) -> Self {
                $(if bytes == $text.as_bytes() {
                    return Self::$name;
                })+
                Self::Other
            }
        }
    };
}

names! {
    All = "All",
    BitsPerComponent = "BitsPerComponent",
    Black = "Black",
    CalGray = "CalGray",
    CalRgb = "CalRGB",
    Catalog = "Catalog",
    CcittFaxDecode = "CCITTFaxDecode",
    ColorSpace = "ColorSpace",
    Contents = "Contents",
    Count = "Count",
    DecodeParms = "DecodeParms",
    DeviceCmyk = "DeviceCMYK",
    DeviceGray = "DeviceGray",
    DeviceN = "DeviceN",
    DeviceRgb = "DeviceRGB",
    Filter = "Filter",
    First = "First",
    FlateDecode = "FlateDecode",
    IccBased = "ICCBased",
    Image = "Image",
    ImageMask = "ImageMask",
    Indexed = "Indexed",
    Jbig2Decode = "JBIG2Decode",
    Jbig2Globals = "JBIG2Globals",
    Kids = "Kids",
    Lab = "Lab",
    Length = "Length",
    MediaBox = "MediaBox",
    N = "N",
    ObjStm = "ObjStm",
    Page = "Page",
    Pages = "Pages",
    Parent = "Parent",
    Predictor = "Predictor",
    Resources = "Resources",
    Root = "Root",
    Separation = "Separation",
    Subtype = "Subtype",
    Type = "Type",
    XRef = "XRef",
}

impl Name {
    /// Longest spelling that is told apart, in bytes.
    pub const BYTES_MAX: usize = 24;
}
