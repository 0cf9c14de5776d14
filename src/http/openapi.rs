//! The description of the interface (OpenAPI 3.1), generated from handlers and wire types.

use axum::response::Response;
use hyper::StatusCode;
use utoipa::OpenApi;
use utoipa::openapi::security::SecurityScheme;
use utoipa::openapi::{Content, Ref, ResponseBuilder};

use super::query::NoQuery;
use super::reply;
use super::wire::{DocumentDescriptionJson, ProblemJson};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "aktenfest",
        description = "Archive for electronic case files. Every request needs a client certificate that names the vault; \
                       errors are problems (RFC 9457) with a stable code, in English or German by Accept-Language."
    ),
    paths(
        get,
        super::vaults::get,
        super::cases::list,
        super::cases::put,
        super::cases::get,
        super::cases::receipt,
        super::cases::opening,
        super::documents::list,
        super::documents::put,
        super::content::get,
        super::documents::record,
        super::documents::receipt,
        super::documents::opening,
        super::ledger::checkpoint,
        super::ledger::tile
    ),
    components(schemas(DocumentDescriptionJson, ProblemJson)),
    security(("mutualTLS" = [])),
    modifiers(&Everywhere)
)]
struct Description;

struct Everywhere;

/// What is true of every request: it needs a certificate, and it can end with a problem.
impl utoipa::Modify for Everywhere {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let description = Some("TLS 1.3 with a client certificate".to_owned());
        let scheme = SecurityScheme::MutualTls { description, deprecated: None, extensions: None };
        openapi.components.get_or_insert_default().add_security_scheme("mutualTLS", scheme);
        let content = Content::new(Some(Ref::from_schema_name("ProblemJson")));
        for item in openapi.paths.paths.values_mut() {
            for operation in [&mut item.get, &mut item.put].into_iter().flatten() {
                for status in ["4XX", "5XX"] {
                    let problem = ResponseBuilder::new().description("A problem with a stable code (RFC 9457)");
                    let problem = problem.content("application/problem+json", content.clone());
                    operation.responses.responses.insert(status.to_owned(), problem.build().into());
                }
            }
        }
    }
}

/// The description as JSON.
pub(super) fn description() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

/// This description.
#[utoipa::path(get, path = "/v1/openapi.json", responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json")))]
pub(super) async fn get(_: NoQuery) -> Response {
    reply::json(StatusCode::OK, &description())
}
