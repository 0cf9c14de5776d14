//! What the clients of a test have been promised: the reference that the archive is compared with.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use aktenfest::cli::client::{Client, Connection, DocumentMeta, Part, Profile, Source};
use aktenfest::model::{CaseId, Digest, DocumentId, MediaType, VaultName};
use bytes::Bytes;

/// A document that clients try to store: its content follows from its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Numbered(pub u64);

impl Numbered {
    /// Sizes from a note to a document that is staged in pieces; most are letters.
    fn length(self) -> usize {
        match self.0 % 40 {
            0 => 0,
            1 => 20 << 20,
            2..4 => 5 << 20,
            4..10 => 300_000 + self.0 as usize % 1000,
            10..20 => 60_000,
            _ => 1_000 + self.0 as usize % 5000,
        }
    }

    /// Its bytes.
    pub fn content(self) -> Vec<u8> {
        let mut state = (self.0 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()
        };
        std::iter::repeat_with(&mut next).flatten().take(self.length()).collect()
    }

    /// Its id.
    pub fn id(self) -> DocumentId {
        let mut id = [0x5a; 16];
        id[8..].copy_from_slice(&self.0.to_be_bytes());
        DocumentId::from_bytes(id)
    }
}

/// What was promised and what was only tried.
#[derive(Default)]
pub struct Promises {
    next: u64,
    /// Receipts by number.
    pub acknowledged: BTreeMap<Numbered, String>,
    /// Begun, without an answer.
    pub attempted: BTreeMap<Numbered, ()>,
}

/// The promises, shared by the clients of a test.
pub type Shared = Arc<Mutex<Promises>>;

/// Stores one document after the other until told to stop by being aborted, or until the archive refuses.
pub async fn store_on(client: Client, shared: Shared) -> String {
    loop {
        let number = begin(&shared);
        match put(&client, number).await {
            Ok(receipt) => acknowledge(&shared, number, receipt),
            Err(refusal) => return refusal,
        }
    }
}

/// Takes a number for an attempt.
pub fn begin(shared: &Shared) -> Numbered {
    let mut promises = shared.lock().unwrap();
    let number = Numbered(promises.next);
    promises.next += 1;
    promises.attempted.insert(number, ());
    number
}

/// Notes a promise.
pub fn acknowledge(shared: &Shared, number: Numbered, receipt: String) {
    let mut promises = shared.lock().unwrap();
    promises.attempted.remove(&number);
    let before = promises.acknowledged.insert(number, receipt.clone());
    assert!(before.is_none_or(|before| before == receipt), "two receipts for {number:?}");
}

/// Stores a document; the receipt, or the code of the problem.
pub async fn put(client: &Client, number: Numbered) -> Result<String, String> {
    let content = Bytes::from(number.content());
    let digest = Digest::from_slice(ring::digest::digest(&ring::digest::SHA256, &content).as_ref()).unwrap();
    let meta = DocumentMeta { title: Some(format!("document {}", number.0)), file_name: None };
    let (vault, media_type) = (vault(), MediaType::unknown());
    let place = (&vault, case_id(), number.id());
    let stored = client.put_document(place, &media_type, &meta, &digest, &Source::Memory(content)).await;
    stored.map(|stored| stored.receipt).map_err(|error| error.code().to_owned())
}

/// The bytes of a document, `None` if it is not there.
pub async fn get(client: &Client, number: Numbered) -> Option<Vec<u8>> {
    let vault = vault();
    let mut bytes = Vec::new();
    let fetched = client
        .fetch((&vault, case_id(), number.id()), |piece| {
            bytes.extend_from_slice(piece);
            Ok(())
        })
        .await;
    match fetched {
        Ok(_) => Some(bytes),
        Err(error) if error.code() == "document_unknown" => None,
        Err(error) => panic!("{number:?}: {error}"),
    }
}

/// Compares the archive with the promises: everything acknowledged byte for byte and with the same receipt, everything else
/// wholly or not at all.
pub async fn compare(client: &Client, shared: &Shared) {
    let (acknowledged, attempted) = {
        let promises = shared.lock().unwrap();
        (promises.acknowledged.clone(), promises.attempted.clone())
    };
    let vault = vault();
    for (number, receipt) in acknowledged {
        assert!(get(client, number).await == Some(number.content()), "{number:?} was acknowledged and is not there as it was");
        let again = client.part((&vault, case_id(), number.id()), Part::Receipt).await.unwrap();
        assert!(again == receipt.as_bytes(), "{number:?} has another receipt");
    }
    for (number, ()) in attempted {
        let there = get(client, number).await;
        assert!(there.is_none() || there == Some(number.content()), "{number:?} is there by halves");
    }
}

/// A client with the profile that `aktenfest dev` wrote.
pub fn client(profile: &Path) -> Client {
    let text = std::fs::read_to_string(profile).unwrap();
    let Profile { url, ca, cert, key, vault } = serde_json::from_str(&text).unwrap();
    let folder = profile.parent().unwrap();
    Client::new(&Connection { url, ca: folder.join(ca), cert: folder.join(cert), key: folder.join(key), vault }).unwrap()
}

/// The vault of every `aktenfest dev`.
pub fn vault() -> VaultName {
    VaultName::parse("demo").unwrap()
}

/// The case of these tests.
pub fn case_id() -> CaseId {
    CaseId::from_bytes([0xca; 16])
}
