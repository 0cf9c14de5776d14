//! Watches for the name `/JBIG2Decode` in every byte of a file, however it is escaped and wherever it stands. It finds JBIG2 in files
//! that are too broken to be read.

use super::lexer::{find, hexadecimal, is_regular};

const NAME: &[u8] = b"JBIG2Decode";

/// Finds the name.
#[derive(Default)]
pub struct NameWatch {
    state: State,
    found: bool,
}

#[derive(Default, Clone, Copy)]
enum State {
    /// Waits for a slash.
    #[default]
    Outside,
    /// So many bytes of the name were found.
    Inside(usize),
    /// Behind `#`, and its first digit if it is there.
    Escape(usize, Option<u8>),
}

impl NameWatch {
    /// Watches more bytes.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while !self.found {
            if matches!(self.state, State::Outside) {
                let Some(slash) = find(bytes, b'/') else { return };
                bytes = &bytes[slash + 1..];
                self.state = State::Inside(0);
            }
            let Some((&byte, rest)) = bytes.split_first() else { return };
            bytes = rest;
            self.state = self.step(byte);
        }
    }

    /// Whether the name was found. It ends with the file, too.
    pub fn finish(mut self) -> bool {
        self.push(b" ");
        self.found
    }

    fn step(&mut self, byte: u8) -> State {
        match self.state {
            State::Inside(_) if byte == b'/' => {
                self.found |= self.is_whole();
                State::Inside(0)
            }
            State::Inside(_) if !is_regular(byte) => {
                self.found |= self.is_whole();
                State::Outside
            }
            State::Inside(matched) if byte == b'#' => State::Escape(matched, None),
            State::Inside(matched) => compare(matched, byte),
            State::Escape(matched, high) => match (high, hexadecimal(byte)) {
                (None, Some(digit)) => State::Escape(matched, Some(digit)),
                (Some(high), Some(low)) => compare(matched, high << 4 | low),
                (_, None) if byte == b'/' => State::Inside(0),
                (_, None) => State::Outside,
            },
            State::Outside => State::Outside,
        }
    }

    fn is_whole(&self) -> bool {
        matches!(self.state, State::Inside(matched) if matched == NAME.len())
    }
}

fn compare(matched: usize, byte: u8) -> State {
    if NAME.get(matched) == Some(&byte) { State::Inside(matched + 1) } else { State::Outside }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &[u8], cut: usize) -> bool {
        let mut watch = NameWatch::default();
        watch.push(&text[..cut]);
        watch.push(&text[cut..]);
        watch.finish()
    }

    #[test]
    fn the_name_is_found_in_every_spelling_and_however_it_is_cut() {
        for (text, expected) in [
            (&b"<</Filter/JBIG2Decode/Length 3>>"[..], true),
            (b"/Filter [/JBIG2Decode]", true),
            (b"/JBIG2Decode", true),
            (b"/JBIG2#44ecode ", true),
            (b"/#4a#42#49#47#32#44#65#63#6f#64#65>>", true),
            (b"//JBIG2Decode ", true),
            (b"/JBIG2#4/JBIG2Decode ", true),
            (b"/JBIG2Decode/JBIG2Decode", true),
            (b"/JBIG2Decoder ", false),
            (b"/JBIG2#zzDecode ", false),
            (b"/JBIG2Globals 3 0 R", false),
            (b"JBIG2Decode ", false),
            (b"/jbig2decode ", false),
            (b"/JBIG2Decod", false),
        ] {
            for cut in 0..=text.len() {
                assert_eq!(found(text, cut), expected, "{} cut at {cut}", String::from_utf8_lossy(text));
            }
        }
    }
}
