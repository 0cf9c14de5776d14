//! The manifest of the database: does it end where its last record ends?
//!
//! RocksDB takes a record that says it is longer than the file for one that a loss of power has cut off, and goes on without it. So a
//! flipped bit in the length of the last record would pass unnoticed. Here the file is read once more, record by record.
//!
//! Form of the file (RocksDB wiki, "Write Ahead Log File Format"): blocks of 32 KiB; records of checksum u32, length u16, kind u8 and
//! payload, little-endian, none of them across blocks; fewer than 7 bytes left in a block are zeros. The checksum is a CRC-32C of kind
//! and payload, rotated by 15 bits and increased by a constant.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

use super::StoreError;

/// What is at the end of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManifestEnd {
    /// The end of a record.
    Whole,
    /// Something else, from this offset on.
    Torn(u64),
}

const BLOCK_BYTES: usize = 32 << 10;
const HEADER_BYTES: usize = 4 + 2 + 1;
/// Kinds of records: whole, first part, middle part, last part.
const KINDS: std::ops::RangeInclusive<u8> = 1..=4;

/// Reads the manifest of the database in `directory` to its end.
pub(super) fn end(directory: &Path) -> io::Result<ManifestEnd> {
    let name = fs::read_to_string(directory.join("CURRENT"))?;
    end_of(BufReader::with_capacity(BLOCK_BYTES, File::open(directory.join(name.trim_end()))?))
}

/// Refuses a manifest in which a record of a foreign kind stands where reading ends. RocksDB's reader never comes back from some of them:
/// a flipped bit in the kind of a record would hang a start for ever. A record that is merely cut off has a known kind, or none.
pub(super) fn refuse_foreign_record(directory: &Path) -> Result<(), StoreError> {
    let Ok(ManifestEnd::Torn(at)) = end(directory) else { return Ok(()) };
    let name = fs::read_to_string(directory.join("CURRENT"))?;
    let bytes = fs::read(directory.join(name.trim_end()))?;
    let kind = usize::try_from(at).ok().and_then(|at| bytes.get(at + 6)).copied().unwrap_or(0);
    if kind == 0 || KINDS.contains(&kind) {
        return Ok(());
    }
    Err(StoreError::Damaged(format!("the manifest of the database has a record of no known kind at byte {at}; put it back from a backup")))
}

fn end_of(mut file: impl Read) -> io::Result<ManifestEnd> {
    let mut offset = 0;
    loop {
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        file.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut block)?;
        let whole = whole_records(&block);
        let rest = &block[whole..];
        let is_padding = block.len() == BLOCK_BYTES && rest.len() < HEADER_BYTES && rest.iter().all(|byte| *byte == 0);
        if !rest.is_empty() && !is_padding {
            return Ok(ManifestEnd::Torn(offset + whole as u64));
        }
        if block.len() < BLOCK_BYTES {
            return Ok(ManifestEnd::Whole);
        }
        offset += BLOCK_BYTES as u64;
    }
}

/// How many bytes of a block are whole records.
fn whole_records(block: &[u8]) -> usize {
    let mut at = 0;
    while let Some(bytes) = record_bytes(&block[at..]) {
        at += bytes;
    }
    at
}

/// Length of the record at the beginning of `bytes`, or `None` if there is no whole one.
fn record_bytes(bytes: &[u8]) -> Option<usize> {
    let (header, rest) = bytes.split_at_checked(HEADER_BYTES)?;
    let checksum = u32::from_le_bytes(header[..4].try_into().ok()?);
    let length = usize::from(u16::from_le_bytes(header[4..6].try_into().ok()?));
    let payload = rest.get(..length)?;
    let good = KINDS.contains(&header[6]) && masked(crc32c(&[&header[6..], payload])) == checksum;
    good.then_some(HEADER_BYTES + length)
}

fn masked(crc: u32) -> u32 {
    crc.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// CRC-32C (RFC 3720 appendix B.4), bit by bit: a manifest is short.
fn crc32c(pieces: &[&[u8]]) -> u32 {
    const POLYNOMIAL: u32 = 0x82f6_3b78;
    let bytes = pieces.iter().flat_map(|piece| piece.iter());
    !bytes
        .fold(!0_u32, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ POLYNOMIAL } else { crc >> 1 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u8, payload: &[u8]) -> Vec<u8> {
        let checksum = masked(crc32c(&[&[kind], payload]));
        [&checksum.to_le_bytes()[..], &(payload.len() as u16).to_le_bytes(), &[kind], payload].concat()
    }

    #[test]
    fn the_checksum_is_the_one_of_the_standard() {
        // RFC 3720 appendix B.4: 32 bytes of zeros.
        assert_eq!(crc32c(&[&[0; 32]]), 0x8a91_36aa);
        assert_eq!(crc32c(&[b"1234", b"56789"]), 0xe306_9283);
    }

    #[test]
    fn a_manifest_ends_with_a_record() {
        let first = record(1, b"column families");
        let whole = [&first[..], &record(1, b"files")].concat();
        assert_eq!(end_of(&whole[..]).unwrap(), ManifestEnd::Whole);
        assert_eq!(end_of(&b""[..]).unwrap(), ManifestEnd::Whole);
        for cut in 1..first.len() {
            let torn = &whole[..whole.len() - cut];
            let expected = if cut == record(1, b"files").len() { ManifestEnd::Whole } else { ManifestEnd::Torn(first.len() as u64) };
            if torn.len() >= first.len() {
                assert_eq!(end_of(torn).unwrap(), expected, "{cut} bytes cut off");
            }
        }
        for at in first.len()..whole.len() {
            for bit in 0..8 {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << bit;
                assert_eq!(end_of(&flipped[..]).unwrap(), ManifestEnd::Torn(first.len() as u64), "bit {bit} of byte {at}");
            }
        }
    }

    #[test]
    fn records_do_not_cross_blocks() {
        let filling = record(1, &[7; BLOCK_BYTES - 2 * HEADER_BYTES - 3]);
        let padding = vec![0; BLOCK_BYTES - filling.len()];
        // More than a header fits, so this is no padding.
        assert_eq!(end_of(&[&filling[..], &padding].concat()[..]).unwrap(), ManifestEnd::Torn(filling.len() as u64));
        let filling = record(2, &[7; BLOCK_BYTES - HEADER_BYTES - 3]);
        let whole = [&filling[..], &[0; 3], &record(4, b"last")].concat();
        assert_eq!(end_of(&whole[..]).unwrap(), ManifestEnd::Whole);
        let dirty = [&filling[..], &[0, 1, 0], &record(4, b"last")].concat();
        assert_eq!(end_of(&dirty[..]).unwrap(), ManifestEnd::Torn(filling.len() as u64));
    }
}
