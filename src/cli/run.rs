//! `signoff run`: the cases against a target, the reports, and the verdict as exit code.

use std::io::Write;
use std::time::{Duration, Instant};

use crate::problem::Problem;
use crate::record::{Comparison, Head, Rules, Summary};
use crate::report::events::Event;
use crate::report::terminal::{self, Style};
use crate::run::{self, Limits, PreparedRun, Stop, StopPhase};
use crate::transport::Transport;

use crate::cli::args::{self, Format, Run};
use crate::cli::exit::Exit;
use crate::cli::list;
use crate::cli::output::github::Step;
use crate::cli::output::progress::{Detail, Live, Manner};
use crate::cli::recorder::Recorder;
use crate::cli::session::{Failure, Session};
use crate::cli::signals;
use crate::project::connect::{self, Connection};
use crate::project::resolved_run::ResolvedRun;
use crate::project::settings::Settings;

/// Runs the cases.
pub fn run(args: &Run, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let settings = Settings::read(&session.global, &args.inputs)?;
    let (ready, secrets) = ResolvedRun::new(args, settings, session.env);
    session.secrets = secrets;
    let ready = ready?;
    if session.global.verbose {
        session.tell(&ready.project.contract.warnings)?;
    }
    session.tell(&ready.notes)?;
    let reached = ready.reach(args)?;
    let plan = plan(args, &ready, &reached)?;
    let manner = manner(args, &ready, session);
    if manner.detail != Detail::Quiet {
        announce(&ready, &plan, session)?;
    }
    let step = Step::begin(&ready.settings.wanted(&args.output), manner.format, session)?;
    let head = fire(args, &plan, &reached.network, &ready, session)?;
    let exit = match head.interrupted {
        true => Exit::Interrupted,
        false => Exit::of(&head.summary, &ready.settings.fail_on(&args.output)),
    };
    conclude(&head, exit, &manner, session)?;
    if let Some(step) = step {
        step.end(&head, &ready.settings.file.root, &ready.settings.reports(&args.output), session)?;
    }
    if manner.detail != Detail::Quiet {
        let folder = ready.settings.reports(&args.output);
        writeln!(session.err, "reports in {}", folder.strip_prefix(".").unwrap_or(&folder).display())?;
    }
    if is_whole(args, &head) {
        session.tell(&ready.waiver_file.unused(&reached.target.name, ready.start.at, &head))?;
    }
    drop(reached);
    // The process ends here: taking a large suite apart piece by piece would only take time.
    std::mem::forget(ready);
    Ok(exit)
}

/// Whether every case came to a verdict, so that what was not met is not there.
fn is_whole(args: &Run, head: &Head) -> bool {
    let Summary { not_run, errored, .. } = head.summary;
    not_run == 0 && errored == 0 && !head.interrupted && !args.pace.fail_fast
}

fn plan<'a>(args: &Run, ready: &'a ResolvedRun, reached: &'a Connection) -> Result<PreparedRun<'a>, Vec<Problem>> {
    let filter = list::filter(&args.selection);
    PreparedRun::new(ready.inputs(&reached.target), &filter)
}

/// Failing cases that are printed unless asked otherwise: what follows says the same of more.
pub(super) const MAX_DIFFS: usize = 20;

/// How a run is shown.
pub(super) fn manner(args: &Run, ready: &ResolvedRun, session: &Session<'_>) -> Manner {
    let detail = match (session.global.quiet, session.global.verbose) {
        (true, _) => Detail::Quiet,
        (false, true) => Detail::Verbose,
        (false, false) => Detail::Normal,
    };
    let max_diffs = args.output.max_diffs.unwrap_or(if detail == Detail::Verbose { usize::MAX } else { MAX_DIFFS });
    let links = session.out_links.then(|| ready.settings.file.root.clone());
    let style = Style { links, ..session.out_style.clone() };
    Manner { format: args.output.format.unwrap_or_default(), detail, style, max_diffs }
}

/// Where requests go, and the seed where it is not the same every time.
fn announce(ready: &ResolvedRun, plan: &PreparedRun<'_>, session: &mut Session<'_>) -> Result<(), Failure> {
    let seed = if ready.chosen.is_mock() { String::new() } else { format!(", seed {}", ready.start.seed) };
    let run::Target { name, url, .. } = plan.target;
    let at = if name == url { String::new() } else { format!(" at {url}") };
    let text = format!("target {name}{at}{seed}");
    let text = session.redactor(Rules::default()).text(&text);
    Ok(writeln!(session.err, "{text}")?)
}

/// Sends, and writes the reports of what was finished.
pub(super) fn fire(
    args: &Run,
    plan: &PreparedRun<'_>,
    transport: &impl Transport,
    ready: &ResolvedRun,
    session: &mut Session<'_>,
) -> Result<Head, Failure> {
    let redactor = session.redactor(Rules { names: ready.settings.redact(&args.output) });
    let comparison = ready.baseline.as_ref().map(Comparison::with);
    let (folder, wanted) = (ready.settings.reports(&args.output), ready.settings.wanted(&args.output));
    let journal = Recorder::open(folder, wanted, plan, redactor, comparison)?;
    let stop = Stop::default();
    let watch = signals::watch(stop.clone())?;
    let mut live = Live::new(journal, manner(args, ready, session), stop.clone(), session);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let began = Instant::now();
    runtime.block_on(run::run(plan, transport, &limits(&args.pace), &stop, &mut live));
    if stop.phase() == StopPhase::Abandoned {
        // The run may end before the thread that watches does.
        signals::leave();
    }
    let journal = live.finish()?;
    let (sent, interrupted) = (journal.sent(), watch.interrupted());
    let head = journal.close(ready.start, began.elapsed().as_secs_f64(), interrupted)?;
    match sent {
        0 if !args.output.allow_empty && !interrupted => Err(nothing_sent(&head).into()),
        _ => Ok(head),
    }
}

fn limits(pace: &args::Pace) -> Limits {
    let grace = pace.grace.unwrap_or(Duration::from_secs(10));
    Limits { jobs: connect::jobs(pace), fail_fast: pace.fail_fast, grace }
}

fn nothing_sent(head: &Head) -> Problem {
    let (cases, skipped) = (head.summary.cases, head.summary.skipped);
    Problem::new(format!("nothing was sent: of {cases} selected, {skipped} skipped"))
        .help("--verbose shows the reasons; --allow-empty makes it no error")
}

/// The summary.
pub(super) fn conclude(head: &Head, exit: Exit, manner: &Manner, session: &mut Session<'_>) -> Result<(), Failure> {
    match (manner.format, manner.detail) {
        (Format::Json, _) => Event::Ended { exit: Some(exit.code()), head }.write(&mut session.out)?,
        (Format::Text, Detail::Quiet) => (),
        (Format::Text, _) => session.out.write_all(terminal::summary(head, &manner.style).as_bytes())?,
    }
    Ok(session.out.flush()?)
}
