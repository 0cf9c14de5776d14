//! The daemon as systemd and operators see it: signs of life, a stop that loses nothing, an anchor that is gone.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::cli_support::{Ran, aktenfest, argument, run, send};

/// A new archive in this folder; its configuration.
fn init(folder: &Path) -> PathBuf {
    let (config, data) = (folder.join("aktenfest.toml"), folder.join("data"));
    let place = ["init", "--config", argument(&config), "--data", argument(&data), "--origin", "archive.example.org"];
    let names = ["--vault", "demo", "--application", "eakte", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.2:0"];
    run(&[&place[..], &names[..]].concat()).expect(0);
    config
}

/// Ends with the test.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Reads what systemd would, until it contains `wanted`.
#[track_caller]
fn told(socket: &UnixDatagram, wanted: &str) -> String {
    let mut buffer = [0; 4096];
    loop {
        let length = socket.recv(&mut buffer).unwrap_or_else(|error| panic!("systemd was never told {wanted}: {error}"));
        let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
        if text.contains(wanted) {
            return text;
        }
    }
}

#[test]
fn systemd_is_told_how_it_goes() {
    let folder = tempfile::tempdir().expect("must be created");
    let config = init(folder.path());
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).expect("must be bound");
    socket.set_read_timeout(Some(Duration::from_secs(30))).expect("must be set");
    let mut command = aktenfest(&["serve", "--config", argument(&config)]);
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "400000").env_remove("WATCHDOG_PID");
    let mut daemon = Daemon(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("must start"));
    told(&socket, "EXTEND_TIMEOUT_USEC=");
    told(&socket, "READY=1");
    for _sign_of_life in 0..3 {
        told(&socket, "WATCHDOG=1");
    }
    send(&daemon.0, Signal::SIGTERM);
    told(&socket, "STOPPING=1");
    assert_eq!(daemon.0.wait().expect("must end").code(), Some(0));
}

#[test]
fn a_lost_anchor_is_accepted_only_on_somebodys_word() {
    let folder = tempfile::tempdir().expect("must be created");
    let config = init(folder.path());
    let config = argument(&config);
    let anchor = folder.path().join("data/anchor");
    let list = ["vault", "list", "--config", config];
    run(&list).expect(0);
    let there = run(&["accept-anchor", "--config", config, "--yes"]).expect(1);
    assert!(there.stderr.contains("anchor"), "nothing to accept while the anchor is there: {}", there.stderr);

    fs::remove_file(&anchor).expect("must be there");
    let refused = run(&list).expect(3);
    assert!(refused.stderr.contains("anchor"), "{}", refused.stderr);
    // A finding, so that systemd does not start it again and again.
    run(&["serve", "--config", config]).expect(3);
    run(&["accept-anchor", "--config", config]).expect(2);
    assert!(!anchor.exists(), "nothing happens without --yes");
    let accepted: Ran = run(&["accept-anchor", "--config", config, "--yes", "--json"]).expect(0);
    assert_eq!(accepted.json()["ledgers"], 1);
    run(&list).expect(0);
    // It stands in the ledger for everybody who reads it.
    let report = run(&["verify", "--config", config, "--json"]).expect(20).json();
    assert_eq!(report["logs"][0]["size"], 2, "the opening of the ledger and the acceptance: {report}");
}
