//! Time-stamps by OpenSSL, and by authorities that do it wrong.

use super::*;
use crate::evidence::testing::{content_digest, each_changed_byte, fixture, roots, strange_roots};
use crate::model::{Digest, Timestamp};

const POLICY: &str = "1.3.6.1.4.1.99999.1";

#[test]
fn tokens_of_every_algorithm_are_verified() {
    for (name, tsa) in
        [("content-ec.tsr", "CN=Test TSA,"), ("content-rsa.tsr", "CN=Test TSA RSA,"), ("content-pss.tst", "CN=Test TSA RSA,")]
    {
        let stamped = verify(&fixture(name), content_digest(), &roots()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(stamped.tsa.starts_with(tsa), "{stamped:?}");
        assert_eq!((stamped.policy.to_string().as_str(), stamped.time.year()), (POLICY, 2026));
    }
    let sha512 = HashAlgorithm::Sha512.hash(&fixture("content.txt"));
    let stamped = verify_imprint(&fixture("content-sha512.tsr"), HashAlgorithm::Sha512, &sha512, &roots()).unwrap();
    assert_eq!(stamped.hash, HashAlgorithm::Sha512);
}

#[test]
fn what_proves_nothing() {
    let of = |name: &str| verify(&fixture(name), content_digest(), &roots()).unwrap_err();
    let purpose = StampError::Signature(SignatureError::Purpose);
    assert_eq!(of("content-not-critical.tst"), purpose, "the purpose may be overlooked");
    assert_eq!(of("content-two-purposes.tst"), purpose, "a key for other things");
    assert_eq!(of("content-no-purpose.tst"), purpose, "no time-stamping authority");
    assert_eq!(of("content-decoy.tst"), purpose, "another certificate in the token has the purpose");
    assert_eq!(of("content-ec.p7s"), StampError::Kind, "a signature");
    assert!(matches!(of("refused.tsr"), StampError::Refused { status: 2, .. }), "{:?}", of("refused.tsr"));
    assert_eq!(verify(&fixture("content-ec.tsr"), Digest([7; 32]), &roots()), Err(StampError::Imprint));
    assert_eq!(verify(&fixture("content-sha512.tsr"), content_digest(), &roots()), Err(StampError::Imprint), "another hash");
    let untrusted = verify(&fixture("content-ec.tsr"), content_digest(), &strange_roots());
    assert!(matches!(untrusted, Err(StampError::Signature(SignatureError::Untrusted(_)))), "{untrusted:?}");
}

/// The question of OpenSSL, its nonce and its answer.
fn asked(policy: Option<&str>) -> StampRequest {
    let query = fixture("content.tsq");
    let nonce_at = query
        .windows(2)
        .rposition(|window| window == [0x02, 0x08])
        .map_or_else(|| query.windows(3).rposition(|window| window == [0x02, 0x09, 0x00]).unwrap() + 3, |at| at + 2);
    let nonce = query[nonce_at..nonce_at + NONCE_BYTES].try_into().unwrap();
    let policy = policy.map(|policy| ObjectId::parse(policy).unwrap());
    StampRequest::new(HashAlgorithm::Sha256, content_digest().as_bytes().to_vec(), policy, nonce)
}

#[test]
fn the_question_is_that_of_openssl() {
    let ours = asked(None).encode();
    // OpenSSL leaves the parameters of the hash out or writes NULL, according to its version.
    let without_null =
        [&ours[..1], &[ours[1] - 2], &ours[2..6], &[ours[6] - 2], &[ours[7]], &[ours[8] - 2], &ours[9..20], &ours[22..]].concat();
    assert!([ours, without_null].contains(&fixture("content.tsq")), "{}", hex::encode(fixture("content.tsq")));
}

#[test]
fn the_answer_must_be_to_our_question() {
    let response = fixture("content-ec.tsr");
    for policy in [None, Some(POLICY)] {
        let (kept, stamped) = asked(policy).accept(&response, &roots()).unwrap();
        assert_eq!((kept, stamped.policy.to_string().as_str()), (response.clone(), POLICY));
    }
    assert!(matches!(asked(Some("1.2.3")).accept(&response, &roots()), Err(StampError::Policy(_))));
    let mut other = asked(None);
    other.nonce[7] ^= 1;
    assert_eq!(other.accept(&response, &roots()), Err(StampError::Nonce));
    let wrong = StampRequest { value: vec![7; 32], ..asked(None) };
    assert_eq!(wrong.accept(&response, &roots()), Err(StampError::Imprint));
    assert!(matches!(asked(None).accept(&fixture("refused.tsr"), &roots()), Err(StampError::Refused { .. })));
}

/// OpenSSL puts the signer first, whatever its bytes. Strict readers refuse such a set, so it is sorted, and still verifies.
#[test]
fn certificates_are_kept_sorted() {
    let response = fixture("content-rsa.tsr");
    let (kept, _) = asked(None).accept(&response, &roots()).unwrap();
    let again = response::with_sorted_certificates(&kept).unwrap();
    assert_eq!((again, kept.len()), (kept.clone(), response.len()));
    assert!(verify(&kept, content_digest(), &roots()).is_ok());
    let signed = crate::evidence::signed_data::SignedData::parse(token_of(&kept).unwrap()).unwrap().certificates;
    assert!(signed.len() >= 2 && signed.is_sorted(), "{} certificates", signed.len());
}

#[test]
fn no_changed_byte_says_something_else() {
    let roots = roots();
    for name in ["content-ec.tsr", "content-pss.tst"] {
        let token = fixture(name);
        let original = verify(&token, content_digest(), &roots).unwrap();
        let mut accepted = Vec::new();
        each_changed_byte(&token, |at, changed| {
            if let Ok(stamped) = verify(changed, content_digest(), &roots) {
                assert_eq!(stamped, original, "byte {at} of {name}");
                accepted.push(at);
            }
        });
        accepted.dedup();
        // The status "granted, with changes", which says the same, is the only byte that nobody signs.
        assert!(accepted.iter().all(|at| *at < 9), "{name}: {accepted:?}");
    }
}

#[test]
fn a_time_is_what_the_token_says() {
    let stamped = verify(&fixture("content-ec.tsr"), content_digest(), &roots()).unwrap();
    assert!(stamped.time < stamped.tsa_not_after && stamped.time > Timestamp::parse("2026-11-01T00:00:00Z").unwrap());
    assert!(!stamped.serial.is_empty());
}

#[test]
fn without_roots_everything_but_the_root_is_looked_at() {
    let token = fixture("content-ec.tsr");
    let stamped = verify(&token, content_digest(), &roots()).unwrap();
    assert_eq!(examine(&token, content_digest()), Ok(stamped.clone()));
    assert_eq!(examine(&token, Digest::sha256(b"other")), Err(StampError::Imprint));
    let mut accepted = Vec::new();
    each_changed_byte(&token, |at, changed| {
        if let Ok(found) = examine(changed, content_digest()) {
            assert_eq!((found.time, &found.serial), (stamped.time, &stamped.serial), "byte {at}");
            accepted.push(at);
        }
    });
    // Without roots nobody has signed the certificates that came along, so that these bytes may be others; the token's own may not.
    let own = token.windows(32).position(|window| window == content_digest().as_bytes()).unwrap();
    assert!(!accepted.contains(&own) && !accepted.contains(&(token.len() - 1)), "{accepted:?}");
}
