//! The cases as libtest tests, for `cargo test` and cargo-nextest, here and in a crate of your own.
//!
//! A partner's crate keeps `signoff.yaml`, `specs/` and `cases/` beside its `Cargo.toml` and adds
//!
//! ```toml
//! [dev-dependencies]
//! signoff = "0.1"
//!
//! [[test]]
//! name = "contract"
//! harness = false
//! ```
//!
//! and, as `tests/contract.rs`,
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     signoff::testing::main(signoff::testing::Options::new(env!("CARGO_MANIFEST_DIR")))
//! }
//! ```
//!
//! Then `cargo test --test contract` and `cargo nextest run` show every case by its id, with the operation as its kind, and
//! a failing one with its diff. The target is `SIGNOFF_TARGET`, the mock otherwise:
//!
//! - on the mock a trial is a case; it gets a mock of its own, and first runs the setup and the cases before it, so that it
//!   means the same alone and among all;
//! - elsewhere a trial is a whole story, so that a process per test does not send a story again for each of its cases.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::case::Story;
use crate::cli::args::{Global, Run};
use crate::cli::output::problems;
use crate::problem::Problem;
use crate::project::resolved_run::ResolvedRun;
use crate::project::settings::Settings;
use crate::project::target;
use crate::record::{Entry, Redactor, Role, Rules, Secret, Verdict};
use crate::report::terminal::{self, Style};
use crate::run::{self, Event, Limits, Outcome, PreparedRun, Sink, Stop};

const STYLE: Style = Style { width: 120, color: false, links: None };

/// What the tests are made of, and what the test runner asks for.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of `signoff.yaml`, or one below it.
    pub directory: PathBuf,
    /// The arguments of the test binary, its name first.
    pub arguments: Vec<OsString>,
    /// The environment.
    pub env: BTreeMap<String, String>,
}

impl Options {
    /// The cases below `directory`, with the arguments and the environment of this process.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        let text = |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        Self {
            directory: directory.into(),
            arguments: std::env::args_os().collect(),
            env: std::env::vars_os().filter_map(text).collect(),
        }
    }
}

/// Lists or runs the cases as the arguments ask; fails when a case does, or (exit code 2) when the project is not sound.
pub fn main(options: Options) -> ExitCode {
    let mut arguments = Arguments::from_iter(&options.arguments);
    arguments.test_threads.get_or_insert(16);
    match trials(&options) {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(problems) => {
            // There is nobody left to tell when `stderr` cannot be written.
            let _ = problems::write(&problems, &STYLE, &mut std::io::stderr());
            ExitCode::from(2)
        }
    }
}

/// What every trial needs: loaded once, reached only when one runs.
struct Suite {
    args: Run,
    ready: ResolvedRun,
    secrets: Vec<Secret>,
    /// One lock a name of `serial`.
    turns: BTreeMap<String, Mutex<()>>,
}

fn trials(options: &Options) -> Result<Vec<Trial>, Vec<Problem>> {
    let suite = Arc::new(load(options)?);
    let stories = || suite.ready.project.suite.stories.iter().enumerate();
    if suite.ready.chosen.is_mock() {
        let cases = stories().flat_map(|(at, story)| (0..story.cases.len()).map(move |case| (at, case)));
        Ok(cases.map(|(story, case)| case_trial(&suite, story, case)).collect())
    } else {
        Ok(stories().map(|(at, story)| story_trial(&suite, at, story)).collect())
    }
}

fn load(options: &Options) -> Result<Suite, Vec<Problem>> {
    let mut args = Run::default();
    args.output.no_baseline = true;
    let global = Global { directory: Some(options.directory.clone()), ..Global::default() };
    let settings = Settings::read(&global, &args.inputs)?;
    args.target.name = Some(target::of_tests(&settings, &options.env));
    let (ready, secrets) = ResolvedRun::new(&args, settings, &options.env);
    let redactor = Redactor::new(&secrets, Rules::default());
    let ready = ready.map_err(|problems| {
        problems.into_iter().map(|problem| problems::hidden(&problem, &redactor)).collect::<Vec<_>>()
    })?;
    let serial = ready.project.suite.files.iter().filter_map(|file| file.serial.clone());
    let turns = serial.map(|name| (name, Mutex::default())).collect();
    Ok(Suite { args, ready, secrets, turns })
}

fn case_trial(suite: &Arc<Suite>, story: usize, case: usize) -> Trial {
    let ResolvedRun { project, .. } = &suite.ready;
    let tested = &project.suite.stories[story].cases[case];
    let operation = tested.operation.and_then(|index| project.contract.operations.get(index));
    let kind = operation.map(|operation| operation.name.clone()).unwrap_or_default();
    let (id, shared) = (tested.id.clone(), suite.clone());
    Trial::ignorable_test(id.clone(), move || {
        let independent = shared.ready.project.suite.stories[story].file.independent;
        let entries = shared.play(story, |index| if independent { index == case } else { index <= case })?;
        verdict(&entries, |entry| entry.role != Role::Case || entry.case == id)
    })
    .with_kind(kind)
}

fn story_trial(suite: &Arc<Suite>, at: usize, story: &Story) -> Trial {
    let shared = suite.clone();
    let run = move || verdict(&shared.play(at, |_| true)?, |_| true);
    Trial::ignorable_test(story.id.clone(), run).with_kind("story")
}

impl Suite {
    /// Runs the cases of one story that `wanted` names, by their number, with its setup and teardown.
    fn play(&self, story: usize, wanted: impl Fn(usize) -> bool) -> Result<Vec<Entry>, Failed> {
        let stories = &self.ready.project.suite.stories;
        let _turn = stories[story].file.serial.as_ref().and_then(|name| self.turns.get(name)).map(|turn| {
            // A trial that panicked left nothing behind that the next one could trip over.
            turn.lock().unwrap_or_else(PoisonError::into_inner)
        });
        let reached = self.ready.reach(&self.args).map_err(|problems| self.failed(&problems))?;
        let inputs = self.ready.inputs(&reached.target);
        let chosen = |at, held: &Story| (0..held.cases.len()).map(|index| at == story && wanted(index)).collect();
        let selected = stories.iter().enumerate().map(|(at, held)| chosen(at, held)).collect();
        // Not `PreparedRun::new`: each request is proven when it is sent, so one that lies fails its own trial only.
        let plan = PreparedRun::unproven(inputs, selected);
        let rules = Rules { names: self.ready.settings.file.config.redact.clone() };
        let mut kept = Kept { plan: &plan, redactor: Redactor::new(&self.secrets, rules), entries: Vec::new() };
        let limits = Limits { jobs: 1, fail_fast: false, grace: Duration::ZERO };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(run::run(&plan, &reached.network, &limits, &Stop::default(), &mut kept));
        Ok(kept.entries)
    }

    fn failed(&self, problems: &[Problem]) -> Failed {
        let redactor = Redactor::new(&self.secrets, Rules::default());
        let text = |problem| problems::render(&problems::hidden(problem, &redactor), &STYLE);
        problems.iter().map(text).collect::<Vec<_>>().join("\n\n").into()
    }
}

/// Keeps the entries in memory.
struct Kept<'a> {
    plan: &'a PreparedRun<'a>,
    redactor: Redactor,
    entries: Vec<Entry>,
}

impl Sink for Kept<'_> {
    fn take(&mut self, event: Event<'_>) {
        if let Event::Finished(outcome) = event {
            let outcome: &Outcome<'_> = &outcome;
            self.entries.push(Entry::of(outcome, self.plan.contract, self.plan.target, &mut self.redactor));
        }
    }
}

/// Fails with the diffs of those entries that count; is ignored when all of the cases among them were skipped.
fn verdict(entries: &[Entry], counts: impl Fn(&Entry) -> bool) -> Result<Completion, Failed> {
    let counted: Vec<_> = entries.iter().filter(|entry| counts(entry)).collect();
    let broken = counted.iter().filter(|entry| matches!(entry.outcome, Verdict::Failed | Verdict::Errored));
    let texts: Vec<_> = broken.map(|entry| terminal::entry(entry, &STYLE)).collect();
    if !texts.is_empty() {
        return Err(texts.join("\n").into());
    }
    let mut cases = counted.iter().filter(|entry| entry.role == Role::Case).peekable();
    let reason = cases.peek().and_then(|entry| entry.reason.clone());
    match cases.all(|entry| entry.outcome == Verdict::Skipped) {
        true => Ok(Completion::ignored_with(reason.unwrap_or_default())),
        false => Ok(Completion::Completed),
    }
}
