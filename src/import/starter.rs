//! A document's first configuration and cases: requests from its examples, validated against the contract before they are
//! sent.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::case::format::{ExpectFormat, RequestFormat, WholeCase, WholeFile};
use crate::case::{literal, literal_text};
use crate::contract::{
    Anchor, Contract, Flow, Operation, ParameterIn, Rule, SecurityRequirement, SecurityScheme, judge,
};
use crate::generate::clause_case::success;
use crate::generate::request::{self, Draft, Part};
use crate::pointer::Pointer;

use super::user_information;

/// The target that is the mock, in the configuration and without one.
const MOCK: &str = "mock";

/// Maximum number of operations that are tried.
const LOOKED_AT: usize = 100;

/// First configuration and cases of a document.
pub(crate) struct Starter<'a> {
    contract: &'a Contract,
    first: Vec<First<'a>>,
    /// Operations that have other cases.
    shown: Vec<&'a Operation>,
}

/// The first case of an operation.
pub(crate) struct First<'a> {
    operation: &'a Operation,
    draft: Draft<'a>,
    /// The case's name.
    pub name: String,
    /// What the user must do before it can run (`fill in path/Sid: …`); empty if nothing.
    pub reason: String,
}

impl<'a> Starter<'a> {
    /// Selects the first operations, at most `cases`, whose generated requests conform to the contract, then others if there are
    /// too few. Operations that `is_shown` names have cases already.
    pub(crate) fn new(contract: &'a Contract, cases: usize, is_shown: &dyn Fn(&str) -> bool) -> Self {
        let (mut first, mut open) = (Vec::new(), Vec::new());
        let usable = contract.operations.iter().filter(|operation| operation.fault.is_none());
        let (shown, mut operations): (Vec<_>, Vec<_>) = usable.partition(|operation| is_shown(&operation.name));
        // What a target has may be lost, so an operation that deletes is called where there is no other, and of the mock alone.
        if operations.iter().any(|operation| !is_destructive(operation)) {
            operations.retain(|operation| !is_destructive(operation));
        }
        operations.sort_by_key(|operation| precedence(operation));
        for operation in operations.into_iter().take(LOOKED_AT) {
            let case = First::new(contract, operation);
            if case.reason.is_empty() {
                first.push(case)
            } else {
                open.push(case)
            }
            if first.len() == cases {
                break;
            }
        }
        let missing = cases.saturating_sub(first.len());
        first.extend(open.into_iter().take(missing));
        first.sort_by_key(|case| (precedence(case.operation), case.operation.index));
        Self { contract, first, shown }
    }

    /// Whether there is no first case.
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// The cases that the user must complete.
    pub(crate) fn open(&self) -> impl Iterator<Item = &First<'a>> {
        self.first.iter().filter(|case| !case.reason.is_empty())
    }

    /// `signoff.yaml` for the document and its overlay: the mock, and the document's first server with the credentials of the first cases.
    pub(crate) fn configuration(&self, spec: &Path, overlay: Option<&Path>) -> Value {
        let mut targets = Map::new();
        targets.insert(MOCK.to_owned(), json!({ "mock": true }));
        let operations = self.contract.operations.iter().flat_map(|operation| &operation.servers);
        let mut urls = self.contract.servers.iter().chain(operations).map(|server| server.url.as_str());
        if let Some(url) = urls.find(|url| url.starts_with("http")) {
            let mut live = Map::new();
            // A configuration must not have credentials in URLs.
            let url = user_information::without(url).unwrap_or_else(|| url.to_owned());
            live.insert("url".to_owned(), url.into());
            let auth = self.credentials();
            if !auth.is_empty() {
                live.insert("auth".to_owned(), auth.into());
            }
            targets.insert("live".to_owned(), live.into());
        }
        let mut configuration = Map::from_iter([("spec".to_owned(), spec.to_string_lossy().into())]);
        if let Some(overlay) = overlay {
            configuration.insert("overlay".to_owned(), json!([overlay.to_string_lossy()]));
        }
        let rest = [("cases", json!("cases")), ("reports", json!("reports")), ("default_target", json!("mock"))];
        configuration.extend(rest.map(|(name, value)| (name.to_owned(), value)));
        configuration.insert("targets".to_owned(), targets.into());
        configuration.into()
    }

    /// Credentials by scheme, of the first security alternative of each operation.
    fn credentials(&self) -> Map<String, Value> {
        let operations = self.first.iter().map(|case| case.operation).chain(self.shown.iter().copied());
        let alternatives = operations.filter_map(|operation| self.alternative(operation));
        let schemes = alternatives.flat_map(|alternative| &alternative.schemes);
        let known = schemes.filter_map(|name| Some((name, self.contract.security_schemes.get(name)?)));
        known.map(|(name, scheme)| (name.clone(), credential(self.contract, name, scheme))).collect()
    }

    /// The first security alternative, unless its schemes are assumptions and those of another are described.
    fn alternative<'o>(&self, operation: &'o Operation) -> Option<&'o SecurityRequirement> {
        let schemes = Pointer::root().join("components").join("securitySchemes");
        let is_assumed = |name: &String| self.contract.is_assumed(&Anchor { document: 0, pointer: schemes.join(name) });
        let is_described = |alternative: &&SecurityRequirement| !alternative.schemes.iter().any(is_assumed);
        let first = operation.security.first()?;
        let mut others = operation.security.iter().filter(|other| !other.schemes.is_empty());
        Some(if is_described(&first) { first } else { others.find(is_described).unwrap_or(first) })
    }

    /// The first case file.
    pub(crate) fn case_file(&self) -> WholeFile {
        let cases = self.first.iter().map(First::case).collect();
        let story = format!("First calls of {}", self.contract.title);
        WholeFile { story: Some(story), cases, ..WholeFile::default() }
    }
}

impl<'a> First<'a> {
    fn new(contract: &'a Contract, operation: &'a Operation) -> Self {
        let draft = request::first(contract, operation);
        let judged = judge::request(contract, operation, &draft.request());
        // The target has the credentials.
        let breaches = judged.breaches.iter().filter(|breach| breach.rule != Rule::Security);
        let open: Vec<_> = breaches.map(|breach| format!("{}: {}", breach.location, breach.sentence())).collect();
        let reason = match (open.is_empty(), success(operation)) {
            (false, _) => format!("fill in {}", open.join("; ")),
            (true, None) => "set the expected status: no 2XX status is documented".to_owned(),
            (true, Some(_)) => String::new(),
        };
        Self { operation, draft, name: format!("calls {}", operation.name), reason }
    }

    fn case(&self) -> WholeCase {
        let Self { operation, draft: Draft { parameters, body, .. }, .. } = self;
        let members = |place: ParameterIn| {
            let own = parameters.iter().filter(|part| part.parameter.location == place);
            own.map(|Part { parameter, value, .. }| (literal_text(&parameter.name), literal(value))).collect()
        };
        let request = RequestFormat {
            path: members(ParameterIn::Path),
            query: members(ParameterIn::Query),
            headers: members(ParameterIn::Header),
            body: body.as_ref().map(|(_, value)| literal(value)),
            ..RequestFormat::default()
        };
        let status = success(operation).into_iter().collect::<Vec<_>>().into();
        WholeCase {
            name: literal_text(&self.name),
            operation: Some(operation.name.clone()),
            skip: Some(self.reason.clone()).filter(|reason| !reason.is_empty()),
            request,
            only_on: is_destructive(operation).then(|| MOCK.to_owned()).into_iter().collect(),
            expect: ExpectFormat { status, ..ExpectFormat::default() },
            ..WholeCase::default()
        }
    }
}

/// Operations that change nothing come first, of these the ones that need no values; the order is otherwise that of the document.
fn precedence(operation: &Operation) -> u8 {
    let needs_values = operation.parameters.iter().any(|parameter| parameter.required);
    match (operation.method.as_str(), needs_values) {
        ("GET", false) => 0,
        ("GET", true) => 1,
        _ => 2,
    }
}

fn is_destructive(operation: &Operation) -> bool {
    operation.method == "DELETE"
}

/// `bearerAuth` becomes `${env.BEARER_AUTH}`; a scheme with a token endpoint for clients, a request for an access token.
fn credential(contract: &Contract, name: &str, scheme: &SecurityScheme) -> Value {
    let variable = variable(name);
    if contract.token_url(name, Flow::ClientCredentials).is_some() {
        return json!({
            "oauth2": "client_credentials",
            "client_id": format!("${{public(env.{variable}_CLIENT_ID)}}"),
            "client_secret": format!("${{env.{variable}_CLIENT_SECRET}}")
        });
    }
    match scheme {
        SecurityScheme::Basic => json!({
            "username": format!("${{env.{variable}_USERNAME}}"), "password": format!("${{env.{variable}_PASSWORD}}")
        }),
        SecurityScheme::MutualTls => json!({
            "cert": format!("${{public(env.{variable}_CERT)}}"), "key": format!("${{public(env.{variable}_KEY)}}")
        }),
        _ => format!("${{env.{variable}}}").into(),
    }
}

/// `OAuth2Security` becomes `OAUTH2_SECURITY`.
pub(super) fn variable(name: &str) -> String {
    let mut words = String::new();
    let mut before = None;
    for c in name.chars() {
        // A run of capitals is one word.
        if c.is_uppercase() && before.is_some_and(|before: char| before.is_lowercase() || before.is_ascii_digit()) {
            words.push('_');
        }
        words.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
        before = Some(c);
    }
    if words.starts_with(|c: char| c.is_ascii_digit()) { format!("_{words}") } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_named_after_their_schemes() {
        let check = |name: &str, expect: &str| assert_eq!(variable(name), expect);
        check("bearerAuth", "BEARER_AUTH");
        check("OAuth2", "OAUTH2");
        check("OAuth2Security", "OAUTH2_SECURITY");
        check("X-Figma-Token", "X_FIGMA_TOKEN");
        check("accountSid_authToken", "ACCOUNT_SID_AUTH_TOKEN");
        check("2fa", "_2FA");
    }
}
