//! The run that a run was compared with, in the record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::Part;
use super::place::Place;

/// An earlier run, and what of its findings no longer comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// The file of its record.
    pub file: String,
    /// When it began, RFC 3339 in UTC.
    pub started: String,
    /// Its findings that did not come though every case that is named with them came to a verdict.
    pub fixed: Vec<Fixed>,
}

/// A group of findings that no longer comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    /// The fingerprint of its findings.
    pub fingerprint: String,
    /// The operation's name; absent where the requests led to none on purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The operation's method.
    pub method: String,
    /// The operation's path template.
    pub path: String,
    /// The check's id.
    pub check: String,
    /// The keyword of a schema rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyword: Option<String>,
    /// In which part of the exchange.
    pub r#in: Part,
    /// The name of the header, parameter or cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A JSON Pointer into that part.
    pub at: String,
    /// Where the rule stood.
    pub place: Place,
    /// How many cases met it.
    pub cases: u64,
}
