//! Bags as they are written: every document whole, in threads that wait for each other, and no part of one for the whole.

use std::collections::BTreeMap;
use std::io::{self, Write};

use aktenfest::archive::{ArchiveError, BagSignature, ExportRequest, Vault};
use aktenfest::export::{Bag, ExportError};
use aktenfest::limits::{EXPORT_FRAMES_AHEAD_MAX, FRAME_BYTES};
use aktenfest::model::retention::NoteWords;
use aktenfest::model::{Digest, ExportKind, NoteId, Text};
use ring::digest::{SHA512, digest};

use super::destruction::{office_with_a_due_case, order_everything_due};
use super::retention::{because, clerk};
use super::{Office, noise};

/// The whole vault, ready to be written.
async fn prepared(vault: &Vault) -> Bag {
    let id = NoteId::from_bytes([1; 16]);
    let words = NoteWords { requester: Text::parse("court of audit").ok(), ..because("audit") };
    let (kind, contents) = (ExportKind::Evidence, true);
    let request = ExportRequest { id, kind, case: None, from: None, through: None, contents, access: false, words };
    vault.make_export(&clerk(None), request).await.unwrap();
    Bag::prepare(vault.clone(), vault.export(id).unwrap()).unwrap()
}

fn written(bag: &Bag, out: impl Write) -> Result<(), ExportError> {
    bag.write(out, |_| Ok(BagSignature { signature: None, stamp: None }))
}

/// The files of a tar by their paths in the bag.
fn files(tar: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut rest = tar;
    while rest[0] != 0 {
        let (header, behind) = rest.split_at(512);
        let text =
            |from: usize, to: usize| String::from_utf8(header[from..to].iter().copied().take_while(|byte| *byte != 0).collect()).unwrap();
        let bytes = usize::from_str_radix(&text(124, 136), 8).unwrap();
        let path = [text(345, 500), text(0, 100)].join("/");
        let (_, path) = path.trim_start_matches('/').split_once('/').unwrap();
        files.insert(path.to_owned(), behind[..bytes].to_vec());
        rest = &behind[bytes.next_multiple_of(512)..];
    }
    files
}

/// The digest of a file as it stands in a manifest.
type DigestOf = fn(&[u8]) -> String;

/// Takes so many bytes and no more.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_of_every_size_leave_whole_and_with_the_digests_of_their_bytes() {
    let office = Office::open().await;
    // One frame, some more than wait at the same time, and many documents behind them.
    let large = FRAME_BYTES * (2 * EXPORT_FRAMES_AHEAD_MAX + 1) + 5;
    let lengths: Vec<usize> =
        [0, 1, FRAME_BYTES, large, FRAME_BYTES + 1, large].into_iter().chain((0..20).map(|number| number * 997)).collect();
    let mut stored: Vec<Vec<u8>> = Vec::new();
    for (number, length) in (1..).zip(lengths) {
        let content = noise(u64::from(number), length);
        office.store(number, &content).await.unwrap();
        stored.push(content);
    }
    let vault = office.vault();
    let bag = prepared(&vault).await;
    let (mut first, mut second) = (Vec::new(), Vec::new());
    written(&bag, &mut first).unwrap();
    written(&bag, &mut second).unwrap();
    assert!(first == second, "the same bytes");

    let files = files(&first);
    let mut documents: Vec<Vec<u8>> =
        files.iter().filter(|(path, _)| path.starts_with("data/documents/")).map(|(_, bytes)| bytes.clone()).collect();
    documents.sort();
    stored.sort();
    assert!(documents == stored);
    let payload = files.keys().filter(|path| path.starts_with("data/")).count();
    let manifests: [(&str, DigestOf); 2] = [
        ("manifest-sha256.txt", |bytes| Digest::sha256(bytes).to_string()),
        ("manifest-sha512.txt", |bytes| hex::encode(digest(&SHA512, bytes))),
    ];
    for (manifest, digest_of) in manifests {
        let text = String::from_utf8(files[manifest].clone()).unwrap();
        assert_eq!(text.lines().count(), payload);
        for line in text.lines() {
            let (digest, path) = line.split_once("  ").unwrap();
            assert_eq!(digest, digest_of(&files[path]), "{path}");
        }
    }

    // Whoever stops taking ends the export wherever it is, and no thread waits for ever.
    for bytes in [0, 600, 3 * FRAME_BYTES, 12 * FRAME_BYTES, first.len() - 1] {
        let stopped = written(&bag, Full(bytes));
        assert!(matches!(stopped, Err(ExportError::Output(_))), "{bytes}: {stopped:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_destroyed_while_it_is_exported_ends_the_export() {
    let office = office_with_a_due_case().await;
    let vault = office.vault();
    let bag = prepared(&vault).await;
    written(&bag, Vec::new()).unwrap();
    order_everything_due(&vault).await;
    office.archive().carry_out_orders().await.unwrap();
    let ended = written(&bag, Vec::new());
    assert!(matches!(ended, Err(ExportError::Archive(ArchiveError::Refused(_)))), "{ended:?}");
}
