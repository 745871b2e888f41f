//! The first configuration and the first cases of a document: requests from its examples, judged by the contract before anybody
//! sends them.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::contract::{Contract, Operation, ParameterIn, Rule, SecurityScheme, StatusKey, judge};
use crate::generate::request::{self, Draft, Part};

/// Cases in the first file.
const CASES: usize = 3;

/// Operations that are looked at to find them.
const LOOKED_AT: usize = 100;

/// What a document starts with.
pub struct Starter<'a> {
    contract: &'a Contract,
    first: Vec<First<'a>>,
}

/// The first case of an operation.
pub struct First<'a> {
    operation: &'a Operation,
    draft: Draft<'a>,
    /// The case's name.
    pub name: String,
    /// What a person must do before it can run: `fill in path/Sid: …`; empty where nothing is to be done.
    pub reason: String,
}

impl<'a> Starter<'a> {
    /// The first operations whose requests keep the contract; others only where there are too few of these.
    pub fn of(contract: &'a Contract) -> Self {
        let (mut first, mut open) = (Vec::new(), Vec::new());
        for operation in contract.operations.iter().take(LOOKED_AT) {
            let case = First::of(contract, operation);
            if case.reason.is_empty() {
                first.push(case)
            } else {
                open.push(case)
            }
            if first.len() == CASES {
                break;
            }
        }
        let missing = CASES.saturating_sub(first.len());
        first.extend(open.into_iter().take(missing));
        first.sort_by_key(|case| case.operation.index);
        Self { contract, first }
    }

    /// The cases that a person must complete.
    pub fn open(&self) -> impl Iterator<Item = &First<'a>> {
        self.first.iter().filter(|case| !case.reason.is_empty())
    }

    /// `signoff.yaml`: the mock, and the document's first server with the credentials that the first cases need.
    pub fn configuration(&self, spec: &Path) -> Value {
        let mut targets = Map::new();
        targets.insert("mock".to_owned(), json!({ "mock": "" }));
        if let Some(url) = self.contract.servers.iter().find(|url| url.starts_with("http")) {
            let mut live = Map::new();
            live.insert("url".to_owned(), url.as_str().into());
            let auth = self.credentials();
            if !auth.is_empty() {
                live.insert("auth".to_owned(), auth.into());
            }
            targets.insert("live".to_owned(), live.into());
        }
        json!({
            "spec": spec.to_string_lossy(), "cases": "cases", "reports": "reports", "default_target": "mock",
            "targets": targets
        })
    }

    /// Of every operation's first alternative, by scheme.
    fn credentials(&self) -> Map<String, Value> {
        let alternatives = self.first.iter().filter_map(|case| case.operation.security.first());
        let schemes = alternatives.flat_map(|alternative| &alternative.schemes);
        let known = schemes.filter_map(|name| Some((name, self.contract.security_schemes.get(name)?)));
        known.map(|(name, scheme)| (name.clone(), credential(name, scheme))).collect()
    }

    /// The case file.
    pub fn case_file(&self) -> Value {
        let cases: Vec<_> = self.first.iter().map(First::case).collect();
        json!({ "story": literal(format!("First calls of {}", self.contract.title).into()), "cases": cases })
    }
}

impl<'a> First<'a> {
    fn of(contract: &'a Contract, operation: &'a Operation) -> Self {
        let draft = request::first(contract, operation);
        let judged = judge::request(contract, operation, &draft.request());
        // Credentials are the target's.
        let breaches = judged.breaches.iter().filter(|breach| breach.rule != Rule::Security);
        let open: Vec<_> = breaches.map(|breach| format!("{}: {}", breach.location, breach.sentence())).collect();
        let reason = match (open.is_empty(), success(operation)) {
            (false, _) => format!("fill in {}", open.join("; ")),
            (true, None) => "say which status is expected: no 2XX is documented".to_owned(),
            (true, Some(_)) => String::new(),
        };
        Self { operation, draft, name: format!("calls {}", operation.name), reason }
    }

    fn case(&self) -> Value {
        let Self { operation, draft: Draft { parameters, body, .. }, .. } = self;
        let mut request = Map::new();
        for (key, place) in
            [("path", ParameterIn::Path), ("query", ParameterIn::Query), ("headers", ParameterIn::Header)]
        {
            let own = parameters.iter().filter(|part| part.parameter.place == place);
            let own: Map<_, _> =
                own.map(|Part { parameter, value, .. }| (parameter.name.clone(), value.clone())).collect();
            if !own.is_empty() {
                request.insert(key.to_owned(), own.into());
            }
        }
        request.extend(body.iter().map(|(_, value)| ("body".to_owned(), value.clone())));
        let mut case = Map::new();
        case.insert("name".to_owned(), literal(self.name.clone().into()));
        case.insert("operation".to_owned(), operation.name.clone().into());
        if !self.reason.is_empty() {
            case.insert("skip".to_owned(), self.reason.clone().into());
        }
        if !request.is_empty() {
            case.insert("request".to_owned(), literal(request.into()));
        }
        case.extend(success(operation).map(|status| ("expect".to_owned(), json!({ "status": status }))));
        case.into()
    }
}

/// `bearerAuth` becomes `${env.BEARER_AUTH}`.
fn credential(name: &str, scheme: &SecurityScheme) -> Value {
    let variable = variable(name);
    match scheme {
        SecurityScheme::Basic => json!({
            "username": format!("${{env.{variable}_USERNAME}}"), "password": format!("${{env.{variable}_PASSWORD}}")
        }),
        _ => format!("${{env.{variable}}}").into(),
    }
}

/// `OAuth2Security` becomes `OAUTH2_SECURITY`.
fn variable(name: &str) -> String {
    let mut words = String::new();
    let mut before = None;
    for c in name.chars() {
        // A run of capitals is one word, and its last letter begins none.
        if c.is_uppercase() && before.is_some_and(|before: char| before.is_lowercase() || before.is_ascii_digit()) {
            words.push('_');
        }
        words.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
        before = Some(c);
    }
    if words.starts_with(|c: char| c.is_ascii_digit()) { format!("_{words}") } else { words }
}

/// The value with `${` as text, not as the beginning of an expression.
fn literal(value: Value) -> Value {
    match value {
        Value::String(text) => text.replace("${", "$${").into(),
        Value::Array(items) => items.into_iter().map(literal).collect(),
        Value::Object(members) => {
            let members = members.into_iter().map(|(key, value)| (key.replace("${", "$${"), literal(value)));
            Value::Object(members.collect())
        }
        scalar => scalar,
    }
}

/// The lowest declared status that means success, which is what the mock answers with.
fn success(operation: &Operation) -> Option<Value> {
    let exact = operation.responses.iter().filter_map(|response| match response.status {
        StatusKey::Exact(status) => Some(status).filter(|status| (200..300).contains(status)),
        _ => None,
    });
    exact.min().map(Value::from).or_else(|| operation.response(200).map(|_| json!("2XX")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_called_like_their_schemes() {
        let check = |name: &str, expect: &str| assert_eq!(variable(name), expect);
        check("bearerAuth", "BEARER_AUTH");
        check("OAuth2", "OAUTH2");
        check("OAuth2Security", "OAUTH2_SECURITY");
        check("X-Figma-Token", "X_FIGMA_TOKEN");
        check("accountSid_authToken", "ACCOUNT_SID_AUTH_TOKEN");
        check("2fa", "_2FA");
    }

    #[test]
    fn examples_are_no_expressions() {
        assert_eq!(literal(json!({ "${a}": ["costs ${5}", 3] })), json!({ "$${a}": ["costs $${5}", 3] }));
    }
}
