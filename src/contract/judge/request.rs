//! Judges a request: its route, parameters, credentials and body.

use crate::contract::parameters::{self, Wire};
use crate::contract::schema::MAX_VIOLATIONS;
use crate::contract::{
    Breach, Contract, Direction, Judgement, Location, Operation, ParameterIn, Route, Rule, SecurityScheme,
    value_summary,
};
use crate::difference::{Difference, Element};
use crate::http::Request;
use crate::pointer::Pointer;

use super::content::Content;
use super::parameter::{Fields, expected_value};
use super::{body, path, security};

/// Judges a request to `operation`: method, path, parameters, security, media type, body. Where its method or path leads to
/// another operation, that is the only breach.
pub fn request(contract: &Contract, operation: &Operation, request: &Request) -> Judgement {
    match path::route(contract, &request.method, request.path()) {
        Route::Found { operation: found, parameters } if found == operation.index => {
            routed_request(contract, operation, &parameters, request)
        }
        route => {
            let breaches = vec![astray(contract, operation, request, &route)];
            Judgement { breaches, ..Judgement::default() }
        }
    }
}

/// Judges a request that was routed to `operation` with the path parameters `parameters`.
pub fn routed_request(
    contract: &Contract,
    operation: &Operation,
    parameters: &[(String, String)],
    request: &Request,
) -> Judgement {
    let mut judgement = Judgement::default();
    if let Some(fault) = &operation.fault {
        judgement.not_checked(Rule::Parameter, fault.as_ref());
        return judgement;
    }
    let wire = Wire { path: parameters, query: request.query(), headers: &request.headers };
    let fields = Fields { contract, rule: Rule::Parameter, siblings: &operation.parameters, wire: &wire };
    operation.parameters.iter().for_each(|declared| fields.judge(declared, &mut judgement));
    path::without_undecided(operation, request.path(), &mut judgement);
    undeclared(contract, operation, &wire, &mut judgement);
    security::judge(contract, operation, request, &mut judgement);
    judge_body(contract, operation, request, &mut judgement);
    judgement
}

fn astray(contract: &Contract, operation: &Operation, request: &Request, route: &Route) -> Breach {
    let is_same_path = match route {
        Route::Found { operation: found, .. } => {
            contract.operations.get(*found).is_some_and(|found| found.path == operation.path)
        }
        Route::MethodNotAllowed { .. } => true,
        Route::NotFound => false,
    };
    let path_item = operation.anchor.parent();
    if is_same_path {
        let breach = Breach::new(Rule::Method, "method", Location::Method, path_item).expected(&operation.method);
        return breach.actual(&request.method).differs(Difference::Method { operation: operation.name.clone() });
    }
    let breach =
        Breach::new(Rule::Path, "path", Location::Path, path_item).expected(&operation.path).actual(request.path());
    breach.differs(Difference::Path { operation: operation.name.clone() })
}

/// Query names that nothing declares; those of API keys are declared by their scheme.
fn undeclared(contract: &Contract, operation: &Operation, wire: &Wire<'_>, judgement: &mut Judgement) {
    if operation.has_query_string {
        return judgement.not_checked(Rule::Parameter, "the query is declared by a parameter `in: querystring`");
    }
    let is_key = |name: &str| {
        contract.security_schemes.values().any(
            |scheme| matches!(scheme, SecurityScheme::ApiKey { location: ParameterIn::Query, name: key } if key == name),
        )
    };
    let names = parameters::undeclared(&operation.parameters, wire);
    let mut names = names.into_iter().filter(|(name, _)| !is_key(name));
    for (name, value) in names.by_ref().take(MAX_VIOLATIONS) {
        let declared = || operation.parameters.iter().filter(|declared| declared.location == ParameterIn::Query);
        let known: Vec<&str> = declared().map(|declared| declared.name.as_str()).collect();
        let location = Location::Query(name.clone(), Pointer::root());
        let mut breach =
            Breach::new(Rule::Parameter, "additionalProperties", location, operation.anchor.member("parameters"))
                .expected(if known.is_empty() { "no query".to_owned() } else { known.join(" | ") })
                .differs(Difference::Undeclared { element: Element::QueryParameter, name: Some(name.clone()) });
        breach.actual = Some(value_summary::text(value.as_bytes()));
        breach.near = crate::suggestion::nearest(&name, known).map(str::to_owned);
        judgement.breaches.push(breach);
    }
    if names.next().is_some() {
        let reason = format!("only the first {MAX_VIOLATIONS} names in the query that are not declared are listed");
        judgement.not_checked(Rule::Parameter, reason);
    }
}

fn judge_body(contract: &Contract, operation: &Operation, request: &Request, judgement: &mut Judgement) {
    let bytes = request.body.as_deref().unwrap_or_default();
    let content = |declared, owner| Content {
        contract,
        declared,
        owner,
        headers: &request.headers,
        bytes,
        direction: Direction::Request,
        is_partial: false,
    };
    let Some(declared) = &operation.request_body else {
        if !bytes.is_empty() {
            judgement.not_checked(Rule::BodySchema, format!("no request body is declared for {}", operation.name));
            body::parse(&request.headers, bytes, judgement);
        }
        return;
    };
    let content = content(&declared.content, &declared.anchor);
    if !bytes.is_empty() || content.may_be_empty() {
        body::judge(&content, judgement);
        if judgement.body.is_none() && judgement.beyond_limits.is_none() {
            body::parse(&request.headers, bytes, judgement);
        }
    } else if declared.required {
        let location = Location::Body(Pointer::root());
        let schema = declared.content.first().and_then(|first| first.schema.as_ref());
        let breach = Breach::new(Rule::BodyPresent, "required", location, declared.anchor.member("required"));
        let missing = Difference::Missing { element: Element::RequestBody, name: None };
        judgement.breaches.push(breach.expected(expected_value(contract, schema)).differs(missing));
    }
}
