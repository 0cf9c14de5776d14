//! Which entry a note about retention has: its event, its code, and the values that the entry commits to.
//!
//! One place for whoever files a note and for whoever checks it later.

use super::event::EventCode;
use super::prepared::FiledNote;
use crate::model::retention::{BoxStep, Note, NoteDetails};

impl<'a> FiledNote<'a> {
    /// The values behind the entry of a note. `body` is the note's byte form, which is known to storage alone.
    pub fn of(note: &'a Note, details: &'a NoteDetails, body: &'a [u8]) -> Self {
        Self {
            event: EventCode::of(note),
            kind: note.kind(),
            application: details.by.application.as_str(),
            person: details.person.as_ref().map_or("", |person| person.as_str()),
            note: body,
            words: details.words.as_bytes(),
        }
    }
}

impl EventCode {
    /// What the ledger calls the filing of a note.
    pub fn of(note: &Note) -> Self {
        match note {
            Note::Matter { .. } => Self::MatterOpen,
            Note::KindCorrected { .. } => Self::MatterCorrect,
            Note::Event { .. } => Self::RetentionEvent,
            Note::Assignment { .. } => Self::DocumentAssign,
            Note::DocumentChecked { .. } => Self::DocumentCheck,
            Note::QuarantineLifted { .. } => Self::QuarantineLift,
            Note::HoldPlaced { .. } => Self::HoldPlace,
            Note::HoldReviewed { .. } => Self::HoldReview,
            Note::HoldReleased { .. } => Self::HoldRelease,
            Note::ClassesProposed { .. } => Self::ClassesPropose,
            Note::ClassesAdopted { .. } => Self::ClassesAdopt,
            Note::ClassesRejected { .. } => Self::ClassesReject,
            Note::Batch { .. } => Self::BatchRegister,
            Note::BatchCompleted { .. } => Self::BatchComplete,
            Note::IntakeReported { .. } => Self::IntakeReport,
            Note::BackupConfirmed { .. } => Self::BackupConfirm,
            Note::Box { .. } => Self::BoxRegister,
            Note::BoxStep { step: BoxStep::Destroyed { .. }, .. } => Self::PaperDestroy,
            Note::BoxStep { .. } => Self::BoxStep,
            Note::OrderProposed { .. } => Self::OrderPropose,
            Note::OrderApproved { .. } => Self::OrderApprove,
            Note::OrderWithdrawn { .. } => Self::OrderWithdraw,
            Note::OrderStep { .. } => Self::OrderStep,
            Note::KeysDestroyed { .. } => Self::KeysDestroy,
            Note::CopiesGone { .. } => Self::CopiesGone,
            Note::DestructionReplayed { .. } => Self::DestructionReplay,
            Note::DestructionRuleProposed { .. } => Self::DestructionRulePropose,
            Note::DestructionRuleAdopted { .. } => Self::DestructionRuleAdopt,
            Note::DestructionRuleRejected { .. } => Self::DestructionRuleReject,
            Note::CheckpointStamped { .. } => Self::AnchorTimestamp,
            Note::ShardSealed { .. } => Self::ShardSeal,
            Note::ShardDestroyed { .. } => Self::ShardDestroy,
            Note::ExportMade { .. } => Self::ExportMake,
            Note::ExportSigned { .. } => Self::ExportSign,
        }
    }

    /// Whether entries of this event are those of notes.
    pub fn is_of_note(self) -> bool {
        self.begins_with_note() || self.continues_note()
    }

    /// Whether the event is the first one about its subject, and that subject is a note.
    pub fn begins_with_note(self) -> bool {
        matches!(
            self,
            Self::MatterOpen
                | Self::MatterCorrect
                | Self::RetentionEvent
                | Self::DocumentAssign
                | Self::DocumentCheck
                | Self::QuarantineLift
                | Self::HoldPlace
                | Self::ClassesPropose
                | Self::BatchRegister
                | Self::IntakeReport
                | Self::BackupConfirm
                | Self::AnchorTimestamp
                | Self::BoxRegister
                | Self::OrderPropose
                | Self::DestructionReplay
                | Self::DestructionRulePropose
                | Self::ShardSeal
                | Self::ExportMake
                | Self::ExportSign
        )
    }

    /// Whether the event is about what an earlier note has begun, so that its entry has a back-pointer.
    pub fn continues_note(self) -> bool {
        matches!(
            self,
            Self::HoldReview
                | Self::HoldRelease
                | Self::ClassesAdopt
                | Self::ClassesReject
                | Self::BatchComplete
                | Self::BoxStep
                | Self::PaperDestroy
                | Self::OrderApprove
                | Self::OrderWithdraw
                | Self::OrderStep
                | Self::KeysDestroy
                | Self::CopiesGone
                | Self::DestructionRuleAdopt
                | Self::DestructionRuleReject
                | Self::ShardDestroy
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Address;
    use crate::model::retention::{HoldType, SecurityLevel};
    use crate::model::{Actor, ApplicationName, CanonicalJson, Date, Digest, ExportKind, ExportScope, PersonName};

    #[test]
    fn an_event_begins_a_subject_or_continues_one_as_its_note_does() {
        let (on, of) = (Date::parse("2026-11-20").unwrap(), Address::from_u64(1 << 63));
        let scope = ExportScope { kind: ExportKind::Evidence, case: None, from: None, through: None, contents: true, access: false };
        let (root, list) = (Digest([1; 32]), Digest([2; 32]));
        let exported = Note::ExportMade { scope, size: 7, root, items: 1, list, shards: Vec::new(), cosigned: Vec::new() };
        let destroyed = BoxStep::Destroyed { on, level: SecurityLevel::new(4).unwrap(), sheets: 1 };
        for note in [
            Note::HoldPlaced { kind: HoldType::Court, review_on: on, ends_on: None, targets: Vec::new() },
            Note::HoldReleased { hold: of },
            Note::ClassesAdopted { proposal: of },
            Note::IntakeReported { through: on },
            Note::BoxStep { of, step: BoxStep::Extended { until: on } },
            Note::BoxStep { of, step: destroyed },
            exported,
            Note::ExportSigned { export: of, manifest: Digest([3; 32]), signature: Vec::new(), stamp: Vec::new() },
        ] {
            let event = EventCode::of(&note);
            assert!(event.is_of_note(), "{event:?}");
            assert_eq!(event.continues_note(), note.continues().is_some(), "{event:?}");
        }
        assert!(!EventCode::DocumentStore.is_of_note() && !EventCode::LedgerOpen.is_of_note());
    }

    #[test]
    fn the_entry_names_event_and_kind_and_commits_to_the_rest() {
        let note = Note::IntakeReported { through: Date::parse("2026-11-20").unwrap() };
        let by = Actor { application: ApplicationName::parse("scan").unwrap(), year: 2026 };
        let words = CanonicalJson::from_fields(vec![("record", "protocol 7".to_owned())]);
        let mut details = NoteDetails { words, by, person: None };
        assert_eq!(FiledNote::of(&note, &details, b"body").person, "");
        details.person = Some(PersonName::parse("m-muster").unwrap());
        let filed = FiledNote::of(&note, &details, b"body");
        assert_eq!((filed.event, filed.kind, filed.application), (EventCode::IntakeReport, "plain", "scan"));
        assert_eq!((filed.person, filed.note, filed.words), ("m-muster", &b"body"[..], &b"{\"record\":\"protocol 7\"}"[..]));
    }
}
