//! The access log: how many readings a second are recorded before anything is shown, in how many commit groups.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aktenfest::archive::{Archive, Vault};
use aktenfest::clock::Clock;
use aktenfest::model::{Access, AccessKind, AccessReader, AccessTarget, DocumentId, PersonName, Purpose};
use aktenfest::observe::Observer;
use bytes::Bytes;

use crate::measure::{Usage, now};
use crate::{common, engine};

/// Documents that are read in turn.
const DOCUMENTS: u64 = 1000;

pub const HEADER: &str = "part    readings         a second    recorded    groups  a group    p50 ms    p99 ms  CPU s per 100,000";

/// `per_second` readings that come evenly, whether those before were answered or not; 0 means as many as 256 readers get through.
pub fn measure(base: &Path, per_second: u64, time: Duration) -> String {
    let directory = tempfile::tempdir_in(base).expect("a directory");
    let settings = common::settings(directory.path());
    Archive::create(&settings).expect("an archive");
    let observer = Observer::new().expect("metrics");
    let (archive, running) = Archive::start(&settings, Clock::system(), observer.clone()).expect("a start");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let line = runtime.block_on(async {
        let vault = engine::open(&archive, 1).await;
        for number in 0..DOCUMENTS {
            engine::store(&vault, 0, number, Bytes::from_static(b"a letter")).await;
        }
        let (before, start) = (Usage::of("self"), now());
        let mut latencies = if per_second == 0 { closed(&vault, time).await } else { open(&vault, per_second, time).await };
        let (elapsed, usage) = (start.elapsed(), Usage::of("self").since(before));
        latencies.sort_unstable();
        let quantile = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        let groups = metric(&observer, "aktenfest_access_group_size_count");
        let recorded = metric(&observer, "aktenfest_accesses_recorded_total");
        format!(
            "access  {:<16} {:>9.0} {:>10} {:>9} {:>8.1} {:>9.2} {:>9.2} {:>19.2}",
            if per_second == 0 { "256 readers".to_owned() } else { format!("{per_second}/s") },
            latencies.len() as f64 / elapsed.as_secs_f64(),
            recorded,
            groups,
            recorded / groups,
            quantile(0.5),
            quantile(0.99),
            usage.cpu.as_secs_f64() * 1e5 / latencies.len() as f64,
        )
    });
    drop(archive);
    drop(runtime);
    running.join();
    line
}

async fn open(vault: &Vault, per_second: u64, time: Duration) -> Vec<Duration> {
    let mut tasks = Vec::new();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / u32::try_from(per_second).expect("a rate"));
    for number in 0..per_second * time.as_secs() {
        ticks.tick().await;
        tasks.push(tokio::spawn(read(vault.clone(), number)));
    }
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.push(task.await.expect("a reader"));
    }
    latencies
}

async fn closed(vault: &Vault, time: Duration) -> Vec<Duration> {
    let (number, start) = (Arc::new(AtomicU64::new(0)), now());
    let reader = |vault: Vault, number: Arc<AtomicU64>| async move {
        let mut latencies = Vec::new();
        while start.elapsed() < time {
            latencies.push(read(vault.clone(), number.fetch_add(1, Ordering::Relaxed)).await);
        }
        latencies
    };
    let tasks: Vec<_> = (0..256).map(|_| tokio::spawn(reader(vault.clone(), Arc::clone(&number)))).collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await.expect("a reader"));
    }
    latencies
}

/// One reading as the server makes it: the record first, and then the bytes.
async fn read(vault: Vault, number: u64) -> Duration {
    let mut id = [9; 16];
    id[8..].copy_from_slice(&(number % DOCUMENTS).to_be_bytes());
    let (case, document) = (engine::case_id(0), DocumentId::from_bytes(id));
    let reader = AccessReader {
        application: engine::application(),
        person: PersonName::parse("m-muster").ok(),
        on_behalf_of: None,
        purpose: Purpose::parse("Widerspruch"),
    };
    let (kind, target) = (AccessKind::Content, AccessTarget::Document(case, document));
    let one = now();
    vault.record_access(Access { reader, kind, target, range: None, refused: None, count: 1 }).await.expect("it is recorded");
    let recorded = one.elapsed();
    let shown =
        tokio::task::spawn_blocking(move || vault.content(case, document).expect("the document").frame(0).expect("its bytes").len());
    assert_eq!(shown.await.expect("a reader"), 8);
    recorded
}

fn metric(observer: &Observer, name: &str) -> f64 {
    let text = observer.metrics().render().expect("metrics");
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    value.expect("the metric is there")
}
