//! Whose rule a finding is about, and therefore who has to act.

use crate::record::{Finding, Head};
use crate::rules;

/// Author of the rule that a finding violates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RuleOwner {
    /// The published document.
    Contract,
    /// An overlay, which states an assumption about the target.
    Assumption,
    /// A case of the suite: the contract may permit the response.
    Case,
    /// The client of the proxy sent the request.
    Client,
}

impl RuleOwner {
    /// Returns the owner of the rule of `finding`.
    pub(super) fn of(finding: &Finding, head: &Head) -> Self {
        match finding.check.as_str() {
            rules::EXPECTED_STATUS
            | rules::EXPECTED_HEADERS
            | rules::EXPECTED_BODY
            | rules::EXPECTED_SCHEMA
            | rules::EXPECTED_ASSERT
            | rules::EXPECTED_TIME
            | rules::EXPECTED_CAPTURE => Self::Case,
            rules::REQUEST => Self::Client,
            _ if head.overlay.iter().any(|action| action.place.file == finding.place.file) => Self::Assumption,
            _ => Self::Contract,
        }
    }

    /// Returns the word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Assumption => "assumed",
            Self::Case => "our case",
            Self::Client => "client",
        }
    }

    /// Explains the word.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::Contract => "The published document states the rule: the target is at fault.",
            Self::Assumption => "An overlay states the rule: the published document does not, so ask the vendor first.",
            Self::Case => "A case states the rule: the contract may permit the response, so the case may be at fault.",
            Self::Client => "A client of the proxy sent the request: the client is at fault.",
        }
    }
}
