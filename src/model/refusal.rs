//! Why not: every rule that can say no, named after the rule.

/// Defines [`Refusal`], its codes and its sentences.
macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $code:literal $sentence:literal,)+) => {
        /// A decision against a command. Nothing has changed. The sentence says what to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
        pub enum Refusal {
            $($(#[$doc])* #[error($sentence)] $name,)+
        }

        impl Refusal {
            /// All refusals, for tables and for metrics that start at zero.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable code that programs may branch on.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

refusals! {
    // Vaults, cases, documents.
    /// A vault of that name exists.
    VaultNameTaken = "vault_name_taken" "a vault of this name exists already",
    /// The vault does not exist, or not for this principal: both look the same from outside.
    VaultUnknown = "vault_unknown" "there is no such vault, or this certificate does not name it",
    /// The vault has as many cases as it can have.
    VaultFull = "vault_full" "the vault has as many cases as a vault can have; open another vault",
    /// The vault has no access log of that year, or has it no longer.
    AccessYearUnknown = "access_year_unknown" "there is no access log of this year; nothing was read in it, or it was removed",
    /// The protected clock has not reached the end of the year, or of the following one.
    AccessYearNotOver = "access_year_not_over" "an access log is sealed when its year is over and removed when the following year is",
    /// The access log of that year was sealed before.
    AccessYearSealed = "access_year_sealed" "the access log of this year is sealed already",
    /// The case does not exist.
    CaseUnknown = "case_unknown" "there is no such case in this vault; check its id, or open it with PUT if something is to be stored in it",
    /// The case id belongs to a case with another description.
    CaseIdTaken = "case_id_taken" "a case with this id exists and has another description; a case is never changed by opening it again",
    /// Another case has the reference.
    ReferenceTaken = "reference_taken" "another case in this vault has this reference; use that case or another reference",
    /// The document does not exist.
    DocumentUnknown = "document_unknown" "there is no such document in this case",
    /// The document id belongs to other bytes or another description.
    DocumentIdTaken = "document_id_taken"
        "a document with this id exists with other content or another description; store a correction under a new id that supersedes it",
    /// The number that was set aside was used by another command in between; the archive tries again by itself.
    NumberTaken = "number_taken" "the number that was set aside for this command is in use; send the request again",
    /// The case is full.
    CaseFull = "case_full" "the case has as many documents as a case can have; open another case",

    // Notes of every kind.
    /// The note id belongs to a note that says something else.
    NoteIdTaken = "note_id_taken" "a note with this id exists and says something else; a correction is another note under a new id",
    /// The note does not exist.
    NoteUnknown = "note_unknown" "there is no such note in this vault",
    /// No authority has stamped a checkpoint of this size.
    TimestampUnknown = "timestamp_unknown" "no checkpoint of this size was time-stamped; the list of time-stamps names those that were",
    /// Notes about a case are filed in it, all others in the registers.
    NoteOutOfPlace = "note_out_of_place"
        "a note about a case is filed in that case, a note about the vault in its registers; use the path of its kind",
    /// The certificate names no person.
    PersonRequired = "person_required" "this needs a person who answers for it; use a certificate that names one",
    /// The same person cannot be the second one.
    SecondPersonRequired = "second_person_required"
        "this needs a second person; use the certificate of somebody other than the one who proposed it",
    /// No day of this field lies before 1900.
    DayTooEarly = "day_too_early" "no day in the life of a case or a box lies before 1900; correct the year",

    // Matters.
    /// The matter does not exist in the case.
    MatterUnknown = "matter_unknown" "there is no such matter in this case; open it first",
    /// The catalogue has no class for the kind.
    MatterKindUnknown = "matter_kind_unknown"
        "the catalogue in force has no class for matters of this kind; use one of its kinds, or adopt a catalogue that has it",
    /// Somebody else has corrected it since this was read.
    KindCorrectedMeanwhile = "kind_corrected_meanwhile"
        "the matter is of another kind than the one to be replaced; look at it again, and correct what it says now",
    /// A correction that changes nothing.
    NothingToCorrect = "nothing_to_correct" "the matter is of this kind already; nothing was corrected",
    /// The period of a matter ends before it begins.
    MatterPeriodReversed = "matter_period_reversed"
        "the last day of the matter's period lies before its first day; exchange or correct them",
    /// The case has as many matters as a case can have.
    MattersFull = "matters_full" "the case has as many matters as a case can have; open another case",
    /// A list of matters that is empty, too long, or has one twice.
    MatterListMalformed = "matter_list_malformed" "a document belongs to one matter at least and to 64 at most; name each of them once",
    /// A date would come earlier, or pass at once, and nobody says why.
    ReasonRequired = "reason_required"
        "this corrects what was recorded, or something could go earlier by it than before; give the reason",
    /// A hold on the matter would lose sight of the document.
    MatterHeld = "matter_held" "a hold covers the document through one of its matters; leave it in that matter until the hold is released",

    // Events.
    /// The archive takes this event from the document itself.
    EventComesWithDocument = "event_comes_with_document"
        "this day is part of the document's description and cannot be recorded apart from it; store the document with the right day under a new id",
    /// What has happened lies in the past.
    EventInFuture = "event_in_future" "an event that has happened cannot lie in the future; record it when it has happened",
    /// A day that somebody sets lies within reach.
    FixedDateTooFar = "fixed_date_too_far" "a fixed date lies at most 100 years ahead; correct the year",
    /// Before the document was written, nothing can have happened to it.
    EventBeforeDocument = "event_before_document"
        "the event lies before the document's own date; correct the day, or record it for the matter",
    /// The event that is to be corrected does not exist.
    EventUnknown = "event_unknown" "there is no such event to correct; name the id under which it was recorded",
    /// It was corrected already, or never was an event of this case.
    EventNotEffective = "event_not_effective" "the event to correct does not count any more in this case; correct the one that replaced it",
    /// A correction stays with its subject.
    CorrectionOfAnother = "correction_of_another"
        "a correction has the type and the scope of the event that it corrects; withdraw that event and record the other one",
    /// Only what was recorded can be withdrawn.
    WithdrawalOfNothing = "withdrawal_of_nothing"
        "an event without a day withdraws another one; give the day, or name the event that it supersedes",
    /// The document that is to prove it does not exist.
    EvidenceUnknown = "evidence_unknown" "the document that proves the event is not in this vault; store it first, or leave it out",
    /// As many events as the case or document can have.
    EventsFull = "events_full" "the case or document has as many events as it can have; correct or withdraw those that are wrong",

    // Scanned documents.
    /// It was not scanned, so nobody can have compared it with its paper.
    DocumentNotScanned = "document_not_scanned"
        "the document was stored without scan data; only a scanned document can be compared with its original",
    /// There is nothing to clear.
    DocumentNotQuarantined = "document_not_quarantined"
        "the scan gate found nothing wrong with this document, or somebody has cleared it already",
    /// A slip of the pen would keep it for ever.
    DocumentDateTooFar = "document_date_too_far" "the date of the document lies more than 10 years ahead; correct the year",
    /// Post arrives before it is registered.
    ReceivedInFuture = "received_in_future" "the day of receipt lies in the future; correct it",
    /// Paper is scanned before it is registered.
    ScannedInFuture = "scanned_in_future" "the day of scanning lies in the future; correct it",

    // Holds.
    /// The hold does not exist.
    HoldUnknown = "hold_unknown" "there is no such hold in this vault",
    /// The hold was released; a released hold does not come back.
    HoldOver = "hold_over" "the hold was released already; place another one if it is needed again",
    /// Somebody else has reviewed it since this was read.
    HoldReviewedMeanwhile = "hold_reviewed_meanwhile"
        "somebody has reviewed the hold since you looked; look at it again, and review what it says now",
    /// A list of targets that is empty, too long, or has one twice.
    HoldTargetsMalformed = "hold_targets_malformed"
        "a hold covers one item at least and 100,000 at most; name each of them once, and more of them in another hold",
    /// A hold by what matters have in common, and no matter has it.
    HoldFindsNothing = "hold_finds_nothing" "no matter of this vault has what the query asks for; check kind, class and days",
    /// A target does not exist.
    HoldTargetUnknown = "hold_target_unknown" "the hold names a case, matter or document that does not exist; correct the list",
    /// Somebody must look soon enough.
    ReviewOutOfReach = "review_out_of_reach" "the review of a hold lies after today and at most one year ahead; correct the day",
    /// Nobody looks whether something is needed that should have ended.
    HoldEndsBeforeReview = "hold_ends_before_review" "the hold should end before its review; review it on that day at the latest",
    /// An end that is no end.
    HoldEndTooFar = "hold_end_too_far"
        "a hold ends at most 30 years ahead, which is the longest limitation; correct the day, or leave it out",

    // Retention classes.
    /// The catalogue contradicts itself.
    CatalogueIncomplete = "catalogue_incomplete"
        "every kind and type names a class of the catalogue, and every class has a period and a legal basis; complete the catalogue",
    /// Another version is in force meanwhile.
    CatalogueReplaced = "catalogue_replaced"
        "another catalogue is in force than the one that this was meant to replace; look at the difference and propose it again",
    /// Rules that are not in force yet would decide about today.
    CatalogueNotYetValid = "catalogue_not_yet_valid" "the rules of the catalogue are not in force yet; propose it when its day has come",
    /// A class that is in use cannot be removed.
    ClassInUse = "class_in_use"
        "the catalogue lacks a class, or the kind that leads to it, that is in use; keep it, also if its rule changes",
    /// Too many proposals wait.
    ProposalsFull = "proposals_full" "ten proposals wait for a decision already; adopt or reject one of them first",
    /// Somebody has decided already, or it never was a proposal.
    ProposalNotOpen = "proposal_not_open" "there is no such proposal, or it was adopted or rejected already",

    // Intake.
    /// The batch does not exist.
    BatchUnknown = "batch_unknown" "there is no such scan batch in this vault; register it first",
    /// Counts that no batch can have.
    BatchCountsMalformed = "batch_counts_malformed"
        "a batch has one document at least, and each document has one sheet at least; correct the counts",
    /// Too many batches are open.
    BatchesFull = "batches_full" "too many scan batches are open; complete those that are done",
    /// What comes late comes in another batch.
    BatchOver = "batch_over" "the scan batch is complete already; register what came late as another batch",
    /// A document of it waits for somebody to look.
    BatchQuarantined = "batch_quarantined" "documents of the scan batch are in quarantine; clear them first",
    /// Reports do not take back what others have relied on.
    IntakeGoesBack = "intake_goes_back"
        "a later day was reported before; register what came late as a batch with its day of receipt, or give the reason why that report was wrong",
    /// Post of tomorrow has not arrived.
    IntakeInFuture = "intake_in_future" "the day is not certainly over yet, and more post can come; report it tomorrow",
    /// Reports do not take back what others have relied on.
    BackupGoesBack = "backup_goes_back"
        "a backup of a later time was confirmed before; confirm newer ones, or give the reason why that one does not count",
    /// A backup contains what has been.
    BackupInFuture = "backup_in_future" "the time of the backup has not certainly been reached yet; confirm it later",

    /// Something is missing, or too much was stored.
    BatchCountsDiffer = "batch_counts_differ"
        "other than as many documents were stored as the batch was registered with; store what is missing, or give the reason",

    // Destruction.
    /// The document was destroyed.
    DocumentDestroyed = "document_destroyed" "the document was destroyed; its tombstone says when, and its order why",
    /// The case was destroyed.
    CaseDestroyed = "case_destroyed" "the case was destroyed; open another one under a new id if something comes for it",
    /// The order does not exist.
    OrderUnknown = "order_unknown" "there is no such order in this vault",
    /// A list of items that is empty, too long, out of order, or has one twice.
    OrderItemsMalformed = "order_items_malformed"
        "an order has one item at least and 100,000 at most; name each of them once, and no part of a case beside the whole case",
    /// An item does not exist.
    OrderItemUnknown = "order_item_unknown" "the order names a case, matter or document that does not exist; correct the list",
    /// Early destruction rests on something.
    OrderReferenceRequired = "order_reference_required"
        "destroying before the period is over needs a reference, such as the file number of the request or of the judgment",
    /// Too many orders are open.
    OrdersFull = "orders_full" "a hundred orders are open already; approve or withdraw one of them first",
    /// Somebody has approved or withdrawn it.
    OrderNotProposed = "order_not_proposed" "the order was approved or withdrawn already",
    /// The approval is for another list.
    OrderListDiffers = "order_list_differs" "the digest is not that of the order's list; look at the list, and approve the digest that it shows",
    /// A deputy is not a second person.
    DeputyNotIndependent = "deputy_not_independent"
        "one of the two persons deputises for the other; let somebody approve who is independent of the proposer",
    /// Nothing is left to stop.
    OrderOver = "order_over" "the order was withdrawn already, or every item of it was gone through",
    /// Nobody has approved it.
    OrderNotApproved = "order_not_approved" "the order was not approved by a second person, or was withdrawn",
    /// It rests.
    OrderCoolingOff = "order_cooling_off" "the order rests until its cooling-off is over by the protected clock",
    /// A step begins where the last one ended and names each item once.
    OrderStepOutOfTurn = "order_step_out_of_turn" "the step does not go through the next items of the order, each once",
    /// An item is protected again, or has changed.
    OrderItemProtected = "order_item_protected" "an item of the step may not be destroyed, or is not what the step says; look at it again",
    /// Enough for today.
    DestructionCapReached = "destruction_cap_reached" "no more may be destroyed in this vault today; the order goes on tomorrow",
    /// A proof that does not belong to what was condemned.
    OrderStepUnknown = "order_step_unknown" "the proof names a step that the order does not have, or whose keys are gone already",
    /// A second stage without a first.
    KeysNotDestroyed = "keys_not_destroyed" "the keys of the order are not destroyed yet, or its copies were named already",
    /// What still exists is not replayed as destroyed.
    ReplayOfLiving = "replay_of_living" "what is to be replayed as destroyed is not in the database",
    /// A rule outside its bounds.
    DestructionRuleMalformed = "destruction_rule_malformed"
        "the cap is 1 to 1000 thousandths of the vault a day, the cooling-off 0 to 366 days; correct them",
    /// Somebody has decided already, or it never was a proposal.
    DestructionRuleNotOpen = "destruction_rule_not_open" "there is no such proposal, or it was adopted, rejected or replaced already",

    // Exports.
    /// The export does not exist.
    ExportUnknown = "export_unknown" "there is no such export in this vault; make it first with POST",
    /// Nobody says why something is handed over.
    ExportPurposeRequired = "export_purpose_required" "nothing is handed over without a purpose; say what the export is for",
    /// The page for a person is about one case.
    ExportOfOneCase = "export_of_one_case" "an export for a person is that of one case; name the case",
    /// The period of an export ends before it begins.
    ExportPeriodReversed = "export_period_reversed" "the last day of the export lies before its first day; exchange or correct them",
    /// More than one bag takes.
    ExportTooLarge = "export_too_large"
        "the export would have more cases, documents and notes than one bag takes; export one case or a shorter period",
    /// Something in it has been destroyed since.
    ExportChanged = "export_changed"
        "something in this export has been destroyed or marked otherwise since, so that its bytes cannot be had again; make another one under a new id",

    // Paper.
    /// The box does not exist.
    BoxUnknown = "box_unknown" "there is no such box in this vault; register it first",
    /// Positions that no box can have.
    BoxPositionsMalformed = "box_positions_malformed"
        "a box has 1 to 10,000 positions, numbered upward from 1, each with one sheet at least and a document of its own; correct the list",
    /// Something is not registered, or something is lost.
    SheetsDiffer = "sheets_differ"
        "the sheets of the positions do not add up to the sheets that were reported; count again and correct the figure that is wrong",
    /// The weeks would count from too early a day.
    BoxOlderThanDocument = "box_older_than_document"
        "a document in the box was scanned later than the box says; give the latest day of scanning in it",
    /// What was scanned in another batch was counted there.
    BoxOfAnotherBatch = "box_of_another_batch"
        "a document of the list was stored as part of another scan batch; register its original in a box of that batch",
    /// All boxes of a batch together hold what the batch has, and no more.
    BoxBeyondBatch = "box_beyond_batch"
        "the boxes of this batch would hold more sheets than the batch has; name the right batch, or correct the sheets",
    /// An original lies in one place.
    OriginalInAnotherBox = "original_in_another_box"
        "an original lies in another box already; take it out of this list, or withdraw the registration of the other box",
    /// An original that somebody waits for would be lost sight of.
    BoxReturnOpen = "box_return_open"
        "an original of this box is on its way back to its owner; record how that ended before the registration is withdrawn",
    /// Nothing happens to paper that is gone.
    BoxOver = "box_over" "the box was destroyed already, or its registration was withdrawn",
    /// The box has no such position.
    PositionUnknown = "position_unknown" "the box has no such position, or it was named twice; correct the list",
    /// Nothing would change.
    FlagUnchanged = "flag_unchanged" "the original has this flag already, or has it no more; look at the box",
    /// It does not lie in the box any more.
    PositionOut = "position_out" "the original was taken out of the box already",
    /// A return goes step by step.
    ReturnOutOfOrder = "return_out_of_order"
        "a return is requested, picked, sent and confirmed, in this order and each once, or withdrawn before it is picked; \
         record the step that is missing",
    /// An extension only lengthens.
    ExtensionMalformed = "extension_malformed"
        "a box is extended to a day after today, later than before and at most one year ahead; correct the day",
    /// Something stands in the way.
    BoxNotReleased = "box_not_released"
        "the box may not be destroyed; look at what stands in the way, and pull out or clear what is named there",
    /// It was not allowed to be destroyed then.
    DestroyedTooEarly = "destroyed_too_early"
        "the box could not be destroyed on that day yet: its weeks ran, or something was stored, checked, cleared, backed up or released \
         only later; correct the day, or report an incident",
    /// What has not happened is not reported.
    DestroyedInFuture = "destroyed_in_future" "the day of destruction has not certainly begun yet; report it when it has happened",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// `HoldOver` is `hold_over`.
    fn words_of(name: &str) -> String {
        let mut words = String::new();
        for letter in name.chars() {
            if letter.is_ascii_uppercase() && !words.is_empty() {
                words.push('_');
            }
            words.push(letter.to_ascii_lowercase());
        }
        words
    }

    #[test]
    fn a_code_is_the_name_of_the_rule_and_used_once() {
        for refusal in Refusal::ALL {
            assert_eq!(refusal.code(), words_of(&format!("{refusal:?}")));
            assert!(!refusal.to_string().ends_with('.'), "{refusal:?}");
        }
        let codes: BTreeSet<&str> = Refusal::ALL.iter().map(|refusal| refusal.code()).collect();
        assert_eq!(codes.len(), Refusal::ALL.len());
    }

    #[test]
    fn sentences_give_the_limits_that_hold() {
        use crate::limits;
        for (refusal, limit) in [
            (Refusal::MatterListMalformed, limits::MATTERS_PER_DOCUMENT_MAX.to_string()),
            (Refusal::HoldTargetsMalformed, "100,000".to_owned()),
            (Refusal::BoxPositionsMalformed, "10,000".to_owned()),
        ] {
            assert!(refusal.to_string().contains(&limit), "{refusal:?}");
        }
        assert_eq!((limits::HOLD_TARGETS_MAX, limits::BOX_POSITIONS_MAX, limits::PROPOSALS_OPEN_MAX), (100_000, 10_000, 10));
    }
}
