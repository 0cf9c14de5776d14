//! Evidence for checkpoints: each was signed by its ledger, lies on the way that the entries have taken, and is proven by its record as far
//! as that can be said. Who may vouch for an authority comes from outside; what needs nobody is looked at in any case.

use super::{Check, VaultScope};
use crate::evidence::{TrustRoots, ers};
use crate::ledger::{UnverifiedCheckpoint, VerifierKey};
use crate::model::retention::Note;
use crate::model::{Address, CheckpointStamp, Digest};
use crate::store::{Column, key};
use crate::verify::{Code, catalogue};

/// Sizes of the ledger that were stamped.
pub(super) fn sizes(check: &Check, scope: &VaultScope) -> Vec<u64> {
    check.rows(Column::Stamped, &scope.record.id.0).filter_map(|(row, _)| key::parse_stamped(&row)).collect()
}

/// Compares what was stamped with the roots that the entries lead to.
pub(super) fn compare(check: &Check, scope: &VaultScope, sizes: &[u64], root_at: impl Fn(u64) -> Option<Digest>) {
    for size in sizes {
        let place = format!("{} time-stamp {size}", scope.place);
        let at = check.read(&place, check.store.stamp_of(scope.record.id, *size)).flatten();
        let note = at.and_then(|at| check.read(&place, check.store.note(scope.record.id, at.note)).flatten());
        let Some(Note::CheckpointStamped { stamp }) = note.map(|record| record.note) else { continue };
        // What is no checkpoint is found where the evidence is looked at.
        let Ok(stamped) = UnverifiedCheckpoint::parse(&stamp.checkpoint) else { continue };
        if root_at(*size).is_some_and(|root| root != stamped.claim().root()) {
            check.found(catalogue::TIMESTAMP_INVALID, place, "the ledger that was stamped then is no beginning of this one");
        }
    }
}

/// How far the evidence in a vault was looked at.
#[derive(Debug, Default)]
pub(super) struct Unvouched(u64);

impl Unvouched {
    /// Looks at the evidence in one note.
    pub(super) fn look(
        &mut self,
        check: &Check,
        scope: &VaultScope,
        at: Address,
        stamp: &CheckpointStamp,
        signed_by: Option<&VerifierKey>,
    ) {
        let place = format!("{} note {:#018x}", scope.place, at.to_u64());
        match judge(stamp, &scope.record.origin, signed_by, check.roots.as_ref()) {
            Ok(true) => {}
            Ok(false) => self.0 += 1,
            Err((code, text)) => check.found(code, place, text),
        }
    }

    /// Says of how much nobody has said who may vouch for it.
    pub(super) fn report(&self, check: &Check, scope: &VaultScope) {
        if self.0 > 0 {
            let text =
                format!("{} evidence records are right in themselves; without roots nobody says by whom their time-stamps are", self.0);
            check.found(catalogue::NOT_COVERED, format!("{} time-stamps", scope.place), text);
        }
    }
}

/// Whether the evidence is proven by one of the roots; `false` if it is right and there are none.
fn judge(
    stamp: &CheckpointStamp,
    origin: &str,
    signed_by: Option<&VerifierKey>,
    roots: Option<&TrustRoots>,
) -> Result<bool, (Code, String)> {
    let wrong = |text: String| (catalogue::TIMESTAMP_INVALID, text);
    let checkpoint = UnverifiedCheckpoint::parse(&stamp.checkpoint).map_err(|error| wrong(format!("what was stamped: {error}")))?;
    if checkpoint.claim().origin() != origin || checkpoint.claim().size() != stamp.size {
        return Err(wrong("what was stamped is not the checkpoint that its note says".to_owned()));
    }
    if let Some(key) = signed_by {
        checkpoint.verify(key).map_err(|error| wrong(format!("what was stamped: {error}")))?;
    }
    let evidence = ers::examine(&stamp.record, &stamp.checkpoint).map_err(|error| wrong(error.to_string()))?;
    if (evidence.first.time, evidence.last.time, evidence.last.tsa_not_after) != (stamp.since, stamp.time, stamp.renew_by) {
        return Err(wrong("the note says other times than its evidence record".to_owned()));
    }
    let Some(roots) = roots else { return Ok(false) };
    let verified = ers::verify(&stamp.record, &stamp.checkpoint, roots);
    // Everything else was found good above.
    verified.map(|_| true).map_err(|error| (catalogue::TIMESTAMP_UNTRUSTED, error.to_string()))
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, Engine as _};

    use super::*;
    use crate::ledger::LogSigner;
    use crate::ledger::testing::{key, vectors};
    use crate::model::StampKind;

    fn stamp() -> CheckpointStamp {
        let (ers, notes) = (&vectors()["ers"], &vectors()["checkpoints"]);
        let record = BASE64_STANDARD.decode(ers["er_timestamp_renewal_b64"].as_str().unwrap()).unwrap();
        let checkpoint = notes["7"]["note_log_only"].as_str().unwrap().as_bytes().to_vec();
        let evidence = ers::examine(&record, &checkpoint).unwrap();
        let (since, time, renew_by) = (evidence.first.time, evidence.last.time, evidence.last.tsa_not_after);
        CheckpointStamp { size: 7, kind: StampKind::StampRenewed, since, time, renew_by, checkpoint, record }
    }

    fn judged(stamp: &CheckpointStamp, roots: Option<&TrustRoots>) -> Result<bool, Code> {
        judge(stamp, key("log").name(), Some(&key("log")), roots).map_err(|(code, _)| code)
    }

    #[test]
    fn evidence_is_looked_at_as_far_as_roots_reach() {
        let root = TrustRoots::from_pem(vectors()["ers"]["tsa_root_pem"].as_str().unwrap().as_bytes()).unwrap();
        let path = format!("{}/tests/fixtures/evidence/stranger.crt", env!("CARGO_MANIFEST_DIR"));
        let stranger = TrustRoots::from_pem(&std::fs::read(path).unwrap()).unwrap();
        assert_eq!(judged(&stamp(), None), Ok(false));
        assert_eq!(judged(&stamp(), Some(&root)), Ok(true));
        assert_eq!(judged(&stamp(), Some(&stranger)), Err(catalogue::TIMESTAMP_UNTRUSTED));
    }

    #[test]
    fn what_does_not_fit_is_found_without_roots() {
        type Change = fn(&mut CheckpointStamp);
        let changes: [(&str, Change); 7] = [
            ("another size", |stamp| stamp.size = 8),
            ("another first time", |stamp| stamp.since = crate::model::Timestamp::EPOCH),
            ("another time of renewal", |stamp| stamp.renew_by = crate::model::Timestamp::MAX),
            ("no checkpoint", |stamp| stamp.checkpoint = b"hello".to_vec()),
            ("another checkpoint of the ledger", |stamp| {
                stamp.checkpoint = vectors()["checkpoints"]["1"]["note_log_only"].as_str().unwrap().as_bytes().to_vec();
                stamp.size = 1;
            }),
            ("a cut record", |stamp| stamp.record.truncate(stamp.record.len() - 1)),
            ("a forged signature", |stamp| *stamp.record.last_mut().unwrap() ^= 1),
        ];
        for (name, change) in changes {
            let mut changed = stamp();
            change(&mut changed);
            assert_eq!(judged(&changed, None), Err(catalogue::TIMESTAMP_INVALID), "{name}");
        }
        // A checkpoint that the ledger has not signed.
        let stranger = LogSigner::from_seed(key("log").name(), &[9; 32]).unwrap();
        let other = judge(&stamp(), key("log").name(), Some(stranger.verifier_key()), None);
        assert_eq!(other.map_err(|(code, _)| code), Err(catalogue::TIMESTAMP_INVALID));
        assert!(judge(&stamp(), "elsewhere.example/ledger/1", None, None).is_err());
    }
}
