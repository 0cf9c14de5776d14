//! Canonical JSON (RFC 8785) of a small subset: objects with sorted names, lists, strings, whole numbers, truth values; no white space.

use std::io::{self, Write};

/// Writes values one after the other; commas come by themselves.
pub(super) struct Writer<'w, W: Write> {
    out: &'w mut W,
    /// Whether the next value is not the first one of its list or object.
    follows: bool,
}

impl<'w, W: Write> Writer<'w, W> {
    pub(super) fn new(out: &'w mut W) -> Self {
        Self { out, follows: false }
    }

    fn comma(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.follows, true) { self.out.write_all(b",") } else { Ok(()) }
    }

    /// An object as the next value of a list, or at the top.
    pub(super) fn object(&mut self, members: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        self.comma()?;
        self.between(b"{", b"}", members)
    }

    /// A string as the next value of a list.
    pub(super) fn string(&mut self, value: &str) -> io::Result<()> {
        self.comma()?;
        write_string(self.out, value)
    }

    /// A member that is a string.
    pub(super) fn text(&mut self, name: &str, value: &str) -> io::Result<()> {
        self.name(name)?;
        write_string(self.out, value)
    }

    /// A member that is a string, if there is one.
    pub(super) fn text_if(&mut self, name: &str, value: Option<&str>) -> io::Result<()> {
        value.map_or(Ok(()), |value| self.text(name, value))
    }

    /// A member that is a number.
    pub(super) fn number(&mut self, name: &str, value: u64) -> io::Result<()> {
        self.name(name)?;
        write!(self.out, "{value}")
    }

    /// A member that is true or false.
    pub(super) fn truth(&mut self, name: &str, value: bool) -> io::Result<()> {
        self.name(name)?;
        write!(self.out, "{value}")
    }

    /// A member that is an object.
    pub(super) fn object_at(&mut self, name: &str, members: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        self.name(name)?;
        self.between(b"{", b"}", members)
    }

    /// A member that is a list.
    pub(super) fn list_at(&mut self, name: &str, values: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        self.name(name)?;
        self.between(b"[", b"]", values)
    }

    fn name(&mut self, name: &str) -> io::Result<()> {
        self.comma()?;
        write_string(self.out, name)?;
        self.out.write_all(b":")
    }

    fn between(&mut self, open: &[u8], close: &[u8], inside: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        self.out.write_all(open)?;
        self.follows = false;
        inside(self)?;
        self.follows = true;
        self.out.write_all(close)
    }
}

/// A string with the escapes that RFC 8785 section 3.2.2.2 prescribes.
pub(super) fn write_string(out: &mut impl Write, text: &str) -> io::Result<()> {
    out.write_all(b"\"")?;
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            0x08 => "\\b",
            0x09 => "\\t",
            0x0a => "\\n",
            0x0c => "\\f",
            0x0d => "\\r",
            0..0x20 => "",
            _ => continue,
        };
        out.write_all(&text.as_bytes()[plain..at])?;
        if short.is_empty() {
            write!(out, "\\u{byte:04x}")?
        } else {
            out.write_all(short.as_bytes())?
        }
        plain = at + 1;
    }
    out.write_all(&text.as_bytes()[plain..])?;
    out.write_all(b"\"")
}

/// Walks along a document whose order of members is known. `None` means that something else comes next.
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// At the beginning of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How far it has come, in bytes.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Goes behind `literal` if it comes next.
    pub fn literal(&mut self, literal: &str) -> Option<()> {
        let there = self.bytes[self.at..].starts_with(literal.as_bytes());
        self.at += if there { literal.len() } else { 0 };
        there.then_some(())
    }

    /// Whether the next value of a list or object follows, and not its end.
    pub fn more(&mut self, first: bool) -> bool {
        let ends = matches!(self.bytes.get(self.at), Some(b']' | b'}') | None);
        !ends && (first || self.literal(",").is_some())
    }

    /// A whole number without sign.
    pub fn number(&mut self) -> Option<u64> {
        let digits = self.bytes[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = std::str::from_utf8(&self.bytes[self.at..self.at + digits]).ok()?;
        self.at += digits;
        text.parse().ok()
    }

    /// A string without its escapes.
    pub fn string(&mut self) -> Option<String> {
        self.literal("\"")?;
        let mut text = Vec::new();
        loop {
            let rest = &self.bytes[self.at..];
            let plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
            text.extend_from_slice(&rest[..plain]);
            self.at += plain + 1;
            if rest[plain] == b'"' {
                return String::from_utf8(text).ok();
            }
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Option<u8> {
        let kind = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(match kind {
            b'"' | b'\\' => kind,
            b'b' => 0x08,
            b't' => 0x09,
            b'n' => 0x0a,
            b'f' => 0x0c,
            b'r' => 0x0d,
            b'u' => {
                let digits = std::str::from_utf8(self.bytes.get(self.at..self.at + 4)?).ok()?;
                self.at += 4;
                u8::from_str_radix(digits, 16).ok().filter(|byte| *byte < 0x20)?
            }
            _ => return None,
        })
    }

    /// An object of strings.
    pub fn strings(&mut self) -> Option<Vec<(String, String)>> {
        self.literal("{")?;
        let mut members = Vec::new();
        while self.more(members.is_empty()) {
            let name = self.string()?;
            self.literal(":")?;
            members.push((name, self.string()?));
        }
        self.literal("}")?;
        Some(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_back_and_other_readers_see_the_same() {
        for text in ["", "plain", "a \"quoted\" \\ word", "line\nfeed\ttab\u{1}\u{1f}\u{8}\u{c}\r", "Stra\u{df}e \u{2014} \u{1f600}"] {
            let mut bytes = Vec::new();
            write_string(&mut bytes, text).unwrap();
            assert_eq!(serde_json::from_slice::<String>(&bytes).unwrap(), text);
            assert_eq!(Cursor::new(&bytes).string().as_deref(), Some(text));
        }
        for bad in ["\"", "\"\\x\"", "\"\\u00e4\"", "\"\\u12\"", "plain", "\"\\"] {
            assert_eq!(Cursor::new(bad.as_bytes()).string(), None, "{bad}");
        }
    }

    #[test]
    fn commas_come_by_themselves() {
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes);
        let written = writer.object(|object| {
            object.list_at("a", |list| {
                list.object(|_| Ok(()))?;
                list.object(|object| object.number("x", 1))?;
                list.string("y")
            })?;
            object.list_at("b", |_| Ok(()))?;
            object.text_if("c", None)?;
            object.truth("d", true)
        });
        written.unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), r#"{"a":[{},{"x":1},"y"],"b":[],"d":true}"#);
    }

    #[test]
    fn a_list_is_walked_to_its_end() {
        let mut cursor = Cursor::new(br#"{"a":"1","b":"2"}[1,2]"#);
        assert_eq!(cursor.strings().unwrap().len(), 2);
        cursor.literal("[").unwrap();
        let mut numbers = Vec::new();
        while cursor.more(numbers.is_empty()) {
            numbers.push(cursor.number().unwrap());
        }
        assert_eq!((numbers, cursor.literal("]"), cursor.more(true)), (vec![1, 2], Some(()), false));
    }
}
