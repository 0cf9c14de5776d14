//! The documents in the bag: each was stored, is the one that was stored, and was not destroyed.
//!
//! In an export for auditors they lie under the handles of their entries, in the copy for a person under numbers.

use super::openings::Opened;
use super::pass::Shared;
use crate::model::Handle;
use crate::verify::catalogue;
use crate::verify::report::Counts;

/// Where documents lie.
const DOCUMENTS: &str = "data/documents/";
/// Where they lie in the copy for a person, beside the pages that list them.
const COPY: &str = "data/copy/";

/// The places of the content of a document: by its handle, in a copy by its SHA-256, which several documents may have.
pub(super) fn find(shared: &Shared, handle: Handle, sha256: &[u8]) -> Vec<usize> {
    if let Some(place) = shared.container.find(&format!("{DOCUMENTS}{handle}/content")) {
        return vec![place];
    }
    let same = |place: &usize| shared.digests[*place].get().is_some_and(|digests| digests.sha256.as_bytes() == sha256);
    shared.container.under(COPY).map(|(place, _)| place).filter(same).collect()
}

/// Whether a file of a copy is a document and not one of the pages: a number, and an ending that opens it.
fn is_document_of_copy(name: &str) -> bool {
    let (number, _) = name.split_once('.').unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Checks every document.
pub(super) fn check(shared: &Shared, opened: &Opened) {
    let Some(log) = shared.main() else { return };
    let mut counts = Counts::default();
    let mut count = |bytes: u64| {
        counts.documents += 1;
        counts.plain_bytes += bytes;
    };
    for (place, file) in shared.container.under(DOCUMENTS) {
        let found = |code, text: String| shared.collector.found(code, &file.name, text);
        let Some(handle) = file.name[DOCUMENTS.len()..].strip_suffix("/content").and_then(Handle::from_hex) else {
            found(catalogue::BAG_FILE_UNLISTED, "an export has no such file".to_owned());
            continue;
        };
        let (is_stored, destroyed, torn) = log.chain(|chain| (chain.is_stored(handle), chain.destroyed(handle), chain.torn));
        if let Some(index) = destroyed {
            found(catalogue::DESTROYED_PRESENT, format!("entry {index} says that the document was destroyed"));
        } else if opened.is_proven(place) {
            count(file.bytes);
        } else if torn {
            // Entries are missing, which is found already; this document may be in one of them.
        } else if is_stored {
            found(catalogue::DOCUMENT_UNPROVEN, "no opening says that this content was stored".to_owned());
        } else {
            found(catalogue::DOCUMENT_UNPROVEN, "the ledger has no entry that stores a document with this handle".to_owned());
        }
    }
    for (place, file) in shared.container.under(COPY).filter(|(_, file)| is_document_of_copy(&file.name[COPY.len()..])) {
        if opened.is_proven(place) {
            count(file.bytes);
        } else {
            shared.collector.found(catalogue::DOCUMENT_UNPROVEN, &file.name, "no opening says that this content was stored");
        }
    }
    shared.collector.count(&counts);
}
