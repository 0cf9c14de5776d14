//! Reading back a canonical description: an object of strings with sorted names, in the one spelling of [`CanonicalJson`].
//!
//! [`CanonicalJson`]: crate::model::CanonicalJson

use std::collections::BTreeMap;

use crate::model::{CaseDescription, Date, DocumentDescription, DocumentId, NoteId, ScanDescription, Text};

/// The members of a canonical description, or `None` if the bytes are not the one spelling of an object of strings.
pub(super) fn members(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut rest = text.strip_prefix('{')?;
    let mut members: Vec<(String, String)> = Vec::new();
    if rest == "}" {
        return Some(members);
    }
    loop {
        let (name, behind) = string(rest)?;
        let (value, behind) = string(behind.strip_prefix(':')?)?;
        if members.last().is_some_and(|(last, _)| *last >= name) {
            return None;
        }
        members.push((name, value));
        match behind.strip_prefix(',') {
            Some(next) => rest = next,
            None => return (behind == "}").then_some(members),
        }
    }
}

/// The value of one member.
pub(super) fn member(bytes: &[u8], name: &str) -> Option<String> {
    members(bytes)?.into_iter().find(|(found, _)| found == name).map(|(_, value)| value)
}

/// The description of a case, or `None` if the bytes are not the one form of one.
pub(super) fn case(bytes: &[u8]) -> Option<CaseDescription> {
    let mut members = Members::of(bytes)?;
    let description = CaseDescription { reference: members.text("reference")??, kind: members.text("kind")?, unit: members.text("unit")? };
    (description.to_canonical().as_bytes() == bytes).then_some(description)
}

/// The description of a document, or `None` if the bytes are not the one form of one.
pub(super) fn document(bytes: &[u8]) -> Option<DocumentDescription> {
    let mut members = Members::of(bytes)?;
    let description = DocumentDescription {
        title: members.text("title")?,
        document_type: members.text("type")?,
        date: members.parsed("date", |text| Date::parse(text).ok())?,
        received: members.parsed("received", |text| Date::parse(text).ok())?,
        file_name: members.text("file_name")?,
        supersedes: members.parsed("supersedes", |text| DocumentId::parse(text).ok())?,
        matters: members.parsed("matters", matters)?.unwrap_or_default(),
        scan: scan(&mut members)?,
    };
    // Writing it again shows that nothing was overlooked.
    (description.to_canonical().as_bytes() == bytes).then_some(description)
}

fn matters(text: &str) -> Option<Vec<NoteId>> {
    text.split(' ').map(|id| NoteId::parse(id).ok()).collect()
}

fn scan(members: &mut Members) -> Option<Option<ScanDescription>> {
    let Some(scanned_on) = members.parsed("scan_date", |text| Date::parse(text).ok())? else { return Some(None) };
    Some(Some(ScanDescription {
        scanned_on,
        pages: members.parsed("scan_pages", |text| text.parse().ok())??,
        batch: members.parsed("scan_batch", |text| NoteId::parse(text).ok())?,
        transfer_note: members.text("scan_transfer_note")?,
        colour: members.parsed("scan_colour", |text| text.parse().ok())??,
        high_protection: members.parsed("scan_protection", |text| Some(text == "high"))??,
    }))
}

/// The members of a description by name.
struct Members(BTreeMap<String, String>);

impl Members {
    fn of(bytes: &[u8]) -> Option<Self> {
        Some(Self(members(bytes)?.into_iter().collect()))
    }

    /// The value of a member, if there is such a member; the outer `None` if it is not such a value.
    fn parsed<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
        self.0.remove(name).map_or(Some(None), |value| parse(&value).map(Some))
    }

    fn text(&mut self, name: &str) -> Option<Option<Text>> {
        self.parsed(name, |text| Text::parse(text).ok())
    }
}

/// A string in quotation marks and what follows it. Only the escapes that RFC 8785 section 3.2.2.2 prescribes are accepted.
fn string(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix('"')?;
    let mut value = String::new();
    let mut characters = inside.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &inside[at + 1..])),
            '\\' => value.push(escape(&mut characters)?),
            control if control < ' ' => return None,
            other => value.push(other),
        }
    }
    None
}

fn escape(characters: &mut std::str::CharIndices<'_>) -> Option<char> {
    let (_, kind) = characters.next()?;
    match kind {
        '"' | '\\' => Some(kind),
        'b' => Some('\u{8}'),
        't' => Some('\t'),
        'n' => Some('\n'),
        'f' => Some('\u{c}'),
        'r' => Some('\r'),
        'u' => {
            let digits: String = characters.by_ref().take(4).map(|(_, digit)| digit).collect();
            let character = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)?;
            let shorter = matches!(character, '\u{8}' | '\t' | '\n' | '\u{c}' | '\r');
            let canonical = character < ' ' && !shorter && digits == format!("{:04x}", u32::from(character));
            canonical.then_some(character)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CanonicalJson;

    #[test]
    fn what_is_written_can_be_read_back() {
        let fields = vec![("title", "a\"b\\c\u{1}\n\t\u{e4}".to_owned()), ("date", String::new()), ("reference", "3 C 17/26".to_owned())];
        let json = CanonicalJson::from_fields(fields.clone());
        let read = members(json.as_bytes()).unwrap();
        let names: Vec<_> = read.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["date", "reference", "title"]);
        assert!(fields.iter().all(|(name, value)| member(json.as_bytes(), name).as_ref() == Some(value)));
        assert_eq!(members(b"{}"), Some(Vec::new()));
    }

    #[test]
    fn descriptions_are_what_they_were() {
        let text = |text: &str| Some(Text::parse(text).unwrap());
        let day = |text: &str| Some(Date::parse(text).unwrap());
        let whole = DocumentDescription {
            title: text("Bescheid \u{fc}ber Leistungen"),
            document_type: text("decision"),
            date: day("2024-02-29"),
            received: day("2024-03-01"),
            file_name: text("a b.pdf"),
            supersedes: Some(DocumentId::from_bytes([1; 16])),
            matters: vec![NoteId::from_bytes([2; 16]), NoteId::from_bytes([3; 16])],
            scan: Some(ScanDescription {
                scanned_on: Date::parse("2024-03-02").unwrap(),
                pages: 7,
                batch: Some(NoteId::from_bytes([4; 16])),
                transfer_note: text("TV 17"),
                colour: true,
                high_protection: false,
            }),
        };
        let bare = ScanDescription { batch: None, transfer_note: None, high_protection: true, ..whole.scan.clone().unwrap() };
        let scanned = DocumentDescription { scan: Some(bare), ..DocumentDescription::default() };
        for description in [whole, scanned, DocumentDescription::default()] {
            assert_eq!(document(description.to_canonical().as_bytes()), Some(description));
        }
        let opened = CaseDescription { reference: text("3 C 17/26").unwrap(), kind: text("benefit"), unit: None };
        assert_eq!(case(opened.to_canonical().as_bytes()), Some(opened));
        for bad in ["{\"scan_date\":\"2024-03-02\"}", "{\"date\":\"yesterday\"}", "{\"colour\":\"red\"}", "{\"matters\":\"\"}"] {
            assert_eq!(document(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(case(b"{}"), None, "a case has a reference");
    }

    #[test]
    fn other_spellings_are_refused() {
        for bad in [
            "",
            "{",
            "{}}",
            "{\"a\":1}",
            "{\"a\" :\"b\"}",
            "{\"b\":\"\",\"a\":\"\"}",
            "{\"a\":\"\",\"a\":\"\"}",
            "{\"a\":\"\\u000A\"}",
            "{\"a\":\"\\u000a\"}",
            "{\"a\":\"\\u0041\"}",
            "{\"a\":\"\\/\"}",
            "{\"a\":\"b\",}",
            "{\"a\":\"\\u00",
        ] {
            assert_eq!(members(bad.as_bytes()), None, "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
            let _ = members(&bytes);
            let _ = members(&[b"{\"", &bytes[..]].concat());
        }

        #[test]
        fn any_value_survives(value in ".*") {
            let json = CanonicalJson::from_fields(vec![("title", value.clone())]);
            proptest::prop_assert_eq!(member(json.as_bytes(), "title"), Some(value));
        }
    }
}
