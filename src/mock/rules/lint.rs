//! What is wrong with a behaviour that can be read: answers that would be refused before they leave, rules that no request
//! reaches, and members that nothing gives the state.
//!
//! What an answer says for certain is judged by the contract; whatever depends on a request or on the state is left aside.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::contract::{Breach, Contract, Location, Operation, Rule as ContractRule, judge};
use crate::document::End;
use crate::expression::{Expression, Name, Tree};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::suggestion::nearest;

use crate::mock::MockRules;
use crate::mock::problem_details;
use crate::mock::rules::handler::json_type;
use crate::mock::rules::rule::{Answer, Content, Pardon, Reply, Rule, Spot};
use crate::mock::rules::state_update::is_operator;

/// Everything wrong with `behaviour` that reading it did not find; errors where an answer can only be a 500.
pub fn lint(behaviour: &MockRules, contract: &Contract) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, rules) in &behaviour.rules {
        let Some(operation) = contract.operations.get(*index) else { continue };
        problems.extend(unreachable(rules));
        for rule in rules {
            if let Reply::Answer(answer) = &rule.reply {
                problems.extend(Tried::of(answer, operation).problems(contract, operation));
            }
        }
    }
    let outside = [&behaviour.invalid_request, &behaviour.unauthorized].into_iter().flatten();
    problems.extend(outside.clone().filter_map(|answer| undocumented(answer, contract)));
    let spots = behaviour.rules.values().flatten().map(|rule| &rule.spot).chain(outside.map(|answer| &answer.spot));
    problems.extend(members(behaviour, spots.collect()));
    // A rule that two operations share by an alias stands in one place.
    let mut told = BTreeSet::new();
    problems.retain(|problem| told.insert(problem.to_string()));
    problems
}

/// Rules behind one of the same file that takes every request, or the very same ones.
fn unreachable(rules: &[Rule]) -> Vec<Problem> {
    let text = |rule: &Rule| rule.when.as_ref().map(|when| when.text().to_owned());
    let hides = |earlier: &Rule, rule: &Rule| {
        let same_file = Arc::ptr_eq(&earlier.spot.document, &rule.spot.document);
        let same_requests = earlier.accepts_invalid == rule.accepts_invalid;
        same_file && same_requests && (earlier.when.is_none() || text(earlier) == text(rule))
    };
    let mut problems = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let Some(earlier) = rules.iter().take(index).find(|earlier| hides(earlier, rule)) else { continue };
        let place = earlier.spot.document.locate(&earlier.spot.at, End::Value);
        let message = format!("no request reaches this rule: the one at {place} takes every request that could");
        problems.push(told(&rule.spot, message, "unreachable-rule").as_warning());
    }
    problems
}

/// An answer outside the rules whose status some operations do not document.
fn undocumented(answer: &Answer, contract: &Contract) -> Option<Problem> {
    let lacks = |operation: &&Operation| operation.response(answer.status).is_none();
    let lacking: Vec<_> = contract.operations.iter().filter(lacks).map(|operation| operation.name.as_str()).collect();
    let (first, others) = lacking.split_first().filter(|_| answer.pardon == Pardon::Nothing)?;
    let who = match others.len() {
        0 => format!("`{first}` documents"),
        others => format!("`{first}` and {others} more document"),
    };
    let message = format!("{who} no status {}: the answer there is a 500", answer.status);
    let problem = told(&answer.spot.join("status"), message, "answers-undocumented-status");
    Some(problem.help("write `undocumented: REASON` beside it").as_warning())
}

/// Reads of `state.NAME` where neither the initial state nor any rule gives the state a member of that name.
fn members(behaviour: &MockRules, spots: Vec<&Spot>) -> Vec<Problem> {
    let raw = |spot: &&Spot| spot.at.of(spot.document.value()).cloned().unwrap_or_default();
    let rules: Vec<_> = spots.iter().map(|spot| (*spot, raw(spot))).collect();
    let mut known: BTreeSet<String> =
        behaviour.state.as_object().into_iter().flat_map(|state| state.keys().cloned()).collect();
    for stored in rules.iter().filter_map(|(_, rule)| rule.get("store")?.as_object()) {
        if stored.keys().any(|name| name.contains("${") || is_operator(name)) {
            return Vec::new();
        }
        known.extend(stored.keys().cloned());
    }
    let mut problems = Vec::new();
    for (spot, rule) in &rules {
        for (tail, name) in names(rule) {
            let Some(member) = name.path.strip_prefix("state.").map(|rest| rest.split('.').next().unwrap_or(rest))
            else {
                continue;
            };
            // The name may hold dots of its own.
            if known.iter().any(|known| known.split('.').next() == Some(member)) {
                continue;
            }
            let message = format!("unknown name `state.{member}`: nothing gives the state that member");
            let problem = told(&spot.concat(&tail), message, "unknown-variable").as_warning();
            problems.push(match nearest(member, known.iter().map(String::as_str)) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            });
        }
    }
    problems
}

/// The names that a rule reads, and where below it.
fn names(rule: &Value) -> Vec<(Pointer, Name)> {
    let when = rule.get("when").and_then(Value::as_str).and_then(|text| Expression::parse(text).ok());
    let when = when.into_iter().flat_map(|when| when.names()).map(|name| (Pointer::root().join("when"), name));
    let templates = Tree::parse(rule).map(|tree| tree.names()).unwrap_or_default();
    when.chain(templates).collect()
}

/// What an answer says for certain.
struct Tried<'a> {
    answer: &'a Answer,
    response: crate::http::Response,
    /// Places of the body that are not certain.
    open: Vec<Pointer>,
    /// Headers that are written, in lower case, and whether their values are certain.
    headers: Vec<(String, bool)>,
}

impl<'a> Tried<'a> {
    fn of(answer: &'a Answer, operation: &Operation) -> Self {
        let raw = |key: &str| answer.spot.at.join(key).of(answer.spot.document.value());
        let mut open = Vec::new();
        let (media_type, body) = match &answer.content {
            Content::Nothing => (None, String::new()),
            Content::Text(_) => {
                let text = raw("text").and_then(Value::as_str).unwrap_or_default();
                if text.contains("${") {
                    open.push(Pointer::root());
                }
                (Some("text/plain; charset=utf-8"), text.to_owned())
            }
            Content::Json(_) => {
                let body = certain(raw("body").unwrap_or(&Value::Null), &Pointer::root(), &mut open);
                (Some(json_type(operation, answer.status)), body.unwrap_or_default().to_string())
            }
        };
        let mut response = problem_details::response(answer.status, media_type, body);
        let mut headers = Vec::new();
        for (name, value) in raw("headers").and_then(Value::as_object).into_iter().flatten() {
            let fixed = value.as_str().filter(|text| !text.contains("${"));
            headers.push((name.to_ascii_lowercase(), fixed.is_some()));
            response.headers.set(name, fixed.unwrap_or("x"));
        }
        Self { answer, response, open, headers }
    }

    fn problems(&self, contract: &Contract, operation: &Operation) -> Vec<Problem> {
        let judged = judge::response(contract, operation, &operation.method, &self.response);
        let refused = judged.breaches.iter().filter(|breach| !self.answer.pardon.covers(breach));
        let certain = refused.filter(|breach| self.is_certain(breach, contract));
        certain.map(|breach| self.told(breach, contract, operation)).collect()
    }

    fn is_certain(&self, breach: &Breach, contract: &Contract) -> bool {
        let is_whole = || !self.open.iter().any(Pointer::is_root);
        let written = |name: &str| self.headers.iter().find(|(written, _)| written == name).map(|(_, fixed)| *fixed);
        match (&breach.rule, &breach.location) {
            (ContractRule::Status, _) => true,
            (ContractRule::ContentType, _) => written("content-type").unwrap_or(true) && is_whole(),
            (ContractRule::BodyPresent | ContractRule::BodyAbsent, _) => is_whole(),
            (ContractRule::BodySchema, Location::Body(at)) => {
                let is_open = self.open.iter().any(|open| open.is_within(at) || at.is_within(open));
                let is_missing = breach.keyword == "required" && contract.is_unconditional(breach);
                !is_open && (is_missing || contract.is_independent(breach))
            }
            (ContractRule::HeaderSchema, Location::Header(name, _)) => match written(name) {
                Some(fixed) => fixed && contract.is_independent(breach),
                None => breach.keyword == "required",
            },
            _ => false,
        }
    }

    fn told(&self, breach: &Breach, contract: &Contract, operation: &Operation) -> Problem {
        let Answer { spot, status, .. } = self.answer;
        if breach.rule == ContractRule::Status {
            let declared: Vec<_> = operation.responses.iter().map(|held| held.status.to_string()).collect();
            let message = format!("`{}` documents no status {status}, only {}", operation.name, declared.join(", "));
            let problem = told(&spot.join("status"), message, "answers-undocumented-status");
            return problem.help("write `undocumented: REASON` in the rule, or correct the status");
        }
        let spot = match &breach.location {
            Location::Body(at) if !matches!(self.answer.content, Content::Nothing) => spot.join("body").concat(at),
            Location::Header(..) => spot.join("headers"),
            _ => spot.clone(),
        };
        let message = format!("the answer can only break the contract: {}", breach.sentence());
        let rule = format!("`{}` at {}", breach.keyword, contract.place(&breach.anchor));
        told(&spot, message, "answers-breach").help(rule)
    }
}

/// `value` with what is not certain left out of objects, and null in lists; none where nothing is. Both are noted in `open`.
fn certain(value: &Value, at: &Pointer, open: &mut Vec<Pointer>) -> Option<Value> {
    let is_template = |text: &String| text.contains("${");
    match value {
        Value::Object(members) if !members.keys().any(is_template) => {
            let kept = members.iter();
            let kept = kept.filter_map(|(name, value)| Some((name.clone(), certain(value, &at.join(name), open)?)));
            Some(Value::Object(kept.collect()))
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            Some(items.map(|(index, item)| certain(item, &at.join(index), open).unwrap_or_default()).collect())
        }
        Value::String(text) if !is_template(text) => Some(value.clone()),
        Value::String(_) | Value::Object(_) => {
            open.push(at.clone());
            None
        }
        scalar => Some(scalar.clone()),
    }
}

fn told(spot: &Spot, message: String, rule: &'static str) -> Problem {
    Problem::new(message).rule(rule).at(spot.document.snippet(&spot.at, End::Value))
}
