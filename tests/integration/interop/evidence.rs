//! Signatures, time-stamps and evidence records that were made here, checked by OpenSSL, by rfc3161-client and by Bouncy Castle.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use aktenfest::archive::first_response;
use aktenfest::clock::Clock;
use aktenfest::evidence::{HashAlgorithm, Signer, TrustRoots, ers, tsp, verify_detached};
use aktenfest::model::{CheckpointStamp, Digest, VaultName};

use super::{beside, from_outside, run_tool};
use crate::archive::Office;
use crate::cli_support::Ran;
use crate::support::Tsa;
use crate::timestamps::{newest, observer, roots, stamping};

/// Where Debian puts Bouncy Castle.
const JARS: &str = "/usr/share/java/bcpkix.jar:/usr/share/java/bcprov.jar:/usr/share/java/bcutil.jar";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/evidence").join(name)
}

fn verify_cms(folder: &Path, signature: &[u8]) -> Ran {
    let path = folder.join("signature.p7s");
    fs::write(&path, signature).unwrap();
    let mut openssl = Command::new("openssl");
    openssl.args(["cms", "-verify", "-binary", "-cades", "-inform", "DER", "-purpose", "any", "-out", "/dev/null", "-in"]).arg(path);
    run_tool(openssl.arg("-content").arg(fixture("content.txt")).arg("-CAfile").arg(fixture("root.crt")))
}

#[test]
#[ignore = "needs foreign programs; part of make interop"]
fn openssl_verifies_our_signatures_and_no_changed_one() {
    let folder = tempfile::tempdir().unwrap();
    let content = Digest::sha256(&fs::read(fixture("content.txt")).unwrap());
    let roots = TrustRoots::from_pem(&fs::read(fixture("root.crt")).unwrap()).unwrap();
    let now = Clock::system().now();
    for (certificate, key) in [("signer-ec.crt", "signer-ec.key"), ("signer-rsa-chain.crt", "signer-rsa.key")] {
        let signer = Signer::from_pem(&fs::read(fixture(certificate)).unwrap(), &fs::read(fixture(key)).unwrap()).unwrap();
        let signature = signer.sign_detached(content, now).unwrap();
        verify_cms(folder.path(), &signature).expect(0);
        let mut accepted = 0;
        for at in 0..signature.len() {
            let mut changed = signature.clone();
            changed[at] ^= 1 << (at % 8);
            let ours = verify_detached(&changed, content, &roots, now);
            assert!(ours.is_err(), "byte {at} of {}", signature.len());
            accepted += usize::from(verify_cms(folder.path(), &changed).code == 0);
        }
        // OpenSSL takes nothing from a few bytes, such as the hashes that the envelope announces.
        assert!(accepted * 20 < signature.len(), "{accepted} of {} changed bytes are accepted by OpenSSL", signature.len());
    }
}

/// Checkpoints of two vaults, stamped, and the evidence of one of them as it grows.
struct Stamped {
    folder: tempfile::TempDir,
    tsa: Tsa,
    /// First, renewed, renewed under another hash.
    stamps: Vec<CheckpointStamp>,
}

impl Stamped {
    async fn by_the_archive() -> Self {
        let (office, tsa) = (Office::open().await, Tsa::start(60).await);
        office.archive().create_vault(VaultName::parse("second").unwrap()).await.unwrap();
        let later = Tsa::start(3650).await;
        assert_eq!(stamping(office.archive(), &tsa, &[&tsa], observer()).stamp().await.unwrap(), 2);
        let mut stamps = vec![newest(&office.vault())];
        let job = stamping(office.archive(), &later, &[&tsa, &later], observer());
        assert_eq!(job.renew().await.unwrap(), 2);
        stamps.push(newest(&office.vault()));
        assert_eq!(job.renew_hash(HashAlgorithm::Sha512).await.unwrap(), 2);
        stamps.push(newest(&office.vault()));
        let trusted = roots(&[&tsa, &later]);
        stamps.iter().for_each(|stamp| drop(ers::verify(&stamp.record, &stamp.checkpoint, &trusted).unwrap()));
        Self { folder: tempfile::tempdir().unwrap(), tsa, stamps }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Every byte of a file changed, one after the other, each in a file of its own.
    fn changed(&self, name: &str, bytes: &[u8]) -> Vec<PathBuf> {
        let change = |at: usize| {
            let mut changed = bytes.to_vec();
            changed[at] ^= 1 << (at % 8);
            self.write(&format!("{at:05}-{name}"), &changed)
        };
        (0..bytes.len()).map(change).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs foreign programs; part of make interop"]
async fn openssl_and_python_verify_our_time_stamps() {
    let stamped = Stamped::by_the_archive().await;
    let response = first_response(&stamped.stamps[0]).unwrap();
    let hashed = root_of_two(&stamped.stamps[0]);
    let path = stamped.write("checkpoint.tsr", &response);
    let openssl = |path: &Path| {
        let mut openssl = Command::new("openssl");
        run_tool(openssl.args(["ts", "-verify", "-digest", &hex::encode(&hashed), "-in"]).arg(path).arg("-CAfile").arg(stamped.tsa.root()))
    };
    openssl(&path).expect(0);

    let changed = stamped.changed("checkpoint.tsr", &response);
    let python = |paths: &[PathBuf]| {
        let mut python = Command::new("python3");
        let ran =
            run_tool(python.arg(beside("check_timestamp.py")).arg(stamped.tsa.root()).arg(hex::encode(&hashed)).args(paths)).expect(0);
        ran.stdout.lines().map(|line| line == "ok").collect::<Vec<_>>()
    };
    assert_eq!(python(std::slice::from_ref(&path)), [true]);
    let theirs = python(&changed);
    assert_eq!(theirs.len(), changed.len());
    let mut seen_by_us_alone = Vec::new();
    for (at, (path, python_accepts)) in changed.iter().zip(theirs).enumerate() {
        let ours = tsp::verify_imprint(&fs::read(path).unwrap(), HashAlgorithm::Sha256, &hashed, &roots(&[&stamped.tsa]));
        // "Granted, with changes" is no other statement about the hash.
        let is_status = at < 9;
        assert!(ours.is_err() || is_status, "byte {at}");
        if !is_status && python_accepts && openssl(path).code == 0 {
            seen_by_us_alone.push(at);
        }
    }
    // In a token of OpenSSL with ECDSA these are ten bytes: the value of `version` in SignedData (34), that of `version` in SignerInfo (720),
    // and the eight bytes of the object identifier in `signatureAlgorithm` of SignerInfo (970 to 977), which both of the others take from the
    // key instead. None of them is in the name of the signer (`sid`). The allowance leaves room for an authority that encodes them longer.
    assert!(seen_by_us_alone.len() <= 16, "bytes {seen_by_us_alone:?}: neither of the others refuses");
}

/// The root of the tree over two checkpoints, as anybody computes it from the first list of the record: sorted, joined, hashed.
fn root_of_two(stamp: &CheckpointStamp) -> Vec<u8> {
    let leaf = HashAlgorithm::Sha256.hash(&stamp.checkpoint);
    let at = stamp.record.windows(leaf.len()).position(|window| window == leaf).expect("the record has the leaf");
    // The sibling is the next OCTET STRING.
    assert_eq!(stamp.record[at + 32..at + 34], [0x04, 0x20]);
    let mut pair = [leaf, stamp.record[at + 34..at + 66].to_vec()];
    pair.sort();
    HashAlgorithm::Sha256.hash(&pair.concat())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs foreign programs; part of make interop"]
async fn bouncy_castle_verifies_our_evidence_records() {
    let check = "our evidence records against Bouncy Castle";
    let Some(program) = from_outside("reference/ErsCheck.java", check) else { return };
    let stamped = Stamped::by_the_archive().await;
    run_tool(Command::new("javac").args(["-cp", JARS, "-d"]).arg(stamped.folder.path()).arg(program)).expect(0);
    let checkpoint = stamped.write("checkpoint", &stamped.stamps[0].checkpoint);
    let java = |records: &[PathBuf]| {
        let path = format!("{JARS}:{}", stamped.folder.path().display());
        let ran = run_tool(Command::new("java").args(["-cp", &path, "ErsCheck"]).arg(&checkpoint).args(records)).expect(0);
        ran.stdout.lines().map(|line| line.contains(": OK, other data rejected=true")).collect::<Vec<_>>()
    };
    let records: Vec<PathBuf> =
        stamped.stamps.iter().enumerate().map(|(number, stamp)| stamped.write(&format!("{number}.ers"), &stamp.record)).collect();
    assert_eq!(java(&records), [true, true, true], "first, renewed, renewed under another hash");

    let record = &stamped.stamps[0].record;
    let theirs = java(&stamped.changed("record.ers", record));
    assert_eq!(theirs.len(), record.len());
    // It looks at no chain of certificates, so some bytes of certificates say nothing to it; we look at all.
    assert!(theirs.iter().filter(|accepted| **accepted).count() * 2 < record.len(), "it must find most of the damage");
    for at in 0..record.len() {
        let changed = fs::read(stamped.folder.path().join(format!("{at:05}-record.ers"))).unwrap();
        assert!(ers::verify(&changed, &stamped.stamps[0].checkpoint, &roots(&[&stamped.tsa])).is_err(), "byte {at}");
    }
}
