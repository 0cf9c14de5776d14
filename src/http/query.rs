//! The part of a target behind the question mark: only what a route knows, each parameter once.

use axum::extract::{FromRequestParts, Query};
use hyper::Uri;
use hyper::header::HeaderValue;
use hyper::http::request::Parts;

use super::access_log::parse_year;
use super::error::{Code, Problem};
use super::rule::Rule;
use crate::limits::{LEDGER_ENTRIES_MAX, PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX};
use crate::model::{CaseId, Date, DocumentId};

/// For routes without parameters. Ignoring one would let its sender believe that it had done something.
pub(super) struct NoQuery;

impl<S: Send + Sync> FromRequestParts<S> for NoQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Parameters::read(&parts.uri, &[]).map(|_| Self)
    }
}

/// Whether the form that witnesses have cosigned is wanted, of a checkpoint or of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CosignedQuery(pub(super) bool);

impl<S: Send + Sync> FromRequestParts<S> for CosignedQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut parameters = Parameters::read(&parts.uri, &["cosigned"])?;
        parameters.flag("cosigned").map(Self)
    }
}

/// Whether a receipt is wanted with a checkpoint that witnesses have cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AnchoredQuery(pub(super) bool);

impl<S: Send + Sync> FromRequestParts<S> for AnchoredQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut parameters = Parameters::read(&parts.uri, &["anchored"])?;
        parameters.flag("anchored").map(Self)
    }
}

/// Which page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paging {
    /// Where the page begins; the beginning if missing.
    pub(super) after: Option<u64>,
    /// Items on the page.
    pub(super) limit: usize,
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Parameters::read(&parts.uri, &["cursor", "limit"])?.paging()
    }
}

/// Which cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CaseQuery {
    /// The one with this reference.
    Reference(String),
    /// All, page by page.
    All(Paging),
}

impl<S: Send + Sync> FromRequestParts<S> for CaseQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut parameters = Parameters::read(&parts.uri, &["reference", "cursor", "limit"])?;
        match parameters.take("reference") {
            None => parameters.paging().map(Self::All),
            Some(reference) => parameters.end().map(|()| Self::Reference(reference)),
        }
    }
}

/// Which page of the agenda, whose places are keys of the store and not numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AgendaPaging {
    /// Where the page begins; the beginning if missing.
    pub(super) after: Option<Vec<u8>>,
    /// Items on the page.
    pub(super) limit: usize,
}

impl<S: Send + Sync> FromRequestParts<S> for AgendaPaging {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Parameters::read(&parts.uri, &["cursor", "limit"])?.agenda_paging()
    }
}

/// What becomes due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DueQuery {
    /// Up to and including this day; today if missing.
    pub(super) until: Option<Date>,
    /// Which page.
    pub(super) paging: AgendaPaging,
}

impl<S: Send + Sync> FromRequestParts<S> for DueQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut parameters = Parameters::read(&parts.uri, &["until", "cursor", "limit"])?;
        let until = parameters.take("until").map(|text| Date::parse(&text).map_err(|_| wrong("until", Rule::Date))).transpose()?;
        Ok(Self { until, paging: parameters.agenda_paging()? })
    }
}

/// Which part of the access log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AccessQuery {
    /// The case; everything in the vault if missing.
    pub(super) case: Option<CaseId>,
    /// The document of that case.
    pub(super) document: Option<DocumentId>,
    /// The calendar year; this year if missing.
    pub(super) year: Option<u16>,
    /// Which page.
    pub(super) paging: Paging,
}

impl<S: Send + Sync> FromRequestParts<S> for AccessQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut parameters = Parameters::read(&parts.uri, &["case", "document", "year", "cursor", "limit"])?;
        let case = parameters.take("case").map(|text| CaseId::parse(&text).map_err(|_| wrong("case", Rule::Uuid))).transpose()?;
        let document = parameters.take("document");
        let document = document.map(|text| DocumentId::parse(&text).map_err(|_| wrong("document", Rule::Uuid))).transpose()?;
        if document.is_some() && case.is_none() {
            return Err(wrong("document", Rule::OneOf(&["case", "document"])));
        }
        let year = parameters.take("year").map(|text| parse_year(&text).ok_or_else(|| wrong("year", Rule::Number(1, 9999))));
        Ok(Self { case, document, year: year.transpose()?, paging: parameters.paging()? })
    }
}

/// Which proof that an entry is in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InclusionQuery {
    /// Index of the entry.
    pub(super) index: u64,
    /// Size of the ledger; the present one if missing.
    pub(super) size: Option<u64>,
}

impl<S: Send + Sync> FromRequestParts<S> for InclusionQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut parameters = Parameters::read(&parts.uri, &["index", "size"])?;
        Ok(Self {
            index: parameters.ledger_number("index")?.ok_or_else(|| wrong("index", Rule::LedgerNumber))?,
            size: parameters.ledger_number("size")?,
        })
    }
}

/// Which proof that the ledger has only grown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ConsistencyQuery {
    /// The earlier size.
    pub(super) from: u64,
    /// The later size; the present one if missing.
    pub(super) to: Option<u64>,
}

impl<S: Send + Sync> FromRequestParts<S> for ConsistencyQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut parameters = Parameters::read(&parts.uri, &["from", "to"])?;
        Ok(Self {
            from: parameters.ledger_number("from")?.ok_or_else(|| wrong("from", Rule::LedgerNumber))?,
            to: parameters.ledger_number("to")?,
        })
    }
}

/// Which holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HoldQuery {
    /// Also those that were released.
    pub(super) released: bool,
    /// Which page.
    pub(super) paging: Paging,
}

impl<S: Send + Sync> FromRequestParts<S> for HoldQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut parameters = Parameters::read(&parts.uri, &["released", "cursor", "limit"])?;
        Ok(Self { released: parameters.flag("released")?, paging: parameters.paging()? })
    }
}

/// Which orders of destruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OrderQuery {
    /// Also those about which nothing is left to do.
    pub(super) all: bool,
    /// Which page.
    pub(super) paging: Paging,
}

impl<S: Send + Sync> FromRequestParts<S> for OrderQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut parameters = Parameters::read(&parts.uri, &["all", "cursor", "limit"])?;
        Ok(Self { all: parameters.flag("all")?, paging: parameters.paging()? })
    }
}

/// The cursor that the next page is asked for with. Its form is ours to change, so it does not look like a number to count with.
pub(super) fn cursor(next: u64) -> String {
    format!("{next:016x}")
}

/// The cursor of a page of the agenda.
pub(super) fn agenda_cursor(next: &[u8]) -> String {
    hex::encode(next)
}

/// The `Link` header of a page with a next one (RFC 8288). Neither the path nor a parameter has a character that would need escaping.
pub(super) fn next_link(path: &str, cursor: &str, limit: usize) -> Option<HeaderValue> {
    filtered_link(path, "", cursor, limit)
}

/// The same for a list that is narrowed by other parameters, each followed by `&`.
pub(super) fn filtered_link(path: &str, filter: &str, cursor: &str, limit: usize) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("<{path}?{filter}cursor={cursor}&limit={limit}>; rel=\"next\"")).ok()
}

fn parse_cursor(text: &str) -> Option<u64> {
    let canonical = |number: &u64| cursor(*number) == text;
    u64::from_str_radix(text, 16).ok().filter(canonical)
}

/// Bytes of a cursor of the agenda: more than any key of it has.
const AGENDA_CURSOR_BYTES: usize = 128;

fn parse_agenda_cursor(text: &str) -> Option<Vec<u8>> {
    let canonical = |bytes: &Vec<u8>| agenda_cursor(bytes) == text && (1..=AGENDA_CURSOR_BYTES).contains(&bytes.len());
    hex::decode(text).ok().filter(canonical)
}

/// A cursor that is not one of the list that was asked for.
pub(super) fn wrong_cursor() -> Problem {
    wrong("cursor", Rule::Cursor)
}

fn wrong(name: &str, rule: Rule) -> Problem {
    Problem::new(Code::QueryMalformed).with(name).with(rule).in_field(name)
}

fn parse_limit(text: &str) -> Option<usize> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|limit| digits && (1..=PAGE_ITEMS_MAX).contains(limit))
}

struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn read(uri: &Uri, known: &'static [&'static str]) -> Result<Self, Problem> {
        let refused =
            |name: &str| Problem::new(Code::QueryMalformed).with(name.chars().take(40).collect::<String>()).with(Rule::OneOf(known));
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|_| refused("?"))?;
        for (position, (name, _)) in pairs.iter().enumerate() {
            let repeated = pairs[..position].iter().any(|(other, _)| other == name);
            if repeated || !known.contains(&name.as_str()) {
                return Err(refused(name));
            }
        }
        Ok(Self(pairs))
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let position = self.0.iter().position(|(other, _)| other == name)?;
        Some(self.0.swap_remove(position).1)
    }

    /// `true` or `false`; the latter if it is missing.
    fn flag(&mut self, name: &str) -> Result<bool, Problem> {
        match self.take(name).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(wrong(name, Rule::Choice(vec!["true", "false"]))),
        }
    }

    /// An index or a size of the ledger.
    fn ledger_number(&mut self, name: &str) -> Result<Option<u64>, Problem> {
        self.take(name).map(|text| parse_ledger_number(&text).ok_or_else(|| wrong(name, Rule::LedgerNumber))).transpose()
    }

    fn paging(&mut self) -> Result<Paging, Problem> {
        let after = self.take("cursor").map(|text| parse_cursor(&text).ok_or_else(|| wrong("cursor", Rule::Cursor))).transpose()?;
        Ok(Paging { after, limit: self.limit()? })
    }

    fn agenda_paging(&mut self) -> Result<AgendaPaging, Problem> {
        let after = self.take("cursor").map(|text| parse_agenda_cursor(&text).ok_or_else(|| wrong("cursor", Rule::Cursor)));
        Ok(AgendaPaging { after: after.transpose()?, limit: self.limit()? })
    }

    fn limit(&mut self) -> Result<usize, Problem> {
        let limit = self.take("limit").map(|text| parse_limit(&text).ok_or_else(|| wrong("limit", Rule::PageSize))).transpose()?;
        Ok(limit.unwrap_or(PAGE_ITEMS_DEFAULT))
    }

    fn end(self) -> Result<(), Problem> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(Problem::new(Code::QueryMalformed).with(name.as_str()).with(Rule::OneOf(&["reference"]))),
        }
    }
}

/// Decimal without sign and leading zeros, like the numbers in checkpoints and receipts.
fn parse_ledger_number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|number| plain && *number <= LEDGER_ENTRIES_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read<T: FromRequestParts<(), Rejection = Problem>>(query: &str) -> Result<T, Code> {
        let request = hyper::Request::get(format!("/x{query}")).body(()).expect("must be a request");
        T::from_request_parts(&mut request.into_parts().0, &()).await.map_err(|problem| problem.code)
    }

    #[tokio::test]
    async fn parameters_are_known_and_single() {
        assert_eq!(read::<Paging>("").await, Ok(Paging { after: None, limit: PAGE_ITEMS_DEFAULT }));
        assert_eq!(read::<Paging>("?limit=7&cursor=00000000000000ff").await, Ok(Paging { after: Some(255), limit: 7 }));
        assert_eq!(read::<CaseQuery>("?reference=3%20C+17%2F26").await, Ok(CaseQuery::Reference("3 C 17/26".to_owned())));
        assert!(read::<NoQuery>("").await.is_ok() && read::<NoQuery>("?").await.is_ok());
        for query in
            ["?limit=0", "?limit=1001", "?limit=+1", "?limit=", "?limit=1&limit=1", "?cursor=ff", "?cursor=00000000000000FF", "?x=1", "?x"]
        {
            assert_eq!(read::<Paging>(query).await, Err(Code::QueryMalformed), "{query}");
        }
        assert_eq!(read::<CaseQuery>("?reference=x&limit=1").await, Err(Code::QueryMalformed));
        let paging = AgendaPaging { after: Some(vec![0, 255]), limit: 7 };
        let until = Date::parse("2030-01-31").ok();
        assert_eq!(read::<DueQuery>("?until=2030-01-31&cursor=00ff&limit=7").await, Ok(DueQuery { until, paging }));
        for query in [
            "?until=2030-02-30",
            "?until=",
            "?until=2030-01-31&until=2030-01-31",
            "?cursor=0",
            "?cursor=",
            "?cursor=00FF",
            "?released=true",
        ] {
            assert_eq!(read::<DueQuery>(query).await, Err(Code::QueryMalformed), "{query}");
        }
        assert_eq!(read::<InclusionQuery>("?index=7&size=8").await, Ok(InclusionQuery { index: 7, size: Some(8) }));
        assert_eq!(read::<ConsistencyQuery>("?from=0").await, Ok(ConsistencyQuery { from: 0, to: None }));
        for query in ["", "?size=8", "?index=07", "?index=-1", "?index=+1", "?index=", "?index=9223372036854775808", "?index=1&size=x"] {
            assert_eq!(read::<InclusionQuery>(query).await, Err(Code::QueryMalformed), "{query}");
        }
        assert_eq!(read::<ConsistencyQuery>("?to=1").await, Err(Code::QueryMalformed));
        assert_eq!(read::<HoldQuery>("?released=true").await.map(|query| query.released), Ok(true));
        assert_eq!(read::<HoldQuery>("?released=yes").await, Err(Code::QueryMalformed));
        assert_eq!(read::<OrderQuery>("?all=true&limit=7").await.map(|query| (query.all, query.paging.limit)), Ok((true, 7)));
        assert_eq!(read::<OrderQuery>("?all=").await, Err(Code::QueryMalformed));
        assert_eq!(read::<NoQuery>("?versionId=1").await.err(), Some(Code::QueryMalformed));
    }
}
