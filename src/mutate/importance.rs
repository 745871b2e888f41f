//! Order of survivors: those that cost most first.

use super::classify::Class;
use super::measured::{MutantResult, State};
use super::naming::{is_identifier, is_money};
use super::operator::Family;

/// What a mutant is about; the first matters most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Importance {
    /// Credentials are not required, or wrong ones are accepted.
    Credentials,
    /// An identifier or an amount of money is wrong.
    IdentifierOrMoney,
    /// A required property is missing, or a declared error does not occur.
    RequiredOrDeclaredError,
    /// The target keeps something wrong between requests.
    State,
    /// Everything else.
    Other,
    /// The wording of an error: a client reads its type, not the spelling of its text.
    WordingOfError,
}

/// Operators that change how an error is worded, not what it means.
const WORDING: &[&str] = &["string-padded", "letter-case", "property-added"];

/// Operators of required properties.
const PROPERTIES: &[&str] = &["property-removed", "property-renamed", "value-null", "body-emptied", "object-emptied"];

/// Operators of declared errors.
const ERRORS: &[&str] = &["error-type-changed", "status-declared", "violation-accepted", "valid-request-refused"];

impl Importance {
    /// What a mutant is about.
    pub(crate) fn new(mutant: &MutantResult) -> Self {
        let is_error = mutant.status.is_some_and(|status| status >= 400);
        let last = mutant.at.rsplit('/').find(|token| *token != "*").unwrap_or_default();
        let is_one_of = |operators: &[&str]| operators.contains(&mutant.operator);
        if is_one_of(&["credentials-not-required", "wrong-credentials-accepted"]) {
            Self::Credentials
        } else if is_error && is_one_of(WORDING) {
            Self::WordingOfError
        } else if is_one_of(PROPERTIES) && mutant.class == Class::Determined {
            // The contract allows it: the property is optional, or may be null.
            Self::Other
        } else if is_one_of(&["other-id", "ids-swapped", "money-units"]) || is_identifier(last) || is_money(last) {
            Self::IdentifierOrMoney
        } else if is_one_of(PROPERTIES) || is_one_of(ERRORS) || (is_error && mutant.state == State::NotReached) {
            Self::RequiredOrDeclaredError
        } else if mutant.family == Family::Behaviour {
            Self::State
        } else {
            Self::Other
        }
    }
}
