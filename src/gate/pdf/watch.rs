//! Watches every byte of a file, wherever it stands: for the name `/JBIG2Decode`, however it is escaped, and for the beginnings of
//! streams. The first finds JBIG2 in files that are too broken to be read, the second finds streams where a reader that goes front to
//! back sees none, in the data of other streams, in texts and in comments, and a table of offsets can lead into all of them.

use super::lexer::{find, hexadecimal, is_regular};

const NAME: &[u8] = b"JBIG2Decode";
const STREAM: &[u8] = b"stream";

/// Counts the word `stream` at the end of a line, as it stands before the data of a stream.
pub struct StreamWatch {
    word: Word,
    /// The byte before.
    last: u8,
    count: u64,
}

#[derive(Clone, Copy)]
enum Word {
    /// Waits for its first letter.
    Outside,
    /// So many letters were found.
    Inside(usize),
    /// Behind the word, where nothing but blanks may stand before the end of the line.
    Behind,
}

impl Default for StreamWatch {
    fn default() -> Self {
        Self { word: Word::Outside, last: b'\n', count: 0 }
    }
}

impl StreamWatch {
    /// Watches more bytes.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if matches!(self.word, Word::Outside) {
                let Some(first) = find(bytes, STREAM[0]) else {
                    self.last = bytes[bytes.len() - 1];
                    return;
                };
                self.last = if first > 0 { bytes[first - 1] } else { self.last };
                bytes = &bytes[first..];
            }
            self.step(bytes[0]);
            self.last = bytes[0];
            bytes = &bytes[1..];
        }
    }

    /// How many were found.
    pub fn count(&self) -> u64 {
        self.count
    }

    fn step(&mut self, byte: u8) {
        self.word = match self.word {
            Word::Inside(matched) if STREAM.get(matched) == Some(&byte) => {
                if matched + 1 == STREAM.len() {
                    Word::Behind
                } else {
                    Word::Inside(matched + 1)
                }
            }
            Word::Behind if matches!(byte, b' ' | b'\t') => Word::Behind,
            Word::Behind if matches!(byte, b'\r' | b'\n') => {
                self.count += 1;
                Word::Outside
            }
            // Part of another word is not this one, and neither is a name.
            _ if byte == STREAM[0] && !is_regular(self.last) && self.last != b'/' => Word::Inside(1),
            _ => Word::Outside,
        };
    }
}

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
    fn beginnings_of_streams_are_counted_however_they_are_cut() {
        for (text, expected) in [
            (&b"1 0 obj<<>>stream\r\n1 endstream endobj"[..], 1),
            (b"stream\nstream \t\nstream\r", 3),
            (b"(2 0 obj<<>>stream\n) % <<>>stream\r", 2),
            (b"endstream\nbitstream\nstreams\nstream of data\nstrea\nSTREAM\nstream", 0),
            (b"s stream\n", 1),
            (b"<stream\n", 1),
            (b"/stream\n", 0),
            (b"stream stream\n", 1),
        ] {
            for cut in 0..=text.len() {
                let mut watch = StreamWatch::default();
                watch.push(&text[..cut]);
                watch.push(&text[cut..]);
                assert_eq!(watch.count(), expected, "{} cut at {cut}", String::from_utf8_lossy(text));
            }
        }
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
