//! A mutant as a sentence: what was changed, and what the cases did about it.

use crate::quantity::count;

use super::classify::Class;
use super::measured::{MutantResult, State};
use super::operator::Family;

/// `200 body/customer_id: replaced by null; 7 responses, no case noticed [value-null]`.
pub(crate) fn sentence(mutant: &MutantResult) -> String {
    let why = match (&mutant.state, mutant.class, mutant.family) {
        (State::NotReached, _, Family::Behaviour) => match mutant.at.strip_prefix("violates ") {
            Some(violation) => format!("no case sends such a request: add one with `violates: {violation}`"),
            None => "no case sends such a request".to_owned(),
        },
        (State::NotReached, ..) => "no case receives such a response".to_owned(),
        (_, Class::Violating, Family::Response) => {
            let responses = count(mutant.reached as u64, "response");
            format!("{responses}, no check noticed the violation (a limit of signoff)")
        }
        (_, _, Family::Response) => format!("{}, no case noticed", count(mutant.reached as u64, "response")),
        (_, _, Family::Behaviour) => "no case noticed".to_owned(),
    };
    format!("{}; {why} [{}]", change(mutant), mutant.operator)
}

/// `200 body/customer_id: replaced by null`.
pub(crate) fn change(mutant: &MutantResult) -> String {
    let status = mutant.status.map(|status| format!("{status} ")).unwrap_or_default();
    format!("{status}{}: {}", mutant.at, mutant.phrase)
}
