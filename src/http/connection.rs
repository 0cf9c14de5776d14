//! One connection: from accepted socket to closed one.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::auth::Caller;
use super::error::{Code, Problem};
use super::front::Front;
use super::guard::{Guarded, Refuse, Requests, Reset};
use super::language::Language;
use super::overstay::overstayed;
use super::request_id::RequestId;
use crate::limits::{REQUEST_HEAD_BYTES_MAX, REQUEST_HEADERS_MAX};
use crate::observe::{ConnectionRefused, ConnectionRefusedReason, Observer, Refused};

/// Bytes that hyper buffers of one connection: room for a whole head and for a piece of body behind it.
const BUFFER_BYTES_MAX: usize = 2 * REQUEST_HEAD_BYTES_MAX;
/// How long a client that was refused may go on sending before its connection is reset.
const LINGER: Duration = Duration::from_secs(2);
/// Bytes that such a client may go on sending.
const LINGER_BYTES_MAX: usize = 8 << 20;

/// Time limits of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeouts {
    /// From TCP connection to finished TLS handshake.
    pub(super) handshake: Duration,
    /// From the end of the handshake or of an answer to the end of the next head.
    pub(super) head: Duration,
    /// Time in which a client that lets its answer wait takes so many bytes of it at least.
    pub(super) write_pace: (Duration, u64),
    /// Between two looks at whether what is being sent was destroyed.
    pub(super) readers_looked_at: Duration,
}

/// What all connections of the public listener share.
pub(super) struct Public {
    /// The requests' way.
    pub(super) front: Arc<Front>,
    /// TLS with client certificates.
    pub(super) tls: TlsAcceptor,
    /// Bounds the handshakes under way: they cost processor time before anybody is known.
    pub(super) handshakes: Semaphore,
    /// Time limits.
    pub(super) timeouts: Timeouts,
}

impl Public {
    /// Serves a connection until it ends, or until `stop` and the end of the request under way.
    pub(super) async fn serve(self: Arc<Self>, stream: TcpStream, stop: watch::Receiver<bool>) {
        // Small answers should not wait for more to send; without the option the connection works as well.
        let _ = stream.set_nodelay(true);
        let stream = match timeout(self.timeouts.handshake, self.handshake(stream)).await {
            Ok(Some(stream)) => stream,
            Ok(None) => return self.refused(ConnectionRefusedReason::Handshake),
            Err(_) => return self.refused(ConnectionRefusedReason::HandshakeTimeout),
        };
        let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first()).cloned();
        let caller = Arc::new(Caller::new(&self.front.app, certificate.map(|certificate| certificate.into_owned())));
        if !caller.is_known() {
            // The connection goes on: every request is answered with a problem that says what is missing.
            self.refused(ConnectionRefusedReason::Certificate);
        }
        let requests = Arc::new(Requests::default());
        let refuse = refusal(self.front.app.observer.clone());
        let guarded = Guarded::new(stream, Arc::clone(&requests), refuse, self.timeouts.write_pace);
        let front = Arc::clone(&self.front);
        let overstayed = overstayed(Arc::clone(&requests), self.timeouts.readers_looked_at);
        let answer =
            move |request: Request<Incoming>| Box::pin(Arc::clone(&front).answer(Arc::clone(&caller), Arc::clone(&requests), request));
        drive(guarded, service_fn(answer), self.timeouts.head, stop, overstayed).await;
    }

    async fn handshake(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        // Whoever says nothing costs nothing, and must not stand in the way of those who do. Being readable is not enough: a fresh
        // socket may claim it without having a byte.
        stream.peek(&mut [0]).await.ok()?;
        let _permit = self.handshakes.acquire().await.ok()?;
        self.tls.accept(stream).await.ok()
    }

    fn refused(&self, reason: ConnectionRefusedReason) {
        self.front.app.observer.emit(&ConnectionRefused { reason });
    }
}

/// Lets hyper serve requests on `io`, and closes it so that the last answer arrives; unless `overstayed` ends before: then it is reset.
pub(super) async fn drive<I, S, B>(
    io: I,
    service: S,
    head_timeout: Duration,
    mut stop: watch::Receiver<bool>,
    overstayed: impl Future<Output = ()>,
) where
    I: AsyncRead + AsyncWrite + Reset + Unpin,
    S: hyper::service::HttpService<Incoming, ResBody = B> + Unpin,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    S::Future: Unpin,
    B: hyper::body::Body + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(head_timeout);
    builder.max_headers(REQUEST_HEADERS_MAX).max_header_size(REQUEST_HEAD_BYTES_MAX).max_buf_size(BUFFER_BYTES_MAX);
    // With half-open connections allowed, hyper does not drop a handler because its client has left: what a client sent completely is
    // carried out, and whether anybody still wants the answer shows when it is written.
    builder.keep_alive(true).half_close(true).pipeline_flush(false).auto_date_header(true);
    let mut connection = builder.serve_connection(TokioIo::new(io), service);
    let mut stopping = *stop.borrow();
    if stopping {
        Pin::new(&mut connection).graceful_shutdown();
    }
    let mut overstayed = std::pin::pin!(overstayed);
    let outcome = loop {
        tokio::select! {
            outcome = poll_fn(|context| connection.poll_without_shutdown(context)) => break outcome,
            () = &mut overstayed => return connection.into_parts().io.into_inner().reset(),
            changed = stop.changed(), if !stopping => {
                stopping = changed.is_err() || *stop.borrow();
                if stopping {
                    Pin::new(&mut connection).graceful_shutdown();
                }
            }
        }
    };
    let io = connection.into_parts().io.into_inner();
    // hyper gives an error for a client that left and for an answer that broke off. After the second the connection must not end
    // cleanly, because the client would take what it has for the whole; after a refused head it should.
    match outcome {
        Ok(()) => linger(io).await,
        Err(error) if error.is_parse() => linger(io).await,
        Err(_) => {}
    }
}

/// Says that nothing more comes and waits a little for the client to say the same: resetting the connection while the client still
/// sends would take the answer away from it (RFC 9112 section 9.6).
async fn linger<I: AsyncRead + AsyncWrite + Unpin>(mut io: I) {
    let wait = async {
        io.shutdown().await?;
        let mut scratch = vec![0; 16 << 10];
        let mut left = LINGER_BYTES_MAX;
        while left > 0 {
            match io.read(&mut scratch).await? {
                0 => break,
                bytes => left = left.saturating_sub(bytes),
            }
        }
        Ok::<(), std::io::Error>(())
    };
    // However this ends, the connection is over.
    let _ = timeout(LINGER, wait).await;
}

/// Writes the problem for a head that hyper refuses by itself.
fn refusal(observer: Observer) -> Refuse {
    Arc::new(move |status_line, head| {
        let code = match status_line.get(9..12) {
            Some(b"431") => Code::HeadTooLarge,
            Some(b"414") => Code::TargetTooLong,
            _ => Code::RequestMalformed,
        };
        observer.emit(&Refused { code: code.name() });
        whole_answer(code, language_of(head))
    })
}

fn whole_answer(code: Code, language: Language) -> Vec<u8> {
    let id = RequestId::of(&HeaderMap::new());
    let body = Problem::new(code).to_json(language, &id.log_form());
    let status: StatusCode = code.status();
    let head = format!(
        "HTTP/1.1 {} {}\r\ncontent-type: application/problem+json\r\ncontent-language: {}\r\nx-request-id: {}\r\n\
         x-content-type-options: nosniff\r\ncache-control: private, no-store\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        status.as_str(),
        status.canonical_reason().unwrap_or("Refused"),
        language.tag(),
        id.log_form(),
        body.len()
    );
    [head.into_bytes(), body].concat()
}

/// The preferred language in a head that was not parsed.
fn language_of(head: &[u8]) -> Language {
    let lines = head.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
    let mut fields = lines.filter_map(|line| line.split_once(':'));
    let value = fields.find(|(name, _)| name.eq_ignore_ascii_case("accept-language")).map(|(_, value)| value.trim());
    let mut headers = HeaderMap::new();
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
        headers.insert(ACCEPT_LANGUAGE, value);
    }
    Language::preferred(&headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unparsed_head_still_has_a_language() {
        assert_eq!(language_of(b"GET / HTTP/9\r\naccept-Language: de\r\n\r\n"), Language::German);
        assert_eq!(language_of(b"\xff\xff\r\n: :\n"), Language::English);
    }

    #[test]
    fn a_written_answer_is_http() {
        let answer = String::from_utf8(whole_answer(Code::HeadTooLarge, Language::German)).expect("must be text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("must have a body");
        assert!(head.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"), "{head}");
        assert!(head.contains(&format!("content-length: {}", body.len())), "{head}");
        assert!(body.contains("\"code\":\"head_too_large\""), "{body}");
    }
}
