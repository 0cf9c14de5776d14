//! The same signatures once more in the form of signify(1), for those who have OpenBSD's tool and nothing else.

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::ExportError;
use crate::ledger::{Note, VerifierKey};

/// What signify calls Ed25519.
const ALGORITHM: &[u8; 2] = b"Ed";
/// What stands behind the key id of four bytes where signify has a key number of eight.
const NUMBER: &[u8; 4] = b"eal1";

/// The public key of a note's signer.
pub(super) fn public_key(key: &VerifierKey) -> String {
    let bytes = [ALGORITHM.as_slice(), &key.id().0, NUMBER, key.public_key().raw()].concat();
    format!("untrusted comment: {}\n{}\n", key.name(), BASE64_STANDARD.encode(bytes))
}

/// The text of a note, and the signature by `key` over it: signify signs the same bytes. `file` names the file with the public key.
pub(super) fn signature(note: &Note, key: &VerifierKey, file: &str) -> Result<(String, String), ExportError> {
    let line = note.signatures().iter().find(|line| line.name == key.name() && line.id == key.id());
    let line = line.ok_or_else(|| ExportError::Form(format!("the note has no signature by {}", key.name())))?;
    let bytes = [ALGORITHM.as_slice(), &key.id().0, NUMBER, &line.signature].concat();
    Ok((note.text().to_owned(), format!("untrusted comment: verify with {file}\n{}\n", BASE64_STANDARD.encode(bytes))))
}
