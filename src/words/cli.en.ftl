### What the command line writes for people. Every message has the same name and the same variables in cli.de.ftl.

## Headings and labels

label-about = about
label-access = access
label-application = application
label-at = at
label-backed-up-through = backed up through
label-batch = batch
label-because = pull out because
label-box = box
label-case = case
label-changed = changed lines
label-checked = checked
label-class = class
label-conflict = conflict
label-date = date
label-days = days
label-defects = defects
label-destroy-by = destroy by
label-destroyed-on = destroyed on
label-device = device
label-diff = difference
label-document = document
label-documents = documents
label-due-now = due now
label-ends = ends
label-event = event
label-evidence = evidence
label-extended-until = extended until
label-first-day = first day
label-flags = flags
label-from = from
label-hold = hold
label-in-force-from = in force from
label-items = items
label-keep-until = keep until
label-kind = kind
label-legal-basis = legal basis
label-level = level
label-matter = matter
label-missing = missing
label-mode = check
label-no-class = no class
label-no-longer-due = no longer due
label-note = note
label-notice = notice
label-on-behalf-of = on behalf of
label-open = open
label-open-batch = open batch
label-outcome = outcome
label-overdue-now = overdue now
label-owner = owner
label-person = person
label-place = place
label-placed = placed
label-placed-by = placed by
label-position = position
label-positions = positions
label-proposal = proposal
label-provider = provider
label-pulled = pulled
label-purpose = purpose
label-quarantined = in quarantine
label-query = query
label-reason = reason
label-received = received
label-record = record
label-reference = reference
label-released = released
label-replaces = replaces version
label-reported-through = reported through
label-result = result
label-return = return
label-review = review
label-scanned = scanned
label-set = set
label-sheets = sheets
label-sheets-left = sheets left
label-source = source
label-standing = standing
label-state = state
label-stopped-by = stopped by
label-stored = stored
label-supersedes = corrects
label-title = title
label-to = to
label-to-pull = to be pulled out
label-tracking = tracking
label-type = type
label-version = version
label-watermark = watermark
label-what = what
label-witnesses = witnesses
label-words = words

## What stands in the columns

cell-yes = yes
cell-no = no
cell-default-matter = (default)
cell-whole-case = (whole case)
cell-withdrawal = (withdrawn)
cell-a-class = a class
cell-originals = originals in it
cell-access-content = content
cell-access-record = record
cell-access-list = list
cell-access-search = search by reference
cell-access-receipt = receipt
cell-access-opening = opening
cell-access-register = register
cell-access-certificate = certificate
cell-access-access-log = access log
cell-access-export = export
cell-access-other = other
cell-outcome-allowed = allowed
cell-state-unclassed = unclassed
cell-state-open = open
cell-state-running = running
cell-state-due = due
cell-state-conflict = conflict
cell-state-never = never
cell-state-complete = complete
cell-blocker-unclassed = no class
cell-blocker-open = open
cell-blocker-conflict = conflict
cell-blocker-not-yet = not yet
cell-blocker-hold = hold
cell-blocker-quarantine = quarantine
cell-blocker-watermark = watermark
cell-blocker-newer-than-period = newer than its period
cell-blocker-appraisal = archive
cell-blocker-documents-held = documents held
cell-blocker-documents-quarantined = documents in quarantine
cell-blocker-documents-newer = newer documents
cell-blocker-documents-kept = documents kept longer
cell-box-state-ready = ready
cell-box-state-blocked = blocked
cell-box-state-waiting = waiting
cell-box-state-destroyed = destroyed
cell-box-state-withdrawn = withdrawn
cell-box-blocker-period-running = eight weeks
cell-box-blocker-extended = extension
cell-box-blocker-batch-sheets-differ = sheets of the batch differ
cell-box-blocker-sheets-differ = sheets differ
cell-box-blocker-destroyed-already = destroyed
cell-box-blocker-withdrawn = withdrawn
cell-event-state-counts = counts
cell-event-state-superseded = superseded
cell-event-state-withdrawal = withdrawal
cell-classes-proposed = proposed
cell-classes-adopted = adopted
cell-classes-rejected = rejected
cell-note-matter-open = matter opened
cell-note-retention-event = event
cell-note-matter-correct = kind corrected
cell-note-doc-assign = assigned
cell-note-doc-check = checked
cell-note-quarantine-lift = quarantine lifted
cell-note-hold-place = placed
cell-note-hold-review = reviewed
cell-note-hold-release = released
cell-note-classes-propose = proposed
cell-note-classes-adopt = adopted
cell-note-classes-reject = rejected
cell-note-batch-register = registered
cell-note-batch-complete = completed
cell-note-intake-report = intake
cell-note-backup-confirm = backup
cell-note-box-register = registered
cell-note-box-step = step
cell-note-paper-destroy = destroyed
cell-step-check = checked
cell-step-flag = flag
cell-step-pull = pulled out
cell-step-return = return
cell-step-extend = extended
cell-step-withdraw = withdrawn
cell-step-destroyed = destroyed
cell-flag-return-to-customer = return to customer
cell-flag-original-required = original required
cell-flag-authenticity-doubt = authenticity in doubt
cell-flag-blocklist-type = never destroyed
cell-flag-rescan-pending = to be scanned again

## What was filed

filed-adopted = adopted
filed-approved = approved
filed-assignment = assignment
filed-correction = correction
filed-backup = backup
filed-batch = batch
filed-box = box
filed-check = check
filed-completed = completed
filed-event = event
filed-hold = hold
filed-intake = intake
filed-matter = matter
filed-proposal = proposal
filed-quarantine-lifted = lifted
filed-rejected = rejected
filed-released = released
filed-reviewed = reviewed
filed-step = step
filed-withdrawn = withdrawn
cli-there-already = (there already)
cli-hold-covers = { $items ->
    [one] 1 item
   *[other] { $items } items
}
cli-bulk = filed { $filed }, there already { $repeated }, refused { $refused }

## Lists

cli-due-items = { $items ->
    [one] 1 item
   *[other] { $items } items
}; today is { $today }, the intake is complete up to { $watermark }
cli-due-items-unreported = { $items ->
    [one] 1 item
   *[other] { $items } items
}; today is { $today }, nobody has reported yet how far the intake has come
cli-due-incomplete = dates are being computed again after a change of the retention classes: the list is not complete yet
cli-batch-received = { $batch }, received { $received }
cli-no-classes = no catalogue is in force in this vault: nothing has a class, and everything is kept
cli-classes-version = version { $version }
cli-classes-version-incomplete = version { $version }; dates are still being computed
cli-diff-refused = A proposal would be refused: { $detail }.
cli-diff-refused-classes = A proposal would be refused: { $detail } ({ $classes }).
cli-diff-head = { $changed } of { $matters ->
    [one] 1 matter
   *[other] { $matters } matters
} in { $cases ->
    [one] 1 case
   *[other] { $cases } cases
} { $changed ->
    [one] changes
   *[other] change
}
cli-diff-lines = A line is what one class says about a matter; documents stored with a date, a type, a matter or scan data count besides.
cli-diff-of = { $changed } of { $lines }
cli-diff-earlier = { $lines } earlier by up to { $days ->
    [one] 1 day
   *[other] { $days } days
}
cli-diff-later = { $lines } later by up to { $days ->
    [one] 1 day
   *[other] { $days } days
}
cli-proposal-head = Proposal { $proposal } would replace version { $version }; in force from { $day }. Reason: { $reason }
cli-history-head = What was done:

## What is wrong

cli-case-unknown = case_unknown: the vault has no case with the reference { $given }; look at how the office writes it, or give the case's id
cli-document-unknown = document_unknown: the case has no document with the title or file name { $given }; look at its titles, or give the document's id
cli-document-ambiguous = several documents of the case have the title or file name { $given }; give the path under which it was stored, or its id
cli-no-vault = no vault was given: use --vault, or a profile that names one
cli-vault-malformed = --vault: { $error }
cli-perhaps-filed = it may or may not have been filed; repeat the command with --id { $id }
cli-event-incomplete = an event needs a case, what happened, and a source
cli-hold-nothing = say what is covered: --case, --items FILE, or --kind, --class, --from and --to for all matters of the vault that have them in common
cli-hold-both = --kind, --class, --from and --to mean all matters of the vault that have them in common; place one hold with them and another with --case or --items
cli-file-unreadable = { $file } cannot be read
cli-file-empty = { $file } has no line with a JSON object
cli-line-no-object = { $place }: is no JSON object
cli-line-no-json = { $place }: is not JSON: { $error }
cli-line-refused = { $place } ({ $item })
cli-catalogue-long = { $file } has { $bytes } bytes; at most { $bytes-max } are accepted
cli-catalogue-wrong = { $file } is not a catalogue:
cli-witnesses = destruction has two witnesses: give --witness twice, with the names of two different persons
cli-no-proposal = there is neither a file { $given } nor is that the id of a proposal
cli-error-url = { $url } is not an address of an archive; expected something like https://127.0.0.1:8443
cli-error-unreachable = the archive cannot be reached: { $cause }
cli-error-lost = the connection was lost before the answer was complete: { $cause }; run the same command again
cli-error-timed-out = the archive has not answered in time; run the same command again
cli-error-answer = the answer cannot be understood ({ $cause }); is this address an archive?
cli-error-digest = digest_mismatch: the bytes have the SHA-256 { $received }, but { $expected } was expected; nothing was written
cli-profile-unreadable = the profile { $file } cannot be read: { $cause }
cli-profile-malformed = the profile { $file } is not one: { $cause }
cli-profile-missing = no { $what } was given: use --{ $argument }, the variable { $variable }, or a profile (--profile FILE)
cli-what-url = address of an archive
cli-what-ca = server authority
cli-what-cert = client certificate
cli-what-key = client key
cli-export-written = { $file }: { $bytes }, SHA-256 { $sha256 }, export { $id }, signed by { $key }
cli-export-broken = the transfer broke off ({ $cause }); it is repeated
cli-export-again = the export is recorded, but was not read to its end; repeat the command with --id { $id }
cli-export-differs = what has come is not the bag that was signed ({ $cause }); nothing was kept

## verify

cli-verify-no-export = this is no export. A folder with bagit.txt in it is expected, or a tar archive of one as `aktenfest export` writes it. Certificates are checked by `aktenfest verify --certificate`, receipts by `aktenfest receipt check`.

## Receipts, vaults, time-stamps

cli-receipt-event = { $event } at { $time }, { $codes }
cli-receipt-entry = entry { $index } of the ledger { $origin }, in its state of { $size } entries
cli-receipt-subject = subject { $value }
cli-receipt-cosigned = cosigned by { $value }
cli-receipt-opened = opened: { $value }
cli-receipt-document = the given document is the one that was stored
cli-receipt-verified = verified
cli-receipt-not-anchored = not-anchored
cli-receipt-self-consistent = self-consistent
cli-receipt-invalid = invalid
cell-ledger-ledger-open = ledger.open
cell-ledger-case-open = case.open
cell-ledger-case-close = case.close
cell-ledger-doc-store = doc.store
cell-ledger-doc-destroy = doc.destroy
cell-ledger-paper-destroy = paper.destroy
cell-ledger-hold-place = hold.place
cell-ledger-hold-release = hold.release
cell-ledger-order-approve = order.approve
cell-ledger-keys-destroy = keys.destroy
cell-ledger-anchor-tsa = anchor.tsa
cell-ledger-shard-seal = shard.seal
cell-ledger-export-make = export.make
cli-vault-since = since { $time }
cli-vault-accesses = accesses
cli-timestamps-done = new evidence for { $count } checkpoints
cli-timestamps-missing = no time-stamping authority is configured (timestamps.url)

## Trust policies

cli-policy-file = the trust policy as a whole; expected: { $problem }
cli-policy-line = the trust policy, line { $line }; expected: { $problem }
cli-policy-found = the trust policy, line { $line }: found `{ $found }`; expected: { $problem }
cli-policy-too-long = less: the file has too many bytes, or too many lines of a kind
cli-policy-characters = nothing but tabs and printable characters, and lines that end with a plain line feed (no carriage return)
cli-policy-unterminated = a line feed behind the last line as well
cli-policy-form = log VKEY [URL], witness NAME VKEY [URL], group NAME any|all|N NAME..., quorum NAME|none
cli-policy-key = a key of the form NAME+ID+BASE64, as `aktenfest vault list` shows it; this one is damaged, or none
cli-policy-key-kind = the key of a ledger in a log line, that of a witness in a witness line; here it is the other way round
cli-policy-duplicate-key = each public key once; this one stands further up already
cli-policy-duplicate-name = a name of its own; this one is taken further up, or it is none
cli-policy-unknown-name = names that stand further up in a witness or group line
cli-policy-member-twice = each name in one group at the most; one is in another already
cli-policy-threshold = any, all, or a number between 1 and the number of members
cli-policy-quorum = exactly one quorum line: quorum NAME, or quorum none if no witness is needed
