//! The report on an archive for people, as text: what was found, how much was looked at, and what it means.

use std::fmt::Write as _;

use super::report::{AccessSummary, Finding, Report, Severity};
use crate::words::{Language, Words};

/// The report in this language. In English a finding is one line, as programs have always read it; in German its sentence comes first.
pub fn text(words: &Words, report: &Report) -> String {
    let counts = &report.counts;
    let mut text: String = report.findings.iter().map(|finding| finding_text(words, finding)).collect();
    let mut line = |name: &str, values: &[(&'static str, u64)]| {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, (*value).into())).collect();
        text.push_str(&words.told(&format!("audit-text-{name}"), &values));
        text.push('\n');
    };
    if report.findings_left_out > 0 {
        line("more", &[("count", report.findings_left_out)]);
    }
    line("records", &[("vaults", counts.vaults), ("cases", counts.cases), ("documents", counts.documents)]);
    line("content", &[("bytes", counts.plain_bytes), ("frames", counts.frames)]);
    line("ledgers", &[("logs", counts.logs), ("entries", counts.entries), ("tiles", counts.tiles), ("receipts", counts.receipts)]);
    line("retention", &[("notes", counts.notes), ("facts", counts.facts), ("rows", counts.agenda_rows)]);
    if counts.destroyed > 0 {
        line("destroyed", &[("count", counts.destroyed)]);
    }
    for log in &report.logs {
        let values = [("vault", log.vault.clone()), ("origin", log.origin.clone()), ("root", log.root.clone())];
        let mut values: Vec<_> = values.into_iter().map(|(name, value)| (name, value.into())).collect();
        values.push(("size", log.size.into()));
        let _ = writeln!(text, "{}", words.told("audit-text-ledger", &values));
        if let Some(key) = &log.log_key {
            let _ = writeln!(text, "    {}", words.told("audit-text-key", &[("key", key.clone().into())]));
        }
    }
    text.extend(report.accesses.iter().map(|access| access_text(words, access)));
    // Writing into a string does not fail.
    let _ = writeln!(text, "{}", words.label(&format!("audit-text-{}", report.verdict.word())));
    text
}

/// One finding with the line or lines that it takes.
pub fn finding_text(words: &Words, finding: &Finding) -> String {
    if words.language() == Language::English {
        return format!("{finding}\n");
    }
    let severity = match finding.code.severity() {
        Severity::Note => "audit-note",
        Severity::Warning => "audit-warning",
        Severity::Error => "audit-error",
    };
    let (code, severity) = (finding.code.name(), words.label(severity));
    let sentence = words.finding(code, &finding.numbers);
    format!("{severity}: {sentence}\n    {}\n", words.detail(code, &finding.place, &finding.text))
}

fn access_text(words: &Words, access: &AccessSummary) -> String {
    let standing = match access.is_sealed {
        Some(true) => "sealed",
        Some(false) => "open",
        None => "unasked",
    };
    let values = [("vault", access.vault.clone().into()), ("year", access.year.to_string().into()), ("count", access.entries.into())];
    words.told(&format!("audit-text-access-{standing}"), &values) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::catalogue;
    use crate::verify::report::{Collector, Counts, Verdict};

    fn report() -> Report {
        let collector = Collector::default();
        collector.found(catalogue::ENTRY_MISSING, "vault demo entry 7", "missing");
        collector.count(&Counts { vaults: 1, documents: 3, destroyed: 2, ..Counts::default() });
        for (year, is_sealed) in [(2025, Some(true)), (2026, Some(false)), (2027, None)] {
            collector.access(AccessSummary { vault: "demo".to_owned(), year, entries: 12, is_sealed });
        }
        collector.report()
    }

    #[test]
    fn access_ledgers_are_told_by_vault_and_year() {
        let english = text(Words::of(Language::English), &report());
        for line in ["access log of vault demo, 2025: 12 entries, sealed\n", "access log of vault demo, 2026: 12 entries, open\n"] {
            assert!(english.contains(line), "{english}");
        }
        assert!(english.contains("error entry-missing at vault demo entry 7: missing\nvaults 1  cases 0  documents 3\n"), "{english}");
        assert!(english.ends_with("incomplete: something that should be there is missing or unreadable\n"), "{english}");
    }

    #[test]
    fn a_german_report_has_german_sentences() {
        let german = text(Words::of(Language::German), &report());
        for part in ["Fehler: Eintr\u{e4}ge des Ledgers fehlen.\n", "Zugriffsprotokoll der Stelle demo, 2026: 12 Eintr\u{e4}ge, offen\n"] {
            assert!(german.contains(part), "{german}");
        }
        assert!(!german.contains("audit-"), "{german}");
    }

    #[test]
    fn every_kind_of_finding_has_words() {
        for (language, code) in Language::ALL.into_iter().flat_map(|language| catalogue::ALL.iter().map(move |code| (language, code))) {
            assert!(Words::of(language).knows_finding(code.name()), "{language:?} {}", code.name());
        }
    }

    #[test]
    fn every_verdict_has_words() {
        let verdicts = [
            Verdict::Verified,
            Verdict::NotAnchored,
            Verdict::SelfConsistent,
            Verdict::Unchecked,
            Verdict::Incomplete,
            Verdict::Diverged,
            Verdict::Invalid,
        ];
        for language in Language::ALL {
            for verdict in verdicts {
                assert!(!Words::of(language).label(&format!("audit-text-{}", verdict.word())).starts_with("audit-"));
            }
        }
    }
}
