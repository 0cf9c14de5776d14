//! A connection's bytes on their way to and from hyper: sees what hyper does not show.
//!
//! hyper settles an ambiguous length by itself and answers a broken head with an empty body. Here the head is looked at before hyper
//! gets it, its answers to broken heads become problems, and a client that does not take its answer, or takes it in drops, is cut off: what
//! was destroyed while it was read must not lie in our buffers for as long as its reader likes. What is deliberately absent: any change
//! to what the client sent.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;
use tokio_rustls::server::TlsStream;

use super::head::{HeadFacts, HeadScanner};
use crate::archive::Fate;

/// What the connection knows about its requests; shared between the bytes and the requests.
#[derive(Default)]
pub(super) struct Requests(Mutex<State>);

#[derive(Default)]
struct State {
    scanner: HeadScanner,
    facts: Option<HeadFacts>,
    /// Body bytes that are still to come; `None` when the body is chunked.
    body_bytes: Option<u64>,
    phase: Phase,
    /// Bytes came that do not belong to the request that is being answered.
    pipelined: bool,
    /// They came during an earlier request, so that where this one begins is not known.
    lost: bool,
    /// The document whose bytes are on their way. Until the next request: how much of them the client has, nobody here knows.
    sending: Option<Fate>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// A head is arriving.
    #[default]
    Head,
    /// The head is complete; hyper has not handed the request over yet.
    Complete,
    /// The request is being answered.
    Answering,
}

impl Requests {
    /// The facts about the head of the request that hyper hands over now; `None` if requests overlap.
    pub(super) fn begin(&self) -> Option<HeadFacts> {
        let mut state = self.lock();
        state.phase = Phase::Answering;
        state.sending = None;
        let facts = state.facts.take();
        if state.lost { None } else { facts }
    }

    /// The answer is complete; the next bytes are a head.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        state.scanner = HeadScanner::default();
        state.phase = Phase::Head;
        state.lost |= state.pipelined;
    }

    /// Whether bytes came too early, so that the connection has to end with this answer.
    pub(super) fn is_pipelined(&self) -> bool {
        self.lock().pipelined
    }

    /// The answer is a document.
    pub(super) fn send(&self, fate: Fate) {
        self.lock().sending = Some(fate);
    }

    /// The document that is being sent.
    pub(super) fn sending(&self) -> Option<Fate> {
        self.lock().sending.clone()
    }

    fn received(&self, bytes: &[u8]) {
        let mut state = self.lock();
        let mut rest = bytes;
        if state.phase == Phase::Head {
            rest = state.scanner.feed(bytes);
            let Some(facts) = state.scanner.facts() else { return };
            state.body_bytes = facts.body_bytes();
            state.facts = Some(facts);
            state.phase = Phase::Complete;
        }
        if let Some(left) = state.body_bytes {
            match left.checked_sub(rest.len() as u64) {
                Some(left) => state.body_bytes = Some(left),
                None => state.pipelined = true,
            }
        }
    }

    /// The head so far, if hyper is answering it by itself.
    fn unanswered_head(&self) -> Option<Vec<u8>> {
        let state = self.lock();
        (state.phase != Phase::Answering).then(|| state.scanner.head().to_vec())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the whole answer to a head that hyper refuses: its status line as hyper wrote it, and the head as far as it came.
pub(super) type Refuse = Arc<dyn Fn(&[u8], &[u8]) -> Vec<u8> + Send + Sync>;

/// A connection that reports to [`Requests`].
pub(super) struct Guarded<S> {
    inner: S,
    requests: Arc<Requests>,
    refuse: Refuse,
    /// Our text in place of hyper's, with the number of hyper's bytes that it stands for.
    replacement: Option<(Vec<u8>, usize, usize)>,
    write_idle: Duration,
    /// Bytes that a client takes at least in that time.
    write_bytes_min: u64,
    write_deadline: Option<Pin<Box<Sleep>>>,
    /// Bytes taken since the clock was started.
    taken_bytes: u64,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Guarded<S> {
    /// Guards a connection. Its writes fail when the client has let them wait and then takes fewer than so many bytes in so much time.
    pub(super) fn new(inner: S, requests: Arc<Requests>, refuse: Refuse, (write_idle, write_bytes_min): (Duration, u64)) -> Self {
        Self { inner, requests, refuse, replacement: None, write_idle, write_bytes_min, write_deadline: None, taken_bytes: 0 }
    }

    fn stop_clock(&mut self) {
        (self.write_deadline, self.taken_bytes) = (None, 0);
    }

    /// Starts the clock when a write has to wait; `watch_write` and a flush stop it.
    fn watch<T>(&mut self, context: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            return polled;
        }
        let write_idle = self.write_idle;
        let deadline = self.write_deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(write_idle)));
        ready!(deadline.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not take its answer")))
    }

    /// The clock stops when enough was taken, not with each drop.
    fn watch_write(&mut self, context: &mut Context<'_>, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = polled {
            self.taken_bytes += bytes as u64;
            if self.taken_bytes >= self.write_bytes_min {
                self.stop_clock();
            }
        }
        self.watch(context, polled)
    }

    /// hyper's own refusals have no request id; every answer of ours has one.
    fn replace(&mut self, bytes: &[u8]) {
        let is_refusal = bytes.starts_with(b"HTTP/1.1 4") && !bytes.windows(12).any(|window| window.eq_ignore_ascii_case(b"x-request-id"));
        if !is_refusal || self.replacement.is_some() {
            return;
        }
        if let Some(head) = self.requests.unanswered_head() {
            self.replacement = Some(((self.refuse)(bytes, &head), 0, bytes.len()));
        }
    }

    fn poll_replacement(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<usize>>> {
        let Some((text, written, stands_for)) = &mut self.replacement else { return Poll::Ready(None) };
        while *written < text.len() {
            match ready!(Pin::new(&mut self.inner).poll_write(context, &text[*written..])) {
                Ok(0) => return Poll::Ready(Some(Err(io::ErrorKind::WriteZero.into()))),
                Ok(bytes) => *written += bytes,
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        let stands_for = *stands_for;
        self.replacement = None;
        Poll::Ready(Some(Ok(stands_for)))
    }

    fn poll_write_guarded(
        &mut self,
        context: &mut Context<'_>,
        first: &[u8],
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        self.replace(first);
        let polled = match self.poll_replacement(context) {
            Poll::Ready(Some(done)) => Poll::Ready(done),
            Poll::Ready(None) => write(Pin::new(&mut self.inner), context),
            Poll::Pending => Poll::Pending,
        };
        self.watch_write(context, polled)
    }
}

/// A connection that can end without handing over what it still holds.
pub(super) trait Reset {
    /// Has the kernel throw away what it has not sent when the connection is dropped.
    fn reset(&self);
}

impl Reset for TcpStream {
    fn reset(&self) {
        // Fails only if the connection is over already.
        let _ = self.set_zero_linger();
    }
}

impl Reset for Guarded<TlsStream<TcpStream>> {
    fn reset(&self) {
        self.inner.get_ref().0.reset();
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.inner).poll_read(context, buffer))?;
        this.requests.received(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.get_mut().poll_write_guarded(context, bytes, |inner, context| inner.poll_write(context, bytes))
    }

    fn poll_write_vectored(self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let first = slices.first().map_or(&[][..], |slice| slice);
        self.get_mut().poll_write_guarded(context, first, |inner, context| inner.poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.inner).poll_flush(context);
        if polled.is_ready() {
            this.stop_clock();
        }
        this.watch(context, polled)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;
    use crate::clock::Stopwatch;

    const IDLE: Duration = Duration::from_millis(150);
    const BYTES_MIN: u64 = 4096;
    const ANSWER_BYTES: usize = 64 << 10;

    /// Writes an answer to a reader that takes this many bytes each 10 ms; how that ended, and after how long.
    async fn taken_by(bytes_each: usize) -> (Result<(), io::ErrorKind>, Duration) {
        let (near, far) = duplex(1024);
        let refuse: Refuse = Arc::new(|_, _| Vec::new());
        let mut guarded = Guarded::new(near, Arc::default(), refuse, (IDLE, BYTES_MIN));
        let reader = tokio::spawn(read_slowly(far, bytes_each));
        let watch = Stopwatch::start();
        let answer = vec![7; ANSWER_BYTES];
        let written = async {
            guarded.write_all(&answer).await?;
            guarded.flush().await
        };
        let result = written.await.map_err(|error| error.kind());
        let took = watch.elapsed();
        reader.abort();
        (result, took)
    }

    async fn read_slowly(mut from: DuplexStream, bytes_each: usize) {
        let mut buffer = vec![0; bytes_each.max(1)];
        while bytes_each > 0 && from.read(&mut buffer).await.is_ok_and(|bytes| bytes > 0) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    #[tokio::test]
    async fn whoever_takes_an_answer_in_drops_is_cut_off() {
        let (taken, _) = taken_by(1024).await;
        assert_eq!(taken, Ok(()), "slow is not too slow");
        // Never silent for long, and it would take seven minutes.
        let (drops, after) = taken_by(1).await;
        assert_eq!(drops, Err(io::ErrorKind::TimedOut));
        assert!(after >= IDLE && after < IDLE * 100, "{after:?}");
    }
}
