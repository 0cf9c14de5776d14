//! A large bag, written as the description of the format says.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use aktenfest::ledger::{
    ActorKey, Exported, LogSigner, LogState, PreparedEntry, StoredDocument, SubjectKey, TilePath, encode_bundle, leaf_hash, tile_bytes,
};
use aktenfest::model::{CaseId, Digest, DocumentId, EventId, Handle, NoteId, Timestamp};
use ring::digest::{SHA256, SHA512, digest};
use zeroize::Zeroizing;

const ORIGIN: &str = "archive.example/ledger/5f0c9e7a";

/// A bag on disk.
pub struct Bag {
    /// Where it lies.
    pub folder: PathBuf,
    /// The key of its ledger.
    pub key: String,
    /// Bytes of its payload.
    pub bytes: u64,
}

impl Bag {
    /// Packs it with the system's tar.
    pub fn pack(&self) -> PathBuf {
        let archive = self.folder.with_extension("tar");
        let (parent, name) = (self.folder.parent().expect("a parent"), self.folder.file_name().expect("a name"));
        let status = Command::new("tar").args(["--format=ustar", "-cf"]).arg(&archive).arg("-C").arg(parent).arg(name).status();
        assert!(status.expect("tar").success(), "the bag is packed");
        archive
    }
}

struct Writer {
    folder: PathBuf,
    payload: Vec<(String, u64, [String; 2])>,
    tags: Vec<(String, u64, [String; 2])>,
}

fn digests(bytes: &[u8]) -> [String; 2] {
    [&SHA256, &SHA512].map(|algorithm| hex::encode(digest(algorithm, bytes)))
}

impl Writer {
    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }

    fn payload(&mut self, name: String, bytes: &[u8]) {
        self.write(&name, bytes);
        self.payload.push((name, bytes.len() as u64, digests(bytes)));
    }

    fn tag(&mut self, name: &str, bytes: &[u8]) {
        self.write(name, bytes);
        self.tags.push((name.to_owned(), bytes.len() as u64, digests(bytes)));
    }

    fn manifest(files: &mut [(String, u64, [String; 2])], which: usize) -> Vec<u8> {
        files.sort();
        files.iter().map(|(name, _, digests)| format!("{}  {name}\n", digests[which])).collect::<String>().into_bytes()
    }
}

/// An entry as the archive writes it for a stored document, with the line that opens it.
fn entry(number: u64) -> (Vec<u8>, String) {
    let bytes = |salt: u64| -> [u8; 16] {
        Digest::sha256(&[number.to_be_bytes(), salt.to_be_bytes()].concat()).0[..16].try_into().expect("16 bytes")
    };
    let sha256 = Digest::sha256(&number.to_be_bytes());
    let stored = StoredDocument {
        application: "scan",
        case: CaseId::from_bytes(bytes(1)),
        document: DocumentId::from_bytes(bytes(2)),
        description: b"{\"date\":\"2026-11-20\",\"title\":\"Bescheid\"}",
        sha256: &sha256,
        size_bytes: 4096,
        media_type: "application/pdf",
    };
    let (subject, actor) = (SubjectKey::new(Zeroizing::new(sha256.0)), ActorKey::new(Zeroizing::new([7; 32])));
    let (handle, id) = (Handle(bytes(3)), EventId(bytes(4)));
    let prepared: PreparedEntry = stored.prepare(handle, id, &subject, &actor);
    let at = Timestamp::from_seconds(1_795_000_000 + (number / 1000) as i64).expect("a time");
    let fields = stored.openings(id, &subject, &actor).into_iter().map(|opening| {
        let value = match std::str::from_utf8(&opening.value) {
            Ok(text) if !text.contains(char::is_control) => format!("\"value\":{}", serde_json::to_string(text).expect("text")),
            _ => format!("\"value_hex\":\"{}\"", hex::encode(&opening.value)),
        };
        format!("\"{}\":{{\"salt\":\"{}\",{value}}}", opening.field, opening.salt.0)
    });
    let line = format!("{{\"fields\":{{{}}},\"id\":\"{}\",\"index\":{number}}}\n", fields.collect::<Vec<_>>().join(","), hex::encode(id.0));
    (prepared.complete(at, None), line)
}

/// Writes a bag of so many entries below `base`.
pub fn write(base: &Path, entries: u64, opened: bool) -> Bag {
    let signer = LogSigner::from_seed(ORIGIN, &[7; 32]).expect("a signer");
    let mut writer = Writer { folder: base.join("bag"), payload: Vec::new(), tags: Vec::new() };
    fs::create_dir(&writer.folder).expect("a folder");
    let mut state = LogState::empty();
    let lines = opened.then(|| base.join("openings"));
    let mut openings = lines.as_ref().map(|path| BufWriter::new(File::create(path).expect("a file")));
    let open = PreparedEntry::ledger_open(Handle([1; 16]), EventId([1; 16]), ORIGIN).expect("an origin");
    let first = open.complete(Timestamp::from_seconds(1_795_000_000).expect("a time"), None);
    for (index, start) in (0..).zip((0..entries).step_by(256)) {
        let bundle: Vec<Vec<u8>> = (start..entries.min(start + 256))
            .map(|number| {
                if number == 0 {
                    return first.clone();
                }
                let (entry, line) = entry(number);
                openings.iter_mut().for_each(|file| file.write_all(line.as_bytes()).expect("a line"));
                entry
            })
            .collect();
        let hashes: Vec<Digest> = bundle.iter().map(|entry| leaf_hash(entry)).collect();
        let path = TilePath::Entries { index, width: bundle.len() as u16 };
        writer.payload(format!("data/ledger/{path}"), &encode_bundle(bundle.iter().map(Vec::as_slice)).expect("a bundle"));
        let appended = state.append(&hashes).expect("leaves");
        for tile in appended.full_tiles {
            let path = TilePath::Hashes { level: tile.level, index: tile.index, width: 256 };
            writer.payload(format!("data/ledger/{path}"), &tile.bytes);
        }
        state = appended.next;
    }
    let mut width = entries;
    for level in 0.. {
        let partial = state.partial_tile(level);
        if !partial.is_empty() {
            let path = TilePath::Hashes { level, index: width / 256, width: partial.len() as u16 };
            writer.payload(format!("data/ledger/{path}"), &tile_bytes(partial));
        }
        width /= 256;
        if width == 0 {
            break;
        }
    }
    let checkpoint = signer.sign(entries, state.root()).expect("a checkpoint").note().to_string();
    writer.payload("data/ledger/checkpoint".to_owned(), checkpoint.as_bytes());
    if let (Some(path), Some(mut file)) = (lines, openings.take()) {
        file.flush().expect("all lines");
        writer.payload("data/openings.jsonl".to_owned(), &fs::read(path).expect("the lines"));
    }
    seal(writer, &signer, entries, state.root())
}

fn seal(mut writer: Writer, signer: &LogSigner, size: u64, root: Digest) -> Bag {
    let id = NoteId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11").expect("an id");
    let bytes = writer.payload.iter().map(|(_, bytes, _)| bytes).sum();
    writer.tag("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
    let info = format!(
        "External-Identifier: {id}\nPayload-Oxum: {bytes}.{}\nLedger-Origin: {ORIGIN}\nLedger-Size: {size}\nLedger-Root-SHA256: {root}\n\
         Export-Scope: evidence; vault\n",
        writer.payload.len()
    );
    writer.tag("bag-info.txt", info.as_bytes());
    writer.tag("keys/log.vkey", format!("{}\n", signer.verifier_key()).as_bytes());
    for (which, name) in ["sha256", "sha512"].into_iter().enumerate() {
        let manifest = Writer::manifest(&mut writer.payload, which);
        writer.tag(&format!("manifest-{name}.txt"), &manifest);
    }
    let tags = [0, 1].map(|which| Writer::manifest(&mut writer.tags, which));
    writer.write("tagmanifest-sha256.txt", &tags[0]);
    writer.write("tagmanifest-sha512.txt", &tags[1]);
    let exported = Exported {
        id,
        sha256: Digest::sha256(&tags[0]),
        sha512: digest(&SHA512, &tags[1]).as_ref().try_into().expect("64 bytes"),
        origin: ORIGIN.to_owned(),
        size,
        root,
    };
    writer.write("signatures/export.note", signer.sign_export(&exported).expect("a note").as_bytes());
    Bag { folder: writer.folder, key: signer.verifier_key().to_string(), bytes }
}
