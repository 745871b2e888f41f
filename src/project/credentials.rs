//! Resolves the credentials of a target for the security schemes of the contract.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::case::expand::{Credentials, PLACEHOLDER};
use crate::case::{Authorization, Story, Suite};
use crate::contract::{Contract, SecurityScheme};
use crate::problem::Problem;

use super::deserialize::with_suggestion;
use super::format::Credential;
use super::settings::Settings;
use super::target::ChosenTarget;

/// The configured credentials of `chosen`; a mock gets placeholders for the others.
pub(super) fn resolve(
    settings: &Settings,
    chosen: &ChosenTarget,
    contract: &Contract,
    suite: &Suite,
) -> Result<Credentials, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut set = |path: &[&str], given: &BTreeMap<String, Credential>| {
        let (found, invalid) = validated(given, contract);
        let placed = |(scheme, problem): (String, Problem)| {
            chosen.placed(settings, &[path, &[scheme.as_str()]].concat(), problem)
        };
        problems.extend(invalid.into_iter().map(placed));
        found
    };
    let own = set(&["auth"], &chosen.target.auth);
    let named =
        chosen.target.credentials.iter().map(|(name, given)| (name.clone(), set(&["credentials", name], given)));
    let mut credentials = Credentials { target: chosen.name.clone(), own, named: named.collect() };
    if !problems.is_empty() {
        return Err(problems);
    }
    if chosen.is_mock() {
        add_placeholders(&mut credentials, contract, suite);
    }
    Ok(credentials)
}

/// Placeholders for every scheme, for a target that receives no request.
pub(super) fn placeholders(target: &str, contract: &Contract) -> Credentials {
    let mut credentials = Credentials { target: target.to_owned(), ..Credentials::default() };
    add_placeholders(&mut credentials, contract, &Suite::default());
    credentials
}

type Found = BTreeMap<String, Value>;

fn validated(given: &BTreeMap<String, Credential>, contract: &Contract) -> (Found, Vec<(String, Problem)>) {
    let mut found = Found::new();
    let mut invalid = Vec::new();
    for (scheme, credential) in given {
        match credential_value(scheme, credential, contract) {
            Ok(value) => drop(found.insert(scheme.clone(), value)),
            Err(problem) => invalid.push((scheme.clone(), problem)),
        }
    }
    (found, invalid)
}

/// `USERNAME:PASSWORD` becomes `{ username, password }` for HTTP basic.
fn credential_value(scheme: &str, Credential(value): &Credential, contract: &Contract) -> Result<Value, Problem> {
    let Some(known) = contract.security_schemes.get(scheme) else {
        let names: Vec<_> = contract.security_schemes.keys().collect();
        let problem = Problem::new(format!("the document has no security scheme `{scheme}`"));
        return Err(with_suggestion(problem, scheme, &names, "security schemes"));
    };
    match (known, value) {
        (SecurityScheme::Basic, Value::String(text)) => text
            .split_once(':')
            .map(|(username, password)| json!({ "username": username, "password": password }))
            .ok_or_else(|| {
                Problem::new(format!("`{scheme}` expects a user name and a password")).help(
                    "write USER:PASSWORD, also as the value of an environment variable, or { username, password }",
                )
            }),
        (SecurityScheme::Basic, value) => Ok(value.clone()),
        (_, Value::String(_)) => Ok(value.clone()),
        _ => Err(Problem::new(format!("`{scheme}` expects a string"))),
    }
}

/// Replaces the credentials at the keys of the target for which `is_unset` returns true by placeholders that are well-formed.
pub(super) fn replace(credentials: &mut Credentials, contract: &Contract, is_unset: impl Fn(&[&str]) -> bool) {
    let placeholder = |scheme: &str, value: &mut Value| {
        if let Some(kind) = contract.security_schemes.get(scheme) {
            *value = placeholder(kind, "signoff");
        }
    };
    for (scheme, value) in credentials.own.iter_mut().filter(|(scheme, _)| is_unset(&["auth", scheme])) {
        placeholder(scheme, value);
    }
    for (name, set) in &mut credentials.named {
        for (scheme, value) in set.iter_mut().filter(|(scheme, _)| is_unset(&["credentials", name, scheme])) {
            placeholder(scheme, value);
        }
    }
}

fn add_placeholders(credentials: &mut Credentials, contract: &Contract, suite: &Suite) {
    let every = suite.stories.iter().flat_map(Story::every);
    for case in every {
        if let Authorization::As(name) = &case.request.auth {
            credentials.named.entry(name.clone()).or_default();
        }
    }
    for (scheme, kind) in &contract.security_schemes {
        credentials.own.entry(scheme.clone()).or_insert_with(|| placeholder(kind, "signoff"));
        for (name, set) in &mut credentials.named {
            set.entry(scheme.clone()).or_insert_with(|| placeholder(kind, name));
        }
    }
}

fn placeholder(kind: &SecurityScheme, owner: &str) -> Value {
    match kind {
        SecurityScheme::Basic => json!({ "username": owner, "password": PLACEHOLDER }),
        _ => format!("{PLACEHOLDER}-{owner}").into(),
    }
}
