//! What is looked up in a certificate (RFC 5280) besides what `webpki` checks of it.

use std::fmt::Write as _;

use super::der::{DerError, Element, Reader, oid, tag};
use crate::limits::EVIDENCE_LIST_MAX;
use crate::model::Timestamp;

/// A certificate that nobody has verified yet.
#[derive(Debug, Clone)]
pub struct Certificate<'a> {
    raw: &'a [u8],
    serial: &'a [u8],
    issuer: &'a [u8],
    subject: &'a [u8],
    not_before: Timestamp,
    not_after: Timestamp,
    subject_key_id: Option<&'a [u8]>,
    purposes: Option<Purposes<'a>>,
}

/// The extension extendedKeyUsage.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Purposes<'a> {
    critical: bool,
    purposes: Vec<&'a [u8]>,
}

impl<'a> Certificate<'a> {
    /// Reads a certificate of version 3.
    pub fn parse(raw: &'a [u8]) -> Result<Self, DerError> {
        let mut certificate = Element::only(raw)?.expect(tag::SEQUENCE)?.reader();
        let mut fields = certificate.sequence()?;
        certificate.expect(tag::SEQUENCE)?;
        certificate.expect(tag::BIT_STRING)?;
        certificate.end()?;

        let mut version = fields.expect(tag::context(0))?.reader();
        if version.small_integer()? != 2 {
            return Err(DerError::Contents("certificate of version 3"));
        }
        let serial = fields.integer()?;
        fields.expect(tag::SEQUENCE)?;
        let issuer = fields.expect(tag::SEQUENCE)?.raw;
        let mut validity = fields.sequence()?;
        let (not_before, not_after) = (read_time(validity.next()?)?, read_time(validity.next()?)?);
        validity.end()?;
        let subject = fields.expect(tag::SEQUENCE)?.raw;
        fields.expect(tag::SEQUENCE)?;
        let mut parsed = Self { raw, serial, issuer, subject, not_before, not_after, subject_key_id: None, purposes: None };
        if let Some(extensions) = fields.optional(tag::context(3))? {
            parsed.read_extensions(extensions)?;
        }
        fields.end()?;
        Ok(parsed)
    }

    fn read_extensions(&mut self, extensions: Element<'a>) -> Result<(), DerError> {
        let mut outer = extensions.reader();
        let list = outer.sequence()?.rest(EVIDENCE_LIST_MAX)?;
        outer.end()?;
        for extension in list {
            let mut fields = extension.expect(tag::SEQUENCE)?.reader();
            let object_id = fields.object_id()?;
            let critical = match fields.optional(tag::BOOLEAN)? {
                // Some issuers write the default out; webpki takes that as well.
                None | Some(Element { contents: [0x00], .. }) => false,
                Some(_) => true,
            };
            let value = fields.octet_string()?;
            fields.end()?;
            if object_id == oid::SUBJECT_KEY_ID {
                self.subject_key_id = Some(Element::only(value)?.expect(tag::OCTET_STRING)?.contents);
            } else if object_id == oid::EXTENDED_KEY_USAGE {
                let listed = Element::only(value)?.expect(tag::SEQUENCE)?.reader().rest(EVIDENCE_LIST_MAX)?;
                let purposes = listed.into_iter().map(|purpose| Ok(purpose.expect(tag::OBJECT_ID)?.contents)).collect::<Result<_, _>>()?;
                self.purposes = Some(Purposes { critical, purposes });
            }
        }
        Ok(())
    }

    /// The whole certificate.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Contents of the serial number.
    pub fn serial(&self) -> &'a [u8] {
        self.serial
    }

    /// The issuer's name as it is encoded.
    pub fn issuer(&self) -> &'a [u8] {
        self.issuer
    }

    /// The subject's name as it is encoded.
    pub fn subject(&self) -> &'a [u8] {
        self.subject
    }

    /// First moment of its validity.
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// Last moment of its validity.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// The identifier of its key.
    pub fn subject_key_id(&self) -> Option<&'a [u8]> {
        self.subject_key_id
    }

    /// Whether it is made for time-stamps, says so in a way that nobody may overlook, and is made for nothing else (RFC 3161 section 2.3).
    pub fn is_for_time_stamps_only(&self) -> bool {
        self.purposes.as_ref().is_some_and(|listed| listed.critical && listed.purposes == [oid::TIME_STAMPING])
    }
}

/// A time of a certificate. 99991231235959Z, "no end", is later than any time of ours.
fn read_time(element: Element<'_>) -> Result<Timestamp, DerError> {
    if element.tag == tag::GENERALIZED_TIME && element.contents == b"99991231235959Z" {
        return Ok(Timestamp::MAX);
    }
    element.time()
}

/// A name for people, most specific part first (RFC 4514): `CN=TSA 1, O=Trust Service, C=DE`. What cannot be shown is in hexadecimal.
pub fn name_text(name: &[u8]) -> String {
    read_name(name).unwrap_or_else(|_| format!("#{}", hex::encode(name)))
}

fn read_name(name: &[u8]) -> Result<String, DerError> {
    let mut parts = Vec::new();
    for set in Element::only(name)?.expect(tag::SEQUENCE)?.reader().rest(EVIDENCE_LIST_MAX)? {
        let mut part = String::new();
        for attribute in set.expect(tag::SET)?.reader().rest(EVIDENCE_LIST_MAX)? {
            let mut fields: Reader<'_> = attribute.expect(tag::SEQUENCE)?.reader();
            let (kind, value) = (fields.object_id()?, fields.next()?);
            fields.end()?;
            let separator = if part.is_empty() { "" } else { "+" };
            let _ = write!(part, "{separator}{}={}", attribute_name(kind), value_text(&value));
        }
        parts.push(part);
    }
    parts.reverse();
    Ok(parts.join(", "))
}

fn attribute_name(kind: &[u8]) -> String {
    let known = match kind {
        [0x55, 0x04, 0x03] => "CN",
        [0x55, 0x04, 0x05] => "serialNumber",
        [0x55, 0x04, 0x06] => "C",
        [0x55, 0x04, 0x07] => "L",
        [0x55, 0x04, 0x08] => "ST",
        [0x55, 0x04, 0x0a] => "O",
        [0x55, 0x04, 0x0b] => "OU",
        // organizationIdentifier (EN 319 412-3).
        [0x55, 0x04, 0x61] => "organizationIdentifier",
        _ => return super::der::ObjectId::from_contents(kind).map_or_else(|| hex::encode(kind), |object_id| object_id.to_string()),
    };
    known.to_owned()
}

fn value_text(value: &Element<'_>) -> String {
    let is_text = matches!(value.tag, tag::UTF8_STRING | tag::PRINTABLE_STRING | tag::IA5_STRING);
    let text = std::str::from_utf8(value.contents).ok().filter(|text| is_text && !text.chars().any(char::is_control));
    let Some(text) = text else { return format!("#{}", hex::encode(value.raw)) };
    text.chars().fold(String::new(), |mut escaped, c| {
        if matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=') {
            escaped.push('\\');
        }
        escaped.push(c);
        escaped
    })
}
