//! Backups as an operator makes them: by command, by the running daemon, and back.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::snapshot;
use crate::cli_support::{Dev, Ran, argument, keys, run, wait_until, write_files};

const CASE: &str = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11";

/// A new archive in this folder with a folder for backups; its configuration.
fn init(folder: &Path) -> PathBuf {
    let (config, data) = (folder.join("aktenfest.toml"), folder.join("data"));
    let place = ["init", "--config", argument(&config), "--data", argument(&data), "--origin", "archive.example.org"];
    let names = ["--vault", "demo", "--application", "eakte", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.2:0"];
    run(&[&place[..], &names[..]].concat()).expect(0);
    with_backups(&config, "");
    config
}

/// Puts the folder of the backups into a configuration.
fn with_backups(config: &Path, interval: &str) {
    let text = fs::read_to_string(config).expect("must be readable");
    let changed = text.replace("#folder = \"\"", &format!("folder = \"backups\"\n{interval}"));
    assert_ne!(changed, text);
    fs::write(config, changed).expect("must be written");
}

#[test]
fn an_operator_makes_a_backup_checks_it_and_comes_back_from_it() {
    let folder = tempfile::tempdir().expect("must be created");
    let path = init(folder.path());
    let config = argument(&path);
    let made = run(&["backup", "create", "--config", config, "--json"]).expect(0).json();
    let members = ["beside_the_data", "bytes", "copied_bytes", "damaged_earlier", "duration_seconds", "folder", "group", "made", "through"];
    assert_eq!(keys(&made), members);
    let backup = folder.path().join("backups/backup-000001");
    assert_eq!(made["folder"].as_str(), Some(argument(&backup)));
    let text = run(&["backup", "create", "--config", config]).expect(0);
    assert!(text.stdout.contains("aktenfest backup confirm --through ") && text.stdout.contains("backup-000002"), "{}", text.stdout);
    assert!(text.stderr.contains("file system of the database"), "{}", text.stderr);
    let listed = run(&["backup", "list", "--config", config, "--json"]).expect(0).json();
    assert_eq!((listed.as_array().map(Vec::len), &listed[0]["through"]), (Some(2), &made["through"]));

    // Checking reads everything and leaves no trace.
    let before = snapshot(&backup);
    let report = run(&["verify", "--config", config, "--backup", argument(&backup), "--json"]).expect(20).json();
    assert_eq!((report["verdict"].as_str(), report["vaults"].as_u64()), (Some("self-consistent"), Some(1)), "{report}");
    assert_eq!(snapshot(&backup), before);
    run(&["verify", "--backup", argument(&backup)]).expect(64);
    let none = run(&["verify", "--config", config, "--backup", argument(folder.path())]).expect(50);
    assert!(none.stdout.contains("not-a-backup"), "{}", none.stdout);

    let restore = ["restore", "--from", argument(&backup), "--config", config];
    let refused = run(&restore).expect(2);
    assert!(refused.stderr.contains("is not empty"), "{}", refused.stderr);
    let data = folder.path().join("data/data");
    fs::rename(&data, folder.path().join("lost")).expect("must be movable");
    let restored = run(&[&restore[..], &["--json"]].concat()).expect(0).json();
    assert_eq!(keys(&restored), ["archive", "bytes", "data", "entries_lost", "group", "made", "through"]);
    assert_eq!(restored["entries_lost"], 0);

    let list = ["vault", "list", "--config", config];
    let waiting = run(&list).expect(3);
    assert!(waiting.stderr.contains("accept-restore"), "{}", waiting.stderr);
    run(&["backup", "create", "--config", config]).expect(3);
    let accept = ["accept-restore", "--config", config, "--reason", "drill"];
    run(&["accept-restore", "--config", config, "--yes"]).expect(2);
    let looked = run(&accept).expect(2);
    assert!(looked.stdout.contains("vouches for everything"), "{}", looked.stdout);
    run(&list).expect(3);
    let accepted = run(&[&accept[..], &["--yes", "--json"]].concat()).expect(0).json();
    assert_eq!(keys(&accepted), ["accepted", "anchor", "entries_lost", "group", "ledgers", "through"]);
    assert_eq!((accepted["accepted"].as_bool(), accepted["anchor"].as_str()), (Some(true), Some("agrees")));
    run(&list).expect(0);
    let after = run(&["verify", "--config", config]).expect(20);
    assert!(after.stdout.contains("archive-restored") && after.stdout.contains("reason: drill"), "{}", after.stdout);
    run(&[&accept[..], &["--yes"]].concat()).expect(3);
}

#[test]
fn without_a_folder_no_backup_is_made() {
    let folder = tempfile::tempdir().expect("must be created");
    let config = folder.path().join("aktenfest.toml");
    fs::write(&config, "ledger.origin = \"a\"\n").expect("must be written");
    for action in ["create", "list"] {
        let refused = run(&["backup", action, "--config", argument(&config)]).expect(78);
        assert!(refused.stderr.contains("backup.folder"), "{}", refused.stderr);
    }
}

/// A running archive that makes backups.
fn dev(folder: &Path, interval: &str) -> Dev {
    Dev::start(folder).stop();
    with_backups(&folder.join("aktenfest.toml"), interval);
    Dev::start(folder)
}

fn create(dev: &Dev) -> Ran {
    let admin = dev.text("admin_url").trim_start_matches("http://").to_owned();
    run(&["backup", "create", "--config", dev.text("config"), "--admin", &admin, "--json"])
}

#[test]
fn the_running_daemon_makes_it_while_documents_are_stored() {
    let folder = tempfile::tempdir().expect("must be created");
    let (place, files) = (folder.path().join("dev"), folder.path().join("files"));
    let dev = dev(&place, "");
    write_files(&files, 300, 20_000);
    let mut ingest = dev.client_command(&["ingest", argument(&files), "--case", CASE, "--reference", "3 C 17/26", "--quiet"]);
    let mut ingest = ingest.stdout(std::process::Stdio::null()).spawn().expect("must start");
    wait_until("documents are stored", || dev.metric("aktenfest_documents_stored_total") > 20.0);
    let made = create(&dev).expect(0).json();
    assert!(ingest.wait().expect("must end").success());
    assert_eq!(dev.metric("aktenfest_documents_stored_total"), 300.0, "nothing was disturbed");
    assert!(dev.metric("aktenfest_backup_last_timestamp_seconds") > 1.7e9);
    let copied = dev.metric("aktenfest_backup_copied_bytes_total");
    assert_eq!(Some(copied), made["copied_bytes"].as_f64());
    let backup = made["folder"].as_str().expect("must be a path").to_owned();
    let report = run(&["verify", "--config", dev.text("config"), "--backup", &backup, "--json"]).expect(20).json();
    assert!(report["documents"].as_u64().expect("must be a number") >= 20, "{report}");

    // It is complete before a second, and that can be confirmed.
    let through = made["through"].as_str().expect("must be a time").to_owned();
    dev.client(&["backup", "confirm", "--through", &through, "--record", &backup]).expect(0);
    let admin = dev.text("admin_url").to_owned();
    assert_eq!(dev.stop(), 0);
    let address = admin.trim_start_matches("http://");
    let alone = run(&["backup", "create", "--config", argument(&place.join("aktenfest.toml")), "--admin", address, "--json"]).expect(0);
    assert!(alone.json()["copied_bytes"].as_u64() < alone.json()["bytes"].as_u64(), "the stopped archive shares with the daemon's backup");
}

#[test]
fn it_comes_by_itself_when_the_interval_says_so() {
    let folder = tempfile::tempdir().expect("must be created");
    let dev = dev(&folder.path().join("dev"), "interval_hours = 1\n");
    wait_until("a backup is made", || dev.metric("aktenfest_backup_last_timestamp_seconds") > 0.0);
    let listed = run(&["backup", "list", "--config", dev.text("config"), "--json"]).expect(0).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    let place = folder.path().join("dev");
    assert_eq!(dev.stop(), 0);
    let again = Dev::start(&place);
    assert!(again.metric("aktenfest_backup_last_timestamp_seconds") > 0.0, "the newest backup is known after a restart");
}

#[test]
fn killed_at_any_time_it_leaves_a_whole_backup_or_none() {
    let folder = tempfile::tempdir().expect("must be created");
    let (place, files) = (folder.path().join("dev"), folder.path().join("files"));
    let mut running = dev(&place, "");
    write_files(&files, 30, 400_000);
    running.client(&["ingest", argument(&files), "--case", CASE, "--reference", "3 C 17/26", "--quiet"]).expect(0);
    let mut whole = 0;
    for delay_ms in [3, 12, 30, 60, 120] {
        let admin = running.text("admin_url").to_owned();
        let mut asking = crate::cli_support::aktenfest(&["backup", "create", "--config", running.text("config"), "--admin"]);
        asking.arg(admin.trim_start_matches("http://")).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let mut asking = asking.spawn().expect("must start");
        // From when the daemon works on it.
        let backups = place.join("backups");
        wait_until("the backup has begun", || backups.join("lock").exists());
        aktenfest::clock::pause(Duration::from_millis(delay_ms));
        running.kill();
        let _ = asking.kill();
        let _ = asking.wait();
        running = Dev::start(&place);
        let listed = run(&["backup", "list", "--config", running.text("config"), "--json"]).expect(0).json();
        let now = listed.as_array().map_or(0, Vec::len);
        assert!(now == whole || now == whole + 1, "{now} after {whole}");
        whole = now;
        for backup in listed.as_array().into_iter().flatten() {
            let path = backup["folder"].as_str().expect("must be a path");
            run(&["verify", "--config", running.text("config"), "--backup", path]).expect(20);
        }
        assert!(!place.join("data/checkpoint").exists(), "the start tidies up");
        // The lock file stays; the next round must not take it for its own beginning.
        fs::remove_file(backups.join("lock")).expect("must be there");
    }
    create(&running).expect(0);
    let names: Vec<String> = fs::read_dir(place.join("backups"))
        .expect("must be readable")
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(!names.iter().any(|name| name.ends_with(".partial")), "{names:?}");
    let read = running.client(&["verify", "--vault", "demo", "--json"]).expect(20).json();
    assert_eq!(read["documents"].as_u64(), Some(30), "{read}");
}
