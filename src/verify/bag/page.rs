//! The report for people: one page that a lawyer can read, as HTML without scripts and as plain text, German or English.

use std::fmt::Write as _;

use super::coverage::{BagFacts, BagReport, Check, Covered, Shard};
use crate::model::{Date, Timestamp};
use crate::verify::report::{Finding, Severity, Verdict};
use crate::words::{Words, escaped};

/// Findings that fit on the page; `--json` has all of them.
const FINDINGS_MAX: usize = 8;
/// Times of time-stamps that fit on it.
const STAMPS_MAX: usize = 4;
/// Characters of a finding's own text on the page.
const TEXT_CHARACTERS_MAX: usize = 160;

const STYLE: &str = "@page{size:A4;margin:13mm 15mm}body{font:8.8pt/1.3 sans-serif;max-width:180mm;margin:0 auto;color:#000;\
background:#fff}h1{font-size:15pt;margin:0 0 2mm}h2{font-size:10.5pt;margin:3mm 0 .8mm}p{margin:1mm 0}\
.verdict{border:.5mm solid #000;padding:2mm 3mm;margin:2mm 0 3mm}.verdict b{font-size:11.5pt}\
table{border-collapse:collapse;width:100%}th,td{border-bottom:.2mm solid #999;text-align:left;vertical-align:top;padding:.5mm 1mm}\
th{width:40mm;font-weight:normal;color:#333}ul{margin:0;padding-left:4.5mm}li{margin:.4mm 0}td,li{overflow-wrap:anywhere}\
small{color:#333;font-size:7.5pt}.foot{margin-top:3mm}.sign{margin-top:11mm;border-top:.3mm solid #000;width:100mm;padding-top:1mm}";

/// The report in sentences, whatever it is written on.
struct Told {
    title: String,
    verdict: String,
    meaning: String,
    lines: Vec<(String, String)>,
    sections: Vec<(String, Vec<Item>)>,
    foot: Vec<String>,
    sign: String,
}

/// A sentence, with what programs and experts want to know beside it.
struct Item {
    sentence: String,
    detail: String,
}

/// The page in HTML.
pub fn page(words: &Words, report: &BagReport) -> String {
    let told = Told::of(words, report);
    let (language, title) = (words.language().tag(), escaped(&told.title));
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head>\n\
         <body>\n<h1>{title}</h1>\n<p class=\"verdict\"><b>{}</b><br>{}</p>\n<table>\n",
        escaped(&told.verdict),
        escaped(&told.meaning),
    );
    // Writing into a string does not fail.
    for (label, value) in &told.lines {
        let _ = writeln!(html, "<tr><th>{}</th><td>{}</td></tr>", escaped(label), escaped(value));
    }
    html.push_str("</table>\n");
    for (heading, items) in &told.sections {
        let _ = writeln!(html, "<h2>{}</h2>\n<ul>", escaped(heading));
        for Item { sentence, detail } in items {
            let detail = if detail.is_empty() { String::new() } else { format!(" <small>{}</small>", escaped(detail)) };
            let _ = writeln!(html, "<li>{}{detail}</li>", escaped(sentence));
        }
        html.push_str("</ul>\n");
    }
    let foot: Vec<String> = told.foot.iter().map(|line| escaped(line)).collect();
    let _ = write!(
        html,
        "<p class=\"foot\"><small>{}</small></p>\n<p class=\"sign\">{}</p>\n</body>\n</html>\n",
        foot.join("<br>"),
        escaped(&told.sign)
    );
    html
}

/// The same as text for a terminal.
pub fn text(words: &Words, report: &BagReport) -> String {
    let told = Told::of(words, report);
    let mut text = format!("{}\n\n{}\n{}\n\n", told.title, told.verdict, told.meaning);
    let width = told.lines.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default();
    for (label, value) in &told.lines {
        let _ = writeln!(text, "{label}{}  {value}", " ".repeat(width - label.chars().count()));
    }
    for (heading, items) in &told.sections {
        let _ = writeln!(text, "\n{heading}");
        for Item { sentence, detail } in items {
            let _ = writeln!(text, "  - {sentence}");
            if !detail.is_empty() {
                let _ = writeln!(text, "    {detail}");
            }
        }
    }
    text
}

impl Told {
    fn of(words: &Words, report: &BagReport) -> Self {
        let label = |name: &str| words.label(name);
        let verdict = report.report.verdict.word();
        let findings = findings(words, &report.report.findings, report.report.findings_left_out);
        let (done, open) = coverage(words, report);
        Self {
            title: label("audit-title"),
            verdict: label(&format!("audit-verdict-{verdict}")),
            meaning: label(&format!("audit-meaning-{verdict}")),
            lines: lines(words, &report.bag),
            sections: vec![(label("audit-found"), findings), (label("audit-checked"), done), (label("audit-not-checked"), open)],
            foot: vec![label("audit-foot"), format!("aktenfest {}", env!("CARGO_PKG_VERSION"))],
            sign: label("audit-sign"),
        }
    }
}

fn lines(words: &Words, bag: &BagFacts) -> Vec<(String, String)> {
    let mut lines = vec![("audit-bag", bag.name.clone())];
    let mut line = |name, value: Option<String>| lines.extend(value.map(|value| (name, value)));
    // Whoever made the bag may have written something else than a day.
    let made = bag.date.as_ref().map(|date| Date::parse(date).map_or_else(|_| date.clone(), |day| words.date(day)));
    let joined: Vec<&str> = [&bag.identifier, &bag.organization, &made].into_iter().flatten().map(String::as_str).collect();
    line("audit-export", (!joined.is_empty()).then(|| joined.join(", ")));
    line("audit-scope", bag.scope.clone());
    line("audit-ledger", bag.origin.clone());
    line(
        "audit-root",
        bag.root.as_ref().map(|root| words.told("audit-size-and-root", &[("size", bag.size.into()), ("root", root.clone().into())])),
    );
    let day = |time: Timestamp| words.date(time.day());
    line("audit-period", bag.times.map(|(first, last)| format!("{} \u{2013} {}", day(first), day(last))));
    line("audit-signer", bag.signer.as_ref().map(|signer| signer.key.clone()));
    line("audit-certificate", bag.certificate.clone());
    let stamps: Vec<String> = bag.stamps.iter().map(|(_, time)| words.moment(*time)).collect();
    line("audit-stamps", (!stamps.is_empty()).then(|| stamps[..stamps.len().min(STAMPS_MAX)].join(", ")));
    let witnesses = bag.witnesses.iter().map(|witness| match witness.time {
        Some(time) => format!("{} ({})", witness.name, words.moment(time)),
        None => witness.name.clone(),
    });
    let witnesses: Vec<String> = witnesses.collect();
    line("audit-witnesses", (!witnesses.is_empty()).then(|| witnesses.join(", ")));
    let shard = |shard: &Shard| {
        let name = if shard.is_sealed { "audit-access-sealed" } else { "audit-access-open" };
        words.told(name, &[("year", shard.year.clone().into()), ("count", shard.size.into())])
    };
    let shards: Vec<String> = bag.shards.iter().map(shard).collect();
    line("audit-access-ledgers", (!shards.is_empty()).then(|| shards.join("; ")));
    lines.into_iter().map(|(name, value)| (words.label(name), value)).collect()
}

fn findings(words: &Words, findings: &[Finding], left_out: u64) -> Vec<Item> {
    let mut items: Vec<Item> = findings.iter().take(FINDINGS_MAX).map(|finding| finding_item(words, finding)).collect();
    let more = findings.len().saturating_sub(FINDINGS_MAX) as u64 + left_out;
    if more > 0 {
        items.push(Item { sentence: words.told("audit-more", &[("count", more.into())]), detail: String::new() });
    }
    if items.is_empty() {
        items.push(Item { sentence: words.label("audit-nothing"), detail: String::new() });
    }
    items
}

fn finding_item(words: &Words, finding: &Finding) -> Item {
    let severity = match finding.code.severity() {
        Severity::Note => "audit-note",
        Severity::Warning => "audit-warning",
        Severity::Error => "audit-error",
    };
    let sentence = format!("{}: {}", words.label(severity), words.finding(finding.code.name(), &finding.numbers));
    // Two notes that contradict each other are a proof, and stand there whole.
    let whole = finding.code.verdict() == Verdict::Diverged;
    let text = if whole { finding.text.clone() } else { shortened(&finding.text) };
    Item { sentence, detail: words.detail(finding.code.name(), &finding.place, &text) }
}

fn shortened(text: &str) -> String {
    let mut characters = text.chars();
    let shown: String = characters.by_ref().take(TEXT_CHARACTERS_MAX).collect();
    if characters.next().is_some() { shown + "..." } else { shown }
}

/// What was checked, and what was not.
fn coverage(words: &Words, report: &BagReport) -> (Vec<Item>, Vec<Item>) {
    let item = |sentence| Item { sentence, detail: String::new() };
    let done = |check: &Check| match check.covered {
        Covered::Yes { count, of } => {
            Some(item(words.told(&format!("audit-done-{}", check.name), &[("count", count.into()), ("of", of.into())])))
        }
        Covered::No => None,
    };
    let open = report.checks.iter().filter(|check| check.covered == Covered::No);
    let mut open: Vec<Item> = open.map(|check| item(words.label(&format!("audit-open-{}", check.name)))).collect();
    open.push(item(words.told("audit-limit-later", &[("size", report.bag.size.into())])));
    open.push(item(words.label("audit-limit-truth")));
    (report.checks.iter().filter_map(done).collect(), open)
}
