//! Handles one request by mock rules and faults: the first rule that applies, its response, and its update of the state.

use std::sync::{Arc, MutexGuard};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::contract::{Judgement, Operation, judge};
use crate::expression::Scope;
use crate::http::{Request, Response, view};
use crate::mock::document::headers;
use crate::mock::document::response::DocumentedResponse;
use crate::mock::faults::effect::FaultEffect;
use crate::mock::faults::fault::{Fault, FaultContext};
use crate::mock::model::Mock;
use crate::mock::mutation::{BehaviourFault, RuleFault};
use crate::mock::preferences::Preferences;
use crate::mock::response::MockResponse;
use crate::mock::{problem_details, violation};
use crate::pointer::Pointer;

use super::dependencies::Dependencies;
use super::rule::{Action, ResponseTemplate, Rule, RuleError, SourceNode, TemplateContent, json_media_type};
use super::state::State;
use super::state_update::{EvaluatedUpdate, StateUpdate};

/// A routed request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Incoming<'m> {
    pub(crate) operation: &'m Operation,
    pub(crate) request: &'m Request,
    /// Path parameters, still percent-encoded.
    pub(crate) path: &'m [(String, String)],
    pub(crate) preferences: &'m Preferences,
    /// Preferences that are unknown or malformed.
    pub(crate) unsupported: &'m [String],
    /// Name of the request example that the request equals.
    pub(crate) example: Option<&'m str>,
}

/// Handles one request. Holds the lock of the state throughout: requests are handled one after the other.
pub(crate) struct RequestHandler<'m> {
    mock: &'m Mock,
    incoming: Incoming<'m>,
    /// Rules that were added while the mock runs, with their ids.
    added: Vec<(u64, Arc<Rule>)>,
    dependencies: &'m Dependencies,
    /// Seed of realistic data.
    seed: u64,
    judgement: Judgement,
    violations: Vec<String>,
    scope: Scope,
    state: MutexGuard<'m, State>,
    fault_context: FaultContext,
    effect: FaultEffect,
    /// Index of the rule that applies.
    applied: Option<usize>,
}

impl<'m> RequestHandler<'m> {
    pub(crate) fn new(mock: &'m Mock, incoming: Incoming<'m>, mut judgement: Judgement, elapsed: i64) -> Self {
        let Incoming { operation, request, path, preferences, .. } = incoming;
        let violations: Vec<_> = judgement.breaches.iter().map(violation::describe).collect();
        let mut state = mock.lock_state();
        let added = mock.lock_added().of_operation(operation.index);
        let dependencies =
            if added.is_empty() { &mock.dependencies[operation.index] } else { Dependencies::everything() };
        let counts_repeats =
            matches!(mock.fault_of(operation), Some(BehaviourFault::Rule(_, RuleFault::RefusesRepeat)));
        let is_random =
            counts_repeats || dependencies.is_random || !mock.faults.is_empty() || preferences.dynamic == Some(true);
        let label = if is_random { state.label(request) } else { String::new() };
        let mut scope = Scope::new(mock.started.saturating_add(elapsed), mock.seed, &label);
        let body = judgement.body.take().or_else(|| judgement.fields.take());
        scope.share("request", view::request(path, request, body, &dependencies.request).into());
        scope.share("state", state.share());
        // Only rules for invalid requests may read them.
        if !violations.is_empty() {
            scope.share("violations", Arc::new(violations.clone().into()));
        }
        let seed = mock.seed_for(&label);
        let fault_context = FaultContext { seed: mock.seed, label, elapsed };
        let effect = FaultEffect::default();
        let applied = None;
        Self {
            mock,
            incoming,
            added,
            dependencies,
            seed,
            judgement,
            violations,
            scope,
            state,
            fault_context,
            effect,
            applied,
        }
    }

    /// Returns the response; a rule that cannot be applied is a 500 with its location.
    pub(crate) fn handle(mut self) -> MockResponse {
        let operation = self.incoming.operation;
        let applies = |fault: &&Fault| fault.operation().is_none_or(|name| operation.is_called(name));
        for fault in self.mock.faults.iter().filter(applies) {
            fault.apply(&self.fault_context, &mut self.effect);
        }
        let responded = match self.effect.replacement.take() {
            Some(replacement) => Ok(replacement.into()),
            None => self.respond(),
        };
        let responded = match responded {
            // With a fault, rules read what they would otherwise never see.
            Err(_) if self.mock.mutation.is_some() => Ok(self.documented()),
            responded => responded,
        };
        if let Ok(built) = &responded
            && built.response.status >= 400
        {
            self.update_on_error();
        }
        let invalid_rules = |error: RuleError| problem_details::invalid_rules(&error.to_string()).into();
        let Built { mut response, lists_violations, notes, .. } = responded.unwrap_or_else(invalid_rules);
        if let Some(media_type) = &self.effect.media_type {
            response.headers.set("content-type", media_type);
        }
        MockResponse { effect: self.effect, lists_violations, notes, ..MockResponse::new(response, self.violations) }
    }

    fn respond(&mut self) -> Result<Built, RuleError> {
        let is_invalid = !self.judgement.breaches.is_empty();
        let mock = self.mock;
        for (id, rule) in std::mem::take(&mut self.added) {
            if rule.accepts_invalid == is_invalid && self.applies(&rule)? {
                mock.lock_added().count(id);
                return self.apply(&rule, is_invalid);
            }
        }
        let rules = mock.rules.operations.get(&self.incoming.operation.index);
        for (index, rule) in rules.into_iter().flatten().enumerate() {
            let applies = rule.accepts_invalid == is_invalid
                && match self.rule_fault(index) {
                    Some(RuleFault::NeverApplies) => false,
                    Some(RuleFault::AlwaysApplies) => true,
                    _ => self.applies(rule)?,
                };
            if applies {
                self.applied = Some(index);
                return match self.rule_fault(index) {
                    Some(RuleFault::RefusesRepeat) if self.is_repeated() => Ok(self.refused()),
                    _ => self.apply(rule, is_invalid),
                };
            }
        }
        self.without_rule(is_invalid)
    }

    /// What mutation testing makes the rule of that index do wrong.
    fn rule_fault(&self, index: usize) -> Option<RuleFault> {
        match self.mock.fault_of(self.incoming.operation) {
            Some(BehaviourFault::Rule(rule, fault)) if *rule == index => Some(*fault),
            _ => None,
        }
    }

    /// The same of the rule that applies.
    fn applied_fault(&self) -> Option<RuleFault> {
        self.applied.and_then(|index| self.rule_fault(index))
    }

    /// Whether this very request was received before; only the fault `RefusesRepeat` counts requests.
    fn is_repeated(&self) -> bool {
        !self.fault_context.label.ends_with(" 1")
    }

    /// The refusal of a valid request.
    fn refused(&mut self) -> Built {
        let refusal = self.mock.rules.invalid_request.as_ref();
        let expanded = refusal.and_then(|template| self.expand(template).ok());
        expanded
            .unwrap_or_else(|| problem_details::problem(409, "Conflict", "the request was received before", &[]).into())
    }

    /// With the fault `UpdatesOnError`, the rule that it names updates the state although the response is an error.
    fn update_on_error(&mut self) {
        let operation = self.incoming.operation;
        let Some(BehaviourFault::Rule(index, RuleFault::UpdatesOnError)) = self.mock.fault_of(operation) else {
            return;
        };
        let rules = self.mock.rules.operations.get(&operation.index);
        if let Some(rule) = rules.and_then(|rules| rules.get(*index)) {
            // An update that fails changes nothing.
            drop(self.apply(rule, false));
        }
    }

    fn applies(&self, rule: &Rule) -> Result<bool, RuleError> {
        let Some(when) = &rule.when else { return Ok(true) };
        let source = || rule.source.join("when");
        match when.evaluate(&self.scope) {
            Ok(Value::Bool(applies)) => Ok(applies),
            Ok(other) => Err(source().error(format!("expected true or false, found {other}"))),
            Err(error) => Err(source().expression_error(&error)),
        }
    }

    fn apply(&mut self, rule: &Rule, is_invalid: bool) -> Result<Built, RuleError> {
        self.effect.delay += rule.delay;
        rule.fault.iter().for_each(|fault| fault.apply(&self.fault_context, &mut self.effect));
        if let Some(replacement) = self.effect.replacement.take() {
            return Ok(replacement.into());
        }
        let built = match &rule.action {
            Action::Respond(template) => self.expand(template),
            Action::Document => self.without_rule(is_invalid),
        }?;
        match &rule.store {
            Some(store) => self.update_state(store, &rule.source, built),
            None => Ok(built),
        }
    }

    /// The response if no rule applies.
    fn without_rule(&mut self, is_invalid: bool) -> Result<Built, RuleError> {
        let template =
            if is_invalid { self.mock.rules.refusal(self.incoming.operation, &self.judgement) } else { None };
        match template {
            Some(template) => self.expand(template),
            None => Ok(self.documented()),
        }
    }

    fn documented(&self) -> Built {
        let built = self.mock.document_response(self.incoming, self.seed, &self.judgement.breaches, &self.violations);
        let DocumentedResponse { response, lists_violations, notes } = built;
        Built { response, body: None, lists_violations, notes }
    }

    /// Expands a template; the response has to conform to the contract.
    fn expand(&mut self, template: &ResponseTemplate) -> Result<Built, RuleError> {
        let (mut response, body) = self.content(template)?;
        if template.reads_response() {
            let body = body.clone().unwrap_or_else(|| view::text(&response.body));
            self.scope.share("response", Arc::new(json!({"status": response.status, "body": body})));
        }
        for (name, value) in &template.headers {
            let invalid = |error| template.source.join("headers").join(name).expression_error(&error);
            match value.expand_text(&self.scope).map_err(invalid)? {
                Some(value) => response.headers.set(name, value),
                None => response.headers.remove(name),
            }
        }
        let Incoming { operation, request, .. } = self.incoming;
        if let Some(declared) = operation.response(response.status) {
            headers::announce_length(declared, &mut response);
        }
        let judged = judge::generated_response(&self.mock.contract, operation, &request.method, &response, body);
        // With a fault in any operation, the state may hold what no rule expects.
        let is_faulty = self.mock.mutation.is_some();
        match judged.breaches.iter().find(|breach| !is_faulty && !template.allowed.include(breach)) {
            None => {
                let lists_violations = template.reads("violations");
                Ok(Built { response, body: judged.body, lists_violations, notes: Vec::new() })
            }
            Some(breach) => {
                let message = format!("the response violates the contract: {}", violation::describe(breach));
                Err(template.source.error(message))
            }
        }
    }

    /// The response without the template's own headers, and its body if that is JSON.
    fn content(&self, template: &ResponseTemplate) -> Result<(Response, Option<Value>), RuleError> {
        let ResponseTemplate { source, status, .. } = template;
        let (media_type, bytes, body) = match &template.content {
            TemplateContent::None => (None, Bytes::new(), None),
            TemplateContent::Text(text) => {
                let invalid = |error| source.join("text").expression_error(&error);
                let text = text.expand_text(&self.scope).map_err(invalid)?;
                let media_type = text.is_some().then_some("text/plain; charset=utf-8");
                (media_type, text.unwrap_or_default().into(), None)
            }
            TemplateContent::Json(tree) => {
                let invalid = |(tail, error)| source.join("body").concat(&tail).expression_error(&error);
                match tree.expand(&self.scope).map_err(invalid)? {
                    Some(body) => {
                        let media_type = json_media_type(self.incoming.operation, *status);
                        (Some(media_type), problem_details::json(&body), Some(body))
                    }
                    None => (None, Bytes::new(), None),
                }
            }
        };
        Ok((problem_details::response(*status, media_type, bytes), body))
    }

    /// Updates the state, and returns the response. If the update fails, the state is unchanged.
    fn update_state(&mut self, store: &StateUpdate, rule: &SourceNode, mut built: Built) -> Result<Built, RuleError> {
        let fault = self.applied_fault();
        if fault == Some(RuleFault::LosesUpdate) {
            return Ok(built);
        }
        let response = &built.response;
        let body = built.body.take().or_else(|| judge::without_contract(response).body);
        let dependencies = self.dependencies;
        self.scope.share("response", view::response(response, body, &dependencies.response).into());
        let source = |tail: &Pointer| rule.join("store").concat(tail);
        let update = store.evaluate(&self.scope).map_err(|(tail, error)| source(&tail).expression_error(&error))?;
        let update = match fault {
            Some(RuleFault::ReplacesState) => update.map(EvaluatedUpdate::replacing),
            Some(RuleFault::KeepsDeleted) => update.and_then(EvaluatedUpdate::without_deletions),
            _ => update,
        };
        let invalid = |(tail, message): (Pointer, String)| source(&tail).error(message);
        let diff = update.map(|update| self.state.diff(update)).transpose().map_err(invalid)?.flatten();
        // Applying an update copies the state while the scope shares it.
        self.scope.share("state", Arc::new(Value::Null));
        diff.map(|update| self.state.apply(update)).transpose().map_err(invalid)?;
        Ok(built)
    }
}

/// A response, and its body if that is known to be JSON.
struct Built {
    response: Response,
    body: Option<Value>,
    /// Whether the response describes the violations of the request.
    lists_violations: bool,
    notes: Vec<String>,
}

impl From<Response> for Built {
    fn from(response: Response) -> Self {
        Self { response, body: None, lists_violations: false, notes: Vec::new() }
    }
}
