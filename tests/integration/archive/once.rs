//! Written once, in every build and whatever the rules above have decided: asked of storage itself.

use super::*;
use aktenfest::model::{ContentColumn, ContentLocation, ContentSeq};
use aktenfest::store::{Column, Mutability, OpenError, Store, StoreError};

#[test]
fn storage_refuses_to_overwrite_and_writes_nothing_of_the_batch() {
    let directory = tempfile::tempdir().unwrap();
    let settings = settings(directory.path(), Arc::default()).store;
    Store::create(&settings).unwrap();
    let (store, _anchor, _report) = Store::open(&settings).unwrap();
    let frames = [Column::Content, Column::Bulk];
    let once = |column: &Column| column.mutability() == Mutability::Once && !frames.contains(column);
    for column in Column::ALL.into_iter().filter(once) {
        let mut first = store.transaction();
        first.insert(column, b"key".to_vec(), b"first").unwrap();
        first.commit().unwrap();
        let mut second = store.transaction();
        second.insert(column, b"key".to_vec(), b"second").unwrap();
        second.insert(column, b"other".to_vec(), b"beside it").unwrap();
        let refused = second.commit();
        assert!(matches!(refused, Err(StoreError::WouldOverwrite(of)) if of == column), "{column:?}: {refused:?}");
        let rows: Vec<_> = store.rows(column, b"", None).unwrap().map(|row| row.unwrap().1.to_vec()).collect();
        assert_eq!(rows, [b"first"], "{column:?}");
    }
    let commit = |content: &[u8]| {
        let mut batch = store.transaction();
        batch.insert_frames(ContentSeq(7), [content]).unwrap();
        batch.commit()
    };
    commit(b"sealed").unwrap();
    assert!(matches!(commit(b"other"), Err(StoreError::WouldOverwrite(Column::Content))));
    let location = ContentLocation { column: ContentColumn::Logged, seq: ContentSeq(7), frames: 1, sealed_bytes: 6 };
    assert_eq!(store.frame(&location, 0).unwrap().as_deref(), Some(&b"sealed"[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_anchor_of_another_archive_vouches_for_nothing() {
    let (mut office, mut other) = (Office::open().await, Office::open().await);
    office.stop().await;
    other.stop().await;
    std::fs::copy(&other.settings.store.anchor, &office.settings.store.anchor).unwrap();
    assert!(matches!(office.start(), Err(StartError::Store(OpenError::ForeignAnchor))));
}
