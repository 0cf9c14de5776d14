//! The part of a target behind the question mark: only what a route knows, each parameter once.

use axum::extract::{FromRequestParts, Query};
use hyper::Uri;
use hyper::header::HeaderValue;
use hyper::http::request::Parts;

use super::error::{Code, Problem};
use super::language::Rule;
use crate::limits::{PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX};

/// For routes without parameters. Ignoring one would let its sender believe that it had done something.
pub(super) struct NoQuery;

impl<S: Send + Sync> FromRequestParts<S> for NoQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Parameters::read(&parts.uri, &[]).map(|_| Self)
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

/// The cursor that the next page is asked for with. Its form is ours to change, so it does not look like a number to count with.
pub(super) fn cursor(next: u64) -> String {
    format!("{next:016x}")
}

/// The `Link` header of a page with a next one (RFC 8288). The path has no character that would need escaping in it.
pub(super) fn next_link(path: &str, cursor: &str, limit: usize) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("<{path}?cursor={cursor}&limit={limit}>; rel=\"next\"")).ok()
}

fn parse_cursor(text: &str) -> Option<u64> {
    let canonical = |number: &u64| cursor(*number) == text;
    u64::from_str_radix(text, 16).ok().filter(canonical)
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

    fn paging(&mut self) -> Result<Paging, Problem> {
        let wrong = |name: &str, rule: Rule| Problem::new(Code::QueryMalformed).with(name).with(rule);
        let after = self.take("cursor").map(|text| parse_cursor(&text).ok_or_else(|| wrong("cursor", Rule::Cursor))).transpose()?;
        let limit = self.take("limit").map(|text| parse_limit(&text).ok_or_else(|| wrong("limit", Rule::PageSize))).transpose()?;
        Ok(Paging { after, limit: limit.unwrap_or(PAGE_ITEMS_DEFAULT) })
    }

    fn end(self) -> Result<(), Problem> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(Problem::new(Code::QueryMalformed).with(name.as_str()).with(Rule::OneOf(&["reference"]))),
        }
    }
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
        assert_eq!(read::<NoQuery>("?versionId=1").await.err(), Some(Code::QueryMalformed));
    }
}
