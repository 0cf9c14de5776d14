//! The root file: which trees exist and the state key of each, encrypted under the epoch key that only the root of trust holds.
//!
//! ```text
//! offset bytes field
//!   0      8   magic         "AKTFKRT1"
//!   8      2   suite         0x0001
//!  10      8   epoch
//!  18      8   previous epoch
//!  26     32   ledger head   root of the ledger when the epoch began; zero if none was named
//!  58      8   ledger size
//!  66      8   clock lo      milliseconds since 1970, lower bound of the time
//!  74     12   nonce         random
//!  86      4   n             records
//!  90      2   record bytes  109
//!  92     ..   AES-256-GCM(E, nonce, aad = bytes 0..92, n records) || tag 16
//!
//! record
//!   0     16   vault
//!  16      2   year
//!  18      2   generation
//!  20     32   S             state key of the tree's file
//!  52      8   blob generation
//!  60     32   SHA-256 of the tree's file
//!  92      8   bytes of the tree's file
//! 100      8   case high water: highest case number known at the last destruction
//! 108      1   status        1
//! ```
//! Integers are big-endian; records ascend by tree.

use ring::aead;
use zeroize::Zeroizing;

use crate::keys::SUITE;
use crate::keys::blob::{Damage, aead_key};
use crate::keys::secret::{FreshKey, SECRET_BYTES, UsedKey};
use crate::keys::tree::TreeId;
use crate::limits::KEY_TREES_MAX;
use crate::model::Digest;
use crate::sys::random;

const MAGIC: &[u8; 8] = b"AKTFKRT1";
const SUITE_AT: usize = 8;
const EPOCH_AT: usize = 10;
const PREVIOUS_AT: usize = 18;
const LEDGER_HEAD_AT: usize = 26;
const LEDGER_SIZE_AT: usize = 58;
const CLOCK_LO_AT: usize = 66;
const NONCE_AT: usize = 74;
const RECORDS_AT: usize = 86;
const RECORD_BYTES_AT: usize = 90;
const HEADER_BYTES: usize = 92;
const TAG_BYTES: usize = 16;

const STATE_KEY_AT: usize = 20;
const BLOB_GENERATION_AT: usize = 52;
const BLOB_SHA256_AT: usize = 60;
const BLOB_BYTES_AT: usize = 92;
const CASE_HIGH_WATER_AT: usize = 100;
const STATUS_AT: usize = 108;
const RECORD_BYTES: usize = 109;
const STATUS_PRESENT: u8 = 1;

const _: () = assert!(STATE_KEY_AT == TreeId::BYTES && BLOB_GENERATION_AT == STATE_KEY_AT + SECRET_BYTES && STATUS_AT + 1 == RECORD_BYTES);

/// What a root file says about the rest of the archive at the moment the epoch began: an old keyring beside a newer ledger shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bindings {
    /// Root hash of the ledger, all zero if there was none yet.
    pub ledger_head: Digest,
    /// Entries in that ledger.
    pub ledger_size: u64,
    /// Lower bound of the time, in milliseconds since 1970.
    pub clock_lo_milliseconds: u64,
}

impl Bindings {
    /// Bound to nothing: the first epoch, before there is a ledger.
    pub const NONE: Self = Self { ledger_head: Digest([0; Digest::BYTES]), ledger_size: 0, clock_lo_milliseconds: 0 };
}

/// What the root file says about one tree.
pub(crate) struct TreeRecord {
    pub(crate) tree: TreeId,
    pub(crate) state_key: UsedKey,
    pub(crate) blob_generation: u64,
    pub(crate) blob_sha256: Digest,
    pub(crate) blob_bytes: u64,
    pub(crate) case_high_water: u64,
}

/// The clear part of a root file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RootHead {
    pub(crate) epoch: u64,
    pub(crate) previous: u64,
    pub(crate) bindings: Bindings,
}

/// Encrypts a root. `records` ascend by tree. The epoch key is used up and comes back in the form that can only open.
pub(crate) fn seal(head: &RootHead, records: &[&TreeRecord], key: FreshKey) -> (UsedKey, Vec<u8>) {
    let header = encode_header(head, &random::bytes(), records.len());
    key.seal_once(|key| {
        // Sized in one go: a buffer that grows leaves unwiped copies behind.
        let mut sealed = Zeroizing::new(Vec::with_capacity(records.len() * RECORD_BYTES));
        records.iter().for_each(|record| sealed.extend_from_slice(encode_record(record).as_ref()));
        let tag = aead_key(key).seal_in_place_separate_tag(nonce(&header), aead::Aad::from(header), &mut sealed);
        [header.as_slice(), &sealed, tag.expect("a root must be far below the length limit of AES-GCM").as_ref()].concat()
    })
}

/// The bytes of a root file before anything about them is known.
pub(crate) struct UncheckedRoot<'a>(pub(crate) &'a [u8]);

impl UncheckedRoot<'_> {
    /// Decrypts the file, which must be the one of `epoch` under `key`.
    pub(crate) fn open(&self, epoch: u64, key: &UsedKey) -> Result<(RootHead, Vec<TreeRecord>), Damage> {
        let (header, body) = self.0.split_first_chunk::<HEADER_BYTES>().ok_or(Damage("shorter than its header"))?;
        let (head, records) = decode_header(header)?;
        if head.epoch != epoch {
            return Err(Damage("it belongs to another epoch"));
        }
        if body.len() != records * RECORD_BYTES + TAG_BYTES {
            return Err(Damage("its length does not fit its header"));
        }
        let mut buffer = Zeroizing::new(body.to_vec());
        let opened = aead_key(key.secret()).open_in_place(nonce(header), aead::Aad::from(header), &mut buffer);
        let plain = opened.map_err(|_| Damage("it fails its tag: changed, or of another epoch key"))?;
        let records = plain.as_chunks::<RECORD_BYTES>().0.iter().map(decode_record).collect::<Result<Vec<_>, _>>()?;
        if records.is_sorted_by(|left, right| left.tree < right.tree) {
            Ok((head, records))
        } else {
            Err(Damage("its records are out of order"))
        }
    }
}

fn nonce(header: &[u8; HEADER_BYTES]) -> aead::Nonce {
    aead::Nonce::assume_unique_for_key(field(header, NONCE_AT))
}

fn encode_header(head: &RootHead, nonce: &[u8; aead::NONCE_LEN], records: usize) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    let mut put = |at: usize, field: &[u8]| header[at..at + field.len()].copy_from_slice(field);
    put(0, MAGIC);
    put(SUITE_AT, &SUITE.to_be_bytes());
    put(EPOCH_AT, &head.epoch.to_be_bytes());
    put(PREVIOUS_AT, &head.previous.to_be_bytes());
    put(LEDGER_HEAD_AT, head.bindings.ledger_head.as_bytes());
    put(LEDGER_SIZE_AT, &head.bindings.ledger_size.to_be_bytes());
    put(CLOCK_LO_AT, &head.bindings.clock_lo_milliseconds.to_be_bytes());
    put(NONCE_AT, nonce);
    // Bounded by KEY_TREES_MAX, which the caller has checked.
    put(RECORDS_AT, &(records as u32).to_be_bytes());
    put(RECORD_BYTES_AT, &(RECORD_BYTES as u16).to_be_bytes());
    header
}

fn decode_header(header: &[u8; HEADER_BYTES]) -> Result<(RootHead, usize), Damage> {
    let integer = |at| u64::from_be_bytes(field(header, at));
    if field::<8, HEADER_BYTES>(header, 0) != *MAGIC {
        return Err(Damage("the magic is wrong"));
    }
    if u16::from_be_bytes(field(header, SUITE_AT)) != SUITE {
        return Err(Damage("its suite is unknown to this version"));
    }
    if usize::from(u16::from_be_bytes(field(header, RECORD_BYTES_AT))) != RECORD_BYTES {
        return Err(Damage("its records have a length unknown to this version"));
    }
    let records = u32::from_be_bytes(field(header, RECORDS_AT)) as usize;
    if records > KEY_TREES_MAX {
        return Err(Damage("it claims more trees than the bound"));
    }
    let bindings = Bindings {
        ledger_head: Digest(field(header, LEDGER_HEAD_AT)),
        ledger_size: integer(LEDGER_SIZE_AT),
        clock_lo_milliseconds: integer(CLOCK_LO_AT),
    };
    Ok((RootHead { epoch: integer(EPOCH_AT), previous: integer(PREVIOUS_AT), bindings }, records))
}

fn encode_record(record: &TreeRecord) -> Zeroizing<[u8; RECORD_BYTES]> {
    let mut bytes = Zeroizing::new([0; RECORD_BYTES]);
    let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
    put(0, &record.tree.to_bytes());
    put(STATE_KEY_AT, record.state_key.secret().bytes());
    put(BLOB_GENERATION_AT, &record.blob_generation.to_be_bytes());
    put(BLOB_SHA256_AT, record.blob_sha256.as_bytes());
    put(BLOB_BYTES_AT, &record.blob_bytes.to_be_bytes());
    put(CASE_HIGH_WATER_AT, &record.case_high_water.to_be_bytes());
    put(STATUS_AT, &[STATUS_PRESENT]);
    bytes
}

fn decode_record(bytes: &[u8; RECORD_BYTES]) -> Result<TreeRecord, Damage> {
    if bytes[STATUS_AT] != STATUS_PRESENT {
        return Err(Damage("a record has a status unknown to this version"));
    }
    let state_key = Zeroizing::new(field::<SECRET_BYTES, RECORD_BYTES>(bytes, STATE_KEY_AT));
    Ok(TreeRecord {
        tree: TreeId::from_bytes(&field(bytes, 0)).map_err(|_| Damage("a record names an unknown kind of tree"))?,
        state_key: UsedKey::from_bytes(&state_key),
        blob_generation: u64::from_be_bytes(field(bytes, BLOB_GENERATION_AT)),
        blob_sha256: Digest(field(bytes, BLOB_SHA256_AT)),
        blob_bytes: u64::from_be_bytes(field(bytes, BLOB_BYTES_AT)),
        case_high_water: u64::from_be_bytes(field(bytes, CASE_HIGH_WATER_AT)),
    })
}

/// `N` bytes from `at`; both are constants whose sum lies within the `L` bytes.
fn field<const N: usize, const L: usize>(bytes: &[u8; L], at: usize) -> [u8; N] {
    let mut field = [0; N];
    field.copy_from_slice(&bytes[at..at + N]);
    field
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::VaultId;

    const HEAD: RootHead =
        RootHead { epoch: 7, previous: 6, bindings: Bindings { ledger_head: Digest([8; 32]), ledger_size: 9, clock_lo_milliseconds: 10 } };

    fn record(vault: u8) -> TreeRecord {
        TreeRecord {
            tree: TreeId::cases(VaultId([vault; 16]), 2026),
            state_key: UsedKey::from_bytes(&[vault + 1; 32]),
            blob_generation: 5,
            blob_sha256: Digest([6; 32]),
            blob_bytes: 117,
            case_high_water: 4711,
        }
    }

    #[test]
    fn a_root_survives_its_file() {
        for count in [0, 1, 3] {
            let records: Vec<_> = (0..count).map(record).collect();
            let (key, file) = seal(&HEAD, &records.iter().collect::<Vec<_>>(), FreshKey::random());
            assert_eq!(file.len(), 92 + 109 * usize::from(count) + 16);
            let (head, opened) = UncheckedRoot(&file).open(7, &key).ok().unwrap();
            assert_eq!(head, HEAD);
            assert!(opened.iter().zip(&records).all(|(left, right)| *encode_record(left) == *encode_record(right)));
            assert_eq!(opened.len(), records.len());
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let (key, file) = seal(&HEAD, &[&record(1), &record(2)], FreshKey::random());
        for at in 0..file.len() {
            for bit in 0..8 {
                let mut flipped = file.clone();
                flipped[at] ^= 1 << bit;
                assert!(UncheckedRoot(&flipped).open(7, &key).is_err(), "byte {at} bit {bit}");
            }
        }
    }

    #[test]
    fn a_file_opens_only_as_what_it_is() {
        let (key, file) = seal(&HEAD, &[&record(1)], FreshKey::random());
        assert!(UncheckedRoot(&file).open(8, &key).is_err());
        assert!(UncheckedRoot(&file).open(7, &UsedKey::from_bytes(&[0; 32])).is_err());
        for length in [0, 91, 92, file.len() - 1] {
            assert!(UncheckedRoot(&file[..length]).open(7, &key).is_err());
        }
        let (key, unordered) = seal(&HEAD, &[&record(2), &record(1)], FreshKey::random());
        assert!(matches!(UncheckedRoot(&unordered).open(7, &key), Err(Damage("its records are out of order"))));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_errors(mut bytes in prop::collection::vec(any::<u8>(), 0..400), real_magic: bool) {
            if real_magic && bytes.len() >= HEADER_BYTES {
                bytes[..8].copy_from_slice(MAGIC);
                bytes[8..10].copy_from_slice(&[0, 1]);
                bytes[90..92].copy_from_slice(&[0, 109]);
            }
            prop_assert!(UncheckedRoot(&bytes).open(0, &UsedKey::from_bytes(&[1; 32])).is_err());
        }
    }
}
