//! One breach, found in one exchange.

use crate::contract::{Anchor, BranchOf, Location};
use crate::difference::{Difference, Sentence};
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
    /// Location in the exchange (`Body(pointer)`, `Header`, `Status` …).
    pub location: Location,
    /// Location of the rule.
    pub origin: Origin,
    /// The expected value, in a compact notation.
    pub expected: String,
    /// The actual value, in a compact notation; `None` if it is missing.
    pub actual: Option<String>,
    /// Whether the value must be absent.
    pub unexpected: bool,
    /// Whether `expected` is a JSON string to be compared with the actual string character by character.
    pub literal: bool,
    /// How expected and actual differ.
    pub difference: Difference,
    /// A documented name that is probably meant.
    pub suggestion: Option<String>,
    /// Number of further differences that are not listed.
    pub not_listed: u64,
    /// Inside the nearest branch of a `oneOf` or `anyOf`: which, and how many others it has.
    pub branch_of: Option<BranchOf>,
}

impl Finding {
    /// Returns the finding as one lower-case sentence fragment.
    pub fn sentence(&self) -> String {
        let branches = |of: &BranchOf| of.others.saturating_add(1) as u64;
        let sentence = Sentence {
            suggestion: self.suggestion.as_deref(),
            not_listed: self.not_listed,
            nearest_of: self.branch_of.as_ref().map(|of| (of.keyword.as_str(), branches(of))),
            ..Sentence::new(&self.difference, &self.expected, self.actual.as_deref())
        };
        sentence.to_string()
    }
}

/// Location of the violated rule: in the contract or in the case file.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// In the contract.
    Contract(Anchor),
    /// In the case's file.
    Case(Pointer),
}
