//! What every answer 410 says: since when it is gone, by which order, and where that stands in the ledger. Nothing about anybody.
//!
//! One place for all routes: the handlers only find that something is gone, and what is left of it is added to their refusal here.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::{App, blocking};
use super::error::{Code, Problem};
use super::wire::problem::{MembersJson, TombstoneJson};
use crate::archive::{Archive, ArchiveError, TombstoneView};
use crate::model::{CaseId, DocumentId, Principal, VaultName};

/// Adds what is left to the refusal of a request that asked for something destroyed.
pub(super) async fn attach(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (uri, principal) = (request.uri().clone(), request.extensions().get::<Arc<Principal>>().cloned());
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Problem>() else { return response };
    if !matches!(problem.code, Code::DocumentDestroyed | Code::CaseDestroyed) {
        return response;
    }
    let problem = problem.clone();
    match Asked::of(uri.path()).filter(|asked| principal.is_some_and(|principal| principal.may_use(&asked.vault))) {
        Some(asked) => told(&app, asked, problem).await.into_response(),
        None => response,
    }
}

/// What a path asks for.
struct Asked {
    vault: VaultName,
    case: CaseId,
    document: Option<DocumentId>,
}

impl Asked {
    /// Paths are plain (`front` has seen to that), so their segments are what stands between the slashes.
    fn of(path: &str) -> Option<Self> {
        let mut segments = path.strip_prefix("/v1/vaults/")?.split('/');
        let vault = VaultName::parse(segments.next()?).ok()?;
        let case = segments.next().filter(|name| *name == "cases").and_then(|_| CaseId::parse(segments.next()?).ok())?;
        let document = segments.next().filter(|name| *name == "documents").and_then(|_| DocumentId::parse(segments.next()?).ok());
        Some(Self { vault, case, document })
    }

    fn look(&self, archive: &Archive) -> Result<(Option<TombstoneView>, bool), ArchiveError> {
        let vault = archive.vault(&self.vault)?;
        let of_document = self.document.map(|document| vault.tombstone_of_document(self.case, document)).transpose()?.flatten();
        match of_document {
            Some(tombstone) => Ok((Some(tombstone), false)),
            None => Ok((vault.tombstone_of_case(self.case)?, true)),
        }
    }
}

async fn told(app: &App, asked: Asked, mut problem: Problem) -> Problem {
    let archive = app.archive.clone();
    let found = match blocking(move || asked.look(&archive)).await {
        Ok((Some(tombstone), of_case)) => {
            // Whoever reads a case while it is destroyed finds its key gone first, and learns here what that was.
            problem.code = if of_case { Code::CaseDestroyed } else { problem.code };
            tombstone
        }
        Ok((None, _)) => return problem,
        Err(failure) => return failure,
    };
    problem.with_members(MembersJson { tombstone: Some(TombstoneJson::new(&found)), ..MembersJson::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_is_asked_for() {
        const ID: &str = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11";
        let asked = |path: &str| Asked::of(&path.replace("ID", ID)).map(|asked| (asked.vault.to_string(), asked.document.is_some()));
        for (path, expected) in [
            ("/v1/vaults/demo/cases/ID", Some(("demo", false))),
            ("/v1/vaults/demo/cases/ID/why", Some(("demo", false))),
            ("/v1/vaults/demo/cases/ID/documents", Some(("demo", false))),
            ("/v1/vaults/demo/cases/ID/matters/ID/why", Some(("demo", false))),
            ("/v1/vaults/demo/cases/ID/documents/ID", Some(("demo", true))),
            ("/v1/vaults/demo/cases/ID/documents/ID/record", Some(("demo", true))),
            ("/v1/vaults/demo/orders/ID", None),
            ("/v1/vaults/demo/cases", None),
            ("/v1/vaults/demo/cases/x", None),
            ("/v1/vaults/DEMO/cases/ID", None),
            ("/v2/vaults/demo/cases/ID", None),
        ] {
            assert_eq!(asked(path), expected.map(|(vault, document)| (vault.to_owned(), document)), "{path}");
        }
    }
}
