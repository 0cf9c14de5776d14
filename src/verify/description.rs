//! Reading back a canonical description: an object of strings with sorted names, in the one spelling of [`CanonicalJson`].
//!
//! [`CanonicalJson`]: crate::model::CanonicalJson

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
