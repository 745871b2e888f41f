//! Judges one message by the contract: what it breaks, what could not be judged, and its parsed body.

mod content;
mod form;
mod multipart;
mod reading;
mod request;
mod response;
mod security;
mod sequence;
mod xml;

use std::sync::Arc;

use serde_json::Value;

use crate::document::Digits;
use crate::http::{Request, Response};
use crate::pointer::Pointer;

use super::parameters::Parsed;
use super::schema::{Direction, Subject};
use super::{Anchor, Contract, Declared, Operation, Parameter, ParameterIn, StatusKey, notation};

/// What judging one message found.
#[derive(Debug, Clone, Default)]
pub struct Judgement {
    /// Every breach, in the order of the message: start line, headers, body.
    pub breaches: Vec<Breach>,
    /// What could not be judged, and why.
    pub unjudged: Vec<Unjudged>,
    /// The body as JSON, when it is (also when the contract declares nothing about it).
    pub body: Option<Value>,
    /// Responses: the key of the declared response that was judged by.
    pub status: Option<StatusKey>,
    /// The declared media type (as written in the contract) that was judged by.
    pub media_type: Option<Arc<str>>,
    /// Why the body is more than can be judged, so that nothing is known of it: also in `unjudged`.
    pub beyond_limits: Option<String>,
}

/// A rule of the contract that a message did not keep.
#[derive(Debug, Clone, PartialEq)]
pub struct Breach {
    /// What kind of rule.
    pub rule: Rule,
    /// The JSON Schema keyword (`required`, `type`, `enum` …), or `security`, `content-type`, `json`, `method`, `path`,
    /// `status`, `body` where no schema is involved.
    pub keyword: String,
    /// Where in the message. `required` and `additionalProperties` (and the `undocumented-property` rule) locate the member.
    pub site: Site,
    /// Where in the contract: the keyword.
    pub anchor: Anchor,
    /// What the contract asks for, in the compact notation: `"ACTIVE" | "INACTIVE"`, `string`, `integer ≥ 1`.
    pub expected: String,
    /// What came, as compact JSON; `None` when it is missing.
    pub actual: Option<String>,
    /// The breach as one lower-case sentence fragment.
    pub message: String,
    /// A documented name near an undocumented one.
    pub near: Option<String>,
    /// For a breach inside the nearest branch of `oneOf`/`anyOf`: how many other branches there were. The breach then stands
    /// at the place inside the branch, and `branch_of` names the `oneOf`/`anyOf` itself.
    pub branch_of: Option<BranchOf>,
}

/// Keywords that one value breaks by itself, whatever stands beside it.
const ALONE: [&str; 20] = [
    "additionalProperties",
    "const",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "false",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "multipleOf",
    "pattern",
    "propertyNames",
    "type",
    "uniqueItems",
    "writeOnly",
];

/// Keywords below which a schema holds only where something else does.
const CONDITIONAL: [&str; 6] = ["/if/", "/then/", "/else/", "/not/", "/dependentSchemas/", "/contains/"];

impl Breach {
    /// Whether the value at its site breaks the contract whatever stands beside it in the message.
    pub fn stands_alone(&self) -> bool {
        ALONE.contains(&self.keyword.as_str()) && self.is_unconditional()
    }

    /// Whether the rule holds whatever else the message says.
    pub fn is_unconditional(&self) -> bool {
        let schema = self.anchor.pointer.as_str();
        self.branch_of.is_none() && !CONDITIONAL.iter().any(|keyword| schema.contains(keyword))
    }
}

/// The `oneOf`/`anyOf` that a breach inside its nearest branch belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchOf {
    /// `oneOf` or `anyOf`.
    pub keyword: String,
    /// Where in the message the composed value stands.
    pub site: Site,
    /// How many other branches there were.
    pub others: usize,
}

/// The kinds of rules; those of a response are one to one with the checks that report them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The status is not declared.
    Status,
    /// The media type is not declared, or its header is missing, malformed or repeated.
    ContentType,
    /// Content is declared but none came (request: required).
    BodyPresent,
    /// Content came where none may.
    BodyAbsent,
    /// The body is not strict JSON (or not what its media type says).
    BodyWellFormed,
    /// The body breaks its schema.
    BodySchema,
    /// A response header is missing or breaks its schema.
    HeaderSchema,
    /// A property that no branch of the schema declares.
    UndocumentedProperty,
    /// A request parameter is missing, undeclared or breaks its schema.
    Parameter,
    /// Credentials are absent or malformed.
    Security,
    /// The method is not declared for the path.
    Method,
    /// The path is not in the contract.
    Path,
}

/// A place in a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    /// The method.
    Method,
    /// The path as a whole.
    Path,
    /// Credentials.
    Security,
    /// The status.
    Status,
    /// A path parameter, and where in its value.
    PathParameter(String, Pointer),
    /// A query parameter, and where in its value.
    Query(String, Pointer),
    /// A header (lower case), and where in its value.
    Header(String, Pointer),
    /// A cookie, and where in its value.
    Cookie(String, Pointer),
    /// In the body.
    Body(Pointer),
    /// The response as a whole; only what a case expects stands there.
    Response,
}

impl std::fmt::Display for Site {
    /// As `violates` writes it: `path/NAME`, `query/NAME`, `header/NAME`, `cookie/NAME`, `body`, `body/JSON/POINTER`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Method => f.write_str("method"),
            Self::Path => f.write_str("path"),
            Self::Security => f.write_str("security"),
            Self::Status => f.write_str("status"),
            Self::PathParameter(name, at) => write!(f, "path/{name}{at}"),
            Self::Query(name, at) => write!(f, "query/{name}{at}"),
            Self::Header(name, at) => write!(f, "header/{name}{at}"),
            Self::Cookie(name, at) => write!(f, "cookie/{name}{at}"),
            Self::Body(at) => write!(f, "body{at}"),
            Self::Response => f.write_str("response"),
        }
    }
}

/// A rule that could not be judged, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unjudged {
    /// The rule.
    pub rule: Rule,
    /// Why: `no schema is declared for application/pdf`.
    pub reason: String,
}

/// Judges a request to `operation`: method, path, parameters, security, media type, body. When the request's method or path
/// does not route to `operation` at all, that is its only breach.
pub fn request(contract: &Contract, operation: &Operation, request: &Request) -> Judgement {
    request::judge(contract, operation, request)
}

/// The same for a request that is known to lead to `operation`: `path` are its path parameters as the router gives them.
pub fn routed(contract: &Contract, operation: &Operation, path: &[(String, String)], request: &Request) -> Judgement {
    request::routed(contract, operation, path, request)
}

/// Judges a response of `operation`: status, media type, presence and form of the body, its schema, headers. `method` is the
/// one that was sent (HEAD has no body).
pub fn response(contract: &Contract, operation: &Operation, method: &str, response: &Response) -> Judgement {
    response::judge(contract, operation, method, response, None)
}

/// The same for a response that was made here: `body` is the JSON of its content, which is not parsed again.
pub fn made(
    contract: &Contract,
    operation: &Operation,
    method: &str,
    response: &Response,
    body: Option<Value>,
) -> Judgement {
    response::judge(contract, operation, method, response, body)
}

/// What `value` breaks of a schema when it travels as the body of a message.
pub fn value(contract: &Contract, schema: &Declared, direction: Direction, value: &Value) -> Vec<Breach> {
    content::schema(contract, schema, direction, &Site::Body, &mut value.clone()).0
}

/// The JSON of a response about which no contract says anything, for the expectations of a case.
pub fn outside(response: &Response) -> Judgement {
    let mut judgement = Judgement::default();
    content::parse(&response.headers, &response.body, &mut judgement);
    judgement
}

impl Judgement {
    fn unjudged(&mut self, rule: Rule, reason: impl Into<String>) {
        self.unjudged.push(Unjudged { rule, reason: reason.into() });
    }

    /// Says where the body has numbers that are judged, like all, as the nearest ones that 64 bits hold.
    fn inexact(&mut self, bytes: &[u8]) {
        let text = self.body.is_some().then(|| std::str::from_utf8(bytes).ok()).flatten().unwrap_or_default();
        let places = match &Digits::of(text).inexact()[..] {
            [] => return,
            [only] => format!("the number at {}", Site::Body(only.clone())),
            [first, ..] => format!("the number at {} and others", Site::Body(first.clone())),
        };
        self.unjudged(Rule::BodySchema, format!("more digits than are judged: {places}"));
    }

    fn beyond_limits(&mut self, reason: String) {
        self.unjudged(Rule::BodySchema, reason.clone());
        self.beyond_limits = Some(reason);
    }
}

impl Breach {
    /// A breach of a rule that is no JSON Schema keyword; nothing came until [`Breach::came`] says what.
    fn of(rule: Rule, keyword: &str, site: Site, anchor: Anchor) -> Self {
        Self {
            rule,
            keyword: keyword.to_owned(),
            site,
            anchor,
            expected: String::new(),
            actual: None,
            message: String::new(),
            near: None,
            branch_of: None,
        }
    }

    fn asks(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }

    fn came(mut self, text: impl AsRef<[u8]>) -> Self {
        self.actual = Some(notation::text(text.as_ref()));
        self
    }

    fn says(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }
}

impl Contract {
    /// The schema in the compact notation; `any value` where none is declared.
    fn notation(&self, schema: Option<&Declared>) -> String {
        schema.map_or_else(|| "any value".to_owned(), |schema| notation::compact(self.refs(), &schema.anchor))
    }
}

/// What `value`, which came as a parameter or header, breaks of its schema.
fn parameter(contract: &Contract, rule: Rule, parameter: &Parameter, parsed: Parsed, judgement: &mut Judgement) {
    let site = |at: Pointer| site(parameter, at);
    let here = site(Pointer::root());
    let missing = || format!("the required {here} is missing");
    match parsed {
        Parsed::Empty => {}
        Parsed::Absent if !parameter.required => {}
        Parsed::Absent => {
            let breach = Breach::of(rule, "required", here.clone(), parameter.anchor.member("required"));
            judgement.breaches.push(breach.asks(contract.notation(parameter.schema.as_ref())).says(missing()));
        }
        Parsed::Malformed { why, text } => {
            let schema = contract.notation(parameter.schema.as_ref());
            let (keyword, expected) = match &parameter.content {
                Some(media_type) => ("content", format!("{schema} as {media_type}")),
                None => ("style", format!("{schema} in style {}", parameter.style.word())),
            };
            let breach = Breach::of(rule, keyword, here, parameter.anchor.clone()).asks(expected).says(why);
            judgement.breaches.push(text.into_iter().fold(breach, Breach::came));
        }
        Parsed::Value(mut value) => {
            let Some(schema) = &parameter.schema else {
                return judgement.unjudged(rule, format!("no schema is declared for {here}"));
            };
            let direction = if rule == Rule::Parameter { Direction::Request } else { Direction::Response };
            let subject = Subject { refs: contract.refs(), key: schema.key, rule, site: &site, direction };
            let (breaches, unjudged) = contract.schemas.judge(subject, &mut value);
            judgement.breaches.extend(breaches);
            judgement.unjudged.extend(unjudged);
        }
    }
}

fn site(parameter: &Parameter, at: Pointer) -> Site {
    let name = parameter.name.clone();
    match parameter.place {
        ParameterIn::Path => Site::PathParameter(name, at),
        ParameterIn::Query => Site::Query(name, at),
        ParameterIn::Header => Site::Header(name.to_lowercase(), at),
        ParameterIn::Cookie => Site::Cookie(name, at),
    }
}

#[cfg(test)]
mod tests;
