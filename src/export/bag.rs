//! The bag, from its first byte to its last.

use std::io::{self, Write};

use super::ExportError;
use super::ahead::{Arriving, each_document};
use super::info::{BAGIT, bag_info};
use super::manifest::{Algorithm, Digests, Hashing, Manifest, document_path};
use super::opening::{Counted, write_line};
use super::tar::Tar;
use super::{person, signature};
use crate::archive::{ArchiveError, BagSignature, ExportItem, ExportView, LedgerAt, Vault};
use crate::ledger::{Exported, Note, TilePath, VerifierKey, export_key, tile_shape};
use crate::limits::{EXPORT_PROOFS_MAX, TILE_WIDTH};
use crate::model::{Digest, ExportKind};

/// An export that can be written.
pub struct Bag {
    vault: Vault,
    export: ExportView,
    items: Vec<ExportItem>,
    ledger: LedgerAt,
    /// Access ledgers with their years.
    shards: Vec<(u16, LedgerAt)>,
    log: VerifierKey,
}

impl Bag {
    /// Looks up everything that the bag will have, so that what cannot be exported any more is known before the first byte. Blocks.
    ///
    /// # Errors
    /// [`crate::model::Refusal::ExportChanged`] if something has been destroyed since.
    pub fn prepare(vault: Vault, export: ExportView) -> Result<Self, ArchiveError> {
        let items = vault.export_items(&export)?;
        let ledger = vault.ledger_at(export.size, export.root)?;
        let log = VerifierKey::parse(&vault.verifier_key()?).map_err(|error| ArchiveError::Damaged(error.to_string()))?;
        let shards = export.shards.iter().map(|shard| Ok((shard.year, vault.shard_at(shard)?))).collect::<Result<_, ArchiveError>>()?;
        Ok(Self { vault, export, items, ledger, shards, log })
    }

    /// What was recorded.
    pub fn export(&self) -> &ExportView {
        &self.export
    }

    /// Name of the folder in the archive.
    pub fn folder(&self) -> String {
        format!("aktenfest-export-{}", self.export.note.record.id)
    }

    /// Writes the bag. `sign` gives what it ends with for the SHA-256 of its tag manifest. Blocks as long as whoever takes the bytes does.
    ///
    /// # Errors
    /// [`ExportError`]; whatever was written is no bag then.
    pub fn write(&self, out: impl Write, sign: impl FnOnce(Digest) -> Result<BagSignature, ArchiveError>) -> Result<(), ExportError> {
        let mut files = Files { tar: Tar::new(out), folder: self.folder(), payload: Manifest::default(), tags: Manifest::default() };
        files.tag("bagit.txt", BAGIT.as_bytes())?;
        match self.export.scope.kind {
            ExportKind::Evidence => {
                self.write_documents(&mut files)?;
                self.write_ledger(&mut files, "data/ledger", &self.ledger)?;
                self.write_stamps(&mut files)?;
                for (year, ledger) in &self.shards {
                    self.write_ledger(&mut files, &format!("data/access/{year}"), ledger)?;
                }
            }
            ExportKind::Person => {
                self.write_copy(&mut files)?;
                self.write_checkpoints(&mut files, "data/ledger", &self.ledger)?;
            }
        }
        self.write_openings(&mut files)?;
        self.write_proofs(&mut files)?;
        files.payload.sort();
        let oxum = (files.payload.bytes, files.payload.files());
        files.tag("bag-info.txt", bag_info(&self.export, self.log.name(), oxum).as_bytes())?;
        if self.export.scope.kind == ExportKind::Evidence {
            for (year, _) in &self.shards {
                files.tag(&format!("keys/access-{year}.vkey"), format!("{}\n", self.vault.access_verifier_key(*year)?).as_bytes())?;
            }
        }
        files.tag("keys/log.pem", pem(&self.log)?.as_bytes())?;
        files.tag("keys/log.vkey", format!("{}\n", self.log).as_bytes())?;
        let digests = files.write_manifests()?;
        let signed = sign(digests.0)?;
        self.write_signatures(&mut files, digests)?;
        if let Some(signature) = signed.signature {
            files.signature("tagmanifest-sha256.txt.p7s", &signature)?;
        }
        if let Some(stamp) = signed.stamp {
            files.signature("tagmanifest-sha256.txt.p7s.tsr", &stamp)?;
        }
        Ok(files.tar.finish()?)
    }

    fn write_documents<W: Write>(&self, files: &mut Files<W>) -> Result<(), ExportError> {
        if !self.export.scope.contents {
            return Ok(());
        }
        each_document(&self.vault, self.documents(), |arriving| {
            let (handle, bytes) = (arriving.view.record.handle, arriving.view.record.plain_bytes);
            let digests = files.document(&document_path(handle), arriving)?;
            files.payload.add_document(handle, bytes, digests);
            Ok(())
        })
    }

    fn documents(&self) -> impl Iterator<Item = ExportItem> + '_ {
        self.items.iter().copied().filter(|item| item.is_document())
    }

    /// The pages for the person concerned, and the documents beside them.
    fn write_copy<W: Write>(&self, files: &mut Files<W>) -> Result<(), ExportError> {
        let documents: Vec<ExportItem> = self.documents().collect();
        for (path, text) in person::PAGES {
            let page = |out: &mut dyn Write| person::write_page(out, text, &self.vault, &self.export, &documents);
            files.generated(path, page)?;
        }
        if !self.export.scope.contents {
            return Ok(());
        }
        let mut number = 0;
        each_document(&self.vault, documents.into_iter(), |arriving| {
            number += 1;
            let (path, bytes) = (person::document_path(number, &arriving.view), arriving.view.record.plain_bytes);
            let digests = files.document(&path, arriving)?;
            files.payload.add(&path, bytes, digests);
            Ok(())
        })
    }

    /// Older checkpoints that an authority has stamped, and the evidence records over them (RFC 4998), which have the time-stamps in them.
    fn write_stamps<W: Write>(&self, files: &mut Files<W>) -> Result<(), ExportError> {
        for stamp in self.vault.stamps_in(&self.export)? {
            files.file(&format!("data/ledger/history/{:010}.checkpoint", stamp.size), &stamp.checkpoint)?;
            files.file(&format!("data/timestamps/checkpoint-{:010}.ers", stamp.size), &stamp.record)?;
        }
        Ok(())
    }

    /// A ledger as files that any web server can serve (C2SP tlog-tiles), and beside its checkpoint the one that witnesses have cosigned.
    fn write_ledger<W: Write>(&self, files: &mut Files<W>, folder: &str, ledger: &LedgerAt) -> Result<(), ExportError> {
        self.write_checkpoints(files, folder, ledger)?;
        for shape in tile_shape(ledger.size()) {
            for (index, width) in widths(shape.full_tiles, shape.partial_width) {
                let tile = TilePath::Hashes { level: shape.level, index, width };
                files.file(&format!("{folder}/{tile}"), &ledger.tile(&tile)?)?;
                if shape.level == 0 {
                    let bundle = TilePath::Entries { index, width };
                    files.file(&format!("{folder}/{bundle}"), &ledger.tile(&bundle)?)?;
                }
            }
        }
        Ok(())
    }

    fn write_checkpoints<W: Write>(&self, files: &mut Files<W>, folder: &str, ledger: &LedgerAt) -> Result<(), ExportError> {
        files.file(&format!("{folder}/checkpoint"), ledger.checkpoint().note().to_string().as_bytes())?;
        // Without the tiles nobody can see that an older state is a beginning of this one, so a copy for a person has only one of its size.
        let is_whole = self.export.scope.kind == ExportKind::Evidence;
        let cosigned = self.export.cosigned(ledger.checkpoint().checkpoint().origin());
        match cosigned.filter(|(size, _)| *size == ledger.size() || (is_whole && *size < ledger.size())) {
            Some((_, note)) => files.file(&format!("{folder}/checkpoint.cosigned"), note.as_bytes()),
            None => Ok(()),
        }
    }

    fn write_openings<W: Write>(&self, files: &mut Files<W>) -> Result<(), ExportError> {
        files.generated("data/openings.jsonl", |out| {
            self.opened().try_for_each(|item| {
                let mut opening = self.vault.opening_of(item)?;
                if self.export.scope.kind == ExportKind::Person {
                    opening.fields.retain(|field| field.field.starts_with("sub."));
                }
                write_line(out, &opening)
            })
        })
    }

    /// What is opened: everything in the export, but for the person concerned not the notes of the office, which may be about others too.
    fn opened(&self) -> impl Iterator<Item = ExportItem> + '_ {
        let is_for_person = self.export.scope.kind == ExportKind::Person;
        self.items.iter().copied().filter(move |item| !is_for_person || !item.address.is_of_note())
    }

    fn write_proofs<W: Write>(&self, files: &mut Files<W>) -> Result<(), ExportError> {
        if self.items.len() > EXPORT_PROOFS_MAX {
            return Ok(());
        }
        self.opened().try_for_each(|item| {
            let proof = self.ledger.proof(item.entry)?;
            files.file(&format!("data/proofs/{:010}.tlog-proof", item.entry.0), proof.as_bytes())
        })
    }

    fn write_signatures<W: Write>(&self, files: &mut Files<W>, (sha256, sha512): (Digest, [u8; 64])) -> Result<(), ExportError> {
        let (id, origin) = (self.export.note.record.id, self.log.name().to_owned());
        let exported = Exported { id, sha256, sha512, origin, size: self.export.size, root: self.export.root };
        let note = self.vault.sign_export(&exported)?;
        let key = export_key(&self.log).map_err(|error| ExportError::Form(error.to_string()))?;
        files.signature("export.note", note.as_bytes())?;
        files.signature("export.pem", pem(&key)?.as_bytes())?;
        files.signature("export.vkey", format!("{key}\n").as_bytes())?;
        let export = Note::parse(note.as_bytes()).map_err(|error| ExportError::Form(error.to_string()))?;
        let checkpoint = self.ledger.checkpoint().note();
        for (name, file, note, key) in [("checkpoint", "log.pub", checkpoint, &self.log), ("export", "export.pub", &export, &key)] {
            let (text, signature) = signature::signature(note, key, file)?;
            files.signature(&format!("signify/{file}"), signature::public_key(key).as_bytes())?;
            files.signature(&format!("signify/{name}.txt"), text.as_bytes())?;
            files.signature(&format!("signify/{name}.txt.sig"), signature.as_bytes())?;
        }
        Ok(())
    }
}

/// Index and width of every tile of a level.
fn widths(full_tiles: u64, partial_width: u16) -> impl Iterator<Item = (u64, u16)> {
    let full = (0..full_tiles).map(|index| (index, TILE_WIDTH as u16));
    full.chain((partial_width > 0).then_some((full_tiles, partial_width)))
}

fn pem(key: &VerifierKey) -> Result<String, ExportError> {
    key.to_pem().ok_or_else(|| ExportError::Form(format!("the key {} has no PEM form", key.name())))
}

/// The files of the bag, with what the manifests will say of them.
struct Files<W> {
    tar: Tar<W>,
    folder: String,
    payload: Manifest,
    tags: Manifest,
}

impl<W: Write> Files<W> {
    /// A file of the payload.
    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), ExportError> {
        let digests = self.whole(path, bytes)?;
        self.payload.add(path, bytes.len() as u64, digests);
        Ok(())
    }

    /// A tag file that the tag manifests list.
    fn tag(&mut self, path: &str, bytes: &[u8]) -> Result<(), ExportError> {
        let digests = self.whole(path, bytes)?;
        self.tags.add(path, bytes.len() as u64, digests);
        Ok(())
    }

    /// A signature, which no manifest lists.
    fn signature(&mut self, name: &str, bytes: &[u8]) -> Result<(), ExportError> {
        self.whole(&format!("signatures/{name}"), bytes).map(drop)
    }

    fn whole(&mut self, path: &str, bytes: &[u8]) -> Result<Digests, ExportError> {
        self.stream(path, bytes.len() as u64, |out| Ok(out.write_all(bytes)?))
    }

    /// A file of so many bytes, which `fill` writes.
    fn stream(
        &mut self,
        path: &str,
        bytes: u64,
        fill: impl FnOnce(&mut dyn Write) -> Result<(), ExportError>,
    ) -> Result<Digests, ExportError> {
        self.tar.begin(&format!("{}/{path}", self.folder), bytes)?;
        let mut body = Body { out: self.tar.body(), hashing: Hashing::new(), left: bytes, is_over: false };
        let filled = fill(&mut body);
        let Body { hashing, left, is_over, .. } = body;
        if is_over {
            return Err(ExportError::Form(format!("{path} has more than the {bytes} bytes that its header promises")));
        }
        filled?;
        if left > 0 {
            return Err(ExportError::Short { path: path.to_owned(), expected: bytes, missing: left });
        }
        self.tar.end(bytes)?;
        Ok(hashing.finish())
    }

    /// A document, which was opened and hashed where it was read.
    fn document(&mut self, path: &str, arriving: Arriving) -> Result<Digests, ExportError> {
        let bytes = arriving.view.record.plain_bytes;
        self.tar.begin(&format!("{}/{path}", self.folder), bytes)?;
        let (out, mut left) = (self.tar.body(), bytes);
        let short = |missing| ExportError::Short { path: path.to_owned(), expected: bytes, missing };
        let digests = arriving.take(|frame| {
            left = left.checked_sub(frame.len() as u64).ok_or_else(|| short(0))?;
            Ok(out.write_all(frame)?)
        })?;
        if left > 0 {
            return Err(short(left));
        }
        self.tar.end(bytes)?;
        Ok(digests)
    }

    /// A file of the payload whose length stands before it and is known behind it. One that is too large to be kept is written twice.
    fn generated(&mut self, path: &str, write: impl Fn(&mut dyn Write) -> Result<(), ExportError>) -> Result<(), ExportError> {
        let mut counted = Counted::new();
        write(&mut counted)?;
        if let Some(bytes) = counted.kept {
            return self.file(path, &bytes);
        }
        let digests = self.stream(path, counted.bytes, &write)?;
        self.payload.add(path, counted.bytes, digests);
        Ok(())
    }

    /// The manifests of the payload, then those of the tag files; returns the digests that are signed.
    fn write_manifests(&mut self) -> Result<(Digest, [u8; 64]), ExportError> {
        let payload = std::mem::take(&mut self.payload);
        for algorithm in Algorithm::ALL {
            let (path, bytes) = (format!("manifest-{}.txt", algorithm.name()), payload.text_bytes(algorithm));
            let digests = self.stream(&path, bytes, |out| Ok(payload.write(algorithm, out)?))?;
            self.tags.add(&path, bytes, digests);
        }
        self.tags.sort();
        let tags = std::mem::take(&mut self.tags);
        let [first, second] = Algorithm::ALL.map(|algorithm| {
            let (path, bytes) = (format!("tagmanifest-{}.txt", algorithm.name()), tags.text_bytes(algorithm));
            self.stream(&path, bytes, |out| Ok(tags.write(algorithm, out)?))
        });
        Ok((first?.sha256, second?.sha512))
    }
}

/// The bytes of one file on their way out.
struct Body<'a, W> {
    out: &'a mut W,
    hashing: Hashing,
    left: u64,
    is_over: bool,
}

impl<W: Write> Write for Body<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(left) = self.left.checked_sub(bytes.len() as u64) else {
            self.is_over = true;
            return Err(io::ErrorKind::InvalidData.into());
        };
        self.left = left;
        self.hashing.update(bytes);
        self.out.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::limits::EXPORT_KEPT_BYTES_MAX;

    #[test]
    fn a_large_file_is_made_twice_and_a_small_one_once() {
        for (bytes, times) in [(3, 1), (EXPORT_KEPT_BYTES_MAX, 1), (EXPORT_KEPT_BYTES_MAX + 1, 2)] {
            let (mut out, made) = (Vec::new(), Cell::new(0));
            let (payload, tags) = (Manifest::default(), Manifest::default());
            let mut files = Files { tar: Tar::new(&mut out), folder: "bag".to_owned(), payload, tags };
            let write = |out: &mut dyn Write| {
                made.set(made.get() + 1);
                Ok(out.write_all(&vec![7; bytes])?)
            };
            files.generated("data/file", write).unwrap();
            assert_eq!((made.get(), files.payload.files(), files.payload.bytes), (times, 1, bytes as u64));
            // A block for the header, and the bytes up to the end of their last block.
            assert_eq!(out.len(), 512 + bytes.next_multiple_of(512));
            assert!(out[512..512 + bytes].iter().all(|byte| *byte == 7));
        }
    }
}
