//! Checking a certificate of destruction with nothing but the file and what the auditor trusts.
//!
//! Every note that it rests on comes with its receipt and its opening: so the notes are those that the ledger commits to, and the ledger is
//! one that the auditor's policy trusts. From them the statement is computed again, the document written again and compared byte by
//! byte; then its SHA-256 must be the signed one. What tombstones say (ids, handles, times and sizes of what went) rests on the
//! signature of the archive alone; the check of the whole archive holds it against the ledger.

use std::io;

use crate::certificate::{Evidence, Hashed, Item, NoCertificate, Statement, UnverifiedCertificate, UnverifiedEvidence, read, write};
use crate::ledger::{
    Certified, Entry, EventCode, FiledNote, ReceiptError, TrustError, TrustPolicy, UnverifiedReceipt, VerifiedReceipt, VerifierKey,
};
use crate::limits::CERTIFICATE_BYTES_MAX;
use crate::model::{Digest, Handle};
use crate::store::codec;
use crate::verify::report::{Collector, Counts};
use crate::verify::{Code, Report, catalogue};

/// Checks the bytes of a certificate against a trust policy. Never fails: whatever is wrong is a finding.
pub fn verify_certificate(file: &[u8], trust: &TrustPolicy) -> Report {
    let collector = Collector::default();
    // What is wrong is in the report.
    let _ = check_certificate(&collector, file, trust);
    collector.report()
}

/// As [`verify_certificate`], into a report that has other parts; answers what is certified if the certificate is good.
pub(super) fn check_certificate(collector: &Collector, file: &[u8], trust: &TrustPolicy) -> Option<Vec<Item>> {
    Check { trust, collector }.file(file).ok()
}

/// Says that something was found, so that going on makes no sense.
struct Found;

struct Check<'a> {
    trust: &'a TrustPolicy,
    collector: &'a Collector,
}

impl Check<'_> {
    fn found(&self, code: Code, place: &str, text: impl std::fmt::Display) -> Found {
        self.collector.found(code, place, text.to_string());
        Found
    }

    fn file(&self, file: &[u8]) -> Result<Vec<Item>, Found> {
        if file.len() as u64 > CERTIFICATE_BYTES_MAX {
            return Err(self.found(catalogue::CERTIFICATE_MALFORMED, "certificate", "it is longer than any certificate"));
        }
        let claimed = read(file).map_err(|error| self.found(catalogue::CERTIFICATE_MALFORMED, "certificate", error))?;
        let UnverifiedCertificate { subject, evidence, items } = claimed;
        let mut handle = None;
        let proven: Vec<Evidence> =
            evidence.into_iter().map(|evidence| self.evidence(&subject.origin, evidence, &mut handle)).collect::<Result<_, _>>()?;
        let statement = Statement::of(&proven).map_err(|why| self.differs(why))?;
        let items: Vec<Item> = statement.condemned().zip(items).map(|(condemned, item)| item.of(condemned.target.part)).collect();
        statement.lists(&items).map_err(|why| self.differs(why))?;
        let mut hashed = Tee { hashed: Hashed::new(), document: Vec::with_capacity(file.len()) };
        // Writing into memory does not fail.
        let _ = write(&mut hashed, &subject, &proven, items.iter().cloned().map(Ok), &statement);
        let note = UnverifiedCertificate::signature_over(file, &hashed.document).map_err(|error| {
            let text = format!("from byte {} on it does not say what follows from its notes", error.0);
            self.found(catalogue::CERTIFICATE_DIFFERS, "certificate", text)
        })?;
        let (digest, _) = hashed.hashed.finish();
        self.signature(&subject.origin, &note, &statement, digest)?;
        if statement.stage() == 1 {
            let text = "stage 1 of 2: the keys are gone, copies were not looked at yet";
            self.found(catalogue::CERTIFICATE_FIRST_STAGE, "certificate", text);
        }
        let documents = statement.documents();
        self.collector.count(&Counts { destroyed: documents, notes: proven.len() as u64, ..Counts::default() });
        Ok(items)
    }

    fn differs(&self, why: NoCertificate) -> Found {
        self.found(catalogue::CERTIFICATE_DIFFERS, "certificate", why)
    }

    fn key_of(&self, origin: &str) -> Result<&VerifierKey, Found> {
        let key = self.trust.logs().iter().find(|key| key.name() == origin);
        key.ok_or_else(|| {
            let text = format!("the policy does not trust the ledger {origin}; nothing that it signed was checked");
            self.found(catalogue::CERTIFICATE_UNTRUSTED, "certificate", text)
        })
    }

    /// A note as the ledger commits to it.
    fn evidence(&self, origin: &str, claimed: UnverifiedEvidence, handle: &mut Option<Handle>) -> Result<Evidence, Found> {
        let UnverifiedEvidence { id, place, fields, receipt } = claimed;
        let where_found = format!("note {id}");
        let differs = |text: &dyn std::fmt::Display| self.found(catalogue::CERTIFICATE_DIFFERS, &where_found, text);
        let verified = self.receipt(origin, &where_found, receipt.as_bytes())?;
        let entry = Entry::parse(&verified.entry).map_err(|error| differs(&error))?;
        let opens = |name: &&str| {
            let field = fields.iter().find(|field| field.field == *name);
            field.zip(entry.commitment(name)).is_some_and(|(field, commitment)| field.opens(commitment))
        };
        if !(FiledNote::FIELDS.iter().all(opens) && fields.len() == FiledNote::FIELDS.len()) {
            return Err(differs(&"it is not what the ledger commits to"));
        }
        let body = fields.iter().find(|field| field.field == "sub.note").map(|field| field.value.as_slice());
        let note = codec::decode_note_body(body.unwrap_or_default()).map_err(|error| differs(&error))?;
        if EventCode::of(&note) != entry.event || *handle.get_or_insert(entry.handle) != entry.handle {
            return Err(differs(&"its entry is of another event, or of another order"));
        }
        self.collector.count(&Counts { receipts: 1, entries: 1, ..Counts::default() });
        Ok(Evidence { id, place, recorded_at: entry.time, entry: verified.index, note, fields, receipt })
    }

    /// The receipt by the policy. One that only lacks witnesses is a finding and good for the rest.
    fn receipt(&self, origin: &str, place: &str, bytes: &[u8]) -> Result<VerifiedReceipt, Found> {
        let invalid = |error: &ReceiptError| self.found(catalogue::RECEIPT_INVALID, place, error);
        let key = self.key_of(origin)?;
        let parsed = UnverifiedReceipt::parse(bytes).map_err(|error| invalid(&error))?;
        match parsed.clone().verify_with_policy(self.trust) {
            Err(error @ ReceiptError::Trust(TrustError::Quorum { .. })) => {
                self.found(catalogue::CERTIFICATE_UNWITNESSED, place, error);
                parsed.verify(key).map_err(|error| invalid(&error))
            }
            Ok(verified) if verified.checkpoint.checkpoint().origin() == origin => Ok(verified),
            Ok(_) => Err(self.found(catalogue::RECEIPT_INVALID, place, "it is of another ledger than the certificate")),
            Err(error) => Err(invalid(&error)),
        }
    }

    fn signature(&self, origin: &str, note: &str, statement: &Statement, digest: Digest) -> Result<(), Found> {
        let wrong = |text: &dyn std::fmt::Display| self.found(catalogue::CERTIFICATE_SIGNATURE, "signature", text);
        let certified = Certified::verify(note.as_bytes(), self.key_of(origin)?).map_err(|error| wrong(&error))?;
        let expected = Certified { origin: origin.to_owned(), order: statement.order(), stage: statement.stage(), digest };
        if certified == expected { Ok(()) } else { Err(wrong(&"it signs another certificate, or another stage of it")) }
    }
}

/// Keeps a document and hashes it.
struct Tee {
    hashed: Hashed,
    document: Vec<u8>,
}

impl io::Write for Tee {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.document.extend_from_slice(bytes);
        self.hashed.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
