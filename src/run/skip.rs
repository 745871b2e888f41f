//! Reasons to skip a case on a target that are known before the run.

use crate::case::{Authorization, Case, GivenCredential};
use crate::contract::{Contract, SecurityScheme};

use super::target::Target;

/// Returns the reason given by the case or the target: `skip`, `only_on`, `not_on`, or a method that is not allowed.
pub(super) fn reason(case: &Case, contract: &Contract, target: &Target) -> Option<String> {
    let is_target = |names: &[String]| names.contains(&target.name);
    if let Some(reason) = &case.skip {
        Some(reason.clone())
    } else if !case.only_on.is_empty() && !is_target(&case.only_on) {
        Some(format!("only on {}", case.only_on.join(", ")))
    } else if is_target(&case.not_on) {
        Some(format!("not on {}", target.name))
    } else {
        let operation = case.operation.and_then(|index| contract.operations.get(index));
        operation.filter(|_| case.request.method.is_none()).and_then(|operation| forbidden(&operation.method, target))
    }
}

/// Returns why the target's credentials cannot be what the case sends, although it has some: a fixed token does not expire.
pub(super) fn impossible(case: &Case, contract: &Contract, target: &Target) -> Option<String> {
    let Authorization::Given(given) = &case.request.auth else { return None };
    let credentials = &target.credentials;
    let lacks = |scheme: &str| {
        let is_token = contract.security_schemes.get(scheme) == Some(&SecurityScheme::Bearer);
        is_token && credentials.own.contains_key(scheme) && !credentials.expired.contains_key(scheme)
    };
    let (scheme, _) =
        given.iter().find(|(scheme, given)| matches!(given, GivenCredential::Expired) && lacks(scheme))?;
    let name = format!("targets.{}.auth.{scheme}", target.name);
    Some(format!("no expired access token for {name}: it is a fixed value; expected `oauth2`"))
}

/// Returns the reason not to send a request with that method, if the target does not allow it.
pub(super) fn forbidden(method: &str, target: &Target) -> Option<String> {
    let is_allowed = target.allow.is_empty() || target.allow.iter().any(|allowed| allowed.eq_ignore_ascii_case(method));
    (!is_allowed).then(|| format!("the target allows only {}", target.allow.join(", ")))
}
