//! Tokens of a PDF file (ISO 32000-1 section 7.2), from pieces that may end anywhere.

use super::name::Name;

/// Longest number or keyword that is told apart, in bytes.
const WORD_BYTES_MAX: usize = 24;
/// Bytes of a literal string after which it is taken for damage: what follows is read as tokens again.
const STRING_BYTES_MAX: u32 = 1 << 20;

/// A token. Strings have no content here: nothing that is asked stands in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// A whole number.
    Integer(i64),
    /// A name.
    Name(Name),
    /// A keyword with a meaning here.
    Keyword(Keyword),
    /// A string, a real number, `null`, `false`, or anything else that has no meaning here.
    Other,
    /// `<<`
    DictionaryOpen,
    /// `>>`
    DictionaryClose,
    /// `[`
    ArrayOpen,
    /// `]`
    ArrayClose,
}

/// A word with a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyword {
    /// `obj`
    Obj,
    /// `endobj`
    EndObj,
    /// `stream`
    Stream,
    /// `trailer`
    Trailer,
    /// `R`
    R,
    /// `true`
    True,
    /// A word of the structure of files that stands between objects: `xref`, `startxref`, `n`, `f`, `endstream`.
    Between,
}

/// Makes tokens of bytes.
#[derive(Default)]
pub struct Lexer {
    state: State,
    word: Vec<u8>,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Blank,
    Comment,
    /// A number or a keyword.
    Word,
    Name,
    /// Behind `#` in a name, and its first digit if it is there.
    Escape(Option<u8>),
    /// In a literal string: open parentheses, and bytes so far.
    Literal {
        open: u32,
        bytes: u32,
        escaped: bool,
    },
    /// Behind `<`.
    Less,
    /// In a hexadecimal string.
    Hexadecimal,
    /// Behind `>`.
    Greater,
}

impl Lexer {
    /// Takes bytes from the front of `bytes` up to the end of the next token; `None` once they are used up. A number or keyword ends
    /// before the byte behind it, which stays.
    pub fn next(&mut self, bytes: &mut &[u8]) -> Option<Token> {
        while let Some((&byte, rest)) = bytes.split_first() {
            let (token, taken) = self.step(byte);
            if taken {
                *bytes = rest;
            }
            if token.is_some() {
                return token;
            }
        }
        None
    }

    /// What one byte adds: a token that is complete now, and whether the byte was part of what came before.
    fn step(&mut self, byte: u8) -> (Option<Token>, bool) {
        match self.state {
            State::Blank => (self.begin(byte), true),
            State::Comment => {
                if matches!(byte, b'\r' | b'\n') {
                    self.state = State::Blank;
                }
                (None, true)
            }
            State::Word if is_regular(byte) => (self.keep(byte, WORD_BYTES_MAX), true),
            State::Word => (Some(self.end_word()), false),
            State::Name if byte == b'#' => (self.go(State::Escape(None)), true),
            State::Name if is_regular(byte) => (self.keep(byte, Name::BYTES_MAX), true),
            State::Name => (Some(self.end_name()), false),
            State::Escape(first) => self.escape(first, byte),
            State::Literal { open, bytes, escaped } => {
                self.state = literal(open, bytes, escaped, byte);
                ((self.state == State::Blank).then_some(Token::Other), true)
            }
            State::Less if byte == b'<' => (self.end(Token::DictionaryOpen), true),
            State::Less => (self.go(State::Hexadecimal), false),
            State::Hexadecimal if byte == b'>' => (self.end(Token::Other), true),
            State::Hexadecimal => (None, true),
            State::Greater => (self.end(Token::DictionaryClose), byte == b'>'),
        }
    }

    fn begin(&mut self, byte: u8) -> Option<Token> {
        self.word.clear();
        match byte {
            b'%' => self.go(State::Comment),
            b'/' => self.go(State::Name),
            b'(' => self.go(State::Literal { open: 1, bytes: 0, escaped: false }),
            b'<' => self.go(State::Less),
            b'>' => self.go(State::Greater),
            b'[' => Some(Token::ArrayOpen),
            b']' => Some(Token::ArrayClose),
            _ if is_regular(byte) => {
                self.word.push(byte);
                self.go(State::Word)
            }
            // White space, and delimiters that open nothing.
            _ => None,
        }
    }

    /// `#` and two digits stand for a byte (section 7.3.5); without two digits they stand for themselves.
    fn escape(&mut self, first: Option<u8>, byte: u8) -> (Option<Token>, bool) {
        match (first, hexadecimal(byte)) {
            (None, Some(digit)) => (self.go(State::Escape(Some(digit))), true),
            (Some(high), Some(low)) => {
                self.keep(high << 4 | low, Name::BYTES_MAX);
                (self.go(State::Name), true)
            }
            (_, None) => {
                self.keep(b'#', Name::BYTES_MAX);
                (self.go(State::Name), false)
            }
        }
    }

    /// One byte more than fits is kept, so that a longer word does not look like its beginning.
    fn keep(&mut self, byte: u8, bytes_max: usize) -> Option<Token> {
        if self.word.len() <= bytes_max {
            self.word.push(byte);
        }
        None
    }

    fn go(&mut self, state: State) -> Option<Token> {
        self.state = state;
        None
    }

    fn end(&mut self, token: Token) -> Option<Token> {
        self.state = State::Blank;
        Some(token)
    }

    fn end_name(&mut self) -> Token {
        self.state = State::Blank;
        Token::Name(Name::from_bytes(&self.word))
    }

    fn end_word(&mut self) -> Token {
        self.state = State::Blank;
        match self.word.as_slice() {
            b"obj" => Token::Keyword(Keyword::Obj),
            b"endobj" => Token::Keyword(Keyword::EndObj),
            b"stream" => Token::Keyword(Keyword::Stream),
            b"trailer" => Token::Keyword(Keyword::Trailer),
            b"R" => Token::Keyword(Keyword::R),
            b"true" => Token::Keyword(Keyword::True),
            b"xref" | b"startxref" | b"n" | b"f" | b"endstream" => Token::Keyword(Keyword::Between),
            word => integer(word).map_or(Token::Other, Token::Integer),
        }
    }
}

/// The state behind one more byte of a literal string. Parentheses in it are balanced or escaped (section 7.3.4.2).
fn literal(open: u32, bytes: u32, escaped: bool, byte: u8) -> State {
    let open = match byte {
        _ if escaped => open,
        b'(' => open.saturating_add(1),
        b')' => open - 1,
        _ => open,
    };
    if open == 0 || bytes >= STRING_BYTES_MAX {
        return State::Blank;
    }
    State::Literal { open, bytes: bytes + 1, escaped: !escaped && byte == b'\\' }
}

fn integer(word: &[u8]) -> Option<i64> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

pub(super) fn hexadecimal(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

pub(super) fn is_white(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

pub(super) fn is_regular(byte: u8) -> bool {
    REGULAR[usize::from(byte)]
}

/// Asked for every byte outside of streams, so it is looked up.
const REGULAR: [bool; 256] = {
    let mut regular = [true; 256];
    let others = b"\0\t\n\x0c\r ()<>[]{}/%";
    let mut at = 0;
    while at < others.len() {
        regular[others[at] as usize] = false;
        at += 1;
    }
    regular
};

/// Where `wanted` first stands in `bytes`. Whole blocks without it are passed by at once: most of a scan is pixels.
pub(super) fn find(bytes: &[u8], wanted: u8) -> Option<usize> {
    const BLOCK_BYTES: usize = 64;
    let is_in = |block: &[u8]| block.iter().fold(false, |found, byte| found | (*byte == wanted));
    let passed = bytes.chunks(BLOCK_BYTES).take_while(|block| !is_in(block)).count() * BLOCK_BYTES;
    let rest = bytes.get(passed..)?;
    rest.iter().position(|byte| *byte == wanted).map(|at| passed + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(pieces: &[&[u8]]) -> Vec<Token> {
        let mut lexer = Lexer::default();
        let mut found = Vec::new();
        for piece in pieces.iter().copied().chain([&b"\n"[..]]) {
            let mut rest = piece;
            while let Some(token) = lexer.next(&mut rest) {
                found.push(token);
            }
        }
        found
    }

    #[test]
    fn tokens_are_the_same_however_the_bytes_are_cut() {
        let text: &[u8] = b"7 0 obj<</Type/Pages/Kids[12 0 R-3]/T#79pe(a\\)(b)c)/X<AB CD>/Y 1.5%comment >>\n/ImageMask true>>endobj";
        let whole = tokens(&[text]);
        let expected = [
            Token::Integer(7),
            Token::Integer(0),
            Token::Keyword(Keyword::Obj),
            Token::DictionaryOpen,
            Token::Name(Name::Type),
            Token::Name(Name::Pages),
            Token::Name(Name::Kids),
            Token::ArrayOpen,
            Token::Integer(12),
            Token::Integer(0),
            Token::Other,
            Token::ArrayClose,
            Token::Name(Name::Type),
            Token::Other,
            Token::Name(Name::Other),
            Token::Other,
            Token::Name(Name::Other),
            Token::Other,
            Token::Name(Name::ImageMask),
            Token::Keyword(Keyword::True),
            Token::DictionaryClose,
            Token::Keyword(Keyword::EndObj),
        ];
        assert_eq!(whole, expected);
        for cut in 0..=text.len() {
            assert_eq!(tokens(&[&text[..cut], &text[cut..]]), whole, "{cut}");
        }
        assert_eq!(tokens(&text.chunks(1).collect::<Vec<_>>()), whole);
    }

    #[test]
    fn a_longer_word_does_not_look_like_its_beginning() {
        let long = [b'9'; 64];
        assert_eq!(tokens(&[&long]), [Token::Other]);
        assert_eq!(tokens(&[b"/Typed /Typ /Type#"]), [Name::Other; 3].map(Token::Name));
        assert_eq!(tokens(&[b"/Type#20 /#54ype /T#y"]), [Name::Other, Name::Type, Name::Other].map(Token::Name));
    }

    #[test]
    fn a_byte_is_found_wherever_it_stands() {
        let bytes: Vec<u8> = (0..=255).collect();
        for (at, byte) in bytes.iter().enumerate() {
            for start in [0, 1, 63, 64, 65] {
                assert_eq!(find(&bytes[start..], *byte), at.checked_sub(start), "{byte} from {start}");
            }
        }
        assert_eq!(find(&[], 0), None);
    }

    #[test]
    fn a_string_that_never_ends_ends_nevertheless() {
        let mut text = b"(".to_vec();
        text.resize(STRING_BYTES_MAX as usize + 8, b'x');
        text.extend_from_slice(b" [");
        assert_eq!(tokens(&[&text]).last(), Some(&Token::ArrayOpen));
    }
}
