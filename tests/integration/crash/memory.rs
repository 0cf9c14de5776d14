//! Large documents pass in bounded memory.

use std::path::Path;

use crate::cli_support::{Dev, argument};

/// What the daemon may take, in bytes.
const RSS_MAX: u64 = 512 << 20;

#[test]
fn a_document_of_a_gigabyte_passes_in_bounded_memory() {
    one_large_document(1 << 30);
}

#[test]
#[ignore = "writes eight gigabytes; part of make soak"]
fn soak_a_document_of_four_gigabytes_passes_in_bounded_memory() {
    one_large_document(4 << 30);
}

fn one_large_document(bytes: u64) {
    let directory = tempfile::tempdir().unwrap();
    let files = directory.path().join("files");
    std::fs::create_dir(&files).unwrap();
    let file = files.join("large.bin");
    write_noise(&file, bytes);
    let dev = Dev::start(&directory.path().join("archive"));
    let case = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11";
    let stored = dev.client(&["ingest", argument(&files), "--vault", "demo", "--case", case, "--reference", "large", "--json"]);
    let stored = stored.expect(0).json();
    assert_eq!(stored["bytes"].as_u64(), Some(bytes), "{stored}");
    let peak = dev.peak_rss_bytes();
    assert!(peak < RSS_MAX, "the daemon took {} MiB for a document of {} MiB", peak >> 20, bytes >> 20);
    assert_eq!(dev.stop(), 0);
}

/// Bytes that do not compress, a megabyte at a time.
fn write_noise(path: &Path, bytes: u64) {
    use std::io::Write;
    let mut file = std::io::BufWriter::with_capacity(1 << 20, std::fs::File::create(path).unwrap());
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..bytes / 8 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        file.write_all(&state.to_le_bytes()).unwrap();
    }
    file.flush().unwrap();
}
