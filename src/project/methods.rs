//! Checks the methods that a target allows: a misspelt one would skip every case that it is meant for.

use crate::contract::Contract;
use crate::problem::Problem;

use super::deserialize::with_suggestion;
use super::settings::Settings;
use super::target::ChosenTarget;

/// Methods of RFC 9110 §9, RFC 5789 and OpenAPI 3.2.
const STANDARD: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "QUERY"];

/// A problem for each allowed method that is neither standard nor in the contract.
pub(super) fn unknown(settings: &Settings, chosen: &ChosenTarget, contract: &Contract) -> Vec<Problem> {
    let declared = contract.operations.iter().map(|operation| operation.method.as_str());
    let known: Vec<&str> = STANDARD.into_iter().chain(declared).collect();
    let is_given = !settings.overrides.target.allow.is_empty();
    let unknown = chosen.target.allow.iter().enumerate();
    let unknown = unknown.filter(|(_, method)| !known.iter().any(|known| known.eq_ignore_ascii_case(method)));
    let problem = |(index, method): (usize, &String)| {
        let flag = if is_given { "--allow: " } else { "" };
        let problem = Problem::new(format!("{flag}unknown method `{method}`"));
        let problem = with_suggestion(problem, method, &STANDARD, "methods");
        if is_given { problem } else { chosen.placed(settings, &["allow", &index.to_string()], problem) }
    };
    unknown.map(problem).collect()
}
