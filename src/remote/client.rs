//! One exchange with a server that owes us nothing: bounded in time and in bytes, on a connection of its own.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{ACCEPT, CONTENT_TYPE, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Response};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::address::RemoteAddress;
use crate::access::{TlsError, trusting_config};
use crate::config::RemoteConfig;
use crate::limits::{REMOTE_ANSWER_BYTES_MAX, REMOTE_HEAD_BYTES_MAX, REMOTE_HEADERS_MAX};

/// How others call us.
const AGENT: HeaderValue = HeaderValue::from_static(concat!("aktenfest/", env!("CARGO_PKG_VERSION")));

/// Whom to believe, and how long to wait.
#[derive(Debug, Clone)]
pub struct RemoteSettings {
    /// A PEM file with the authorities whose servers are believed; without one only `http` addresses can be asked.
    pub authorities: Option<PathBuf>,
    /// Longest time for a TCP connection.
    pub connect_timeout: Duration,
    /// Longest time for a whole exchange.
    pub timeout: Duration,
    /// Bytes of an answer that are read, at most [`REMOTE_ANSWER_BYTES_MAX`].
    pub answer_bytes_max: usize,
}

impl RemoteSettings {
    /// Ten seconds to connect, thirty for everything, answers of up to 64 KiB.
    pub fn new(authorities: Option<PathBuf>) -> Self {
        Self { authorities, connect_timeout: Duration::from_secs(10), timeout: Duration::from_secs(30), answer_bytes_max: 64 << 10 }
    }
}

impl From<&RemoteConfig> for RemoteSettings {
    fn from(config: &RemoteConfig) -> Self {
        let new = Self::new(config.authorities.clone());
        Self { timeout: config.timeout, connect_timeout: new.connect_timeout.min(config.timeout), ..new }
    }
}

/// What a server answered. Nothing of it is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteAnswer {
    /// The HTTP status; never 1xx or 3xx.
    pub status: u16,
    /// The media type as it was sent, parameters included; empty if there was none.
    pub media_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// The address is `https`, but there are no authorities to believe.
    #[error("{0} needs a file with the authorities to believe, and none is configured")]
    NoAuthorities(RemoteAddress),
    /// No name, no connection, or no TLS on it.
    #[error("{0} cannot be reached: {1}")]
    Unreachable(RemoteAddress, String),
    /// Too slow.
    #[error("{0} has not answered within {1:?}")]
    TimedOut(RemoteAddress, Duration),
    /// The connection broke, or what came is not HTTP.
    #[error("{0} broke off: {1}")]
    Lost(RemoteAddress, String),
    /// More bytes than allowed.
    #[error("{0} answers with more than {1} bytes")]
    TooLarge(RemoteAddress, usize),
    /// The server wants to be asked somewhere else. The configuration decides whom we ask.
    #[error("{0} points elsewhere ({1}); configure the address that answers")]
    Redirected(RemoteAddress, u16),
}

impl RemoteError {
    /// The reason as a label of a metric, from a closed list.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoAuthorities(_) => "no_authorities",
            Self::Unreachable(..) => "unreachable",
            Self::TimedOut(..) => "timeout",
            Self::Lost(..) => "lost",
            Self::TooLarge(..) => "too_large",
            Self::Redirected(..) => "redirected",
        }
    }
}

/// Asks servers, one connection for each question. Clones are cheap.
#[derive(Clone)]
pub struct RemoteClient {
    plain: Pool<HttpConnector, Full<Bytes>>,
    secure: Option<Pool<HttpsConnector<HttpConnector>, Full<Bytes>>>,
    timeout: Duration,
    answer_bytes_max: usize,
}

impl RemoteClient {
    /// A client. Reads the authorities; nothing is sent yet.
    pub fn new(settings: &RemoteSettings) -> Result<Self, TlsError> {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(settings.connect_timeout));
        let mut builder = Pool::builder(TokioExecutor::new());
        // A connection that was kept may be dead, and then the library would ask again by itself.
        builder.pool_max_idle_per_host(0).retry_canceled_requests(false);
        builder.http1_max_buf_size(REMOTE_HEAD_BYTES_MAX).http1_max_headers(REMOTE_HEADERS_MAX);
        let plain = builder.build(tcp.clone());
        let secure = match &settings.authorities {
            Some(authorities) => {
                tcp.enforce_http(false);
                let tls = trusting_config(authorities)?;
                let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_only().enable_http1().wrap_connector(tcp);
                Some(builder.build(connector))
            }
            None => None,
        };
        let answer_bytes_max = settings.answer_bytes_max.min(REMOTE_ANSWER_BYTES_MAX);
        Ok(Self { plain, secure, timeout: settings.timeout, answer_bytes_max })
    }

    /// Asks for what lies at an address.
    pub async fn get(&self, address: &RemoteAddress) -> Result<RemoteAnswer, RemoteError> {
        self.exchange(address, Method::GET, None, Vec::new()).await
    }

    /// Sends a body of this media type.
    pub async fn post(&self, address: &RemoteAddress, media_type: &'static str, body: Vec<u8>) -> Result<RemoteAnswer, RemoteError> {
        self.exchange(address, Method::POST, Some(media_type), body).await
    }

    async fn exchange(
        &self,
        address: &RemoteAddress,
        method: Method,
        media_type: Option<&'static str>,
        body: Vec<u8>,
    ) -> Result<RemoteAnswer, RemoteError> {
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = method;
        *request.uri_mut() = address.uri().clone();
        request.headers_mut().insert(USER_AGENT, AGENT);
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("*/*"));
        if let Some(media_type) = media_type {
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        let exchange = async {
            let answer = self.send(address, request).await?;
            self.read(address, answer).await
        };
        let timed_out = |_| RemoteError::TimedOut(address.clone(), self.timeout);
        tokio::time::timeout(self.timeout, exchange).await.map_err(timed_out)?
    }

    /// The head of the answer.
    async fn send(&self, address: &RemoteAddress, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, RemoteError> {
        let sent = match (address.is_secure(), &self.secure) {
            (false, _) => self.plain.request(request),
            (true, Some(secure)) => secure.request(request),
            (true, None) => return Err(RemoteError::NoAuthorities(address.clone())),
        };
        sent.await.map_err(|error| {
            let told = chain(&error);
            if error.is_connect() { RemoteError::Unreachable(address.clone(), told) } else { RemoteError::Lost(address.clone(), told) }
        })
    }

    async fn read(&self, address: &RemoteAddress, answer: Response<Incoming>) -> Result<RemoteAnswer, RemoteError> {
        let status = answer.status();
        if status.is_redirection() {
            return Err(RemoteError::Redirected(address.clone(), status.as_u16()));
        }
        let media_type = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let body = Limited::new(answer.into_body(), self.answer_bytes_max).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                RemoteError::TooLarge(address.clone(), self.answer_bytes_max)
            } else {
                RemoteError::Lost(address.clone(), chain(error.as_ref()))
            }
        })?;
        Ok(RemoteAnswer { status: status.as_u16(), media_type, body: body.to_bytes().to_vec() })
    }
}

impl std::fmt::Debug for RemoteClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RemoteClient").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

/// The whole chain in one line, each text once: some libraries repeat their cause.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    for cause in std::iter::successors(Some(error), |error| (*error).source()) {
        let text = cause.to_string();
        if !texts.last().is_some_and(|last| last.contains(&text)) {
            texts.push(text);
        }
    }
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    // Servers that answer well, badly, slowly, endlessly or not at all, on real sockets.
    use std::path::Path;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;
    use crate::access::{Authority, Validity};
    use crate::model::Timestamp;

    /// What a server does with a connection once it has read the whole request.
    #[derive(Clone, Copy)]
    enum Then {
        /// Writes this and closes.
        Says(&'static str),
        /// Writes this and then nothing more, without closing.
        Stalls(&'static str),
        /// Writes a head and a body without end.
        Floods,
    }

    fn client(authorities: Option<&Path>) -> RemoteClient {
        let mut settings = RemoteSettings::new(authorities.map(Path::to_owned));
        settings.answer_bytes_max = 1000;
        RemoteClient::new(&settings).unwrap()
    }

    /// A client that does not wait long, for servers that never answer. Nothing is asserted about how long it took.
    fn impatient() -> RemoteClient {
        let settings = RemoteSettings { timeout: Duration::from_millis(200), ..RemoteSettings::new(None) };
        RemoteClient::new(&settings).unwrap()
    }

    /// Serves one connection after the other; the requests that came are sent to whoever asks.
    async fn serve(then: Then) -> (RemoteAddress, tokio::sync::mpsc::UnboundedReceiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = RemoteAddress::parse(&format!("http://{}/prefix", listener.local_addr().unwrap())).unwrap();
        let (told, requests) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let request = read_request(&mut stream).await;
                let _ = told.send(request);
                answer(&mut stream, then).await;
            }
        });
        (address, requests)
    }

    async fn read_request(stream: &mut (impl AsyncReadExt + Unpin)) -> String {
        let mut request = Vec::new();
        loop {
            let text = String::from_utf8_lossy(&request).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                    return text;
                }
            }
            let mut piece = [0; 1024];
            let bytes = stream.read(&mut piece).await.unwrap();
            assert!(bytes > 0, "the request ended early: {text}");
            request.extend_from_slice(&piece[..bytes]);
        }
    }

    async fn answer(stream: &mut (impl AsyncWriteExt + Unpin), then: Then) {
        match then {
            Then::Says(text) => {
                stream.write_all(text.as_bytes()).await.unwrap();
                let _ = stream.shutdown().await;
            }
            Then::Stalls(text) => {
                stream.write_all(text.as_bytes()).await.unwrap();
                std::future::pending::<()>().await;
            }
            Then::Floods => {
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
            }
        }
    }

    #[tokio::test]
    async fn a_question_and_its_answer() {
        let (address, mut requests) =
            serve(Then::Says("HTTP/1.1 409 Conflict\r\ncontent-type: text/x.tlog.size\r\ncontent-length: 2\r\n\r\n7\n")).await;
        let client = client(None);
        let answer = client.post(&address.join("add-checkpoint").unwrap(), "text/plain", b"old 0\n".to_vec()).await.unwrap();
        assert_eq!(answer, RemoteAnswer { status: 409, media_type: "text/x.tlog.size".to_owned(), body: b"7\n".to_vec() });
        let request = requests.recv().await.unwrap();
        assert!(request.starts_with("POST /prefix/add-checkpoint HTTP/1.1\r\n") && request.ends_with("\r\n\r\nold 0\n"), "{request}");
        assert!(request.contains("user-agent: aktenfest/") && request.contains("content-type: text/plain\r\n"), "{request}");
        client.get(&address).await.unwrap();
        let request = requests.recv().await.unwrap();
        assert!(request.starts_with("GET /prefix HTTP/1.1\r\n") && !request.contains("content-type"), "{request}");
    }

    #[tokio::test]
    async fn whatever_a_server_does_the_exchange_ends_with_a_reason() {
        let exact = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n";
        let exact: &'static str = Box::leak(format!("{exact}{}", "x".repeat(1000)).into_boxed_str());
        let long_head: &'static str = Box::leak(format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(1 << 20)).into_boxed_str());
        for (then, reason) in [
            (Then::Says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"), None),
            (Then::Says(exact), None),
            (Then::Floods, Some("too_large")),
            (Then::Says("HTTP/1.1 302 Found\r\nlocation: http://elsewhere/\r\ncontent-length: 0\r\n\r\n"), Some("redirected")),
            (Then::Says("HTTP/1.1 304 Not Modified\r\n\r\n"), Some("redirected")),
            (Then::Says("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab"), Some("lost")),
            (Then::Says("SSH-2.0-x\r\n"), Some("lost")),
            (Then::Says(""), Some("lost")),
            (Then::Says(long_head), Some("lost")),
        ] {
            let (address, _requests) = serve(then).await;
            let got = client(None).post(&address, "text/plain", b"x".to_vec()).await;
            assert_eq!(got.as_ref().err().map(RemoteError::reason), reason, "{got:?}");
        }
        for then in [Then::Stalls(""), Then::Stalls("HTTP/1.1 200 OK\r\n"), Then::Stalls("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx")] {
            let (address, _requests) = serve(then).await;
            assert_eq!(impatient().get(&address).await.unwrap_err().reason(), "timeout");
        }
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = RemoteAddress::parse(&format!("http://{}", nobody.local_addr().unwrap())).unwrap();
        drop(nobody);
        assert_eq!(client(None).get(&address).await.unwrap_err().reason(), "unreachable");
    }

    #[tokio::test]
    async fn only_servers_of_the_configured_authorities_are_believed() {
        let time = |text| Timestamp::parse(text).unwrap();
        let validity = Validity { not_before: time("2020-01-01T00:00:00Z"), not_after: time("2199-01-01T00:00:00Z") };
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let (authority, issued) = Authority::create("ours", validity).unwrap();
        issued.write(&path("ours.pem"), &path("ours.key")).unwrap();
        Authority::create("others", validity).unwrap().1.write(&path("others.pem"), &path("others.key")).unwrap();
        let local = [std::net::IpAddr::from([127, 0, 0, 1])];
        authority.issue_server(&["localhost"], &local, validity).unwrap().write(&path("server.pem"), &path("server.key")).unwrap();
        let tls = crate::access::public_server_config(&path("server.pem"), &path("server.key")).unwrap();
        let acceptor = TlsAcceptor::from(std::sync::Arc::new(tls));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = RemoteAddress::parse(&format!("https://{}", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                read_request(&mut stream).await;
                answer(&mut stream, Then::Says("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")).await;
            }
        });
        assert_eq!(client(Some(&path("ours.pem"))).get(&address).await.unwrap().body, b"ok");
        assert_eq!(client(Some(&path("others.pem"))).get(&address).await.unwrap_err().reason(), "unreachable");
        assert_eq!(client(None).get(&address).await.unwrap_err().reason(), "no_authorities");
    }
}
