//! The request of a case, proven to break exactly what the case declares before it may be sent.

use std::collections::BTreeSet;

use crate::case::expand::{self, ExpandError};
use crate::case::{Case, Story, Violates, intent};
use crate::contract::judge::Judgement;
use crate::contract::{Contract, Operation, Route};
use crate::expression::Scope;
use crate::http::Request;
use crate::location::{Pointer, Problem};

use super::{Plan, Target, skip};

/// A request that may be sent.
pub(super) struct Proven<'a> {
    /// The operation that judges the answer: the case's own, else the one that the request leads to.
    pub(super) operation: Option<&'a Operation>,
    /// The request.
    pub(super) request: Request,
    /// The request, judged.
    pub(super) judged: Judgement,
}

/// Makes the request of `case` and proves it. The error says what is wrong and where in the case's file.
pub(super) fn request<'a>(
    case: &Case,
    contract: &'a Contract,
    target: &Target,
    scope: &Scope,
) -> Result<Proven<'a>, ExpandError> {
    let request = expand::request(case, contract, scope, &target.credentials)?;
    let operation = operation(case, contract, &request);
    let judged = intent::judge(contract, operation, &request);
    intent::prove(&case.violates, &judged)
        .map_err(|disagreement| ExpandError { message: disagreement.to_string(), at: declaration(case) })?;
    Ok(Proven { operation, request, judged })
}

fn operation<'a>(case: &Case, contract: &'a Contract, request: &Request) -> Option<&'a Operation> {
    let routed = || match contract.router.route(&request.method, request.path()) {
        Route::Found { operation, .. } => Some(operation),
        Route::MethodNotAllowed { .. } | Route::NotFound => None,
    };
    contract.operations.get(case.operation.or_else(routed)?)
}

/// Where the case says what it violates, else its name.
fn declaration(case: &Case) -> Pointer {
    case.at.join(if case.violates == Violates::Nothing { "name" } else { "violates" })
}

/// Everything wrong with the selected cases that can be known before the run, without repetition.
pub(super) fn problems(plan: &Plan<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (story, selected) in plan.stories() {
        let cases = plan.cases(story, selected).filter(|case| skip::reason(case, plan.contract, plan.target).is_none());
        of_story(plan, story, &cases.collect::<Vec<_>>(), &mut problems);
    }
    // Every story of a file-level table repeats the problems of its file.
    let mut seen = BTreeSet::new();
    problems.retain(|problem| seen.insert(problem.to_string()));
    problems
}

fn of_story(plan: &Plan<'_>, story: &Story, cases: &[&Case], problems: &mut Vec<Problem>) {
    if cases.is_empty() {
        return;
    }
    let missing = missing_vars(story, plan.target);
    if !missing.is_empty() {
        return problems.extend(missing);
    }
    match plan.story_scope(story) {
        Err(error) => problems.push(Problem::new(error.message).rule("unproven").at(story.file.snippet(&error.at))),
        Ok(scope) => problems.extend(cases.iter().filter_map(|case| of_case(plan, story, case, &scope))),
    }
}

fn missing_vars(story: &Story, target: &Target) -> Vec<Problem> {
    let given = |name: &str| target.vars.contains_key(name) || story.row.contains_key(name);
    let missing = story.vars.iter().filter(|(name, value)| value.is_none() && !given(name));
    missing.map(|(name, _)| missing_var(story, name, target)).collect()
}

fn missing_var(story: &Story, name: &str, target: &Target) -> Problem {
    let Target { name: target, .. } = target;
    // A target that was given as a URL has no entry in the configuration.
    let help = match target.contains("://") {
        true => format!("give `--var {name}=…`"),
        false => format!("set `targets.{target}.vars.{name}` or give `--var {name}=…`"),
    };
    Problem::new(format!("the target `{target}` gives no value for the variable `{name}`"))
        .rule("unknown-variable")
        .at(story.file.snippet(&Pointer::root().join("vars").join(name)))
        .help(help)
}

fn of_case(plan: &Plan<'_>, story: &Story, case: &Case, scope: &Scope) -> Option<Problem> {
    let scope = expand::case_scope(case, scope);
    let proven = if expand::is_closed(case) {
        request(case, plan.contract, plan.target, &scope).map(drop)
    } else {
        expand::authorize(case, plan.contract, &scope, &plan.target.credentials)
    };
    let expected = || if case.uses.is_empty() { expand::expectation(case, &scope).map(drop) } else { Ok(()) };
    let error = proven.and_then(|()| expected()).err()?;
    Some(Problem::new(error.message).rule("unproven").at(case.snippet(story, &error.at)))
}
