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
audit-finding-checkpoint-unwitnessed = The state of the ledger has fewer witnesses than the trust policy asks for.
audit-finding-checkpoint-invalid = A checkpoint is malformed, or its signature is wrong.
audit-finding-history-differs = An earlier state contradicts the present ledger.
audit-finding-history-untrusted = An earlier state is right, but no trusted key has signed it.
audit-finding-opening-malformed = A line of disclosed values is not one.
audit-finding-opening-differs = A disclosed value is not the one that the entry commits to.
audit-finding-document-unproven = Nothing proves that an enclosed document was recorded.
audit-finding-document-missing = Documents are missing that the export should contain.
audit-finding-content-differs = A document is not the one that was recorded.
audit-finding-destroyed-present = A document is enclosed that the ledger says was destroyed.
audit-finding-access-ledger-unanchored = Nothing that you trust vouches for an access log.
audit-finding-access-ledger-differs = An access log is another one than the ledger says.
audit-finding-partial-export = The export covers a part only: it proves what is there, not that there is nothing else.
audit-finding-files-not-understood = Files are enclosed of which only the digests were checked.
audit-finding-not-covered = Signatures by certificate or time-stamps are enclosed and were not checked.
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
audit-finding-known-checkpoint-ahead = A kept checkpoint knows more entries than the export has: some are missing.
audit-finding-known-checkpoint-diverged = The ledger contradicts a kept checkpoint: there are two histories.
audit-finding-check-ended-early = A part of the check did not come to its end.
audit-finding-timestamp-invalid = A time-stamp is wrong, or belongs to something else.
audit-finding-timestamp-untrusted = A time-stamp is by an authority that you do not trust.
audit-finding-timestamp-missing = You trust time-stamping authorities, but the export has no time-stamp.
audit-finding-cms-invalid = The electronic signature with certificate is wrong.
audit-finding-cms-untrusted = The electronic signature leads to no certificate that you trust.
