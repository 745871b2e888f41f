//! Declarations of an operation, resolved: parameters, bodies, responses and security.

use std::sync::{Arc, OnceLock};

use crate::http::MediaType;

use super::server::Server;
use super::shape::{Members, Shape};
use super::style::Style;
use super::{Anchor, ParameterIn, SchemaKey, StatusKey};

/// Kind of an operation: who sends its requests, and where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    /// A method of a path: clients send it to the target. Runs, mocks and coverage use only these.
    Path,
    /// A method of a webhook: the target sends it to an address agreed out of band.
    Webhook,
    /// A method of a callback: the target sends it to the URL that an earlier request named.
    Callback,
}

/// One method of one path, webhook or callback.
#[derive(Debug)]
pub struct Operation {
    /// Its kind.
    pub kind: OperationKind,
    /// Its index among the operations of its kind: in `Contract::operations` for a path operation.
    pub index: usize,
    /// `operationId`, or `POST /path` without one.
    pub name: String,
    /// The method in upper case.
    pub method: String,
    /// The path template as written; the name of a webhook; the runtime expression of a callback.
    pub path: String,
    /// `summary`, if any.
    pub summary: Option<String>,
    /// Parameters of the path item and the operation, those of the operation taking precedence, without the headers `Accept`,
    /// `Content-Type` and `Authorization` (OpenAPI 3.1 §4.8.12).
    pub parameters: Vec<Parameter>,
    /// Whether a parameter `in: querystring` describes the whole query (OpenAPI 3.2 §4.12), which is not checked.
    pub has_query_string: bool,
    /// The request body, if declared.
    pub request_body: Option<RequestBody>,
    /// Declared responses, in document order.
    pub responses: Vec<ResponseObject>,
    /// Alternatives, of which one must be met; empty if no credentials are required. Inherited from the document.
    pub security: Vec<SecurityRequirement>,
    /// The servers that it or its path item declares; empty if those of the document apply (OpenAPI 3.1 §4.8.10).
    pub servers: Vec<Server>,
    /// The operation object.
    pub anchor: Anchor,
    /// That the document has an error, with its place, which makes the operation unusable: nothing of it is known for certain, and none of
    /// its schemas is compiled.
    pub fault: Option<Arc<str>>,
}

impl Operation {
    /// Whether `name` is its `operationId` or `METHOD /path`.
    pub fn is_called(&self, name: &str) -> bool {
        let by_path =
            || name.split_once(' ').is_some_and(|(m, p)| m.eq_ignore_ascii_case(&self.method) && p.trim() == self.path);
        self.name == name || by_path()
    }

    /// The parameter with that location and name; header names are case-insensitive.
    pub fn parameter(&self, location: ParameterIn, name: &str) -> Option<&Parameter> {
        let same =
            |held: &str| if location == ParameterIn::Header { held.eq_ignore_ascii_case(name) } else { held == name };
        self.parameters.iter().find(|parameter| parameter.location == location && same(&parameter.name))
    }

    /// The response declared for `status`: exact, then range, then default (OpenAPI 3.1 §4.8.16).
    pub fn response(&self, status: u16) -> Option<&ResponseObject> {
        let by = |wanted: StatusKey| self.responses.iter().find(move |response| response.status == wanted);
        by(StatusKey::Exact(status)).or_else(|| by(StatusKey::Range(status / 100))).or_else(|| by(StatusKey::Default))
    }
}

/// One parameter (OpenAPI 3.1 §4.8.12) or response header, which is a parameter of style `simple`.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name as written.
    pub name: String,
    /// Its location; `Header` for response headers.
    pub location: ParameterIn,
    /// Whether it is required.
    pub required: bool,
    /// `style`, or the default for its location.
    pub style: Style,
    /// `explode`, or the default for its style.
    pub explode: bool,
    /// `allowReserved`.
    pub allow_reserved: bool,
    /// `allowEmptyValue`: in a query, the value may be empty.
    pub allow_empty: bool,
    /// Types that its schema declares, to convert text from the wire to a value.
    pub shape: Shape,
    /// Its schema, if declared by `schema` or `content`.
    pub schema: Option<Declared>,
    /// The media type, if declared by `content`.
    pub content: Option<MediaType>,
    /// Examples by name, resolved, as those of a media type.
    pub examples: Vec<(String, Anchor)>,
    /// The parameter object; for an undeclared path parameter the operation.
    pub anchor: Anchor,
}

/// A schema with its location.
#[derive(Debug, Clone)]
pub struct Declared {
    /// Its index among the compiled schemas; none if only webhooks or callbacks use it, which are not compiled.
    pub key: Option<SchemaKey>,
    /// The schema object (before any `$ref` in it).
    pub anchor: Anchor,
}

/// `requestBody`.
#[derive(Debug)]
pub struct RequestBody {
    /// Whether a body is required.
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
    /// Its schema, if any.
    pub schema: Option<Declared>,
    /// The schema of each item of a sequence (`itemSchema`, OpenAPI 3.2 §4.14).
    pub items: Option<Declared>,
    /// Declared serialisation of the fields of a form.
    pub encoding: Vec<Encoding>,
    /// Examples by name, resolved: `example` under that name, then the entries of `examples` that have a `value`.
    pub examples: Vec<(String, Anchor)>,
    /// Whether bytes of any media type conform to its schema; found out by the first message.
    pub(super) allows_any_octets: OnceLock<bool>,
    /// The fields of the form that its schema describes; read for the first message.
    pub(super) members: OnceLock<Members>,
    /// The media type object.
    pub anchor: Anchor,
}

/// One entry of `encoding` (OpenAPI 3.1 §4.8.15).
#[derive(Debug)]
pub struct Encoding {
    /// The field.
    pub name: String,
    /// `contentType`: the media types and ranges that it may have; empty for the default of its schema.
    pub content: Vec<MediaType>,
    /// `style`, `explode` and `allowReserved`, if any is declared: the field is then serialised like a query parameter.
    pub layout: Option<FieldLayout>,
    /// The headers of its part (never `Content-Type`).
    pub headers: Vec<Parameter>,
    /// The encoding object.
    pub anchor: Anchor,
}

/// Serialisation of a form field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldLayout {
    /// `style`, or `form`.
    pub style: Style,
    /// `explode`, or the default for the style.
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

/// Schemes that must be met together, by name; empty if anonymous access is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityRequirement {
    /// Names in `Contract::security_schemes`; a missing one is not checked.
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
        /// Location of the key (never `Path`).
        location: ParameterIn,
        /// Its name.
        name: String,
    },
    /// `type: mutualTLS`: checked on the connection, not in the message.
    MutualTls,
}

impl SecurityScheme {
    /// Where a request has the credentials, and under which name; none for those of the connection.
    pub fn place(&self) -> Option<(ParameterIn, &str)> {
        match self {
            Self::Basic | Self::Bearer | Self::OtherHttp(_) => Some((ParameterIn::Header, "authorization")),
            Self::ApiKey { location, name } => Some((*location, name)),
            Self::MutualTls => None,
        }
    }
}
