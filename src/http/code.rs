//! The codes of problems: a closed set, each with its status.

use hyper::StatusCode;

use crate::model::Refusal;

/// Defines [`Code`] with the name that clients see and the status that goes with it.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $status:literal $name:literal,)*) => {
        /// What is wrong: a closed set, so that programs can branch on it. Names are never reused for something else.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every code, for tables and the description of the interface.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The status that goes with it.
            pub fn status(self) -> StatusCode {
                let status = match self { $(Self::$variant => $status,)* };
                StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    };
}

codes! {
    /// The head is not HTTP.
    RequestMalformed = 400 "request_malformed",
    /// The head is longer or has more fields than we read.
    HeadTooLarge = 431 "head_too_large",
    /// The request line alone is longer than we read.
    TargetTooLong = 414 "target_too_long",
    /// Where the body ends could be understood in two ways.
    FramingAmbiguous = 400 "framing_ambiguous",
    /// The next request came before the answer.
    PipeliningRefused = 400 "pipelining_refused",
    /// The target is not a plain path.
    TargetMalformed = 400 "target_malformed",
    /// Not HTTP/1.1.
    VersionUnsupported = 505 "version_unsupported",
    /// Another protocol was asked for.
    UpgradeRefused = 400 "upgrade_refused",
    /// Fields came behind the body.
    TrailersRefused = 400 "trailers_refused",
    /// The certificate names nobody we know.
    ClientNotRecognised = 403 "client_not_recognised",
    /// A token came along that nobody would check.
    TokenNotSupported = 400 "token_not_supported",
    /// There is nothing under this path.
    RouteUnknown = 404 "route_unknown",
    /// The resource does not do this.
    MethodNotAllowed = 405 "method_not_allowed",
    /// Documents are not deleted by request.
    Retained = 409 "retained",
    /// A query parameter is unknown, repeated or wrong.
    QueryMalformed = 400 "query_malformed",
    /// An id in the path is not one.
    IdMalformed = 400 "id_malformed",
    /// A header field cannot be understood.
    HeaderMalformed = 400 "header_malformed",
    /// Not one JSON object.
    JsonMalformed = 400 "json_malformed",
    /// More values than any request has.
    JsonTooManyValues = 413 "json_too_many_values",
    /// The object has a field that does not exist.
    FieldUnknown = 400 "field_unknown",
    /// The object has a field twice.
    FieldRepeated = 400 "field_repeated",
    /// The object lacks a field.
    FieldMissing = 400 "field_missing",
    /// The value of a field breaks its rule.
    FieldMalformed = 400 "field_malformed",
    /// The body has another media type than the resource takes.
    MediaTypeUnsupported = 415 "media_type_unsupported",
    /// The body is compressed.
    ContentEncodingUnsupported = 415 "content_encoding_unsupported",
    /// A part of a body was sent.
    PartialPutRefused = 400 "partial_put_refused",
    /// If-Match or If-None-Match does not hold.
    PreconditionFailed = 412 "precondition_failed",
    /// The body is longer than allowed.
    BodyTooLarge = 413 "body_too_large",
    /// The body came too slowly.
    BodyTimeout = 408 "body_timeout",
    /// The body ended early.
    BodyIncomplete = 400 "body_incomplete",
    /// Content-Digest cannot be understood.
    DigestMalformed = 400 "digest_malformed",
    /// Content-Digest has no algorithm that we compute.
    DigestUnsupported = 400 "digest_unsupported",
    /// What arrived is not what was announced.
    DigestMismatch = 400 "digest_mismatch",
    /// The range lies outside the document.
    RangeUnsatisfiable = 416 "range_unsatisfiable",
    /// The text is not a catalogue of retention classes.
    ClassesMalformed = 422 "classes_malformed",
    /// The ledger has no such tile.
    TileUnknown = 404 "tile_unknown",
    /// No witness has cosigned it yet.
    NotCosigned = 404 "not_cosigned",
    /// The office's certificate is out of date.
    ExportUnsigned = 409 "export_unsigned",
    /// The ledger has no such index or size.
    ProofUnknown = 404 "proof_unknown",
    /// Too much to do.
    Busy = 503 "busy",
    /// No space.
    DiskFull = 507 "disk_full",
    /// Nothing is accepted until a restart.
    Latched = 503 "latched",
    /// Nobody knows whether it was stored.
    OutcomeUnknown = 500 "outcome_unknown",
    /// Our own fault.
    Internal = 500 "internal",
    /// See [`Refusal::VaultNameTaken`].
    VaultNameTaken = 409 "vault_name_taken",
    /// See [`Refusal::VaultUnknown`].
    VaultUnknown = 404 "vault_unknown",
    /// See [`Refusal::AccessYearUnknown`].
    AccessYearUnknown = 404 "access_year_unknown",
    /// See [`Refusal::AccessYearNotOver`].
    AccessYearNotOver = 409 "access_year_not_over",
    /// See [`Refusal::AccessYearSealed`].
    AccessYearSealed = 409 "access_year_sealed",
    /// See [`Refusal::CaseUnknown`].
    CaseUnknown = 404 "case_unknown",
    /// See [`Refusal::CaseIdTaken`].
    CaseIdTaken = 409 "case_id_taken",
    /// See [`Refusal::ReferenceTaken`].
    ReferenceTaken = 409 "reference_taken",
    /// See [`Refusal::DocumentUnknown`].
    DocumentUnknown = 404 "document_unknown",
    /// See [`Refusal::DocumentIdTaken`].
    DocumentIdTaken = 409 "document_id_taken",
    /// See [`Refusal::NumberTaken`].
    NumberTaken = 503 "number_taken",
    /// See [`Refusal::CaseFull`].
    CaseFull = 409 "case_full",
    /// See [`Refusal::VaultFull`].
    VaultFull = 409 "vault_full",
    /// See [`Refusal::NoteIdTaken`].
    NoteIdTaken = 409 "note_id_taken",
    /// See [`Refusal::NoteUnknown`].
    NoteUnknown = 404 "note_unknown",
    /// See [`Refusal::TimestampUnknown`].
    TimestampUnknown = 404 "timestamp_unknown",
    /// See [`Refusal::NoteOutOfPlace`].
    NoteOutOfPlace = 422 "note_out_of_place",
    /// See [`Refusal::PersonRequired`].
    PersonRequired = 403 "person_required",
    /// See [`Refusal::SecondPersonRequired`].
    SecondPersonRequired = 403 "second_person_required",
    /// See [`Refusal::DayTooEarly`].
    DayTooEarly = 422 "day_too_early",
    /// See [`Refusal::MatterUnknown`].
    MatterUnknown = 404 "matter_unknown",
    /// See [`Refusal::MatterKindUnknown`].
    MatterKindUnknown = 422 "matter_kind_unknown",
    /// See [`Refusal::KindCorrectedMeanwhile`].
    KindCorrectedMeanwhile = 409 "kind_corrected_meanwhile",
    /// See [`Refusal::NothingToCorrect`].
    NothingToCorrect = 422 "nothing_to_correct",
    /// See [`Refusal::MatterPeriodReversed`].
    MatterPeriodReversed = 422 "matter_period_reversed",
    /// See [`Refusal::MattersFull`].
    MattersFull = 409 "matters_full",
    /// See [`Refusal::MatterListMalformed`].
    MatterListMalformed = 422 "matter_list_malformed",
    /// See [`Refusal::ReasonRequired`].
    ReasonRequired = 422 "reason_required",
    /// See [`Refusal::MatterHeld`].
    MatterHeld = 409 "matter_held",
    /// See [`Refusal::EventComesWithDocument`].
    EventComesWithDocument = 422 "event_comes_with_document",
    /// See [`Refusal::EventInFuture`].
    EventInFuture = 422 "event_in_future",
    /// See [`Refusal::FixedDateTooFar`].
    FixedDateTooFar = 422 "fixed_date_too_far",
    /// See [`Refusal::EventBeforeDocument`].
    EventBeforeDocument = 422 "event_before_document",
    /// See [`Refusal::EventUnknown`].
    EventUnknown = 404 "event_unknown",
    /// See [`Refusal::EventNotEffective`].
    EventNotEffective = 409 "event_not_effective",
    /// See [`Refusal::CorrectionOfAnother`].
    CorrectionOfAnother = 422 "correction_of_another",
    /// See [`Refusal::WithdrawalOfNothing`].
    WithdrawalOfNothing = 422 "withdrawal_of_nothing",
    /// See [`Refusal::EvidenceUnknown`].
    EvidenceUnknown = 422 "evidence_unknown",
    /// See [`Refusal::EventsFull`].
    EventsFull = 409 "events_full",
    /// See [`Refusal::DocumentNotScanned`].
    DocumentNotScanned = 409 "document_not_scanned",
    /// See [`Refusal::DocumentNotQuarantined`].
    DocumentNotQuarantined = 409 "document_not_quarantined",
    /// See [`Refusal::DocumentDateTooFar`].
    DocumentDateTooFar = 422 "document_date_too_far",
    /// See [`Refusal::ReceivedInFuture`].
    ReceivedInFuture = 422 "received_in_future",
    /// See [`Refusal::ScannedInFuture`].
    ScannedInFuture = 422 "scanned_in_future",
    /// See [`Refusal::HoldUnknown`].
    HoldUnknown = 404 "hold_unknown",
    /// See [`Refusal::HoldReviewedMeanwhile`].
    HoldReviewedMeanwhile = 409 "hold_reviewed_meanwhile",
    /// See [`Refusal::HoldOver`].
    HoldOver = 409 "hold_over",
    /// See [`Refusal::HoldTargetsMalformed`].
    HoldTargetsMalformed = 422 "hold_targets_malformed",
    /// See [`Refusal::HoldFindsNothing`].
    HoldFindsNothing = 422 "hold_finds_nothing",
    /// See [`Refusal::HoldTargetUnknown`].
    HoldTargetUnknown = 422 "hold_target_unknown",
    /// See [`Refusal::ReviewOutOfReach`].
    ReviewOutOfReach = 422 "review_out_of_reach",
    /// See [`Refusal::HoldEndsBeforeReview`].
    HoldEndsBeforeReview = 422 "hold_ends_before_review",
    /// See [`Refusal::HoldEndTooFar`].
    HoldEndTooFar = 422 "hold_end_too_far",
    /// See [`Refusal::CatalogueIncomplete`].
    CatalogueIncomplete = 422 "catalogue_incomplete",
    /// See [`Refusal::CatalogueReplaced`].
    CatalogueReplaced = 409 "catalogue_replaced",
    /// See [`Refusal::CatalogueNotYetValid`].
    CatalogueNotYetValid = 422 "catalogue_not_yet_valid",
    /// See [`Refusal::ClassInUse`].
    ClassInUse = 409 "class_in_use",
    /// See [`Refusal::ProposalsFull`].
    ProposalsFull = 409 "proposals_full",
    /// See [`Refusal::ProposalNotOpen`].
    ProposalNotOpen = 409 "proposal_not_open",
    /// See [`Refusal::BatchUnknown`].
    BatchUnknown = 404 "batch_unknown",
    /// See [`Refusal::BatchCountsMalformed`].
    BatchCountsMalformed = 422 "batch_counts_malformed",
    /// See [`Refusal::BatchesFull`].
    BatchesFull = 409 "batches_full",
    /// See [`Refusal::BatchOver`].
    BatchOver = 409 "batch_over",
    /// See [`Refusal::BatchCountsDiffer`].
    BatchCountsDiffer = 409 "batch_counts_differ",
    /// See [`Refusal::BatchQuarantined`].
    BatchQuarantined = 409 "batch_quarantined",
    /// See [`Refusal::IntakeGoesBack`].
    IntakeGoesBack = 409 "intake_goes_back",
    /// See [`Refusal::IntakeInFuture`].
    IntakeInFuture = 422 "intake_in_future",
    /// See [`Refusal::BackupGoesBack`].
    BackupGoesBack = 409 "backup_goes_back",
    /// See [`Refusal::BackupInFuture`].
    BackupInFuture = 422 "backup_in_future",
    /// See [`Refusal::BoxUnknown`].
    BoxUnknown = 404 "box_unknown",
    /// See [`Refusal::BoxPositionsMalformed`].
    BoxPositionsMalformed = 422 "box_positions_malformed",
    /// See [`Refusal::SheetsDiffer`].
    SheetsDiffer = 422 "sheets_differ",
    /// See [`Refusal::BoxOlderThanDocument`].
    BoxOlderThanDocument = 422 "box_older_than_document",
    /// See [`Refusal::OriginalInAnotherBox`].
    OriginalInAnotherBox = 409 "original_in_another_box",
    /// See [`Refusal::BoxReturnOpen`].
    BoxReturnOpen = 409 "box_return_open",
    /// See [`Refusal::BoxOfAnotherBatch`].
    BoxOfAnotherBatch = 422 "box_of_another_batch",
    /// See [`Refusal::BoxBeyondBatch`].
    BoxBeyondBatch = 422 "box_beyond_batch",
    /// See [`Refusal::BoxOver`].
    BoxOver = 409 "box_over",
    /// See [`Refusal::PositionUnknown`].
    PositionUnknown = 422 "position_unknown",
    /// See [`Refusal::FlagUnchanged`].
    FlagUnchanged = 409 "flag_unchanged",
    /// See [`Refusal::PositionOut`].
    PositionOut = 409 "position_out",
    /// See [`Refusal::ReturnOutOfOrder`].
    ReturnOutOfOrder = 409 "return_out_of_order",
    /// See [`Refusal::ExtensionMalformed`].
    ExtensionMalformed = 422 "extension_malformed",
    /// See [`Refusal::BoxNotReleased`].
    BoxNotReleased = 409 "box_not_released",
    /// See [`Refusal::DestroyedTooEarly`].
    DestroyedTooEarly = 422 "destroyed_too_early",
    /// See [`Refusal::DestroyedInFuture`].
    DestroyedInFuture = 422 "destroyed_in_future",
    /// See [`Refusal::DocumentDestroyed`].
    DocumentDestroyed = 410 "document_destroyed",
    /// See [`Refusal::CaseDestroyed`].
    CaseDestroyed = 410 "case_destroyed",
    /// See [`Refusal::OrderUnknown`].
    OrderUnknown = 404 "order_unknown",
    /// See [`Refusal::OrderItemsMalformed`].
    OrderItemsMalformed = 422 "order_items_malformed",
    /// See [`Refusal::OrderItemUnknown`].
    OrderItemUnknown = 422 "order_item_unknown",
    /// See [`Refusal::OrderReferenceRequired`].
    OrderReferenceRequired = 422 "order_reference_required",
    /// See [`Refusal::OrdersFull`].
    OrdersFull = 409 "orders_full",
    /// See [`Refusal::OrderNotProposed`].
    OrderNotProposed = 409 "order_not_proposed",
    /// See [`Refusal::OrderListDiffers`].
    OrderListDiffers = 409 "order_list_differs",
    /// See [`Refusal::DeputyNotIndependent`].
    DeputyNotIndependent = 403 "deputy_not_independent",
    /// See [`Refusal::OrderOver`].
    OrderOver = 409 "order_over",
    /// See [`Refusal::OrderNotApproved`].
    OrderNotApproved = 409 "order_not_approved",
    /// See [`Refusal::OrderCoolingOff`].
    OrderCoolingOff = 409 "order_cooling_off",
    /// See [`Refusal::OrderStepOutOfTurn`].
    OrderStepOutOfTurn = 409 "order_step_out_of_turn",
    /// See [`Refusal::OrderItemProtected`].
    OrderItemProtected = 409 "order_item_protected",
    /// See [`Refusal::DestructionCapReached`].
    DestructionCapReached = 409 "destruction_cap_reached",
    /// See [`Refusal::OrderStepUnknown`].
    OrderStepUnknown = 409 "order_step_unknown",
    /// See [`Refusal::KeysNotDestroyed`].
    KeysNotDestroyed = 409 "keys_not_destroyed",
    /// See [`Refusal::ReplayOfLiving`].
    ReplayOfLiving = 409 "replay_of_living",
    /// See [`Refusal::DestructionRuleMalformed`].
    DestructionRuleMalformed = 422 "destruction_rule_malformed",
    /// See [`Refusal::DestructionRuleNotOpen`].
    DestructionRuleNotOpen = 409 "destruction_rule_not_open",
    /// See [`Refusal::ExportUnknown`].
    ExportUnknown = 404 "export_unknown",
    /// See [`Refusal::ExportPurposeRequired`].
    ExportPurposeRequired = 422 "export_purpose_required",
    /// See [`Refusal::ExportOfOneCase`].
    ExportOfOneCase = 422 "export_of_one_case",
    /// See [`Refusal::ExportPeriodReversed`].
    ExportPeriodReversed = 422 "export_period_reversed",
    /// See [`Refusal::ExportTooLarge`].
    ExportTooLarge = 422 "export_too_large",
    /// See [`Refusal::ExportChanged`].
    ExportChanged = 410 "export_changed",
}

impl From<Refusal> for Code {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::VaultNameTaken => Self::VaultNameTaken,
            Refusal::VaultUnknown => Self::VaultUnknown,
            Refusal::AccessYearUnknown => Self::AccessYearUnknown,
            Refusal::AccessYearNotOver => Self::AccessYearNotOver,
            Refusal::AccessYearSealed => Self::AccessYearSealed,
            Refusal::CaseUnknown => Self::CaseUnknown,
            Refusal::CaseIdTaken => Self::CaseIdTaken,
            Refusal::ReferenceTaken => Self::ReferenceTaken,
            Refusal::DocumentUnknown => Self::DocumentUnknown,
            Refusal::DocumentIdTaken => Self::DocumentIdTaken,
            Refusal::NumberTaken => Self::NumberTaken,
            Refusal::CaseFull => Self::CaseFull,
            Refusal::VaultFull => Self::VaultFull,
            Refusal::NoteIdTaken => Self::NoteIdTaken,
            Refusal::NoteUnknown => Self::NoteUnknown,
            Refusal::TimestampUnknown => Self::TimestampUnknown,
            Refusal::NoteOutOfPlace => Self::NoteOutOfPlace,
            Refusal::PersonRequired => Self::PersonRequired,
            Refusal::SecondPersonRequired => Self::SecondPersonRequired,
            Refusal::DayTooEarly => Self::DayTooEarly,
            Refusal::MatterUnknown => Self::MatterUnknown,
            Refusal::MatterKindUnknown => Self::MatterKindUnknown,
            Refusal::KindCorrectedMeanwhile => Self::KindCorrectedMeanwhile,
            Refusal::NothingToCorrect => Self::NothingToCorrect,
            Refusal::MatterPeriodReversed => Self::MatterPeriodReversed,
            Refusal::MattersFull => Self::MattersFull,
            Refusal::MatterListMalformed => Self::MatterListMalformed,
            Refusal::ReasonRequired => Self::ReasonRequired,
            Refusal::MatterHeld => Self::MatterHeld,
            Refusal::EventComesWithDocument => Self::EventComesWithDocument,
            Refusal::EventInFuture => Self::EventInFuture,
            Refusal::FixedDateTooFar => Self::FixedDateTooFar,
            Refusal::EventBeforeDocument => Self::EventBeforeDocument,
            Refusal::EventUnknown => Self::EventUnknown,
            Refusal::EventNotEffective => Self::EventNotEffective,
            Refusal::CorrectionOfAnother => Self::CorrectionOfAnother,
            Refusal::WithdrawalOfNothing => Self::WithdrawalOfNothing,
            Refusal::EvidenceUnknown => Self::EvidenceUnknown,
            Refusal::EventsFull => Self::EventsFull,
            Refusal::DocumentNotScanned => Self::DocumentNotScanned,
            Refusal::DocumentNotQuarantined => Self::DocumentNotQuarantined,
            Refusal::DocumentDateTooFar => Self::DocumentDateTooFar,
            Refusal::ReceivedInFuture => Self::ReceivedInFuture,
            Refusal::ScannedInFuture => Self::ScannedInFuture,
            Refusal::HoldUnknown => Self::HoldUnknown,
            Refusal::HoldReviewedMeanwhile => Self::HoldReviewedMeanwhile,
            Refusal::HoldOver => Self::HoldOver,
            Refusal::HoldTargetsMalformed => Self::HoldTargetsMalformed,
            Refusal::HoldFindsNothing => Self::HoldFindsNothing,
            Refusal::HoldTargetUnknown => Self::HoldTargetUnknown,
            Refusal::ReviewOutOfReach => Self::ReviewOutOfReach,
            Refusal::HoldEndsBeforeReview => Self::HoldEndsBeforeReview,
            Refusal::HoldEndTooFar => Self::HoldEndTooFar,
            Refusal::CatalogueIncomplete => Self::CatalogueIncomplete,
            Refusal::CatalogueReplaced => Self::CatalogueReplaced,
            Refusal::CatalogueNotYetValid => Self::CatalogueNotYetValid,
            Refusal::ClassInUse => Self::ClassInUse,
            Refusal::ProposalsFull => Self::ProposalsFull,
            Refusal::ProposalNotOpen => Self::ProposalNotOpen,
            Refusal::BatchUnknown => Self::BatchUnknown,
            Refusal::BatchCountsMalformed => Self::BatchCountsMalformed,
            Refusal::BatchesFull => Self::BatchesFull,
            Refusal::BatchOver => Self::BatchOver,
            Refusal::BatchCountsDiffer => Self::BatchCountsDiffer,
            Refusal::BatchQuarantined => Self::BatchQuarantined,
            Refusal::IntakeGoesBack => Self::IntakeGoesBack,
            Refusal::IntakeInFuture => Self::IntakeInFuture,
            Refusal::BackupGoesBack => Self::BackupGoesBack,
            Refusal::BackupInFuture => Self::BackupInFuture,
            Refusal::BoxUnknown => Self::BoxUnknown,
            Refusal::BoxPositionsMalformed => Self::BoxPositionsMalformed,
            Refusal::SheetsDiffer => Self::SheetsDiffer,
            Refusal::BoxOlderThanDocument => Self::BoxOlderThanDocument,
            Refusal::OriginalInAnotherBox => Self::OriginalInAnotherBox,
            Refusal::BoxReturnOpen => Self::BoxReturnOpen,
            Refusal::BoxOfAnotherBatch => Self::BoxOfAnotherBatch,
            Refusal::BoxBeyondBatch => Self::BoxBeyondBatch,
            Refusal::BoxOver => Self::BoxOver,
            Refusal::PositionUnknown => Self::PositionUnknown,
            Refusal::FlagUnchanged => Self::FlagUnchanged,
            Refusal::PositionOut => Self::PositionOut,
            Refusal::ReturnOutOfOrder => Self::ReturnOutOfOrder,
            Refusal::ExtensionMalformed => Self::ExtensionMalformed,
            Refusal::BoxNotReleased => Self::BoxNotReleased,
            Refusal::DestroyedTooEarly => Self::DestroyedTooEarly,
            Refusal::DestroyedInFuture => Self::DestroyedInFuture,
            Refusal::DocumentDestroyed => Self::DocumentDestroyed,
            Refusal::CaseDestroyed => Self::CaseDestroyed,
            Refusal::OrderUnknown => Self::OrderUnknown,
            Refusal::OrderItemsMalformed => Self::OrderItemsMalformed,
            Refusal::OrderItemUnknown => Self::OrderItemUnknown,
            Refusal::OrderReferenceRequired => Self::OrderReferenceRequired,
            Refusal::OrdersFull => Self::OrdersFull,
            Refusal::OrderNotProposed => Self::OrderNotProposed,
            Refusal::OrderListDiffers => Self::OrderListDiffers,
            Refusal::DeputyNotIndependent => Self::DeputyNotIndependent,
            Refusal::OrderOver => Self::OrderOver,
            Refusal::OrderNotApproved => Self::OrderNotApproved,
            Refusal::OrderCoolingOff => Self::OrderCoolingOff,
            Refusal::OrderStepOutOfTurn => Self::OrderStepOutOfTurn,
            Refusal::OrderItemProtected => Self::OrderItemProtected,
            Refusal::DestructionCapReached => Self::DestructionCapReached,
            Refusal::OrderStepUnknown => Self::OrderStepUnknown,
            Refusal::KeysNotDestroyed => Self::KeysNotDestroyed,
            Refusal::ReplayOfLiving => Self::ReplayOfLiving,
            Refusal::DestructionRuleMalformed => Self::DestructionRuleMalformed,
            Refusal::DestructionRuleNotOpen => Self::DestructionRuleNotOpen,
            Refusal::ExportUnknown => Self::ExportUnknown,
            Refusal::ExportPurposeRequired => Self::ExportPurposeRequired,
            Refusal::ExportOfOneCase => Self::ExportOfOneCase,
            Refusal::ExportPeriodReversed => Self::ExportPeriodReversed,
            Refusal::ExportTooLarge => Self::ExportTooLarge,
            Refusal::ExportChanged => Self::ExportChanged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_its_code() {
        for refusal in Refusal::ALL {
            assert_eq!(Code::from(*refusal).name(), refusal.code());
        }
    }

    #[test]
    fn names_are_words_and_used_once() {
        let mut names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
        for code in Code::ALL {
            assert!(code.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code:?}");
            assert!(code.status().is_client_error() || code.status().is_server_error(), "{code:?}");
        }
    }
}
