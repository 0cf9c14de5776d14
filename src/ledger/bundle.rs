//! Entry bundles of C2SP tlog-tiles: up to 256 entries, each behind its length in 16 bits, big-endian.

use crate::limits::{LEDGER_ENTRY_BYTES_MAX, TILE_WIDTH};

/// Bytes of the length in front of an entry.
const LENGTH_BYTES: usize = 2;

/// Why entries are not a bundle, or bytes are not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The length field has 16 bits.
    #[error("an entry has {0} bytes; a bundle takes entries of up to {LEDGER_ENTRY_BYTES_MAX}")]
    EntryTooLong(usize),
    /// The bytes end inside an entry or inside its length.
    #[error("the bundle ends inside entry {0}")]
    Cut(usize),
    /// More or fewer entries than the path promises.
    #[error("the bundle has {actual} entries where {expected} are expected")]
    Count {
        /// Entries that the path or the size demands.
        expected: usize,
        /// Entries found; one more than allowed ends the count.
        actual: usize,
    },
}

/// The bytes of a bundle.
pub fn encode_bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, BundleError> {
    let mut bytes = Vec::new();
    for (number, entry) in entries.into_iter().enumerate() {
        if number == TILE_WIDTH {
            return Err(BundleError::Count { expected: TILE_WIDTH, actual: number + 1 });
        }
        let length = u16::try_from(entry.len()).map_err(|_| BundleError::EntryTooLong(entry.len()))?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// The `width` entries of a bundle; nothing may follow them. Their hashes are not checked here: `TreeReader::entries` does that.
pub fn parse_bundle(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, BundleError> {
    let expected = usize::from(width);
    let mut entries = Vec::with_capacity(expected);
    let mut rest = bytes;
    while !rest.is_empty() {
        if entries.len() == expected {
            return Err(BundleError::Count { expected, actual: expected + 1 });
        }
        let cut = BundleError::Cut(entries.len());
        let (length, behind) = rest.split_first_chunk::<LENGTH_BYTES>().ok_or(cut)?;
        let (entry, behind) = behind.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(cut)?;
        entries.push(entry);
        rest = behind;
    }
    if entries.len() == expected { Ok(entries) } else { Err(BundleError::Count { expected, actual: entries.len() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::{leaf_entry, mutate, vectors};

    #[test]
    fn the_example() {
        let example = &vectors()["entry_bundle_example"];
        let entries: Vec<&[u8]> =
            example["entries_utf8"].as_array().unwrap().iter().map(|entry| entry.as_str().unwrap().as_bytes()).collect();
        let bytes = encode_bundle(entries.iter().copied()).unwrap();
        assert_eq!(hex::encode(&bytes), example["hex"].as_str().unwrap());
        assert_eq!(parse_bundle(&bytes, 3), Ok(entries));
    }

    #[test]
    fn bundles_that_must_fail() {
        let cases: Vec<_> = vectors()["must_fail_tiles"].as_array().unwrap().iter().filter_map(|case| case.get("hex")).collect();
        assert_eq!(cases.len(), 2);
        for case in cases {
            let bytes = hex::decode(case.as_str().unwrap()).unwrap();
            assert!((0..=256).all(|width| parse_bundle(&bytes, width).is_err()), "{case}");
        }
        let two = encode_bundle([b"a".as_slice(), b"b"]).unwrap();
        assert_eq!(parse_bundle(&two, 1), Err(BundleError::Count { expected: 1, actual: 2 }));
        assert_eq!(parse_bundle(&two, 3), Err(BundleError::Count { expected: 3, actual: 2 }));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let long = vec![0; LEDGER_ENTRY_BYTES_MAX + 1];
        assert_eq!(encode_bundle([long.as_slice()]), Err(BundleError::EntryTooLong(65_536)));
        assert!(encode_bundle([&long[1..]]).is_ok());
        assert!(encode_bundle(vec![b"".as_slice(); 257]).is_err());
    }

    #[test]
    fn damaged_bundles_never_panic() {
        let entries: Vec<Vec<u8>> = (0..44).map(leaf_entry).collect();
        let good = encode_bundle(entries.iter().map(Vec::as_slice)).unwrap();
        mutate(&good, 10_000, 11, |bytes| {
            if let Ok(entries) = parse_bundle(bytes, 44) {
                assert_eq!(encode_bundle(entries).unwrap(), bytes);
            }
        });
    }
}
