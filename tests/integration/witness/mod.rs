//! A witness as a process of its own, as another organisation runs it: what it refuses, what is left of it when it is killed, and what it
//! does for an archive that somebody has copied.

mod killed;
mod outside;
mod rounds;
mod split_view;

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use aktenfest::ledger::VerifierKey;
use nix::sys::signal::Signal;

use crate::cli_support::{aktenfest, argument, run, send, wait_until};
pub use split_view::configure;

/// A folder with the key of a witness, and the logs that it knows.
pub struct WitnessFolder {
    folder: PathBuf,
    /// Its public key, as `init` has printed it.
    pub key: VerifierKey,
}

impl WitnessFolder {
    /// A new witness.
    pub fn create(folder: &Path) -> Self {
        let state = folder.join("state");
        let printed = run(&["witness", "init", "--state", argument(&state), "--name", "witness.example/w1"]).expect(0).stdout;
        let key = VerifierKey::parse(printed.trim_end()).expect("init must print the key");
        let again = run(&["witness", "key", "--state", argument(&state), "--json"]).expect(0).json();
        assert_eq!((again["name"].as_str(), again["key"].as_str()), (Some("witness.example/w1"), Some(printed.trim_end())));
        run(&["witness", "init", "--state", argument(&state), "--name", "witness.example/w2"]).expect(1);
        let misnamed = run(&["witness", "init", "--state", argument(&folder.join("other")), "--name", "two words"]).expect(2).stderr;
        assert!(misnamed.contains("--name two words") && misnamed.contains("witness.example.org/w1"), "{misnamed}");
        Self { folder: folder.to_owned(), key }
    }

    /// Says which logs it cosigns.
    pub fn know(&self, keys: &[String]) {
        fs::write(self.folder.join("logs"), keys.join("\n") + "\n").expect("must be written");
    }

    /// The folder of the checkpoints that it has cosigned.
    pub fn checkpoints(&self) -> PathBuf {
        self.folder.join("state/checkpoints")
    }

    /// Starts it and waits until it listens.
    pub fn serve(&self, listen: SocketAddr, admin: SocketAddr) -> RunningWitness {
        let (state, logs) = (self.folder.join("state"), self.folder.join("logs"));
        let arguments = ["witness", "serve", "--state", argument(&state), "--logs", argument(&logs)];
        let mut command = aktenfest(&arguments);
        command.args(["--listen", &listen.to_string(), "--admin-listen", &admin.to_string()]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("must start");
        let running = RunningWitness { child, listen, admin };
        wait_until("the witness listens", || TcpStream::connect(admin).is_ok());
        running
    }
}

/// A witness that listens. Ended with SIGKILL when dropped.
pub struct RunningWitness {
    child: Child,
    /// Where logs and monitors ask.
    pub listen: SocketAddr,
    /// Where operators ask.
    pub admin: SocketAddr,
}

impl RunningWitness {
    /// Ends it as an operator would.
    pub fn stop(mut self) {
        send(&self.child, Signal::SIGTERM);
        assert_eq!(self.child.wait().expect("must end").code(), Some(0));
    }

    /// Ends it as a power cut would, if the power cut spared the page cache.
    pub fn kill(&mut self) {
        self.child.kill().expect("must be killed");
        self.child.wait().expect("must end");
    }
}

impl Drop for RunningWitness {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address that nobody listens on.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").expect("must be bound").local_addr().expect("must have an address")
}

/// One HTTP exchange: status, media type and body, or nothing if the connection broke.
pub fn ask(address: SocketAddr, method: &str, path: &str, body: &str) -> Option<(u16, String, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    let media_type = head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap_or_default();
    (body.len() == length.parse::<usize>().ok()?).then(|| (status, media_type.to_owned(), body.to_owned()))
}
