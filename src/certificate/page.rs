//! One page for people: HTML without scripts and without anything from elsewhere, which prints on A4, with a line for a signature.

use std::fmt::Write as _;

use super::statement::{Deed, Statement, Subject};
use super::text::{ENGLISH, GERMAN, PageText};
use crate::model::Digest;
use crate::model::retention::Part;
use crate::words::{Language, Words, escaped};

/// Lines of a list that fit on the page; the document has all of them.
const LINES_MAX: usize = 3;
/// The same of key epochs, each of which takes two lines.
const EPOCHS_MAX: usize = 2;
/// Numbers of ledger entries that fit on the page.
const ENTRIES_MAX: usize = 6;
/// Characters of a word that somebody wrote: two lines in a wide typeface. What is wider still is cut off by the style.
const WORD_CHARACTERS_MAX: usize = 150;

const STYLE: &str = "@page{size:A4;margin:11mm 15mm}body{font:8.5pt/1.2 sans-serif;max-width:178mm;margin:0 auto;color:#000;\
background:#fff}h1{font-size:14pt;margin:0 0 1.5mm}p{margin:1mm 0}.stage{font-weight:bold;border:.4mm solid #000;\
padding:1.2mm 2mm;margin:1.5mm 0}table{border-collapse:collapse;table-layout:fixed;width:100%}th,td{border-bottom:.2mm solid #999;\
text-align:left;vertical-align:top;padding:.4mm 1mm;overflow-wrap:anywhere}th{width:46mm;font-weight:normal;color:#333}\
td div{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden}code{font-size:7pt}\
.sign{margin-top:12mm;border-top:.3mm solid #000;width:100mm;padding-top:1mm;break-inside:avoid}";

/// The page in the language of these words. `digest` is that of the signed document.
pub fn page(words: &Words, subject: &Subject, statement: &Statement, digest: &Digest) -> String {
    let text = match words.language() {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    };
    Page { words, text, subject, statement, html: String::new() }.write(digest)
}

struct Page<'a> {
    words: &'a Words,
    text: &'static PageText,
    subject: &'a Subject,
    statement: &'a Statement,
    html: String,
}

impl Page<'_> {
    fn write(mut self, digest: &Digest) -> String {
        let (text, statement, language) = (self.text, self.statement, self.words.language().tag());
        let stage = if statement.stage() == 2 { text.stage_two } else { text.stage_one };
        let result = if statement.is_irrecoverable() { text.irrecoverable } else { text.logical };
        self.put(&format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head>\n\
             <body>\n<h1>{title}</h1>\n<p class=\"stage\">{stage}<br>{result}</p>\n<table>\n",
            title = text.title,
        ));
        self.row(text.vault, &format!("{}, <code>{}</code>", escaped(&self.subject.vault), escaped(&self.subject.origin)));
        self.row(text.order, &format!("<code>{}</code>", statement.order));
        self.row(text.reason, &escaped(&self.words.order_reason(statement.reason)));
        for (label, name) in [(text.because, "reason"), (text.legal_basis, "legal_basis"), (text.reference, "reference")] {
            if let Some(word) = statement.word(name) {
                self.row(label, &format!("<div>{}</div>", escaped(&shortened(word))));
            }
        }
        self.times();
        self.counts();
        self.keys();
        self.row(text.residuals, text.residuals_text);
        self.row(text.ledger, &self.entries());
        self.row(text.digest, &format!("<code>{digest}</code>"));
        let version = escaped(&self.subject.version);
        self.put(&format!(
            "</table>\n<p>{}</p>\n<p>aktenfest {version}</p>\n<p class=\"sign\">{}</p>\n</body>\n</html>\n",
            text.check, text.sign
        ));
        self.html
    }

    fn put(&mut self, html: &str) {
        self.html.push_str(html);
    }

    /// `value` is HTML.
    fn row(&mut self, label: &str, value: &str) {
        // Writing into a string does not fail.
        let _ = writeln!(self.html, "<tr><th>{label}</th><td>{value}</td></tr>");
    }

    fn times(&mut self) {
        let (text, statement) = (self.text, self.statement);
        self.row(text.proposed, &by(&statement.proposal));
        self.row(text.approved, &by(&statement.approval));
        if let Some(day) = self.subject.rest_ended_on {
            self.row(text.rest, &escaped(&self.words.date(day)));
        }
        let (first, last) = (statement.steps.first(), statement.steps.last());
        let span = [first, last].map(|step| step.map_or(String::new(), |step| step.deed.at.to_string()));
        let executed = if span[0] == span[1] { span[0].clone() } else { format!("{} &ndash; {}", span[0], span[1]) };
        self.row(text.executed, &executed);
        let ended = statement.keys.last().map_or(String::new(), |end| end.deed.at.to_string());
        self.row(text.keys_gone, &ended);
        let named = statement.copies.as_ref().map_or(text.not_yet.to_owned(), |(deed, _)| deed.at.to_string());
        self.row(text.copies_named, &named);
    }

    fn counts(&mut self) {
        let (text, statement) = (self.text, self.statement);
        let counts = [
            (statement.count(|part| part == Part::Whole), text.cases),
            (statement.count(|part| matches!(part, Part::Matter(_))), text.matters),
            (statement.count(|part| matches!(part, Part::Document(_))), text.single_documents),
            (statement.documents(), text.documents),
        ];
        let counts: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        self.row(text.destroyed, &counts.join(", "));
        let mut dropped: Vec<_> = statement.dropped.iter().map(|(reason, count)| (*count, *reason)).collect();
        dropped.sort_unstable_by_key(|(count, reason)| (std::cmp::Reverse(*count), *reason));
        let waiting = statement.items_waiting();
        let waiting = (waiting > 0).then(|| format!("{waiting} {}", text.waiting));
        let dropped = dropped.into_iter().map(|(count, reason)| format!("{count}: {}", escaped(&self.words.drop_reason(reason))));
        let left: Vec<String> = waiting.into_iter().chain(dropped).collect();
        if !left.is_empty() {
            self.row(text.left_alone, &bounded(left, LINES_MAX));
        }
        self.row(text.list, &format!("<code>{}</code>", statement.list));
    }

    fn keys(&mut self) {
        let (text, statement) = (self.text, self.statement);
        self.row(text.method, text.method_text);
        let epochs = statement.keys.iter().map(|end| {
            let proof = &end.proof;
            format!("{} &rarr; {}: <code>{} &rarr; {}</code>", proof.before, proof.after, proof.root_before, proof.root_after)
        });
        self.row(text.epoch, &bounded(epochs, EPOCHS_MAX));
        let mut places: Vec<(String, char)> = statement.places().map(|place| (place.name.clone(), place.assurance)).collect();
        places.sort_unstable();
        places.dedup();
        let meaning = |letter| {
            text.assurances[match letter {
                'A' => 0,
                'B' => 1,
                _ => 2,
            }]
        };
        let places = places.iter().map(|(name, letter)| format!("{} &ndash; {letter}: {}", escaped(name), meaning(*letter)));
        self.row(text.places, &bounded(places, LINES_MAX));
        if let Some((_, copies)) = &statement.copies {
            let copies = copies.iter().map(|copy| format!("{}: {}", escaped(&copy.name), if copy.seen { text.seen } else { text.unseen }));
            self.row(text.copies, &bounded(copies, LINES_MAX));
        }
    }

    fn entries(&self) -> String {
        let (text, statement) = (self.text, self.statement);
        let steps = statement.steps.iter().map(|step| step.deed.entry.0);
        let ends = statement.keys.iter().map(|end| end.deed.entry.0);
        let copies = statement.copies.iter().map(|(deed, _)| deed.entry.0);
        let entries: Vec<u64> =
            [statement.proposal.entry.0, statement.approval.entry.0].into_iter().chain(steps).chain(ends).chain(copies).collect();
        // An order in many steps has its first and last entries on the page.
        let shown = if entries.len() > ENTRIES_MAX + 1 { &entries[..ENTRIES_MAX] } else { &entries[..] };
        let list: Vec<String> = shown.iter().map(u64::to_string).collect();
        let more = entries.len() - shown.len();
        let last = entries.last().copied().unwrap_or_default();
        let rest = if more > 0 { format!(", &hellip; {last} (+{})", more) } else { String::new() };
        format!("{} {}{rest}", text.entry, list.join(", "))
    }
}

fn by(deed: &Deed) -> String {
    format!("{} ({}), {}", escaped(&deed.person), escaped(&deed.application), deed.at)
}

/// As many lines as the page has room for.
fn bounded(lines: impl IntoIterator<Item = String>, lines_max: usize) -> String {
    let lines: Vec<String> = lines.into_iter().collect();
    let more = lines.len().saturating_sub(lines_max);
    let mut shown = lines[..lines.len() - more].join("<br>");
    if more > 0 {
        let _ = write!(shown, "<br>&hellip; (+{more})");
    }
    shown
}

/// A word that somebody wrote, so long that the page stays one page.
fn shortened(word: &str) -> String {
    let mut characters = word.chars();
    let shown: String = characters.by_ref().take(WORD_CHARACTERS_MAX).collect();
    if characters.next().is_some() { shown + "..." } else { shown }
}

#[cfg(test)]
mod interop;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_wrote_leaves_room() {
        assert_eq!(shortened(&"x".repeat(300)).len(), WORD_CHARACTERS_MAX + 3);
        assert_eq!(shortened("short"), "short");
    }

    #[test]
    fn a_long_list_does_not_fill_the_page() {
        let lines = |count: u32| bounded((0..count).map(|number| number.to_string()), 3);
        assert_eq!((lines(3).as_str(), lines(9).as_str()), ("0<br>1<br>2", "0<br>1<br>2<br>&hellip; (+6)"));
    }
}
