//! How values are put together from fields: each field in its place, numbers big-endian, lists and texts with their length before them.
//!
//! A struct is its fields in the order in which they stand in the macro; an enum is a tag byte and the fields of the variant. Adding a
//! field to a type does not compile until somebody has said here where it stands, which is then a new version.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{CodecError, Reader, VERSION};
use crate::model::retention::{Code, EventType, HoldType, MatterNumber, Period, SecurityLevel, TimeZone, TypeTag};
use crate::model::{
    Address, ApplicationName, CanonicalJson, CaseId, CaseNumber, Date, Digest, DocumentId, DocumentNumber, Handle, LedgerIndex, NoteId,
    PersonName, PersonTag, Purpose, Timestamp,
};

/// A value with one byte form.
pub(super) trait Stored: Sized {
    /// Appends the value.
    fn write(&self, out: &mut Vec<u8>);
    /// Reads one value.
    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError>;
}

/// The value with its version.
pub(super) fn encode<T: Stored>(value: &T) -> Vec<u8> {
    let mut out = vec![VERSION];
    value.write(&mut out);
    out
}

/// Reads a whole value with its version.
pub(super) fn decode<T: Stored>(bytes: &[u8]) -> Result<T, CodecError> {
    let mut reader = Reader::versioned(bytes)?;
    let value = T::read(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// A struct is its fields, in this order.
macro_rules! stored_struct {
    ($type:ident { $($field:ident),+ $(,)? }) => {
        impl Stored for $type {
            fn write(&self, out: &mut Vec<u8>) {
                let Self { $($field),+ } = self;
                $($field.write(out);)+
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
                $(let $field = Stored::read(reader)?;)+
                Ok(Self { $($field),+ })
            }
        }
    };
}

/// An enum is a tag byte and the fields of the variant, in this order. Tags are never given twice.
macro_rules! stored_enum {
    ($type:ident, $what:literal, { $($tag:literal => $variant:ident $({ $($field:ident),+ $(,)? })?),+ $(,)? }) => {
        impl Stored for $type {
            fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $({ $($field),+ })? => {
                        out.push($tag);
                        $($($field.write(out);)+)?
                    })+
                }
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
                match reader.u8($what)? {
                    $($tag => {
                        $($(let $field = Stored::read(reader)?;)+)?
                        Ok(Self::$variant $({ $($field),+ })?)
                    })+
                    _ => Err(CodecError::Field($what)),
                }
            }
        }
    };
}

pub(super) use {stored_enum, stored_struct};

/// A value that is another one in a wrapper that may refuse it.
macro_rules! stored_as {
    ($($type:ty as $inner:ty, $what:literal: |$value:ident| $to:expr, |$bytes:ident| $from:expr;)+) => {
        $(impl Stored for $type {
            fn write(&self, out: &mut Vec<u8>) {
                let $value = self;
                let inner: $inner = $to;
                inner.write(out);
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
                let $bytes = <$inner>::read(reader)?;
                $from.ok_or(CodecError::Field($what))
            }
        })+
    };
}

macro_rules! stored_number {
    ($($type:ty),+) => {
        $(impl Stored for $type {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
                Ok(Self::from_be_bytes(reader.array("number")?))
            }
        })+
    };
}

stored_number!(u8, u16, u32, u64, i32, i64);

impl<const N: usize> Stored for [u8; N] {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        reader.array("id")
    }
}

stored_as! {
    bool as u8, "flag": |value| u8::from(*value), |byte| match byte { 0 => Some(false), 1 => Some(true), _ => None };
    Handle as [u8; 16], "handle": |value| value.0, |bytes| Some(Handle(bytes));
    NoteId as [u8; 16], "id": |value| *value.as_bytes(), |bytes| Some(NoteId::from_bytes(bytes));
    CaseId as [u8; 16], "id": |value| *value.as_bytes(), |bytes| Some(CaseId::from_bytes(bytes));
    DocumentId as [u8; 16], "id": |value| *value.as_bytes(), |bytes| Some(DocumentId::from_bytes(bytes));
    PersonTag as [u8; 16], "tag": |value| value.0, |bytes| Some(PersonTag(bytes));
    TypeTag as [u8; 16], "tag": |value| value.0, |bytes| Some(TypeTag(bytes));
    Digest as [u8; 32], "digest": |value| *value.as_bytes(), |bytes| Some(Digest(bytes));
    LedgerIndex as u64, "entry": |value| value.0, |number| Some(LedgerIndex(number));
    Address as u64, "address": |value| value.to_u64(), |bits| Some(Address::from_u64(bits));
    CaseNumber as u64, "case number": |value| value.get(), |number| CaseNumber::new(number).ok();
    DocumentNumber as u32, "document number": |value| value.get(), |number| DocumentNumber::new(number).ok();
    MatterNumber as u16, "matter number": |value| value.0, |number| Some(MatterNumber(number));
    Date as i32, "date": |value| value.days(), |days| Date::from_days(days);
    Timestamp as i64, "time": |value| value.seconds(), |seconds| Timestamp::from_seconds(seconds);
    EventType as u8, "event": |value| value.number(), |number| EventType::from_number(number);
    HoldType as u8, "kind of hold": |value| value.number(), |number| HoldType::from_number(number);
    SecurityLevel as u8, "security level": |value| value.get(), |level| SecurityLevel::new(level);
    Code as String, "code": |value| value.to_string(), |text| Code::parse(&text).ok();
    TimeZone as String, "time zone": |value| value.as_str().to_owned(), |text| TimeZone::parse(&text).ok();
    Period as String, "period": |value| value.to_string(), |text| Period::parse(&text).ok();
    ApplicationName as String, "application": |value| value.to_string(), |text| ApplicationName::parse(&text).ok();
    PersonName as String, "person": |value| value.to_string(), |text| PersonName::parse(&text).ok();
    Purpose as String, "purpose": |value| value.as_str().to_owned(), |text| Purpose::parse(&text);
    CanonicalJson as Vec<u8>, "words": |value| value.as_bytes().to_vec(), |bytes| Some(CanonicalJson::from_sealed(bytes));
}

impl Stored for String {
    fn write(&self, out: &mut Vec<u8>) {
        write_length(self.len(), out);
        out.extend_from_slice(self.as_bytes());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(reader.text("text")?.to_owned())
    }
}

impl<T: Stored> Stored for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        if bool::read(reader)? { T::read(reader).map(Some) } else { Ok(None) }
    }
}

impl<T: Stored> Stored for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        write_length(self.len(), out);
        for item in self {
            item.write(out);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        let length = reader.u32("length of a list")?;
        // Every item has a byte at least, so a length that lies is found before memory is taken for it.
        if usize::try_from(length).map_or(true, |length| length > reader.0.len()) {
            return Err(CodecError::Truncated("list"));
        }
        (0..length).map(|_| T::read(reader)).collect()
    }
}

impl<K: Stored + Ord, V: Stored> Stored for BTreeMap<K, V> {
    fn write(&self, out: &mut Vec<u8>) {
        write_length(self.len(), out);
        for (key, value) in self {
            key.write(out);
            value.write(out);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        let pairs: Vec<(K, V)> = Stored::read(reader)?;
        // One byte form: keys ascend and none comes twice.
        if pairs.is_sorted_by(|a, b| a.0 < b.0) { Ok(pairs.into_iter().collect()) } else { Err(CodecError::Field("order of a table")) }
    }
}

impl<A: Stored, B: Stored> Stored for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok((A::read(reader)?, B::read(reader)?))
    }
}

impl<T: Stored> Stored for Box<T> {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        T::read(reader).map(Self::new)
    }
}

impl<T: Stored> Stored for Arc<T> {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        T::read(reader).map(Self::new)
    }
}

fn write_length(length: usize, out: &mut Vec<u8>) {
    u32::try_from(length).expect("the limits must keep every list of a record below 4 GiB").write(out);
}
