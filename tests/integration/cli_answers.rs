//! An archive that answers what a test tells it to, to see what the client makes of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use aktenfest::access::{Authority, Validity, server_config};
use aktenfest::config::TlsConfig;
use aktenfest::model::{ApplicationName, Timestamp, VaultName};
use aktenfest::sys::thread;
use base64::Engine as _;
use rustls::{ServerConnection, StreamOwned};

use crate::cli_support::{Ran, aktenfest, argument};

/// One answer, to one request on one connection.
pub enum Answer {
    /// Head and body as they go over the wire.
    Bytes(Vec<u8>),
    /// The connection ends without an answer.
    HangUp,
}

impl Answer {
    /// JSON with this status.
    pub fn json(status: u16, json: &str) -> Self {
        Self::of(status, &["Content-Type: application/json"], json.as_bytes())
    }

    /// A problem.
    pub fn problem(status: u16, code: &str, fields: &[&str]) -> Self {
        let json = format!(r#"{{"code":"{code}","title":"A title","detail":"a sentence that says what to do"}}"#);
        Self::of(status, fields, json.as_bytes())
    }

    /// Content with a digest, which may be a lie.
    pub fn content(bytes: &[u8], sha256: &[u8; 32]) -> Self {
        let digest = base64::engine::general_purpose::STANDARD.encode(sha256);
        Self::of(200, &[&format!("Repr-Digest: sha-256=:{digest}:")], bytes)
    }

    fn of(status: u16, fields: &[&str], body: &[u8]) -> Self {
        let mut bytes = format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n", body.len()).into_bytes();
        for field in fields {
            bytes.extend_from_slice(format!("{field}\r\n").as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body);
        Self::Bytes(bytes)
    }
}

/// The archive. Every connection gets the next answer; after the last one nobody listens any more.
pub struct FakeArchive {
    folder: tempfile::TempDir,
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl FakeArchive {
    /// Listens with these answers.
    pub fn start(answers: Vec<Answer>) -> Self {
        let folder = tempfile::tempdir().expect("must be created");
        issue(folder.path());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("must be free");
        let url = format!("https://{}", listener.local_addr().expect("must be bound"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (certificate, key) = (folder.path().join("server.pem"), folder.path().join("server.key"));
        let tls = server_config(&TlsConfig { certificate, key, client_ca: folder.path().join("ca.pem") }).expect("must be good");
        let (tls, seen) = (Arc::new(tls), Arc::clone(&requests));
        let serve = move || {
            for answer in answers {
                let (stream, _) = listener.accept().expect("must be accepted");
                let tls = ServerConnection::new(Arc::clone(&tls)).expect("must be good");
                serve_one(StreamOwned::new(tls, stream), &answer, &seen);
            }
        };
        thread::spawn("fake-archive", serve).expect("must start");
        Self { folder, url, requests }
    }

    /// A folder that disappears with the test.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The request lines that came.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("must not be poisoned").clone()
    }

    /// Runs a client command against it.
    pub fn client(&self, arguments: &[&str]) -> Ran {
        let file = |name: &str| -> PathBuf { self.folder.path().join(name) };
        let (ca, cert, key) = (file("ca.pem"), file("client.pem"), file("client.key"));
        let connection = ["--url", &self.url, "--ca", argument(&ca), "--cert", argument(&cert), "--key", argument(&key)];
        Ran::of(aktenfest(&[arguments, &connection[..]].concat()).output().expect("must start"))
    }
}

fn serve_one(stream: StreamOwned<ServerConnection, TcpStream>, answer: &Answer, requests: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).expect("must be readable") == 0 {
            return;
        }
    }
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("must be readable");
    requests.lock().expect("must not be poisoned").push(head.lines().next().unwrap_or_default().to_owned());
    let mut stream = reader.into_inner();
    if let Answer::Bytes(bytes) = answer {
        stream.write_all(bytes).expect("must be writable");
        stream.conn.send_close_notify();
        stream.flush().expect("must be writable");
    }
}

fn issue(folder: &Path) {
    let time = |text| Timestamp::parse(text).expect("must parse");
    let validity = Validity { not_before: time("2020-01-01T00:00:00Z"), not_after: time("2199-01-01T00:00:00Z") };
    let write = |issued: aktenfest::access::Issued, name: &str| {
        issued.write(&folder.join(format!("{name}.pem")), &folder.join(format!("{name}.key"))).expect("must be written");
    };
    let (authority, issued) = Authority::create("test", validity).expect("must be created");
    write(issued, "ca");
    write(authority.issue_server(&["localhost"], &[Ipv4Addr::LOCALHOST.into()], validity).expect("must be issued"), "server");
    let (application, vault) = (ApplicationName::parse("test").expect("must parse"), VaultName::parse("demo").expect("must parse"));
    write(authority.issue_client(&application, &[vault], validity).expect("must be issued"), "client");
}
