//! Executes a prepared run: sends the cases, prints progress, and writes the reports.

use std::io::Write;
use std::time::Instant;

use crate::problem::Problem;
use crate::project::resolved_run::ResolvedRun;
use crate::record::{Comparison, Head, Rules};
use crate::report::events::Event;
use crate::report::terminal;
use crate::run::{self, Limits, PreparedRun, Stop, StopPhase};
use crate::transport::Transport;

use super::args::Format;
use super::exit::Exit;
use super::output::progress::{Detail, OutputOptions, RunPrinter};
use super::recorder::{Recorded, Recorder};
use super::session::{Failure, Session};

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
    let comparison = resolved.baseline.as_ref().map(|baseline| Comparison::new(baseline, prepared.suite));
    let recorder = Recorder::open(settings.reports(), settings.wanted_reports(), prepared, redactor, comparison)?;
    let stop = Stop::default();
    let watch = session.watch(&stop)?;
    session.write_in_background(&stop)?;
    let mut printer = RunPrinter::new(recorder, options.output.clone(), stop.clone(), session);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let began = Instant::now();
    runtime.block_on(run::run(prepared, transport, &options.limits, &stop, &mut printer));
    if stop.phase() == StopPhase::Abandoned {
        // A second interrupt asks not to wait for anything, reports included.
        return Err(Failure::Abandoned);
    }
    let recorder = printer.finish()?;
    let (sent, interrupted) = (recorder.sent(), watch.interrupted());
    let recorded =
        recorder.close(resolved.start, began.elapsed().as_secs_f64(), interrupted, resolved.input_files())?;
    match sent {
        0 if !options.allow_empty && !interrupted => {
            Err(std::iter::once(nothing_sent(&recorded.head)).chain(recorded.unwritten).collect::<Vec<_>>().into())
        }
        _ => Ok(recorded),
    }
}

fn nothing_sent(head: &Head) -> Problem {
    let (cases, skipped) = (head.summary.cases, head.summary.skipped);
    Problem::new(format!("no request was sent: {skipped} of {cases} selected cases were skipped"))
        .help("--verbose shows the reasons; --allow-empty exits 0")
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
        (Format::Text, _) => session.out.write_all(terminal::summary(head, &options.style).as_bytes())?,
    }
    Ok(session.out.wait()?)
}
