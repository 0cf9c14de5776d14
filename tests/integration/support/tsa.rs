//! A time-stamping authority by OpenSSL, behind a real HTTP server, that can also be a bad one.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How the authority answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// As it should.
    Right,
    /// With the answer that it has given before.
    Repeats,
    /// With bytes that are no time-stamp.
    Garbage,
    /// With a time-stamp of which one byte is another.
    Damaged,
    /// That it will not.
    Refuses,
    /// With an error of HTTP.
    Fails,
    /// Never.
    Silent,
}

/// An authority with a root of its own.
pub struct Tsa {
    folder: TempDir,
    address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
}

impl Tsa {
    /// One whose certificate is good for so many days.
    pub async fn start(days: u32) -> Self {
        let folder = tempfile::tempdir().expect("must be created");
        make_certificates(folder.path(), days);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("must listen");
        let address = listener.local_addr().expect("must have one");
        let mood = Arc::new(Mutex::new(Mood::Right));
        let (path, shared) = (folder.path().to_owned(), Arc::clone(&mood));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (path, mood) = (path.clone(), *shared.lock().unwrap());
                tokio::spawn(serve(stream, path, mood));
            }
        });
        Self { folder, address, mood }
    }

    pub fn url(&self) -> String {
        format!("http://{}/tsa", self.address)
    }

    /// The certificate that its own one leads to.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("root.crt")
    }

    /// A certificate for signatures from the same root, and its key.
    pub fn signer(&self) -> (Vec<u8>, Vec<u8>) {
        let read = |name| fs::read(self.folder.path().join(name)).unwrap();
        (read("signer.crt"), read("signer.key"))
    }

    pub fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// How many time-stamps it has given.
    pub fn given(&self) -> usize {
        fs::read_dir(self.folder.path())
            .unwrap()
            .filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|end| end == "tsr"))
            .count()
    }
}

/// Runs openssl in a folder; fails with what it says.
#[track_caller]
fn openssl(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("openssl").current_dir(folder).args(arguments).output().unwrap_or_else(|error| panic!("openssl: {error}"));
    let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "openssl {}: {text}", arguments.join(" "));
    text
}

fn make_certificates(folder: &Path, days: u32) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/evidence");
    let configuration = fs::read_to_string(fixtures.join("tsa.cnf")).expect("must be there");
    fs::write(folder.join("tsa.cnf"), format!("[ req ]\ndistinguished_name = name\nprompt = no\n[ name ]\nCN = Root\n{configuration}"))
        .unwrap();
    let curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
    for key in ["root.key", "tsa.key", "signer.key"] {
        openssl(folder, &[&["genpkey"], &curve[..], &["-out", key]].concat());
    }
    let subject = |name: &str| format!("/C=DE/O=Test Archive/CN={name}");
    let root =
        ["req", "-x509", "-new", "-key", "root.key", "-days", "36500", "-config", "tsa.cnf", "-extensions", "root", "-out", "root.crt"];
    openssl(folder, &[&root[..], &["-subj", &subject("Test Root")]].concat());
    let days = days.to_string();
    for (name, serial, section) in [("tsa", "7", "tsa_usage"), ("signer", "8", "signer")] {
        let (key, request, certificate) = (format!("{name}.key"), format!("{name}.csr"), format!("{name}.crt"));
        openssl(folder, &["req", "-new", "-key", &key, "-config", "tsa.cnf", "-subj", &subject(name), "-out", &request]);
        let issue =
            ["x509", "-req", "-in", &request, "-CA", "root.crt", "-CAkey", "root.key", "-set_serial", serial, "-extfile", "tsa.cnf"];
        openssl(folder, &[&issue[..], &["-extensions", section, "-days", &days, "-out", &certificate]].concat());
    }
    fs::write(folder.join("serial"), "1000\n").unwrap();
}

async fn serve(mut stream: TcpStream, folder: PathBuf, mood: Mood) {
    let Some(query) = read_body(&mut stream).await else { return };
    let (status, body) = match mood {
        Mood::Silent => std::future::pending().await,
        Mood::Fails => ("503 Service Unavailable", b"not today".to_vec()),
        Mood::Garbage => ("200 OK", b"0123456789".to_vec()),
        // PKIStatusInfo: rejection, "no".
        Mood::Refuses => ("200 OK", [&[0x30, 0x09, 0x30, 0x07, 0x02, 0x01, 0x02, 0x30, 0x02, 0x0c, 0x00][..]].concat()),
        Mood::Repeats => ("200 OK", fs::read(folder.join("last")).unwrap()),
        Mood::Right => ("200 OK", reply(folder, query).await),
        Mood::Damaged => {
            let mut answer = reply(folder, query).await;
            let last = answer.len() - 1;
            answer[last] ^= 1;
            ("200 OK", answer)
        }
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-type: application/timestamp-reply\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&body).await;
    let _ = stream.shutdown().await;
}

async fn reply(folder: PathBuf, query: Vec<u8>) -> Vec<u8> {
    let answer = move || {
        let number = fs::read_dir(&folder).unwrap().count();
        let (asked, answered) = (format!("{number}.tsq"), format!("{number}.tsr"));
        fs::write(folder.join(&asked), query).unwrap();
        let signer = ["-signer", "tsa.crt", "-inkey", "tsa.key"];
        openssl(&folder, &[&["ts", "-reply", "-config", "tsa.cnf", "-queryfile", &asked, "-out", &answered], &signer[..]].concat());
        fs::copy(folder.join(&answered), folder.join("last")).unwrap();
        fs::read(folder.join(&answered)).unwrap()
    };
    tokio::task::spawn_blocking(answer).await.expect("must answer")
}

/// The body of a request with a length.
async fn read_body(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let bytes = stream.read(&mut piece).await.ok().filter(|bytes| *bytes > 0)?;
        request.extend_from_slice(&piece[..bytes]);
        let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
        assert!(head.contains("content-type: application/timestamp-query"), "{head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|length| length.parse::<usize>().ok())?;
        if request.len() >= end + 4 + length {
            return Some(request[end + 4..end + 4 + length].to_vec());
        }
    }
}
