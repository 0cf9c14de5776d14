//! Storing, reading back, repeating, and being refused.

use super::*;
use aktenfest::model::Refusal;
use aktenfest::seal::frames_for_range;

#[tokio::test(flavor = "multi_thread")]
async fn documents_of_every_size_come_back_byte_for_byte() {
    let mut office = Office::open().await;
    const FRAME: usize = aktenfest::limits::FRAME_BYTES;
    let sizes = [0, 1, 4096, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME, 5 << 20, (17 << 20) + 3, 40 << 20];
    for (number, size) in (0u32..).zip(sizes) {
        let content = noise(u64::from(number), size);
        let stored = office.store(number, &content).await.unwrap();
        assert!(stored.created && stored.plain_bytes == size as u64, "{size} bytes");
        assert_eq!(office.read(number), Some(content), "{size} bytes");
    }
    office.restart().await;
    for (number, size) in (0u32..).zip(sizes) {
        assert_eq!(office.read(number), Some(noise(u64::from(number), size)), "{size} bytes after a restart");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_gives_the_same_receipt_and_other_bytes_are_refused() {
    let mut office = Office::open().await;
    let first = office.store(1, b"Antrag").await.unwrap();
    for number in 2..40 {
        office.store(number, &noise(number.into(), 3000)).await.unwrap();
    }
    let again = office.store(1, b"Antrag").await.unwrap();
    assert!(!again.created);
    assert_eq!(again.receipt, first.receipt);
    assert!(matches!(office.store(1, b"Antrac").await, Err(ArchiveError::Refused(Refusal::DocumentIdTaken))));
    office.restart().await;
    assert_eq!(office.store(1, b"Antrag").await.unwrap().receipt, first.receipt, "after a restart");
    assert_eq!(office.vault().document_receipt(case_id(), document_id(1)).await.unwrap(), first.receipt);
    assert_eq!(office.read(1).as_deref(), Some(&b"Antrag"[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_writers_of_one_id_exactly_one_stores() {
    let office = Office::open().await;
    let vault = office.vault();
    let same: Vec<_> = (0..100)
        .map(|_| {
            let vault = vault.clone();
            tokio::spawn(async move { store(&vault, 7, b"same bytes").await })
        })
        .collect();
    let mut receipts = Vec::new();
    for writer in same {
        receipts.push(writer.await.unwrap().unwrap());
    }
    assert_eq!(receipts.iter().filter(|stored| stored.created).count(), 1);
    assert!(receipts.iter().all(|stored| stored.receipt == receipts[0].receipt));

    let others: Vec<_> = (0..100u64)
        .map(|writer| {
            let vault = vault.clone();
            tokio::spawn(async move { store(&vault, 8, &noise(writer, 500)).await })
        })
        .collect();
    let mut created = 0;
    for writer in others {
        match writer.await.unwrap() {
            Ok(stored) => created += u32::from(stored.created),
            Err(ArchiveError::Refused(Refusal::DocumentIdTaken)) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(created, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_are_found_by_their_reference_and_have_one() {
    let office = Office::open().await;
    let vault = office.vault();
    let found = vault.case_by_reference("3 C 17/26").unwrap().expect("the case is found");
    assert_eq!(found.record.id, case_id());
    assert_eq!(vault.case_by_reference("3 C 17/27").unwrap(), None);
    let repeated = vault.open_case(&application(), case_id(), description("3 C 17/26")).await.unwrap();
    assert!(!repeated.created);
    let other = vault.open_case(&application(), case_id(), description("other")).await;
    assert!(matches!(other, Err(ArchiveError::Refused(Refusal::CaseIdTaken))));
    let second = CaseId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e12").unwrap();
    let taken = vault.open_case(&application(), second, description("3 C 17/26")).await;
    assert!(matches!(taken, Err(ArchiveError::Refused(Refusal::ReferenceTaken))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_digest_or_a_dropped_upload_leaves_nothing() {
    let office = Office::open().await;
    let vault = office.vault();
    for size in [100, 40 << 20] {
        let content = Bytes::from(noise(5, size));
        let by = application();
        let begin = || vault.begin_document(&by, case_id(), document_id(5), MediaType::unknown(), DocumentDescription::default(), None);
        let mut upload = begin().await.unwrap();
        upload.push(content.clone()).await.unwrap();
        drop(upload);
        let mut upload = begin().await.unwrap();
        upload.push(content.clone()).await.unwrap();
        let wrong = aktenfest::model::Digest([1; 32]);
        assert!(matches!(upload.finish(Some(wrong)).await, Err(ArchiveError::DigestMismatch { .. })), "{size} bytes");
        assert_eq!(office.read(5), None, "{size} bytes");
    }
    // The discarded pieces are gone for good once another command has passed through the queue behind them.
    office.store(6, b"behind").await.unwrap();
    office.store(7, b"behind").await.unwrap();
    assert_eq!(office.archive().status().unwrap().store.bulk_files, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_needs_only_its_frames() {
    let office = Office::open().await;
    let content = noise(9, 3 << 20);
    office.store(9, &content).await.unwrap();
    let reader = office.vault().content(case_id(), document_id(9)).unwrap();
    let span = frames_for_range(1_000_000..1_000_010, content.len() as u64).unwrap();
    assert_eq!((span.first, span.last), (3, 3));
    let frame = reader.frame(3).unwrap();
    assert_eq!(&frame[span.skip_bytes..][..10], &content[1_000_000..1_000_010]);
}

#[tokio::test(flavor = "multi_thread")]
async fn listings_go_on_where_they_stopped() {
    let office = Office::open().await;
    for number in 0..25 {
        office.store(number, &noise(number.into(), 100)).await.unwrap();
    }
    let (vault, mut after, mut seen) = (office.vault(), None, Vec::new());
    loop {
        let page = vault.documents(case_id(), after, 10).unwrap();
        assert!(page.items.len() <= 10);
        seen.extend(page.items.iter().map(|item| item.record.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let mut expected: Vec<_> = (0..25).map(document_id).collect();
    seen.sort_unstable();
    expected.sort_unstable();
    assert_eq!(seen, expected);
    assert_eq!(vault.cases(None, 10).unwrap().items.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_clients_said_is_nowhere_in_clear_on_disk() {
    let mut office = Office::open().await;
    office.store(1, b"Erika Mustermann wohnt in der Heidestrasse").await.unwrap();
    office.stop().await;
    let mut pending = vec![office.directory.path().to_owned()];
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        // The kind of the case is not among them: it is a code that decides about retention, and lies in clear.
        for secret in ["3 C 17/26", "document 1", "Mustermann", "Heidestrasse"] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret:?} stands in clear in {}", path.display());
        }
    }
}
