//! Every metric of the daemon, built in one function.
//!
//! Names follow prometheus.io/docs/practices/naming: prefix `aktenfest_`, base units, `_total` on counters. They are an interface for
//! dashboards and alerts: renaming one is a breaking change that the changelog announces.

use prometheus::core::{Collector, GenericCounter, GenericGauge};
use prometheus::process_collector::ProcessCollector;
use prometheus::{
    Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

/// The media type of [`Metrics::render`]; Prometheus refuses a scrape without it since version 3.
pub const METRICS_CONTENT_TYPE: &str = prometheus::TEXT_FORMAT;

/// A metric could not be built or written: a mistake in this file, or two collectors with one name.
#[derive(Debug, thiserror::Error)]
#[error("the metrics cannot be built: {0}")]
pub struct MetricsError(#[from] prometheus::Error);

/// Every metric. Fields are written by `observe::events` and by the components that own a gauge.
pub struct Metrics {
    registry: Registry,
    /// Requests answered, by `route` (template), `method` and `status_class`.
    pub(super) http_requests: IntCounterVec,
    /// Requests being worked on.
    pub(super) http_requests_in_flight: IntGauge,
    /// Time from the end of a request's head to the end of its answer, by `route` and `method`.
    pub(super) http_request_duration: HistogramVec,
    /// Connections refused before a request, by `reason`.
    pub(super) connections_refused: IntCounterVec,
    /// Requests refused, by the problem's `code`.
    pub(super) refusals: IntCounterVec,
    /// Documents stored.
    pub(super) documents_stored: IntCounter,
    /// Documents read completely or in part.
    pub(super) documents_read: IntCounter,
    /// Accesses recorded.
    pub(super) accesses_recorded: IntCounter,
    /// Accesses in one commit group.
    pub(super) access_group_size: Histogram,
    /// Time to commit one group of accesses: by this much readers wait.
    pub(super) access_commit_duration: Histogram,
    /// Accesses that wait for room on the disk.
    pub(super) accesses_waiting: IntGauge,
    /// Accesses that were not recorded, by `reason`.
    pub(super) accesses_dropped: IntCounterVec,
    /// Access logs that were removed.
    pub(super) access_years_ended: IntCounter,
    /// Cases opened.
    pub(super) cases_opened: IntCounter,
    /// Notes about retention filed, by `event`.
    pub(super) notes_filed: IntCounterVec,
    /// Lines of the agenda, by `vault` and `state`.
    pub(super) retention_lines: IntGaugeVec,
    /// Ages in whole days, in seconds, by `vault` and `what`.
    pub(super) retention_age: IntGaugeVec,
    /// Boxes of paper that wait, by `vault`.
    pub(super) paper_boxes: IntGaugeVec,
    /// Holds, by `vault` and `type`.
    pub(super) holds_active: IntGaugeVec,
    /// Holds past their review, by `vault` and `type`.
    pub(super) holds_past_review: IntGaugeVec,
    /// Age of the oldest hold, by `vault` and `type`.
    pub(super) holds_oldest_age: IntGaugeVec,
    /// Orders of destruction that are not over, by `vault`.
    pub(super) orders_open: IntGaugeVec,
    /// What the canary has tried, by `attempt` and `result`.
    pub(super) canary_attempts: IntCounterVec,
    /// 1 if the canary's last attempt succeeded, by `attempt`.
    pub(super) canary_broken: IntGaugeVec,
    /// Documents destroyed.
    pub(super) documents_destroyed: IntCounter,
    /// Items of orders that were left alone.
    pub(super) order_items_dropped: IntCounter,
    /// The epoch of the keyring.
    pub(super) key_epoch: IntGauge,
    /// Bytes that came back behind destructions.
    pub(super) reclaimed_bytes: IntCounter,
    /// Signs of a wrong clock, by `kind`.
    pub(super) clock_alarms: IntCounterVec,
    /// Seconds by which the protected clock is behind the wall clock.
    pub(super) clock_lag: Gauge,
    /// 1 while deadlines wait because a clock was wrong.
    pub(super) clock_in_doubt: IntGauge,
    /// Bytes of stored documents as they came.
    pub(super) document_plain_bytes: IntCounter,
    /// Bytes of stored documents as they lie on disk.
    pub(super) document_sealed_bytes: IntCounter,
    /// Bytes of documents sent.
    pub(super) document_read_bytes: IntCounter,
    /// Size of a stored document.
    pub(super) document_size: Histogram,
    /// Commands in a commit group.
    pub(super) commit_group_commands: Histogram,
    /// Time from closing a group to its answers.
    pub(super) commit_duration: Histogram,
    /// Time of the synced write in it.
    pub(super) commit_sync_duration: Histogram,
    /// Groups whose commit failed, by whether the `outcome` is known.
    pub(super) commit_failures: IntCounterVec,
    /// Time to write and sync the anchor.
    pub(super) anchor_write_duration: Histogram,
    /// Group that the anchor names.
    pub(super) anchor_group: IntGauge,
    /// Entries in a ledger, by `vault`.
    pub(super) ledger_entries: IntGaugeVec,
    /// Commands waiting for the committer.
    pub(super) queue_commands: IntGauge,
    /// Expiry of a certificate as seconds since 1970, by `certificate`.
    pub(super) certificate_expiry: GaugeVec,
    /// 1 after a commit of unknown outcome.
    pub(super) store_latched: IntGauge,
    /// 1 while writes are refused for lack of space.
    pub(super) store_disk_full: IntGauge,
    /// Times that the disk became full.
    pub(super) store_disk_full_events: IntCounter,
    /// Free bytes on the database's file system.
    pub(super) store_free_bytes: IntGauge,
    /// Background errors that the database counted since it was opened.
    pub(super) store_background_errors: IntGauge,
    /// Bytes of the write-ahead log.
    pub(super) store_wal_bytes: IntGauge,
    /// Bytes of the table files.
    pub(super) store_sst_bytes: IntGauge,
    /// Bytes that compaction has still to rewrite.
    pub(super) store_pending_compaction_bytes: IntGauge,
    /// 1 while the database delays or stops writes.
    pub(super) store_write_stalled: IntGauge,
    /// When the last good backup was made, as seconds since 1970.
    pub(super) backup_last: Gauge,
    /// Duration of the last good backup.
    pub(super) backup_duration: Gauge,
    /// Bytes copied into backups.
    pub(super) backup_copied_bytes: IntCounter,
    /// Files of earlier backups that were found damaged.
    pub(super) backup_damaged_files: IntCounter,
    /// Backups that failed, by `reason`.
    pub(super) backup_failures: IntCounterVec,
    /// Time-stamps that were given, by `kind`.
    pub(super) timestamps: IntCounterVec,
    /// Until when every ledger is covered by a time-stamp, as seconds since 1970.
    pub(super) timestamp_covered: Gauge,
    /// End of the certificate of the time-stamping authority, as seconds since 1970.
    pub(super) timestamp_authority_expiry: Gauge,
    /// Requests for time-stamps that came to nothing, by `reason`.
    pub(super) timestamp_failures: IntCounterVec,
    /// Checkpoints that a witness has cosigned.
    pub(super) witness_cosigned: IntCounterVec,
    /// Questions to a witness that brought no cosignature, by `reason`.
    pub(super) witness_failures: IntCounterVec,
    /// Answers of a witness that has seen another history.
    pub(super) witness_contradictions: IntCounterVec,
    /// When a witness has cosigned last, as seconds since 1970.
    pub(super) witness_last: GaugeVec,
    /// Entries of a vault that no kept cosigned checkpoint covers.
    pub(super) witness_lag: IntGaugeVec,
    /// Checkpoints that could not be kept outside the database, by `reason`.
    pub(super) checkpoint_keep_failures: IntCounterVec,
    /// Duration of the last start-up check.
    pub(super) startup_check_duration: Gauge,
}

/// Seconds: from a read out of the cache to a document of gigabytes.
const DURATION_BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 600.0];
/// Seconds: from a disk with a protected cache to one that is failing.
const SYNC_BUCKETS: &[f64] = &[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
/// Bytes: 4 KiB to 4 GiB.
const SIZE_BUCKETS: &[f64] = &[4096.0, 32_768.0, 262_144.0, 1_048_576.0, 16_777_216.0, 268_435_456.0, 4_294_967_296.0];
/// Commands: up to `limits::GROUP_COMMANDS_MAX`.
const GROUP_BUCKETS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0];

impl Metrics {
    /// Builds and registers every metric, on a registry of their own.
    pub fn new() -> Result<Self, MetricsError> {
        let build = Builder(Registry::new());
        build.process()?;
        build.info()?;
        Ok(Self {
            http_requests: build.counters("http_requests_total", "Requests answered.", &["route", "method", "status_class"])?,
            http_requests_in_flight: build.gauge("http_requests_in_flight", "Requests being worked on.")?,
            http_request_duration: build.histograms(
                "http_request_duration_seconds",
                "Time from the end of a request's head to the end of its answer.",
                DURATION_BUCKETS,
                &["route", "method"],
            )?,
            connections_refused: build.counters("connections_refused_total", "Connections refused before a request.", &["reason"])?,
            refusals: build.counters("refusals_total", "Requests refused, by the code of the problem.", &["code"])?,
            documents_stored: build.counter("documents_stored_total", "Documents stored; repetitions do not count.")?,
            documents_read: build.counter("documents_read_total", "Documents read completely or in part.")?,
            cases_opened: build.counter("cases_opened_total", "Cases opened; repetitions do not count.")?,
            notes_filed: build.counters("notes_filed_total", "Notes about retention filed; repetitions do not count.", &["event"])?,
            retention_lines: build.gauges(
                "retention_lines",
                "Lines of the agenda that are due, overdue, open, in conflict.",
                &["vault", "state"],
            )?,
            retention_age: build.gauges("retention_age_seconds", "Ages in whole days; the oldest counts.", &["vault", "what"])?,
            paper_boxes: build.gauges("paper_boxes", "Boxes of paper originals that are not destroyed.", &["vault"])?,
            holds_active: build.gauges("holds_active", "Holds that are not released.", &["vault", "type"])?,
            holds_past_review: build.gauges("holds_past_review", "Holds whose review is past.", &["vault", "type"])?,
            holds_oldest_age: build.gauges("holds_oldest_age_seconds", "Age of the oldest hold.", &["vault", "type"])?,
            orders_open: build.gauges("orders_open", "Orders of destruction that are not over.", &["vault"])?,
            canary_attempts: build.counters("canary_attempts_total", "What was tried that must fail.", &["attempt", "result"])?,
            canary_broken: build.gauges("canary_broken", "1 if what must fail has succeeded when last tried.", &["attempt"])?,
            documents_destroyed: build.counter("documents_destroyed_total", "Documents destroyed.")?,
            accesses_recorded: build.counter("accesses_recorded_total", "Accesses recorded in the access log.")?,
            access_group_size: build.histogram("access_group_size", "Accesses in one commit group.", GROUP_BUCKETS)?,
            access_commit_duration: build.histogram("access_commit_duration_seconds", "Time to commit accesses.", SYNC_BUCKETS)?,
            accesses_waiting: build.gauge("accesses_waiting", "Accesses in memory because the disk is full.")?,
            accesses_dropped: build.counters("accesses_dropped_total", "Accesses that were not recorded.", &["reason"])?,
            access_years_ended: build.counter("access_years_ended_total", "Access logs removed with their keys.")?,
            order_items_dropped: build.counter("order_items_dropped_total", "Items of orders that were left alone.")?,
            key_epoch: build.gauge("key_epoch", "Epoch of the keyring.")?,
            reclaimed_bytes: build.counter("reclaimed_bytes_total", "Bytes that came back behind destructions.")?,
            clock_alarms: build.counters("clock_alarms_total", "Signs of a wrong clock.", &["kind"])?,
            clock_lag: build.seconds("clock_lag_seconds", "Seconds by which the protected clock is behind the wall clock.")?,
            clock_in_doubt: build.gauge("clock_in_doubt", "1 while deadlines wait because a clock was wrong.")?,
            document_plain_bytes: build.counter("document_plain_bytes_total", "Bytes of stored documents as they came.")?,
            document_sealed_bytes: build.counter("document_sealed_bytes_total", "Bytes of stored documents compressed and sealed.")?,
            document_read_bytes: build.counter("document_read_bytes_total", "Bytes of documents sent.")?,
            document_size: build.histogram("document_size_bytes", "Size of a stored document as it came.", SIZE_BUCKETS)?,
            commit_group_commands: build.histogram("commit_group_commands", "Commands in a commit group.", GROUP_BUCKETS)?,
            commit_duration: build.histogram("commit_duration_seconds", "Time from closing a group to its answers.", SYNC_BUCKETS)?,
            commit_sync_duration: build.histogram("commit_sync_duration_seconds", "Time of the synced write.", SYNC_BUCKETS)?,
            commit_failures: build.counters("commit_failures_total", "Groups whose commit failed.", &["outcome"])?,
            anchor_write_duration: build.histogram("anchor_write_duration_seconds", "Time to sync the anchor.", SYNC_BUCKETS)?,
            anchor_group: build.gauge("anchor_group", "Number of the commit group that the anchor names.")?,
            ledger_entries: build.gauges("ledger_entries", "Entries in the ledger of a vault.", &["vault"])?,
            queue_commands: build.gauge("queue_commands", "Commands waiting for the committer.")?,
            certificate_expiry: build.timestamps("certificate_expiry_timestamp_seconds", "End of validity.", &["certificate"])?,
            store_latched: build.gauge("store_latched", "1 after a commit of unknown outcome; the daemon stops then.")?,
            store_disk_full: build.gauge("store_disk_full", "1 while writes are refused for lack of space.")?,
            store_disk_full_events: build.counter("store_disk_full_events_total", "Times that the disk became full.")?,
            store_free_bytes: build.gauge("store_free_bytes", "Free bytes on the file system of the database.")?,
            store_background_errors: build.gauge("store_background_errors", "Background errors since the database was opened.")?,
            store_wal_bytes: build.gauge("store_wal_bytes", "Bytes of the write-ahead log.")?,
            store_sst_bytes: build.gauge("store_sst_bytes", "Bytes of the table files.")?,
            store_pending_compaction_bytes: build.gauge("store_pending_compaction_bytes", "Bytes still to be compacted.")?,
            store_write_stalled: build.gauge("store_write_stalled", "1 while the database delays or stops writes.")?,
            backup_last: build.seconds("backup_last_timestamp_seconds", "When the last good backup was made; 0 if there is none.")?,
            backup_duration: build.seconds("backup_duration_seconds", "Duration of the last good backup.")?,
            backup_copied_bytes: build.counter("backup_copied_bytes_total", "Bytes copied into backups.")?,
            backup_damaged_files: build.counter("backup_damaged_files_total", "Files of earlier backups that were found damaged.")?,
            backup_failures: build.counters("backup_failures_total", "Backups that failed.", &["reason"])?,
            timestamps: build.counters("timestamps_total", "Time-stamps given, each over the checkpoints of all vaults.", &["kind"])?,
            timestamp_covered: build.seconds(
                "timestamp_covered_timestamp_seconds",
                "Until when every ledger is covered by a time-stamp; 0 if none is wanted or there is none yet.",
            )?,
            timestamp_authority_expiry: build.seconds(
                "timestamp_authority_expiry_timestamp_seconds",
                "End of the certificate of the authority that gave the last time-stamp.",
            )?,
            timestamp_failures: build.counters("timestamp_failures_total", "Requests for time-stamps that failed.", &["reason"])?,
            witness_cosigned: build.counters("witness_cosigned_total", "Checkpoints that a witness has cosigned.", &["witness"])?,
            witness_failures: build.counters("witness_failures_total", "Questions without a cosignature.", &["witness", "reason"])?,
            witness_contradictions: build.counters(
                "witness_contradictions_total",
                "Answers of a witness that has seen another history of a ledger. Any is an alarm.",
                &["witness"],
            )?,
            witness_last: build.timestamps("witness_last_timestamp_seconds", "When a witness has cosigned last.", &["witness"])?,
            witness_lag: build.gauges("witness_lag_entries", "Entries that no cosigned checkpoint covers.", &["vault", "ledger"])?,
            checkpoint_keep_failures: build.counters(
                "checkpoint_keep_failures_total",
                "Checkpoints that could not be kept outside the database.",
                &["reason"],
            )?,
            startup_check_duration: build.seconds("startup_check_duration_seconds", "Duration of the last start-up check.")?,
            registry: build.0,
        })
    }

    /// Commands waiting for the committer now.
    pub fn set_queue_commands(&self, commands: usize) {
        self.queue_commands.set(gauge_value(commands as u64));
    }

    /// A request begins; [`super::RequestFinished`] ends it.
    pub fn request_started(&self) {
        self.http_requests_in_flight.inc();
    }

    /// All metrics in the text format 0.0.4, to be sent as [`METRICS_CONTENT_TYPE`].
    pub fn render(&self) -> Result<String, MetricsError> {
        Ok(TextEncoder::new().encode_to_string(&self.registry.gather())?)
    }
}

/// A number as a gauge's value. Counts beyond 2^63 cannot occur; they would show as the largest value.
pub(super) fn gauge_value(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Builds metrics with the common prefix and registers them.
struct Builder(Registry);

impl Builder {
    fn register<C: Collector + Clone + 'static>(&self, collector: C) -> Result<C, MetricsError> {
        self.0.register(Box::new(collector.clone()))?;
        Ok(collector)
    }

    fn counter(&self, name: &str, help: &str) -> Result<IntCounter, MetricsError> {
        self.register(GenericCounter::with_opts(options(name, help))?)
    }

    fn counters(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntCounterVec, MetricsError> {
        self.register(IntCounterVec::new(options(name, help), labels)?)
    }

    fn gauge(&self, name: &str, help: &str) -> Result<IntGauge, MetricsError> {
        self.register(GenericGauge::with_opts(options(name, help))?)
    }

    fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntGaugeVec, MetricsError> {
        self.register(IntGaugeVec::new(options(name, help), labels)?)
    }

    fn seconds(&self, name: &str, help: &str) -> Result<Gauge, MetricsError> {
        self.register(Gauge::with_opts(options(name, help))?)
    }

    fn timestamps(&self, name: &str, help: &str, labels: &[&str]) -> Result<GaugeVec, MetricsError> {
        self.register(GaugeVec::new(options(name, help), labels)?)
    }

    fn histogram(&self, name: &str, help: &str, buckets: &[f64]) -> Result<Histogram, MetricsError> {
        self.register(Histogram::with_opts(HistogramOpts::from(options(name, help)).buckets(buckets.to_vec()))?)
    }

    fn histograms(&self, name: &str, help: &str, buckets: &[f64], labels: &[&str]) -> Result<HistogramVec, MetricsError> {
        self.register(HistogramVec::new(HistogramOpts::from(options(name, help)).buckets(buckets.to_vec()), labels)?)
    }

    /// CPU time, memory, file descriptors and start time of the process, under their usual names.
    fn process(&self) -> Result<(), MetricsError> {
        Ok(self.0.register(Box::new(ProcessCollector::for_self()))?)
    }

    /// What is running. `revision` is known when whoever built it set `AKTENFEST_REVISION`.
    fn info(&self) -> Result<(), MetricsError> {
        let info = self.gauges("build_info", "1, with the version that is running.", &["version", "revision"])?;
        info.with_label_values(&[env!("CARGO_PKG_VERSION"), option_env!("AKTENFEST_REVISION").unwrap_or("unknown")]).set(1);
        Ok(())
    }
}

fn options(name: &str, help: &str) -> Opts {
    Opts::new(format!("aktenfest_{name}"), help)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names are an interface. A change here needs a line in the changelog.
    #[test]
    fn names_stay() {
        let metrics = Metrics::new().expect("must build");
        let text = metrics.render().expect("must render");
        let mut names: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# TYPE aktenfest_")).collect();
        names.sort_unstable();
        // Vectors appear with their first value; the test of the events sees those.
        assert_eq!(
            names,
            [
                "access_commit_duration_seconds histogram",
                "access_group_size histogram",
                "access_years_ended_total counter",
                "accesses_recorded_total counter",
                "accesses_waiting gauge",
                "anchor_group gauge",
                "anchor_write_duration_seconds histogram",
                "backup_copied_bytes_total counter",
                "backup_damaged_files_total counter",
                "backup_duration_seconds gauge",
                "backup_last_timestamp_seconds gauge",
                "build_info gauge",
                "cases_opened_total counter",
                "clock_in_doubt gauge",
                "clock_lag_seconds gauge",
                "commit_duration_seconds histogram",
                "commit_group_commands histogram",
                "commit_sync_duration_seconds histogram",
                "document_plain_bytes_total counter",
                "document_read_bytes_total counter",
                "document_sealed_bytes_total counter",
                "document_size_bytes histogram",
                "documents_destroyed_total counter",
                "documents_read_total counter",
                "documents_stored_total counter",
                "http_requests_in_flight gauge",
                "key_epoch gauge",
                "order_items_dropped_total counter",
                "queue_commands gauge",
                "reclaimed_bytes_total counter",
                "startup_check_duration_seconds gauge",
                "store_background_errors gauge",
                "store_disk_full gauge",
                "store_disk_full_events_total counter",
                "store_free_bytes gauge",
                "store_latched gauge",
                "store_pending_compaction_bytes gauge",
                "store_sst_bytes gauge",
                "store_wal_bytes gauge",
                "store_write_stalled gauge",
                "timestamp_authority_expiry_timestamp_seconds gauge",
                "timestamp_covered_timestamp_seconds gauge",
            ]
        );
        assert!(text.contains("\nprocess_resident_memory_bytes "), "{text}");
        assert!(text.contains(concat!("version=\"", env!("CARGO_PKG_VERSION"), "\"")), "{text}");
    }

    #[test]
    fn two_sets_do_not_share_anything() {
        let (one, other) = (Metrics::new().expect("must build"), Metrics::new().expect("must build"));
        one.set_queue_commands(3);
        assert_eq!((one.queue_commands.get(), other.queue_commands.get()), (3, 0));
    }
}
