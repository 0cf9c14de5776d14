//! The media type of a file, by the end of its name. A hint for people and programs that read the document later, never a check.

use std::path::Path;

use crate::model::MediaType;

/// What offices scan, write and send.
const TYPES: &[(&str, &str)] = &[
    ("bmp", "image/bmp"),
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("eml", "message/rfc822"),
    ("gif", "image/gif"),
    ("gz", "application/gzip"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("json", "application/json"),
    ("md", "text/markdown"),
    ("msg", "application/vnd.ms-outlook"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("p7m", "application/pkcs7-mime"),
    ("p7s", "application/pkcs7-signature"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("rtf", "application/rtf"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("txt", "text/plain"),
    ("webp", "image/webp"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
];

/// The type that the name suggests, or the type of unknown bytes.
pub fn of_name(path: &Path) -> MediaType {
    let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default().to_ascii_lowercase();
    let known = TYPES.binary_search_by(|(name, _)| (*name).cmp(&end)).ok();
    known.and_then(|at| MediaType::parse(TYPES[at].1).ok()).unwrap_or_else(MediaType::unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_suggest_types() {
        assert!(TYPES.is_sorted_by(|(a, _), (b, _)| a < b), "the search needs a sorted table");
        for (end, media_type) in TYPES {
            assert_eq!(of_name(Path::new(&format!("x.{end}"))).as_str(), *media_type);
        }
        for (name, media_type) in [
            ("Scan.PDF", "application/pdf"),
            ("pdf", "application/octet-stream"),
            ("a.tar.gz", "application/gzip"),
            ("a.", "application/octet-stream"),
        ] {
            assert_eq!(of_name(Path::new(name)).as_str(), media_type, "{name}");
        }
    }
}
