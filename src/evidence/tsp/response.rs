//! TimeStampResp (RFC 3161 section 2.4.2).

use super::StampError;
use crate::evidence::der::{Element, context, sequence, small_integer, tag};
use crate::evidence::signed_data::SignatureError;
use crate::limits::{EVIDENCE_BYTES_MAX, EVIDENCE_LIST_MAX};

/// PKIStatus granted and grantedWithMods: what was changed is seen in the token.
const GRANTED: [u8; 2] = [0, 1];
/// Characters of an authority's words that are passed on.
const TEXT_CHARACTERS_MAX: usize = 200;

/// The token in an answer.
pub fn parse_response(response: &[u8]) -> Result<&[u8], StampError> {
    let mut fields = bounded(response)?.reader();
    let mut status = fields.sequence()?;
    let code = status.small_integer()?;
    let words = status.optional(tag::SEQUENCE)?;
    status.optional(tag::BIT_STRING)?;
    status.end()?;
    if !GRANTED.contains(&code) {
        return Err(StampError::Refused { status: code, text: words.map(text_of).unwrap_or_default() });
    }
    let token = fields.expect(tag::SEQUENCE)?.raw;
    fields.end()?;
    Ok(token)
}

/// The token in an answer, or the token itself: the two begin differently.
pub fn token_of(token_or_response: &[u8]) -> Result<&[u8], StampError> {
    let outer = bounded(token_or_response)?;
    match outer.contents.first() {
        Some(&tag::OBJECT_ID) => Ok(outer.raw),
        Some(&tag::SEQUENCE) => parse_response(token_or_response),
        _ => Err(StampError::Kind),
    }
}

fn bounded(bytes: &[u8]) -> Result<Element<'_>, StampError> {
    if bytes.len() > EVIDENCE_BYTES_MAX {
        return Err(SignatureError::Form("it is too long").into());
    }
    Ok(Element::only(bytes)?.expect(tag::SEQUENCE)?)
}

/// The answer "granted" with this token, as an authority sends it.
pub fn response_with(token: &[u8]) -> Vec<u8> {
    sequence(&[sequence(&[small_integer(0)]).as_slice(), token])
}

/// The words of an authority, for a log line.
fn text_of(words: Element<'_>) -> String {
    let lines = words.reader().rest(EVIDENCE_LIST_MAX).unwrap_or_default();
    let joined: Vec<_> = lines.iter().map(|line| String::from_utf8_lossy(line.contents)).collect();
    joined.join(" ").chars().filter(|c| !c.is_control()).take(TEXT_CHARACTERS_MAX).collect()
}

/// The same answer with its certificates sorted as DER wants a SET OF. An answer without a token comes back as it is.
pub fn with_sorted_certificates(response: &[u8]) -> Result<Vec<u8>, StampError> {
    let mut fields = bounded(response)?.reader();
    let status = fields.expect(tag::SEQUENCE)?;
    let Some(token) = fields.optional(tag::SEQUENCE)? else { return Ok(response.to_vec()) };
    fields.end()?;
    let mut info = token.reader();
    let kind = info.expect(tag::OBJECT_ID)?;
    let mut explicit = info.expect(tag::context(0))?.reader();
    info.end()?;
    let signed_data = explicit.expect(tag::SEQUENCE)?;
    explicit.end()?;
    let members: Vec<Vec<u8>> = signed_data
        .reader()
        .rest(EVIDENCE_LIST_MAX)?
        .into_iter()
        .map(|member| if member.tag == tag::context(0) { sorted(member) } else { Ok(member.raw.to_vec()) })
        .collect::<Result<_, _>>()?;
    let token = sequence(&[kind.raw.to_vec(), context(0, &[sequence(&members)])]);
    Ok(sequence(&[status.raw, &token]))
}

fn sorted(certificates: Element<'_>) -> Result<Vec<u8>, StampError> {
    let mut members: Vec<&[u8]> = certificates.reader().rest(EVIDENCE_LIST_MAX)?.into_iter().map(|member| member.raw).collect();
    members.sort_unstable();
    Ok(context(0, &members))
}
