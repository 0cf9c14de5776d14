//! Examples of stored values for tests: every kind of value with every field filled, and the bytes that version 1 of it had.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::CodecError;
use super::stored::{Stored, decode, encode};

/// The examples in a file of `tests/fixtures/records`, by name. A line `# name` begins an example; its bytes follow in hexadecimal.
pub(super) fn examples(file: &str) -> BTreeMap<String, Vec<u8>> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", "records", file].iter().collect();
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let paragraphs = text.split("# ").skip(1).map(|paragraph| paragraph.split_once('\n').expect("a name has a line of its own"));
    let bytes = |digits: &str| hex::decode(digits.split_whitespace().collect::<String>()).expect("hexadecimal digits");
    paragraphs.map(|(name, digits)| (name.to_owned(), bytes(digits))).collect()
}

/// Checks that values have exactly the bytes of their examples, and that nothing but these bytes is read as them.
pub(super) fn check<T: Stored + PartialEq + std::fmt::Debug>(file: &str, values: &[(&str, T)]) {
    let examples = examples(file);
    for (name, value) in values {
        let bytes =
            examples.get(*name).unwrap_or_else(|| panic!("{file} has no example {name}; its bytes are {}", hex::encode(encode(value))));
        assert_eq!(decode::<T>(bytes).as_ref(), Ok(value), "{name} is read");
        assert_eq!(hex::encode(encode(value)), hex::encode(bytes), "{name} is written");
        only_the_whole_value_is_one::<T>(name, bytes);
    }
}

fn only_the_whole_value_is_one<T: Stored + PartialEq + std::fmt::Debug>(name: &str, bytes: &[u8]) {
    for length in 0..bytes.len() {
        assert!(decode::<T>(&bytes[..length]).is_err(), "{name} of {length} bytes");
    }
    assert_eq!(decode::<T>(&[bytes, &[0]].concat()), Err(CodecError::TrailingBytes), "{name}");
    for version in [0, 2, 255] {
        assert_eq!(decode::<T>(&[&[version], &bytes[1..]].concat()), Err(CodecError::Version(version)), "{name}");
    }
}

/// Bytes in which a few of an example's were changed: nearer to a value than garbage is. Whatever they are read as is written as they are.
pub(super) fn check_damaged<T: Stored>(bytes: &[u8], damage: &[(usize, u8)]) {
    let mut damaged = bytes.to_vec();
    for (at, value) in damage {
        let at = at % damaged.len();
        damaged[at] = *value;
    }
    if let Ok(value) = decode::<T>(&damaged) {
        assert_eq!(encode(&value), damaged, "a value has one byte form");
    }
}
