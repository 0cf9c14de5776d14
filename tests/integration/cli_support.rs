//! What the tests of the command line share: running the program, and an archive to run it against.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use aktenfest::clock::{Stopwatch, pause};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program, not started yet, without anything of the caller's environment that could change what it does.
pub fn aktenfest(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aktenfest"));
    command.args(arguments).stdin(Stdio::null());
    for name in ["URL", "CA", "CERT", "KEY", "PROFILE", "CONFIG"] {
        command.env_remove(format!("AKTENFEST_{name}"));
    }
    // Sentences come in the language of whoever runs the tests otherwise.
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
        command.env_remove(name);
    }
    command
}

/// What came of running a command.
pub struct Ran {
    /// Its exit code; -1 if it was killed.
    pub code: i32,
    /// Its results.
    pub stdout: String,
    /// Everything else that it said.
    pub stderr: String,
}

impl Ran {
    /// What a finished process left.
    pub fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// The results as one JSON document.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\nstdout {}\nstderr {}", self.stdout, self.stderr))
    }

    /// Fails with everything that was said unless the command ended like this.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\nstdout {}\nstderr {}", self.stdout, self.stderr);
        self
    }
}

/// Runs a command to its end.
pub fn run(arguments: &[&str]) -> Ran {
    Ran::of(aktenfest(arguments).output().expect("must start"))
}

/// The members of an object, sorted: the shape that programs rely on.
pub fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().expect("must be an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// A running `aktenfest dev`. Ended with SIGKILL when dropped.
pub struct Dev {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// What it said about itself.
    pub json: Value,
}

impl Dev {
    /// Starts it with everything in `folder`, on ports that are free.
    pub fn start(folder: &Path) -> Self {
        Self::start_on(folder, "127.0.0.1:0")
    }

    /// Starts it on this address.
    pub fn start_on(folder: &Path, listen: &str) -> Self {
        Self::start_as(aktenfest(&[]), folder, listen)
    }

    /// Starts it by this command, which ends where the arguments of the program begin.
    pub fn start_as(mut command: Command, folder: &Path, listen: &str) -> Self {
        command.args(["dev", "--json", "--quiet", "--listen", listen, "--admin-listen", "127.0.0.1:0", "--data"]);
        let mut child = command.arg(folder).stdout(Stdio::piped()).spawn().expect("must start");
        let mut stdout = BufReader::new(child.stdout.take().expect("must be piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("must be readable");
        let json = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        Self { child, stdout, json }
    }

    /// A text of its description.
    pub fn text(&self, key: &str) -> &str {
        self.json[key].as_str().unwrap_or_else(|| panic!("{key} must be a text"))
    }

    /// The address of its HTTPS listener.
    pub fn address(&self) -> &str {
        self.text("url").trim_start_matches("https://")
    }

    /// Runs a client command against it.
    pub fn client(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.client_command(arguments).output().expect("must start"))
    }

    /// A client command against it, not started yet.
    pub fn client_command(&self, arguments: &[&str]) -> Command {
        let mut command = aktenfest(arguments);
        command.env("AKTENFEST_PROFILE", self.text("profile"));
        command
    }

    /// The value of a metric; its name comes with its labels, if it has any.
    pub fn metric(&self, name: &str) -> f64 {
        self.try_metric(name).unwrap_or_else(|| panic!("no metric {name}"))
    }

    /// The same; `None` as long as nothing was counted.
    pub fn try_metric(&self, name: &str) -> Option<f64> {
        let address: SocketAddr = self.text("admin_url").trim_start_matches("http://").parse().expect("must be an address");
        let mut stream = TcpStream::connect(address).expect("must connect");
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("must be sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("must be answered");
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        Some(line?.trim().parse().expect("must be a number"))
    }

    /// The most memory that it has held at once.
    pub fn peak_rss_bytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("must be readable");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("must be there");
        line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).expect("must be a number") << 10
    }

    /// Ends it as an operator would. The exit code.
    pub fn stop(mut self) -> i32 {
        send(&self.child, Signal::SIGTERM);
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("must be readable");
        assert_eq!(rest, "", "nothing but the one line goes to stdout");
        self.child.wait().expect("must end").code().unwrap_or(-1)
    }

    /// Ends it as a power cut would.
    pub fn kill(self) {
        drop(self);
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a child.
pub fn send(child: &Child, signal: Signal) {
    let id = i32::try_from(child.id()).expect("must be a process id");
    kill(Pid::from_raw(id), signal).expect("must be deliverable");
}

/// Waits until something is so.
#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let watch = Stopwatch::start();
    while !is_so() {
        assert!(watch.elapsed() < PATIENCE, "waited in vain until {what}");
        pause(Duration::from_millis(5));
    }
}

/// Files that differ from each other and do not compress.
pub fn write_files(folder: &Path, count: usize, bytes: usize) {
    fs::create_dir_all(folder).expect("must be created");
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for number in 0..count {
        let content: Vec<u8> = (0..bytes)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 56) as u8
            })
            .collect();
        fs::write(folder.join(format!("file-{number:05}.bin")), content).expect("must be written");
    }
}

/// A path as an argument.
pub fn argument(path: &Path) -> &str {
    path.to_str().expect("test paths must be UTF-8")
}

/// The sample documents of the project.
pub fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}
