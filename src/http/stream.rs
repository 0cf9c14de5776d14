//! Answers that are written while they are sent, by a thread that waits for the client: certificates of millions of documents, exports.
//!
//! An answer that has an end is complete. One that cannot be written to its end breaks the connection off, so that nobody takes a part for
//! the whole.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use hyper::body::{Frame, SizeHint};
use tokio::sync::mpsc;

/// Bytes that are written before they are handed on.
const PIECE_BYTES: usize = 256 << 10;
/// Pieces that wait for a slow client.
const PIECES_AHEAD: usize = 4;

/// A body that `write` writes. It says whether it came to its end; why it did not is for it to log.
///
/// `bytes` is the length, if it is known beforehand.
pub(super) fn written(bytes: Option<u64>, write: impl FnOnce(&mut dyn Write) -> bool + Send + 'static) -> Body {
    let (sender, pieces) = mpsc::channel(PIECES_AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut out = Pieces { sender, piece: BytesMut::new() };
        if write(&mut out) && out.flush().is_ok() {
            // A client that has gone in the last moment gets no end, and needs none.
            let _ = out.sender.blocking_send(Piece::End);
        }
    });
    Body::new(Streamed { pieces, left_bytes: bytes, ended: false })
}

/// A piece of the answer, or the word that nothing more comes.
enum Piece {
    Bytes(Bytes),
    End,
}

/// Hands on what is written, piece by piece.
struct Pieces {
    sender: mpsc::Sender<Piece>,
    piece: BytesMut,
}

impl Write for Pieces {
    fn write(&mut self, mut bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len();
        while !bytes.is_empty() {
            if self.piece.capacity() == 0 {
                self.piece.reserve(PIECE_BYTES);
            }
            // No piece ever grows: that would copy it.
            let (now, later) = bytes.split_at(bytes.len().min(PIECE_BYTES - self.piece.len()));
            self.piece.extend_from_slice(now);
            if self.piece.len() == PIECE_BYTES {
                self.flush()?;
            }
            bytes = later;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = std::mem::take(&mut self.piece).freeze();
        if piece.is_empty() {
            return Ok(());
        }
        self.sender.blocking_send(Piece::Bytes(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// The body of an answer whose pieces come.
struct Streamed {
    pieces: mpsc::Receiver<Piece>,
    /// What has not come yet of the length that was promised.
    left_bytes: Option<u64>,
    ended: bool,
}

impl hyper::body::Body for Streamed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.is_end_stream() {
            return Poll::Ready(None);
        }
        Poll::Ready(match ready!(self.pieces.poll_recv(context)) {
            Some(Piece::Bytes(bytes)) => {
                self.left_bytes = self.left_bytes.map(|left| left.saturating_sub(bytes.len() as u64));
                Some(Ok(Frame::data(bytes)))
            }
            Some(Piece::End) if self.left_bytes.is_none() => {
                self.ended = true;
                None
            }
            // Without an end, or with one before all that was promised, the connection breaks off.
            Some(Piece::End) | None => Some(Err(io::ErrorKind::UnexpectedEof.into())),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.left_bytes == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.left_bytes.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a client gets: the bytes and whether they have an end.
    async fn read(mut body: Body) -> (Vec<u8>, bool) {
        let mut bytes = Vec::new();
        loop {
            let frame = std::future::poll_fn(|context| hyper::body::Body::poll_frame(Pin::new(&mut body), context)).await;
            match frame {
                Some(Ok(frame)) => bytes.extend_from_slice(&frame.into_data().expect("no trailers")),
                Some(Err(_)) => return (bytes, false),
                None => return (bytes, true),
            }
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_written_arrives_and_only_what_is_whole_has_an_end() {
        let text: Vec<u8> = (0..3 * PIECE_BYTES + 7).map(|number| number as u8).collect();
        let whole = text.len() as u64;
        for (promised, ends, is_complete) in [
            (None, true, true),
            (Some(whole), true, true),
            (None, false, false),
            (Some(whole + 1), true, false),
            (Some(whole + 1), false, false),
        ] {
            let written_text = text.clone();
            let body = written(promised, move |out| {
                // Pieces that do not fit into each other.
                let written = written_text.chunks(100_003).all(|part| out.write_all(part).is_ok());
                written && out.flush().is_ok() && ends
            });
            assert_eq!(hyper::body::Body::size_hint(&body).exact(), promised);
            let (bytes, complete) = read(body).await;
            assert_eq!((bytes == text, complete), (true, is_complete), "{promised:?} {ends}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn nobody_writes_for_a_client_that_has_gone() {
        let (told, ended) = tokio::sync::oneshot::channel();
        let body = written(None, move |out| {
            let all = (0..).try_for_each(|_: u64| out.write_all(&[0; PIECE_BYTES]));
            told.send(all.is_err()).is_ok()
        });
        drop(body);
        assert!(ended.await.unwrap());
    }
}
