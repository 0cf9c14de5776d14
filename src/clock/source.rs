//! Signed time from outside, and how much of it is believed.
//!
//! What is deliberately absent: how a source is asked and how its signature is checked. A source hands out only what it has checked.

use std::collections::BTreeMap;

use crate::limits;
use crate::model::Timestamp;

/// The name of a source of time that is independent of every source of another name, for example that of a time-stamp service.
pub type SourceName = String;

/// That a source has said, in a signed answer to a question nobody could foresee: it is not earlier than this. It stays true for
/// ever, so an old answer is as good as when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Who says so.
    pub source: SourceName,
    /// The signed time less its stated accuracy (RFC 3161 section 2.4.2: `genTime` and `accuracy`).
    pub not_before: Timestamp,
}

/// Somebody outside who signs the time.
pub trait TimeSource: Send + Sync {
    /// The newest answer whose signature and nonce were right, or `None` before the first.
    fn evidence(&self) -> Option<Evidence>;
}

/// The time that has certainly been reached if at least one of the sources is honest: the earliest of their newest answers, or `None`
/// if fewer than [`limits::CLOCK_SOURCES_MIN`] have answered. A source that falls behind delays and never hastens.
pub fn quorum(evidence: &[Evidence]) -> Option<Timestamp> {
    let mut newest: BTreeMap<&str, Timestamp> = BTreeMap::new();
    for Evidence { source, not_before } in evidence {
        newest.entry(source).and_modify(|known| *known = (*known).max(*not_before)).or_insert(*not_before);
    }
    if newest.len() < limits::CLOCK_SOURCES_MIN {
        return None;
    }
    newest.into_values().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sources_are_needed_and_the_earliest_counts() {
        type Answers<'a> = &'a [(&'a str, u32)];
        // Source and day of November 2026 of each answer; the day of the quorum.
        let cases: [(Answers<'_>, Option<u32>); 7] = [
            (&[], None),
            (&[("a", 20)], None),
            // The same source twice is one source.
            (&[("a", 20), ("a", 21)], None),
            (&[("a", 20), ("b", 21)], Some(20)),
            // Of one source the newest answer counts.
            (&[("a", 20), ("b", 21), ("a", 23)], Some(21)),
            // One that lies ahead is held back by one honest one, even if it has a companion.
            (&[("a", 30), ("b", 30), ("c", 20)], Some(20)),
            (&[("a", 19), ("b", 21), ("c", 20)], Some(19)),
        ];
        let day = |day: u32| Timestamp::parse(&format!("2026-11-{day}T12:00:00Z")).unwrap();
        for (answers, expected) in cases {
            let evidence: Vec<Evidence> =
                answers.iter().map(|&(source, at)| Evidence { source: source.to_owned(), not_before: day(at) }).collect();
            assert_eq!(quorum(&evidence), expected.map(day), "{answers:?}");
        }
    }
}
