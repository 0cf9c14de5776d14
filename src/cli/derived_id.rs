//! Ids that can be computed again: repeating an import must find what the first attempt stored.
//!
//! They are UUIDs of version 8 (RFC 9562 section 5.8): the first 16 bytes of a SHA-256 over a label and length-prefixed parts, with the six
//! bits of version and variant put in.

use ring::digest::{Context, SHA256};

use crate::model::{CaseId, Digest, DocumentId, NoteId, VaultName};

/// The id of the case that has `reference` in `vault`.
pub fn case(vault: &VaultName, reference: &str) -> CaseId {
    CaseId::from_bytes(uuid_v8("aktenfest case by reference", &[vault.as_str().as_bytes(), reference.as_bytes()]))
}

/// The id of the document that a file becomes: other bytes or another place in the folder make another document.
pub fn document(case: CaseId, relative_path: &[u8], content: &Digest) -> DocumentId {
    DocumentId::from_bytes(uuid_v8("aktenfest document by path and content", &[case.as_bytes(), relative_path, content.as_bytes()]))
}

/// The id of a note that somebody files from this text, in `place`: the same text there is the same note.
pub fn note(place: &str, text: &str) -> NoteId {
    NoteId::from_bytes(uuid_v8("aktenfest note by place and content", &[place.as_bytes(), text.as_bytes()]))
}

fn uuid_v8(label: &str, parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Context::new(&SHA256);
    for part in std::iter::once(&label.as_bytes()).chain(parts) {
        // The lengths keep ("ab", "c") and ("a", "bc") apart.
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finish();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_ref()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_repeat_and_differ() {
        let vault = VaultName::parse("demo").unwrap();
        let file = case(&vault, "3 C 17/26");
        assert_eq!(file, case(&vault, "3 C 17/26"));
        assert_ne!(file, case(&VaultName::parse("other").unwrap(), "3 C 17/26"));
        let (one, two) = (Digest([1; 32]), Digest([2; 32]));
        let ids = [
            document(file, b"a/b", &one),
            document(file, b"a/b", &two),
            document(file, b"a", &one),
            document(case(&vault, "x"), b"a/b", &one),
        ];
        let different: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(different.len(), ids.len());
        for id in ids {
            assert_eq!(DocumentId::parse(&id.to_string()), Ok(id), "one spelling");
            assert_eq!((id.as_bytes()[6] >> 4, id.as_bytes()[8] >> 6), (8, 0b10), "version and variant");
        }
    }

    #[test]
    fn ids_never_change() {
        // Computed with Python: hashlib.sha256 over the same length-prefixed parts.
        let vault = VaultName::parse("demo").unwrap();
        assert_eq!(case(&vault, "3 C 17/26").to_string(), "66e27f91-f1d0-89de-8d40-401334694157");
        assert_eq!(document(case(&vault, "3 C 17/26"), b"a/b.pdf", &Digest([7; 32])).to_string(), "840afb06-fa08-8496-a398-9c093e2d4d2e");
    }
}
