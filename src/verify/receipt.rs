//! Checking a receipt with nothing but files and what somebody trusts: whoever stores a document can do this the same day.

use crate::ledger::{Code as EntryCode, Entry, Opening, ReceiptError, TrustError, TrustPolicy, UnverifiedReceipt, VerifiedReceipt};
use crate::model::{Digest, EventId};
use crate::verify::report::{Collector, Counts};
use crate::verify::{Code, Report, catalogue};

/// What a receipt is to be about.
#[derive(Debug, Clone, Default)]
pub struct ReceiptClaims {
    /// What opens the entry, with the event that it says it opens.
    pub opening: Option<(EventId, Vec<Opening>)>,
    /// SHA-256 of the document that is said to have been stored.
    pub document: Option<Digest>,
}

/// What a good receipt proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptFacts {
    /// What happened.
    pub event: &'static str,
    /// Index of its entry.
    pub index: u64,
    /// When it was recorded.
    pub time: String,
    /// The subject, as the ledger calls it.
    pub handle: String,
    /// Codes that everybody may read.
    pub codes: Vec<(String, String)>,
    /// Origin of the ledger.
    pub origin: String,
    /// Size of the ledger in the receipt.
    pub size: u64,
    /// Who has cosigned it, by the names of their keys.
    pub witnesses: Vec<String>,
    /// Names of the fields that were opened.
    pub opened: Vec<String>,
    /// Whether the entry says that the given document was stored.
    pub is_of_document: bool,
}

/// Why a receipt proves nothing.
struct Refused(Code, String);

/// Checks the bytes of a receipt against a trust policy and against what it is said to be about. Never fails: whatever is wrong is a
/// finding, and then nothing is proven.
pub fn verify_receipt(file: &[u8], trust: &TrustPolicy, claims: &ReceiptClaims) -> (Report, Option<ReceiptFacts>) {
    let collector = Collector::default();
    let facts = check(&collector, file, trust, claims).map_err(|Refused(code, text)| collector.found(code, "receipt", text)).ok();
    (collector.report(), facts)
}

fn invalid(error: &dyn std::fmt::Display) -> Refused {
    Refused(catalogue::RECEIPT_INVALID, error.to_string())
}

fn check(collector: &Collector, file: &[u8], trust: &TrustPolicy, claims: &ReceiptClaims) -> Result<ReceiptFacts, Refused> {
    let receipt = UnverifiedReceipt::parse(file).map_err(|error| invalid(&error))?;
    let (VerifiedReceipt { entry, index, checkpoint }, witnesses) = believe(collector, receipt, trust)?;
    let entry = Entry::parse(&entry).map_err(|error| invalid(&error))?;
    let opened = open(&entry, claims)?;
    collector.count(&Counts { receipts: 1, entries: 1, ..Counts::default() });
    let code = |code: &EntryCode| match code {
        EntryCode::Integer(number) => number.to_string(),
        EntryCode::Text(text) => text.clone(),
    };
    let checkpoint = checkpoint.checkpoint();
    Ok(ReceiptFacts {
        event: entry.event.as_str(),
        index: index.0,
        time: entry.time.to_string(),
        handle: entry.handle.to_string(),
        codes: entry.codes.iter().map(|(name, value)| (name.clone(), code(value))).collect(),
        origin: checkpoint.origin().to_owned(),
        size: checkpoint.size(),
        witnesses,
        opened,
        is_of_document: claims.document.is_some(),
    })
}

/// The receipt by the policy, with the names of the witnesses. One that only lacks witnesses is a finding and good for the rest.
fn believe(collector: &Collector, receipt: UnverifiedReceipt, trust: &TrustPolicy) -> Result<(VerifiedReceipt, Vec<String>), Refused> {
    let origin = receipt.claimed_checkpoint().claim().origin().to_owned();
    let evaluated = trust.evaluate(receipt.claimed_checkpoint().clone());
    let witnesses = match &evaluated {
        Ok(trusted) => trusted.witnesses.iter().map(|(name, _)| name.clone()).collect(),
        Err(TrustError::Quorum { witnesses, .. }) => witnesses.clone(),
        Err(_) => Vec::new(),
    };
    let verified = match receipt.clone().verify_with_policy(trust) {
        Err(error @ ReceiptError::Trust(TrustError::UnknownLog(_))) => return Err(Refused(catalogue::NO_TRUSTED_KEY, error.to_string())),
        Err(error @ ReceiptError::Trust(TrustError::Quorum { .. })) => {
            collector.found(catalogue::CHECKPOINT_UNWITNESSED, "receipt", error.to_string());
            // While its key is being replaced, a ledger has several; one of them has signed.
            let keys = trust.logs().iter().filter(|key| key.name() == origin);
            keys.map(|key| receipt.clone().verify(key)).find(Result::is_ok).unwrap_or(Err(error))
        }
        other => other,
    };
    Ok((verified.map_err(|error| invalid(&error))?, witnesses))
}

/// Holds the entry against what the receipt is said to be about; answers the fields that were opened.
fn open(entry: &Entry, claims: &ReceiptClaims) -> Result<Vec<String>, Refused> {
    let differs = |text: &str| Refused(catalogue::OPENING_DIFFERS, text.to_owned());
    let Some((event, fields)) = &claims.opening else {
        let nothing = claims.document.is_none();
        return if nothing { Ok(Vec::new()) } else { Err(differs("without an opening nobody can say which document an entry is about")) };
    };
    if *event != entry.id {
        return Err(differs("the opening is of another event"));
    }
    for opening in fields {
        if !entry.commitment(&opening.field).is_some_and(|commitment| opening.opens(commitment)) {
            return Err(differs(&format!("{} is not the value that the entry commits to", opening.field)));
        }
    }
    if let Some(document) = &claims.document {
        let stored = fields.iter().find(|opening| opening.field == "sub.sha256");
        if stored.is_none_or(|stored| stored.value != document.as_bytes()) {
            return Err(Refused(
                catalogue::CONTENT_DIFFERS,
                format!("the document has the SHA-256 {document}, and another one was stored"),
            ));
        }
    }
    Ok(fields.iter().map(|opening| opening.field.clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Commitment, EventCode, LogSigner, LogState, Salt, leaf_hash, make_receipt};
    use crate::model::{Handle, LedgerIndex, Timestamp};
    use crate::verify::Verdict;

    const ORIGIN: &str = "archive.example/ledger/00000001";

    fn signer(seed: u8) -> LogSigner {
        LogSigner::from_seed(ORIGIN, &[seed; 32]).unwrap()
    }

    fn opening(field: &str, value: &[u8]) -> Opening {
        Opening { field: field.to_owned(), salt: Salt(Digest::sha256(field.as_bytes())), value: value.to_vec() }
    }

    fn fields() -> Vec<Opening> {
        vec![opening("act.application", b"scan"), opening("sub.sha256", &Digest::sha256(b"document").0)]
    }

    fn receipt() -> Vec<u8> {
        let commit = |opening: Opening| -> (String, Commitment) {
            (opening.field.clone(), opening.salt.commit(&opening.field, &opening.value).unwrap())
        };
        let entry = Entry {
            event: EventCode::DocumentStore,
            handle: Handle([1; 16]),
            id: EventId([2; 16]),
            time: Timestamp::EPOCH,
            up: None,
            codes: vec![("kclass".to_owned(), EntryCode::Text("doc".to_owned()))],
            commitments: fields().into_iter().map(commit).collect(),
        }
        .encode();
        let appended = LogState::empty().append(&[leaf_hash(b"first"), leaf_hash(&entry)]).unwrap();
        let checkpoint = signer(1).sign(2, appended.root).unwrap();
        make_receipt(&entry, LedgerIndex(1), &appended.proofs.proof(1).unwrap(), &checkpoint).unwrap().into_bytes()
    }

    fn policy(lines: &str) -> TrustPolicy {
        TrustPolicy::parse(lines.as_bytes()).unwrap()
    }

    fn trusting() -> TrustPolicy {
        policy(&format!("log {}\nquorum none\n", signer(1).verifier_key()))
    }

    #[test]
    fn a_receipt_is_as_good_as_the_keys_behind_it() {
        let (report, facts) = verify_receipt(&receipt(), &trusting(), &ReceiptClaims::default());
        let facts = facts.unwrap();
        assert_eq!((report.verdict, facts.event, facts.index, facts.size), (Verdict::Verified, "doc.store", 1, 2));
        let witness = "witness.example/w1+962c855e+BGFAzj/xjfHOK53z3G81btUISUXUzdMXtL2GiKEUSYgK";
        for (lines, expected, proves) in [
            (format!("log {}\nlog {}\nquorum none\n", signer(2).verifier_key(), signer(1).verifier_key()), Verdict::Verified, true),
            (format!("log {}\nwitness w {witness}\nquorum w\n", signer(1).verifier_key()), Verdict::NotAnchored, true),
            (format!("log {}\nquorum none\n", signer(2).verifier_key()), Verdict::Invalid, false),
            ("quorum none\n".to_owned(), Verdict::SelfConsistent, false),
        ] {
            let (report, facts) = verify_receipt(&receipt(), &policy(&lines), &ReceiptClaims::default());
            assert_eq!((report.verdict, facts.is_some()), (expected, proves), "{lines}");
        }
    }

    #[test]
    fn it_is_about_this_document_or_it_is_refused() {
        let (event, document) = (EventId([2; 16]), Some(Digest::sha256(b"document")));
        let mut other = fields();
        other[0].value[0] ^= 1;
        for (opening, document, expected) in [
            (Some((event, fields())), document, Verdict::Verified),
            (Some((event, fields()[..1].to_vec())), None, Verdict::Verified),
            (Some((event, fields())), Some(Digest::sha256(b"another")), Verdict::Invalid),
            (Some((event, fields()[..1].to_vec())), document, Verdict::Invalid),
            (Some((EventId([3; 16]), fields())), document, Verdict::Invalid),
            (Some((event, other)), None, Verdict::Invalid),
            (None, document, Verdict::Invalid),
        ] {
            let claims = ReceiptClaims { opening, document };
            let (report, facts) = verify_receipt(&receipt(), &trusting(), &claims);
            assert_eq!((report.verdict, facts.is_some()), (expected, expected == Verdict::Verified), "{claims:?}");
        }
    }

    #[test]
    fn no_changed_byte_passes() {
        let good = receipt();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            let (report, facts) = verify_receipt(&bad, &trusting(), &ReceiptClaims::default());
            assert!(report.verdict != Verdict::Verified && facts.is_none(), "byte {at}");
        }
    }
}
