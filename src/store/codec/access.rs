//! Byte form of what stands beside an entry of an access ledger.

use super::stored::{Stored, decode, encode, stored_struct};
use super::{CodecError, Reader};
use crate::model::{AccessDetails, AccessReader, AccessRecord};

/// Encodes an access: its subject, and what is sealed.
pub fn encode_access(record: &AccessRecord) -> Vec<u8> {
    encode(record)
}

/// Decodes an access.
pub fn decode_access(bytes: &[u8]) -> Result<AccessRecord, CodecError> {
    decode(bytes)
}

/// Encodes what is sealed of an access.
pub fn encode_access_details(details: &AccessDetails) -> Vec<u8> {
    encode(details)
}

/// Decodes what is sealed of an access.
pub fn decode_access_details(bytes: &[u8]) -> Result<AccessDetails, CodecError> {
    decode(bytes)
}

stored_struct!(AccessRecord { subject, sealed });
stored_struct!(AccessReader { application, person, on_behalf_of, purpose });
stored_struct!(AccessDetails { reader, range, asked });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Address, ApplicationName, CaseId, DocumentId, PersonName, Purpose};
    use crate::store::codec::fixtures::{check, check_damaged};

    const FILE: &str = "accesses-v1.hex";

    fn record() -> AccessRecord {
        AccessRecord { subject: Some(Address::from_u64(77 << 24 | 5)), sealed: vec![9; 40] }
    }

    fn details() -> AccessDetails {
        AccessDetails {
            reader: AccessReader {
                application: ApplicationName::parse("eakte").unwrap(),
                person: PersonName::parse("m-muster").ok(),
                on_behalf_of: PersonName::parse("k-lang").ok(),
                purpose: Purpose::parse("Widerspruch W 17/26"),
            },
            range: Some((0, 99)),
            asked: Some((CaseId::from_bytes([1; 16]), Some(DocumentId::from_bytes([2; 16])))),
        }
    }

    fn plain() -> AccessDetails {
        let reader = AccessReader { person: None, on_behalf_of: None, purpose: None, ..details().reader };
        AccessDetails { reader, range: None, asked: None }
    }

    #[test]
    fn accesses_of_version_1_stay_readable() {
        check(FILE, &[("access to a document", record()), ("access to a vault", AccessRecord { subject: None, sealed: Vec::new() })]);
        check(FILE, &[("everything about a reader", details()), ("a reader who says nothing", plain())]);
    }

    proptest::proptest! {
        #[test]
        fn damaged_values_are_an_error_or_other_values(
            damage in proptest::collection::vec((proptest::num::usize::ANY, proptest::num::u8::ANY), 1..4),
        ) {
            check_damaged::<AccessRecord>(&encode_access(&record()), &damage);
            check_damaged::<AccessDetails>(&encode_access_details(&details()), &damage);
        }
    }
}
