//! `check-config`, `init`, `serve`, `vault`, `issue-client`, `verify`, and how every command ends.

use std::fs;
use std::io::Read;
use std::process::{Child, Stdio};

use nix::sys::signal::Signal;

use crate::cli_support::{Ran, aktenfest, argument, keys, run, samples, send, wait_until};

#[test]
fn every_mistake_of_a_configuration_is_reported_at_once() {
    let folder = tempfile::tempdir().expect("must be created");
    let path = folder.path().join("aktenfest.toml");
    fs::write(&path, "[server]\nlisten = \"nowhere\"\nconections_max = 3\n[storage]\nthreads = 0\n[log]\nlevel = \"loud\"\n")
        .expect("must be written");
    let text = run(&["check-config", argument(&path)]).expect(78);
    for (line, key) in [(2, "server.listen"), (3, "server.conections_max"), (5, "storage.threads"), (7, "log.level")] {
        assert!(text.stdout.contains(&format!("aktenfest.toml:{line}:")) && text.stdout.contains(key), "{key}: {}", text.stdout);
    }
    assert!(text.stdout.contains("ledger.origin: is missing"), "{}", text.stdout);
    let json = run(&["check-config", argument(&path), "--json"]).expect(78).json();
    assert_eq!(keys(&json), ["file", "good", "mistakes"]);
    assert_eq!(keys(&json["mistakes"][0]), ["column", "key", "line", "message"]);
    assert_eq!((json["good"].as_bool(), json["mistakes"].as_array().map(Vec::len)), (Some(false), Some(5)));
    // The daemon says the same and ends the same way, which tells systemd not to try again.
    let served = run(&["serve", "--config", argument(&path)]).expect(78);
    assert!(served.stderr.contains("server.listen") && served.stderr.contains("log.level") && served.stdout.is_empty());
}

#[test]
fn commands_end_with_documented_codes() {
    let folder = tempfile::tempdir().expect("must be created");
    let missing = folder.path().join("missing");
    let missing = argument(&missing);
    let connection = ["--url", "https://127.0.0.1:1", "--vault", "demo"];
    let id = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11";
    for (arguments, code) in [
        (vec![], 2),
        (vec!["--help"], 0),
        (vec!["--version"], 0),
        (vec!["serv"], 2),
        (vec!["serve", "--config", missing], 78),
        (vec!["check-config", missing], 78),
        (vec!["verify"], 64),
        (vec!["verify", "--confg", missing], 64),
        (vec!["verify", "--config", missing], 78),
        (vec!["verify", "--config", missing, "--log-key", "nonsense"], 64),
        (vec!["ingest", "."], 2),
        (vec!["ingest", ".", "--case", id], 2),
        (vec!["get", "--document", "x", "--case", id], 2),
        (vec!["accept-anchor", "--config", missing], 78),
        (vec!["completions", "bash"], 0),
        (vec!["completions", "tcsh"], 2),
        // The certificate files do not exist: a matter of configuration, found before anything is sent.
        ([&["get", "--document", id, "--case", id, "--ca", missing, "--cert", missing, "--key", missing], &connection[..]].concat(), 78),
    ] {
        let ran = run(&arguments);
        assert_eq!(ran.code, code, "{arguments:?}\n{}{}", ran.stdout, ran.stderr);
        assert!(!ran.stdout.contains("panicked") && !ran.stderr.contains("panicked"), "{arguments:?}: {}", ran.stderr);
    }
}

/// A daemon of `aktenfest serve`.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn an_archive_from_init_to_verify() {
    let folder = tempfile::tempdir().expect("must be created");
    let (config, data) = (folder.path().join("etc/aktenfest.toml"), folder.path().join("var"));
    let init = ["init", "--config", argument(&config), "--data", argument(&data), "--origin", "archive.example.org"];
    let init =
        [&init[..], &["--vault", "jc-042", "--application", "eakte", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.2:0"]].concat();
    let report = run(&[&init[..], &["--json"]].concat()).expect(0).json();
    let expected = ["ca", "ca_key", "client_certificate", "client_key", "config", "data", "server_certificate", "vault"];
    assert_eq!(keys(&report), expected);
    run(&["check-config", argument(&config)]).expect(0);

    // Nothing is ever overwritten.
    let before = fs::read(&config).expect("must be readable");
    let again = run(&init).expect(1);
    assert!(again.stderr.contains("exists already") && again.stderr.contains("root-of-trust"), "{}", again.stderr);
    assert_eq!(fs::read(&config).expect("must be readable"), before);

    let created = run(&["vault", "create", "--config", argument(&config), "jc-043", "--json"]).expect(0).json();
    assert_eq!(keys(&created), ["access_keys", "created_at", "ledger_origin", "vault", "verifier_key"]);
    run(&["vault", "create", "--config", argument(&config), "jc-043"]).expect(1);
    let vaults = run(&["vault", "list", "--config", argument(&config)]).expect(0).stdout;
    assert!(vaults.contains("jc-042") && vaults.contains("jc-043"), "{vaults}");

    let out = folder.path().join("issued");
    let issue = ["issue-client", "--config", argument(&config), "--vault", "jc-043", "--application", "scanner", "--out", argument(&out)];
    run(&issue).expect(0);
    run(&issue).expect(1);
    let person = run(&[&issue[..], &["--person", "m-muster", "--json"]].concat()).expect(0).json();
    assert_eq!(keys(&person), ["application", "certificate", "deputy_of", "key", "person", "vaults"]);
    assert!(out.join("client-scanner-m-muster.pem").exists() && out.join("client-scanner.pem").exists());
    let deputy = run(&[&issue[..], &["--person", "d-beispiel", "--deputy-of", "m-muster", "--deputy-of", "k-lang", "--json"]].concat());
    assert_eq!(deputy.expect(0).json()["deputy_of"], serde_json::json!(["m-muster", "k-lang"]));
    run(&[&issue[..], &["--deputy-of", "m-muster"]].concat()).expect(2);
    let own = run(&[&issue[..], &["--person", "k-lang", "--deputy-of", "k-lang"]].concat()).expect(1);
    assert!(own.stderr.contains("not for herself"), "{}", own.stderr);
    let misspelt = run(&[&issue[..], &["--person", "M. Muster"]].concat()).expect(2);
    assert!(misspelt.stderr.contains("--person") && misspelt.stderr.contains("b-beispiel"), "{}", misspelt.stderr);
    // With an address the folder has everything that a client needs, and can be handed over.
    let second = run(&[&issue[..], &["--person", "e-beispiel", "--url", "https://localhost:1", "--json"]].concat()).expect(0).json();
    let profile = second["profile"].as_str().expect("must be a text").to_owned();
    assert!(out.join("ca.pem").exists() && profile.ends_with("client-scanner-e-beispiel.json"), "{profile}");
    let nobody = run(&["due", "--profile", &profile]).expect(69);
    assert!(nobody.stderr.contains("cannot be reached"), "{}", nobody.stderr);

    let log = folder.path().join("log");
    let mut daemon = serve(argument(&config), &log);
    wait_until("the daemon listens", || fs::read_to_string(&log).is_ok_and(|text| text.contains("\"msg\":\"started\"")));
    let url = format!("https://{}", listen_address(&log));
    let ca = report["ca"].as_str().expect("must be a text").to_owned();
    let store = |vault: &str, certificate: &str, key: &str| {
        let connection = ["--url", &url, "--ca", &ca, "--cert", certificate, "--key", key];
        let folder = samples();
        run(&[&["ingest", argument(&folder), "--vault", vault, "--reference", "first case", "--json"], &connection[..]].concat())
    };
    let (certificate, key) = (out.join("client-scanner.pem"), out.join("client-scanner.key"));
    let stored = store("jc-043", argument(&certificate), argument(&key)).expect(0).json();
    assert!(stored["stored"].as_u64() > Some(0), "{stored}");
    let foreign = store("jc-042", argument(&certificate), argument(&key)).expect(4);
    assert!(foreign.stderr.contains("vault_unknown"), "{}", foreign.stderr);

    // A second daemon on the same data is refused and harms nobody.
    let second = aktenfest(&["serve", "--config", argument(&config)]).output().expect("must start");
    assert_eq!(Ran::of(second).code, 1);
    send(&daemon.0, Signal::SIGTERM);
    assert_eq!(daemon.0.wait().expect("must end").code(), Some(0));

    check_verify(argument(&config), stored["files"].as_u64().expect("must be a number"));
}

fn check_verify(config: &str, documents: u64) {
    let alone = run(&["verify", "--config", config, "--json"]).expect(20).json();
    assert_eq!((alone["verdict"].as_str(), alone["documents"].as_u64()), (Some("self-consistent"), Some(documents)));
    let expected = [
        "access_ledgers",
        "accesses",
        "agenda_rows",
        "cases",
        "destroyed",
        "documents",
        "entries",
        "exit_code",
        "facts",
        "findings",
        "findings_left_out",
        "frames",
        "logs",
        "notes",
        "plain_bytes",
        "receipts",
        "tiles",
        "vaults",
        "verdict",
    ];
    assert_eq!(keys(&alone), expected);
    let logs = alone["logs"].as_array().expect("must be a list");
    let mut arguments = vec!["verify", "--config", config];
    for log in logs {
        arguments.extend(["--log-key", log["log_key"].as_str().expect("must be a text")]);
    }
    run(&arguments).expect(0);
}

fn serve(config: &str, log: &std::path::Path) -> Daemon {
    let stderr = fs::File::create(log).expect("must be created");
    let child = aktenfest(&["serve", "--config", config]).stdout(Stdio::piped()).stderr(stderr).spawn();
    Daemon(child.expect("must start"))
}

/// The address in the log's line about the start.
fn listen_address(log: &std::path::Path) -> String {
    let mut text = String::new();
    fs::File::open(log).and_then(|mut file| file.read_to_string(&mut text)).expect("must be readable");
    let line = text.lines().find(|line| line.contains("\"msg\":\"started\"")).expect("must be there");
    let line: serde_json::Value = serde_json::from_str(line).expect("must be JSON");
    line["listen"].as_str().expect("must be a text").to_owned()
}
