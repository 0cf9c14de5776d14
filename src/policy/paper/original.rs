//! What stands in the way of one original.

use super::reason::PullReason;
use crate::model::Timestamp;
use crate::model::retention::{DocumentFacts, PositionFacts, QaMode, QaResult};

/// What has become of the image of an original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Image {
    /// It is in the archive.
    Stored(DocumentState),
    /// It was destroyed while the paper was still here.
    Destroyed,
    /// The archive never had it.
    Missing,
}

/// What a release must know of the image of an original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentState {
    /// When it was stored. From then on it has its ledger entry: the evidence that takes the place of the paper.
    pub stored_at: Timestamp,
    /// Whether the scan gate found a defect that nobody has cleared.
    pub quarantined: bool,
    /// Whether it has reached the case file that it belongs to.
    pub assigned: bool,
    /// How the quality of its image was assured, and with which result.
    pub qa: Option<(QaMode, QaResult)>,
    /// Whether its protection need is high: a sample is then not enough.
    pub high_protection: bool,
    /// Whether a hold covers it that stops destruction.
    pub held: bool,
    /// Pages that the scan protocol counts, if there is one.
    pub pages: Option<u32>,
}

impl DocumentState {
    /// The state of a stored document from what retention knows of it. The protection need of a document without scan data counts as
    /// high, as that of social data does (BT-Drs. 19/3412).
    pub fn new(stored_at: Timestamp, facts: Option<&DocumentFacts>, assigned: bool, held: bool) -> Self {
        let scan = facts.and_then(|facts| facts.scan.as_ref());
        Self {
            stored_at,
            quarantined: scan.is_some_and(|scan| !scan.defects.is_empty()),
            assigned,
            qa: scan.and_then(|scan| scan.qa),
            high_protection: scan.is_none_or(|scan| scan.high_protection),
            held,
            pages: scan.map(|scan| scan.pages),
        }
    }
}

/// What stands in the way of an original that still lies in its box.
pub(super) fn reasons_to_pull(position: &PositionFacts, document: &DocumentState, backed_up_through: Option<Timestamp>) -> Vec<PullReason> {
    let mut reasons: Vec<PullReason> = position.position.flags.iter().copied().map(PullReason::Flag).collect();
    reasons.extend(quality(position.qa, document));
    let rules = [
        (PullReason::NotScanned, document.pages.is_none()),
        (PullReason::FewerPagesThanSheets, document.pages.is_some_and(|pages| pages < u32::from(position.position.sheets))),
        (PullReason::NotBackedUp, backed_up_through.is_none_or(|through| document.stored_at >= through)),
        (PullReason::Quarantined, document.quarantined),
        (PullReason::Unassigned, !document.assigned),
        (PullReason::Held, document.held),
        (PullReason::ReturnOpen, position.returning.is_some()),
    ];
    reasons.extend(rules.into_iter().filter_map(|(reason, applies)| applies.then_some(reason)));
    reasons
}

/// What is wrong with the quality assurance, which may have been done at the box, at the document, or at both. A defect that either
/// found stands until the same side has looked again; otherwise the better look counts.
fn quality(at_box: Option<(QaMode, QaResult)>, document: &DocumentState) -> Option<PullReason> {
    let looks = || [at_box, document.qa].into_iter().flatten();
    if looks().next().is_none() {
        Some(PullReason::QaMissing)
    } else if looks().any(|(_, result)| result == QaResult::Defect) {
        Some(PullReason::QaDefect)
    } else if document.high_protection && looks().all(|(mode, _)| mode == QaMode::Sample) {
        Some(PullReason::SampleNotEnough)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;
    use crate::model::retention::{ScanDefect, ScanFacts};

    #[test]
    fn protection_need_counts_as_high_unless_somebody_said_normal() {
        let stored_at = Timestamp::parse("2017-11-06T15:00:00Z").unwrap();
        let unknown = DocumentState::new(stored_at, None, true, false);
        assert!(unknown.high_protection && !unknown.quarantined && unknown.pages.is_none() && unknown.qa.is_none());

        let scan = ScanFacts {
            batch: None,
            scanned_on: Date::parse("2017-11-06").unwrap(),
            pages: 3,
            high_protection: false,
            defects: vec![ScanDefect::PagesDiffer],
            qa: Some((QaMode::Sample, QaResult::Passed)),
        };
        let facts = DocumentFacts { scan: Some(scan), ..DocumentFacts::default() };
        let known = DocumentState::new(stored_at, Some(&facts), false, true);
        let expected = DocumentState {
            stored_at,
            quarantined: true,
            assigned: false,
            qa: Some((QaMode::Sample, QaResult::Passed)),
            high_protection: false,
            held: true,
            pages: Some(3),
        };
        assert_eq!(known, expected);
    }
}
