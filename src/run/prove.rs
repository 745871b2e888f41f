//! The request of a case, proven to break exactly what the case declares before it may be sent.

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;

use crate::case::expand::{self, ExpandError};
use crate::case::{Case, Story, Violates, intent};
use crate::contract::{Contract, Judgement, Route};
use crate::expression::Scope;
use crate::http::Request;
use crate::parallel;
use crate::place::Snippet;
use crate::pointer::Pointer;
use crate::problem::Problem;

use super::{PreparedRun, Target, skip};

/// A request that may be sent.
pub(super) struct Proven {
    /// The index of the operation that judges the answer: the case's own, else the one that the request leads to.
    pub(super) operation: Option<usize>,
    /// The request.
    pub(super) request: Request,
    /// The request, judged.
    pub(super) judged: Judgement,
    /// How many random values the case's scope had made then.
    pub(super) calls: u64,
}

/// Makes the request of `case` and proves it. The error says what is wrong and where in the case's file.
pub(super) fn request(case: &Case, contract: &Contract, target: &Target, scope: &Scope) -> Result<Proven, ExpandError> {
    let request = expand::request(case, contract, scope, &target.credentials)?;
    let operation = operation(case, contract, &request);
    let judged = intent::judge(contract, operation.and_then(|index| contract.operations.get(index)), &request);
    intent::prove(&case.violates, &judged)
        .map_err(|disagreement| ExpandError { message: disagreement.to_string(), at: declaration(case) })?;
    Ok(Proven { operation, request, judged, calls: scope.calls() })
}

fn operation(case: &Case, contract: &Contract, request: &Request) -> Option<usize> {
    let routed = || match contract.router.route(&request.method, request.path()) {
        Route::Found { operation, .. } => Some(operation),
        Route::MethodNotAllowed { .. } | Route::NotFound => None,
    };
    case.operation.or_else(routed)
}

/// Where the case says what it violates, else its name.
fn declaration(case: &Case) -> Pointer {
    case.at.join(if case.violates == Violates::Nothing { "name" } else { "violates" })
}

/// The requests that can be made before the run, each by the id of its case; else everything wrong with the selected cases
/// that can be known by then, without repetition.
pub(super) fn all<'a>(plan: &PreparedRun<'a>) -> Result<HashMap<&'a str, Mutex<Option<Proven>>>, Vec<Problem>> {
    let (mut proven, mut problems) = (HashMap::new(), Vec::new());
    for (made, wrong) in parallel::map(plan.stories(), |(story, selected)| of_story(plan, story, selected)) {
        proven.extend(made.into_iter().map(|(id, made)| (id, Mutex::new(Some(made)))));
        problems.extend(wrong);
    }
    // Every story of a file-level table repeats the problems of its file.
    let mut seen = BTreeSet::new();
    problems.retain(|problem: &Problem| seen.insert(problem.to_string()));
    if problems.is_empty() { Ok(proven) } else { Err(problems) }
}

type OfStory<'a> = (Vec<(&'a str, Proven)>, Vec<Problem>);

fn of_story<'a>(plan: &PreparedRun<'a>, story: &'a Story, selected: &[bool]) -> OfStory<'a> {
    let wrong = |problems| (Vec::new(), problems);
    let cases = plan.cases(story, selected).filter(|case| skip::reason(case, plan.contract, plan.target).is_none());
    let mut cases = cases.peekable();
    if cases.peek().is_none() {
        return wrong(Vec::new());
    }
    let missing = missing_vars(story, plan.target);
    if !missing.is_empty() {
        return wrong(missing);
    }
    let scope = match plan.story_scope(story) {
        Err(error) => return wrong(vec![unproven(error.message, story.file.snippet(&error.at))]),
        Ok(scope) => scope,
    };
    let (mut proven, mut problems) = (Vec::new(), Vec::new());
    for case in cases {
        match of_case(plan, case, &scope) {
            Ok(made) => proven.extend(made.map(|made| (case.id.as_str(), made))),
            Err(error) => problems.push(unproven(error.message, case.snippet(story, &error.at))),
        }
    }
    (proven, problems)
}

fn unproven(message: String, at: Snippet) -> Problem {
    Problem::new(message).rule("unproven").at(at)
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

/// The request of the case, unless it needs what only the run can give.
fn of_case(plan: &PreparedRun<'_>, case: &Case, scope: &Scope) -> Result<Option<Proven>, ExpandError> {
    let scope = expand::case_scope(case, scope);
    let proven = if expand::is_closed(case) {
        Some(request(case, plan.contract, plan.target, &scope)?)
    } else {
        expand::authorize(case, plan.contract, &scope, &plan.target.credentials)?;
        None
    };
    if case.uses.is_empty() {
        expand::expectation(case, &scope)?;
    }
    Ok(proven)
}
