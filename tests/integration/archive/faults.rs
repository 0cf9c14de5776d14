//! Every step of a commit fails, once as if nothing had happened and once as if only the report were lost.

use std::time::Duration;

use super::*;

/// Small documents are committed through the log, large ones through a file.
const SMALL: usize = 5_000;
const LARGE: usize = 20 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn whatever_step_fails_nothing_acknowledged_is_lost_and_nothing_half_is_visible() {
    for step in Step::ALL {
        for failure in [Failure::Lost, Failure::Persisted] {
            for cause in [Cause::Io, Cause::NoSpace] {
                for size in [SMALL, LARGE] {
                    one_failure(step, failure, cause, size).await;
                }
            }
        }
    }
}

async fn one_failure(step: Step, failure: Failure, cause: Cause, size: usize) {
    let case = format!("{step:?} {failure:?} {cause:?} {size}");
    let mut office = Office::open().await;
    let before = office.store(1, &noise(1, 10_000)).await.unwrap();
    office.faults.arm(step, failure, cause);
    let attempt = office.store(2, &noise(2, size)).await;
    if office.faults.is_armed() {
        // Small documents need no file.
        assert!(attempt.is_ok() && size == SMALL && matches!(step, Step::BuildBulk | Step::IngestBulk), "{case}: {attempt:?}");
        return;
    }
    let error = attempt.expect_err(&case);
    // The anchor has its space from the beginning, so an anchor that cannot be written is never a matter of space.
    let recovers = cause == Cause::NoSpace && step != Step::WriteAnchor;
    if recovers {
        assert!(matches!(error, ArchiveError::Full), "{case}: {error}");
        recovered(&office, &case).await;
    } else {
        assert!(matches!(error, ArchiveError::OutcomeUnknown | ArchiveError::Storage(_) | ArchiveError::Latched), "{case}: {error}");
        let after = office.store(3, b"more").await;
        assert!(matches!(after, Err(ArchiveError::Latched)), "{case}: a latched archive accepts nothing: {after:?}");
    }
    assert_eq!(office.read(1), Some(noise(1, 10_000)), "{case}: reads go on");
    office.restart().await;
    assert_eq!(office.read(1), Some(noise(1, 10_000)), "{case}");
    assert_eq!(office.store(1, &noise(1, 10_000)).await.unwrap().receipt, before.receipt, "{case}");
    let there = office.read(2);
    assert!(there.is_none() || there == Some(noise(2, size)), "{case}: half a document");
    if failure == Failure::Lost && step != Step::WriteAnchor {
        assert_eq!(there, None, "{case}");
    }
    let repeated = office.store(2, &noise(2, size)).await.unwrap();
    assert_eq!(repeated.created, there.is_none(), "{case}");
    assert_eq!(office.read(2), Some(noise(2, size)), "{case}");
    office.restart().await;
    assert_eq!(office.read(2), Some(noise(2, size)), "{case}");
    office.stop().await;
}

async fn recovered(office: &Office, case: &str) {
    for _ in 0..100 {
        if office.archive().status().unwrap().accepting {
            let stored = office.store(4, b"after the space came back").await;
            assert!(stored.is_ok(), "{case}: {stored:?}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{case}: the archive did not recover by itself");
}
