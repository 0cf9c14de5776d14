//! The two spellings of time: UTCTime and GeneralizedTime, in UTC and with seconds, as RFC 5280 section 4.1.2.5 and RFC 3161 section 2.4.2
//! want them.

use crate::model::Timestamp;

/// `YYMMDDhhmmssZ`; 50 to 99 are years of the twentieth century.
pub fn parse_utc(contents: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(contents).ok().filter(|text| text.len() == 13)?;
    let century = if text.as_bytes()[0] >= b'5' { "19" } else { "20" };
    parse_fields(&format!("{century}{text}"))
}

/// `YYYYMMDDhhmmss[.f]Z`. Fractions of a second are cut off: everything that is recorded has whole seconds.
pub fn parse_generalized(contents: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(contents).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    // A fraction has digits and no zero at its end.
    if fraction
        .is_some_and(|fraction| !fraction.bytes().all(|byte| byte.is_ascii_digit()) || fraction.is_empty() || fraction.ends_with('0'))
    {
        return None;
    }
    parse_fields(&format!("{whole}Z"))
}

/// `YYYYMMDDhhmmssZ`.
fn parse_fields(text: &str) -> Option<Timestamp> {
    let digits = text.strip_suffix('Z').filter(|digits| digits.len() == 14 && digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let (date, time) = digits.split_at(8);
    Timestamp::parse(&format!("{}-{}-{}T{}:{}:{}Z", &date[..4], &date[4..6], &date[6..], &time[..2], &time[2..4], &time[4..]))
}

/// `YYYYMMDDhhmmssZ` of a time.
pub fn generalized(time: Timestamp) -> String {
    time.to_string().replace(['-', ':', 'T'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_the_standards() {
        let known = [
            (parse_utc(b"261121183040Z"), Some("2026-11-21T18:30:40Z")),
            (parse_utc(b"500101000000Z"), Some("1950-01-01T00:00:00Z")),
            (parse_utc(b"491231235959Z"), Some("2049-12-31T23:59:59Z")),
            (parse_utc(b"2611211830Z"), None),
            (parse_utc(b"261121183040+"), None),
            (parse_utc(b"261321183040Z"), None),
            (parse_generalized(b"20261121183040Z"), Some("2026-11-21T18:30:40Z")),
            (parse_generalized(b"20261121183040.125Z"), Some("2026-11-21T18:30:40Z")),
            (parse_generalized(b"20261121183040.120Z"), None),
            (parse_generalized(b"20261121183040.Z"), None),
            (parse_generalized(b"20261121183040"), None),
            (parse_generalized(b"20261121183040+0100"), None),
            (parse_generalized(b"20260230000000Z"), None),
            (parse_generalized("2026112118304\u{e4}Z".as_bytes()), None),
            (parse_generalized(b"99991231235959Z"), None),
        ];
        for (number, (parsed, expected)) in known.into_iter().enumerate() {
            assert_eq!(parsed.map(|time| time.to_string()).as_deref(), expected, "{number}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let time = Timestamp::parse("2026-11-21T18:30:40Z").unwrap();
        assert_eq!(parse_generalized(generalized(time).as_bytes()), Some(time));
    }
}
