//! Records a run: every finished case as a redacted entry, coverage, and the reports.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crate::case::Story;
use crate::contract::Operation;
use crate::coverage::Coverage;
use crate::problem::{Problem, reason};
use crate::project::coverage::CoverageSettings;
use crate::project::mock_trial::MockTrial;
use crate::record::clauses::{CasesSent, ClauseTable, Evidence, RunCoverage, SummaryLimits};
use crate::record::{
    ClauseCoverage, Comparison, ContractUsed, Endpoint, Entry, Head, HeadFacts, Inputs, Job, OverlayAction, Redactor,
    Spool, Summary, TargetUsed,
};
use crate::report::write::{self, ReportOptions};
use crate::run::{self, Outcome, PreparedRun, Start};
use crate::secret::Secret;

use super::exit::Exit;
use super::response_statuses::ResponseStatuses;

/// A run whose reports are written.
pub(super) struct Recorded {
    pub head: Head,
    /// The problem of reports that could not be written, which prevents no other result.
    pub unwritten: Option<Problem>,
    /// The exit code of the signal that interrupted the run.
    pub interrupted: Option<Exit>,
    /// Whether `head` describes every case, so that later runs can be compared with it.
    pub is_recorded: bool,
    /// Gates of clause coverage that could not be missed, and uses of exclusions.
    pub clauses: JudgedClauses,
}

/// What is known about clause coverage after a run, apart from its record.
#[derive(Debug, Default)]
pub(super) struct JudgedClauses {
    /// Gates that could not be missed, and why.
    pub notes: Vec<String>,
    /// Per exclusion: how many clauses it excludes, and how many of them are met.
    pub uses: Vec<(usize, usize)>,
}

/// Facts of a run that its cases do not show.
pub(super) struct EndedRun {
    /// Clock and seed.
    pub start: Start,
    /// Duration in seconds.
    pub seconds: f64,
    /// The exit code of the signal that interrupted it.
    pub interrupted: Option<Exit>,
    /// Digests of the input files.
    pub inputs: Inputs,
    /// The name of the partner.
    pub partner: Option<String>,
    /// The commit and the CI job.
    pub job: Option<Job>,
    /// Whether findings of the baseline do not fail it.
    pub tolerates_known: bool,
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
    clause_settings: Option<(&'a CoverageSettings, MockTrial<'a>)>,
    cases_sent: CasesSent,
    statuses: ResponseStatuses,
    sent: usize,
    /// Whether every request was compared with the contract before, whatever its case says.
    has_checked_requests: bool,
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
        let spool = write::create_folder(&folder).and_then(|()| Spool::create(&folder, prepared.suite));
        let mut spool = spool.map_err(|error| unwritable(&folder, &error))?;
        for case in prepared.deselected() {
            let operation = case.operation.and_then(|index| prepared.contract.operations.get(index));
            spool.leave_out(operation.map(|operation| operation.name.as_str()));
        }
        Ok(Self {
            folder,
            options,
            prepared,
            redactor,
            comparison,
            spool,
            coverage: Coverage::default(),
            clause_settings: None,
            cases_sent: CasesSent::default(),
            statuses: ResponseStatuses::default(),
            sent: 0,
            has_checked_requests: false,
        })
    }

    /// Records cases whose requests were compared with the contract when the proxy received them.
    pub(super) fn with_checked_requests(self) -> Self {
        Self { has_checked_requests: true, ..self }
    }

    /// Applies exclusions, owners and gates of clause coverage. The cases of gaps are run on the mock of the project.
    pub(super) fn with_clauses(self, settings: &'a CoverageSettings, mock: MockTrial<'a>) -> Self {
        Self { clause_settings: Some((settings, mock)), ..self }
    }

    /// Records one finished case. If it cannot be stored, the run goes on without reports.
    pub(super) fn record(&mut self, outcome: &Outcome<'_>) -> Entry {
        let PreparedRun { contract, target, .. } = self.prepared;
        let redactor = RefCell::new(&mut self.redactor);
        let is_hidden = |operation: &Operation, name: &str| redactor.borrow_mut().hides_name(contract, operation, name);
        self.coverage.observe(contract, target, outcome, &is_hidden);
        self.statuses.observe(contract, outcome);
        self.sent += outcome.attempts.len();
        if !outcome.attempts.is_empty() {
            self.cases_sent.insert(&outcome.case.id);
        }
        let Self { prepared: PreparedRun { contract, target, .. }, redactor, .. } = self;
        // A defect of signoff must not cost the results of the other cases.
        let converted = catch_unwind(AssertUnwindSafe(|| Entry::from_outcome(outcome, contract, target, redactor)));
        let mut entry =
            converted.unwrap_or_else(|panic| Entry::of_defect(outcome, contract, redactor, &run::defect(&*panic)));
        entry.unchecked &= !self.has_checked_requests;
        if let Some(comparison) = &mut self.comparison {
            comparison.mark(&mut entry);
        }
        self.spool.push(&entry);
        entry
    }

    /// Redacts a value that the run has received.
    pub(super) fn learn(&mut self, secret: Secret) {
        self.redactor.learn(secret);
    }

    /// Forgets what is remembered of a story for its further cases.
    pub(super) fn end_story(&mut self, story: &Story) {
        let cases = story.every().filter(|_| story.file.independent).map(|case| &case.id);
        std::iter::once(&story.id).chain(cases).for_each(|scope| self.redactor.forget(scope));
    }

    /// The directory of the reports, as far as they can be written.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.spool.is_complete().then(|| self.folder.strip_prefix(".").unwrap_or(&self.folder))
    }

    /// The counts so far.
    pub(super) fn summary(&self) -> &Summary {
        &self.spool.counts().summary
    }

    /// Known failures so far, which do not fail the run.
    pub(super) fn tolerated(&self) -> u64 {
        let tolerates = self.comparison.as_ref().is_some_and(Comparison::tolerates_known);
        if tolerates { self.summary().known } else { 0 }
    }

    /// Requests sent so far.
    pub(super) fn sent(&self) -> usize {
        self.sent
    }

    /// Writes the reports of a run.
    pub(super) fn close(mut self, ended: EndedRun) -> Result<Recorded, Problem> {
        let unread = |error: io::Error| Problem::new(format!("cannot read the run's spool: {}", reason(&error)));
        let (clauses, judged) = self.clauses(ended.interrupted.is_some());
        let written = self.spool.close();
        let (contract, target) = (self.prepared.contract, self.prepared.target);
        let mut groups = written.groups().map_err(unread)?;
        self.comparison.iter().for_each(|comparison| comparison.date(&mut groups.groups));
        let EndedRun { start, seconds, interrupted, inputs, partner, job, tolerates_known } = ended;
        let facts = HeadFacts {
            started: start.at,
            seconds,
            seed: start.seed,
            interrupted: interrupted.is_some(),
            contract: ContractUsed::new(contract),
            overlay: OverlayAction::of_contract(contract),
            target: TargetUsed::new(target, partner),
            inputs,
            coverage: Endpoint::of_coverage(contract, &self.coverage),
            clauses,
            groups,
            baseline: self.comparison.map(|comparison| comparison.result(&self.redactor)),
            tolerates_known,
            job,
            note: self.statuses.note(contract, target),
        };
        let head = Head::new(facts, written.counts(), &self.redactor);
        let entries = written.entries().map(|entry| entry.map(Cow::Owned));
        let unwritten = match written.failure() {
            Some(error) => Some(unwritable(&self.folder, error)),
            None => write::write(&self.folder, &head, entries, &self.options).err().map(Problem::from),
        };
        Ok(Recorded { head, unwritten, interrupted, is_recorded: written.failure().is_none(), clauses: judged })
    }

    /// The clause coverage of the run, judged by the gates; none if the contract has no clauses.
    fn clauses(&mut self, is_interrupted: bool) -> (Option<ClauseCoverage>, JudgedClauses) {
        let PreparedRun { contract, suite, .. } = self.prepared;
        let Some((settings, mock)) = self.clause_settings.as_ref().filter(|_| contract.clauses().len() > 0) else {
            return (None, JudgedClauses::default());
        };
        let evidence = Evidence::of_run(contract, &self.coverage, &mut self.redactor);
        let table = ClauseTable::new(contract, &settings.rules, &evidence);
        let trial = |text: &str| mock.failure(text);
        let mut coverage = ClauseCoverage::new(&table, &evidence, SummaryLimits::RECORD, &self.redactor, Some(&trial));
        let (observed, sent) = (&self.coverage, &self.cases_sent);
        let run = RunCoverage { contract, suite, coverage: observed, evidence: &evidence, sent };
        coverage.add_cases(&run, &table, &self.redactor);
        let baseline = self.comparison.as_ref().and_then(|comparison| comparison.baseline().clauses.as_ref());
        let find = |name: &str| contract.clauses().find(&name.parse().ok()?);
        baseline.into_iter().for_each(|baseline| coverage.compare_with(baseline, &find));
        let mut judged = JudgedClauses { notes: Vec::new(), uses: table.uses_of_exclusions() };
        // The result of an interrupted run is its interruption.
        if !is_interrupted {
            let Summary { not_run, errored, .. } = *self.summary();
            let found = settings.judge(&coverage, baseline, (not_run, errored));
            (coverage.missed, judged.notes) = (found.missed, found.notes);
            // The valid request may be in a case that was left out, or had no response.
            if not_run + errored == 0 {
                judged.notes.extend(run.unconfirmed_covers(&table));
            }
        }
        (Some(coverage), judged)
    }
}

/// The problem that no report can be written to `folder`.
pub(super) fn unwritable(folder: &Path, error: &io::Error) -> Problem {
    Problem::new(format!("cannot write reports to {}: {}", folder.display(), reason(error)))
        .help("choose another directory with --reports DIR")
}
