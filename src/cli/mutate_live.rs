//! `signoff mutate` on a live target: one pass of the cases, as `signoff run` sends them, recorded in memory.

use std::io;

use tokio::runtime::Builder;

use crate::mutate::Recording;
use crate::problem::Problem;
use crate::project::connect::Connection;
use crate::project::resolved_run::ResolvedRun;
use crate::quantity::count;
use crate::run::{self, Event, Filter, Limits, Sink, Stop, StopPhase};

use super::args::Mutate;
use super::output::terminal::Progress;
use super::process::Pipe;
use super::run::print_target;
use super::session::{Failure, Session};
use super::signals::Watch;

/// Number of cases that are named one by one.
const MAX_NAMED: usize = 20;

/// How the pass ended.
pub(super) enum Pass<'c> {
    /// Every case passed, or was skipped.
    Recorded(Box<Recording<'c>>),
    /// The user stopped it.
    Interrupted,
    /// An exchange was not completed.
    Unreachable,
}

/// What is sent, and what stops it.
pub(super) struct LivePass<'c> {
    pub args: &'c Mutate,
    pub resolved: &'c ResolvedRun,
    pub connection: &'c Connection,
    pub stop: &'c Stop,
    pub watch: &'c Watch,
}

/// Sends the cases that `filter` selects once. Errors: a case fails.
pub(super) fn record<'c>(pass: &LivePass<'c>, filter: &Filter, session: &mut Session<'_>) -> Result<Pass<'c>, Failure> {
    let LivePass { args, resolved, connection, stop, watch } = pass;
    let prepared = resolved.prepare(&connection.target, filter)?;
    if !session.global.quiet {
        print_target(resolved, &prepared, session)?;
    }
    let limits =
        Limits { jobs: resolved.settings.jobs(), fail_fast: args.execution.fail_fast, grace: args.execution.grace() };
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut sink = RecordingSink {
        recording: Recording::new(&resolved.project.contract),
        progress: Progress::new(session.err_terminal && !session.global.quiet, session.err_style.width),
        err: &mut session.err,
    };
    runtime.block_on(run::run(&prepared, &connection.network, &limits, stop, &mut sink));
    sink.progress.clear(sink.err)?;
    let recording = sink.recording;
    session.secrets.extend(recording.learned.iter().cloned());
    if let (StopPhase::Abandoned, Some(exit)) = (stop.phase(), watch.interrupted()) {
        return Err(Failure::Abandoned(exit));
    }
    if !recording.failed.is_empty() {
        let problems = problems("the case fails on the target", &recording.failed);
        return Err(with_help(
            problems,
            "faults are compared with a suite that passes; `signoff run` shows the findings",
        )
        .into());
    }
    if stop.phase() > StopPhase::Running {
        return Ok(Pass::Interrupted);
    }
    if !recording.errored.is_empty() {
        session.print_problems(&problems("the case received no complete response", &recording.errored))?;
        return Ok(Pass::Unreachable);
    }
    Ok(Pass::Recorded(Box::new(recording)))
}

fn problems(message: &str, cases: &[String]) -> Vec<Problem> {
    let named = cases.iter().take(MAX_NAMED).map(|case| Problem::new(format!("{message}: {case}")));
    let others = cases.len().saturating_sub(MAX_NAMED);
    let others = (others > 0).then(|| Problem::new(format!("{message}: {} more", count(others as u64, "case"))));
    named.chain(others).collect()
}

fn with_help(mut problems: Vec<Problem>, help: &str) -> Vec<Problem> {
    if let Some(first) = problems.first_mut() {
        *first = first.clone().help(help);
    }
    problems
}

/// Records the pass and shows its progress.
struct RecordingSink<'s, 'c, 'p> {
    recording: Recording<'c>,
    progress: Progress,
    err: &'s mut Pipe<'p>,
}

impl RecordingSink<'_, '_, '_> {
    fn show(&mut self) -> io::Result<()> {
        let Self { recording, progress, err } = self;
        let (finished, all) = recording.progress;
        let text = || format!("recording: {finished} of {}", count(all as u64, "case"));
        progress.show(text, *err)
    }
}

impl Sink for RecordingSink<'_, '_, '_> {
    fn take(&mut self, event: Event<'_>) {
        self.recording.take(event);
        // A `Pipe` returns its error at the end of the call.
        let _ = self.show();
    }
}
