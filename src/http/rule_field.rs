//! Which field of a request a rule of retention is about, for programs that show a refusal beside it.

use crate::model::Refusal;

/// The field that a refusal is about, where it is the same in every request that the rule can refuse.
pub(super) fn of(refusal: Refusal) -> Option<&'static str> {
    Some(match refusal {
        Refusal::ReferenceTaken => "reference",
        Refusal::MatterKindUnknown | Refusal::NothingToCorrect => "kind",
        Refusal::MatterPeriodReversed => "to",
        Refusal::MatterListMalformed => "matters",
        Refusal::EventComesWithDocument => "type",
        Refusal::EventInFuture
        | Refusal::FixedDateTooFar
        | Refusal::EventBeforeDocument
        | Refusal::WithdrawalOfNothing
        | Refusal::DestroyedTooEarly
        | Refusal::DestroyedInFuture => "date",
        Refusal::EventUnknown | Refusal::EventNotEffective | Refusal::CorrectionOfAnother => "supersedes",
        Refusal::EvidenceUnknown => "evidence",
        Refusal::ReceivedInFuture => "received",
        Refusal::DocumentDateTooFar => "date",
        Refusal::HoldTargetsMalformed
        | Refusal::HoldTargetUnknown
        | Refusal::BoxPositionsMalformed
        | Refusal::OriginalInAnotherBox
        | Refusal::BoxOfAnotherBatch
        | Refusal::OrderItemsMalformed
        | Refusal::OrderItemUnknown => "items",
        Refusal::OrderReferenceRequired => "reference",
        Refusal::OrderListDiffers => "list",
        Refusal::HoldFindsNothing => "query",
        Refusal::ReviewOutOfReach => "review_on",
        Refusal::HoldEndsBeforeReview | Refusal::HoldEndTooFar => "ends_on",
        Refusal::CatalogueIncomplete | Refusal::CatalogueNotYetValid | Refusal::ClassInUse => "text",
        Refusal::BatchCountsMalformed | Refusal::SheetsDiffer | Refusal::BoxBeyondBatch => "sheets",
        Refusal::IntakeGoesBack | Refusal::IntakeInFuture | Refusal::BackupGoesBack | Refusal::BackupInFuture => "through",
        Refusal::BoxOlderThanDocument => "scanned_on",
        Refusal::ReturnOutOfOrder => "state",
        Refusal::ReasonRequired | Refusal::BatchCountsDiffer => "reason",
        Refusal::HoldReviewedMeanwhile | Refusal::KindCorrectedMeanwhile => "replaces",
        Refusal::FlagUnchanged => "on",
        Refusal::ExtensionMalformed => "until",
        Refusal::ExportPurposeRequired => "purpose",
        Refusal::ExportOfOneCase => "case",
        Refusal::ExportPeriodReversed => "through",
        _ => return None,
    })
}
