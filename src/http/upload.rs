//! A request body as it arrives: bounded in size, in pauses and in slowness.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::header::{CONTENT_LENGTH, HeaderMap};

use super::error::{Code, Problem};
use crate::clock::Stopwatch;

/// How fast a body must arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Longest pause between two pieces.
    pub idle: Duration,
    /// Time in which a body may be slower than the minimum.
    pub grace: Duration,
    /// Bytes that must arrive in a second on the average once the grace is over.
    pub bytes_per_second_min: u64,
}

/// A body under way.
pub(super) struct Arriving {
    body: Body,
    pace: Pace,
    declared_bytes: Option<u64>,
    bytes_max: u64,
    received_bytes: u64,
    /// Time spent waiting for the client. Time in which the archive was busy does not count against it.
    waited: Duration,
}

impl Arriving {
    /// Looks at the announced length before the first byte is read, so that a body which is too long costs nothing.
    pub(super) fn new(body: Body, headers: &HeaderMap, bytes_max: u64, pace: Pace) -> Result<Self, Problem> {
        let declared_bytes = declared_bytes(headers)?;
        if declared_bytes.is_some_and(|declared| declared > bytes_max) {
            return Err(too_large(bytes_max));
        }
        Ok(Self { body, pace, declared_bytes, bytes_max, received_bytes: 0, waited: Duration::ZERO })
    }

    /// The announced length; chunked bodies have none.
    pub(super) fn declared_bytes(&self) -> Option<u64> {
        self.declared_bytes
    }

    /// The next piece, or `None` behind the last one.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        let waiting = Stopwatch::start();
        let frame = tokio::time::timeout(self.pace.idle, self.body.frame()).await.map_err(|_| self.too_slow())?;
        self.waited += waiting.elapsed();
        let Some(frame) = frame else { return self.end() };
        // The cause is the client's connection; the log has the status, and more would only invite to fill it.
        let frame = frame.map_err(|_| Problem::new(Code::BodyIncomplete))?;
        let bytes = frame.into_data().map_err(|_| Problem::new(Code::TrailersRefused))?;
        self.received_bytes = self.received_bytes.saturating_add(bytes.len() as u64);
        if self.received_bytes > self.bytes_max {
            return Err(too_large(self.bytes_max));
        }
        if self.is_too_slow() { Err(self.too_slow()) } else { Ok(Some(bytes)) }
    }

    /// The whole body in memory. For JSON, whose limit is small.
    pub(super) async fn collect(mut self) -> Result<Bytes, Problem> {
        let mut whole = BytesMut::new();
        while let Some(bytes) = self.next().await? {
            whole.extend_from_slice(&bytes);
        }
        Ok(whole.freeze())
    }

    fn end(&self) -> Result<Option<Bytes>, Problem> {
        let complete = self.declared_bytes.is_none_or(|declared| declared == self.received_bytes);
        if complete { Ok(None) } else { Err(Problem::new(Code::BodyIncomplete)) }
    }

    fn is_too_slow(&self) -> bool {
        let measured = self.waited.saturating_sub(self.pace.grace).as_secs_f64();
        (self.received_bytes as f64) < measured * self.pace.bytes_per_second_min as f64
    }

    fn too_slow(&self) -> Problem {
        Problem::new(Code::BodyTimeout).with(self.pace.bytes_per_second_min)
    }
}

/// The refusal of a body beyond `bytes_max`.
pub(super) fn too_large(bytes_max: u64) -> Problem {
    Problem::new(Code::BodyTooLarge).with(bytes_max)
}

fn declared_bytes(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get(CONTENT_LENGTH) else { return Ok(None) };
    let number = value.to_str().ok().and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| Problem::new(Code::HeaderMalformed).with("Content-Length"))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::pin::Pin;

    use futures_util::StreamExt;
    use http_body_util::{Full, StreamBody};
    use hyper::body::Frame;

    use super::*;

    type BoxedStream = Pin<Box<dyn futures_util::Stream<Item = Result<Frame<Bytes>, Infallible>> + Send>>;

    const PACE: Pace = Pace { idle: Duration::from_millis(80), grace: Duration::from_millis(150), bytes_per_second_min: 16 << 10 };

    fn headers(length: Option<u64>) -> HeaderMap {
        length.map(|length| (CONTENT_LENGTH, length.into())).into_iter().collect()
    }

    /// A body that sends one piece of `bytes` bytes every `pause`.
    fn dripping(bytes: usize, pause: Duration) -> Body {
        let pieces = futures_util::stream::repeat(()).then(move |()| async move {
            tokio::time::sleep(pause).await;
            Ok(Frame::data(Bytes::from(vec![0; bytes])))
        });
        let stream: BoxedStream = Box::pin(pieces);
        Body::new(StreamBody::new(stream))
    }

    async fn outcome(body: Body, length: Option<u64>, bytes_max: u64) -> Result<usize, Code> {
        let arriving = Arriving::new(body, &headers(length), bytes_max, PACE).map_err(|problem| problem.code)?;
        arriving.collect().await.map(|bytes| bytes.len()).map_err(|problem| problem.code)
    }

    #[tokio::test]
    async fn a_body_ends_where_it_said() {
        let body = || Body::new(Full::new(Bytes::from_static(b"0123456789")));
        assert_eq!(outcome(body(), None, 10).await, Ok(10));
        assert_eq!(outcome(body(), Some(10), 10).await, Ok(10));
        assert_eq!(outcome(body(), Some(11), 20).await, Err(Code::BodyIncomplete));
        assert_eq!(outcome(body(), Some(11), 10).await, Err(Code::BodyTooLarge));
        assert_eq!(outcome(body(), None, 9).await, Err(Code::BodyTooLarge));
    }

    #[tokio::test]
    async fn a_slow_client_is_cut_off() {
        let seconds = Duration::from_secs;
        assert_eq!(outcome(dripping(1, seconds(60)), None, 1 << 20).await, Err(Code::BodyTimeout), "one byte a minute");
        let often = Duration::from_millis(20);
        assert_eq!(outcome(dripping(1, often), None, 1 << 20).await, Err(Code::BodyTimeout), "never idle, and still too slow");
        assert_eq!(outcome(dripping(64 << 10, often), None, 1 << 20).await, Err(Code::BodyTooLarge), "fast enough to meet the limit");
    }

    #[tokio::test]
    async fn trailers_are_refused() {
        let frames = [Ok::<_, Infallible>(Frame::data(Bytes::from_static(b"x"))), Ok(Frame::trailers(HeaderMap::new()))];
        let body = Body::new(StreamBody::new(futures_util::stream::iter(frames)));
        assert_eq!(outcome(body, None, 10).await, Err(Code::TrailersRefused));
    }
}
