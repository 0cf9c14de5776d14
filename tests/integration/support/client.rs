//! A client for tests: polite requests through hyper, and rude ones byte by byte.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Longer than every time limit of a test server: an answer that takes longer is not coming.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// A header as text; empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("must be ASCII"))
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {self:?}"))
    }

    /// The code of a problem; everything that a problem must have is checked on the way.
    pub fn code(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let json = self.json();
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        assert_eq!(json["status"].as_u64(), Some(u64::from(self.status)), "{json}");
        assert_eq!(text("type"), format!("urn:aktenfest:problem:{}", text("code")), "{json}");
        assert!(!text("title").is_empty() && text("detail").ends_with('.') && text("request_id").len() == 16, "{json}");
        assert!(["en", "de"].contains(&self.header("content-language")), "{self:?}");
        text("code")
    }

    /// Reads an answer as it came over the wire.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.lines();
        let status = lines.next()?.strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok()?;
        let mut headers = HeaderMap::new();
        for line in lines.filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':')?;
            headers.append(hyper::header::HeaderName::from_bytes(name.as_bytes()).ok()?, value.trim().parse().ok()?);
        }
        Some(Self { status, headers, body: Bytes::copy_from_slice(&bytes[end..]) })
    }
}

/// Sends requests, each on a connection of its own.
#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    config: Arc<rustls::ClientConfig>,
}

impl Client {
    pub fn new(address: SocketAddr, config: rustls::ClientConfig) -> Self {
        Self { address, config: Arc::new(config) }
    }

    pub async fn connect(&self) -> Connection {
        self.shake_hands(TcpStream::connect(self.address).await.expect("must connect")).await
    }

    /// A connection whose end here has room for little: what is not read soon stays with the server.
    pub async fn connect_narrow(&self) -> Connection {
        let socket = TcpSocket::new_v4().expect("must be made");
        socket.set_recv_buffer_size(16 << 10).expect("must be set");
        self.shake_hands(socket.connect(self.address).await.expect("must connect")).await
    }

    async fn shake_hands(&self, stream: TcpStream) -> Connection {
        let name = ServerName::try_from("localhost").expect("must be a name");
        let stream = TlsConnector::from(Arc::clone(&self.config)).connect(name, stream).await.expect("must shake hands");
        Connection { stream }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Bytes::new()).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, headers, Bytes::new()).await
    }

    pub async fn put(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
        self.send(Method::PUT, path, headers, body.into()).await
    }

    pub async fn put_json(&self, path: &str, json: &str) -> Answer {
        self.put(path, &[(CONTENT_TYPE.as_str(), "application/json")], json.to_owned()).await
    }

    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(HOST, "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body)).expect("must be a request");
        let io = TokioIo::new(self.connect().await.stream);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.expect("must begin");
        let driver = tokio::spawn(connection);
        let answer = timeout(PATIENCE, sender.send_request(request)).await.expect("must be answered in time").expect("must be answered");
        let (head, body) = answer.into_parts();
        let body = timeout(PATIENCE, body.collect()).await.expect("must end in time").expect("must be complete").to_bytes();
        driver.abort();
        Answer { status: head.status.as_u16(), headers: head.headers, body }
    }

    /// Writes bytes that need not be HTTP on a fresh connection, and reads until the server closes it.
    pub async fn raw(&self, bytes: &[u8]) -> Answer {
        let mut connection = self.connect().await;
        connection.write(bytes).await;
        connection.answer_and_close().await
    }
}

/// A TLS connection on which anything can be sent.
pub struct Connection {
    stream: TlsStream<TcpStream>,
}

impl Connection {
    /// Writes bytes. The server may have closed the connection already; then the answer tells.
    pub async fn write(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
        let _ = self.stream.flush().await;
    }

    /// Says that nothing more will be sent; the answer can still be read.
    pub async fn finish_sending(&mut self) {
        let _ = self.stream.shutdown().await;
    }

    /// Reads one answer with a body of known length, and leaves the connection open.
    pub async fn answer(&mut self) -> Answer {
        timeout(PATIENCE, read_answer(&mut self.stream)).await.expect("must be answered in time").expect("must be an answer")
    }

    /// Reads one answer and checks that the server then closes the connection.
    pub async fn answer_and_close(&mut self) -> Answer {
        let answer = self.answer().await;
        assert_eq!(self.rest().await, Some(Vec::new()), "nothing may follow {answer:?}");
        answer
    }

    /// Takes a drop of what comes; `None` when the connection has ended.
    pub async fn drop_of(&mut self) -> Option<usize> {
        let mut buffer = [0; 1024];
        let read = timeout(PATIENCE, self.stream.read(&mut buffer)).await.expect("must go on in time");
        read.ok().filter(|bytes| *bytes > 0)
    }

    /// Everything until the server closes the connection; `None` if it is cut off without TLS saying that this is the end.
    pub async fn rest(&mut self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = timeout(PATIENCE, self.stream.read_to_end(&mut bytes)).await.expect("must be closed in time");
        read.is_ok().then_some(bytes)
    }
}

async fn read_answer(stream: &mut (impl AsyncRead + Unpin)) -> Option<Answer> {
    let mut bytes = Vec::new();
    loop {
        if let Some(answer) = Answer::parse(&bytes) {
            let expected = answer.header("content-length").parse().unwrap_or(0);
            if answer.body.len() >= expected {
                return Some(answer);
            }
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

/// One request over plain TCP, for the admin listener.
pub async fn exchange_plain(address: SocketAddr, request: &str) -> Answer {
    let mut stream = TcpStream::connect(address).await.expect("must connect");
    stream.write_all(request.as_bytes()).await.expect("must be sent");
    timeout(PATIENCE, read_answer(&mut stream)).await.expect("must be answered in time").expect("must be an answer")
}
