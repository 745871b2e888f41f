//! Access tokens for an embedded mock.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::case::expand::Credentials;
use crate::contract::Contract;
use crate::mock::oauth::{Issuer, TokenRules};
use crate::problem::Problem;
use crate::token::{StandIn, TokenSettings, Tokens, token_request};

use super::negative_credentials::wrong_value;

/// Lifetime of tokens that are issued before the run: a thousand years. The mocks of a measurement have several clocks.
const LIFETIME: Duration = Duration::from_secs(1_000 * 365 * 24 * 3600);

/// The stand-ins of tokens that the mock issues: those whose token endpoint it serves.
pub(super) fn served(tokens: &[TokenSettings], contract: &Contract) -> BTreeSet<String> {
    let issuer = Issuer::new(contract, TokenRules::default());
    let is_served =
        |(_, token): &(usize, &TokenSettings)| !token.is_discovered && issuer.serves(&token.url, token.grant.name());
    tokens.iter().enumerate().filter(is_served).map(|(index, _)| Tokens::stand_in(StandIn::Valid, index)).collect()
}

/// The credentials with tokens in place of their stand-ins, for a mock that is called without a socket.
pub(super) fn issued(
    mut values: Credentials,
    tokens: &[TokenSettings],
    contract: &Contract,
    rules: TokenRules,
) -> Result<Credentials, Vec<Problem>> {
    let issuer = Issuer::new(contract, TokenRules { lifetime: Some(LIFETIME), ..rules });
    let mut problems = Vec::new();
    for value in all(&mut values) {
        let token = value.as_str().and_then(Tokens::source).and_then(|source| tokens.get(source));
        match token.map(|token| issue(&issuer, token)) {
            Some(Ok(token)) => *value = token,
            Some(Err(problem)) if !problems.contains(&problem) => problems.push(problem),
            _ => {}
        }
    }
    let Credentials { own, wrong, .. } = &mut values;
    for (scheme, value) in wrong {
        if let Some(own) = own.get(scheme).filter(|_| value.as_str().is_some_and(Tokens::is_stand_in)) {
            *value = wrong_value(own);
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}

/// Requests a token as over a socket.
fn issue(issuer: &Issuer, settings: &TokenSettings) -> Result<Value, Problem> {
    let responded = issuer.respond(&token_request(settings, None), 0);
    let refused = |why: &str| Problem::new(format!("no access token of the mock for {}: {why}", settings.name));
    let responded = responded.ok_or_else(|| refused("it has no such token endpoint"))?;
    let body = serde_json::from_slice::<Value>(&responded.response.body).unwrap_or_default();
    match body.get("access_token") {
        Some(token) => Ok(token.clone()),
        None => Err(refused(&responded.violations.join("; "))),
    }
}

/// Every value that may be a stand-in.
fn all(values: &mut Credentials) -> impl Iterator<Item = &mut Value> {
    let Credentials { own, named, scoped, .. } = values;
    own.values_mut().chain(named.values_mut().chain(scoped.values_mut()).flat_map(|set| set.values_mut()))
}
