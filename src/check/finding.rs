//! One breach, found in one exchange.

use crate::contract::{Anchor, BranchOf, Location};
use crate::pointer::Pointer;
use crate::severity::Severity;

/// A rule that an exchange did not keep.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The check's id.
    pub check: &'static str,
    /// How bad.
    pub severity: Severity,
    /// The keyword of a schema rule.
    pub keyword: Option<String>,
    /// Where in the response (`Body(pointer)`, `Header`, `Status` …).
    pub location: Location,
    /// Where the rule stands.
    pub origin: Origin,
    /// What was asked, compact.
    pub expected: String,
    /// What came, compact; `None` when missing.
    pub actual: Option<String>,
    /// Whether the thing should not be there at all.
    pub unexpected: bool,
    /// Whether `expected` is a JSON string to be compared character by character with what came.
    pub literal: bool,
    /// One sentence fragment.
    pub message: String,
    /// Inside the nearest branch of a `oneOf` or `anyOf`: which, and how many others it has. It stands beside the message, not in it.
    pub branch_of: Option<BranchOf>,
}

/// The second place of a finding: where the rule stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// In the contract.
    Contract(Anchor),
    /// In the case's file.
    Case(Pointer),
}
