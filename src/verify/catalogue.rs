//! Every kind of finding, with how severe it is and what it means for the verdict. The names are stable: programs match on them.

use std::fmt;

use super::report::{Severity, Verdict};

/// One kind of finding.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code {
    name: &'static str,
    severity: Severity,
    verdict: Verdict,
}

impl Code {
    /// The stable name, in lower case with hyphens.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// How much attention it needs.
    pub fn severity(self) -> Severity {
        self.severity
    }

    /// What it means for the archive as a whole.
    pub fn verdict(self) -> Verdict {
        self.verdict
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! catalogue {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $severity:ident, $verdict:ident;)+) => {
        $($(#[$doc])* pub const $constant: Code = Code { name: $name, severity: Severity::$severity, verdict: Verdict::$verdict };)+

        /// All kinds of findings.
        pub const ALL: &[Code] = &[$($constant),+];
    };
}

catalogue! {
    // Files of the archive.

    /// The directory has no readable `FORMAT` file, so nothing says that it is an archive.
    NOT_AN_ARCHIVE = "not-an-archive", Error, Incomplete;
    /// A daemon or another check uses the directory: nothing was checked.
    IN_USE = "in-use", Error, Unchecked;
    /// The database does not open because bytes in it are not what was written.
    DATABASE_DAMAGED = "database-damaged", Error, Invalid;
    /// The database does not open because files are missing or the operating system refuses to read them.
    DATABASE_UNREADABLE = "database-unreadable", Error, Incomplete;
    /// The last record of the write-ahead log is torn, as a crash leaves it; nothing acknowledged was in it.
    TORN_TAIL = "torn-tail", Warning, Verified;
    /// A table file does not have its checksum.
    FILE_DAMAGED = "file-damaged", Error, Invalid;
    /// The manifest of the database does not end with a whole record, and what its end said was left out of account.
    MANIFEST_TORN = "manifest-torn", Warning, Incomplete;
    /// Files that an interrupted upload or start left behind; the next start removes them.
    STAGED = "staged-leftover", Note, Verified;

    /// A part of the check itself did not come to its end.
    CHECK_ENDED_EARLY = "check-ended-early", Error, Incomplete;

    // Backups.

    /// There is no manifest, or one that is not whole.
    NOT_A_BACKUP = "not-a-backup", Error, Incomplete;
    /// A file of the backup has other bytes than its manifest says.
    BACKUP_FILE_DAMAGED = "backup-file-damaged", Error, Invalid;
    /// A file of the backup is missing or cannot be read.
    BACKUP_FILE_MISSING = "backup-file-missing", Error, Incomplete;
    /// A file lies in the backup that its manifest does not list.
    BACKUP_FILE_FOREIGN = "backup-file-foreign", Warning, Verified;
    /// The database of the backup is not the one that its manifest describes.
    BACKUP_DIFFERS = "backup-differs-from-manifest", Error, Invalid;
    /// The key was destroyed after the backup was made: nobody can open this part of it any more, as it should be.
    DESTROYED_SINCE = "destroyed-since", Note, Verified;

    // The anchor.

    /// There is no anchor file.
    ANCHOR_MISSING = "anchor-missing", Warning, NotAnchored;
    /// Neither slot of the anchor can be read. No crash damages both.
    ANCHOR_DAMAGED = "anchor-damaged", Error, Invalid;
    /// One slot of the anchor cannot be read; the other one was used.
    ANCHOR_SLOT_DAMAGED = "anchor-slot-damaged", Warning, NotAnchored;
    /// The anchor file cannot be opened.
    ANCHOR_UNREADABLE = "anchor-unreadable", Error, NotAnchored;
    /// Anchor and `FORMAT` file name different archives.
    ANCHOR_FOREIGN = "anchor-foreign", Error, Invalid;
    /// The anchor is behind by no more groups than can be under way: a crash came between commit and acknowledgement.
    ANCHOR_CATCHES_UP = "anchor-catches-up", Note, Verified;
    /// The anchor is further behind than a crash explains: it is an older copy.
    ANCHOR_LAGS = "anchor-lags", Warning, NotAnchored;
    /// The database lacks what the anchor says was acknowledged: it is an older copy, or its end was cut off.
    DATABASE_BEHIND = "database-behind-anchor", Error, Incomplete;
    /// The recomputed root at the anchored size is another one.
    ANCHORED_ROOT_DIFFERS = "anchored-root-differs", Error, Invalid;

    // Keys.

    /// A file of the keyring or of the root of trust is not what was written.
    KEYS_DAMAGED = "keys-damaged", Error, Invalid;
    /// A file of the keyring or of the root of trust is missing or cannot be read.
    KEYS_MISSING = "keys-missing", Error, Incomplete;
    /// A change of keys was interrupted; the next start finishes or discards it.
    KEYS_STAGED = "keys-change-interrupted", Note, Verified;
    /// The key of a record, a vault or a ledger cannot be derived.
    KEY_UNDERIVABLE = "key-underivable", Error, Incomplete;

    // Columns of the database.

    /// Reading a part of a column failed; what lies there was not checked.
    COLUMN_UNREADABLE = "column-unreadable", Error, Invalid;
    /// A key or a value is not one of its column.
    ROW_UNREADABLE = "row-unreadable", Error, Invalid;
    /// A row belongs to a vault that does not exist.
    ROW_WITHOUT_VAULT = "row-without-vault", Error, Invalid;
    /// A row lies under a key that is not that of its value.
    ROW_MISPLACED = "row-misplaced", Error, Invalid;
    /// An index has no row for a record.
    INDEX_MISSING = "index-missing", Error, Incomplete;
    /// An index leads to another record, or to none.
    INDEX_DIFFERS = "index-differs", Error, Invalid;
    /// A number of the whole archive does not fit what is in it.
    SYSTEM_DIFFERS = "system-number-differs", Error, Invalid;

    // Ledgers.

    /// A vault has no head of its ledger.
    HEAD_MISSING = "head-missing", Error, Incomplete;
    /// Size, frontier or root of the head are not those of the entries.
    HEAD_DIFFERS = "head-differs", Error, Invalid;
    /// An entry within the size of the ledger is not there.
    ENTRY_MISSING = "entry-missing", Error, Incomplete;
    /// There is an entry beyond the size of the ledger.
    ENTRY_BEYOND_HEAD = "entry-beyond-head", Error, Invalid;
    /// An entry is not the one in the tree.
    ENTRY_DIFFERS = "entry-differs", Error, Invalid;
    /// An entry is not canonical, or not one that this archive writes.
    ENTRY_MALFORMED = "entry-malformed", Error, Invalid;
    /// The back-pointer of an entry is not the previous entry of its subject.
    BACK_POINTER = "back-pointer-differs", Error, Invalid;
    /// Events came in an order that is impossible.
    EVENT_ORDER = "event-order", Error, Invalid;
    /// An entry is older than the one before it.
    TIME_WENT_BACK = "time-went-back", Error, Invalid;
    /// A tile that should be stored or served is not there.
    TILE_MISSING = "tile-missing", Error, Incomplete;
    /// A tile is not the recomputed one.
    TILE_DIFFERS = "tile-differs", Error, Invalid;
    /// There is a tile that the tree does not have.
    TILE_BEYOND_HEAD = "tile-beyond-head", Error, Invalid;
    /// The ledger contains that an operator went on without an anchor: from there back nobody vouches for completeness.
    ANCHOR_ACCEPTED = "anchor-loss-accepted", Warning, Verified;

    /// The ledger contains that the archive went on from a backup: what was stored between the backup and the loss is not in it.
    ARCHIVE_RESTORED = "archive-restored", Warning, Verified;

    /// The checkpoint that is kept with cosignatures is not one of this ledger.
    COSIGNED_DIFFERS = "cosigned-checkpoint-differs", Error, Invalid;

    // Trust that comes from outside.

    /// No trusted key was given for a ledger.
    NO_TRUSTED_KEY = "no-trusted-key", Warning, SelfConsistent;
    /// The ledger is signed with another key than the trusted one of its origin.
    LOG_KEY_DIFFERS = "log-key-differs", Error, Invalid;
    /// A trusted key was given for a ledger that is not here.
    LOG_UNKNOWN = "log-unknown", Warning, NotAnchored;
    /// A checkpoint that the caller holds could not be compared: another ledger, or no good signature.
    KNOWN_UNUSABLE = "known-checkpoint-unusable", Warning, NotAnchored;
    /// The ledger is smaller than a checkpoint that the caller holds.
    KNOWN_AHEAD = "known-checkpoint-ahead", Error, Incomplete;
    /// The ledger contradicts a checkpoint that the caller holds.
    KNOWN_DIVERGED = "known-checkpoint-diverged", Error, Diverged;

    // Records, and what they refer to.

    /// A record breaks a rule that holds for every record.
    RECORD_INVARIANT = "record-invariant", Error, Invalid;
    /// The ledger has no entry of the record's event at the record's index.
    RECORD_WITHOUT_ENTRY = "record-without-entry", Error, Invalid;
    /// The ledger says that something was stored or opened, and there is no record of it.
    ENTRY_WITHOUT_RECORD = "entry-without-record", Error, Incomplete;
    /// The entry does not follow from the record: handle, time, or a commitment that the record does not open.
    RECORD_DIFFERS_FROM_ENTRY = "record-differs-from-entry", Error, Invalid;
    /// The document belongs to a case that is not there.
    CASE_MISSING = "case-missing", Error, Incomplete;
    /// The header of a record is damaged or belongs to another record or key.
    HEADER_DAMAGED = "header-damaged", Error, Invalid;
    /// The sealed details of a record do not open, or are not details.
    DETAILS_DAMAGED = "details-damaged", Error, Invalid;
    /// The reference in a case's description is not the one that the case is found by.
    REFERENCE_DIFFERS = "reference-differs", Error, Invalid;

    // Notes about retention, and what follows from them.

    /// A note continues another one that is not there, is of another kind, or has another handle in the ledger.
    NOTE_SUBJECT_DIFFERS = "note-subject-differs", Error, Invalid;
    /// The person by which a note is told apart from others is not the one that was sealed with it.
    PERSON_DIFFERS = "person-differs", Error, Invalid;
    /// Facts that follow from the notes are not stored.
    FACTS_MISSING = "facts-missing", Error, Incomplete;
    /// Facts are stored that do not follow from the notes.
    FACTS_UNFOUNDED = "facts-unfounded", Error, Invalid;
    /// Stored facts are others than those that follow from the notes.
    FACTS_DIFFER = "facts-differ", Error, Invalid;
    /// Stored dates are others than those that follow from the notes and the classes.
    DATES_DIFFER = "dates-differ", Error, Invalid;
    /// The defects of a scan are none that the scan gate could have found.
    DEFECTS_IMPOSSIBLE = "defects-impossible", Error, Invalid;
    /// The scan gate of this program finds other defects in a document than were recorded when it came: the gate has changed since, or
    /// somebody has changed what was recorded.
    DEFECTS_DIFFER = "defects-differ", Warning, Verified;
    /// The agenda lacks a line of a case or document: it would not become due.
    AGENDA_MISSING = "agenda-missing", Error, Incomplete;
    /// The agenda has a line that no case or document has.
    AGENDA_UNFOUNDED = "agenda-unfounded", Error, Invalid;
    /// A line in the agenda is another one than that of its case or document.
    AGENDA_DIFFERS = "agenda-differs", Error, Invalid;
    /// Something that a hold covers is not found to be held: it could be destroyed.
    HELD_MISSING = "held-missing", Error, Incomplete;
    /// Something is found to be held that no hold covers: it would be kept too long.
    HELD_UNFOUNDED = "held-unfounded", Error, Invalid;
    /// Something is held for another reason than its hold was placed for.
    HELD_DIFFERS = "held-differs", Error, Invalid;
    /// Cases or documents are from before the archive knew retention; nothing but their content is known of them.
    BEFORE_RETENTION = "from-before-retention", Note, Verified;

    // Destruction.

    /// A step of an order destroys without what it must rest on: two persons, the list they agreed on, the rest, the cap of the day. Or
    /// keys or copies are said to be gone of what was never condemned.
    DESTRUCTION_UNFOUNDED = "destruction-unfounded", Error, Invalid;
    /// Something was condemned and has no tombstone, or fewer tombstones stand in a case than documents went with it.
    TOMBSTONE_MISSING = "tombstone-missing", Error, Incomplete;
    /// There is a tombstone of something that nothing in the ledger condemns.
    TOMBSTONE_UNFOUNDED = "tombstone-unfounded", Error, Invalid;
    /// A tombstone says something else than the ledger and the step that it names.
    TOMBSTONE_DIFFERS = "tombstone-differs", Error, Invalid;
    /// Something is there that was destroyed.
    DESTROYED_PRESENT = "destroyed-present", Error, Invalid;
    /// The key of something destroyed is derivable, although the ledger says that it is gone.
    DESTROYED_KEY_EXISTS = "destroyed-key-exists", Error, Invalid;
    /// The keyring can derive other keys than those that were left when the last end of keys was certified.
    COVER_DIFFERS = "cover-differs", Error, Invalid;
    /// Keys of what is destroyed exist still; the daemon ends them with the next epoch.
    KEYS_PENDING = "keys-pending", Note, Verified;

    /// A running archive has destroyed something that it has not certified yet, so that nobody can tell which entries have lost their
    /// records rightly.
    DESTRUCTION_UNCERTIFIED = "destruction-uncertified", Warning, Incomplete;

    // Certificates of destruction.

    /// The file is not a certificate, or not in its one form.
    CERTIFICATE_MALFORMED = "certificate-malformed", Error, Invalid;
    /// The signature of a certificate is not good, or of another document.
    CERTIFICATE_SIGNATURE = "certificate-signature", Error, Invalid;
    /// A certificate says something else than the entries of the ledger that it rests on.
    CERTIFICATE_DIFFERS = "certificate-differs", Error, Invalid;
    /// The certificate is good, but its checkpoints lack the cosignatures that the policy asks for.
    CERTIFICATE_UNWITNESSED = "certificate-unwitnessed", Warning, NotAnchored;
    /// The policy does not name the ledger of the certificate.
    CERTIFICATE_UNTRUSTED = "certificate-untrusted", Warning, SelfConsistent;
    /// The certificate is the first of two stages: copies were not looked at yet.
    CERTIFICATE_FIRST_STAGE = "certificate-first-stage", Note, Verified;

    // Content.

    /// The content has no owner, or another one than the record.
    OWNER_DIFFERS = "owner-differs", Error, Invalid;
    /// A frame is not there.
    FRAME_MISSING = "frame-missing", Error, Incomplete;
    /// A frame does not open.
    FRAME_DAMAGED = "frame-damaged", Error, Invalid;
    /// There is a frame beyond those of the document.
    FRAME_BEYOND_END = "frame-beyond-end", Error, Invalid;
    /// The frames do not have the size in the record.
    SIZE_DIFFERS = "size-differs", Error, Invalid;
    /// The content does not have the SHA-256 that was sealed with it.
    CONTENT_DIFFERS = "content-differs", Error, Invalid;
    /// Content without an owner in the column of ingested files: an upload that was never committed; the next start removes it.
    CONTENT_STAGED = "content-staged", Note, Verified;
    /// Content without an owner in the logged column, where nothing is staged.
    CONTENT_WITHOUT_OWNER = "content-without-owner", Error, Invalid;

    // Exports.

    /// A file of the bag, or the archive that it lies in, cannot be read.
    BAG_UNREADABLE = "bag-unreadable", Error, Incomplete;
    /// Something has no place in a bag: a link, a name that means different things on different systems, a damaged archive.
    BAG_MALFORMED = "bag-malformed", Error, Invalid;
    /// The archive that the bag lies in ends early.
    BAG_CUT = "bag-cut", Error, Incomplete;
    /// `bagit.txt` or `bag-info.txt` does not say what is in the bag.
    BAG_TAG_FILE = "bag-description-differs", Error, Invalid;
    /// A manifest is malformed or lists what it must not.
    BAG_MANIFEST = "bag-manifest-malformed", Error, Invalid;
    /// A file is missing that a manifest lists or that every export has.
    BAG_FILE_MISSING = "bag-file-missing", Error, Incomplete;
    /// A file does not have its digest.
    BAG_FILE_DIFFERS = "bag-file-differs", Error, Invalid;
    /// A file is in the bag that no manifest lists.
    BAG_FILE_UNLISTED = "bag-file-unlisted", Error, Invalid;
    /// The signature over the export is not good, or not over this bag.
    BAG_SIGNATURE = "bag-signature", Error, Invalid;
    /// The export is signed, by a key that the auditor does not trust.
    BAG_SIGNER_UNKNOWN = "bag-signer-unknown", Warning, NotAnchored;
    /// The checkpoint lacks the cosignatures that the policy asks for.
    CHECKPOINT_UNWITNESSED = "checkpoint-unwitnessed", Warning, NotAnchored;
    /// Enough witnesses have cosigned a beginning of the ledger, and not the entries behind it.
    WITNESSED_IN_PART = "checkpoint-witnessed-in-part", Warning, NotAnchored;
    /// An older checkpoint contradicts the ledger.
    HISTORY_DIFFERS = "history-differs", Error, Invalid;
    /// An older checkpoint agrees with the ledger, and no trusted key has signed it.
    HISTORY_UNTRUSTED = "history-untrusted", Warning, NotAnchored;
    /// A line of openings is not one.
    OPENING_MALFORMED = "opening-malformed", Error, Invalid;
    /// A document of which nothing proves that it was stored.
    DOCUMENT_UNPROVEN = "document-unproven", Error, Invalid;
    /// A document that the export says it contains is not in it.
    DOCUMENT_MISSING = "document-missing", Error, Incomplete;
    /// Nothing that the auditor trusts vouches for an access ledger.
    SHARD_UNANCHORED = "access-ledger-unanchored", Warning, NotAnchored;
    /// An access ledger goes on, or its end is not among what was opened: who signed the export vouches for it, and nobody else yet.
    SHARD_OPEN = "access-ledger-open", Note, Verified;
    /// An access ledger is another one than the main ledger says.
    SHARD_DIFFERS = "access-ledger-differs", Error, Invalid;
    /// The export takes in a part of the vault: what it opens is there, and nothing is said about the rest.
    PARTIAL_EXPORT = "partial-export", Note, Verified;
    /// Files that no check understands; the manifests list them, and that is all that is known.
    NOT_UNDERSTOOD = "files-not-understood", Note, Verified;
    /// A time-stamp or an evidence record proves nothing, or is over something else.
    TIMESTAMP_INVALID = "timestamp-invalid", Error, Invalid;
    /// A time-stamp is by an authority that the auditor does not trust.
    TIMESTAMP_UNTRUSTED = "timestamp-untrusted", Note, Verified;
    /// The auditor asks for a time-stamp, and there is none by an authority that the auditor trusts.
    TIMESTAMP_MISSING = "timestamp-missing", Warning, NotAnchored;
    /// The signature by certificate over the export is wrong.
    CMS_INVALID = "cms-invalid", Error, Invalid;
    /// The signature by certificate leads to no root that the auditor trusts.
    CMS_UNTRUSTED = "cms-untrusted", Note, Verified;
    /// Signatures or time-stamps that are right in themselves, and nobody has said who may vouch for them.
    NOT_COVERED = "not-covered", Note, Verified;

    // A running daemon.

    /// A resource could not be fetched.
    FETCH_FAILED = "fetch-failed", Error, Incomplete;
    /// An answer is not what the interface describes.
    ANSWER_MALFORMED = "answer-malformed", Error, Invalid;
    /// The checkpoint is malformed or its signature is not good.
    CHECKPOINT_INVALID = "checkpoint-invalid", Error, Invalid;
    /// The recomputed root is not the signed one.
    ROOT_DIFFERS = "root-differs", Error, Invalid;
    /// A receipt does not verify.
    RECEIPT_INVALID = "receipt-invalid", Error, Invalid;
    /// The opening of an entry does not open it, or says something else than the record.
    OPENING_DIFFERS = "opening-differs", Error, Invalid;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_errors_never_pass() {
        let names: std::collections::BTreeSet<_> = ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), ALL.len());
        for code in ALL {
            assert!(code.severity() != Severity::Error || code.verdict() > Verdict::Verified, "{code:?}");
        }
    }
}
