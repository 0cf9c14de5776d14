//! Words for the codes of closed lists. Each list has its messages under its own first word.

use super::Words;
use crate::model::Date;
use crate::model::retention::{
    Code, Confidence, Disposal, EventType, HoldType, OriginalFlag, Overlay, QaMode, QaResult, ReturnStep, Rounding, ScanDefect,
};
use crate::policy::paper::{Blocker as BoxBlocker, PullReason, ReleaseState};

/// The kinds that have words. An office's own kinds are shown as they are written in its catalogue.
pub(super) const SHIPPED_KINDS: &[&str] = &[
    "default",
    "benefit",
    "rejected",
    "expert-opinion",
    "payment",
    "claim",
    "appeal",
    "fine-small",
    "fine-large",
    "placement",
    "measure-esf",
    "comparison",
    "access-log",
    "destruction-record",
];

impl Words {
    /// What happened; a phrase, e.g. `Bekanntgabe der Entscheidung`.
    pub fn event(&self, event: EventType) -> String {
        self.of_code("event", event.as_str())
    }

    /// From which day is counted; a phrase.
    pub fn rounding(&self, rounding: Rounding) -> String {
        self.of_code("rounding", rounding.as_str())
    }

    /// How sure the office is of a rule; a phrase.
    pub fn confidence(&self, confidence: Confidence) -> String {
        self.of_code("confidence", confidence.as_str())
    }

    /// What happens when a period is over; a phrase.
    pub fn disposal(&self, disposal: Disposal) -> String {
        self.of_code("disposal", disposal.as_str())
    }

    /// Why something is held; a phrase.
    pub fn hold(&self, hold: HoldType) -> String {
        self.of_code("hold", hold.as_str())
    }

    /// What must be said with every reading; a sentence.
    pub fn overlay(&self, overlay: Overlay) -> String {
        self.of_code("overlay", overlay.as_str())
    }

    /// What the scan gate found; a sentence.
    pub fn scan_defect(&self, defect: ScanDefect) -> String {
        self.of_code("scan", defect.as_str())
    }

    /// How quality was assured; a phrase.
    pub fn qa_mode(&self, mode: QaMode) -> String {
        self.of_code("qa-mode", mode.as_str())
    }

    /// What quality assurance found; a phrase.
    pub fn qa_result(&self, result: QaResult) -> String {
        self.of_code("qa-result", result.as_str())
    }

    /// Why an original must not be destroyed with its box; a sentence.
    pub fn original_flag(&self, flag: OriginalFlag) -> String {
        self.of_code("flag", flag.as_str())
    }

    /// How far the return of an original has come; a phrase.
    pub fn return_step(&self, step: ReturnStep) -> String {
        self.of_code("return", step.as_str())
    }

    /// What kind of matter, in words where the kind is one of the shipped catalogue's; a phrase.
    pub fn kind(&self, kind: &Code) -> String {
        let code = kind.as_str();
        if !SHIPPED_KINDS.contains(&code) {
            return code.to_owned();
        }
        let title = self.of_code("kind", code);
        if title == code { title } else { self.say("kind", &[("title", title.into()), ("code", code.into())]) }
    }

    /// That a box was destroyed on this day; a sentence.
    pub fn box_destroyed(&self, on: Date) -> String {
        self.say("release-destroyed", &[("day", self.date(on).into())])
    }

    /// Where a box stands on its way to destruction; a sentence.
    pub fn release_state(&self, state: ReleaseState) -> String {
        let code = match state {
            ReleaseState::Ready => "ready",
            ReleaseState::Blocked => "blocked",
            ReleaseState::Waiting => "waiting",
        };
        self.of_code("release", code)
    }

    /// Why nothing of a box may be destroyed; a sentence.
    pub fn box_blocker(&self, blocker: BoxBlocker) -> String {
        self.of_code("box", blocker.code())
    }

    /// Why an original must be pulled out of its box before the rest may go; a sentence.
    pub fn pull_reason(&self, reason: PullReason) -> String {
        match reason {
            PullReason::Flag(flag) => self.original_flag(flag),
            reason => self.of_code("pull", reason.code()),
        }
    }
}
