//! Mock rules: the initial state, and the rules of each operation.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Map, Value};

use crate::contract::{Judgement, Operation, Rule as ContractRule};
use crate::expression::merge;
use crate::mock::faults::fault::Fault;
use crate::mock::oauth::{self, TokenRules};

use super::rule::{ResponseTemplate, Rule};

/// Mock rules from one file and those that it extends, checked against the contract.
#[derive(Debug)]
pub struct MockRules {
    /// The initial state: an object.
    pub(crate) state: Value,
    pub(crate) invalid_request: Option<ResponseTemplate>,
    pub(crate) unauthorized: Option<ResponseTemplate>,
    /// Rules by operation index.
    pub(crate) operations: BTreeMap<usize, Vec<Rule>>,
    pub(crate) tokens: TokenRules,
    /// The files that were read.
    pub(crate) files: Vec<PathBuf>,
}

impl MockRules {
    /// Mock rules without state or rules.
    pub fn empty() -> Self {
        let state = Value::Object(Map::new());
        Self {
            state,
            invalid_request: None,
            unauthorized: None,
            operations: BTreeMap::new(),
            tokens: TokenRules::default(),
            files: Vec::new(),
        }
    }

    /// The files that they were read from.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Whether they may determine the response to a request with that judgement.
    pub(crate) fn may_handle(&self, operation: &Operation, judgement: &Judgement) -> bool {
        let has_refusal = self.shared_responses().next().is_some();
        self.operations.contains_key(&operation.index) || (has_refusal && !judgement.breaches.is_empty())
    }

    /// The responses that are not part of a rule: `invalid_request` and `unauthorized`.
    pub(crate) fn shared_responses(&self) -> impl Iterator<Item = &ResponseTemplate> + Clone {
        [&self.invalid_request, &self.unauthorized].into_iter().flatten()
    }

    /// The response to a request that violates the contract, if no rule applies.
    pub(crate) fn refusal(&self, operation: &Operation, judgement: &Judgement) -> Option<&ResponseTemplate> {
        let lacks_scope = judgement.breaches.iter().any(|breach| breach.keyword == oauth::INSUFFICIENT_SCOPE);
        if lacks_scope && operation.response(403).is_some() {
            // The 403 of the document is more specific.
            return None;
        }
        let is_unauthorized = judgement.breaches.iter().any(|breach| breach.rule == ContractRule::Security);
        if is_unauthorized { self.unauthorized.as_ref() } else { self.invalid_request.as_ref() }
    }

    /// Makes the faults of all rules forget earlier requests.
    pub(crate) fn reset_faults(&mut self) {
        let faults = self.operations.values_mut().flatten().filter_map(|rule| rule.fault.as_mut());
        faults.for_each(Fault::reset);
    }

    /// Extends `base`: its state is overridden, its rules are tried after these, its responses apply where these have none.
    pub(crate) fn extending(mut self, mut base: Self) -> Self {
        merge(&mut base.state, Cow::Owned(self.state));
        for (operation, rules) in base.operations {
            self.operations.entry(operation).or_default().extend(rules);
        }
        self.files.extend(base.files);
        let (lifetime, mut clients) = (self.tokens.lifetime.or(base.tokens.lifetime), base.tokens.clients);
        clients.append(&mut self.tokens.clients);
        Self {
            state: base.state,
            invalid_request: self.invalid_request.or(base.invalid_request),
            unauthorized: self.unauthorized.or(base.unauthorized),
            operations: self.operations,
            tokens: TokenRules { lifetime, clients },
            files: self.files,
        }
    }
}
