//! `bagit.txt` and `bag-info.txt` (RFC 8493 sections 2.1.1 and 2.2.2).

use crate::archive::ExportView;

/// What makes a folder a bag.
pub(super) const BAGIT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// Name of the layout, for programs: [`super`] describes it.
const PROFILE: &str = "urn:aktenfest:bag:eal1-export:1";

/// What the bag says about itself. No names: it says what kind of export it is, and of which ledger.
pub(super) fn bag_info(export: &ExportView, origin: &str, payload: (u64, u64)) -> String {
    let record = &export.note.record;
    let (bytes, files) = payload;
    // The origin is `<host>/ledger/<random>`.
    let host = origin.split('/').next().unwrap_or(origin);
    let lines = [
        ("Source-Organization", host.to_owned()),
        ("External-Identifier", record.id.to_string()),
        ("Bagging-Date", record.recorded_at.day().to_string()),
        ("Payload-Oxum", format!("{bytes}.{files}")),
        ("Bagit-Profile-Identifier", PROFILE.to_owned()),
        ("Ledger-Origin", origin.to_owned()),
        ("Ledger-Size", export.size.to_string()),
        ("Ledger-Root-SHA256", export.root.to_string()),
        ("Export-Scope", scope(export)),
        ("Export-Items", export.items.to_string()),
        ("Export-Recorded-In-Entry", record.entry.0.to_string()),
    ];
    lines.map(|(name, value)| format!("{name}: {value}\n")).concat()
}

fn scope(export: &ExportView) -> String {
    let scope = &export.scope;
    let mut words = vec![scope.kind.as_str().to_owned()];
    words.push(export.case.map_or_else(|| "vault".to_owned(), |case| format!("case {case}")));
    words.extend(scope.from.map(|day| format!("from {day}")));
    words.extend(scope.through.map(|day| format!("through {day}")));
    words.push(if scope.contents { "with contents" } else { "without contents" }.to_owned());
    words.push(if scope.access { "with access log" } else { "without access log" }.to_owned());
    words.join("; ")
}
