//! Manifests of BagIt 1.0 (RFC 8493 section 2.1.3), in the one form that an export has: `<hex>  <path>`, sorted by the bytes of the path.

use std::io::{self, BufRead, Read};

use super::container::is_name;
use super::digests::Algorithm;
use crate::limits::BAG_NAME_BYTES_MAX;

/// Why a manifest cannot be followed to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum ManifestError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
    /// A line is not one of a manifest; counted from 1.
    #[error("line {0} is not a digest, two blanks and the path of a file in this bag")]
    Line(u64),
    /// The paths are not in ascending order, or one comes twice.
    #[error("the path in line {0} does not come behind the one before it")]
    Order(u64),
}

/// Calls `listed` with each path and its digest.
pub(super) fn read(reader: impl Read, algorithm: Algorithm, mut listed: impl FnMut(&str, &[u8])) -> Result<(), ManifestError> {
    let digits = match algorithm {
        Algorithm::Sha256 => 64,
        Algorithm::Sha512 => 128,
    };
    let line_bytes_max = digits + 2 + BAG_NAME_BYTES_MAX + 1;
    let mut reader = io::BufReader::with_capacity(64 << 10, reader);
    let (mut line, mut last) = (Vec::new(), String::new());
    for number in 1.. {
        line.clear();
        // A line without an end must not fill the memory.
        if (&mut reader).take(line_bytes_max as u64).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let (digest, path) = parse(&line, digits).ok_or(ManifestError::Line(number))?;
        if number > 1 && path <= last.as_str() {
            return Err(ManifestError::Order(number));
        }
        listed(path, &digest);
        path.clone_into(&mut last);
    }
    unreachable!("a file ends before its lines can no longer be counted")
}

fn parse(line: &[u8], digits: usize) -> Option<(Vec<u8>, &str)> {
    let line = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (digest, rest) = line.split_at_checked(digits)?;
    let path = rest.strip_prefix("  ").filter(|path| is_name(path))?;
    let lower_case = !digest.bytes().any(|byte| byte.is_ascii_uppercase());
    Some((hex::decode(digest).ok().filter(|_| lower_case)?, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Result<Vec<String>, String> {
        let mut paths = Vec::new();
        read(text.as_bytes(), Algorithm::Sha256, |path, _| paths.push(path.to_owned())).map_err(|error| error.to_string())?;
        Ok(paths)
    }

    #[test]
    fn a_manifest_has_one_form() {
        let digest = "ab".repeat(32);
        let good = format!("{digest}  data/a\n{digest}  data/b\n");
        assert_eq!(paths(&good), Ok(vec!["data/a".to_owned(), "data/b".to_owned()]));
        for (bad, line) in [
            (good.trim_end().to_owned(), 2),
            (good.replace("data/b", "data/../b"), 2),
            (good.replace("  data/a", " *data/a"), 1),
            (good.replacen("ab", "AB", 1), 1),
            (good.replacen("ab", "a", 1), 1),
            (good.replace('\n', "\r\n"), 1),
            (format!("\n{good}"), 1),
            (good.replace("data/a", &"x".repeat(BAG_NAME_BYTES_MAX + 1)), 1),
        ] {
            assert_eq!(paths(&bad), Err(ManifestError::Line(line).to_string()), "{bad}");
        }
        for twice in ["data/a", "data/0"] {
            assert_eq!(paths(&good.replace("data/b", twice)), Err(ManifestError::Order(2).to_string()));
        }
        assert_eq!(paths(""), Ok(vec![]));
    }
}
