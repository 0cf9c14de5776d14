//! Documents read ahead: while one is being written, the next ones are decrypted by some threads and hashed by others.
//!
//! Hashing twice takes most of the time of an export, and one document cannot be hashed by two threads. So each thread that reads has one beside
//! it that hashes, and each pair takes a document: of a large one, two processors have something to do, and of many small ones too.
//! What waits is bounded: some documents, and of each some frames. Nobody waits in a circle: a pair takes its documents in their order, and
//! the one that is being written was taken before all that wait behind it.
//!
//! The record says what was stored. A document that is another one by now must not leave under its name.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use super::ExportError;
use super::manifest::{Digests, Hashing};
use crate::archive::{ArchiveError, Content, DocumentView, ExportItem, Vault};
use crate::limits::{EXPORT_DOCUMENTS_AHEAD_MAX, EXPORT_FRAMES_AHEAD_MAX, EXPORT_READERS};
use crate::model::{Digest, Handle};
use crate::sys::thread;
use bytes::Bytes;

/// A document on its way, in this order: its record, its frames, its end.
enum Part {
    Begin(Box<DocumentView>),
    Frame(Bytes),
    End(Box<Digests>),
    Failed(ArchiveError),
}

/// A document on its way to the thread that hashes, in this order: its frames, its end.
enum ToHash {
    Frame(Bytes),
    /// All of it has come, and must be what was stored; the digests go the way that the frames have gone.
    End {
        stored: Stored,
        parts: SyncSender<Part>,
    },
    /// The rest does not come.
    Abandoned,
}

/// What the record says of a document.
#[derive(Debug, Clone, Copy)]
struct Stored {
    handle: Handle,
    sha256: Digest,
}

/// A document that is being read.
pub(super) struct Arriving {
    /// Its record.
    pub(super) view: DocumentView,
    parts: Receiver<Part>,
}

impl Arriving {
    fn of(parts: Receiver<Part>) -> Result<Self, ExportError> {
        match next(&parts)? {
            Part::Begin(view) => Ok(Self { view: *view, parts }),
            _ => Err(ended_early()),
        }
    }

    /// Hands on its frames, and then gives its digests.
    pub(super) fn take(self, mut frame: impl FnMut(&[u8]) -> Result<(), ExportError>) -> Result<Digests, ExportError> {
        loop {
            match next(&self.parts)? {
                Part::Frame(bytes) => frame(&bytes)?,
                Part::End(digests) => return Ok(*digests),
                Part::Begin(_) | Part::Failed(_) => return Err(ended_early()),
            }
        }
    }
}

fn next(parts: &Receiver<Part>) -> Result<Part, ExportError> {
    match parts.recv() {
        Ok(Part::Failed(error)) => Err(error.into()),
        Ok(part) => Ok(part),
        Err(_) => Err(ended_early()),
    }
}

fn ended_early() -> ExportError {
    ExportError::Form("a thread that reads documents has ended early".to_owned())
}

/// A document to be read, and where its parts go.
type Job = (ExportItem, SyncSender<Part>);

/// Reads documents and hands them on in their order.
pub(super) fn each_document(
    vault: &Vault,
    items: impl Iterator<Item = ExportItem>,
    mut take: impl FnMut(Arriving) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let (sender, receiver) = sync_channel::<Job>(EXPORT_DOCUMENTS_AHEAD_MAX);
    let receiver = Arc::new(Mutex::new(receiver));
    let mut threads = Vec::new();
    for number in 0..EXPORT_READERS {
        let (to_hash, hashed) = sync_channel(EXPORT_FRAMES_AHEAD_MAX);
        let (vault, receiver) = (vault.clone(), Arc::clone(&receiver));
        threads.push(thread::spawn(&format!("export-hash-{number}"), move || hash(&hashed))?);
        threads.push(thread::spawn(&format!("export-read-{number}"), move || read(&vault, &receiver, &to_hash))?);
    }
    // Without this copy the channel closes when the last reader ends, so that nobody waits for ever.
    drop(receiver);
    let taken = hand_on(&sender, items, &mut take);
    drop(sender);
    // All are waited for: none reads on when nobody takes any more.
    let ended = threads.into_iter().filter_map(|thread| thread.join().err()).count();
    taken.and_then(|()| if ended == 0 { Ok(()) } else { Err(ended_early()) })
}

fn hand_on(
    jobs: &SyncSender<Job>,
    items: impl Iterator<Item = ExportItem>,
    take: &mut impl FnMut(Arriving) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let mut under_way: VecDeque<Receiver<Part>> = VecDeque::new();
    for item in items {
        if under_way.len() == EXPORT_DOCUMENTS_AHEAD_MAX
            && let Some(parts) = under_way.pop_front()
        {
            take(Arriving::of(parts)?)?;
        }
        let (sender, parts) = sync_channel(EXPORT_FRAMES_AHEAD_MAX);
        jobs.send((item, sender)).map_err(|_| ended_early())?;
        under_way.push_back(parts);
    }
    under_way.into_iter().try_for_each(|parts| take(Arriving::of(parts)?))
}

fn read(vault: &Vault, jobs: &Mutex<Receiver<Job>>, to_hash: &SyncSender<ToHash>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((item, parts)) = next else { return };
        let sent = match read_document(vault, item, &parts, to_hash) {
            Ok(Some(stored)) => to_hash.send(ToHash::End { stored, parts }),
            Ok(None) => to_hash.send(ToHash::Abandoned),
            Err(error) => {
                // Nobody listens if the export has ended for another reason.
                let _ = parts.send(Part::Failed(error));
                to_hash.send(ToHash::Abandoned)
            }
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Sends a document, and tells what its record says; or sends as much of it as somebody takes, and tells nothing.
fn read_document(
    vault: &Vault,
    item: ExportItem,
    parts: &SyncSender<Part>,
    to_hash: &SyncSender<ToHash>,
) -> Result<Option<Stored>, ArchiveError> {
    let content: Content = vault.content_of_item(item)?;
    if parts.send(Part::Begin(Box::new(content.view().clone()))).is_err() {
        return Ok(None);
    }
    for index in 0..content.frames() {
        let frame = content.frame(index)?;
        // First where the longer work is done with it.
        if to_hash.send(ToHash::Frame(frame.clone())).is_err() || parts.send(Part::Frame(frame)).is_err() {
            return Ok(None);
        }
    }
    Ok(Some(Stored { handle: content.view().record.handle, sha256: content.view().details.sha256 }))
}

/// Hashes what is read, one document after the other.
fn hash(frames: &Receiver<ToHash>) {
    let mut hashing = Hashing::new();
    while let Ok(next) = frames.recv() {
        match next {
            ToHash::Frame(frame) => hashing.update(&frame),
            ToHash::End { stored: Stored { handle, sha256 }, parts } => {
                let digests = std::mem::replace(&mut hashing, Hashing::new()).finish();
                let is_same = digests.sha256 == sha256;
                let changed = || Part::Failed(ArchiveError::Damaged(format!("document {handle} is not what was stored")));
                // Nobody listens if the export has ended for another reason.
                let _ = parts.send(if is_same { Part::End(Box::new(digests)) } else { changed() });
            }
            ToHash::Abandoned => hashing = Hashing::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the hashing thread says of documents that come as these messages.
    fn hashed(messages: Vec<ToHash>) {
        let (sender, receiver) = sync_channel(messages.len());
        messages.into_iter().for_each(|message| sender.send(message).unwrap());
        drop(sender);
        hash(&receiver);
    }

    #[test]
    fn each_document_is_hashed_for_itself() {
        let frame = |bytes: &'static [u8]| ToHash::Frame(Bytes::from_static(bytes));
        let (parts, digests) = sync_channel(2);
        let stored = Stored { handle: Handle([7; 16]), sha256: Digest::sha256(b"abc") };
        let end = || ToHash::End { stored, parts: parts.clone() };
        // One that breaks off leaves nothing behind for the next, and neither does one that ends.
        hashed(vec![frame(b"broken"), ToHash::Abandoned, frame(b"a"), frame(b"bc"), end(), frame(b"abc"), end()]);
        for _ in 0..2 {
            let Ok(Part::End(digests)) = digests.recv() else { panic!("digests were expected") };
            assert_eq!(digests.sha256, Digest::sha256(b"abc"));
            // FIPS 180-4, the digest of "abc".
            assert!(hex::encode(digests.sha512).starts_with("ddaf35a193617aba"));
        }
    }

    #[test]
    fn what_is_another_document_by_now_does_not_leave() {
        let (parts, digests) = sync_channel(1);
        let stored = Stored { handle: Handle([7; 16]), sha256: Digest::sha256(b"abc") };
        hashed(vec![ToHash::Frame(Bytes::from_static(b"abd")), ToHash::End { stored, parts }]);
        assert!(matches!(digests.recv(), Ok(Part::Failed(ArchiveError::Damaged(why))) if why.contains("not what was stored")));
    }
}
