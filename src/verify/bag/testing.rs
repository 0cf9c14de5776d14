//! Bags for tests, written after the description of the format and with none of the code that exports.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ring::signature::Ed25519KeyPair;

use crate::ledger::{
    Code, Entry, EventCode, KeyId, LogSigner, LogState, NodeSource, PublicKey, Salt, TilePath, VerifierKey, encode_bundle, leaf_hash,
    make_receipt, node_hash, prove_inclusion, tile_bytes,
};
use crate::model::{Digest, EventId, Handle, LedgerIndex, Timestamp};

/// Origin of the ledger in these bags.
pub(super) const ORIGIN: &str = "archive.example/ledger/5f0c9e7a";
/// Seed of the ledger's key.
pub(super) const SEED: u8 = 1;

/// Sixteen bytes for the number of an entry.
fn id(number: u64) -> [u8; 16] {
    Digest::sha256(&number.to_be_bytes()).0[..16].try_into().unwrap()
}

/// A field of an entry: its name, and the value that the entry commits to.
pub(super) type Field = (&'static str, Vec<u8>);

/// A ledger in the making, with what opens its entries.
#[derive(Clone)]
pub(super) struct TestLedger {
    /// The entries.
    pub(super) entries: Vec<Vec<u8>>,
    openings: Vec<(u64, EventId, Vec<Field>)>,
    last: BTreeMap<Handle, u64>,
    origin: String,
    seed: u8,
}

impl TestLedger {
    /// A ledger with its first entry.
    pub(super) fn new(origin: &str, seed: u8) -> Self {
        let mut ledger = Self { entries: Vec::new(), openings: Vec::new(), last: BTreeMap::new(), origin: origin.to_owned(), seed };
        let code = |text: &str| Code::Text(text.to_owned());
        let codes = vec![("entry".to_owned(), code("eal1")), ("hash".to_owned(), code("SHA-256")), ("origin".to_owned(), code(origin))];
        ledger.add(EventCode::LedgerOpen, Handle(id(u64::MAX)), &[], codes);
        ledger
    }

    fn salt(index: u64, field: &str) -> Salt {
        Salt(Digest::sha256(format!("salt {index} {field}").as_bytes()))
    }

    /// Appends an entry; answers its index.
    pub(super) fn add(&mut self, event: EventCode, handle: Handle, fields: &[Field], codes: Vec<(String, Code)>) -> u64 {
        let index = self.entries.len() as u64;
        let commitments =
            fields.iter().map(|(name, value)| ((*name).to_owned(), Self::salt(index, name).commit(name, value).unwrap())).collect();
        let entry = Entry {
            event,
            handle,
            id: EventId(id(index)),
            time: Timestamp::from_seconds(1_795_000_000 + index as i64).unwrap(),
            up: self.last.insert(handle, index).map(LedgerIndex),
            codes,
            commitments,
        };
        self.entries.push(entry.encode());
        if !fields.is_empty() {
            self.openings.push((index, EventId(id(index)), fields.to_vec()));
        }
        index
    }

    /// Records that a document was read.
    pub(super) fn read(&mut self, handle: Handle) {
        self.last.remove(&handle);
        self.add(EventCode::DocumentRead, handle, &[("act.person", b"m-muster".to_vec())], Vec::new());
    }

    /// Size and root.
    pub(super) fn head(&self) -> (u64, Digest) {
        let size = self.entries.len() as u64;
        (size, LogState::empty().append(&self.leaves(size)).unwrap().root)
    }

    /// Stores a document with this content; answers its handle.
    pub(super) fn store(&mut self, content: &[u8]) -> Handle {
        let handle = Handle(id(1_000_000 + self.entries.len() as u64));
        let fields = [
            ("act.application", b"scan".to_vec()),
            ("sub.sha256", Digest::sha256(content).0.to_vec()),
            ("sub.size", content.len().to_string().into_bytes()),
            ("sub.type", b"text/plain; \"quoted\"".to_vec()),
        ];
        self.add(EventCode::DocumentStore, handle, &fields, vec![("kclass".to_owned(), Code::Text("doc".to_owned()))]);
        handle
    }

    /// Destroys a document, and what opened its entries.
    pub(super) fn destroy(&mut self, handle: Handle) {
        let index = self.add(EventCode::DocumentDestroy, handle, &[], vec![("keys".to_owned(), Code::Integer(1))]);
        let gone: Vec<u64> = (0..index).filter(|number| Entry::parse(&self.entries[*number as usize]).unwrap().handle == handle).collect();
        self.openings.retain(|(number, _, _)| !gone.contains(number));
    }

    /// Goes on with another key.
    pub(super) fn replace_key(&mut self, seed: u8) {
        self.seed = seed;
    }

    /// The key of the log.
    pub(super) fn signer(&self) -> LogSigner {
        LogSigner::from_seed(&self.origin, &[self.seed; 32]).unwrap()
    }

    /// The key in text.
    pub(super) fn key(&self) -> VerifierKey {
        self.signer().verifier_key().clone()
    }

    fn leaves(&self, size: u64) -> Vec<Digest> {
        self.entries[..size as usize].iter().map(|entry| leaf_hash(entry)).collect()
    }

    /// The signed checkpoint of the first `size` entries.
    pub(super) fn checkpoint(&self, size: u64) -> String {
        let root = LogState::empty().append(&self.leaves(size)).unwrap().root;
        self.signer().sign(size, root).unwrap().note().to_string()
    }

    /// The receipt of an entry at a size.
    pub(super) fn receipt(&self, index: u64, size: u64) -> String {
        let leaves = self.leaves(size);
        let root = LogState::empty().append(&leaves).unwrap().root;
        let proof = prove_inclusion(index, size, &mut Leaves(&leaves)).unwrap();
        make_receipt(&self.entries[index as usize], LedgerIndex(index), &proof, &self.signer().sign(size, root).unwrap()).unwrap()
    }

    fn opening_lines(&self) -> String {
        let value = |value: &[u8]| match std::str::from_utf8(value) {
            Ok(text) => format!("\"value\":{}", serde_json::to_string(text).unwrap()),
            Err(_) => format!("\"value_hex\":\"{}\"", hex::encode(value)),
        };
        let line = |(index, id, fields): &(u64, EventId, Vec<Field>)| {
            let fields =
                fields.iter().map(|(name, bytes)| format!("\"{name}\":{{\"salt\":\"{}\",{}}}", Self::salt(*index, name).0, value(bytes)));
            format!("{{\"fields\":{{{}}},\"id\":\"{}\",\"index\":{index}}}\n", fields.collect::<Vec<_>>().join(","), hex::encode(id.0))
        };
        self.openings.iter().map(line).collect()
    }

    /// Puts checkpoint, bundles and tiles into a bag.
    pub(super) fn put_into(&self, bag: &mut TestBag, prefix: &str) {
        let size = self.entries.len() as u64;
        bag.put(&format!("{prefix}checkpoint"), self.checkpoint(size));
        for (index, entries) in (0..).zip(self.entries.chunks(256)) {
            let path = TilePath::Entries { index, width: entries.len() as u16 };
            bag.put(&format!("{prefix}{path}"), encode_bundle(entries.iter().map(Vec::as_slice)).unwrap());
        }
        let mut row = self.leaves(size);
        for level in 0.. {
            for (index, hashes) in (0..).zip(row.chunks(256)) {
                let path = TilePath::Hashes { level, index, width: hashes.len() as u16 };
                bag.put(&format!("{prefix}{path}"), tile_bytes(hashes));
            }
            row = row.chunks_exact(256).map(perfect).collect();
            if row.is_empty() {
                break;
            }
        }
    }
}

fn perfect(hashes: &[Digest]) -> Digest {
    match hashes {
        [one] => *one,
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            node_hash(&perfect(left), &perfect(right))
        }
    }
}

struct Leaves<'a>(&'a [Digest]);

impl NodeSource for Leaves<'_> {
    type Error = std::convert::Infallible;

    fn node(&mut self, level: u8, index: u64) -> Result<Digest, Self::Error> {
        let width = 1_usize << level;
        Ok(perfect(&self.0[index as usize * width..][..width]))
    }
}

/// The files of a bag.
#[derive(Clone, Default)]
pub(super) struct TestBag(pub(super) BTreeMap<String, Vec<u8>>);

impl TestBag {
    /// A whole and sealed bag of a ledger with so many stored documents, of which the second was destroyed.
    pub(super) fn of(documents: u64) -> (Self, TestLedger) {
        let mut ledger = TestLedger::new(ORIGIN, SEED);
        let mut bag = Self::default();
        for number in 0..documents {
            let content = format!("document {number}").into_bytes();
            let handle = ledger.store(&content);
            if number == 1 {
                ledger.destroy(handle);
            } else {
                bag.put(&format!("data/documents/{handle}/content"), content);
            }
        }
        let earlier = ledger.entries.len().min(3) as u64;
        bag.put(&format!("data/ledger/history/{earlier:010}.checkpoint"), ledger.checkpoint(earlier));
        bag.fill(&ledger);
        (bag, ledger)
    }

    /// Puts the ledger, its openings and its receipts into the bag, and seals it.
    pub(super) fn fill(&mut self, ledger: &TestLedger) {
        ledger.put_into(self, "data/ledger/");
        let size = ledger.entries.len() as u64;
        self.put("data/openings.jsonl", ledger.opening_lines());
        for index in [0, size / 2, size - 1] {
            self.put(&format!("data/proofs/{index:010}.tlog-proof"), ledger.receipt(index, size));
        }
        self.put("keys/log.vkey", format!("{}\n", ledger.key()));
        self.put("keys/log.pem", ledger.signer().public_key_pem());
        self.seal(ledger);
    }

    /// The copy for a person: the documents under numbers, a page, and of the ledger only the checkpoint and the receipts.
    pub(super) fn copy(documents: u64) -> (Self, TestLedger) {
        let mut ledger = TestLedger::new(ORIGIN, SEED);
        let mut bag = Self::default();
        for number in 0..documents {
            // Two of them have the same content.
            let content = format!("document {}", number / 2).into_bytes();
            ledger.store(&content);
            bag.put(&format!("data/copy/{number:05}.txt"), content);
        }
        let size = ledger.entries.len() as u64;
        for index in 1..size {
            bag.put(&format!("data/proofs/{index:010}.tlog-proof"), ledger.receipt(index, size));
        }
        bag.put("data/copy/copy.html", "<!DOCTYPE html>");
        bag.put("data/ledger/checkpoint", ledger.checkpoint(size));
        bag.put("data/openings.jsonl", ledger.opening_lines());
        bag.put("keys/log.vkey", format!("{}\n", ledger.key()));
        bag.seal_as(&ledger, "person; case x; with contents; without access log");
        (bag, ledger)
    }

    /// Adds or replaces a file.
    pub(super) fn put(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        self.0.insert(name.to_owned(), bytes.into());
    }

    /// A file, to be changed.
    pub(super) fn file(&mut self, name: &str) -> &mut Vec<u8> {
        self.0.get_mut(name).unwrap_or_else(|| panic!("{name} is not in the bag"))
    }

    fn manifest(&self, algorithm: &'static ring::digest::Algorithm, wanted: impl Fn(&str) -> bool) -> String {
        let listed = self.0.iter().filter(|(name, _)| wanted(name));
        listed.map(|(name, bytes)| format!("{}  {name}\n", hex::encode(ring::digest::digest(algorithm, bytes)))).collect()
    }

    /// Writes description, manifests and signature, as whoever made the bag would.
    pub(super) fn seal(&mut self, ledger: &TestLedger) {
        self.seal_as(ledger, "evidence; vault; with contents; without access log");
    }

    /// The same, as an export of this scope.
    pub(super) fn seal_as(&mut self, ledger: &TestLedger, scope: &str) {
        use ring::digest::{SHA256, SHA512};
        let checkpoint = crate::ledger::UnverifiedCheckpoint::parse(self.file("data/ledger/checkpoint")).unwrap().claim().clone();
        let payload = |name: &str| name.starts_with("data/");
        let (bytes, files) =
            self.0.iter().filter(|(name, _)| payload(name)).fold((0, 0), |(bytes, files), (_, file)| (bytes + file.len(), files + 1));
        self.put("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
        let info = format!(
            "Source-Organization: archive.example\nExternal-Identifier: export-1\nBagging-Date: 2026-11-21\nPayload-Oxum: {bytes}.{files}\n\
             Ledger-Origin: {}\nLedger-Size: {}\nLedger-Root-SHA256: {}\nExport-Scope: {scope}\n",
            checkpoint.origin(),
            checkpoint.size(),
            checkpoint.root()
        );
        self.put("bag-info.txt", info);
        for (name, algorithm) in [("sha256", &SHA256), ("sha512", &SHA512)] {
            self.put(&format!("manifest-{name}.txt"), self.manifest(algorithm, payload));
        }
        let tag = |name: &str| !payload(name) && !name.starts_with("signatures/") && !name.starts_with("tagmanifest-");
        for (name, algorithm) in [("sha256", &SHA256), ("sha512", &SHA512)] {
            self.put(&format!("tagmanifest-{name}.txt"), self.manifest(algorithm, tag));
        }
        let digest = |bag: &Self, algorithm, name: &str| hex::encode(ring::digest::digest(algorithm, &bag.0[name]));
        let text = format!(
            "eal1-export/v1\nexport-1\nsha256 {} tagmanifest-sha256.txt\nsha512 {} tagmanifest-sha512.txt\nledger {} {} {}\n",
            digest(self, &SHA256, "tagmanifest-sha256.txt"),
            digest(self, &SHA512, "tagmanifest-sha512.txt"),
            checkpoint.origin(),
            checkpoint.size(),
            BASE64_STANDARD.encode(checkpoint.root().as_bytes())
        );
        let (key, pair) = export_key(ledger);
        self.put("signatures/export.note", signed(&text, &key, &pair));
        self.put("signatures/export.vkey", format!("{key}\n"));
        self.put("signatures/export.pem", key.to_pem().unwrap());
    }

    /// Unpacks the bag into a folder.
    pub(super) fn write(&self, folder: &Path) {
        for (name, bytes) in &self.0 {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }

    /// The bag as a tar archive.
    pub(super) fn tar(&self) -> Vec<u8> {
        let mut tar = Vec::new();
        for (name, bytes) in &self.0 {
            tar.extend(tar_header(&format!("export-1/{name}"), bytes.len(), b'0'));
            tar.extend(bytes);
            tar.resize(tar.len().next_multiple_of(512), 0);
        }
        tar.resize(tar.len() + 1024, 0);
        tar
    }
}

/// A header of an entry in a tar archive.
pub(super) fn tar_header(name: &str, bytes: usize, kind: u8) -> [u8; 512] {
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    for (at, value) in [(100, "0000644\0"), (108, "0000000\0"), (116, "0000000\0"), (136, "00000000000\0"), (257, "ustar\x0000")] {
        header[at..at + value.len()].copy_from_slice(value.as_bytes());
    }
    header[124..136].copy_from_slice(format!("{bytes:011o}\0").as_bytes());
    header[156] = kind;
    header[148..156].copy_from_slice(b"        ");
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

fn export_key(ledger: &TestLedger) -> (VerifierKey, Ed25519KeyPair) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[ledger.seed; 32]).unwrap();
    let PublicKey::Ed25519(public) = ledger.key().public_key().clone() else { panic!("must be Ed25519") };
    (VerifierKey::new(&format!("{}/export", ledger.origin), PublicKey::Ed25519(public)).unwrap(), pair)
}

/// A text with a signature line.
fn signed(text: &str, key: &VerifierKey, pair: &Ed25519KeyPair) -> String {
    let KeyId(id) = key.id();
    let payload = [id.as_slice(), pair.sign(text.as_bytes()).as_ref()].concat();
    format!("{text}\n\u{2014} {} {}\n", key.name(), BASE64_STANDARD.encode(payload))
}
