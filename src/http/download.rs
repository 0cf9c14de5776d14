//! A document on its way out: frame by frame, a bounded number ahead, no thread waiting for a slow client.

use std::collections::VecDeque;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::task::JoinHandle;

use super::blocking;
use super::error::{Problem, internal};
use crate::archive::{ArchiveError, Content};
use crate::observe::{DocumentRead, Observer};
use crate::seal::frames_for_range;

/// Frames that are opened before the client has taken the ones before them: one to send, one to have ready.
const FRAMES_AHEAD: usize = 2;

/// Why a download breaks off. The connection is aborted then, so that no client takes a part for the whole.
#[derive(Debug, thiserror::Error)]
pub(super) enum DownloadError {
    /// The frame cannot be read or opened.
    #[error("a frame of a document cannot be read")]
    Frame,
    /// It was destroyed while it was read.
    #[error("the document was destroyed while it was read")]
    Destroyed,
    /// The frames are shorter than the document's record says.
    #[error("a document is shorter than its record")]
    Short,
}

/// The bytes of a range. Reading starts with the first poll, so a `HEAD` reads nothing.
pub(super) struct Download {
    content: Content,
    /// Frames that are still to be opened.
    frames: Range<u32>,
    ahead: VecDeque<JoinHandle<Result<Bytes, ArchiveError>>>,
    skip_bytes: usize,
    left_bytes: u64,
    first: Option<Bytes>,
    sent_bytes: u64,
    observer: Observer,
}

impl Download {
    /// The bytes of `range`, or of an empty document.
    pub(super) fn new(content: Content, range: Range<u64>, observer: Observer) -> Self {
        let span = frames_for_range(range, content.view().record.plain_bytes);
        let (frames, skip_bytes, left_bytes) = match span {
            Some(span) => (span.first..span.last.saturating_add(1), span.skip_bytes, span.take_bytes),
            None => (0..0, 0, 0),
        };
        Self { content, frames, ahead: VecDeque::new(), skip_bytes, left_bytes, first: None, sent_bytes: 0, observer }
    }

    /// Opens the first frame now: what is damaged at its beginning is answered with a problem and not with half a document.
    /// The only frame of an empty document is opened as well, although nothing of it is sent.
    pub(super) async fn open_first(mut self) -> Result<Self, Problem> {
        let index = self.frames.next().unwrap_or(0);
        let content = self.content.clone();
        self.first = Some(blocking(move || content.frame(index)).await?);
        Ok(self)
    }

    fn read_ahead(&mut self) {
        while self.ahead.len() < FRAMES_AHEAD {
            let Some(index) = self.frames.next() else { return };
            let content = self.content.clone();
            self.ahead.push_back(tokio::task::spawn_blocking(move || content.frame(index)));
        }
    }

    /// The part of a frame that belongs to the range.
    fn cut(&mut self, frame: Bytes) -> Result<Bytes, DownloadError> {
        let start = std::mem::take(&mut self.skip_bytes);
        let rest = frame.len().checked_sub(start).filter(|rest| *rest > 0).ok_or(DownloadError::Short)?;
        let take = usize::try_from(self.left_bytes).unwrap_or(usize::MAX).min(rest);
        self.left_bytes -= take as u64;
        self.sent_bytes += take as u64;
        Ok(frame.slice(start..start + take))
    }
}

impl Body for Download {
    type Data = Bytes;
    type Error = DownloadError;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, DownloadError>>> {
        let this = self.get_mut();
        if this.left_bytes == 0 {
            return Poll::Ready(None);
        }
        this.read_ahead();
        if let Some(first) = this.first.take() {
            return Poll::Ready(Some(this.cut(first).map(Frame::data)));
        }
        let Some(next) = this.ahead.front_mut() else { return Poll::Ready(Some(Err(DownloadError::Short))) };
        let frame = ready!(Pin::new(next).poll(context));
        this.ahead.pop_front();
        let frame = match frame {
            Ok(Ok(frame)) => this.cut(frame),
            // No fault of ours, and no news for the log: its order is in the ledger.
            Ok(Err(ArchiveError::Refused(_))) => Err(DownloadError::Destroyed),
            Ok(Err(error)) => {
                // The answer has begun; what is left is to log why it ends.
                let _ = internal("a frame cannot be read; the download is aborted", &error);
                Err(DownloadError::Frame)
            }
            Err(_) => Err(DownloadError::Frame),
        };
        Poll::Ready(Some(frame.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left_bytes == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left_bytes)
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        if self.sent_bytes > 0 {
            self.observer.emit(&DocumentRead { bytes: self.sent_bytes });
        }
    }
}
