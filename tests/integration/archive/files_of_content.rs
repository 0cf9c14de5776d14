//! Documents that go into a file together, because they are too much for the write-ahead log.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aktenfest::archive::Upload;
use aktenfest::store::fault::{Cause, Failure, Step};
use tokio::task::JoinHandle;

use super::*;
use crate::attacks::{Held, left_over, wait_a_little};

/// A letter of some pages. Forty of them are more than the log takes.
const LETTER: usize = 200_000;
const LETTERS: u32 = 40;

fn letter(id: u32) -> Vec<u8> {
    noise(u64::from(id), LETTER)
}

/// Lets forty letters wait behind a commit, so that the committer finds them together.
async fn letters_behind_a_commit(held: &Held, id: impl Fn(u32) -> u32) -> Vec<JoinHandle<Result<Stored, ArchiveError>>> {
    held.hold.close(Step::CommitGroup);
    let vault = held.vault();
    let first = tokio::spawn(async move { store(&vault, 1, b"keeps the committer busy").await });
    held.hold.reached().await;
    let sealed = Arc::new(AtomicU32::new(0));
    let mut letters = vec![first];
    for number in 0..LETTERS {
        let (vault, id, sealed) = (held.vault(), id(number), Arc::clone(&sealed));
        letters.push(tokio::spawn(async move {
            let upload = begin(&vault, id).await?;
            sealed.fetch_add(1, Ordering::SeqCst);
            upload.finish(None).await
        }));
    }
    let all_sealed = async {
        while sealed.load(Ordering::SeqCst) < LETTERS {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), all_sealed).await.expect("nobody waits for a commit before he hands his letter over");
    // What is left until they wait is the last frame of each.
    wait_a_little().await;
    letters
}

/// A letter that has arrived.
async fn begin(vault: &Vault, id: u32) -> Result<Upload, ArchiveError> {
    let (by, about) = (application(), DocumentDescription::default());
    let mut upload = vault.begin_document(&by, case_id(), document_id(id), MediaType::unknown(), about, Some(LETTER as u64)).await?;
    upload.push(Bytes::from(letter(id))).await?;
    Ok(upload)
}

async fn all(letters: Vec<JoinHandle<Result<Stored, ArchiveError>>>) -> Vec<Result<Stored, ArchiveError>> {
    let mut stored = Vec::new();
    for letter in letters {
        stored.push(letter.await.unwrap());
    }
    stored
}

#[tokio::test(flavor = "multi_thread")]
async fn others_are_committed_while_a_file_is_written() {
    let mut held = Held::open().await;
    let letters = letters_behind_a_commit(&held, |number| 100 + number).await;
    // Lets the commit go; the next stop is the file.
    held.hold.close(Step::BuildBulk);
    held.hold.reached().await;
    let small = tokio::time::timeout(Duration::from_secs(20), store(&held.vault(), 2, b"short")).await;
    assert!(small.expect("nobody waits for somebody else's file").unwrap().created);
    assert_eq!(read(&held.vault(), 100), None, "not committed yet");
    held.hold.open();
    assert!(all(letters).await.into_iter().all(|stored| stored.unwrap().created));
    for number in 0..LETTERS {
        assert_eq!(read(&held.vault(), 100 + number), Some(letter(100 + number)));
    }
    held.stop().await;
    assert_eq!(left_over(held.office.directory.path()), [0; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_id_many_times_in_one_file_is_one_document() {
    let mut held = Held::open().await;
    let mut letters = letters_behind_a_commit(&held, |number| 100 + number % 10).await;
    held.hold.open();
    assert!(letters.remove(0).await.unwrap().unwrap().created);
    let stored: Vec<Stored> = all(letters).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(stored.iter().filter(|stored| stored.created).count(), 10, "each document once");
    for (number, stored) in stored.iter().enumerate() {
        let again = begin(&held.vault(), 100 + number as u32 % 10).await.unwrap().finish(None).await.unwrap();
        assert_eq!(again.receipt, stored.receipt, "and the same receipt for everybody");
    }
    store(&held.vault(), 3, b"moves the floor").await.unwrap();
    held.stop().await;
    assert_eq!(left_over(held.office.directory.path()), [0; 0], "the frames of the others are gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_that_is_given_up_while_it_is_written_leaves_nothing() {
    let mut held = Held::open().await;
    held.hold.close(Step::BuildBulk);
    let vault = held.vault();
    let upload = tokio::spawn(async move { store(&vault, 2, &noise(2, 17 << 20)).await });
    held.hold.reached().await;
    upload.abort();
    assert!(upload.await.is_err(), "the client must have been waiting");
    // The order to give the piece up is through the queue before the piece is there.
    store(&held.vault(), 3, b"behind").await.unwrap();
    wait_a_little().await;
    held.hold.open();
    wait_a_little().await;
    store(&held.vault(), 4, b"moves the floor").await.unwrap();
    assert_eq!(read(&held.vault(), 2), None);
    held.stop().await;
    assert_eq!(left_over(held.office.directory.path()), [0; 0], "what nobody refers to must go");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_each_letter_of_a_file_is_there_or_not() {
    for step in [Step::BuildBulk, Step::IngestBulk, Step::CommitGroup] {
        for failure in [Failure::Lost, Failure::Persisted] {
            for cause in [Cause::Io, Cause::NoSpace] {
                one_failure(step, failure, cause).await;
            }
        }
    }
}

async fn one_failure(step: Step, failure: Failure, cause: Cause) {
    let case = format!("{step:?} {failure:?} {cause:?}");
    let mut held = Held::open().await;
    let letters = letters_behind_a_commit(&held, |number| 100 + number).await;
    // Lets the commit of the first go before anything fails.
    held.hold.close(Step::BuildBulk);
    held.hold.reached().await;
    held.hold.fault.arm(step, failure, cause);
    held.hold.open();
    let mut answers = all(letters).await;
    assert!(answers.remove(0).is_ok(), "{case}");
    assert!(answers.iter().all(Result::is_err), "{case}: {answers:?}");
    if cause == Cause::NoSpace {
        assert!(answers.iter().all(|answer| matches!(answer, Err(ArchiveError::Full))), "{case}: {answers:?}");
        recovered(&held, &case).await;
    }
    held.stop().await;
    held.office.start().unwrap();
    for (number, answer) in (0..LETTERS).zip(&answers) {
        let there = held.office.read(100 + number);
        assert!(there.is_none() || there == Some(letter(100 + number)), "{case}: half a document");
        assert!(answer.is_err() || there.is_some(), "{case}: acknowledged and lost");
        let again = begin(&held.office.vault(), 100 + number).await.unwrap().finish(None).await.unwrap();
        assert_eq!(again.created, there.is_none(), "{case}");
    }
    held.office.stop().await;
    assert_eq!(left_over(held.office.directory.path()), [0; 0], "{case}");
}

async fn recovered(held: &Held, case: &str) {
    for _ in 0..100 {
        if store(&held.vault(), 4, b"after the space came back").await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{case}: the archive did not recover by itself");
}
