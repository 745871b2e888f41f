//! Records a run: every finished case as a redacted entry, coverage, and the reports.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crate::case::Story;
use crate::coverage::Coverage;
use crate::problem::Problem;
use crate::record::{
    Comparison, ContractUsed, Endpoint, Entry, Head, HeadFacts, Inputs, OverlayAction, Redactor, Spool, Summary,
    TargetUsed,
};
use crate::report::write::{self, ReportOptions};
use crate::run::{self, Outcome, PreparedRun, Start};

/// A run whose reports are written.
pub(super) struct Recorded {
    pub head: Head,
    /// The problem of reports that could not be written, which prevents no other result.
    pub unwritten: Option<Problem>,
}

/// Recorder of a run, on disk in the directory of its reports.
pub(super) struct Recorder<'a> {
    folder: PathBuf,
    options: ReportOptions,
    prepared: &'a PreparedRun<'a>,
    redactor: Redactor,
    comparison: Option<Comparison<'a>>,
    spool: Spool<'a>,
    coverage: Coverage,
    sent: usize,
}

impl<'a> Recorder<'a> {
    /// Opens a recorder; fails before anything is sent if no report could be written.
    pub(super) fn open(
        folder: PathBuf,
        options: ReportOptions,
        prepared: &'a PreparedRun<'a>,
        redactor: Redactor,
        comparison: Option<Comparison<'a>>,
    ) -> Result<Self, Problem> {
        let spool = fs::create_dir_all(&folder).and_then(|()| Spool::create(&folder, prepared.suite));
        let mut spool = spool.map_err(|error| {
            Problem::new(format!("cannot write reports to {}: {error}", folder.display()))
                .help("choose another directory with --reports DIR")
        })?;
        for case in prepared.deselected() {
            let operation = case.operation.and_then(|index| prepared.contract.operations.get(index));
            spool.leave_out(operation.map(|operation| operation.name.as_str()));
        }
        Ok(Self { folder, options, prepared, redactor, comparison, spool, coverage: Coverage::default(), sent: 0 })
    }

    /// Records one finished case.
    pub(super) fn record(&mut self, outcome: &Outcome<'_>) -> io::Result<Entry> {
        self.coverage.observe(outcome);
        self.sent += outcome.attempts.len();
        let Self { prepared: PreparedRun { contract, target, .. }, redactor, .. } = self;
        // A defect of signoff must not cost the results of the other cases.
        let converted = catch_unwind(AssertUnwindSafe(|| Entry::from_outcome(outcome, contract, target, redactor)));
        let mut entry =
            converted.unwrap_or_else(|panic| Entry::of_defect(outcome, contract, redactor, &run::defect(&*panic)));
        if let Some(comparison) = &mut self.comparison {
            comparison.mark(&mut entry);
        }
        self.spool.push(&entry)?;
        Ok(entry)
    }

    /// Forgets what is remembered of a story for its further cases.
    pub(super) fn end_story(&mut self, story: &Story) {
        let cases = story.every().filter(|_| story.file.independent).map(|case| &case.id);
        std::iter::once(&story.id).chain(cases).for_each(|scope| self.redactor.forget(scope));
    }

    /// The directory of the reports.
    pub(super) fn folder(&self) -> &Path {
        self.folder.strip_prefix(".").unwrap_or(&self.folder)
    }

    /// The counts so far.
    pub(super) fn summary(&self) -> &Summary {
        &self.spool.counts().summary
    }

    /// Requests sent so far.
    pub(super) fn sent(&self) -> usize {
        self.sent
    }

    /// Writes the reports of a run of `inputs` that took `seconds`.
    pub(super) fn close(
        self,
        start: Start,
        seconds: f64,
        interrupted: bool,
        inputs: Inputs,
    ) -> Result<Recorded, Problem> {
        let unread = |error: io::Error| Problem::new(format!("cannot read the run's spool: {error}"));
        let written = self.spool.close().map_err(unread)?;
        let (contract, target) = (self.prepared.contract, self.prepared.target);
        let facts = HeadFacts {
            started: start.at,
            seconds,
            seed: start.seed,
            interrupted,
            contract: ContractUsed::new(contract),
            overlay: OverlayAction::of_contract(contract),
            target: TargetUsed::new(target),
            inputs,
            coverage: Endpoint::of_coverage(contract, &self.coverage),
            groups: written.groups().map_err(unread)?,
            baseline: self.comparison.map(|comparison| comparison.result(&self.redactor)),
        };
        let head = Head::new(facts, written.counts(), &self.redactor);
        let entries = written.entries().map(|entry| entry.map(Cow::Owned));
        let unwritten = write::write(&self.folder, &head, entries, &self.options).err().map(Problem::from);
        Ok(Recorded { head, unwritten })
    }
}
