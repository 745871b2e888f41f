//! Runs the cases as libtest tests, for `cargo test` and cargo-nextest, in this crate or in your own.
//!
//! Put `signoff.yaml`, `specs/` and `cases/` next to your crate's `Cargo.toml` and add
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
//! Then `cargo test --test contract` and `cargo nextest run` list every case by its id, with the operation as its kind, and show
//! the diff of each failing case. The target is `SIGNOFF_TARGET`, or the mock if the variable is not set:
//!
//! - On the mock each test is one case. It has its own mock and first runs the setup and the cases before it, so that its result
//!   does not depend on which other tests run.
//! - On other targets each test is a whole story: cargo-nextest starts a process per test, and a story would otherwise be sent
//!   again for each of its cases.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::case::Story;
use crate::cli::{environment, mask, now, problems};
use crate::problem::Problem;
use crate::project::overrides::{BaselineSource, Overrides, ResultOverrides};
use crate::project::resolved_run::ResolvedRun;
use crate::project::settings::Settings;
use crate::project::target;
use crate::record::{Entry, Redactor, Role, Rules, Secret, Verdict};
use crate::report::terminal::{self, Style};
use crate::run::{self, Event, Limits, Outcome, PreparedRun, Selection, Sink, Stop};

const STYLE: Style = Style { width: 120, color: false, links: None };

/// Project, arguments and environment of the tests.
#[derive(Debug, Clone)]
pub struct Options {
    /// The directory of `signoff.yaml`, or one below it.
    pub directory: PathBuf,
    /// Arguments of the test binary, starting with its name.
    pub arguments: Vec<OsString>,
    /// Environment variables.
    pub env: BTreeMap<String, String>,
}

impl Options {
    /// Tests the project in `directory`, with the arguments and the environment of this process.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            arguments: std::env::args_os().collect(),
            env: environment(std::env::vars_os()),
        }
    }
}

/// Lists or runs the cases, depending on the arguments. Exits with 101 if a case fails, as libtest does, and with 2 if the project
/// is invalid.
pub fn main(options: Options) -> ExitCode {
    let mut arguments = Arguments::from_iter(&options.arguments);
    arguments.test_threads.get_or_insert(16);
    match trials(&options) {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(problems) => {
            let masked: Vec<_> = problems.iter().map(mask::problem).collect();
            // If stderr cannot be written, the problems cannot be reported anywhere.
            let _ = problems::write(&masked, &STYLE, &mut std::io::stderr());
            ExitCode::from(2)
        }
    }
}

/// Shared by all trials: loaded once; connections are opened only when a trial runs.
struct Suite {
    ready: ResolvedRun,
    secrets: Vec<Secret>,
    /// One lock per name of `serial`.
    serial_locks: BTreeMap<String, Mutex<()>>,
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
    let results = ResultOverrides { baseline: BaselineSource::None, ..ResultOverrides::default() };
    let directory = Some(options.directory.clone());
    let mut settings = Settings::read(Overrides { directory, results, ..Overrides::default() })?;
    settings.overrides.target.name = Some(target::name_for_tests(&settings, &options.env));
    let (ready, secrets) = ResolvedRun::new(settings, &options.env, now());
    let redactor = Redactor::new(&secrets, Rules::default());
    let ready = ready.map_err(|problems| {
        problems.into_iter().map(|problem| problems::redacted(&problem, &redactor)).collect::<Vec<_>>()
    })?;
    let serial = ready.project.suite.files.iter().filter_map(|file| file.serial.clone());
    let serial_locks = serial.map(|name| (name, Mutex::default())).collect();
    Ok(Suite { ready, secrets, serial_locks })
}

fn case_trial(suite: &Arc<Suite>, story: usize, case: usize) -> Trial {
    let ResolvedRun { project, .. } = &suite.ready;
    let tested = &project.suite.stories[story].cases[case];
    let operation = tested.operation.and_then(|index| project.contract.operations.get(index));
    let kind = operation.map(|operation| operation.name.clone()).unwrap_or_default();
    let (id, shared) = (tested.id.clone(), suite.clone());
    Trial::ignorable_test(id.clone(), move || {
        let independent = shared.ready.project.suite.stories[story].file.independent;
        let entries = shared.run(story, |index| if independent { index == case } else { index <= case })?;
        verdict(&entries, |entry| entry.role != Role::Case || entry.case == id)
    })
    .with_kind(kind)
}

fn story_trial(suite: &Arc<Suite>, at: usize, story: &Story) -> Trial {
    let shared = suite.clone();
    let run = move || verdict(&shared.run(at, |_| true)?, |_| true);
    Trial::ignorable_test(story.id.clone(), run).with_kind("story")
}

impl Suite {
    /// Runs the cases of one story for which `wanted(index)` is true, with its setup and teardown.
    fn run(&self, story: usize, wanted: impl Fn(usize) -> bool) -> Result<Vec<Entry>, Failed> {
        let stories = &self.ready.project.suite.stories;
        let _lock = stories[story].file.serial.as_ref().and_then(|name| self.serial_locks.get(name)).map(|lock| {
            // A trial that panicked leaves no state that could affect the next one.
            lock.lock().unwrap_or_else(PoisonError::into_inner)
        });
        let reached = self.ready.connect().map_err(|problems| self.failed(&problems))?;
        let inputs = self.ready.inputs(&reached.target);
        let chosen = |at, held: &Story| (0..held.cases.len()).map(|index| at == story && wanted(index)).collect();
        let selected = stories.iter().enumerate().map(|(at, held)| chosen(at, held)).collect();
        // Not `PreparedRun::new`: a case whose request is wrong must fail its own trial only.
        let prepared = PreparedRun::unverified(inputs, Selection::new(selected));
        let rules = Rules { names: self.ready.settings.file.config.redact.clone() };
        let mut collector =
            EntryCollector { prepared: &prepared, redactor: Redactor::new(&self.secrets, rules), entries: Vec::new() };
        let limits = Limits { jobs: 1, fail_fast: false, grace: Duration::ZERO };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(run::run(&prepared, &reached.network, &limits, &Stop::default(), &mut collector));
        Ok(collector.entries)
    }

    fn failed(&self, problems: &[Problem]) -> Failed {
        let redactor = Redactor::new(&self.secrets, Rules::default());
        let text = |problem| problems::render(&problems::redacted(problem, &redactor), &STYLE);
        problems.iter().map(text).collect::<Vec<_>>().join("\n\n").into()
    }
}

/// Sink that collects the entries in memory.
struct EntryCollector<'a> {
    prepared: &'a PreparedRun<'a>,
    redactor: Redactor,
    entries: Vec<Entry>,
}

impl Sink for EntryCollector<'_> {
    fn take(&mut self, event: Event<'_>) {
        if let Event::Finished(outcome) = event {
            let outcome: &Outcome<'_> = &outcome;
            self.entries.push(Entry::from_outcome(
                outcome,
                self.prepared.contract,
                self.prepared.target,
                &mut self.redactor,
            ));
        }
    }
}

/// Fails with the diffs of the entries that count; ignored if all cases among them were skipped.
fn verdict(entries: &[Entry], counts: impl Fn(&Entry) -> bool) -> Result<Completion, Failed> {
    let counted: Vec<_> = entries.iter().filter(|entry| counts(entry)).collect();
    let failed = counted.iter().filter(|entry| matches!(entry.outcome, Verdict::Failed | Verdict::Errored));
    let texts: Vec<_> = failed.map(|entry| terminal::entry(entry, &STYLE)).collect();
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
