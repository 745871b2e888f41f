//! One deliberate fault of the mock, for mutation testing of the cases. It is data: rules are not compiled again for it.

use crate::contract::Breach;
use crate::contract::clause::ClauseLocation;

use crate::expression::Name;
use crate::pointer::Pointer;

use super::rules::rule::{Action, ResponseTemplate, Rule, TemplateContent};

/// A fault of the mock in one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BehaviourMutation {
    /// Index of the operation.
    pub(crate) operation: usize,
    /// The fault.
    pub(crate) fault: BehaviourFault,
}

/// What the mock does wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BehaviourFault {
    /// Accepts requests that violate this keyword at this location; at any if there is none.
    AcceptViolation(&'static str, Option<ClauseLocation>),
    /// Refuses valid requests.
    RefuseValid,
    /// Accepts requests without credentials.
    AcceptMissingCredentials,
    /// Accepts malformed credentials.
    AcceptMalformedCredentials,
    /// Changes the rule of that index.
    Rule(usize, RuleFault),
}

/// What a rule does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleFault {
    /// Its condition never holds.
    NeverApplies,
    /// Its condition always holds.
    AlwaysApplies,
    /// It does not update the state.
    LosesUpdate,
    /// Its update replaces what it should merge with.
    ReplacesState,
    /// Its update deletes nothing.
    KeepsDeleted,
    /// It refuses a request that was received before.
    RefusesRepeat,
    /// It updates the state also if the response is an error.
    UpdatesOnError,
}

/// What mutation testing has to know of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleOutline {
    /// The status of its response; none if the document determines it.
    pub(crate) status: Option<u16>,
    /// Its condition.
    pub(crate) when: Option<String>,
    /// Whether it updates the state.
    pub(crate) has_update: bool,
    /// Whether its update does nothing but delete.
    pub(crate) only_deletes: bool,
    /// Whether it applies to invalid requests.
    pub(crate) accepts_invalid: bool,
    /// `specs/rules.yaml:12:7`.
    pub(crate) place: String,
    /// Locations in the body of its response with random values.
    random: Vec<Pointer>,
}

impl RuleOutline {
    /// Whether it has a condition.
    pub(crate) fn is_conditional(&self) -> bool {
        self.when.is_some()
    }

    /// The outline of a rule.
    pub(crate) fn new(rule: &Rule) -> Self {
        Self {
            status: match &rule.action {
                Action::Respond(template) => Some(template.status),
                Action::Document => None,
            },
            when: rule.when.as_ref().map(|when| when.text().to_owned()),
            has_update: rule.store.is_some(),
            only_deletes: rule.only_deletes(),
            accepts_invalid: rule.accepts_invalid,
            place: rule.source.place(),
            random: match &rule.action {
                Action::Respond(ResponseTemplate { content: TemplateContent::Json(tree), .. }) => tree.random(),
                _ => Vec::new(),
            },
        }
    }

    /// Whether the value at `at` in the body of its response depends on chance.
    pub(crate) fn is_random(&self, at: &Pointer) -> bool {
        self.random.iter().any(|random| is_within(at, random) || is_within(random, at))
    }
}

/// Whether `one` is `other` or below it.
fn is_within(one: &Pointer, other: &Pointer) -> bool {
    let (one, other): (Vec<_>, Vec<_>) = (one.tokens().collect(), other.tokens().collect());
    one.starts_with(&other)
}

/// What mutation testing has to know of `invalid_request` or `unauthorized`, which apply to every operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefusalOutline {
    /// The status of the response.
    pub(crate) status: u16,
    /// Locations in its body, and names of headers, that describe the violations in words of signoff.
    described: (Vec<Pointer>, Vec<String>),
}

impl RefusalOutline {
    /// The outline of a response to invalid requests.
    pub(crate) fn new(template: &ResponseTemplate) -> Self {
        let is_description = |name: &Name| name.root() == "violations";
        let body = match &template.content {
            TemplateContent::None => Vec::new(),
            TemplateContent::Json(tree) => tree.names(),
            TemplateContent::Text(text) => text.names().into_iter().map(|name| (Pointer::root(), name)).collect(),
        };
        let body = body.into_iter().filter(|(_, name)| is_description(name)).map(|(at, _)| at).collect();
        let headers = template.headers.iter().filter(|(_, value)| value.names().iter().any(is_description));
        let headers = headers.map(|(name, _)| name.to_ascii_lowercase()).collect();
        Self { status: template.status, described: (body, headers) }
    }

    /// Whether the value at `at` in the body does not depend on how signoff describes violations.
    pub(crate) fn determines(&self, at: &Pointer) -> bool {
        !self.described.0.iter().any(|described| is_within(at, described) || is_within(described, at))
    }

    /// The same of a header, in lower case.
    pub(crate) fn determines_header(&self, name: &str) -> bool {
        !self.described.1.iter().any(|described| described == name)
    }
}

/// Whether the breach is of that keyword at that location.
pub(crate) fn is_at(breach: &Breach, keyword: &str, location: Option<&ClauseLocation>) -> bool {
    breach.keyword == keyword && location.is_none_or(|location| location.covers(&breach.location))
}
