//! Checks a case against its operation: parameters must be declared, path values present.

use crate::contract::{Contract, Operation, ParameterIn, Route, SecurityScheme};
use crate::expression::{Scope, Template};
use crate::pointer::Pointer;
use crate::rules;

use super::super::error::Problems;
use super::super::expand::path_names;
use super::super::{Case, Violates};

/// Reports contradictions between the case and its operation.
pub(crate) fn check(case: &Case, contract: &Contract, problems: &mut Problems<'_>) {
    status_of_a_refusal(case, problems);
    let index = case.operation.or_else(|| routed(case, contract));
    let operation = index.and_then(|index| contract.operations.get(index)).filter(|found| found.fault.is_none());
    let Some(operation) = operation else { return };
    let lint = Lint { case, contract, operation };
    if case.request.url.is_none() {
        lint.path(problems);
    }
    if case.violates != Violates::Unchecked {
        lint.names(ParameterIn::Query, "query", problems);
        lint.names(ParameterIn::Cookie, "cookies", problems);
    }
}

/// Routes the case's own method and URL, if they contain no variables.
fn routed(case: &Case, contract: &Contract) -> Option<usize> {
    let fixed = |template: &Template| template.expand_text(&Scope::new(0, 0, "")).ok().flatten();
    let url = fixed(case.request.url.as_ref()?)?;
    let method = fixed(case.request.method.as_ref()?)?;
    match contract.router.route(&method, url.split('?').next().unwrap_or_default()) {
        Route::Found { operation, .. } => Some(operation),
        Route::MethodNotAllowed { .. } | Route::NotFound => None,
    }
}

fn status_of_a_refusal(case: &Case, problems: &mut Problems<'_>) {
    let refused = |status: &std::ops::RangeInclusive<u16>| *status.start() >= 400 && *status.end() <= 499;
    if matches!(case.violates, Violates::These(_)) && !case.expect.status.iter().all(refused) {
        let at = case.at.join("expect").join("status");
        problems.value(rules::VIOLATES, &at, "the status must be 4XX, because the request violates the contract");
    }
}

struct Lint<'a> {
    case: &'a Case,
    contract: &'a Contract,
    operation: &'a Operation,
}

impl Lint<'_> {
    fn path(&self, problems: &mut Problems<'_>) {
        let names: Vec<&str> = path_names(&self.operation.path).collect();
        for (name, _) in &self.case.request.path {
            if !names.contains(&name.as_str()) {
                let message = format!("unknown path parameter `{name}` of `{}`", self.operation.path);
                problems.key(rules::UNDECLARED_PARAMETER, &self.place(problems, "path", name), message);
                problems.suggest(name, names.iter().copied());
            }
        }
        let given = |name: &str| self.case.request.path.iter().any(|(other, _)| other == name);
        for name in names.into_iter().filter(|name| !given(name) && !self.is_violated("path", name)) {
            let at = self.place(problems, "path", "");
            problems.key(
                rules::MISSING_PATH_PARAMETER,
                &at,
                format!("missing value of the path parameter `{name}` of `{}`", self.operation.path),
            );
            problems.help(format!("write `request: {{ path: {{ {name}: … }} }}`"));
        }
    }

    fn names(&self, place: ParameterIn, key: &str, problems: &mut Problems<'_>) {
        if place == ParameterIn::Query && self.operation.has_query_string {
            return;
        }
        let given = if place == ParameterIn::Query { &self.case.request.query } else { &self.case.request.cookies };
        for (name, _) in given {
            let known = self.operation.parameter(place, name).is_some() || self.is_credential(place, name);
            if known || self.is_violated(place.word(), name) {
                continue;
            }
            let message = format!("`{}` declares no {} parameter `{name}`", self.operation.name, place.word());
            problems.key(rules::UNDECLARED_PARAMETER, &self.place(problems, key, name), message);
            problems.help("a case with `violates: unchecked` may send it");
            let declared = self.operation.parameters.iter().filter(|parameter| parameter.location == place);
            problems.suggest(name, declared.map(|parameter| parameter.name.as_str()));
        }
    }

    fn is_credential(&self, place: ParameterIn, name: &str) -> bool {
        let schemes = self.contract.security_schemes.values();
        schemes.into_iter().any(|scheme| {
            matches!(scheme, SecurityScheme::ApiKey { location: key_place, name: key } if *key_place == place && key == name)
        })
    }

    /// Whether the case declares a violation of that parameter, or of the path as a whole.
    fn is_violated(&self, place: &str, name: &str) -> bool {
        let location = format!("{place}/{name}");
        match &self.case.violates {
            Violates::Unchecked => true,
            Violates::Nothing => false,
            Violates::These(these) => these.iter().any(|one| match &one.location {
                Some(declared) => *declared == location,
                None => one.keyword == place,
            }),
        }
    }

    /// Location of the parameter in the case or in `base`, otherwise of the case's name.
    fn place(&self, problems: &Problems<'_>, key: &str, name: &str) -> Pointer {
        let within = |root: Pointer| if name.is_empty() { root.join(key) } else { root.join(key).join(name) };
        let candidates = [within(self.case.at.join("request")), within(Pointer::root().join("base"))];
        candidates.into_iter().find(|at| problems.has(at)).unwrap_or_else(|| self.case.at.join("name"))
    }
}
