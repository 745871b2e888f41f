//! `signoff run`: sends the cases to a target and writes the reports.

use std::io::Write;
use std::path::PathBuf;
use std::thread;

use crate::diff::visible;
use crate::problem::Problem;
use crate::project::baseline::{self, Stored};
use crate::project::coverage::CoverageSettings;
use crate::project::failed;
use crate::project::resolved_run::ResolvedRun;
use crate::project::settings::Settings;
use crate::project::waivers::Extent;
use crate::quantity;
use crate::record::{Head, Rules, Summary};
use crate::report::coverage::shares;
use crate::report::unsent::retire;
use crate::run::{Filter, Limits, PreparedRun, Target};

use super::args::Run;
use super::execute::{RunOptions, execute, print_summary};
use super::exit::Exit;
use super::output::github::GithubStep;
use super::output::progress::{Detail, OutputOptions};
use super::recorder::{JudgedClauses, Recorded};
use super::session::{Failure, Session, unsent};

/// Runs the cases.
pub(super) fn run(args: &Run, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let resolved = session.resolve(args.overrides(&session.global))?;
    let exit = run_resolved(args, &resolved, args.selection.filter(), session)?;
    drop_in_background(resolved);
    Ok(exit)
}

/// Runs the cases that `filter` selects.
pub(super) fn run_resolved(
    args: &Run,
    resolved: &ResolvedRun,
    mut filter: Filter,
    session: &mut Session<'_>,
) -> Result<Exit, Failure> {
    let settings = &resolved.settings;
    if let Some(record) = &args.failed {
        let failed = failed::cases(settings, record.as_deref())?;
        if failed.ids.is_empty() {
            writeln!(session.err, "no case failed in {}", failed.record)?;
            return Ok(Exit::Passed);
        }
        session.print_problems(&failed.missing(&resolved.project.suite))?;
        filter.ids = Some(failed.ids);
    }
    // A misspelt filter is a wrong argument, which removes no reports.
    if filter.is_set() {
        filter.select(&resolved.project.contract, &resolved.project.suite)?;
    }
    let unsent = |problems| unsent(&settings.reports(), problems);
    let connection = resolved.connect().map_err(unsent)?;
    let prepared = resolved.prepare(&connection.target, &filter).map_err(unsent)?;
    let options = RunOptions {
        limits: Limits { jobs: settings.jobs(), fail_fast: args.execution.fail_fast, grace: args.execution.grace() },
        output: OutputOptions::new(&args.output, session),
        allow_empty: args.comparison.allow_empty,
    };
    let is_quiet = options.output.detail == Detail::Quiet;
    if !is_quiet {
        print_target(resolved, &prepared, session)?;
    }
    let step = GithubStep::begin(&settings.wanted_reports(), options.output.format, session)?;
    let Recorded { head, unwritten, interrupted, is_recorded, clauses } =
        execute(resolved, &prepared, &connection.network, &options, session)?;
    let mut unwritten: Vec<_> = unwritten.into_iter().collect();
    let stored = match is_recorded {
        true => baseline::store(
            settings,
            &resolved.project.contract,
            &connection.target.name,
            &head,
            resolved.baseline.as_ref(),
        ),
        false => retire(&settings.reports()).map_or(Ok(Stored::default()), Err),
    };
    let stored = stored.unwrap_or_else(|problem| {
        unwritten.push(problem);
        Stored::default()
    });
    let exit = match interrupted {
        Some(exit) => exit,
        None if !unwritten.is_empty() => Exit::InvalidInput,
        None => exit_code(&head, settings),
    };
    print_summary(&head, exit, &options.output, session)?;
    print_coverage(&head, &clauses, settings, is_quiet, session)?;
    // Printed before a step ends: its file may be one of them.
    session.print_problems(&unwritten)?;
    let reports = settings.reports();
    if let Some(step) = step {
        step.end(&head, &settings.file.root, &reports, session)?;
    }
    if !is_quiet {
        print_written(stored, unwritten.is_empty().then_some(&reports), session)?;
    }
    print_unused_waivers(args, resolved, &connection.target.name, &head, session)?;
    Ok(exit)
}

/// Prints the share of clauses that are met, missed gates, and warnings about gates and exclusions.
fn print_coverage(
    head: &Head,
    judged: &JudgedClauses,
    settings: &Settings,
    is_quiet: bool,
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    let Some(coverage) = &head.clauses else { return Ok(()) };
    let counts = coverage.counts(None);
    // Without a response there is nothing to say about coverage.
    let is_shown = !is_quiet && counts.met + counts.contradicted > 0;
    if let Some(line) = shares::line(coverage).filter(|_| is_shown) {
        writeln!(session.err, "coverage: {line}; see signoff coverage")?;
    }
    let missed = coverage.missed.iter().map(|missed| Problem::new(missed).help("`signoff coverage` lists the clauses"));
    let notes = judged.notes.iter().map(|note| Problem::new(note).as_warning());
    let mut problems: Vec<_> = missed.chain(notes).collect();
    // A filter leaves out the cases that may meet an excluded clause, but not those that do.
    problems.extend(CoverageSettings::warnings(settings, &judged.uses));
    Ok(session.print_problems(&problems)?)
}

/// Prints warnings about waivers whose finding did not occur.
fn print_unused_waivers(
    args: &Run,
    resolved: &ResolvedRun,
    target: &str,
    head: &Head,
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    let settings = &resolved.settings;
    let extent = Extent {
        target,
        now: resolved.start.at,
        is_whole: is_whole(args, settings, head),
        is_only_target: settings.file.config.targets.len() < 2,
    };
    Ok(session.print_problems(&resolved.waiver_file.unused(&extent, head))?)
}

fn exit_code(head: &Head, settings: &Settings) -> Exit {
    let misses_gate = head.clauses.as_ref().is_some_and(|clauses| !clauses.missed.is_empty());
    Exit::from_summary(&head.summary, &settings.fail_on()).with_missed_gates(misses_gate)
}

/// Prints that a baseline was created, or how many findings became known, and where the reports are.
fn print_written(stored: Stored, reports: Option<&PathBuf>, session: &mut Session<'_>) -> Result<(), Failure> {
    let known = quantity::count(stored.accepted, "finding");
    let clauses = stored.open_clauses.map(|open| quantity::count(open, "unmet clause"));
    match (stored.is_first, &clauses) {
        (true, Some(clauses)) => writeln!(session.err, "baseline: created with {known} and {clauses}")?,
        (true, None) => writeln!(
            session.err,
            "baseline: created with {known}; it accepts no clauses, since the gate `uncovered-new` is set"
        )?,
        (false, Some(clauses)) => writeln!(session.err, "baseline: {clauses} accepted from now on")?,
        (false, None) => {}
    }
    if stored.accepted > 0 && !stored.is_first {
        writeln!(session.err, "baseline: {known} known from now on, which `--fail-on new` tolerates")?;
    }
    if let Some(reports) = reports {
        writeln!(session.err, "reports in {}", reports.strip_prefix(".").unwrap_or(reports).display())?;
    }
    Ok(())
}

/// Frees a value on another thread: a large suite takes a while to free, and a process that ends does not wait for that thread.
fn drop_in_background(value: impl Send + 'static) {
    // If no thread can be started, the value is freed here.
    drop(thread::Builder::new().name("drop".to_owned()).spawn(move || drop(value)));
}

/// Whether every case of the project has a verdict, by every check.
fn is_whole(args: &Run, settings: &Settings, head: &Head) -> bool {
    let Summary { not_run, errored, skipped, .. } = head.summary;
    let has_all_cases = settings.overrides.cases.is_none() && !settings.is_other_document();
    let has_verdicts = not_run == 0 && errored == 0 && skipped == 0 && !head.interrupted && !args.execution.fail_fast;
    has_all_cases && has_verdicts && !settings.disables_checks()
}

/// Prints where requests go, and the seed if it is random.
pub(super) fn print_target(
    resolved: &ResolvedRun,
    prepared: &PreparedRun<'_>,
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    let seed = if resolved.chosen.is_mock() { String::new() } else { format!(", seed {}", resolved.start.seed) };
    let Target { name, url, .. } = prepared.target;
    let at = if name == url { String::new() } else { format!(" at {url}") };
    let partner = resolved.partner().map(|partner| format!("partner {}, ", visible(&partner))).unwrap_or_default();
    let text = session.redactor(Rules::default()).text(&format!("{partner}target {name}{at}{seed}"));
    Ok(writeln!(session.err, "{text}")?)
}
