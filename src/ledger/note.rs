//! Signed notes of C2SP signed-note: a text, a blank line, and lines with signatures of whoever agrees.

use ring::signature::{ED25519, UnparsedPublicKey};

use super::cosignature;
use super::text::{from_base64, push_base64};
use super::vkey::{ED25519_KEY_BYTES, KeyId, PublicKey, VerifierKey, is_key_name};
use crate::limits::{NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX};

/// What a signature line starts with: an em dash (U+2014) and a space.
const SIGNATURE_PREFIX: &str = "\u{2014} ";

/// Why bytes are not a note, or why a note is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Longer than anything we read.
    #[error("a note has at most {NOTE_BYTES_MAX} bytes")]
    TooLong,
    /// Not UTF-8, or with control characters other than the line feed.
    #[error("a note is UTF-8 text without control characters")]
    Characters,
    /// No blank line, no signature behind it, or no line feed at the end.
    #[error("a note is a text, a blank line and at least one signature line")]
    Form,
    /// A signature line is malformed; counted from 1.
    #[error("signature line {0} is malformed")]
    SignatureLine(usize),
    /// More signatures than we read.
    #[error("a note has at most {NOTE_SIGNATURES_MAX} signatures")]
    TooManySignatures,
    /// Two lines claim the same name and key id: which one counts would be up to the reader.
    #[error("the note has two signatures by {0}")]
    DuplicateSignature(String),
    /// Two known keys have the same name and id.
    #[error("two of the known keys are called {0} and have the same id")]
    AmbiguousKeys(String),
    /// A signature by a key that we know is wrong. One such line spoils the note, whatever else it carries.
    #[error("the signature by {0} is wrong")]
    BadSignature(String),
    /// Nobody we know has signed.
    #[error("none of the known keys has signed the note")]
    NoKnownSignature,
}

/// One signature line. Nothing about it has been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// Name of the key.
    pub name: String,
    /// Id of the key.
    pub id: KeyId,
    /// The signature behind the id; what it signs depends on the type of the key.
    pub signature: Vec<u8>,
}

impl NoteSignature {
    fn parse(line: &str) -> Option<Self> {
        let (name, bytes) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
        let bytes = from_base64(bytes)?;
        let (id, signature) = bytes.split_first_chunk::<{ KeyId::BYTES }>()?;
        let good = is_key_name(name) && !signature.is_empty();
        good.then(|| Self { name: name.to_owned(), id: KeyId(*id), signature: signature.to_vec() })
    }

    /// The line with its line feed.
    pub(super) fn to_line(&self) -> String {
        let mut line = String::new();
        self.push_to(&mut line);
        line
    }

    fn push_to(&self, note: &mut String) {
        note.push_str(SIGNATURE_PREFIX);
        note.push_str(&self.name);
        note.push(' ');
        push_base64(note, &[self.id.0.as_slice(), &self.signature].concat());
        note.push('\n');
    }

    fn is_by(&self, name: &str, id: KeyId) -> bool {
        self.name == name && self.id == id
    }
}

/// A signature that was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoodSignature<'k> {
    /// The key that made it.
    pub key: &'k VerifierKey,
    /// For a cosignature, the time it states, in seconds since 1970.
    pub time_seconds: Option<u64>,
}

/// A note that is well formed. Whether anybody signed it is the question of [`verify`](Self::verify).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl Note {
    /// Parses a note strictly: printing it gives the same bytes again.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(NoteError::TooLong);
        }
        let note = std::str::from_utf8(bytes).map_err(|_| NoteError::Characters)?;
        if note.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
            return Err(NoteError::Characters);
        }
        // The text may contain blank lines itself, so the last one counts.
        let blank = note.rfind("\n\n").ok_or(NoteError::Form)?;
        let (text, lines) = (&note[..=blank], &note[blank + 2..]);
        Ok(Self { text: text.to_owned(), signatures: parse_signature_lines(lines)? })
    }

    /// A text with its first signature; `text` must end with a line feed.
    pub(super) fn signed(text: String, signature: NoteSignature) -> Self {
        assert!(text.ends_with('\n'), "the text of a note must end with a line feed");
        Self { text, signatures: vec![signature] }
    }

    /// The signed text with its final line feed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Checks every signature by one of `keys` and returns them; none is an error, and so is a single wrong one.
    ///
    /// Lines by other keys are ignored, as are those by known ML-DSA keys, which this program cannot check: they never count.
    pub fn verify<'k>(&self, keys: impl IntoIterator<Item = &'k VerifierKey>) -> Result<Vec<GoodSignature<'k>>, NoteError> {
        let mut seen: Vec<&VerifierKey> = Vec::new();
        let mut good = Vec::new();
        for key in keys {
            if seen.iter().any(|other| other.name() == key.name() && other.id() == key.id()) {
                return Err(NoteError::AmbiguousKeys(key.name().to_owned()));
            }
            seen.push(key);
            if let Some(line) = self.signatures.iter().find(|line| line.is_by(key.name(), key.id())) {
                good.extend(self.verify_line(line, key)?);
            }
        }
        if good.is_empty() { Err(NoteError::NoKnownSignature) } else { Ok(good) }
    }

    fn verify_line<'k>(&self, line: &NoteSignature, key: &'k VerifierKey) -> Result<Option<GoodSignature<'k>>, NoteError> {
        let bad = || NoteError::BadSignature(line.name.clone());
        let time_seconds = match key.public_key() {
            PublicKey::Ed25519(key) if is_signed(key, self.text.as_bytes(), &line.signature) => None,
            PublicKey::Ed25519(_) => return Err(bad()),
            PublicKey::CosignatureEd25519(key) => Some(cosignature::verify_ed25519(key, &self.text, &line.signature).ok_or_else(bad)?),
            PublicKey::CosignatureMlDsa44(_) if cosignature::is_ml_dsa_44(&line.signature) => return Ok(None),
            PublicKey::CosignatureMlDsa44(_) => return Err(bad()),
        };
        Ok(Some(GoodSignature { key, time_seconds }))
    }

    /// Appends the bytes to publish and to store.
    pub(super) fn push_to(&self, text: &mut String) {
        text.reserve(self.text.len() + 128 * self.signatures.len());
        text.push_str(&self.text);
        text.push('\n');
        self.signatures.iter().for_each(|line| line.push_to(text));
    }

    /// The note with the lines of one key alone, whatever they are worth.
    pub(super) fn only_by(&self, key: &VerifierKey) -> Self {
        let lines = self.signatures.iter().filter(|line| line.is_by(key.name(), key.id()));
        Self { text: self.text.clone(), signatures: lines.cloned().collect() }
    }

    /// The note with more signature lines, e.g. a witness's answer. Only their form is checked.
    pub(super) fn with_lines(&self, lines: &str) -> Result<Self, NoteError> {
        Self::parse([self.to_string().as_str(), lines].concat().as_bytes())
    }
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut note = String::new();
        self.push_to(&mut note);
        f.write_str(&note)
    }
}

fn parse_signature_lines(lines: &str) -> Result<Vec<NoteSignature>, NoteError> {
    let lines = lines.strip_suffix('\n').ok_or(NoteError::Form)?;
    let mut signatures: Vec<NoteSignature> = Vec::new();
    for (number, line) in lines.split('\n').enumerate() {
        if number == NOTE_SIGNATURES_MAX {
            return Err(NoteError::TooManySignatures);
        }
        let signature = NoteSignature::parse(line).ok_or(NoteError::SignatureLine(number + 1))?;
        if signatures.iter().any(|other| other.is_by(&signature.name, signature.id)) {
            return Err(NoteError::DuplicateSignature(signature.name));
        }
        signatures.push(signature);
    }
    Ok(signatures)
}

/// Whether `signature` is an Ed25519 signature (RFC 8032) of `message`.
pub(super) fn is_signed(key: &[u8; ED25519_KEY_BYTES], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, key).verify(message, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::{key, mutate, vectors};

    fn example() -> (VerifierKey, String) {
        let example = &vectors()["keys"]["spec_example"];
        (VerifierKey::parse(example["vkey"].as_str().unwrap()).unwrap(), example["note"].as_str().unwrap().to_owned())
    }

    #[test]
    fn the_example_of_the_specification() {
        let (key, text) = example();
        let note = Note::parse(text.as_bytes()).unwrap();
        assert_eq!(note.text(), "This is an example message.\n");
        assert_eq!(note.to_string(), text);
        assert_eq!(note.verify([&key]), Ok(vec![GoodSignature { key: &key, time_seconds: None }]));
    }

    #[test]
    fn one_wrong_signature_by_a_known_key_spoils_the_note() {
        let (example_key, text) = example();
        let log = key("log");
        assert_eq!(Note::parse(text.as_bytes()).unwrap().verify([&log]), Err(NoteError::NoKnownSignature));
        assert_eq!(Note::parse(text.as_bytes()).unwrap().verify([]), Err(NoteError::NoKnownSignature));
        let forged = NoteSignature { name: log.name().to_owned(), id: log.id(), signature: vec![0; 64] };
        let mut both = Note::parse(text.as_bytes()).unwrap();
        both.signatures.push(forged);
        assert_eq!(both.verify([&example_key]).map(|good| good.len()), Ok(1), "a stranger's line is ignored");
        assert_eq!(both.verify([&example_key, &log]), Err(NoteError::BadSignature(log.name().to_owned())));
        assert_eq!(both.verify([&log, &log]), Err(NoteError::BadSignature(log.name().to_owned())));
        assert_eq!(both.verify([&example_key, &example_key]), Err(NoteError::AmbiguousKeys(example_key.name().to_owned())));
        let changed = text.replace("example message", "Example message");
        assert_eq!(
            Note::parse(changed.as_bytes()).unwrap().verify([&example_key]),
            Err(NoteError::BadSignature(example_key.name().to_owned()))
        );
    }

    #[test]
    fn the_text_may_contain_blank_lines() {
        let (_, text) = example();
        let longer = format!("above\n\n{text}");
        let note = Note::parse(longer.as_bytes()).unwrap();
        assert_eq!(note.text(), "above\n\nThis is an example message.\n");
        assert_eq!(note.to_string(), longer);
    }

    #[test]
    fn other_forms_are_no_notes() {
        let (_, text) = example();
        let line = text.rsplit_once("\n\n").unwrap().1;
        let with = |lines: &str| format!("text\n\n{lines}");
        for (bad, error) in [
            (String::new(), NoteError::Form),
            ("text\n".to_owned(), NoteError::Form),
            (with(""), NoteError::Form),
            (with(line.trim_end()), NoteError::Form),
            (format!("text\n{line}"), NoteError::Form),
            (with(line).replace('\n', "\r\n"), NoteError::Characters),
            (with(line).replace("text", "te\txt"), NoteError::Characters),
            (with(&line.replace('\u{2014}', "-")), NoteError::SignatureLine(1)),
            (with(&line.replace("\u{2014} ", "\u{2014}  ")), NoteError::SignatureLine(1)),
            (with(&line.replace("foo ", "foo\u{a0} ")), NoteError::SignatureLine(1)),
            (with(&line.replace("foo ", "f+o ")), NoteError::SignatureLine(1)),
            (with(&line.replace("=\n", "\n")), NoteError::SignatureLine(1)),
            (with(&line.replace("QM=", "QN=")), NoteError::SignatureLine(1)),
            (with("\u{2014} name Uw2QOg==\n"), NoteError::SignatureLine(1)),
            (with(&format!("{line}{line}")), NoteError::DuplicateSignature("example.com/foo".to_owned())),
        ] {
            assert_eq!(Note::parse(bad.as_bytes()), Err(error), "{bad:?}");
        }
        assert_eq!(Note::parse(b"text\xff\n\n"), Err(NoteError::Characters));
    }

    #[test]
    fn notes_are_bounded() {
        let line = |number: usize| format!("\u{2014} name{number} Uw2QOkn8\n");
        let lines: String = (0..NOTE_SIGNATURES_MAX).map(line).collect();
        assert!(Note::parse(format!("text\n\n{lines}").as_bytes()).is_ok());
        let more = format!("text\n\n{lines}{}", line(NOTE_SIGNATURES_MAX));
        assert_eq!(Note::parse(more.as_bytes()), Err(NoteError::TooManySignatures));
        let long = format!("{}\n\n{lines}", "x".repeat(NOTE_BYTES_MAX));
        assert_eq!(Note::parse(long.as_bytes()), Err(NoteError::TooLong));
    }

    #[test]
    fn damaged_notes_never_panic_and_never_verify_changed_text() {
        let (key, text) = example();
        mutate(text.as_bytes(), 20_000, 1, |bytes| {
            let Ok(note) = Note::parse(bytes) else { return };
            assert_eq!(note.to_string().as_bytes(), bytes);
            if note.verify([&key]).is_ok() {
                assert_eq!(note.text(), "This is an example message.\n");
            }
        });
    }
}
