//! Routes a request, and selects the values of its path parameters where a path can be split in several ways. OpenAPI does not say
//! which is meant, so the contract is violated only if every way violates it.

use crate::contract::parameters::Wire;
use crate::contract::path_readings::{is_ambiguous, path_readings};
use crate::contract::{Contract, Judgement, Location, Operation, ParameterIn, Route, Rule};
use crate::http::Headers;

use super::parameter::Fields;

/// Routes a request with an encoded path. The path parameters are those of the first way to split the path that conforms.
pub fn route(contract: &Contract, method: &str, path: &str) -> Route {
    match contract.router.route(method, path) {
        Route::Found { operation, parameters } => {
            let found = contract.operations.get(operation).filter(|found| is_ambiguous(&found.path));
            let conforming = found.and_then(|found| conforming(contract, found, &parameters, path));
            Route::Found { operation, parameters: conforming.unwrap_or(parameters) }
        }
        route => route,
    }
}

fn conforming(
    contract: &Contract,
    operation: &Operation,
    first: &[(String, String)],
    path: &str,
) -> Option<Vec<(String, String)>> {
    let conforms = |reading: &Vec<(String, String)>| {
        let headers = Headers::default();
        let wire = Wire { path: reading, query: None, headers: &headers };
        let fields = Fields { contract, rule: Rule::Parameter, siblings: &operation.parameters, wire: &wire };
        let mut judgement = Judgement::default();
        let declared = operation.parameters.iter().filter(|declared| declared.location == ParameterIn::Path);
        declared.for_each(|declared| fields.judge(declared, &mut judgement));
        judgement.breaches.is_empty()
    };
    let names = || first.iter().map(|(name, _)| name.clone());
    path_readings(&operation.path, path).values.into_iter().map(|values| names().zip(values).collect()).find(conforms)
}

/// Takes violations of path parameters out of `judgement` if there are ways to split the path that were not tried.
pub(super) fn without_undecided(operation: &Operation, path: &str, judgement: &mut Judgement) {
    let is_in_path = |location: &Location| matches!(location, Location::PathParameter(..));
    if is_ambiguous(&operation.path)
        && judgement.breaches.iter().any(|breach| is_in_path(&breach.location))
        && path_readings(&operation.path, path).is_cut
    {
        judgement.breaches.retain(|breach| !is_in_path(&breach.location));
        judgement.not_checked(Rule::Parameter, "the path can be split in too many ways to find its parameters");
    }
}
