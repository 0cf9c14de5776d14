//! What must hold of every record, as named predicates. The committer asserts them before it writes, `verify` checks them again
//! on what it reads: a record that breaks one was not written by this program, or not read back as it was written.

use crate::limits::{DOCUMENT_BYTES_MAX, FRAME_BYTES};
use crate::model::retention::NoteRecord;
use crate::model::{Address, CaseRecord, DocumentNumber, DocumentRecord, LedgerIndex, Timestamp};

/// An invariant that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// The entry of a record lies outside the ledger that its receipt was issued for.
    #[error("the ledger entry of the record is not inside the ledger of its receipt")]
    EntryOutsideReceipt,
    /// The receipt was issued for a ledger that has never been.
    #[error("the receipt of the record is for a larger ledger than there is")]
    ReceiptAheadOfLedger,
    /// The number of frames does not follow from the number of bytes.
    #[error("the number of frames does not fit the number of bytes")]
    FramesDoNotFitBytes,
    /// A frame cannot be smaller than its tag.
    #[error("the sealed content is smaller than its frames can be")]
    SealedTooSmall,
    /// A document sits in the place of the case itself.
    #[error("the document has the number of the case itself")]
    NumberOfCaseItself,
    /// A document lies in a key tree that is not its case's.
    #[error("the document is not in the key tree of its case")]
    OtherTreeThanCase,
    /// A note lies where no note of its kind does.
    #[error("the note does not lie where notes of its kind are filed")]
    NoteOutOfPlace,
    /// A note lies in a key tree that is not its case's.
    #[error("the note is not in the key tree of its case")]
    NoteInOtherTreeThanCase,
    /// Time has gone back.
    #[error("recorded time has gone back")]
    TimeWentBack,
}

/// An entry is in the ledger before a receipt is issued for it: `entry < receipt_size <= ledger size`.
pub fn entry_is_in_ledger(entry: LedgerIndex, receipt_size: u64, ledger_size: u64) -> Result<(), Violation> {
    if entry.0 >= receipt_size {
        return Err(Violation::EntryOutsideReceipt);
    }
    if receipt_size > ledger_size {
        return Err(Violation::ReceiptAheadOfLedger);
    }
    Ok(())
}

/// `frames = max(1, ceil(plain_bytes / frame))`: an empty document has one empty frame, so that its absence shows.
/// Every frame carries a codec byte and a 16-byte tag.
pub fn content_has_its_frames(record: &DocumentRecord) -> Result<(), Violation> {
    let frames = record.plain_bytes.div_ceil(FRAME_BYTES as u64).max(1);
    if record.plain_bytes > DOCUMENT_BYTES_MAX || u64::from(record.content.frames) != frames {
        return Err(Violation::FramesDoNotFitBytes);
    }
    const FRAME_OVERHEAD_BYTES: u64 = 1 + 16;
    if record.content.sealed_bytes < frames * FRAME_OVERHEAD_BYTES {
        return Err(Violation::SealedTooSmall);
    }
    Ok(())
}

/// The last number of a case belongs to its own description; a document there would share its key.
pub fn document_is_not_the_case_itself(record: &DocumentRecord) -> Result<(), Violation> {
    if record.address.document > DocumentNumber::MAX { Err(Violation::NumberOfCaseItself) } else { Ok(()) }
}

/// A document dies with its case, so its keys must lie in the tree of the case.
pub fn document_is_in_tree_of_case(record: &DocumentRecord, case: &CaseRecord) -> Result<(), Violation> {
    let same = record.address.case == case.number && record.opening_year == case.opening_year;
    if same { Ok(()) } else { Err(Violation::OtherTreeThanCase) }
}

/// Receipts would contradict each other if a later group had an earlier time.
pub fn time_does_not_go_back(before: Timestamp, after: Timestamp) -> Result<(), Violation> {
    if after >= before { Ok(()) } else { Err(Violation::TimeWentBack) }
}

/// All that can be said of one document record, given the size of its ledger.
pub fn document_holds(record: &DocumentRecord, ledger_size: u64) -> Result<(), Violation> {
    entry_is_in_ledger(record.entry, record.receipt_size, ledger_size)?;
    content_has_its_frames(record)?;
    document_is_not_the_case_itself(record)
}

/// Notes about one case lie behind its documents, so that they die with it; a register has a place of its own.
pub fn note_is_in_its_place(record: &NoteRecord) -> Result<(), Violation> {
    let (address, in_registers) = (record.address, record.address.is_in_registers());
    let in_place = if record.note.is_filed_in_case() {
        !in_registers && address.is_of_note()
    } else {
        in_registers && address == Address::of_case(address.case)
    };
    if in_place { Ok(()) } else { Err(Violation::NoteOutOfPlace) }
}

/// The words of a note about a case die with the case, so their keys must lie in its tree.
pub fn note_is_in_tree_of_case(record: &NoteRecord, case: &CaseRecord) -> Result<(), Violation> {
    let same = record.address.case == case.number && record.opening_year == case.opening_year;
    if same { Ok(()) } else { Err(Violation::NoteInOtherTreeThanCase) }
}

/// All that can be said of one note record, given the size of its ledger.
pub fn note_holds(record: &NoteRecord, ledger_size: u64) -> Result<(), Violation> {
    entry_is_in_ledger(record.entry, record.receipt_size, ledger_size)?;
    note_is_in_its_place(record)
}

/// All that can be said of one case record, given the size of its ledger.
pub fn case_holds(record: &CaseRecord, ledger_size: u64) -> Result<(), Violation> {
    entry_is_in_ledger(record.entry, record.receipt_size, ledger_size)
}
