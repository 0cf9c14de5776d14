//! The list of contents of a tar archive (POSIX.1-1988 ustar, POSIX.1-2001 pax), read without believing it.
//!
//! Only headers are read; contents stay where they are. Everything that could make two programs see two archives is a problem: wrong
//! checksums, unknown kinds of entries, padding that is not zero, something behind the end.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use super::container::{BagFile, Problem, is_name};
use crate::limits::{BAG_FILES_MAX, BAG_PAX_BYTES_MAX};

const BLOCK: usize = 512;
type Block = [u8; BLOCK];

/// Where the fields of a header stand.
const SIZE: std::ops::Range<usize> = 124..136;
const CHECKSUM: std::ops::Range<usize> = 148..156;
const KIND: usize = 156;
const MAGIC: std::ops::Range<usize> = 257..263;
const PREFIX: std::ops::Range<usize> = 345..500;

/// Whether a file begins with the header of an archive, whole or not.
pub(super) fn is_one(archive: &File) -> bool {
    let mut magic = [0; MAGIC.end - MAGIC.start];
    archive.read_exact_at(&mut magic, MAGIC.start as u64).is_ok() && is_magic(&magic)
}

fn is_magic(bytes: &[u8]) -> bool {
    matches!(bytes, b"ustar\0" | b"ustar ")
}

/// The files of an archive in their order; what is wrong is told to `problem`, and ends the list where nothing behind it can be found.
pub(super) fn list(archive: &File, problem: &mut dyn FnMut(Problem)) -> io::Result<Vec<BagFile>> {
    let length = archive.metadata()?.len();
    let mut reader = Reader { archive, at: 0, length };
    let mut files = Vec::new();
    loop {
        match reader.next() {
            Ok(Some(file)) if files.len() < BAG_FILES_MAX => files.push(file),
            Ok(Some(file)) => {
                problem(Problem::Malformed { place: file.name, what: "the bag has more files than are read" });
                return Ok(files);
            }
            Ok(None) => return Ok(files),
            Err(Stop::Problem { what, goes_on }) => {
                problem(what);
                if !goes_on {
                    return Ok(files);
                }
            }
        }
    }
}

/// Why there is no next file. Some problems leave the place of the next header known.
enum Stop {
    Problem { what: Problem, goes_on: bool },
}

struct Reader<'a> {
    archive: &'a File,
    at: u64,
    length: u64,
}

/// What an extended header says about the entry behind it.
#[derive(Default)]
struct Extended {
    path: Option<String>,
    size: Option<u64>,
}

impl Reader<'_> {
    fn place(&self) -> String {
        format!("tar header at byte {}", self.at)
    }

    fn malformed(&self, what: &'static str) -> Stop {
        Stop::Problem { what: Problem::Malformed { place: self.place(), what }, goes_on: false }
    }

    fn block(&self, at: u64) -> Result<Block, Stop> {
        let mut block = [0; BLOCK];
        self.archive.read_exact_at(&mut block, at).map_err(|error| {
            let what = match error.kind() {
                io::ErrorKind::UnexpectedEof => Problem::Cut { place: self.place() },
                _ => Problem::Unreadable { place: self.place(), error },
            };
            Stop::Problem { what, goes_on: false }
        })?;
        Ok(block)
    }

    /// The next plain file, or `None` at the end.
    fn next(&mut self) -> Result<Option<BagFile>, Stop> {
        let mut extended = Extended::default();
        loop {
            let header = self.block(self.at)?;
            if header.iter().all(|byte| *byte == 0) {
                return self.end().map(|()| None);
            }
            let mut size = self.checked_size(&header)?;
            if header[KIND] == b'x' {
                extended = self.extended(size)?;
                continue;
            }
            size = extended.size.unwrap_or(size);
            let name = match extended.path.take() {
                Some(path) => Some(path),
                None => plain_name(&header),
            };
            let name = name.ok_or_else(|| self.malformed("the name is not text"))?;
            let offset = self.at + BLOCK as u64;
            let kind = header[KIND];
            let place = if name.is_empty() { self.place() } else { name.clone() };
            self.skip(offset, size, &place)?;
            match kind {
                b'0' | 0 => return self.file(&name, size, offset).map(Some),
                b'5' if size == 0 => extended = Extended::default(),
                _ => {
                    let what = "a bag has nothing but plain files and folders";
                    return Err(Stop::Problem { what: Problem::Malformed { place, what }, goes_on: true });
                }
            }
        }
    }

    fn file(&self, name: &str, bytes: u64, offset: u64) -> Result<BagFile, Stop> {
        let name = name.strip_prefix("./").unwrap_or(name);
        if is_name(name) {
            return Ok(BagFile { name: name.to_owned(), bytes, offset });
        }
        let place = name.escape_default().to_string();
        let what = Problem::Malformed { place, what: "a file in a bag cannot have this name" };
        Err(Stop::Problem { what, goes_on: true })
    }

    /// Checks the header and answers the size that it states.
    fn checked_size(&self, header: &Block) -> Result<u64, Stop> {
        let is_ustar = is_magic(&header[MAGIC]);
        let stated = octal(&header[CHECKSUM]);
        let counted: u64 = (0..).zip(header).map(|(at, byte)| if CHECKSUM.contains(&at) { 0x20 } else { u64::from(*byte) }).sum();
        if !is_ustar || stated != Some(counted) {
            return Err(self.malformed("the header is damaged"));
        }
        number(&header[SIZE]).ok_or_else(|| self.malformed("the size is not a number"))
    }

    /// Goes behind contents and their padding, which must be zeros.
    fn skip(&mut self, offset: u64, size: u64, place: &str) -> Result<(), Stop> {
        let end = offset.checked_add(size).filter(|end| *end <= self.length);
        let cut = || Stop::Problem { what: Problem::Cut { place: place.to_owned() }, goes_on: false };
        let end = end.ok_or_else(cut)?;
        let padding = end.next_multiple_of(BLOCK as u64) - end;
        let mut zeros = [0; BLOCK];
        let zeros = &mut zeros[..padding as usize];
        self.archive.read_exact_at(zeros, end).map_err(|_| cut())?;
        self.at = end + padding;
        if zeros.iter().any(|byte| *byte != 0) {
            let what = Problem::Malformed { place: place.to_owned(), what: "there is something in the padding behind the file" };
            return Err(Stop::Problem { what, goes_on: true });
        }
        Ok(())
    }

    /// Behind the first block of zeros there is a second one, and nothing else.
    fn end(&mut self) -> Result<(), Stop> {
        let mut buffer = vec![0; 64 << 10];
        let mut at = self.at;
        if self.length < at + 2 * BLOCK as u64 {
            return Err(Stop::Problem { what: Problem::Cut { place: self.place() }, goes_on: false });
        }
        while at < self.length {
            let part = &mut buffer[..usize::try_from(self.length - at).unwrap_or(usize::MAX).min(64 << 10)];
            let read = self.archive.read_exact_at(part, at);
            read.map_err(|error| Stop::Problem { what: Problem::Unreadable { place: self.place(), error }, goes_on: false })?;
            if part.iter().any(|byte| *byte != 0) {
                return Err(self.malformed("there is something behind the end of the archive"));
            }
            at += part.len() as u64;
        }
        Ok(())
    }

    /// The records of an extended header: `<length> <name>=<value>\n`.
    fn extended(&mut self, size: u64) -> Result<Extended, Stop> {
        if size > BAG_PAX_BYTES_MAX {
            return Err(self.malformed("the extended header is too long"));
        }
        let offset = self.at + BLOCK as u64;
        let mut bytes = vec![0; size as usize];
        let cut = Stop::Problem { what: Problem::Cut { place: self.place() }, goes_on: false };
        self.archive.read_exact_at(&mut bytes, offset).map_err(|_| cut)?;
        let read = parse_extended(&bytes).ok_or_else(|| self.malformed("the extended header is malformed"))?;
        let place = self.place();
        self.skip(offset, size, &place)?;
        Ok(read)
    }
}

fn parse_extended(bytes: &[u8]) -> Option<Extended> {
    let mut rest = std::str::from_utf8(bytes).ok()?;
    let mut extended = Extended::default();
    while !rest.is_empty() {
        let (length, _) = rest.split_once(' ')?;
        let (record, behind) = rest.split_at_checked(length.parse().ok()?)?;
        let (name, value) = record.get(length.len() + 1..)?.strip_suffix('\n')?.split_once('=')?;
        match name {
            "path" => extended.path = Some(value.to_owned()),
            "size" => extended.size = Some(value.parse().ok()?),
            // Who owned the file and when it was written says nothing about a bag.
            "mtime" | "atime" | "ctime" | "uid" | "gid" | "uname" | "gname" => {}
            _ => return None,
        }
        rest = behind;
    }
    Some(extended)
}

/// The name of the header itself, in one or two parts.
fn plain_name(header: &Block) -> Option<String> {
    let text = |field: &[u8]| {
        let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
        field[end..].iter().all(|byte| *byte == 0).then(|| std::str::from_utf8(&field[..end]).ok().map(str::to_owned)).flatten()
    };
    let name = text(&header[..100])?;
    let prefix = if &header[MAGIC] == b"ustar\0" { text(&header[PREFIX])? } else { String::new() };
    Some(if prefix.is_empty() { name } else { format!("{prefix}/{name}") })
}

/// Octal digits, with blanks or zeros around them.
fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?.trim_matches(|c| c == ' ' || c == '\0');
    let digits = !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    if digits { u64::from_str_radix(text, 8).ok() } else { None }
}

/// A size: in octal, or beyond eight gigabytes in binary behind a mark, as GNU tar writes it.
fn number(field: &[u8]) -> Option<u64> {
    match field.split_first()? {
        (0x80, rest) => {
            let (high, low) = rest.split_last_chunk::<8>()?;
            high.iter().all(|byte| *byte == 0).then(|| u64::from_be_bytes(*low))
        }
        _ => octal(field),
    }
}
