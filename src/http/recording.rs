//! Every reading is recorded before anything of it leaves: one place for all routes, in front of their handlers.
//!
//! A handler prepares its answer; only when the record of it is on stable storage is the answer let go. If it cannot be recorded, the
//! answer is thrown away. Attempts that were refused are recorded behind the answer, so that how long it takes says nothing.
//!
//! A route that is not listed is recorded as something else: what is new is in the access log before somebody thinks of it.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper::header::HeaderMap;
use hyper::{Method, StatusCode};

use super::app::App;
use super::error::{Code, Problem};
use crate::archive::Archive;
use crate::model::{Access, AccessKind, AccessReader, AccessTarget, CaseId, DocumentId, PersonName, Principal, Purpose, VaultName};

/// For what the application reads.
const PURPOSE: &str = "Archive-Purpose";
/// For whom it reads.
const ON_BEHALF_OF: &str = "Archive-On-Behalf-Of";

/// What a handler knows better than its path: the case that a search has found, the bytes that are sent.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shown {
    /// What was found.
    pub(super) target: Option<AccessTarget>,
    /// First and last byte, if not all.
    pub(super) range: Option<(u64, u64)>,
}

/// Lets an answer go when it is recorded that it was asked for.
pub(super) async fn record(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned()).unwrap_or_default();
    let principal = request.extensions().get::<Arc<Principal>>().cloned();
    let (Some(kind), Some(principal), Some(asked)) =
        (kind_of(request.method(), &route, request.uri().query()), principal, Asked::of(request.uri().path()))
    else {
        return next.run(request).await;
    };
    let reader = match reader(&principal, request.headers()) {
        Ok(reader) => reader,
        Err(problem) => return problem.into_response(),
    };
    let mut response = next.run(request).await;
    let shown = response.extensions_mut().remove::<Shown>().unwrap_or_default();
    let refused = match refusal(&response) {
        Seen::Answer => None,
        Seen::Refusal(code) => Some(code),
        Seen::Nothing => return response,
    };
    let target = shown.target.unwrap_or(asked.target);
    let access = Access { reader, kind, target, range: shown.range, refused, count: 1 };
    if refused.is_some() {
        tokio::task::spawn_blocking({
            let archive = app.archive.clone();
            move || record_refused(&archive, &asked.vault, access)
        });
        return response;
    }
    let recorded = async { app.archive.vault(&asked.vault)?.record_access(access).await };
    match recorded.await {
        Ok(()) => response,
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Also in a vault that the certificate does not name: there it concerns somebody.
fn record_refused(archive: &Archive, vault: &VaultName, access: Access) {
    if let Ok(vault) = archive.vault(vault) {
        vault.record_refused(access);
    }
}

/// What has come of a request.
enum Seen {
    Answer,
    /// Refused in a way that is worth recording.
    Refusal(&'static str),
    /// Nothing was shown, and whoever asked only made a mistake.
    Nothing,
}

fn refusal(response: &Response) -> Seen {
    let Some(problem) = response.extensions().get::<Problem>() else {
        let shows = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
        return if shows { Seen::Answer } else { Seen::Nothing };
    };
    let worth = matches!(problem.code.status(), StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::GONE);
    if worth && !matches!(problem.code, Code::RouteUnknown | Code::TileUnknown) {
        Seen::Refusal(problem.code.name())
    } else {
        Seen::Nothing
    }
}

/// In which way a route shows something; `None` if it shows nothing of anybody: ledgers, catalogues, the vault itself, changes.
fn kind_of(method: &Method, route: &str, query: Option<&str>) -> Option<AccessKind> {
    let of_vault = route.strip_prefix("/v1/vaults/{vault}/")?;
    if method == Method::POST && of_vault.ends_with("exports") {
        return Some(AccessKind::Export);
    }
    if method != Method::GET && method != Method::HEAD {
        return None;
    }
    let last = of_vault.rsplit('/').next().unwrap_or(of_vault);
    Some(match (of_vault, last) {
        (path, _) if path.starts_with("ledger/") || path.starts_with("classes") || path.starts_with("destruction-rule") => return None,
        ("intake", _) => return None,
        ("access", _) => AccessKind::AccessLog,
        ("cases", _) if query.is_some_and(|query| query.starts_with("reference=")) => AccessKind::Search,
        ("cases/{case}/documents/{document}", _) if method == Method::GET => AccessKind::Content,
        (_, "receipt") => AccessKind::Receipt,
        (_, "opening") => AccessKind::Opening,
        (_, "certificate") => AccessKind::Certificate,
        (path, _) if path.starts_with("exports") => AccessKind::Export,
        ("cases" | "due" | "overdue" | "open" | "conflicts" | "quarantine" | "holds" | "batches" | "boxes" | "boxes/due" | "orders", _)
        | ("cases/{case}/documents", _) => AccessKind::List,
        (path, _) if path.starts_with("cases/") => AccessKind::Record,
        (path, _) if REGISTERS.iter().any(|register| path.starts_with(register)) => AccessKind::Register,
        _ => AccessKind::Other,
    })
}

/// Beginnings of the routes of single things in the registers.
const REGISTERS: [&str; 5] = ["holds/", "batches/", "boxes/", "orders/", "notes/"];

fn reader(principal: &Principal, headers: &HeaderMap) -> Result<AccessReader, Problem> {
    let purpose = header(headers, PURPOSE, Purpose::parse)?;
    let on_behalf_of = header(headers, ON_BEHALF_OF, |text| PersonName::parse(text).ok())?;
    Ok(AccessReader { on_behalf_of, purpose, ..AccessReader::of(principal) })
}

/// A header field that may be missing and must not come twice.
fn header<T>(headers: &HeaderMap, name: &'static str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Problem> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let parsed = value.to_str().ok().and_then(parse).filter(|_| values.next().is_none());
    parsed.map(Some).ok_or_else(|| Problem::new(Code::HeaderMalformed).with(name))
}

/// What a path asks for. Paths are plain (`front` has seen to that), so their segments are what stands between the slashes.
struct Asked {
    vault: VaultName,
    target: AccessTarget,
}

impl Asked {
    fn of(path: &str) -> Option<Self> {
        let mut segments = path.strip_prefix("/v1/vaults/")?.split('/');
        let vault = VaultName::parse(segments.next()?).ok()?;
        let case = segments.next().filter(|name| *name == "cases").and_then(|_| CaseId::parse(segments.next()?).ok());
        let document = segments.next().filter(|name| *name == "documents").and_then(|_| DocumentId::parse(segments.next()?).ok());
        let target = match (case, document) {
            (None, _) => AccessTarget::Vault,
            (Some(case), None) => AccessTarget::Case(case),
            (Some(case), Some(document)) => AccessTarget::Document(case, document),
        };
        Some(Self { vault, target })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_something_of_somebody_is_recorded() {
        let kind = |method: Method, route: &str, query| kind_of(&method, &format!("/v1/vaults/{{vault}}{route}"), query);
        for (route, query, expected) in [
            ("/cases/{case}/documents/{document}", None, Some(AccessKind::Content)),
            ("/cases/{case}/documents/{document}/record", None, Some(AccessKind::Record)),
            ("/cases/{case}/documents/{document}/receipt", None, Some(AccessKind::Receipt)),
            ("/cases/{case}/opening", None, Some(AccessKind::Opening)),
            ("/cases/{case}/why", None, Some(AccessKind::Record)),
            ("/cases/{case}", None, Some(AccessKind::Record)),
            ("/cases", None, Some(AccessKind::List)),
            ("/cases", Some("reference=1"), Some(AccessKind::Search)),
            ("/cases/{case}/documents", None, Some(AccessKind::List)),
            ("/holds", None, Some(AccessKind::List)),
            ("/holds/{hold}/items", None, Some(AccessKind::Register)),
            ("/notes/{note}/receipt", None, Some(AccessKind::Receipt)),
            ("/orders/{order}/certificate", None, Some(AccessKind::Certificate)),
            ("/access", None, Some(AccessKind::AccessLog)),
            ("/something/new", None, Some(AccessKind::Other)),
            ("/ledger/checkpoint", None, None),
            ("/ledger/access/{year}/tile/{*tile}", None, None),
            ("/classes/history", None, None),
            ("", None, None),
        ] {
            assert_eq!(kind(Method::GET, route, query), expected, "{route}");
        }
        assert_eq!(kind(Method::HEAD, "/cases/{case}/documents/{document}", None), Some(AccessKind::Record));
        assert_eq!(kind(Method::POST, "/exports", None), Some(AccessKind::Export));
        assert_eq!(kind(Method::PUT, "/cases/{case}", None), None);
        assert_eq!(kind_of(&Method::GET, "/v1/openapi.json", None), None);
    }

    #[test]
    fn who_reads_for_whom_is_a_name_and_a_line() {
        let principal = Principal {
            application: crate::model::ApplicationName::parse("eakte").unwrap(),
            vaults: Default::default(),
            person: None,
            deputy_of: Default::default(),
        };
        let read = |fields: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in fields {
                headers.append(name.to_ascii_lowercase().parse::<hyper::header::HeaderName>().unwrap(), value.parse().unwrap());
            }
            reader(&principal, &headers).map_err(|problem| problem.code)
        };
        let full = read(&[(PURPOSE, "Widerspruch W 17/26"), (ON_BEHALF_OF, "m-muster")]).unwrap();
        assert_eq!(full.purpose.map(|purpose| purpose.as_str().to_owned()).as_deref(), Some("Widerspruch W 17/26"));
        assert_eq!(full.on_behalf_of, PersonName::parse("m-muster").ok());
        assert_eq!(read(&[]).map(|reader| reader.purpose), Ok(None));
        for bad in [&[(PURPOSE, "")][..], &[(PURPOSE, "a"), (PURPOSE, "a")], &[(ON_BEHALF_OF, "M. Muster")]] {
            assert_eq!(read(bad).err(), Some(Code::HeaderMalformed), "{bad:?}");
        }
    }
}
