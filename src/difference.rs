//! How an actual value differs from what a rule expects, as fields, and the sentence that reports it.

mod sentence;

pub(crate) use sentence::Sentence;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Kind of a difference, with details that `expected` and `actual` do not contain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Difference {
    /// A value differs from the expected value.
    #[default]
    Value,
    /// The value of a header differs from the expected value.
    HeaderValue {
        /// The header's name.
        name: String,
    },
    /// The value has the wrong JSON type.
    Type {
        /// The permitted types; empty if `expected` names them.
        expected: Vec<String>,
        /// The type of the actual value.
        actual: String,
    },
    /// A string that violates `format`.
    Format {
        /// The format.
        format: String,
    },
    /// A string that does not match `pattern`.
    Pattern {
        /// The regular expression.
        pattern: String,
    },
    /// A number that violates a bound.
    Bound {
        /// Which bound.
        bound: Bound,
        /// The number as the contract writes it.
        limit: String,
    },
    /// Too many or too few characters, items or properties.
    Count {
        /// Which bound.
        bound: Bound,
        /// The number as the contract writes it.
        limit: String,
        /// Unit of the count.
        unit: Unit,
        /// The actual count.
        actual: u64,
    },
    /// An item beyond those that the schema permits.
    FurtherItems,
    /// Any other keyword of JSON Schema is violated.
    Keyword {
        /// The keyword.
        keyword: String,
    },
    /// An element is missing.
    Missing {
        /// The kind of the missing element.
        element: Element,
        /// Its name, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// An element is present that the contract forbids.
    Forbidden {
        /// The kind of the forbidden element.
        element: Element,
        /// Its name.
        name: String,
    },
    /// An element is present that the contract does not declare.
    Undeclared {
        /// The kind of the undeclared element.
        element: Element,
        /// Its name, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// A `readOnly` property in a request, or a `writeOnly` property in a response.
    Direction {
        /// `readOnly` or `writeOnly`.
        keyword: String,
        /// The property's name.
        name: String,
        /// `request` or `response`.
        message: String,
    },
    /// A body in a response that cannot have one.
    UnexpectedBody {
        /// The status that forbids a body; absent for a response to HEAD.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// Size of the body in bytes.
        size: u64,
    },
    /// No branch of `oneOf` or `anyOf` matches.
    NoBranch {
        /// Number of branches.
        branches: u64,
    },
    /// Several branches of `oneOf` match.
    SeveralBranches {
        /// Number of matching branches.
        matching: u64,
        /// Number of branches.
        branches: u64,
    },
    /// The value of a discriminator does not select a schema.
    UnknownDiscriminator,
    /// Content that does not follow the syntax of its format.
    Malformed {
        /// The format: `JSON`, or a media type.
        format: String,
        /// The reason.
        reason: String,
        /// Index of the item in a sequence of values.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<u64>,
        /// Line and column, counted in characters from 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        position: Option<(u32, u32)>,
    },
    /// A name that an object in JSON has twice.
    DuplicateName {
        /// The name.
        name: String,
        /// Index of the item in a sequence of values.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<u64>,
        /// Line and column, counted in characters from 1.
        position: (u32, u32),
    },
    /// A parameter or field that is not serialised as declared.
    Serialization {
        /// The reason.
        reason: String,
    },
    /// A `Content-Type` header that is missing or invalid.
    ContentType {
        /// The reason.
        fault: ContentTypeFault,
    },
    /// A part of a multipart body has an undeclared media type.
    PartMediaType {
        /// The part's name.
        part: String,
    },
    /// A difference in a header of a part of a multipart body.
    PartHeader {
        /// The part's name.
        part: String,
        /// The header, as `violates` names it.
        header: String,
        /// Difference of the header.
        difference: Box<Self>,
    },
    /// Credentials that no alternative of the security requirement accepts.
    Credentials {
        /// What is missing for each alternative.
        reasons: Vec<String>,
    },
    /// A request whose method selects another operation.
    Method {
        /// The operation's name.
        operation: String,
    },
    /// A request whose path selects another operation.
    Path {
        /// The operation's name.
        operation: String,
    },
    /// The target does not refuse a request that deliberately violates the contract, or refuses it with another status.
    NotRefused {
        /// The rules that the request violates.
        violations: Vec<String>,
        /// Whether the response has a 2xx status.
        accepted: bool,
    },
    /// A client sent a request that violates the contract.
    InvalidRequest,
    /// A status that a case acknowledges as undocumented, and that the contract declares.
    Documented {
        /// The status.
        status: u16,
        /// The key that declares it: `200`, `4XX` or `default`.
        declared: String,
    },
    /// An assertion that is not true.
    Assertion {
        /// How the assertion fails.
        failure: AssertionFailure,
        /// The error, if the evaluation failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A response that arrived too late.
    Time,
    /// A value that could not be captured.
    Capture {
        /// Why.
        reason: String,
    },
    /// An expectation that could not be checked.
    NotChecked {
        /// Why.
        reason: String,
    },
}

/// A bound of a number or a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// The limit or more.
    AtLeast,
    /// The limit or less.
    AtMost,
    /// More than the limit.
    MoreThan,
    /// Less than the limit.
    LessThan,
    /// A multiple of the limit.
    MultipleOf,
}

/// Unit of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Characters of a string.
    Characters,
    /// Items of an array.
    Items,
    /// Properties of an object.
    Properties,
}

/// Kind of a missing, forbidden or undeclared element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Element {
    /// A property of an object.
    Property,
    /// A property whose name the contract forbids.
    PropertyName,
    /// A value that a case expects.
    Value,
    /// A path parameter.
    PathParameter,
    /// A query parameter.
    QueryParameter,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// The body of a request.
    RequestBody,
    /// The body of a response.
    ResponseBody,
    /// A body that is JSON.
    JsonBody,
    /// The status of a response.
    Status,
    /// The media type of a body.
    MediaType,
}

/// Defect of a `Content-Type` header.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ContentTypeFault {
    /// It is missing.
    Missing,
    /// It is not a media type.
    Malformed {
        /// Why.
        reason: String,
    },
    /// It is on several lines.
    Repeated,
    /// It declares a charset other than UTF-8 for JSON.
    Charset,
}

/// How an assertion fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AssertionFailure {
    /// It is false.
    False,
    /// It is neither true nor false.
    NotBoolean,
    /// Evaluating it failed.
    Errored,
}

impl Difference {
    /// Returns the fields that may hold parts of a message or of a case, for redaction and shortening.
    pub fn texts_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Missing { name, .. } | Self::Undeclared { name, .. } => name.iter_mut().collect(),
            Self::Forbidden { name, .. }
            | Self::Direction { name, .. }
            | Self::DuplicateName { name, .. }
            | Self::HeaderValue { name } => vec![name],
            Self::Malformed { reason, .. }
            | Self::Serialization { reason }
            | Self::Capture { reason }
            | Self::NotChecked { reason } => vec![reason],
            Self::Assertion { reason, .. } => reason.iter_mut().collect(),
            Self::ContentType { fault: ContentTypeFault::Malformed { reason } } => vec![reason],
            Self::Pattern { pattern } => vec![pattern],
            Self::Bound { limit, .. } => vec![limit],
            Self::PartMediaType { part } => vec![part],
            Self::PartHeader { part, difference, .. } => {
                let mut texts = difference.texts_mut();
                texts.push(part);
                texts
            }
            Self::Credentials { reasons: texts } | Self::NotRefused { violations: texts, .. } => {
                texts.iter_mut().collect()
            }
            Self::Value
            | Self::Type { .. }
            | Self::Format { .. }
            | Self::Count { .. }
            | Self::FurtherItems
            | Self::Keyword { .. }
            | Self::UnexpectedBody { .. }
            | Self::NoBranch { .. }
            | Self::SeveralBranches { .. }
            | Self::UnknownDiscriminator
            | Self::InvalidRequest
            | Self::ContentType { .. }
            | Self::Method { .. }
            | Self::Path { .. }
            | Self::Documented { .. }
            | Self::Time => Vec::new(),
        }
    }

    /// Returns how an assertion or a capture failed: `which is false`, or the error.
    pub fn failure(&self) -> Option<&str> {
        match self {
            Self::Assertion { failure: AssertionFailure::False, .. } => Some("which is false"),
            Self::Assertion { failure: AssertionFailure::NotBoolean, .. } => Some("which is neither true nor false"),
            Self::Assertion { failure: AssertionFailure::Errored, reason } => reason.as_deref(),
            Self::Capture { reason } => Some(reason),
            _ => None,
        }
    }
}
