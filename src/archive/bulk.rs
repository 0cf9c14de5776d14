//! Content that is too much for the write-ahead log goes into files. A thread of its own writes them: while it writes the content of one
//! group, the committer commits another.
//!
//! One batch is being written at a time. What arrives meanwhile gathers for the next one, so that files grow with the load. Nothing in a
//! file is known to the database before the committer hands it over, and nothing refers to it before the commit of its group.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

use bytes::Bytes;
use tokio::sync::mpsc;

use super::job::{Job, StageJob, Submission};
use super::numbers::Seqs;
use crate::limits::{BULK_DOCUMENT_BYTES_MIN, GROUP_BYTES_BULK, GROUP_BYTES_BULK_BEHIND, GROUP_BYTES_MAX, GROUP_COMMANDS_MAX};
use crate::model::{Command, ContentSeq};
use crate::store::{BulkFile, Store, StoreError};

/// What is written together.
#[derive(Default)]
pub(super) struct Batch {
    /// Pieces of large documents, each for a file of its own: a broken upload must give its space back.
    pub(super) pieces: Vec<StageJob>,
    /// Whole documents, for one file. Each has a seq set aside.
    pub(super) documents: Vec<Submission>,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.pieces.is_empty() && self.documents.is_empty()
    }

    /// The seqs of the whole documents.
    pub(super) fn document_seqs(&self) -> impl Iterator<Item = ContentSeq> {
        self.documents.iter().filter_map(seq_of)
    }

    fn seqs(&self) -> impl Iterator<Item = ContentSeq> {
        self.pieces.iter().map(|piece| piece.seq).chain(self.document_seqs())
    }
}

fn seq_of(submission: &Submission) -> Option<ContentSeq> {
    match &submission.command {
        Command::StoreDocument(document) => document.staged,
        _ => None,
    }
}

/// A batch with its files, which the database does not know yet.
pub(super) struct Built {
    pub(super) batch: Batch,
    pub(super) files: Result<Vec<BulkFile>, StoreError>,
}

/// The thread.
pub(super) struct Builder {
    pub(super) store: Arc<Store>,
    /// Weak, because the committer works until everybody who could ask for something has gone.
    pub(super) done: mpsc::WeakSender<Job>,
}

impl Builder {
    /// Works until the committer has ended.
    pub(super) fn run(self, batches: Receiver<Batch>) {
        while let Ok(batch) = batches.recv() {
            let files = self.build(&batch);
            // Without the committer nobody waits any more, and the files remove themselves.
            let Some(done) = self.done.upgrade() else { break };
            if done.blocking_send(Job::Built(Box::new(Built { batch, files }))).is_err() {
                break;
            }
        }
    }

    fn build(&self, batch: &Batch) -> Result<Vec<BulkFile>, StoreError> {
        let mut files = Vec::with_capacity(batch.pieces.len() + 1);
        for piece in &batch.pieces {
            let frames = (piece.first..).zip(&piece.frames).map(|(index, frame)| (piece.seq, index, frame));
            files.push(self.store.build_bulk(frames)?);
        }
        if !batch.documents.is_empty() {
            let frames = batch.documents.iter().filter_map(|submission| Some((seq_of(submission)?, &submission.frames)));
            let frames =
                frames.flat_map(|(seq, frames): (_, &Vec<Bytes>)| (0u32..).zip(frames).map(move |(index, frame)| (seq, index, frame)));
            files.push(self.store.build_bulk(frames)?);
        }
        Ok(files)
    }
}

/// What the committer knows of the files: what is being written, and what gathers behind it.
pub(super) struct Gathering {
    builder: SyncSender<Batch>,
    waiting: Batch,
    /// The seqs of the batch that is being written. Empty if none is.
    under_way: HashSet<ContentSeq>,
    documents_are_under_way: bool,
    /// Documents have come back in this round: the archive is busy.
    has_just_come_back: bool,
    /// Frames that were given up before they were there.
    given_up: Vec<ContentSeq>,
}

/// The thread that writes files has ended before the committer.
#[derive(Debug, thiserror::Error)]
#[error("the thread that writes files of content has ended")]
pub(super) struct NoBuilder;

impl Gathering {
    /// Nothing gathers yet.
    pub(super) fn new(builder: SyncSender<Batch>) -> Self {
        let under_way = HashSet::new();
        Self {
            builder,
            waiting: Batch::default(),
            under_way,
            documents_are_under_way: false,
            has_just_come_back: false,
            given_up: Vec::new(),
        }
    }

    /// A batch has come back.
    pub(super) fn came_back(&mut self) {
        self.under_way.clear();
        self.has_just_come_back = self.documents_are_under_way;
        self.documents_are_under_way = false;
    }

    /// Takes what belongs into files, and returns what is committed at once: few documents are sooner in the log than in a file.
    pub(super) fn take_in(&mut self, pieces: Vec<StageJob>, submissions: Vec<Submission>) -> Vec<Submission> {
        self.waiting.pieces.extend(pieces);
        let (large, mut now): (Vec<_>, Vec<_>) = submissions.into_iter().partition(is_large);
        self.waiting.documents.extend(large);
        // While others are written these wait for the next file; otherwise a busy archive would write most of its content twice.
        let worth_while = if self.has_just_come_back { GROUP_BYTES_BULK_BEHIND } else { GROUP_BYTES_BULK };
        if !self.documents_are_under_way && frame_bytes(&self.waiting.documents) < worth_while {
            now.append(&mut self.waiting.documents);
        }
        self.has_just_come_back = false;
        now
    }

    /// Has the next batch written, if there is one and none is being written.
    pub(super) fn hand_over(&mut self, seqs: &Seqs) -> Result<(), NoBuilder> {
        if !self.under_way.is_empty() || self.waiting.is_empty() {
            return Ok(());
        }
        let count = one_file(&self.waiting.documents);
        let mut documents: Vec<Submission> = self.waiting.documents.drain(..count).collect();
        for submission in &mut documents {
            if let Command::StoreDocument(document) = &mut submission.command {
                document.staged = Some(seqs.stage());
            }
        }
        let batch = Batch { pieces: std::mem::take(&mut self.waiting.pieces), documents };
        self.under_way = batch.seqs().collect();
        self.documents_are_under_way = !batch.documents.is_empty();
        self.builder.send(batch).map_err(|_| NoBuilder)
    }

    /// Frames that nobody wants any more: answers which of them can be removed now. What is still to be written comes later.
    pub(super) fn give_up(&mut self, seqs: Vec<ContentSeq>) -> Vec<ContentSeq> {
        self.given_up.extend(seqs);
        let is_coming = |seq: &ContentSeq| self.under_way.contains(seq) || self.waiting.pieces.iter().any(|piece| piece.seq == *seq);
        let (later, now) = std::mem::take(&mut self.given_up).into_iter().partition(is_coming);
        self.given_up = later;
        now
    }

    /// What has gathered and will not be written.
    pub(super) fn take_waiting(&mut self) -> Batch {
        std::mem::take(&mut self.waiting)
    }
}

/// Documents that may go into a file, if there are enough of them. Smaller ones are many, and their rows dearer than their bytes.
fn is_large(submission: &Submission) -> bool {
    submission.frame_bytes() >= BULK_DOCUMENT_BYTES_MIN
}

fn frame_bytes(submissions: &[Submission]) -> usize {
    submissions.iter().map(Submission::frame_bytes).sum()
}

/// How many of these documents fit into one file, and with it into one group.
fn one_file(submissions: &[Submission]) -> usize {
    let mut bytes = 0;
    let fits = submissions.iter().take(GROUP_COMMANDS_MAX).take_while(|submission| {
        let had_room = bytes < GROUP_BYTES_MAX;
        bytes += submission.frame_bytes();
        had_room
    });
    fits.count()
}
