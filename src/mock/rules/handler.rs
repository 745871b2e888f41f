//! One request on its way to its answer, where a behaviour or a fault has a say: the first rule that fits, what it answers, and what
//! it stores.

use std::sync::{Arc, MutexGuard};

use bytes::Bytes;
use serde_json::Value;

use crate::contract::{Breach, Judgement, Operation, Rule as ContractRule, judge, visible};
use crate::expression::Scope;
use crate::http::{Request, Response};
use crate::pointer::Pointer;

use crate::mock::document::documented::Asked;
use crate::mock::faults::fault::{Chance, Damage, Fault as Mishap};
use crate::mock::preferences::Wishes;
use crate::mock::problem_details;
use crate::mock::respond::{Answered, Mock, violation};
use crate::mock::rules::rule::{Answer, Content, Fault, Reply, Rule, Spot};
use crate::mock::rules::state::State;
use crate::mock::rules::state_update::Change;

/// One request on its way to its answer. The state is held throughout, so that requests take turns.
pub(crate) struct Turn<'m> {
    mock: &'m Mock,
    operation: &'m Operation,
    request: &'m Request,
    wishes: &'m Wishes,
    /// What data that looks real derives from.
    seed: u64,
    judgement: Judgement,
    violations: Vec<String>,
    scope: Scope,
    state: MutexGuard<'m, State>,
    chance: Chance,
    damage: Damage,
}

impl<'m> Turn<'m> {
    pub(crate) fn new(
        (mock, operation): (&'m Mock, &'m Operation),
        (request, path, wishes): (&'m Request, &[(String, String)], &'m Wishes),
        mut judgement: Judgement,
        elapsed: i64,
    ) -> Self {
        let violations: Vec<_> = judgement.breaches.iter().map(violation).collect();
        let (reads, mut state) = (&mock.reads[operation.index], mock.remembered());
        let needs_luck = reads.chance || !mock.faults.is_empty() || wishes.dynamic == Some(true);
        let label = if needs_luck { state.label(request) } else { String::new() };
        let mut scope = Scope::new(mock.started.saturating_add(elapsed), mock.seed, &label);
        scope.share("request", visible::request(path, request, judgement.body.take(), &reads.request).into());
        scope.share("state", state.share());
        // Only what answers broken requests sees them.
        if !violations.is_empty() {
            scope.share("violations", Arc::new(violations.clone().into()));
        }
        let seed = mock.seed_of(&label);
        let (damage, chance) = (Damage::default(), Chance { seed: mock.seed, label, elapsed });
        Self { mock, operation, request, wishes, seed, judgement, violations, scope, state, chance, damage }
    }

    /// The answer.
    pub(crate) fn take(mut self) -> Answered {
        let is_meant = |fault: &&Mishap| fault.operation().is_none_or(|name| self.operation.is_called(name));
        for fault in self.mock.faults.iter().filter(is_meant) {
            fault.strike(&self.chance, &mut self.damage);
        }
        let answered = match self.damage.refusal.take() {
            Some(refusal) => Ok(refusal),
            None => self.answer(),
        };
        let mut response = answered.unwrap_or_else(|fault| {
            let detail = format!("{}: {}", fault.place, fault.message);
            problem_details::problem(500, "The mock's behaviour is at fault", &detail, &[])
        });
        if let Some(media_type) = &self.damage.media_type {
            response.headers.set("content-type", media_type);
        }
        let operation = Some(self.operation.name.clone());
        Answered { response, breaches: self.violations, operation, damage: self.damage }
    }

    fn answer(&mut self) -> Result<Response, Fault> {
        let is_invalid = !self.judgement.breaches.is_empty();
        let behaviour = &self.mock.behaviour;
        for rule in behaviour.rules.get(&self.operation.index).into_iter().flatten() {
            if rule.accepts_invalid == is_invalid && self.fits(rule)? {
                self.damage.delay += rule.delay;
                rule.fault.iter().for_each(|fault| fault.strike(&self.chance, &mut self.damage));
                if let Some(refusal) = self.damage.refusal.take() {
                    return Ok(refusal);
                }
                let made = match &rule.reply {
                    Reply::Answer(answer) => self.expand(answer),
                    Reply::Document => self.without_rule(is_invalid),
                }?;
                return match &rule.store {
                    Some(store) => self.store((store, &rule.spot), made),
                    None => Ok(made.response),
                };
            }
        }
        self.without_rule(is_invalid).map(|made| made.response)
    }

    /// The answer where no rule gives one.
    fn without_rule(&self, is_invalid: bool) -> Result<Made, Fault> {
        match is_invalid {
            true => self.refuse(),
            false => Ok(self.documented()),
        }
    }

    fn fits(&self, rule: &Rule) -> Result<bool, Fault> {
        let Some(when) = &rule.when else { return Ok(true) };
        let spot = || rule.spot.join("when");
        match when.evaluate(&self.scope) {
            Ok(Value::Bool(fits)) => Ok(fits),
            Ok(other) => Err(spot().fault(format!("expected true or false, found {other}"))),
            Err(error) => Err(spot().wrong(&error)),
        }
    }

    fn documented(&self) -> Made {
        let Self { mock, operation, request, wishes, seed, .. } = self;
        let asked = Asked { contract: &mock.contract, operation, request, wishes, shelf: &mock.shelf, seed: *seed };
        Made { response: mock.documented(asked, &self.judgement, &self.violations), body: None }
    }

    /// The answer to a request that breaks the contract.
    fn refuse(&self) -> Result<Made, Fault> {
        let behaviour = &self.mock.behaviour;
        let is_stranger = self.judgement.breaches.iter().any(|breach| breach.rule == ContractRule::Security);
        match if is_stranger { &behaviour.unauthorized } else { &behaviour.invalid_request } {
            Some(answer) => self.expand(answer),
            None => Ok(self.documented()),
        }
    }

    /// The response that an answer describes, when the contract allows it.
    fn expand(&self, answer: &Answer) -> Result<Made, Fault> {
        let (mut response, body) = self.content(answer)?;
        for (name, value) in &answer.headers {
            let wrong = |error| answer.spot.join("headers").join(name).wrong(&error);
            match value.expand_text(&self.scope).map_err(wrong)? {
                Some(value) => response.headers.set(name, value),
                None => response.headers.remove(name),
            }
        }
        let judged = judge::made(&self.mock.contract, self.operation, &self.request.method, &response, body);
        let breach = judged.breaches.iter().find(|breach| !answer.pardon.covers(breach));
        match breach {
            None => Ok(Made { response, body: judged.body }),
            Some(breach) => Err(answer.spot.fault(broken(breach))),
        }
    }

    /// The response without the headers that the answer has of its own, and its body where that is JSON.
    fn content(&self, answer: &Answer) -> Result<(Response, Option<Value>), Fault> {
        let (media_type, bytes, body) = match &answer.content {
            Content::Nothing => (None, Bytes::new(), None),
            Content::Text(text) => {
                let text = text.expand_text(&self.scope).map_err(|error| answer.spot.join("text").wrong(&error))?;
                let media_type = text.is_some().then_some("text/plain; charset=utf-8");
                (media_type, text.unwrap_or_default().into(), None)
            }
            Content::Json(tree) => {
                let wrong = |(tail, error)| answer.spot.join("body").concat(&tail).wrong(&error);
                match tree.expand(&self.scope).map_err(wrong)? {
                    Some(body) => {
                        (Some(json_type(self.operation, answer.status)), problem_details::json(&body), Some(body))
                    }
                    None => (None, Bytes::new(), None),
                }
            }
        };
        Ok((problem_details::response(answer.status, media_type, bytes), body))
    }

    /// The response, when what the rule stores with it was stored.
    fn store(&mut self, (store, rule): (&Change, &Spot), made: Made) -> Result<Response, Fault> {
        let Made { response, body } = made;
        let body = body.or_else(|| judge::outside(&response).body);
        self.scope.share(
            "response",
            visible::response(&response, body, &self.mock.reads[self.operation.index].response).into(),
        );
        let spot = |tail: &Pointer| rule.join("store").concat(tail);
        let step = store.step(&self.scope).map_err(|(tail, error)| spot(&tail).wrong(&error))?;
        let unmade = |(tail, message): (Pointer, String)| spot(&tail).fault(message);
        let news = step.map(|step| self.state.news(step)).transpose().map_err(unmade)?.flatten();
        // While anybody else sees the state, it would be copied to be changed.
        self.scope.share("state", Arc::new(Value::Null));
        news.map(|step| self.state.make(step)).transpose().map_err(unmade)?;
        Ok(response)
    }
}

/// An answer, and the JSON that its body is, where that is known.
struct Made {
    response: Response,
    body: Option<Value>,
}

/// The JSON media type that the contract declares for the status, else `application/json`.
pub(crate) fn json_type(operation: &Operation, status: u16) -> &str {
    let mut declared = operation.response(status).into_iter().flat_map(|response| &response.content);
    let json = declared.find(|media| media.media_type.is_json() && !media.media_type.is_range());
    json.map_or("application/json", |media| &media.name)
}

fn broken(breach: &Breach) -> String {
    format!("the answer breaks the contract, {}", violation(breach))
}
