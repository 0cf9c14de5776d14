//! POSIX tar (IEEE Std 1003.1, pax): regular files with mode 0600, owner 0 and time 0, so that equal contents are equal bytes.
//!
//! What the ustar header cannot say - sizes from 8 GiB on - stands in an extended header before it.

use std::io::{self, Write};

const BLOCK_BYTES: usize = 512;
/// The largest size that fits into eleven octal digits.
const USTAR_SIZE_MAX: u64 = 0o777_7777_7777;
const NAME_BYTES: usize = 100;
const PREFIX_BYTES: usize = 155;
const REGULAR_FILE: u8 = b'0';
const EXTENDED_HEADER: u8 = b'x';

/// A tar archive that is being written.
pub(super) struct Tar<W> {
    out: W,
}

impl<W: Write> Tar<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out }
    }

    /// Where the bytes of the file that was begun go.
    pub(super) fn body(&mut self) -> &mut W {
        &mut self.out
    }

    /// Begins a file of so many bytes. Paths are ASCII and made here, so one that does not fit is a mistake of ours.
    pub(super) fn begin(&mut self, path: &str, bytes: u64) -> io::Result<()> {
        let too_long = || io::Error::new(io::ErrorKind::InvalidInput, format!("{path} does not fit into a tar header"));
        let (prefix, name) = split(path).ok_or_else(too_long)?;
        if bytes > USTAR_SIZE_MAX {
            let record = pax_record("size", &bytes.to_string());
            self.out.write_all(&header(prefix, name, record.len() as u64, EXTENDED_HEADER))?;
            self.out.write_all(record.as_bytes())?;
            self.end(record.len() as u64)?;
        }
        // Readers take the size of the extended header; those that do not know it stop here instead of taking a part for the whole.
        self.out.write_all(&header(prefix, name, bytes.min(USTAR_SIZE_MAX), REGULAR_FILE))
    }

    /// Ends a file of so many bytes.
    pub(super) fn end(&mut self, bytes: u64) -> io::Result<()> {
        let over = (bytes % BLOCK_BYTES as u64) as usize;
        if over > 0 {
            self.out.write_all(&[0; BLOCK_BYTES][over..])?;
        }
        Ok(())
    }

    /// Ends the archive.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.out.write_all(&[0; 2 * BLOCK_BYTES])?;
        self.out.flush()
    }
}

/// Prefix and name of a path: split at a slash so that both fit.
fn split(path: &str) -> Option<(&str, &str)> {
    if path.len() <= NAME_BYTES {
        return Some(("", path));
    }
    let slashes = path.match_indices('/').map(|(at, _)| (&path[..at], &path[at + 1..]));
    slashes.into_iter().find(|(prefix, name)| (1..=NAME_BYTES).contains(&name.len()) && prefix.len() <= PREFIX_BYTES)
}

fn header(prefix: &str, name: &str, bytes: u64, kind: u8) -> [u8; BLOCK_BYTES] {
    let mut block = [0; BLOCK_BYTES];
    let mut put = |at: usize, field: &[u8]| block[at..at + field.len()].copy_from_slice(field);
    put(0, name.as_bytes());
    put(100, b"0000600\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{bytes:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    // The sum counts its own field as blanks.
    put(148, b"        ");
    put(156, &[kind]);
    put(257, b"ustar\x0000");
    put(329, b"0000000\0");
    put(337, b"0000000\0");
    put(345, prefix.as_bytes());
    let sum: u32 = block.iter().copied().map(u32::from).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

/// `<length> <key>=<value>\n`, where the length counts itself.
fn pax_record(key: &str, value: &str) -> String {
    let rest = format!(" {key}={value}\n");
    let digits = |length: usize| length.to_string().len();
    let mut length = rest.len() + 1;
    while length != rest.len() + digits(length) {
        length = rest.len() + digits(length);
    }
    format!("{length}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_counts_itself() {
        assert_eq!(pax_record("size", "8589934592"), "19 size=8589934592\n");
        for digits in 1..120 {
            let record = pax_record("size", &"9".repeat(digits));
            assert_eq!(record.split(' ').next().unwrap().parse::<usize>().unwrap(), record.len());
        }
    }

    #[test]
    fn paths_are_split_at_a_slash() {
        assert_eq!(split("a/b"), Some(("", "a/b")));
        let (folder, name) = ("f".repeat(60), "n".repeat(60));
        let long = format!("{folder}/{name}");
        assert_eq!(split(&long), Some((folder.as_str(), name.as_str())));
        assert_eq!(split(&"n".repeat(101)), None);
        assert_eq!(split(&format!("{}/{name}", "f".repeat(156))), None);
    }

    #[test]
    fn sizes_from_eight_gibibytes_on_stand_in_an_extended_header() {
        for (bytes, blocks) in [(USTAR_SIZE_MAX, 1), (USTAR_SIZE_MAX + 1, 3)] {
            let mut out = Vec::new();
            Tar::new(&mut out).begin("a", bytes).unwrap();
            assert_eq!(out.len(), blocks * BLOCK_BYTES);
            assert_eq!(out[156], if blocks == 1 { REGULAR_FILE } else { EXTENDED_HEADER });
        }
    }

    #[test]
    fn files_are_padded_and_the_archive_ends() {
        let mut out = Vec::new();
        let mut tar = Tar::new(&mut out);
        for bytes in [0_u64, 1, 511, 512, 513] {
            tar.begin("file", bytes).unwrap();
            tar.body().write_all(&vec![7; bytes as usize]).unwrap();
            tar.end(bytes).unwrap();
        }
        tar.finish().unwrap();
        assert_eq!(out.len(), BLOCK_BYTES * (5 + 1 + 1 + 1 + 2 + 2));
        assert!(out[out.len() - 2 * BLOCK_BYTES..].iter().all(|byte| *byte == 0));
    }
}
