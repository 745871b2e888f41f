//! Result of validating one message: violations with their locations, and rules that were not checked.

use std::sync::Arc;

use serde_json::Value;

use crate::difference::{Difference, Sentence};
use crate::pointer::Pointer;

use super::{Anchor, StatusKey, value_summary};

/// What judging one message found.
#[derive(Debug, Clone, Default)]
pub struct Judgement {
    /// Every breach, in the order of the message: start line, headers, body.
    pub breaches: Vec<Breach>,
    /// What could not be judged, and why.
    pub not_checked: Vec<NotChecked>,
    /// The body as JSON, when it is (also when the contract declares nothing about it).
    pub body: Option<Value>,
    /// Responses: the key of the declared response that was judged by.
    pub status: Option<StatusKey>,
    /// The declared media type (as written in the contract) that was judged by.
    pub media_type: Option<Arc<str>>,
    /// Why the body is more than can be judged, so that nothing is known of it: also in `not_checked`.
    pub beyond_limits: Option<String>,
}

impl Judgement {
    pub(super) fn not_checked(&mut self, rule: Rule, reason: impl Into<String>) {
        self.not_checked.push(NotChecked { rule, reason: reason.into() });
    }

    pub(super) fn beyond_limits(&mut self, reason: String) {
        self.not_checked(Rule::BodySchema, reason.clone());
        self.beyond_limits = Some(reason);
    }
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
    pub location: Location,
    /// Where in the contract: the keyword.
    pub anchor: Anchor,
    /// What the contract asks for, as a summary: `"ACTIVE" | "INACTIVE"`, `string`, `integer ≥ 1`.
    pub expected: String,
    /// What came, as compact JSON; `None` when it is missing.
    pub actual: Option<String>,
    /// How expected and actual differ.
    pub difference: Difference,
    /// A documented name near an undocumented one.
    pub near: Option<String>,
    /// For a breach inside the nearest branch of `oneOf`/`anyOf`: how many other branches there were. The breach then stands
    /// at the place inside the branch, and `branch_of` names the `oneOf`/`anyOf` itself.
    pub branch_of: Option<BranchOf>,
}

impl Breach {
    /// A breach of a rule that is no JSON Schema keyword; nothing came until [`Breach::actual`] says what.
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
        self.actual = Some(value_summary::text(text.as_ref()));
        self
    }

    pub(super) fn differs(mut self, difference: Difference) -> Self {
        self.difference = difference;
        self
    }

    /// Returns the breach as one lower-case sentence fragment, without the actual value: it may be sensitive.
    pub fn sentence(&self) -> String {
        Sentence::new(&self.difference, &self.expected, None).to_string()
    }
}

/// The `oneOf`/`anyOf` that a breach inside its nearest branch belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchOf {
    /// `oneOf` or `anyOf`.
    pub keyword: String,
    /// Where in the message the composed value stands.
    pub location: Location,
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
pub enum Location {
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

impl std::fmt::Display for Location {
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
pub struct NotChecked {
    /// The rule.
    pub rule: Rule,
    /// Why: `no schema is declared for application/pdf`.
    pub reason: String,
}

impl NotChecked {
    /// Values of a schema that only webhooks or callbacks use, which no run checks.
    pub(super) fn not_compiled(rule: Rule) -> Self {
        Self { rule, reason: "only webhooks or callbacks use its schema, which is not compiled".to_owned() }
    }
}
