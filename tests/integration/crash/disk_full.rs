//! A disk that fills up: writes are refused with 507, reads go on, nothing acknowledged is lost, and it recovers by itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aktenfest::cli::client::{Client, Patience};

use super::ledger_of_promises::{Shared, acknowledge, begin, case_id, client, compare, put, store_on, vault};
use super::small_disk::SmallDisk;
use crate::cli_support::{Dev, Ran};

/// Early refusal: the floor of free space is reached long before the database runs out.
#[tokio::test(flavor = "multi_thread")]
async fn writes_are_refused_before_the_database_runs_out() {
    fill_and_recover(24).await;
}

/// No floor to speak of: the write itself fails, in the log, in a table or in a file of frames.
#[tokio::test(flavor = "multi_thread")]
async fn writes_that_find_the_disk_full_are_refused_and_leave_nothing_behind() {
    fill_and_recover(0).await;
}

async fn fill_and_recover(free_mebibytes_min: u64) {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join("archive");
    fs::create_dir(&folder).unwrap();
    let disk = SmallDisk::mount(&folder, 200);
    let program = PathBuf::from(env!("CARGO_BIN_EXE_aktenfest"));
    let made = disk
        .command(&program)
        .args(["dev", "--once", "--json", "--quiet", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--data"])
        .arg(&folder)
        .output()
        .unwrap();
    Ran::of(made).expect(0);
    set_floor(&disk.path("aktenfest.toml"), free_mebibytes_min);
    let ballast = disk.path("ballast");
    fs::write(&ballast, vec![1; 90 << 20]).unwrap();

    let dev = Dev::start_as(disk.command(&program), &folder, "127.0.0.1:0");
    let client = client(&disk.path("client.json")).with_patience(Patience::NONE);
    client.open_case(&vault(), case_id(), "full").await.unwrap();
    let shared = Shared::default();
    let refusals = until_refused(&client, &shared).await;
    assert!(refusals.iter().all(|code| code == "disk_full"), "refused with {refusals:?}");
    assert!(!shared.lock().unwrap().acknowledged.is_empty(), "something was stored before the disk was full");
    compare(&client, &shared).await;

    fs::remove_file(&ballast).unwrap();
    recovered(&client, &shared).await;
    compare(&client, &shared).await;
    let key = client.verifier_key(&vault()).await.unwrap();
    let config = folder.join("aktenfest.toml");
    dev.kill();

    let again = Dev::start_as(disk.command(&program), &folder, "127.0.0.1:0");
    let client = super::ledger_of_promises::client(&disk.path("client.json"));
    compare(&client, &shared).await;
    again.kill();
    let verified = disk.command(&program).args(["verify", "--log-key", &key, "--config"]).arg(&config).output().unwrap();
    Ran::of(verified).expect(0);
}

/// Lets several clients store until each is refused.
async fn until_refused(client: &Client, shared: &Shared) -> Vec<String> {
    let writers: Vec<_> = (0..4).map(|_| tokio::spawn(store_on(client.clone(), shared.clone()))).collect();
    let mut refusals = Vec::new();
    for writer in writers {
        refusals.push(writer.await.unwrap());
    }
    refusals
}

async fn recovered(client: &Client, shared: &Shared) {
    for _ in 0..100 {
        let number = begin(shared);
        match put(client, number).await {
            Ok(receipt) => return acknowledge(shared, number, receipt),
            Err(code) => assert_eq!(code, "disk_full"),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the archive did not recover by itself");
}

fn set_floor(config: &Path, mebibytes: u64) {
    let text = fs::read_to_string(config).unwrap();
    let changed: String = text
        .lines()
        .map(|line| {
            let is_floor = line.trim_start_matches(['#', ' ']).starts_with("free_mebibytes_min");
            if is_floor { format!("free_mebibytes_min = {mebibytes}\n") } else { format!("{line}\n") }
        })
        .collect();
    assert_ne!(changed, format!("{text}\n"), "the configuration has a floor");
    fs::write(config, changed).unwrap();
}
