//! Runs one story: its setup, the selected cases, its teardown.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::stream;
use futures_util::{FutureExt, StreamExt};

use crate::case::expand;
use crate::case::{Case, Role, Story};
use crate::expression::{self, Scope};
use crate::transport::{Phase, Transport};

use super::captures::MAX_CAPTURED_BY_STORY;
use super::case_runner;
use super::context::RunContext;
use super::outcome::{Captured, Outcome, Verdict, defect};
use super::selection::SelectedStory;
use super::skip;

/// Runs the story. Each of its cases ends in exactly one outcome.
pub(super) async fn run<'r, T: Transport>(context: &RunContext<'r, T>, selected: SelectedStory<'r, 'r>) {
    let story = selected.story;
    let runner = match context.prepared.story_scope(story) {
        Ok(scope) => StoryRunner { context, story, state: RefCell::new(StoryState::new(scope)) },
        Err(error) => {
            let verdict = || Verdict::Invalid(error.message.clone());
            let errored = |case| context.finish(context.new_outcome(story, case, verdict()));
            selected.cases().for_each(errored);
            return context.finish_story(story);
        }
    };
    if story.file.independent {
        runner.run_concurrently(selected).await;
    } else {
        let _permit = context.permit().await;
        runner.run_in_order(selected.cases()).await;
    }
    context.finish_story(story);
}

/// A story in progress.
struct StoryRunner<'t, 'r, T> {
    context: &'t RunContext<'r, T>,
    story: &'r Story,
    state: RefCell<StoryState<'r>>,
}

impl<'r, T: Transport> StoryRunner<'_, 'r, T> {
    async fn run_in_order(&self, cases: impl Iterator<Item = &'r Case>) {
        for case in cases {
            self.run_case(case).await;
        }
    }

    /// Each case takes its own permit: a story that held one while waiting for the permits of its cases could block itself.
    async fn run_concurrently(&self, selected: SelectedStory<'r, 'r>) {
        let run = async |case| {
            let _permit = self.context.permit().await;
            self.run_case(case).await;
        };
        stream::iter(&self.story.setup).for_each(run).await;
        stream::iter(selected.selected_cases()).for_each_concurrent(self.context.jobs(), run).await;
        stream::iter(&self.story.teardown).for_each(run).await;
    }

    async fn run_case(&self, case: &'r Case) {
        let outcome = match self.reason_to_skip(case) {
            Some(verdict) => self.context.new_outcome(self.story, case, verdict),
            None => {
                let scope = expand::case_scope(case, &self.state.borrow().scope);
                let room = self.state.borrow().room_for_captures(case);
                let running = case_runner::run(self.context, self.story, case, scope, room);
                // A defect of signoff must not cost the results of the other cases. The context holds nothing half-changed: its
                // cells are set at once.
                AssertUnwindSafe(running).catch_unwind().await.unwrap_or_else(|panic| {
                    self.context.new_outcome(self.story, case, Verdict::Errored(defect(&*panic)))
                })
            }
        };
        self.state.borrow_mut().update(&outcome);
        self.context.finish(outcome);
    }

    fn reason_to_skip(&self, case: &Case) -> Option<Verdict> {
        let state = self.state.borrow();
        let stopped = || self.context.stopped().map(str::to_owned);
        let aborted = match case.role {
            Role::Setup | Role::Case => state.abort_reason.clone().or_else(stopped),
            Role::Teardown if state.needs_teardown => None,
            Role::Teardown => {
                let reason = state.abort_reason.clone().or_else(stopped);
                reason.or_else(|| Some("no request was sent before it".to_owned()))
            }
        };
        let prepared = self.context.prepared;
        let excluded = skip::reason(case, prepared.contract, prepared.target).map(Verdict::Excluded);
        let impossible = || skip::impossible(case, prepared.contract, prepared.target);
        let skipped = || aborted.or_else(impossible).or_else(|| state.unmet_dependency(case));
        excluded.or_else(|| skipped().map(Verdict::Skipped))
    }
}

/// What finished cases of a story mean for those after them.
struct StoryState<'s> {
    /// Variables, including captures.
    scope: Scope,
    /// How each finished case ended, by name.
    ended: BTreeMap<&'s str, &'static str>,
    /// Case and variable of every successful capture.
    captured: BTreeSet<(&'s str, &'s str)>,
    /// Size in bytes of each captured variable.
    sizes: BTreeMap<&'s str, usize>,
    /// Why the remaining setup and cases are not sent.
    abort_reason: Option<String>,
    /// Whether a request may have reached the target, so that there may be something to clean up.
    needs_teardown: bool,
}

impl<'s> StoryState<'s> {
    fn new(scope: Scope) -> Self {
        Self {
            scope,
            ended: BTreeMap::new(),
            captured: BTreeSet::new(),
            sizes: BTreeMap::new(),
            abort_reason: None,
            needs_teardown: false,
        }
    }

    /// Adds the result of a finished case.
    fn update(&mut self, outcome: &Outcome<'s>) {
        let case = outcome.case;
        self.ended.insert(&case.name, word(&outcome.verdict));
        for Captured { name, value } in &outcome.captured {
            self.scope.share(name, Arc::clone(value));
            self.captured.insert((&case.name, name));
            self.sizes.insert(name, expression::size(value));
        }
        let failed =
            |phase| outcome.attempts.last().is_some_and(|last| last.result.as_ref().is_err_and(|e| e.phase == phase));
        let is_unsent = [Phase::Request, Phase::Token, Phase::Connect].into_iter().any(failed);
        self.needs_teardown |= !(outcome.attempts.is_empty() || is_unsent);
        if failed(Phase::Connect) {
            self.abort_reason.get_or_insert_with(|| "the target could not be reached".to_owned());
        } else if case.role == Role::Setup
            && matches!(outcome.verdict, Verdict::Failed | Verdict::Errored(_) | Verdict::Invalid(_))
        {
            self.abort_reason.get_or_insert_with(|| format!("setup `{}` {}", case.name, word(&outcome.verdict)));
        }
    }

    /// How many bytes `case` may capture: what it replaces does not count.
    fn room_for_captures(&self, case: &Case) -> usize {
        if case.capture.is_empty() {
            return 0;
        }
        let is_replaced = |name: &str| case.capture.iter().any(|capture| capture.name == name);
        let kept: usize = self.sizes.iter().filter(|(name, _)| !is_replaced(name)).map(|(_, size)| size).sum();
        MAX_CAPTURED_BY_STORY.saturating_sub(kept)
    }

    /// Why a case that `case` depends on does not allow it to run.
    fn unmet_dependency(&self, case: &Case) -> Option<String> {
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
        Verdict::Errored(_) | Verdict::Invalid(_) => "errored",
        Verdict::Skipped(_) | Verdict::Excluded(_) => "was skipped",
    }
}
