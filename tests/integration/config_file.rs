//! The configuration as operators meet it: the file in the repository, loaded from disk.

use std::fs;
use std::path::Path;
use std::process::Command;

use aktenfest::config::{Config, RootOfTrust, Setting, filled, template};

#[test]
fn the_reference_file_is_a_working_configuration() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/aktenfest.toml");
    assert_eq!(fs::read_to_string(&path).expect("must be readable"), template());
    let config = Config::load(&path).expect("must be accepted");
    assert_eq!(config.storage.data, Path::new("/var/lib/aktenfest/data"));
}

#[test]
fn a_filled_in_file_is_read_relative_to_its_folder() {
    let folder = tempfile::tempdir().expect("must be created");
    let path = folder.path().join("aktenfest.toml");
    let text = filled(&[
        ("storage.data", Setting::Text("data")),
        ("storage.anchor", Setting::Text("anchor")),
        ("storage.keyring", Setting::Text("keyring")),
        ("storage.root_of_trust.path", Setting::Text("root-of-trust")),
        ("server.listen", Setting::Text("127.0.0.1:0")),
        ("ledger.origin", Setting::Text("localhost")),
    ]);
    fs::write(&path, text.expect("all keys exist")).expect("must be written");
    let config = Config::load(&path).expect("must be accepted");
    assert_eq!(config.storage.data, folder.path().join("data"));
    assert_eq!(config.storage.root_of_trust, RootOfTrust::File { path: folder.path().join("root-of-trust") });
}

#[test]
fn a_wrong_file_is_answered_with_every_mistake_and_its_place() {
    let folder = tempfile::tempdir().expect("must be created");
    let path = folder.path().join("aktenfest.toml");
    fs::write(&path, "[server]\nlisten = \"nowhere\"\nconnection_max = 5\n\n[log]\nlevel = 3\n").expect("must be written");
    let errors = Config::load(&path).expect_err("must be refused").to_string();
    let name = path.display().to_string();
    let lines: Vec<&str> = errors.lines().map(|line| line.strip_prefix(&name).expect("every line names the file")).collect();
    assert_eq!(
        lines,
        [
            ": ledger.origin: is missing and has no default; expected a host name in lower case, such as \"archive.example.org\"",
            ":2:10: server.listen: nowhere is not accepted; expected an IP address with a port, such as \"127.0.0.1:8443\" or \"[::1]:8443\"",
            ":3:1: server.connection_max: there is no such key; did you mean server.connections_max?",
            ":6:9: log.level: 3 is not accepted; expected one of \"error\", \"warn\", \"info\", \"debug\", \"trace\"",
        ]
    );
}

#[test]
fn a_file_beyond_the_bound_is_not_read() {
    let folder = tempfile::tempdir().expect("must be created");
    let path = folder.path().join("aktenfest.toml");
    fs::write(&path, "# \n".repeat(400_000)).expect("must be written");
    let errors = Config::load(&path).expect_err("must be refused");
    assert!(errors.to_string().contains("at most 1048576"), "{errors}");
}

#[test]
fn check_config_shows_what_loading_would_say() {
    let folder = tempfile::tempdir().expect("must be created");
    let path = folder.path().join("aktenfest.toml");
    let check = |text: &str| {
        fs::write(&path, text).expect("must be written");
        let output = Command::new(env!("CARGO_BIN_EXE_aktenfest")).arg("check-config").arg(&path).output().expect("must run");
        (output.status.code(), String::from_utf8(output.stdout).expect("must be text"))
    };
    let (code, _) = check("ledger.origin = \"archive.example.org\"\n");
    assert_eq!(code, Some(0));
    let wrong = "colour = 1\n[server]\ndrain_seconds = \"long\"\n";
    let (code, stdout) = check(wrong);
    assert_eq!(code, Some(78), "{stdout}");
    assert_eq!(stdout.trim_end(), Config::load(&path).expect_err("must be refused").to_string());
    assert_eq!(stdout.lines().count(), 3, "{stdout}");
}
