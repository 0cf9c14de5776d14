//! The ledger over HTTPS, as somebody follows it who keeps a receipt or a checkpoint: tiles, receipts at later sizes, proofs of growth.

use aktenfest::ledger::{
    AddCheckpoint, TilePath, UnverifiedReceipt, VerifierKey, empty_root, leaf_hash, parse_bundle, tile_shape, verify_growth,
};

use crate::support::{Client, Service, document_path};

const LEDGER: &str = "/v1/vaults/demo/ledger";

/// Documents that are stored: with the openings before them enough for a full tile and a partial one.
const DOCUMENTS: u32 = 262;

async fn key(client: &Client) -> VerifierKey {
    let vault = client.get("/v1/vaults/demo").await.json();
    VerifierKey::parse(vault["verifier_key"].as_str().unwrap()).unwrap()
}

async fn store(client: &Client, documents: std::ops::RangeInclusive<u32>) {
    for number in documents {
        assert_eq!(client.put(&document_path(number), &[], format!("document {number}")).await.status, 201);
    }
}

async fn growth(client: &Client, query: &str) -> AddCheckpoint {
    let answer = client.get(&format!("{LEDGER}/proof/consistency?{query}")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/plain; charset=utf-8"), "{query}");
    AddCheckpoint::parse(&answer.body).unwrap()
}

async fn size(client: &Client) -> u64 {
    growth(client, "from=0").await.checkpoint.claim().size()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_receipt_is_followed_through_every_later_size() {
    let service = Service::start().await;
    let client = service.client();
    store(&client, 1..=7).await;
    let (log, first) = (key(&client).await, size(&client).await);
    let kept = client.get(&format!("{}/receipt", document_path(3))).await;
    let index = UnverifiedReceipt::parse(&kept.body).unwrap().claimed_index().0;
    store(&client, 8..=20).await;
    let last = size(&client).await;
    assert_eq!(last, first + 13);
    for size in index + 1..=last {
        let answer = client.get(&format!("{LEDGER}/proof/inclusion?index={index}&size={size}")).await;
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        let receipt = UnverifiedReceipt::parse(&answer.body).unwrap().verify(&log).unwrap();
        assert_eq!((receipt.index.0, receipt.checkpoint.checkpoint().size()), (index, size));
        let same = UnverifiedReceipt::parse(&kept.body).unwrap();
        assert_eq!(Some(receipt.entry.as_slice()), same.claimed_entry());
        if size == same.claimed_checkpoint().claim().size() {
            assert_eq!(answer.body, kept.body, "the same size gives the same bytes");
        }
    }
    let newest = client.get(&format!("{LEDGER}/proof/inclusion?index={index}")).await;
    let newest = UnverifiedReceipt::parse(&newest.body).unwrap().verify(&log).unwrap();
    assert_eq!(newest.checkpoint.checkpoint().size(), last);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_checkpoint_is_followed_to_every_later_size() {
    let service = Service::start().await;
    let client = service.client();
    store(&client, 1..=9).await;
    let (log, last) = (key(&client).await, size(&client).await);
    let mut roots = vec![empty_root()];
    for size in 1..=last {
        roots.push(growth(&client, &format!("from=0&to={size}")).await.checkpoint.verify(&log).unwrap().checkpoint().root());
    }
    for to in 0..=last {
        for from in 0..=to {
            let proof = growth(&client, &format!("from={from}&to={to}")).await;
            assert_eq!(proof.old_size, from);
            let signed = proof.checkpoint.verify(&log).unwrap();
            let (size, root) = (signed.checkpoint().size(), signed.checkpoint().root());
            assert_eq!((size, root), (to, roots[to as usize]));
            assert_eq!(verify_growth(from, to, &proof.proof, &roots[from as usize], &root), Ok(()), "{from} {to}");
        }
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_without_an_answer_say_so() {
    let service = Service::start().await;
    let client = service.client();
    store(&client, 1..=2).await;
    let size = size(&client).await;
    for (query, status, code) in [
        (format!("inclusion?index={size}"), 404, "proof_unknown"),
        (format!("inclusion?index=0&size={}", size + 1), 404, "proof_unknown"),
        ("inclusion?index=2&size=2".to_owned(), 404, "proof_unknown"),
        ("inclusion?index=0&size=0".to_owned(), 404, "proof_unknown"),
        (format!("inclusion?index={}", i64::MAX), 404, "proof_unknown"),
        ("inclusion".to_owned(), 400, "query_malformed"),
        ("inclusion?index=01".to_owned(), 400, "query_malformed"),
        ("inclusion?index=0&index=0".to_owned(), 400, "query_malformed"),
        (format!("consistency?from=0&to={}", size + 1), 404, "proof_unknown"),
        (format!("consistency?from={}", size + 1), 404, "proof_unknown"),
        ("consistency?from=2&to=1".to_owned(), 404, "proof_unknown"),
        ("consistency?to=1".to_owned(), 400, "query_malformed"),
        ("consistency?from=-1".to_owned(), 400, "query_malformed"),
    ] {
        let answer = client.get(&format!("{LEDGER}/proof/{query}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{query}");
    }
    let answer = client.get(&format!("{LEDGER}/proof/inclusion?index={size}")).await;
    assert!(answer.json()["detail"].as_str().unwrap().contains(&format!("has {size} entries")), "{}", answer.json());
    let stranger = service.client_of("eakte", &["other"]);
    assert_ne!(stranger.get(&format!("{LEDGER}/proof/inclusion?index=0")).await.status, 200);
    service.stop().await;
}

/// C2SP tlog-tiles: media types, caching, every partial tile up to the present one, and the full tile in place of a partial one.
#[tokio::test(flavor = "multi_thread")]
async fn tiles_are_served_as_the_standard_says() {
    let service = Service::start().await;
    let client = service.client();
    store(&client, 1..=DOCUMENTS).await;
    let checkpoint = client.get(&format!("{LEDGER}/checkpoint")).await;
    assert_eq!((checkpoint.header("content-type"), checkpoint.header("cache-control")), ("text/plain; charset=utf-8", "private, no-store"));
    let size = size(&client).await;
    assert!(size > 256 && size < 512, "{size}");
    let get = async |path: TilePath| client.get(&format!("{LEDGER}/{path}")).await;
    let last_width = (size % 256) as u16;
    for shape in tile_shape(size) {
        for (index, most) in [(0, if shape.full_tiles > 0 { 256 } else { shape.partial_width }), (shape.full_tiles, shape.partial_width)] {
            for width in [1, most / 2, most].into_iter().filter(|width| *width > 0) {
                let tile = get(TilePath::Hashes { level: shape.level, index, width }).await;
                assert_eq!((tile.status, tile.header("content-type")), (200, "application/octet-stream"));
                assert_eq!(tile.header("cache-control"), "private, max-age=31536000, immutable");
                assert_eq!(tile.body.len(), usize::from(width) * 32);
            }
        }
    }
    for (index, width) in [(0, 256), (0, 1), (0, 255), (1, 1), (1, last_width)] {
        let bundle = get(TilePath::Entries { index, width }).await;
        assert_eq!((bundle.status, bundle.header("cache-control")), (200, "private, max-age=31536000, immutable"));
        let entries = parse_bundle(&bundle.body, width).unwrap();
        let hashes: Vec<u8> = entries.iter().flat_map(|entry| leaf_hash(entry).0).collect();
        assert_eq!(get(TilePath::Hashes { level: 0, index, width }).await.body, hashes, "{index} {width}");
    }
    for path in [
        TilePath::Entries { index: 1, width: last_width + 1 },
        TilePath::Entries { index: 1, width: 256 },
        TilePath::Entries { index: 2, width: 1 },
        TilePath::Hashes { level: 1, index: 0, width: 2 },
        TilePath::Hashes { level: 2, index: 0, width: 1 },
    ] {
        let answer = get(path).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "tile_unknown"), "{path}");
    }
    for path in ["tile/0/0", "tile/00/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/x000/000", "tile/entries/../0/000"] {
        assert!(client.get(&format!("{LEDGER}/{path}")).await.status >= 400, "{path}");
    }
    service.stop().await;
}
