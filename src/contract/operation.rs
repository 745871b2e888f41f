//! What an operation declares, resolved: its parameters, bodies, responses and security.

use std::sync::Arc;

use crate::http::MediaType;

use super::shape::Shape;
use super::style::Style;
use super::{Anchor, ParameterIn, SchemaKey, StatusKey};

/// Who sends the requests of an operation, and where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    /// A method of a path: clients send it to the target. Runs, mocks and coverage know only these.
    Path,
    /// A method of a webhook: the target sends it to an address that was agreed on elsewhere.
    Webhook,
    /// A method of a callback: the target sends it to the URL that an earlier request named.
    Callback,
}

/// One method of one path, webhook or callback.
#[derive(Debug)]
pub struct Operation {
    /// Who sends it.
    pub kind: OperationKind,
    /// Its number among the operations of its kind; of a path operation the number in `Contract::operations`.
    pub index: usize,
    /// `operationId`, or `POST /path` where there is none.
    pub name: String,
    /// The method in upper case.
    pub method: String,
    /// The path template as written; the name of a webhook; the runtime expression of a callback.
    pub path: String,
    /// `summary`, when there is one.
    pub summary: Option<String>,
    /// Parameters of the path item and the operation, the operation's winning; `Accept`, `Content-Type` and
    /// `Authorization` headers left out (OpenAPI 3.1 §4.8.12).
    pub parameters: Vec<Parameter>,
    /// The request body, when one is declared.
    pub request_body: Option<RequestBody>,
    /// Declared responses, in document order.
    pub responses: Vec<ResponseObject>,
    /// Alternatives of which one must be met; empty means no credentials are needed. Inherited from the document.
    pub security: Vec<SecurityRequirement>,
    /// URLs of the servers that it or its path item declares, variables at their defaults; empty where those of the document
    /// hold (OpenAPI 3.1 §4.8.10).
    pub servers: Vec<String>,
    /// The operation object.
    pub anchor: Anchor,
}

impl Operation {
    /// Whether `name` is its `operationId` or `METHOD /path`.
    pub fn is_called(&self, name: &str) -> bool {
        let by_path =
            || name.split_once(' ').is_some_and(|(m, p)| m.eq_ignore_ascii_case(&self.method) && p.trim() == self.path);
        self.name == name || by_path()
    }

    /// The parameter of that place and name; header names match in any case.
    pub fn parameter(&self, place: ParameterIn, name: &str) -> Option<&Parameter> {
        let same =
            |held: &str| if place == ParameterIn::Header { held.eq_ignore_ascii_case(name) } else { held == name };
        self.parameters.iter().find(|parameter| parameter.place == place && same(&parameter.name))
    }

    /// The response declared for `status`: exact, then range, then default (OpenAPI 3.1 §4.8.16).
    pub fn response(&self, status: u16) -> Option<&ResponseObject> {
        let by = |wanted: StatusKey| self.responses.iter().find(move |response| response.status == wanted);
        by(StatusKey::Exact(status)).or_else(|| by(StatusKey::Range(status / 100))).or_else(|| by(StatusKey::Default))
    }
}

/// One parameter (OpenAPI 3.1 §4.8.12) or response header, which is a parameter of style `simple`.
#[derive(Debug)]
pub struct Parameter {
    /// Its name as written.
    pub name: String,
    /// Where it stands; `Header` for response headers.
    pub place: ParameterIn,
    /// Whether it must be there.
    pub required: bool,
    /// `style`, or the default of its place.
    pub style: Style,
    /// `explode`, or the default of its style.
    pub explode: bool,
    /// `allowReserved`.
    pub allow_reserved: bool,
    /// `allowEmptyValue`: in a query, the name may stand without a value.
    pub allow_empty: bool,
    /// What types its schema declares, so that text from the wire can be read as a value.
    pub shape: Shape,
    /// Its schema, when declared by `schema` or by `content`.
    pub schema: Option<Declared>,
    /// The media type, when declared by `content`.
    pub content: Option<MediaType>,
    /// The parameter object; for a path parameter that is not declared at all, the operation.
    pub anchor: Anchor,
}

/// A schema and where it is declared.
#[derive(Debug, Clone)]
pub struct Declared {
    /// Its number among the compiled schemas; none where only webhooks or callbacks use it, which are not compiled.
    pub key: Option<SchemaKey>,
    /// The schema object (before any `$ref` in it).
    pub anchor: Anchor,
}

/// `requestBody`.
#[derive(Debug)]
pub struct RequestBody {
    /// Whether a body must be sent.
    pub required: bool,
    /// Media types in document order.
    pub content: Vec<MediaTypeObject>,
    /// The request body object.
    pub anchor: Anchor,
}

/// One entry of a `content` map.
#[derive(Debug)]
pub struct MediaTypeObject {
    /// Its key, as written.
    pub name: Arc<str>,
    /// The media type or range that is its key.
    pub media_type: MediaType,
    /// Its schema, when there is one.
    pub schema: Option<Declared>,
    /// The schema of each of its items, where it is a sequence (`itemSchema`, OpenAPI 3.2 §4.14).
    pub items: Option<Declared>,
    /// How the fields of a form are laid out, as far as it is written.
    pub encoding: Vec<Encoding>,
    /// Examples by name: `example` (named so), then the entries of `examples` that have a `value`, resolved.
    pub examples: Vec<(String, Anchor)>,
    /// The media type object.
    pub anchor: Anchor,
}

/// One entry of `encoding` (OpenAPI 3.1 §4.8.15).
#[derive(Debug)]
pub struct Encoding {
    /// The field.
    pub name: String,
    /// `contentType`: the media types and ranges that it may have; empty means the default for its schema.
    pub content: Vec<MediaType>,
    /// `style`, `explode` and `allowReserved`, when any of them is written: then the field is laid out like a query parameter.
    pub layout: Option<FieldLayout>,
    /// The headers of its part (never `Content-Type`).
    pub headers: Vec<Parameter>,
    /// The encoding object.
    pub anchor: Anchor,
}

/// How a field of a form is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldLayout {
    /// `style`, or `form`.
    pub style: Style,
    /// `explode`, or the default of the style.
    pub explode: bool,
    /// `allowReserved`.
    pub allow_reserved: bool,
}

/// One declared response.
#[derive(Debug)]
pub struct ResponseObject {
    /// Its key.
    pub status: StatusKey,
    /// `description`.
    pub description: String,
    /// Declared headers (never `Content-Type`, which is ignored by OpenAPI 3.1 §4.8.17).
    pub headers: Vec<Parameter>,
    /// Media types in document order; empty means no content.
    pub content: Vec<MediaTypeObject>,
    /// The response object.
    pub anchor: Anchor,
}

/// Schemes that must be met together, by name; an empty one means that no credentials will do as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityRequirement {
    /// Names in [`Contract::security_schemes`]; one that is missing there cannot be judged.
    pub schemes: Vec<String>,
}

/// A security scheme (OpenAPI 3.1 §4.8.27).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecurityScheme {
    /// `type: http, scheme: basic`.
    Basic,
    /// `type: http, scheme: bearer`, `oauth2` or `openIdConnect`: `Authorization: Bearer …`.
    Bearer,
    /// Any other `type: http`; the scheme's name as written.
    OtherHttp(String),
    /// `type: apiKey`.
    ApiKey {
        /// Where the key stands (never `Path`).
        place: ParameterIn,
        /// Its name.
        name: String,
    },
    /// `type: mutualTLS`: judged by the connection, not the message.
    MutualTls,
}
