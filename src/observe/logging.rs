//! Where log lines go: journald's own protocol, one JSON object on a line, or text for people.
//!
//! The time in a line is for reading. It comes from the logging library and decides nothing, so it does not pass through `clock`.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use serde_json::{Map, Number, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use crate::config::{LogConfig, LogFormat, LogLevel};

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The journal's socket could not be opened.
    #[error("log.format is \"journald\", but the journal cannot be reached: {0}")]
    Journal(#[source] io::Error),
    /// Logging was set up before.
    #[error("logging was set up twice: {0}")]
    Twice(#[from] TryInitError),
}

/// Sets up logging for the process; to be called once. Everything goes to stderr or the journal, because stdout is for results.
pub fn init(config: LogConfig) -> Result<(), LoggingError> {
    let filter = filter(config.level);
    let registry = tracing_subscriber::registry();
    match chosen(config.format) {
        LogFormat::Journald => {
            let journal = tracing_journald::layer().map_err(LoggingError::Journal)?;
            let journal = journal.with_field_prefix(Some("AKTENFEST".to_owned())).with_syslog_identifier("aktenfest".to_owned());
            registry.with(journal.with_filter(filter)).try_init()?;
        }
        LogFormat::Json => registry.with(JsonLines::new(io::stderr).with_filter(filter)).try_init()?,
        LogFormat::Text | LogFormat::Auto => {
            let colours = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            let text = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(colours).with_target(false);
            registry.with(text.with_filter(filter)).try_init()?;
        }
    }
    Ok(())
}

/// What `auto` means here and now. systemd sets `JOURNAL_STREAM` for services whose stderr is the journal.
fn chosen(format: LogFormat) -> LogFormat {
    match format {
        LogFormat::Auto if io::stderr().is_terminal() => LogFormat::Text,
        LogFormat::Auto if std::env::var_os("JOURNAL_STREAM").is_some() => LogFormat::Journald,
        LogFormat::Auto => LogFormat::Json,
        chosen => chosen,
    }
}

/// Our own lines from `level` on. Libraries only warn: at `debug` they would write request headers, in which descriptions travel.
fn filter(level: LogLevel) -> Targets {
    let own = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    Targets::new().with_default(own.min(LevelFilter::WARN)).with_target(env!("CARGO_CRATE_NAME"), own)
}

/// Writes events as JSON objects: `ts` (RFC 3339), `level`, `target`, `msg`, then the event's own fields.
struct JsonLines<W> {
    writer: W,
}

impl<W> JsonLines<W> {
    fn new(writer: W) -> Self {
        Self { writer }
    }
}

impl<S: Subscriber, W: for<'a> MakeWriter<'a> + 'static> Layer<S> for JsonLines<W> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = String::new();
        let mut time = String::new();
        // Neither can fail: both write into a string.
        let _ = SystemTime.format_time(&mut Writer::new(&mut time));
        let mut fields = Fields::default();
        event.record(&mut fields);
        let metadata = event.metadata();
        let head = [
            ("ts", Value::from(time)),
            ("level", metadata.level().as_str().to_ascii_lowercase().into()),
            ("target", metadata.target().into()),
            ("msg", fields.message.into()),
        ];
        let head = head.iter().map(|(name, value)| (*name, value));
        let own = fields.others.iter().map(|(name, value)| (name.as_str(), value));
        for (number, (name, value)) in head.chain(own).enumerate() {
            let separator = if number == 0 { '{' } else { ',' };
            let _ = fmt::write(&mut line, format_args!("{separator}{}:{value}", Value::from(name)));
        }
        line.push_str("}\n");
        // A log that cannot be written has nowhere to complain; one write for each line keeps lines whole.
        let _ = self.writer.make_writer().write_all(line.as_bytes());
    }
}

/// The fields of one event as JSON values.
#[derive(Default)]
struct Fields {
    message: String,
    others: Map<String, Value>,
}

impl Fields {
    fn add(&mut self, field: &Field, value: Value) {
        self.others.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, Number::from_f64(value).map_or(Value::Null, Value::Number));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" { self.message = text } else { self.add(field, text.into()) }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::model::GroupNumber;
    use crate::observe::{self, Metrics};

    #[derive(Clone, Default)]
    struct Captured(Arc<Mutex<Vec<u8>>>);

    impl Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn captured(level: LogLevel, body: impl FnOnce()) -> String {
        let captured = Captured::default();
        let writer = captured.clone();
        let layer = JsonLines::new(move || writer.clone()).with_filter(filter(level));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), body);
        let bytes = captured.0.lock().unwrap().clone();
        String::from_utf8(bytes).expect("must be UTF-8")
    }

    #[test]
    fn a_line_is_one_json_object() {
        let metrics = Metrics::new().expect("must build");
        let event = observe::AnchorWritten { group: GroupNumber(7), duration: std::time::Duration::from_micros(1500) };
        let line = captured(LogLevel::Debug, || observe::Event::emit(&event, &metrics));
        let value: Value = serde_json::from_str(line.trim_end()).expect("must be JSON");
        assert!(line.ends_with("}\n") && line.starts_with("{\"ts\":\""), "{line}");
        let ts = value["ts"].as_str().expect("must be text");
        assert!(ts.parse::<jiff::Timestamp>().is_ok(), "{ts}");
        assert_eq!(value["level"], "debug");
        assert_eq!(value["msg"], "anchor written");
        assert_eq!(value["target"], "aktenfest::observe::events");
        assert_eq!((&value["group"], &value["duration_ms"]), (&Value::from(7), &Value::from(1.5)));
    }

    #[test]
    fn text_cannot_break_out_of_its_line() {
        let line = captured(LogLevel::Info, || tracing::info!(reason = "a\"b\nc", "two\nlines"));
        assert_eq!(line.matches('\n').count(), 1, "{line}");
        let value: Value = serde_json::from_str(line.trim_end()).expect("must be JSON");
        assert_eq!((&value["reason"], &value["msg"]), (&Value::from("a\"b\nc"), &Value::from("two\nlines")));
    }

    #[test]
    fn libraries_only_warn() {
        let all = || {
            tracing::trace!("ours");
            tracing::info!(target: "hyper::proto", "header");
            tracing::warn!(target: "hyper::proto", "warning");
        };
        let text = captured(LogLevel::Trace, all);
        assert!(text.contains("ours") && text.contains("warning") && !text.contains("header"), "{text}");
        let text = captured(LogLevel::Error, all);
        assert_eq!(text, "");
    }
}
