//! Documents read ahead: a few threads decrypt and hash the next ones while one is being written.
//!
//! Hashing twice takes most of the time of an export, and one document cannot be hashed by two threads; so each thread takes a document.
//! What waits is bounded: some documents, and of each some frames.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::ExportError;
use super::manifest::{Digests, Hashing};
use crate::archive::{ArchiveError, Content, DocumentView, ExportItem, Vault};
use crate::limits::{EXPORT_DOCUMENTS_AHEAD_MAX, EXPORT_FRAMES_AHEAD_MAX, EXPORT_READERS};
use crate::sys::thread;

/// A document on its way, in this order: its record, its frames, its end.
enum Part {
    Begin(Box<DocumentView>),
    Frame(Bytes),
    End(Box<Digests>),
    Failed(ArchiveError),
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
    let mut readers = Vec::new();
    for number in 0..EXPORT_READERS {
        let (vault, receiver) = (vault.clone(), Arc::clone(&receiver));
        readers.push(thread::spawn(&format!("export-{number}"), move || read(&vault, &receiver))?);
    }
    // Without this copy the channel closes when the last reader ends, so that nobody waits for ever.
    drop(receiver);
    let taken = hand_on(&sender, items, &mut take);
    drop(sender);
    // All are waited for: none reads on when nobody takes any more.
    let ended = readers.into_iter().filter_map(|reader| reader.join().err()).count();
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

fn read(vault: &Vault, jobs: &Mutex<Receiver<Job>>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((item, parts)) = next else { return };
        if let Err(error) = read_document(vault, item, &parts) {
            // Nobody listens if the export has ended for another reason.
            let _ = parts.send(Part::Failed(error));
        }
    }
}

/// Sends a document, or as much of it as somebody takes.
fn read_document(vault: &Vault, item: ExportItem, parts: &SyncSender<Part>) -> Result<(), ArchiveError> {
    let content: Content = vault.content_of_item(item)?;
    if parts.send(Part::Begin(Box::new(content.view().clone()))).is_err() {
        return Ok(());
    }
    let mut hashing = Hashing::new();
    for index in 0..content.frames() {
        let frame = content.frame(index)?;
        hashing.update(&frame);
        if parts.send(Part::Frame(frame)).is_err() {
            return Ok(());
        }
    }
    let _ = parts.send(Part::End(Box::new(hashing.finish())));
    Ok(())
}
