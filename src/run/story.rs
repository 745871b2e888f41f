//! One story from setup to teardown.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt;
use futures_util::stream;

use crate::case::expand;
use crate::case::{Case, Role, Story};
use crate::expression::Scope;
use crate::transport::{Phase, Transport};

use super::runner::Run;
use super::trial::{self, Captured};
use super::{Outcome, Verdict, prepared, skip};

/// Plays the story: its setup, the selected cases, its teardown. Each of them ends in exactly one outcome.
pub(super) async fn play<'r, T: Transport>(run: &Run<'r, T>, story: &'r Story, selected: &'r [bool]) {
    let telling = match run.plan.story_scope(story) {
        Ok(scope) => Telling { run, story, state: RefCell::new(State::new(scope)) },
        Err(error) => {
            let verdict = || Verdict::Errored(error.message.clone());
            return run.plan.cases(story, selected).for_each(|case| run.finish(run.blank(story, case, verdict())));
        }
    };
    if story.file.independent {
        telling.side_by_side(selected).await;
    } else {
        let _permit = run.permit().await;
        telling.in_order(run.plan.cases(story, selected)).await;
    }
}

/// A story under way.
struct Telling<'t, 'r, T> {
    run: &'t Run<'r, T>,
    story: &'r Story,
    state: RefCell<State<'r>>,
}

/// What the cases of a story leave to those after them.
struct State<'s> {
    /// Variables, captures among them.
    scope: Scope,
    /// How each finished case ended, by name.
    ended: BTreeMap<&'s str, &'static str>,
    /// Case and variable of every capture made.
    captured: BTreeSet<(&'s str, &'s str)>,
    /// Why the rest of setup and cases is not sent.
    over: Option<String>,
    /// Whether a request may have reached the target, so that there is something to tear down.
    touched: bool,
}

impl<'s> State<'s> {
    fn new(scope: Scope) -> Self {
        Self { scope, ended: BTreeMap::new(), captured: BTreeSet::new(), over: None, touched: false }
    }

    /// Takes in what a finished case means for the rest.
    fn settle(&mut self, outcome: &Outcome<'s>, captured: Vec<Captured<'s>>) {
        let case = outcome.case;
        self.ended.insert(&case.name, word(&outcome.verdict));
        for Captured { name, value } in captured {
            self.scope.set(name, &value);
            self.captured.insert((&case.name, name));
        }
        let failed =
            |phase| outcome.attempts.last().is_some_and(|last| last.result.as_ref().is_err_and(|e| e.phase == phase));
        self.touched |= !(outcome.attempts.is_empty() || failed(Phase::Connect) || failed(Phase::Request));
        if failed(Phase::Connect) {
            self.over.get_or_insert_with(|| "the target could not be reached".to_owned());
        } else if case.role == Role::Setup && matches!(outcome.verdict, Verdict::Failed | Verdict::Errored(_)) {
            self.over.get_or_insert_with(|| format!("setup `{}` {}", case.name, word(&outcome.verdict)));
        }
    }

    /// Why `case` cannot follow what went before.
    fn obstacle(&self, case: &Case) -> Option<String> {
        let unmet = case.needs.iter().find_map(|name| match self.ended.get(name.as_str()) {
            Some(&"passed") => None,
            how => Some(format!("needs `{name}`, which {}", how.unwrap_or(&"did not run"))),
        });
        let not_captured = || {
            let missing = case.uses.iter().find(|u| !self.captured.contains(&(&*u.captured_by, &*u.variable)))?;
            Some(format!("uses `{}`, which `{}` did not capture", missing.variable, missing.captured_by))
        };
        unmet.or_else(not_captured)
    }
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
        Verdict::Errored(_) => "errored",
        Verdict::Skipped(_) => "was skipped",
    }
}

impl<'r, T: Transport> Telling<'_, 'r, T> {
    async fn in_order(&self, cases: impl Iterator<Item = &'r Case>) {
        for case in cases {
            self.play(case).await;
        }
    }

    /// Each case takes a permit of its own, so that the story does not hold one while it waits for others.
    async fn side_by_side(&self, selected: &[bool]) {
        let play = async |case| {
            let _permit = self.run.permit().await;
            self.play(case).await;
        };
        stream::iter(&self.story.setup).for_each(play).await;
        stream::iter(prepared::chosen(self.story, selected)).for_each_concurrent(self.run.jobs(), play).await;
        stream::iter(&self.story.teardown).for_each(play).await;
    }

    async fn play(&self, case: &'r Case) {
        let skipped = self.reason_to_skip(case);
        let (outcome, captured) = match skipped {
            Some(reason) => (self.run.blank(self.story, case, Verdict::Skipped(reason)), Vec::new()),
            None => {
                let scope = expand::case_scope(case, &self.state.borrow().scope);
                trial::hold(self.run, self.story, case, scope).await
            }
        };
        self.state.borrow_mut().settle(&outcome, captured);
        self.run.finish(outcome);
    }

    fn reason_to_skip(&self, case: &Case) -> Option<String> {
        let state = self.state.borrow();
        let halted = || self.run.halted().map(str::to_owned);
        let stopped = match case.role {
            Role::Setup | Role::Case => state.over.clone().or_else(halted),
            Role::Teardown if state.touched => None,
            Role::Teardown => {
                state.over.clone().or_else(halted).or_else(|| Some("nothing was sent before it".to_owned()))
            }
        };
        skip::reason(case, self.run.plan.contract, self.run.plan.target).or(stopped).or_else(|| state.obstacle(case))
    }
}
