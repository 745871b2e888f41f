//! Result of validating one message: violations with their locations, and rules that were not checked.

use std::sync::Arc;

use serde_json::Value;

use crate::difference::{Difference, Sentence};
use crate::pointer::Pointer;

use super::{Anchor, StatusKey, value_summary};

/// Result of validating one message.
#[derive(Debug, Clone, Default)]
pub struct Judgement {
    /// Every breach, in the order of the message: start line, headers, body.
    pub breaches: Vec<Breach>,
    /// Rules that were not checked, with the reason.
    pub not_checked: Vec<NotChecked>,
    /// The body as a JSON value, if it is JSON, even if the contract declares nothing about it.
    pub body: Option<Value>,
    /// For requests: the fields of a form or an XML document, converted to the declared types.
    pub fields: Option<Value>,
    /// For responses: the key of the declared response.
    pub status: Option<StatusKey>,
    /// The declared media type that applied, as written in the contract.
    pub media_type: Option<Arc<str>>,
    /// Why the body exceeds the limits, so that nothing of it was checked; also in `not_checked`.
    pub beyond_limits: Option<String>,
}

impl Judgement {
    /// The body of a request as a value: JSON, or the fields of a form or an XML document.
    pub fn value(&self) -> Option<&Value> {
        self.body.as_ref().or(self.fields.as_ref())
    }

    pub(super) fn not_checked(&mut self, rule: Rule, reason: impl Into<String>) {
        self.not_checked.push(NotChecked { rule, reason: reason.into() });
    }

    pub(super) fn beyond_limits(&mut self, reason: String) {
        self.not_checked(Rule::BodySchema, reason.clone());
        self.beyond_limits = Some(reason);
    }
}

/// A violation of a rule of the contract.
#[derive(Debug, Clone, PartialEq)]
pub struct Breach {
    /// Kind of the rule.
    pub rule: Rule,
    /// The JSON Schema keyword (`required`, `type`, `enum` …); `style`, `content` or `xml` for how a value is written; or `security`,
    /// `content-type`, `json`, `multipart`, `text`, `method`, `path`, `status`, `body` where no schema is involved.
    pub keyword: String,
    /// Location in the message; for `required`, `additionalProperties` and the rule `undocumented-property` that of the property.
    pub location: Location,
    /// Location in the contract: the keyword.
    pub anchor: Anchor,
    /// Summary of what the contract expects: `"ACTIVE" | "INACTIVE"`, `string`, `integer ≥ 1`.
    pub expected: String,
    /// The actual value as compact JSON; none if it is missing.
    pub actual: Option<String>,
    /// How expected and actual differ.
    pub difference: Difference,
    /// A documented name that resembles the undocumented one.
    pub near: Option<String>,
    /// For a breach inside the closest branch of `oneOf`/`anyOf`: the composition. `location` and `anchor` are then inside the
    /// branch.
    pub branch_of: Option<BranchOf>,
}

impl Breach {
    /// A breach of a rule that is no JSON Schema keyword; without an actual value until [`Breach::actual`] sets it.
    pub(super) fn new(rule: Rule, keyword: &str, location: Location, anchor: Anchor) -> Self {
        Self {
            rule,
            keyword: keyword.to_owned(),
            location,
            anchor,
            expected: String::new(),
            actual: None,
            difference: Difference::Value,
            near: None,
            branch_of: None,
        }
    }

    pub(super) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }

    pub(super) fn actual(mut self, text: impl AsRef<[u8]>) -> Self {
        self.actual = Some(value_summary::text(text));
        self
    }

    pub(super) fn differs(mut self, difference: Difference) -> Self {
        self.difference = difference;
        self
    }

    /// The size of its texts in bytes, approximately: that of a property repeats its name.
    pub(super) fn size(&self) -> usize {
        let location = self.location.pointer().map_or(0, |at| at.as_str().len());
        self.keyword.len() + 2 * location + self.expected.len() + self.actual.as_ref().map_or(0, String::len)
    }

    /// Returns the breach as one lower-case sentence fragment, without the actual value: it may be sensitive.
    pub fn sentence(&self) -> String {
        Sentence::new(&self.difference, &self.expected, None).to_string()
    }
}

/// The `oneOf`/`anyOf` whose closest branch contains the breach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchOf {
    /// `oneOf` or `anyOf`.
    pub keyword: String,
    /// Location of the composed value in the message.
    pub location: Location,
    /// Number of other branches.
    pub others: usize,
}

/// Kinds of rules; each rule of responses has exactly one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The status is not declared.
    Status,
    /// The media type is not declared, or its header is missing, malformed or repeated.
    ContentType,
    /// Content is declared but missing (in requests: required).
    BodyPresent,
    /// Content is present but not allowed.
    BodyAbsent,
    /// The body is not strict JSON, or not well-formed for its media type.
    BodyWellFormed,
    /// The body violates its schema.
    BodySchema,
    /// A response header is missing or violates its schema.
    HeaderSchema,
    /// A property that no branch of the schema declares.
    UndocumentedProperty,
    /// An object that its discriminator assigns to no schema, or to one that it violates.
    Discriminator,
    /// A `readOnly` property in a request.
    ReadOnly,
    /// A `writeOnly` property in a response.
    WriteOnly,
    /// An object of a JSON body that has a name twice.
    UniqueNames,
    /// The signature of a response is not valid.
    ResponseSignature,
    /// A request parameter is missing, undeclared or violates its schema.
    Parameter,
    /// Credentials are absent or malformed.
    Security,
    /// The method is not declared for the path.
    Method,
    /// The path is not in the contract.
    Path,
}

impl Rule {
    /// Whether the contract forbids what the rule reports. JSON Schema allows properties that it does not name, and a discriminator
    /// must not change the result of validation (OpenAPI 3.0.4 §4.7.25, 3.1.1 §4.8.25, 3.2 §4.25). A `readOnly` property should not be
    /// sent in a request, a `writeOnly` one not in a response (OpenAPI 3.0 §4.7.24.2; JSON Schema 2020-12 Validation §9.4 makes both
    /// annotations). The names in an object should be unique (RFC 8259 §4).
    pub fn is_binding(self) -> bool {
        use Rule::{Discriminator, ReadOnly, UndocumentedProperty, UniqueNames, WriteOnly};

        !matches!(self, UndocumentedProperty | Discriminator | ReadOnly | WriteOnly | UniqueNames)
    }
}

/// A location in a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Location {
    /// The method.
    Method,
    /// The path as a whole.
    Path,
    /// Credentials.
    Security,
    /// The status.
    Status,
    /// A path parameter, and the location in its value.
    PathParameter(String, Pointer),
    /// A query parameter, and the location in its value.
    Query(String, Pointer),
    /// A header (lower case), and the location in its value.
    Header(String, Pointer),
    /// A cookie, and the location in its value.
    Cookie(String, Pointer),
    /// A location in the body.
    Body(Pointer),
    /// The response as a whole; only expectations of cases use it.
    Response,
    /// The request of a client as a whole; only the proxy uses it.
    Request,
}

impl Location {
    /// The location in the value of a parameter, a header or a body.
    pub(super) fn pointer(&self) -> Option<&Pointer> {
        match self {
            Self::PathParameter(_, at)
            | Self::Query(_, at)
            | Self::Header(_, at)
            | Self::Cookie(_, at)
            | Self::Body(at) => Some(at),
            _ => None,
        }
    }
}

impl std::fmt::Display for Location {
    /// Writes the location as in `violates`: `path/NAME`, `query/NAME`, `header/NAME`, `cookie/NAME`, `body`, `body/JSON/POINTER`.
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
            Self::Request => f.write_str("request"),
        }
    }
}

/// A rule that was not checked, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotChecked {
    /// The rule.
    pub rule: Rule,
    /// The reason: `no schema is declared for application/pdf`.
    pub reason: String,
}

impl NotChecked {
    /// For a value whose schema only webhooks or callbacks use.
    pub(super) fn not_compiled(rule: Rule) -> Self {
        Self { rule, reason: "only webhooks or callbacks use its schema, which is not compiled".to_owned() }
    }
}
