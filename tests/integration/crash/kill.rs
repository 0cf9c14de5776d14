//! `kill -9` in a loop, under load and during the start.

use std::path::Path;
use std::time::Duration;

use aktenfest::clock::Stopwatch;

use super::ledger_of_promises::{Shared, case_id, client, compare, store_on, vault};
use super::{soak_minutes, soak_share};
use crate::cli_support::{Dev, argument, run};

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_lose_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let shared = Shared::default();
    let mut kills = Kills::new(50);
    while kills.more() {
        one_kill(directory.path(), &shared, &mut kills).await;
    }
    settle(directory.path(), &shared).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs for minutes; part of make soak"]
async fn soak_hundreds_of_kills_lose_nothing() {
    let (watch, time) = (Stopwatch::start(), soak_share(7));
    let mut total = 0;
    while watch.elapsed() < time {
        let directory = tempfile::tempdir().unwrap();
        let shared = Shared::default();
        let mut kills = Kills::new(100);
        while kills.more() && watch.elapsed() < time {
            one_kill(directory.path(), &shared, &mut kills).await;
        }
        settle(directory.path(), &shared).await;
        total += kills.done;
        println!("{total} kills, {} documents acknowledged in this round", shared.lock().unwrap().acknowledged.len());
    }
    assert!(total >= 100, "only {total} kills in {} minutes", soak_minutes());
}

/// Counts, and chooses moments that differ from kill to kill without depending on chance.
struct Kills {
    wanted: u32,
    done: u32,
}

impl Kills {
    fn new(wanted: u32) -> Self {
        Self { wanted, done: 0 }
    }

    fn more(&self) -> bool {
        self.done < self.wanted
    }

    fn next_moment(&mut self) -> Duration {
        self.done += 1;
        Duration::from_millis(u64::from(self.done * 37 % 211))
    }
}

/// Starts the archive, lets clients store, and kills it in the middle.
async fn one_kill(folder: &Path, shared: &Shared, kills: &mut Kills) {
    let dev = Dev::start(folder);
    let client = client(Path::new(dev.text("profile")));
    client.open_case(&vault(), case_id(), "kill").await.unwrap();
    let writers: Vec<_> = (0..6).map(|_| tokio::spawn(store_on(client.clone(), shared.clone()))).collect();
    tokio::time::sleep(kills.next_moment()).await;
    dev.kill();
    writers.iter().for_each(tokio::task::JoinHandle::abort);
    for writer in writers {
        let _ = writer.await;
    }
}

/// Starts once more, compares everything with the promises, and checks the directory offline.
async fn settle(folder: &Path, shared: &Shared) {
    let dev = Dev::start(folder);
    let client = client(Path::new(dev.text("profile")));
    assert!(!shared.lock().unwrap().acknowledged.is_empty(), "the clients got nothing acknowledged");
    compare(&client, shared).await;
    let key = client.verifier_key(&vault()).await.unwrap();
    let config = dev.text("config").to_owned();
    assert_eq!(dev.stop(), 0);
    run(&["verify", "--config", argument(Path::new(&config)), "--log-key", &key]).expect(0);
}
