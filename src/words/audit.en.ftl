### The report on the check of an export. Every message stands under the same name in audit.de.ftl, with the same variables.

audit-title = Report on the check of an archive export
audit-found = What was found
audit-checked = What was checked
audit-not-checked = What was not checked
audit-nothing = Nothing to object to.
audit-more = { $count ->
        [one] One more finding stands
       *[other] { $count } more findings stand
    } in the complete output (--json).
audit-error = Error
audit-warning = Warning
audit-note = Note
audit-detail = [{ $code }] { $place }: { $text }
audit-foot = Checked without a network and without the archive, with nothing but the auditor's own word on which keys to trust. The same files can be checked with sha256sum, bagit.py and openssl.
audit-sign = Place, date, signature

## Facts

audit-bag = Checked file
audit-export = Export, body, day
audit-scope = Scope as it says
audit-ledger = Ledger
audit-root = Entries, root
audit-size-and-root = { $size }, { $root }
audit-period = Period of the entries
audit-signer = Key of the export
audit-certificate = Certificate over the export
audit-stamps = Time-stamps
audit-witnesses = Witnesses
audit-access-ledgers = Access logs
audit-access-sealed = { $year }: { $count ->
        [one] one entry
       *[other] { $count } entries
    }, sealed
audit-access-open = { $year }: { $count ->
        [one] one entry
       *[other] { $count } entries
    }, open

## Results

audit-verdict-verified = Result: verified
audit-meaning-verified = What was checked is unchanged since it was recorded and signed, and is what the trusted keys vouch for.
audit-verdict-not-anchored = Result: verified, but not anchored as the trust policy asks
audit-meaning-not-anchored = The export does not contradict itself, and a trusted key has signed the ledger. A confirmation that was asked for is missing; which one stands below.
audit-verdict-self-consistent = Result: only self-consistent
audit-meaning-self-consistent = The export does not contradict itself. But no trusted key of this ledger was given: somebody who replaced everything, keys included, would not be noticed.
audit-verdict-incomplete = Result: incomplete
audit-meaning-incomplete = What is there does not contradict itself. But something that should be there is missing or cannot be read.
audit-verdict-diverged = Result: two different histories
audit-meaning-diverged = The ledger in the export contradicts a checkpoint that the auditor has kept. Keep both: together they prove that the same key has signed two histories.
audit-verdict-invalid = Result: invalid
audit-meaning-invalid = At least one part of the export is not what was recorded and signed.

## What was checked

audit-done-structure = Structure of the export: { $count } files compared with the digests that they are listed with; missing and additional ones looked for.
audit-done-signature = Signature over the whole export, by a key that you trust.
audit-done-ledger = Ledger: { $count } entries read one by one, their links, their order and the root over all of them computed again.
audit-done-trust = Signature of the ledger, by a key that you trust.
audit-done-witnesses = Witnesses: { $count ->
        [one] one good cosignature
       *[other] { $count } good cosignatures
    } of the ledger.
audit-done-known = Kept checkpoints and receipts: { $count ->
        [one] what was given agrees
       *[other] { $count } agree
    } with the ledger.
audit-done-history = Earlier states: { $count ->
        [one] one signed checkpoint
       *[other] { $count } signed checkpoints
    } compared with the beginnings of the present ledger.
audit-done-openings = Disclosed values: { $count } of { $of } entries opened in whole or in part; each value is the one committed to.
audit-done-documents = Documents: { $of ->
        [0] { $count ->
            [one] one is enclosed and is the one that was recorded
           *[other] { $count } are enclosed and are those that were recorded
        }; how many others the ledger records, this export does not say.
       *[other] { $count } of { $of } recorded in the ledger are enclosed and are those that were recorded.
    }
audit-done-receipts = Receipts: { $count ->
        [one] one leads
       *[other] { $count } lead
    } from the entry to the signed state.
audit-done-access = Access logs: { $count } computed again.
audit-done-timestamps = Time-stamps: { $count } good.
audit-done-cms = Electronic signature with certificate over the export.

## What was not checked

audit-open-structure = The structure of the export: there was nothing to read.
audit-open-signature = The signature over the whole export: no key that you trust has signed it.
audit-open-ledger = The ledger as a whole: its entries are not enclosed or cannot be read.
audit-open-trust = Where the ledger comes from: no trusted key was given (--trust).
audit-open-witnesses = Witnesses: nobody whom you trust has cosigned the state.
audit-open-known = Earlier checkpoints from other hands: none were given (--known), or none agrees.
audit-open-history = Earlier states: the export has none.
audit-open-openings = Disclosed values: none that could be checked.
audit-open-documents = Documents: none is enclosed that could be checked.
audit-open-receipts = Receipts: the export has no good ones.
audit-open-access = Access logs: the export has none.
audit-open-access-listed = Accesses: the copy lists them on its pages, and the signature over the export vouches for that. The access log itself does not come with a copy for the person concerned, because it is about others too.
audit-open-timestamps = Time-stamps of an authority: none checked.
audit-open-cms = Electronic signature with certificate: none checked.
audit-limit-later = Whether entries have come since the signed state of { $size } entries, an export cannot say.
audit-limit-truth = Whether what was recorded is true, this check does not say; it says that it is unchanged.

## Findings

audit-finding-bag-unreadable = A file cannot be read.
audit-finding-bag-malformed = Something has no place in an export, or the archive file is damaged.
audit-finding-bag-cut = The archive file is cut off.
audit-finding-bag-description-differs = The description of the export does not fit what is in it.
audit-finding-bag-manifest-malformed = A list of digests is malformed.
audit-finding-bag-file-missing = A file is missing.
audit-finding-bag-file-differs = A file was changed.
audit-finding-bag-file-unlisted = A file is enclosed that stands in no list.
audit-finding-bag-signature = The signature over the export is wrong, or belongs to another export.
audit-finding-bag-signer-unknown = The export is signed with a key that you do not trust.
audit-finding-checkpoint-unwitnessed = The state of the ledger has fewer witnesses than the trust policy asks for. Ask for an export that is made after a round of these witnesses, or for a receipt with their cosignatures (anchored=1), or find out whether the archive asks them at all.
audit-finding-checkpoint-witnessed-in-part = The witnesses that the policy asks for have cosigned the first { $covered } of { $size } entries, and not the newer ones. An export of which nothing is newer than their last round is cosigned as a whole.
audit-finding-checkpoint-invalid = A checkpoint is malformed, or its signature is wrong.
audit-finding-history-differs = An earlier state contradicts the present ledger.
audit-finding-history-untrusted = An earlier state is right, but no trusted key has signed it.
audit-finding-opening-malformed = A line of disclosed values is not one.
audit-finding-opening-differs = A disclosed value is not the one that the entry commits to.
audit-finding-document-unproven = Nothing proves that an enclosed document was recorded.
audit-finding-document-missing = Documents are missing that the export should contain.
audit-finding-content-differs = A document is not the one that was recorded.
audit-finding-destroyed-present = A document is enclosed that the ledger says was destroyed.
audit-finding-access-ledger-unanchored = Nothing that you trust vouches for an access log ({ $size } entries), or its year is over and its closing is not part of the export. Name the key of the export or that of the access log in your trust policy; the archive states it under ledger/access.
audit-finding-access-ledger-open = An access log ({ $size } entries) is not closed yet, or its closing is not part of the export. That is so until its year is over; until then whoever signed the export vouches for it. To compare it, keep the export and hold it against one that is made after the closing.
audit-finding-access-ledger-differs = An access log is another one than the ledger says.
audit-finding-partial-export = The export covers a part only: it proves what is there, not that there is nothing else.
audit-finding-files-not-understood = Files are enclosed of which only the digests were checked.
audit-finding-not-covered = Signatures by certificate or time-stamps are enclosed and right in themselves. Whose they are was not checked: give the roots that you trust with --tsa-root.
audit-finding-no-trusted-key = No trusted key was given for this ledger.
audit-finding-root-differs = The entries lead to another root than the signed one.
audit-finding-tile-missing = A tile of the ledger is missing.
audit-finding-tile-differs = A tile of the ledger does not follow from the entries.
audit-finding-tile-beyond-head = A tile is enclosed that the ledger does not have.
audit-finding-entry-missing = Entries of the ledger are missing.
audit-finding-entry-malformed = An entry does not have the one prescribed form.
audit-finding-event-order = Events stand in an order that is impossible.
audit-finding-back-pointer-differs = An entry does not point to the previous one about the same subject.
audit-finding-time-went-back = An entry is older than the one before it.
audit-finding-anchor-loss-accepted = The archive once went on without its anchor; before that nobody vouches for completeness.
audit-finding-archive-restored = The archive went on from a backup; what came after it and was lost is not in the ledger.
audit-finding-receipt-invalid = A receipt is not valid.
audit-finding-known-checkpoint-unusable = A kept checkpoint could not be compared.
audit-finding-known-checkpoint-ahead = A kept checkpoint is newer: it knows { $known } entries, and what was checked has { $size }. Whether the two agree cannot be said like this. If the export is older than the checkpoint, ask for an export of today and check that one; if it is younger, entries are missing from it.
audit-finding-known-checkpoint-diverged = The ledger contradicts a kept checkpoint: there are two histories.
audit-finding-check-ended-early = A part of the check did not come to its end.
audit-finding-timestamp-invalid = A time-stamp is wrong, or belongs to something else.
audit-finding-timestamp-untrusted = A time-stamp is right in itself, but leads to none of the roots given: it proves no time. Give the root of this authority with --tsa-root as well.
audit-finding-timestamp-missing = You ask for a time-stamp, but the export has none that leads to one of the roots given.
audit-finding-cms-invalid = The electronic signature with certificate is wrong.
audit-finding-cms-untrusted = The electronic signature is right in itself, but leads to none of the roots given: it is not proven who has signed. Give the root of the signing office with --tsa-root as well.

## The report on an archive

audit-text-more = ... and { $count } more findings
audit-text-records = vaults { $vaults }  cases { $cases }  documents { $documents }
audit-text-content = content { $bytes } bytes  frames { $frames }
audit-text-ledgers = logs { $logs }  entries { $entries }  tiles { $tiles }  receipts { $receipts }
audit-text-retention = notes { $notes }  facts { $facts }  agenda rows { $rows }
audit-text-retention-not-checked = notes, facts and agenda rows are not checked here: that needs the files (--config) of the stopped archive
audit-text-destroyed = destroyed { $count }
audit-text-ledger = ledger of vault { $vault }: { $origin } size { $size } root { $root }
audit-text-key = key { $key }
audit-text-access-sealed = access log of vault { $vault }, { $year }: { $count } entries, sealed
audit-text-access-open = access log of vault { $vault }, { $year }: { $count } entries, open
audit-text-access-unasked = access log of vault { $vault }, { $year }: { $count } entries
audit-text-verified = verified
audit-text-not-anchored = verified, but not anchored: nobody can say whether something newer is missing
audit-text-self-consistent = only self-consistent: give the ledger's key with --log-key to learn more
audit-text-unchecked = not checked: somebody uses the archive; stop the daemon, or check it over the network
audit-text-incomplete = incomplete: something that should be there is missing or unreadable
audit-text-diverged = DIVERGED: the archive contradicts a checkpoint that you hold; keep both notes, together they are proof
audit-text-invalid = INVALID: something is not what was written

## Findings about an archive and about certificates

audit-finding-not-an-archive = The directory has no readable FORMAT file, so nothing says that it is an archive.
audit-finding-in-use = A daemon or another check uses the directory: nothing was checked.
audit-finding-database-damaged = The database does not open because bytes in it are not what was written.
audit-finding-database-unreadable = The database does not open because files are missing or the operating system refuses to read them.
audit-finding-torn-tail = The last record of the write-ahead log is torn, as a crash leaves it; nothing acknowledged was in it.
audit-finding-file-damaged = A table file does not have its checksum.
audit-finding-manifest-torn = The manifest of the database does not end with a whole record, and what its end said was left out of account.
audit-finding-staged-leftover = Files that an interrupted upload or start left behind; the next start removes them.
audit-finding-not-a-backup = There is no manifest, or one that is not whole.
audit-finding-backup-file-damaged = A file of the backup has other bytes than its manifest says.
audit-finding-backup-file-missing = A file of the backup is missing or cannot be read.
audit-finding-backup-file-foreign = A file lies in the backup that its manifest does not list.
audit-finding-backup-differs-from-manifest = The database of the backup is not the one that its manifest describes.
audit-finding-destroyed-since = The key was destroyed after the backup was made: nobody can open this part of it any more, as it should be.
audit-finding-anchor-missing = There is no anchor file.
audit-finding-anchor-damaged = Neither slot of the anchor can be read. No crash damages both.
audit-finding-anchor-slot-damaged = One slot of the anchor cannot be read; the other one was used.
audit-finding-anchor-unreadable = The anchor file cannot be opened.
audit-finding-anchor-foreign = Anchor and FORMAT file name different archives.
audit-finding-anchor-catches-up = The anchor is behind by no more groups than can be under way: a crash came between commit and acknowledgement.
audit-finding-anchor-lags = The anchor is further behind than a crash explains: it is an older copy.
audit-finding-database-behind-anchor = The database lacks what the anchor says was acknowledged: it is an older copy, or its end was cut off.
audit-finding-anchored-root-differs = The recomputed root at the anchored size is another one.
audit-finding-keys-damaged = A file of the keyring or of the root of trust is not what was written.
audit-finding-keys-missing = A file of the keyring or of the root of trust is missing or cannot be read.
audit-finding-keys-change-interrupted = A change of keys was interrupted; the next start finishes or discards it.
audit-finding-key-underivable = The key of a record, a vault or a ledger cannot be derived.
audit-finding-column-unreadable = Reading a part of a column failed; what lies there was not checked.
audit-finding-row-unreadable = A key or a value is not one of its column.
audit-finding-row-without-vault = A row belongs to a vault that does not exist.
audit-finding-row-misplaced = A row lies under a key that is not that of its value.
audit-finding-index-missing = An index has no row for a record.
audit-finding-index-differs = An index leads to another record, or to none.
audit-finding-system-number-differs = A number of the whole archive does not fit what is in it.
audit-finding-head-missing = A vault has no head of its ledger.
audit-finding-head-differs = Size, frontier or root of the head are not those of the entries.
audit-finding-entry-beyond-head = There is an entry beyond the size of the ledger.
audit-finding-entry-differs = An entry is not the one in the tree.
audit-finding-cosigned-checkpoint-differs = The checkpoint that is kept with cosignatures is not one of this ledger.
audit-finding-log-key-differs = The ledger is signed with another key than the trusted one of its origin.
audit-finding-log-unknown = A trusted key was given for a ledger that is not here.
audit-finding-record-invariant = A record breaks a rule that holds for every record.
audit-finding-record-without-entry = The ledger has no entry of the record's event at the record's index.
audit-finding-entry-without-record = The ledger says that something was stored or opened, and there is no record of it.
audit-finding-record-differs-from-entry = The entry does not follow from the record: handle, time, or a commitment that the record does not open.
audit-finding-case-missing = The document belongs to a case that is not there.
audit-finding-header-damaged = The header of a record is damaged or belongs to another record or key.
audit-finding-details-damaged = The sealed details of a record do not open, or are not details.
audit-finding-reference-differs = The reference in a case's description is not the one that the case is found by.
audit-finding-note-subject-differs = A note continues another one that is not there, is of another kind, or has another handle in the ledger.
audit-finding-person-differs = The person by which a note is told apart from others is not the one that was sealed with it.
audit-finding-facts-missing = Facts that follow from the notes are not stored.
audit-finding-facts-unfounded = Facts are stored that do not follow from the notes.
audit-finding-facts-differ = Stored facts are others than those that follow from the notes.
audit-finding-dates-differ = Stored dates are others than those that follow from the notes and the classes.
audit-finding-defects-impossible = The defects of a scan are none that the scan gate could have found.
audit-finding-defects-differ = The scan gate of this program finds other defects in a document than were recorded when it came: the gate has changed since, or somebody has changed what was recorded.
audit-finding-agenda-missing = The agenda lacks a line of a case or document: it would not become due.
audit-finding-agenda-unfounded = The agenda has a line that no case or document has.
audit-finding-agenda-differs = A line in the agenda is another one than that of its case or document.
audit-finding-held-missing = Something that a hold covers is not found to be held: it could be destroyed.
audit-finding-held-unfounded = Something is found to be held that no hold covers: it would be kept too long.
audit-finding-held-differs = Something is held for another reason than its hold was placed for.
audit-finding-from-before-retention = Cases or documents are from before the archive knew retention; nothing but their content is known of them.
audit-finding-destruction-unfounded = A step of an order destroys without what it must rest on: two persons, the list they agreed on, the rest, the cap of the day. Or keys or copies are said to be gone of what was never condemned.
audit-finding-tombstone-missing = Something was condemned and has no tombstone, or fewer tombstones stand in a case than documents went with it.
audit-finding-tombstone-unfounded = There is a tombstone of something that nothing in the ledger condemns.
audit-finding-tombstone-differs = A tombstone says something else than the ledger and the step that it names.
audit-finding-destroyed-key-exists = The key of something destroyed is derivable, although the ledger says that it is gone.
audit-finding-cover-differs = The keyring can derive other keys than those that were left when the last end of keys was certified.
audit-finding-keys-pending = Keys of what is destroyed exist still; the daemon ends them with the next epoch.
audit-finding-destruction-uncertified = A running archive has destroyed something that it has not certified yet, so that nobody can tell which entries have lost their records rightly.
audit-finding-certificate-malformed = The file is not a certificate, or not in its one form.
audit-finding-certificate-signature = The signature of a certificate is not good, or of another document.
audit-finding-certificate-differs = A certificate says something else than the entries of the ledger that it rests on.
audit-finding-certificate-unwitnessed = The certificate is good, but its checkpoints lack the cosignatures that the policy asks for.
audit-finding-certificate-untrusted = The policy does not name the ledger of the certificate.
audit-finding-certificate-first-stage = The certificate is the first of two stages: copies were not looked at yet.
audit-finding-owner-differs = The content has no owner, or another one than the record.
audit-finding-frame-missing = A frame is not there.
audit-finding-frame-damaged = A frame does not open.
audit-finding-frame-beyond-end = There is a frame beyond those of the document.
audit-finding-size-differs = The frames do not have the size in the record.
audit-finding-content-staged = Content without an owner in the column of ingested files: an upload that was never committed; the next start removes it.
audit-finding-content-without-owner = Content without an owner in the logged column, where nothing is staged.
audit-finding-fetch-failed = A resource could not be fetched.
audit-finding-answer-malformed = An answer is not what the interface describes.
