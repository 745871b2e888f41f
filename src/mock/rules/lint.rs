//! Lints mock rules that can be read: responses that always violate the contract, unreachable rules, undefined state.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::contract::{Contract, Operation};
use crate::document::End;
use crate::expression::{Expression, Name, Tree};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;
use crate::suggestion::nearest;

use super::mock_rules::MockRules;
use super::rule::{Action, AllowedViolations, ResponseTemplate, Rule, SourceNode};
use super::state_update::is_operator;
use super::static_response::StaticResponse;

/// Returns all problems of `rules` that loading does not find; errors where a response can only be a 500.
pub(crate) fn lint(rules: &MockRules, contract: &Contract) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, of_operation) in &rules.operations {
        let Some(operation) = contract.operations.get(*index) else { continue };
        problems.extend(unreachable(of_operation));
        for rule in of_operation {
            if let Action::Respond(template) = &rule.action {
                problems.extend(StaticResponse::new(template, operation).problems(contract, operation));
            }
        }
    }
    problems.extend(rules.shared_responses().filter_map(|template| undocumented(template, contract)));
    problems.extend(undefined_state(rules));
    // A rule that two operations share by a YAML alias is reported once.
    let mut reported = BTreeSet::new();
    problems.retain(|problem| reported.insert(problem.to_string()));
    problems
}

/// Rules after one of the same file that applies to every request, or that has the same condition.
fn unreachable(rules: &[Rule]) -> Vec<Problem> {
    let text = |rule: &Rule| rule.when.as_ref().map(|when| when.text().to_owned());
    let hides = |earlier: &Rule, rule: &Rule| {
        let same_file = Arc::ptr_eq(&earlier.source.document, &rule.source.document);
        let same_requests = earlier.accepts_invalid == rule.accepts_invalid;
        same_file && same_requests && (earlier.when.is_none() || text(earlier) == text(rule))
    };
    let mut problems = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let Some(earlier) = rules.iter().take(index).find(|earlier| hides(earlier, rule)) else { continue };
        let place = earlier.source.document.locate(&earlier.source.at, End::Value);
        let message = format!("unreachable rule: the rule at {place} applies to the same requests");
        problems.push(problem(&rule.source, message, rules::UNREACHABLE_RULE).as_warning());
    }
    problems
}

/// A shared response whose status is undocumented at some operations.
fn undocumented(template: &ResponseTemplate, contract: &Contract) -> Option<Problem> {
    let lacks_status = |operation: &&Operation| operation.response(template.status).is_none();
    let lacking: Vec<_> =
        contract.operations.iter().filter(lacks_status).map(|operation| operation.name.as_str()).collect();
    let (first, others) = lacking.split_first().filter(|_| template.allowed == AllowedViolations::None)?;
    let operations = match others.len() {
        0 => format!("`{first}` documents"),
        others => format!("`{first}` and {others} more document"),
    };
    let message = format!("{operations} no status {}: the mock responds with 500 there", template.status);
    let problem = problem(&template.source.join("status"), message, rules::ANSWERS_UNDOCUMENTED_STATUS);
    Some(problem.help("add `undocumented: REASON` next to it").as_warning())
}

/// Reads of `state.NAME` for names that neither the initial state nor any `store` defines.
fn undefined_state(rules: &MockRules) -> Vec<Problem> {
    let in_operations = rules.operations.values().flatten().map(|rule| &rule.source);
    let sources = in_operations.chain(rules.shared_responses().map(|template| &template.source));
    let raw = |source: &SourceNode| source.at.of(source.document.value()).cloned().unwrap_or_default();
    let written: Vec<_> = sources.map(|source| (source, raw(source))).collect();
    let initial = rules.state.as_object().into_iter().flat_map(|state| state.keys().cloned());
    let mut known: BTreeSet<String> = initial.collect();
    for stored in written.iter().filter_map(|(_, rule)| rule.get("store")?.as_object()) {
        if stored.keys().any(|name| name.contains("${") || is_operator(name)) {
            return Vec::new();
        }
        known.extend(stored.keys().cloned());
    }
    let mut problems = Vec::new();
    for (source, rule) in &written {
        for (tail, name) in names(rule) {
            let Some(read) = name.path.strip_prefix("state.").map(|rest| rest.split('.').next().unwrap_or(rest)) else {
                continue;
            };
            // A property name may contain dots.
            if known.iter().any(|known| known.split('.').next() == Some(read)) {
                continue;
            }
            let message = format!("unknown name `state.{read}`: neither `state` nor any `store` defines it");
            let problem = problem(&source.concat(&tail), message, rules::UNKNOWN_VARIABLE).as_warning();
            problems.push(match nearest(read, known.iter().map(String::as_str)) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            });
        }
    }
    problems
}

/// The names that a rule reads, with their pointers below the rule.
fn names(rule: &Value) -> Vec<(Pointer, Name)> {
    let when = rule.get("when").and_then(Value::as_str).and_then(|text| Expression::parse(text).ok());
    let when = when.into_iter().flat_map(|when| when.names()).map(|name| (Pointer::root().join("when"), name));
    let templates = Tree::parse(rule).map(|tree| tree.names()).unwrap_or_default();
    when.chain(templates).collect()
}

fn problem(source: &SourceNode, message: String, rule: &'static str) -> Problem {
    Problem::new(message).rule(rule).at(source.document.snippet(&source.at, End::Value))
}
