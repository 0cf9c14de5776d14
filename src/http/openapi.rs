//! The description of the interface (OpenAPI 3.1), generated from handlers and wire types.

use axum::response::Response;
use hyper::StatusCode;
use utoipa::OpenApi;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::SecurityScheme;
use utoipa::openapi::{Content, Ref, Required, ResponseBuilder};

use super::query::NoQuery;
use super::reply;
use super::wire::description::DocumentDescriptionJson;
use super::wire::problem::ProblemJson;

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
        super::documents::delete,
        super::ledger::checkpoint,
        super::ledger::tile,
        super::timestamps::list,
        super::timestamps::get,
        super::timestamps::checkpoint,
        super::timestamps::record,
        super::timestamps::response,
        super::access_log::list,
        super::access_log::checkpoint,
        super::access_log::years,
        super::access_log::tile,
        super::exports::make,
        super::exports::get,
        super::exports::bag,
        super::ledger::inclusion,
        super::ledger::consistency,
        super::retention::matters::put,
        super::retention::matters::correct,
        super::retention::matters::correct_default,
        super::retention::matters::retention,
        super::retention::matters::event,
        super::retention::matters::assign,
        super::retention::matters::check,
        super::retention::matters::lift,
        super::retention::bulk::events,
        super::retention::bulk::assignments,
        super::retention::why::of_case,
        super::retention::why::of_matter,
        super::retention::why::of_document,
        super::retention::agenda::due,
        super::retention::agenda::overdue,
        super::retention::agenda::open,
        super::retention::agenda::conflicts,
        super::retention::holds::list,
        super::retention::holds::put_hold,
        super::retention::holds::get,
        super::retention::holds::items,
        super::retention::holds::release,
        super::retention::holds::review,
        super::retention::holds::put_overlay,
        super::retention::classes::get,
        super::retention::classes::history,
        super::retention::classes::proposals,
        super::retention::classes::propose,
        super::retention::classes::get_proposal,
        super::retention::classes::diff,
        super::retention::classes::adopt,
        super::retention::classes::reject,
        super::retention::intake::put_batch,
        super::retention::intake::get_batch,
        super::retention::intake::complete,
        super::retention::intake::report,
        super::retention::intake::get,
        super::retention::intake::backup,
        super::retention::boxes::due,
        super::retention::boxes::put,
        super::retention::boxes::get,
        super::retention::boxes::step,
        super::retention::boxes::destroyed,
        super::retention::orders::list,
        super::retention::orders::put,
        super::retention::orders::get,
        super::retention::orders::items,
        super::certificate::get,
        super::retention::orders::approve,
        super::retention::orders::withdraw,
        super::retention::destruction_rule::get,
        super::retention::destruction_rule::propose,
        super::retention::destruction_rule::adopt,
        super::retention::destruction_rule::reject,
        super::retention::read_back::note,
        super::retention::read_back::receipt,
        super::retention::read_back::notes_of_hold,
        super::retention::read_back::batches,
        super::retention::read_back::notes_of_batch,
        super::retention::read_back::boxes,
        super::retention::read_back::notes_of_box,
        super::retention::read_back::events,
        super::retention::read_back::quarantine
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
            for operation in [&mut item.get, &mut item.put, &mut item.post, &mut item.delete].into_iter().flatten() {
                // The derived tags are paths of modules; their last part is what people look for.
                for tag in operation.tags.iter_mut().flatten() {
                    *tag = tag.rsplit("::").next().unwrap_or_default().replace('_', "-");
                }
                operation.parameters.get_or_insert_default().push(accept_language().into());
                for status in ["4XX", "5XX"] {
                    let problem = ResponseBuilder::new().description("A problem with a stable code (RFC 9457)");
                    let problem = problem.content("application/problem+json", content.clone());
                    operation.responses.responses.insert(status.to_owned(), problem.build().into());
                }
            }
        }
    }
}

/// Sentences and problems come in the language that the reader prefers.
fn accept_language() -> Parameter {
    let parameter = ParameterBuilder::new().name("Accept-Language").parameter_in(ParameterIn::Header).required(Required::False);
    let description = "`de` or `en`: the language of sentences and problems; English if missing. `Content-Language` says which it was";
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    parameter.description(Some(description)).schema(Some(text)).build()
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
