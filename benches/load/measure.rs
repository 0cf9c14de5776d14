//! Counting: latencies, bytes, processor time, memory.

use std::fmt;
use std::fs;
use std::time::{Duration, Instant};

/// One line of the table.
pub struct Row {
    pub part: &'static str,
    pub size: String,
    pub writers: usize,
    pub documents: usize,
    pub bytes: u64,
    pub elapsed: Duration,
    pub latencies: Vec<Duration>,
    pub usage: Usage,
}

impl Row {
    pub const HEADER: &'static str =
        "part    size    writers  documents      MB/s    docs/s    p50 ms    p99 ms  CPU s/GB  written/stored  peak RSS MiB";
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.elapsed.as_secs_f64();
        let gigabytes = self.bytes as f64 / 1e9;
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let quantile = |share: f64| {
            let last = sorted.len().saturating_sub(1);
            sorted.get((last as f64 * share) as usize).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1e3)
        };
        write!(
            f,
            "{:<7} {:<7} {:>7} {:>10} {:>9.1} {:>9.0} {:>9.2} {:>9.2} {:>9.2} {:>15.2} {:>13.0}",
            self.part,
            self.size,
            self.writers,
            self.documents,
            self.bytes as f64 / 1e6 / seconds,
            self.documents as f64 / seconds,
            quantile(0.5),
            quantile(0.99),
            self.usage.cpu.as_secs_f64() / gigabytes,
            self.usage.written_bytes as f64 / self.bytes as f64,
            self.usage.peak_rss_bytes as f64 / f64::from(1 << 20),
        )
    }
}

/// What a process has used so far.
#[derive(Clone, Copy, Default)]
pub struct Usage {
    pub cpu: Duration,
    pub written_bytes: u64,
    pub peak_rss_bytes: u64,
}

impl Usage {
    /// Of the process `pid` (`self` for this one), from /proc.
    pub fn of(pid: &str) -> Self {
        let read = |file: &str| fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
        let field = |text: &str, name: &str| -> u64 {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()).and_then(|number| number.parse().ok()).unwrap_or(0)
        };
        // Behind the name in parentheses, utime and stime are the 12th and 13th field, in ticks of 10 ms.
        let stat = read("stat");
        let times = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default().split_whitespace();
        let ticks: u64 = times.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Self {
            cpu: Duration::from_millis(ticks * 10),
            written_bytes: field(&read("io"), "write_bytes:"),
            peak_rss_bytes: field(&read("status"), "VmHWM:") << 10,
        }
    }

    /// What was used since `before`; the peak is the peak.
    pub fn since(self, before: Self) -> Self {
        Self { cpu: self.cpu - before.cpu, written_bytes: self.written_bytes - before.written_bytes, peak_rss_bytes: self.peak_rss_bytes }
    }
}

#[allow(clippy::disallowed_methods, reason = "a bench measures time")]
pub fn now() -> Instant {
    Instant::now()
}

/// Bytes that do not compress; documents of a run differ in their first bytes.
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(length).collect()
}
