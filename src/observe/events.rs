//! The operational events: each type is one log line and the metrics that go with it.
//!
//! Fields are counts, durations, states and `&'static str` from closed sets, so that no text of a request can get in. The two
//! exceptions are vault names and listener addresses, which operators choose.

use std::net::SocketAddr;
use std::time::Duration;

use tracing::{debug, error, info, warn};

use super::metrics::{Metrics, gauge_value};
use crate::model::{GroupNumber, LedgerIndex, Timestamp, VaultName};

/// Something that operators want to know.
pub trait Event {
    /// Writes the log line and updates the metrics.
    fn emit(&self, metrics: &Metrics);
}

/// The daemon listens.
#[derive(Debug, Clone, Copy)]
pub struct Started {
    /// The public listener.
    pub listen: SocketAddr,
    /// The listener for operators.
    pub admin: SocketAddr,
}

impl Event for Started {
    fn emit(&self, _: &Metrics) {
        info!(version = env!("CARGO_PKG_VERSION"), listen = %self.listen, admin = %self.admin, "started");
    }
}

/// Why the daemon stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// SIGTERM or SIGINT.
    Signal,
    /// The store is latched.
    Latched,
    /// Something that the daemon cannot do without has ended.
    Failure,
}

impl StopReason {
    fn name(self) -> &'static str {
        match self {
            Self::Signal => "signal",
            Self::Latched => "latched",
            Self::Failure => "failure",
        }
    }
}

/// The daemon accepts nothing new and finishes what is under way.
#[derive(Debug, Clone, Copy)]
pub struct Stopping {
    /// Why.
    pub reason: StopReason,
}

impl Event for Stopping {
    fn emit(&self, _: &Metrics) {
        info!(reason = self.reason.name(), "stopping");
    }
}

/// The start-up check has passed.
#[derive(Debug, Clone, Copy)]
pub struct StartupChecked {
    /// The last commit group in the database.
    pub group: GroupNumber,
    /// Vaults checked.
    pub vaults: usize,
    /// Staged chunks that nothing referred to and that were swept.
    pub chunks_swept: u64,
    /// Time that it took.
    pub duration: Duration,
}

impl Event for StartupChecked {
    fn emit(&self, metrics: &Metrics) {
        metrics.startup_check_duration.set(self.duration.as_secs_f64());
        let duration_ms = millis(self.duration);
        info!(group = self.group.0, vaults = self.vaults, chunks_swept = self.chunks_swept, duration_ms, "start-up check passed");
    }
}

/// A certificate was loaded that expires one day.
#[derive(Debug, Clone, Copy)]
pub struct CertificateLoaded {
    /// Which one, e.g. `server`, `client_ca`.
    pub certificate: &'static str,
    /// End of its validity.
    pub not_after: Timestamp,
}

impl Event for CertificateLoaded {
    fn emit(&self, metrics: &Metrics) {
        metrics.certificate_expiry.with_label_values(&[self.certificate]).set(self.not_after.seconds() as f64);
        info!(certificate = self.certificate, not_after = %self.not_after, "certificate loaded");
    }
}

/// Why a connection ended before it had a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionRefusedReason {
    /// The TLS handshake failed: other version, no certificate, certificate of an unknown authority.
    Handshake,
    /// The handshake took too long.
    HandshakeTimeout,
    /// The certificate names no application or a malformed one.
    Certificate,
    /// Too many connections are open.
    Limit,
}

impl ConnectionRefusedReason {
    fn name(self) -> &'static str {
        match self {
            Self::Handshake => "handshake",
            Self::HandshakeTimeout => "handshake_timeout",
            Self::Certificate => "certificate",
            Self::Limit => "limit",
        }
    }
}

/// A connection ended before it had a request.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionRefused {
    /// Why.
    pub reason: ConnectionRefusedReason,
}

impl Event for ConnectionRefused {
    fn emit(&self, metrics: &Metrics) {
        metrics.connections_refused.with_label_values(&[self.reason.name()]).inc();
        // Anybody on the network can cause this line; at `info` a scanner would fill the journal.
        debug!(reason = self.reason.name(), "connection refused");
    }
}

/// A request was answered. [`Metrics::request_started`] was called at its beginning.
#[derive(Debug, Clone, Copy)]
pub struct RequestFinished<'a> {
    /// Our own number of the request, which the answer carries too.
    pub request_id: u64,
    /// The route's template, never the path.
    pub route: &'a str,
    /// The method as sent; unusual ones are counted as `other`.
    pub method: &'a str,
    /// The status code.
    pub status: u16,
    /// From the end of the head to the end of the answer.
    pub duration: Duration,
}

impl Event for RequestFinished<'_> {
    fn emit(&self, metrics: &Metrics) {
        let method = closed_method(self.method);
        let class = status_class(self.status);
        metrics.http_requests_in_flight.dec();
        metrics.http_requests.with_label_values(&[self.route, method, class]).inc();
        metrics.http_request_duration.with_label_values(&[self.route, method]).observe(self.duration.as_secs_f64());
        let (request_id, duration_ms) = (format_args!("{:016x}", self.request_id), millis(self.duration));
        if self.status >= 500 {
            warn!(%request_id, route = self.route, method, status = self.status, duration_ms, "request failed");
        } else {
            debug!(%request_id, route = self.route, method, status = self.status, duration_ms, "request finished");
        }
    }
}

/// A request was refused by a rule.
#[derive(Debug, Clone, Copy)]
pub struct Refused {
    /// The stable code of the problem.
    pub code: &'static str,
}

impl Event for Refused {
    fn emit(&self, metrics: &Metrics) {
        metrics.refusals.with_label_values(&[self.code]).inc();
        debug!(code = self.code, "request refused");
    }
}

/// A case was opened for the first time.
#[derive(Debug, Clone, Copy)]
pub struct CaseOpened;

impl Event for CaseOpened {
    fn emit(&self, metrics: &Metrics) {
        metrics.cases_opened.inc();
        debug!("case opened");
    }
}

/// A note about retention was filed for the first time.
#[derive(Debug, Clone, Copy)]
pub struct NoteFiled {
    /// Code of its ledger event.
    pub event: &'static str,
}

impl Event for NoteFiled {
    fn emit(&self, metrics: &Metrics) {
        metrics.notes_filed.with_label_values(&[self.event]).inc();
        debug!(event = self.event, "note filed");
    }
}

/// A clock was found to be wrong; deadlines wait from now on.
#[derive(Debug, Clone, Copy)]
pub struct ClockAlarm {
    /// Name of the sign.
    pub kind: &'static str,
}

impl Event for ClockAlarm {
    fn emit(&self, metrics: &Metrics) {
        metrics.clock_alarms.with_label_values(&[self.kind]).inc();
        error!(kind = self.kind, "a clock is wrong: no deadline passes until it was right for two weeks; check the time service");
    }
}

/// How the protected clock stands.
#[derive(Debug, Clone, Copy)]
pub struct ClockMeasured {
    /// Seconds by which it is behind the wall clock; negative when the wall clock is behind.
    pub lag_seconds: i64,
    /// Whether deadlines wait.
    pub in_doubt: bool,
}

impl Event for ClockMeasured {
    fn emit(&self, metrics: &Metrics) {
        metrics.clock_lag.set(self.lag_seconds as f64);
        metrics.clock_in_doubt.set(i64::from(self.in_doubt));
    }
}

/// A document was stored for the first time.
#[derive(Debug, Clone, Copy)]
pub struct DocumentStored {
    /// Bytes that came.
    pub plain_bytes: u64,
    /// Bytes that lie on disk for them.
    pub sealed_bytes: u64,
}

impl Event for DocumentStored {
    fn emit(&self, metrics: &Metrics) {
        metrics.documents_stored.inc();
        metrics.document_plain_bytes.inc_by(self.plain_bytes);
        metrics.document_sealed_bytes.inc_by(self.sealed_bytes);
        metrics.document_size.observe(self.plain_bytes as f64);
        debug!(plain_bytes = self.plain_bytes, sealed_bytes = self.sealed_bytes, "document stored");
    }
}

/// A document or a part of it was sent.
#[derive(Debug, Clone, Copy)]
pub struct DocumentRead {
    /// Bytes sent.
    pub bytes: u64,
}

impl Event for DocumentRead {
    fn emit(&self, metrics: &Metrics) {
        metrics.documents_read.inc();
        metrics.document_read_bytes.inc_by(self.bytes);
        debug!(bytes = self.bytes, "document read");
    }
}

/// A commit group is on stable storage.
#[derive(Debug, Clone, Copy)]
pub struct GroupCommitted {
    /// The group.
    pub group: GroupNumber,
    /// Commands in it.
    pub commands: usize,
    /// Sealed bytes in it.
    pub bytes: u64,
    /// From closing the group to its answers.
    pub duration: Duration,
    /// The synced write in it.
    pub sync_duration: Duration,
}

impl Event for GroupCommitted {
    fn emit(&self, metrics: &Metrics) {
        metrics.commit_group_commands.observe(self.commands as f64);
        metrics.commit_duration.observe(self.duration.as_secs_f64());
        metrics.commit_sync_duration.observe(self.sync_duration.as_secs_f64());
        let (duration_ms, sync_ms) = (millis(self.duration), millis(self.sync_duration));
        debug!(group = self.group.0, commands = self.commands, bytes = self.bytes, duration_ms, sync_ms, "group committed");
    }
}

/// A commit group failed.
#[derive(Debug, Clone, Copy)]
pub struct CommitFailed {
    /// The step that failed, a fixed word.
    pub step: &'static str,
    /// Whether it is certain that nothing of the group was written.
    pub outcome_known: bool,
}

impl Event for CommitFailed {
    fn emit(&self, metrics: &Metrics) {
        let outcome = if self.outcome_known { "nothing_written" } else { "unknown" };
        metrics.commit_failures.with_label_values(&[outcome]).inc();
        error!(step = self.step, outcome, "commit failed");
    }
}

/// Nothing is accepted any more; the process ends and start-up decides.
#[derive(Debug, Clone, Copy)]
pub struct Latched {
    /// Why, a fixed sentence.
    pub reason: &'static str,
}

impl Event for Latched {
    fn emit(&self, metrics: &Metrics) {
        metrics.store_latched.set(1);
        error!(reason = self.reason, "latched: nothing is accepted until a restart has checked the store");
    }
}

/// Writes are refused for lack of space. Reads go on.
#[derive(Debug, Clone, Copy)]
pub struct DiskFull {
    /// Free bytes left.
    pub free_bytes: u64,
}

impl Event for DiskFull {
    fn emit(&self, metrics: &Metrics) {
        metrics.store_disk_full.set(1);
        metrics.store_disk_full_events.inc();
        metrics.store_free_bytes.set(gauge_value(self.free_bytes));
        error!(free_bytes = self.free_bytes, "disk full: writes are refused, reads go on");
    }
}

/// There is space again, and writes are accepted.
#[derive(Debug, Clone, Copy)]
pub struct DiskRecovered {
    /// Free bytes now.
    pub free_bytes: u64,
}

impl Event for DiskRecovered {
    fn emit(&self, metrics: &Metrics) {
        metrics.store_disk_full.set(0);
        metrics.store_free_bytes.set(gauge_value(self.free_bytes));
        info!(free_bytes = self.free_bytes, "disk has space again: writes are accepted");
    }
}

/// The anchor names a group.
#[derive(Debug, Clone, Copy)]
pub struct AnchorWritten {
    /// The group.
    pub group: GroupNumber,
    /// Time to write and sync it.
    pub duration: Duration,
}

impl Event for AnchorWritten {
    fn emit(&self, metrics: &Metrics) {
        metrics.anchor_group.set(gauge_value(self.group.0));
        metrics.anchor_write_duration.observe(self.duration.as_secs_f64());
        debug!(group = self.group.0, duration_ms = millis(self.duration), "anchor written");
    }
}

/// The published size of a ledger.
#[derive(Debug, Clone, Copy)]
pub struct LedgerGrew<'a> {
    /// The vault. Vaults are created by operators, so the set is closed.
    pub vault: &'a VaultName,
    /// Entries, i.e. the index of the next one.
    pub entries: LedgerIndex,
}

impl Event for LedgerGrew<'_> {
    fn emit(&self, metrics: &Metrics) {
        metrics.ledger_entries.with_label_values(&[self.vault.as_str()]).set(gauge_value(self.entries.0));
        debug!(vault = %self.vault, entries = self.entries.0, "ledger grew");
    }
}

/// The database's own numbers, measured from time to time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StoreMeasured {
    /// Free bytes on its file system.
    pub free_bytes: u64,
    /// Background errors since it was opened.
    pub background_errors: u64,
    /// Bytes of the write-ahead log.
    pub wal_bytes: u64,
    /// Bytes of the table files.
    pub sst_bytes: u64,
    /// Bytes that compaction has still to rewrite.
    pub pending_compaction_bytes: u64,
    /// Whether it delays or stops writes.
    pub write_stalled: bool,
}

impl Event for StoreMeasured {
    fn emit(&self, metrics: &Metrics) {
        metrics.store_free_bytes.set(gauge_value(self.free_bytes));
        metrics.store_wal_bytes.set(gauge_value(self.wal_bytes));
        metrics.store_sst_bytes.set(gauge_value(self.sst_bytes));
        metrics.store_pending_compaction_bytes.set(gauge_value(self.pending_compaction_bytes));
        metrics.store_write_stalled.set(i64::from(self.write_stalled));
        let errors = gauge_value(self.background_errors);
        if errors > metrics.store_background_errors.get() {
            error!(background_errors = self.background_errors, "the database reports background errors");
        }
        metrics.store_background_errors.set(errors);
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

/// The methods that have a route; a client cannot make up new label values.
fn closed_method(method: &str) -> &'static str {
    const METHODS: [&str; 5] = ["GET", "HEAD", "PUT", "POST", "DELETE"];
    METHODS.into_iter().find(|known| *known == method).unwrap_or("other")
}

fn status_class(status: u16) -> &'static str {
    match status {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(event: &impl Event) -> String {
        let metrics = Metrics::new().expect("must build");
        event.emit(&metrics);
        metrics.render().expect("must render")
    }

    fn assert_lines(event: &impl Event, lines: &[&str]) {
        let text = after(event);
        for line in lines {
            assert!(text.contains(&format!("\naktenfest_{line}\n")), "{line} not in\n{text}");
        }
    }

    #[test]
    fn a_request_is_counted_by_closed_labels() {
        let put = RequestFinished { request_id: 1, route: "/v1/x/{x}", method: "PUT", status: 201, duration: Duration::from_millis(3) };
        assert_lines(
            &put,
            &[
                "http_requests_in_flight -1",
                "http_requests_total{method=\"PUT\",route=\"/v1/x/{x}\",status_class=\"2xx\"} 1",
                "http_request_duration_seconds_count{method=\"PUT\",route=\"/v1/x/{x}\"} 1",
                "http_request_duration_seconds_sum{method=\"PUT\",route=\"/v1/x/{x}\"} 0.003",
            ],
        );
        let odd = RequestFinished { method: "BREW", status: 418, ..put };
        assert_lines(&odd, &["http_requests_total{method=\"other\",route=\"/v1/x/{x}\",status_class=\"4xx\"} 1"]);
        assert_lines(&Refused { code: "digest-mismatch" }, &["refusals_total{code=\"digest-mismatch\"} 1"]);
        let refused = ConnectionRefused { reason: ConnectionRefusedReason::Limit };
        assert_lines(&refused, &["connections_refused_total{reason=\"limit\"} 1"]);
    }

    #[test]
    fn documents_and_commits() {
        let stored = DocumentStored { plain_bytes: 5000, sealed_bytes: 700 };
        assert_lines(
            &stored,
            &[
                "documents_stored_total 1",
                "document_plain_bytes_total 5000",
                "document_sealed_bytes_total 700",
                "document_size_bytes_bucket{le=\"4096\"} 0",
                "document_size_bytes_bucket{le=\"32768\"} 1",
            ],
        );
        assert_lines(&DocumentRead { bytes: 9 }, &["documents_read_total 1", "document_read_bytes_total 9"]);
        assert_lines(&CaseOpened, &["cases_opened_total 1"]);
        let (duration, sync_duration) = (Duration::from_millis(4), Duration::from_millis(2));
        let committed = GroupCommitted { group: GroupNumber(7), commands: 3, bytes: 10, duration, sync_duration };
        assert_lines(
            &committed,
            &["commit_group_commands_sum 3", "commit_duration_seconds_sum 0.004", "commit_sync_duration_seconds_sum 0.002"],
        );
        let failed = CommitFailed { step: "write", outcome_known: false };
        assert_lines(&failed, &["commit_failures_total{outcome=\"unknown\"} 1"]);
        let anchor = AnchorWritten { group: GroupNumber(7), duration };
        assert_lines(&anchor, &["anchor_group 7", "anchor_write_duration_seconds_count 1"]);
    }

    #[test]
    fn states_of_the_store() {
        assert_lines(&Latched { reason: "test" }, &["store_latched 1"]);
        let full = DiskFull { free_bytes: 5 };
        assert_lines(&full, &["store_disk_full 1", "store_disk_full_events_total 1", "store_free_bytes 5"]);
        let metrics = Metrics::new().expect("must build");
        full.emit(&metrics);
        DiskRecovered { free_bytes: 50 }.emit(&metrics);
        assert_eq!((metrics.store_disk_full.get(), metrics.store_free_bytes.get()), (0, 50));
        let measured = StoreMeasured { background_errors: 2, wal_bytes: 3, sst_bytes: 4, write_stalled: true, ..StoreMeasured::default() };
        assert_lines(&measured, &["store_background_errors 2", "store_wal_bytes 3", "store_sst_bytes 4", "store_write_stalled 1"]);
    }

    #[test]
    fn names_and_dates() {
        let vault = VaultName::parse("demo").expect("must parse");
        let grew = LedgerGrew { vault: &vault, entries: LedgerIndex(12) };
        assert_lines(&grew, &["ledger_entries{vault=\"demo\"} 12"]);
        let not_after = Timestamp::parse("2027-01-01T00:00:00Z").expect("must parse");
        let loaded = CertificateLoaded { certificate: "server", not_after };
        assert_lines(&loaded, &["certificate_expiry_timestamp_seconds{certificate=\"server\"} 1798761600"]);
        let checked = StartupChecked { group: GroupNumber(1), vaults: 1, chunks_swept: 0, duration: Duration::from_millis(1500) };
        assert_lines(&checked, &["startup_check_duration_seconds 1.5"]);
    }
}
