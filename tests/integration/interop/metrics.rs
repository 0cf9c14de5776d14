//! Metrics and alerts, as Prometheus reads them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{run_tool, run_tool_on};
use crate::cli_support::{Dev, argument, wait_until, write_files};

/// Everything that the admin listener exposes.
fn exposed(dev: &Dev) -> String {
    run_tool(Command::new("curl").args(["-sS", "--fail"]).arg(format!("{}/metrics", dev.text("admin_url")))).expect(0).stdout
}

/// Fails unless promtool can read it all and has nothing to remark on names and units.
#[track_caller]
fn check_metrics(text: &str) {
    assert!(text.contains("aktenfest_documents_stored_total "), "{text}");
    let ran = run_tool_on(Command::new("promtool").args(["check", "metrics"]), text.as_bytes()).expect(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
}

/// The names of our metrics in a text.
fn names(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| word.starts_with("aktenfest_")).collect()
}

#[test]
#[ignore = "needs foreign programs; part of make interop"]
fn promtool_has_nothing_to_remark_while_documents_come_in() {
    let folder = tempfile::tempdir().expect("must be created");
    let documents = folder.path().join("documents");
    write_files(&documents, 1500, 4000);
    let dev = Dev::start(&folder.path().join("dev"));
    check_metrics(&exposed(&dev));
    let mut load = dev.client_command(&["ingest", argument(&documents), "--reference", "a case", "--jobs", "8"]);
    let mut load = load.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("must start");
    wait_until("some documents are stored", || dev.metric("aktenfest_documents_stored_total") >= 20.0);
    let mut under_load = 0;
    while load.try_wait().expect("must be known").is_none() {
        check_metrics(&exposed(&dev));
        under_load += 1;
    }
    assert!(under_load >= 2 && load.wait().expect("must end").success(), "checked {under_load} times under load");
    check_metrics(&exposed(&dev));
    // Refusals make series of their own.
    run_tool(super::curl(&dev).arg(format!("{}/cases/none", super::vault_url(&dev)))).expect(22);
    check_metrics(&exposed(&dev));
    println!("promtool accepted the metrics {under_load} times under load");
    assert_eq!(dev.stop(), 0);
}

#[test]
#[ignore = "needs foreign programs; part of make interop"]
fn promtool_accepts_the_alerts_and_what_they_watch_exists() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/alerts.yml");
    if !rules.exists() {
        println!("NOT CHECKED: alerts: the project has no config/alerts.yml");
        return;
    }
    let ran = run_tool(Command::new("promtool").args(["check", "rules"]).arg(&rules)).expect(0);
    assert!(ran.stdout.contains("SUCCESS"), "{}", ran.stdout);
    let folder = tempfile::tempdir().expect("must be created");
    let dev = Dev::start(&folder.path().join("dev"));
    let exposed = exposed(&dev);
    let text = std::fs::read_to_string(&rules).expect("must be UTF-8");
    let unknown: Vec<&str> = names(&text).difference(&names(&exposed)).copied().collect();
    assert!(unknown.is_empty() && !names(&text).is_empty(), "alerts on metrics that do not exist: {unknown:?}");
    assert_eq!(dev.stop(), 0);
}
