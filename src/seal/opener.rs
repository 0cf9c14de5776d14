//! Sealed frames in, plaintext out.

use bytes::Bytes;
use zeroize::Zeroizing;

use crate::keys::Leaf;
use crate::seal::SealError;
use crate::seal::derivation::DocumentKeys;
use crate::seal::description;
use crate::seal::frame::{self, Place};
use crate::seal::header::{DocHeader, UncheckedHeader};

/// A stored document or case whose header was checked against its key. Can be shared between threads; keeps no plaintext.
pub struct Opener {
    keys: DocumentKeys,
    header: DocHeader,
}

impl Opener {
    /// Checks `header` and its key commitment.
    ///
    /// # Errors
    /// [`SealError::Header`], [`SealError::UnknownSuite`] or [`SealError::KeyCommitment`].
    pub fn new(leaf: &Leaf, header: &[u8]) -> Result<Self, SealError> {
        let header = UncheckedHeader::from_slice(header)?.check()?;
        let keys = DocumentKeys::for_stored(leaf, &header)?;
        Ok(Self { keys, header })
    }

    /// The checked header.
    pub fn header(&self) -> &DocHeader {
        &self.header
    }

    /// Opens frame `index` of a document of `plain_bytes` in `frames` frames. Any order, any subset.
    ///
    /// # Errors
    /// [`SealError::Frame`] if it is not exactly the frame that was sealed at this place of this document,
    /// [`SealError::FrameCount`] if length and count do not fit together.
    pub fn open_frame(&self, index: u32, sealed: &[u8], plain_bytes: u64, frames: u32) -> Result<Bytes, SealError> {
        self.open_owned_frame(index, sealed.to_vec(), plain_bytes, frames)
    }

    /// The same for whoever needs the sealed bytes no more: they are decrypted where they lie.
    ///
    /// # Errors
    /// As [`Opener::open_frame`].
    pub fn open_owned_frame(&self, index: u32, sealed: Vec<u8>, plain_bytes: u64, frames: u32) -> Result<Bytes, SealError> {
        frame::open(&self.keys, Place::in_stored(index, plain_bytes, frames)?, sealed)
    }

    /// Opens the description.
    ///
    /// # Errors
    /// [`SealError::Description`] if it is not the one that was sealed with this header.
    pub fn open_description(&self, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        description::open(&self.keys, sealed)
    }

    /// The key of the ledger's commitments about this document or case.
    pub fn subject_key(&self) -> Zeroizing<[u8; 32]> {
        self.keys.subject_key()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keys::TreeId;
    use crate::limits::FRAME_BYTES;
    use crate::model::{Address, VaultId};
    use crate::seal::{HeaderFields, Sealer};

    /// A document of two frames with its description, as it would lie in the store.
    struct Stored {
        header: Vec<u8>,
        frames: Vec<Bytes>,
        description: Vec<u8>,
        plain: Vec<u8>,
    }

    fn leaf() -> Leaf {
        Leaf::from_bytes(&[7; 32])
    }

    fn store(plain: Vec<u8>) -> Stored {
        let fields = HeaderFields { tree: TreeId::cases(VaultId([1; 16]), 2026), address: Address::from_u64(9), id: [2; 16] };
        let mut sealer = Sealer::new(&leaf(), fields, 0);
        let mut frames = sealer.push(&plain).unwrap();
        let (last, sealed) = sealer.finish();
        frames.push(last);
        Stored { header: sealed.header.to_vec(), frames, description: sealed.description.seal(b"Bescheid"), plain }
    }

    fn two_frames() -> Stored {
        store((0..FRAME_BYTES + 50).map(|number| (number / 7 % 251) as u8).collect())
    }

    impl Stored {
        fn open(&self) -> Result<Vec<u8>, SealError> {
            let opener = Opener::new(&leaf(), &self.header)?;
            let mut plain = Vec::new();
            for (index, frame) in self.frames.iter().enumerate() {
                plain.extend_from_slice(&opener.open_frame(index as u32, frame, self.plain.len() as u64, self.frames.len() as u32)?);
            }
            assert_eq!(opener.open_description(&self.description)?, b"Bescheid");
            Ok(plain)
        }
    }

    fn with_flip(bytes: &[u8], at: usize, bit: u8) -> Vec<u8> {
        let mut flipped = bytes.to_vec();
        flipped[at] ^= 1 << bit;
        flipped
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let good = store(b"Aktenvermerk, kurz".repeat(9));
        assert_eq!(good.open().as_deref(), Ok(good.plain.as_slice()));
        for bit in 0..8 {
            for at in 0..good.header.len() {
                assert!(Opener::new(&leaf(), &with_flip(&good.header, at, bit)).is_err(), "header byte {at} bit {bit}");
            }
            let opener = Opener::new(&leaf(), &good.header).unwrap();
            for at in 0..good.frames[0].len() {
                let frame = with_flip(&good.frames[0], at, bit);
                assert_eq!(opener.open_frame(0, &frame, good.plain.len() as u64, 1), Err(SealError::Frame { index: 0 }));
            }
            for at in 0..good.description.len() {
                assert_eq!(opener.open_description(&with_flip(&good.description, at, bit)), Err(SealError::Description));
            }
        }
    }

    #[test]
    fn frames_open_only_in_their_place() {
        let good = two_frames();
        let plain_bytes = good.plain.len() as u64;
        let opener = Opener::new(&leaf(), &good.header).unwrap();
        let open = |index, frame: usize, plain_bytes, frames| opener.open_frame(index, &good.frames[frame], plain_bytes, frames);
        assert!(open(0, 0, plain_bytes, 2).is_ok());
        assert!(open(1, 1, plain_bytes, 2).is_ok());
        let wrong = [
            ("swapped", open(0, 1, plain_bytes, 2)),
            ("swapped back", open(1, 0, plain_bytes, 2)),
            ("truncated document", open(0, 0, FRAME_BYTES as u64, 1)),
            ("shorter document", open(1, 1, plain_bytes - 1, 2)),
            ("longer document", open(1, 1, plain_bytes + FRAME_BYTES as u64, 3)),
            ("frame beyond the end", open(2, 1, plain_bytes, 2)),
            ("count that does not fit", open(0, 0, plain_bytes, 3)),
        ];
        for (what, result) in wrong {
            assert!(result.is_err(), "{what}");
        }
    }

    #[test]
    fn another_leaf_or_another_documents_frames_do_not_open() {
        let (good, other) = (two_frames(), two_frames());
        assert!(matches!(Opener::new(&Leaf::from_bytes(&[8; 32]), &good.header), Err(SealError::KeyCommitment)));
        let opener = Opener::new(&leaf(), &good.header).unwrap();
        assert!(opener.open_frame(0, &other.frames[0], good.plain.len() as u64, 2).is_err());
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_errors(bytes in prop::collection::vec(any::<u8>(), 0..400), index: u32, plain_bytes: u64, frames: u32) {
            let good = store(vec![1; 10]);
            let opener = Opener::new(&leaf(), &good.header).unwrap();
            prop_assert!(opener.open_frame(index, &bytes, plain_bytes, frames).is_err());
            prop_assert!(opener.open_frame(0, &bytes, 300, 1).is_err());
            prop_assert!(opener.open_description(&bytes).is_err());
            prop_assert!(Opener::new(&leaf(), &bytes).is_err());
        }

        #[test]
        fn truncated_and_extended_frames_are_errors(cut in 0..280_usize, extra in 1..40_usize) {
            let good = store((0..280_u16).map(|number| (number * 37 / 4) as u8).collect());
            let opener = Opener::new(&leaf(), &good.header).unwrap();
            let frame = &good.frames[0];
            let shorter = &frame[..frame.len().saturating_sub(cut + 1)];
            let longer = [frame.as_ref(), &vec![0; extra]].concat();
            prop_assert!(opener.open_frame(0, shorter, 280, 1).is_err());
            prop_assert!(opener.open_frame(0, &longer, 280, 1).is_err());
        }
    }
}
