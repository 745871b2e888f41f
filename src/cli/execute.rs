//! Executes a prepared run: sends the cases, prints progress, and writes the reports.

use std::collections::HashSet;
use std::io::Write;
use std::time::Instant;

use crate::problem::Problem;
use crate::project::format::FailOn;
use crate::project::resolved_run::ResolvedRun;
use crate::record::{Comparison, Head, Rules};
use crate::report::events::Event;
use crate::report::terminal;
use crate::run::{self, Limits, PreparedRun, Stop, StopPhase};
use crate::transport::Transport;

use super::args::Format;
use super::ci_job;
use super::exit::Exit;
use super::output::progress::{Detail, OutputOptions, RunPrinter};
use super::recorder::{EndedRun, Recorded, Recorder};
use super::session::{Failure, Session};

/// Number of cases that a problem names.
const NAMED: usize = 5;

/// How a run is executed and shown.
pub(super) struct RunOptions {
    /// Parallelism and stopping.
    pub limits: Limits,
    /// What is printed.
    pub output: OutputOptions,
    /// Whether sending nothing is no error.
    pub allow_empty: bool,
}

/// Sends the cases and writes the reports of those that finished.
pub(super) fn execute(
    resolved: &ResolvedRun,
    prepared: &PreparedRun<'_>,
    transport: &impl Transport,
    options: &RunOptions,
    session: &mut Session<'_>,
) -> Result<Recorded, Failure> {
    let settings = &resolved.settings;
    let redactor = session.redactor(Rules { names: settings.redact() });
    let tolerates_known = settings.fail_on().contains(&FailOn::New);
    let compare =
        |baseline| Comparison::new(baseline, prepared.suite, prepared.severities, &resolved.expired, tolerates_known);
    let comparison = resolved.baseline.as_ref().map(compare);
    let recorder = Recorder::open(settings.reports(), settings.wanted_reports(), prepared, redactor, comparison)?
        .with_clauses(&resolved.coverage, resolved.mock_trial(session.env));
    let stop = Stop::default();
    let job = ci_job::of(session.env);
    let watch = session.watch(&stop)?;
    session.write_in_background(&stop)?;
    let mut printer = RunPrinter::new(recorder, options.output.clone(), stop.clone(), session);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let began = Instant::now();
    runtime.block_on(run::run(prepared, transport, &options.limits, &stop, &mut printer));
    let interrupted = watch.interrupted();
    if let (StopPhase::Abandoned, Some(exit)) = (stop.phase(), interrupted) {
        // A second signal asks not to wait for anything, reports included.
        return Err(Failure::Abandoned(exit));
    }
    let recorder = printer.finish()?;
    let sent = recorder.sent();
    let recorded = recorder.close(EndedRun {
        start: resolved.start,
        seconds: began.elapsed().as_secs_f64(),
        interrupted,
        inputs: resolved.input_files(),
        partner: resolved.partner(),
        job,
        tolerates_known,
    })?;
    // A signal while the reports are written interrupts what is left of the call.
    let recorded = Recorded { interrupted: watch.interrupted(), ..recorded };
    match sent {
        0 if (!options.allow_empty || resolved.coverage.has_gates()) && interrupted.is_none() => {
            Err(std::iter::once(nothing_sent(&recorded.head, prepared, resolved.coverage.has_gates()))
                .chain(recorded.unwritten)
                .collect::<Vec<_>>()
                .into())
        }
        _ => Ok(recorded),
    }
}

/// The problem of a run that sends nothing. Gates of coverage would pass or fail for no reason, so its cases are named.
fn nothing_sent(head: &Head, prepared: &PreparedRun<'_>, has_gates: bool) -> Problem {
    let (cases, skipped) = (head.summary.cases, head.summary.skipped);
    let message = format!("no request was sent: {skipped} of {cases} selected cases were skipped");
    if !has_gates {
        return Problem::new(message).help("--verbose shows the reasons; --allow-empty exits 0");
    }
    let not_selected: HashSet<&str> = prepared.deselected().map(|case| case.id.as_str()).collect();
    let selected = prepared.suite.cases().map(|(_, case)| case.id.as_str());
    let selected: Vec<_> = selected.filter(|id| !not_selected.contains(id)).take(NAMED).collect();
    let more = if cases as usize > selected.len() { " …" } else { "" };
    Problem::new(format!("{message}, so coverage gates have nothing to judge: {}{more}", selected.join(", ")))
        .help("--verbose shows the reasons")
}

/// Prints the summary of a run.
pub(super) fn print_summary(
    head: &Head,
    exit: Exit,
    options: &OutputOptions,
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    match (options.format, options.detail) {
        (Format::Json, _) => Event::Ended { exit: Some(exit.code()), head }.write(&mut session.out)?,
        (Format::Text, Detail::Quiet) => (),
        (Format::Text, _) => {
            let mut head = head.clone();
            options.names.iter().for_each(|names| names.head(&mut head));
            session.out.write_all(terminal::summary(&head, &options.style).as_bytes())?;
        }
    }
    Ok(session.out.wait()?)
}
