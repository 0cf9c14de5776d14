### Sentences for clerks. Every message has the same name and the same variables in de.ftl.

## Dates and periods

date = { $day } { $month } { $year }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
period-years = { $count ->
    [one] 1 year
   *[other] { $count } years
}
period-months = { $count ->
    [one] 1 month
   *[other] { $count } months
}
period-days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
span = { $from } to { $to }
span-from = from { $from }
span-to = until { $to }

## Events from which is counted

event-case-closed = closing of the case
event-decision-notified = notification of the decision
event-decision-unappealable = the decision becoming unappealable
event-period-ended = end of the grant period
event-claim-settled = settlement of the claim
event-proceedings-final = final end of the proceedings
event-person-died = death of the person
event-measure-ended = end of the measure
event-date-fixed = fixed day
event-check-done = data comparison
event-document-not-needed = finding the document not needed
event-document-dated = date of the document
event-document-received = receipt of the document
event-document-scanned = scanning of the document
event-log-created = creation of the log record
event-archive-declined = the archive's decision not to take it
event-archive-took = the archive's confirmation that its copy has arrived

## Classes

rounding-none = from the day itself
rounding-end-of-month = from the end of the month
rounding-end-of-year = from the end of the calendar year
confidence-high = high (statute or supreme court)
confidence-medium = medium (practice, or an inference that no court has confirmed)
confidence-low = low (an assumption that waits for an instruction)
disposal-destroy = destroy
disposal-offer = offer to the archive, destroy the rest
disposal-keep = transfer to the archive
authorised-disposal = { $disposal } (authorised by the archive: { $authorisation })

## Kinds of matters that the catalogue which comes with the program knows

kind = { $title } ({ $code })
kind-default = default
kind-benefit = benefit
kind-rejected = rejected
kind-expert-opinion = expert-opinion
kind-payment = payment
kind-claim = claim
kind-appeal = appeal
kind-fine-small = fine up to 1,000 euros
kind-fine-large = fine over 1,000 euros
kind-placement = placement
kind-measure-esf = measure funded by the ESF
kind-comparison = comparison
kind-access-log = access-log
kind-destruction-record = destruction-record

## Holds and notices

hold-court = action before a court
hold-objection = objection
hold-review = request for review (section 44 SGB X)
hold-claim = open claim
hold-heirs = liability of heirs
hold-audit = audit (court of audit, internal audit, supervision)
hold-criminal = criminal or regulatory proceedings
hold-data-subject = request of the person concerned (Art. 18(1)(c) GDPR)
hold-appraisal = the archive's decision about an offer is pending
hold-restriction = restriction of processing
hold-dispute = disputed correctness
hold-embargo = special protection (embargo)
hold-detail-reference = reference { $reference }
hold-detail-owner = owner: { $owner }
hold-detail-placed = placed on { $day }
hold-detail-review = to be reviewed by { $day }
hold-detail-review-passed = its review has been overdue since { $day }
hold-detail-ends = planned until { $day }
overlay-restricted = Processing is restricted (section 84(3) and (4) SGB X, Art. 18 GDPR): use for the permitted purposes only.
overlay-disputed = The person concerned disputes that it is correct, and that could not be settled (section 84(2) SGB X).
overlay-embargo = Specially protected: show with special permission only.
overlay-quarantine = In quarantine: the check on arrival found a defect about which nobody has decided.

## Scanning

scan-no-transfer-note = There is neither a transfer note nor a reference to the protocol of a scan batch.
scan-jbig2 = The image is compressed with JBIG2, a format that is suspect where scans replace paper.
scan-jbig2-symbol-coding = The image is compressed with JBIG2 and symbol coding, which may have exchanged digits.
scan-colour-lost = The original has colours, the image has not.
scan-pages-differ = The number of pages is not the one of the scan protocol.
scan-pages-unknown = The number of pages cannot be determined.
qa-mode-full = full visual check
qa-mode-sample = sample
qa-mode-implicit = check while working on the case
qa-result-passed = image and paper agree
qa-result-defect = image and paper do not agree

## Paper originals

flag-return-to-customer = The original goes back to the customer.
flag-original-required = The original itself is needed.
flag-authenticity-doubt = There are doubts about its authenticity.
flag-blocklist-type = Originals of this type are never destroyed.
flag-rescan-pending = The original must be scanned again.
return-requested = return requested
return-picked = taken out of the box
return-sent = sent
return-confirmed = arrived
return-withdrawn = request withdrawn
release-ready = The box may be destroyed.
release-blocked = The box must not be destroyed yet: its time has come, but something stands in the way.
release-destroyed = The box was destroyed on { $day }.
release-waiting = The box must not be destroyed yet: its time has not come.
box-period-running = The weeks after scanning are not over.
box-extended = The time of the box has been extended.
box-batch-sheets-differ = The sheets in all boxes of the scan batch do not add up to the sheets of the batch: a box is not registered, or paper is missing.
box-sheets-differ = The sheets of the positions do not add up to the sheets in the box.
box-destroyed-already = The box was destroyed already.
box-withdrawn = The registration of the box was withdrawn.
pull-document-missing = The archive has no document for this original: the paper is the only copy.
pull-document-destroyed = The document was destroyed and its original is still here: take it out and destroy it as well.
pull-not-scanned = The document was stored without scan data: nobody knows whether it is an image of this original.
pull-qa-missing = Nobody has checked whether image and paper agree.
pull-qa-defect = Image and paper do not agree.
pull-sample-not-enough = There was only a sample; where the protection need is high, that is not enough.
pull-fewer-pages-than-sheets = The scan protocol counts fewer pages than the original has sheets.
pull-not-backed-up = The document is in no confirmed backup yet.
pull-quarantined = The document is in quarantine.
pull-unassigned = The scan batch is not complete: the report that everything in it is scanned, checked and assigned is missing.
pull-held = A hold stops its destruction.
pull-return-open = The original is to be returned and still lies in the box.

## Standing

state-unclassed = No retention class applies: kept until a catalogue is in force that has one for it.
state-open = The period has not begun; what is missing: { $missing }.
state-running = The retention period runs.
state-due = The retention period is over.
state-conflict = Minimum and maximum contradict each other: kept until two persons have decided.
state-never = The period ends beyond the calendar: kept.
overdue = Overdue for { $days ->
    [one] 1 day
   *[other] { $days } days
}.
blockers = Destruction is stopped by: { $blockers }.
no-blockers = Nothing stops destruction; it may be proposed.
blocker-unclassed = the lack of a retention class
blocker-open = a missing event
blocker-conflict = the contradiction of minimum and maximum
blocker-not-yet = the retention period
blocker-hold = a hold
blocker-quarantine = the quarantine
blocker-watermark = post that is not completely registered yet
blocker-newer-than-period = the document being newer than its period
blocker-appraisal = the archive's missing decision
blocker-documents-held = holds on single documents
blocker-documents-quarantined = single documents in quarantine
blocker-documents-newer = single documents that are newer than the period
blocker-documents-kept = single documents that are kept longer

## Results

dates-unclassed = kept, because no class applies
dates-open = kept until the missing event is recorded ({ $missing })
dates-minimum = to be kept until the end of { $keep-until }, without a maximum
dates-both = to be kept until the end of { $keep-until }, to be destroyed by { $destroy-by }
dates-never = kept, because the period ends beyond the calendar

## Steps of the computation

bound = { $bound ->
    [maximum] Maximum
   *[minimum] Minimum
}
matter = { $number ->
    [0] default matter
   *[other] matter { $number }
}
step-matter = { $number ->
    [0] Default matter
   *[other] Matter { $number }
}, kind { $kind }.
step-matter-span = { $number ->
    [0] Default matter
   *[other] Matter { $number }
}, kind { $kind }, period { $span }.
step-no-catalogue = No catalogue of classes is in force for this vault.
step-no-class = The catalogue (version { $version }) has no class for matters of the kind { $kind }.
step-class-kind = Class { $class } “{ $title }” applies, because the matter is of the kind { $kind } (catalogue version { $version }, in force from { $valid-from }). Basis: { $legal-basis }. Confidence: { $confidence }. Afterwards: { $disposal }.
step-class-type = Class { $class } “{ $title }” applies, because it is meant for documents of this type, which goes before the kind of the matter (catalogue version { $version }, in force from { $valid-from }). Basis: { $legal-basis }. Confidence: { $confidence }. Afterwards: { $disposal }.
step-started-note = { $bound }: { $event } on { $on }, reported by { $source } for { $scope ->
    [case] the case
    [matter] matter { $number }
   *[document] this document
}.{ $earlier ->
    [0] {""}
    [one] {" "}One earlier or simultaneous event does not count, because the latest does.
   *[other] {" "}{ $earlier } earlier or simultaneous events do not count, because the latest does.
}
step-started-document = { $bound }: { $event } on { $on }, as the document's description says.{ $earlier ->
    [0] {""}
    [one] {" "}One earlier or simultaneous event does not count, because the latest does.
   *[other] {" "}{ $earlier } earlier or simultaneous events do not count, because the latest does.
}
step-not-started = { $bound }: the event “{ $event }” is missing. Kept until it is recorded.
step-rounded = { $bound }: counted { $rounding }; { $from } becomes { $to }.
step-ended = { $bound }: { $period } from { $counted }; the last day is { $end }.
step-ended-never = { $bound }: { $period } from { $counted }; that lies beyond the calendar.
step-ended-itself = { $bound }: the last day is { $counted } itself.
step-kept-nothing = There is no minimum: these documents are not needed after { $on }.
step-latest-minimum = Of { $terms } minimum periods the latest counts; it ends on { $end }.
step-earliest-maximum = Of { $terms } maximum periods the earliest counts; it ends on { $end }.
step-no-maximum = There is no maximum.
step-window = To carry out the destruction: { $window } after { $from }; the last day is { $end }.
step-window-never = To carry out the destruction: { $window } after { $from }; that lies beyond the calendar.
step-raised = The maximum does not end before the minimum: not on { $from } but on { $to }.
step-line = Result ({ $matter }): { $dates }.
step-line-class = Result ({ $matter }, class { $class }): { $dates }.
step-prevails = Class { $class } decides alone ({ $legal-basis }).
step-prevails-aside = Class { $class } decides alone ({ $legal-basis }); set aside: { $set-aside }.
step-longest = The document belongs to { $matters } matters; the longest periods count: { $dates }.
step-conflict = Conflict: to be kept until { $keep-until }, but to be destroyed by { $destroy-by }. Nothing happens until two persons have decided.
step-hold = Hold: { $hold }. It stops destruction, but lengthens no period.
step-hold-told = Hold: { $hold } ({ $details }). It stops destruction, but lengthens no period.
step-notice-told = Notice: { $hold } ({ $details }). It must be observed whenever this is read, but does not stop destruction.
step-quarantine-told = Quarantine: the check on arrival found a defect about which nobody has decided. { $defects }
step-quarantine = Quarantine: the check on arrival found a defect about which nobody has decided.
step-inside = { $held ->
    [0] {""}
    [one] One document of the matter is held.
   *[other] { $held } documents of the matter are held.
}{ $held ->
    [0] {""}
   *[other] { $quarantined ->
        [0] {""}
       *[other] {" "}
    }
}{ $quarantined ->
    [0] {""}
    [one] One document of the matter is in quarantine.
   *[other] { $quarantined } documents of the matter are in quarantine.
}
step-newer = The document is newer than its period: it is from { $on }, but the period ended on { $keep-until }. Assign it to the matter to which it belongs, or record the event with which the period begins anew.
step-newer-inside = { $newer ->
    [one] One document of the matter is
   *[other] { $newer } documents of the matter are
} newer than the period, which ended on { $keep-until }. Assign them to the matter to which they belong, or record the event with which the period begins anew.
step-kept-inside = { $kept ->
    [one] One document of the matter is
   *[other] { $kept } documents of the matter are
} kept longer, by a period of their own or by another matter.
step-appraisal = Archive: nothing of class { $class } is destroyed before the competent archive has decided. Offer it, and record archive.declined or archive.took.
step-appraisal-keep = Archive: what has class { $class } goes to the competent archive. Record archive.took when it has confirmed that its copy has arrived.
step-intake-unknown = Intake: it has not been reported yet up to which day all post is registered; { $keep-until } is needed.
step-intake-behind = Intake: all post up to { $watermark } is registered; { $keep-until } is needed.
step-intake-passed = Intake: all post up to { $watermark } is registered; { $keep-until } was needed.
step-standing = On { $certain }: { $standing }
step-standing-clocks = On { $certain } (the clock shows { $wall }, but only { $certain } has certainly begun): { $standing }

## Orders of destruction

order-reason-due = retention period over
order-reason-erasure = request for erasure (Art. 17 GDPR, section 84(2) SGB X)
order-reason-court = order of a court or of a supervisory authority
order-reason-misfiled = filed in the wrong case
order-reason-unlawful = collected without a legal basis
order-stage-proposed = Proposed: waits for the approval of a second person.
order-stage-resting = Approved: rests until the cooling-off is over.
order-stage-executing = Approved: is being carried out.
order-stage-keys = Carried out: the keys are about to be destroyed.
order-stage-done = Carried out: the keys are destroyed.
order-stage-withdrawn = Withdrawn: what was destroyed before stays destroyed.
order-outcome-waits = Its turn has not come yet.
order-outcome-destroyed = Destroyed.
drop-gone = Left alone, because it does not exist any more.
drop-not-due = Left alone, because its retention period is not over.
drop-open = Left alone, because its period has not begun or no class applies.
drop-conflict = Left alone, because minimum and maximum contradict each other.
drop-held = Left alone, because a hold covers it.
drop-watermark = Left alone, because not all post up to its last day is registered.
drop-quarantine = Left alone, because a document of it is in quarantine.
drop-appraisal = Left alone, because the competent archive has not decided yet, or has not confirmed the transfer.
drop-changed = Left alone, because something came to it after the order was proposed.
drop-shared = Left alone, because a document of it belongs to another matter that must be kept.
order-list = To be destroyed: { $parts }.
order-list-cases = { $count ->
    [one] 1 whole case
   *[other] { $count } whole cases
}
order-list-matters = { $count ->
    [one] 1 matter
   *[other] { $count } matters
}
order-list-documents = { $count ->
    [one] 1 single document
   *[other] { $count } single documents
}
note-order-propose = destruction proposed
note-order-approve = destruction approved by a second person
note-order-withdraw = order withdrawn
note-order-step = items destroyed or left alone
note-keys-destroy = keys destroyed
note-copies-gone = no known copy can be opened any more
note-destruction-replay = destruction carried out again after a restore
note-shard-seal = access log of a year closed
note-shard-destroy = access log of a year removed, with its keys
note-destruction-rule-propose = other rule of destruction proposed
note-destruction-rule-adopt = rule of destruction put into force by a second person
note-destruction-rule-reject = proposed rule of destruction rejected
