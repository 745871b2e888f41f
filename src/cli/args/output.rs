//! What a run prints and writes, and when it fails.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use crate::project::format::FailOn;
use crate::project::overrides::{BaselineSource, ResultOverrides};
use crate::record::clauses::MinShare;
use crate::report::formats::{self, FORMATS};
use crate::report::{Format as ReportFormat, Suites};

use super::values;

/// What a run prints and writes, and when it fails.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// Print text, or json: one event per line (JSON Lines) [default: text]
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Format>,
    /// Maximum number of failing cases to print [default: 20; all with --verbose]
    #[arg(long, value_name = "N", value_parser = values::whole_number(0, usize::MAX))]
    pub max_diffs: Option<usize>,
    /// Directory for reports [default: reports]
    #[arg(long, value_name = "DIR")]
    pub reports: Option<PathBuf>,
    /// Also write these reports (comma-separated; see Reports below)
    #[arg(long = "report", value_name = "REPORT", value_delimiter = ',', value_parser = report_formats())]
    #[arg(hide_possible_values = true)]
    pub formats: Vec<&'static ReportFormat>,
    /// How to group test cases in junit.xml: by endpoint or file [default: endpoint]
    #[arg(long, value_name = "GROUP", hide_possible_values = true)]
    pub junit_suite: Option<JunitSuite>,
    /// Set the severity of a check: error, warning or off
    #[arg(long = "severity", value_name = "CHECK=LEVEL", value_parser = values::assignment)]
    pub severity: Vec<(String, String)>,
    /// Also fail on (comma-separated): skipped, not-checked, warning, flaky, uncovered-new (a clause that requests decide is not met, and
    /// the baseline does not list it as not met); `new`: fail only on errors that are not in the baseline
    #[arg(long, value_name = "WHAT", value_delimiter = ',', hide_possible_values = true)]
    pub fail_on: Vec<FailOn>,
    /// File of waivers (accepted findings) [default: waivers.yaml next to signoff.yaml]
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
    /// Redact the values of these names, or the values at these JSON Pointers, too
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = values::redaction)]
    pub redact: Vec<String>,
}

/// What a run is compared with, and what it must cover.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Comparison {
    /// Record to compare with [default: the stored baseline of this contract on this target]
    #[arg(long, value_name = "RECORD")]
    pub baseline: Option<PathBuf>,
    /// Do not compare with a baseline
    #[arg(long, conflicts_with = "baseline")]
    pub no_baseline: bool,
    /// Accept the findings of this run: in later runs they are known
    #[arg(long, conflicts_with_all = ["baseline", "no_baseline"])]
    pub update_baseline: bool,
    /// Fail if fewer than N percent of the clauses of GROUP are met (repeatable; see signoff coverage)
    #[arg(long, value_name = "GROUP=N", value_parser = values::min_coverage)]
    pub min_coverage: Vec<MinShare>,
    /// Exit 0 even if no request was sent
    #[arg(long)]
    pub allow_empty: bool,
}

impl Comparison {
    /// Where the baseline comes from.
    pub(super) fn source(&self) -> BaselineSource {
        match (&self.baseline, self.no_baseline) {
            (_, true) => BaselineSource::None,
            (Some(file), false) => BaselineSource::File(file.clone()),
            (None, false) if self.update_baseline => BaselineSource::Update,
            (None, false) => BaselineSource::Stored,
        }
    }
}

/// Help on the values of `--report`.
pub(super) fn reports_help() -> String {
    let lines = FORMATS.iter().map(|format| format!("\n  {:9}  {}", format.name, format.summary));
    format!("Reports:{}", lines.collect::<String>())
}

impl From<Output> for ResultOverrides {
    fn from(output: Output) -> Self {
        let Output { reports, formats, junit_suite, severity, fail_on, waivers, redact, .. } = output;
        let suites = JunitSuite::suites(junit_suite);
        let baseline = BaselineSource::default();
        let min_coverage = Vec::new();
        Self { reports, formats, suites, severity, fail_on, min_coverage, baseline, waivers, redact }
    }
}

/// Formats of standard output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text for people.
    #[default]
    Text,
    /// JSON Lines: `started` with the number of `cases`, `finished` with the `entry` of each case, `draining` when the run is
    /// stopped, `ended` with the `exit` code and the `head` (see `signoff schema record`).
    Json,
}

/// How test cases are grouped in `junit.xml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum JunitSuite {
    /// By endpoint; the class of a test is its case file.
    Endpoint,
    /// By case file, or by one row of its table.
    File,
}

impl JunitSuite {
    /// The grouping, or the default if none is given.
    pub(crate) fn suites(given: Option<Self>) -> Suites {
        match given {
            None => Suites::default(),
            Some(Self::Endpoint) => Suites::Endpoint,
            Some(Self::File) => Suites::File,
        }
    }
}

/// Parser of the names of report formats.
pub(super) fn report_formats() -> impl TypedValueParser<Value = &'static ReportFormat> {
    let unknown = || clap::Error::new(clap::error::ErrorKind::InvalidValue);
    let names = FORMATS.iter().map(|format| PossibleValue::new(format.name));
    PossibleValuesParser::new(names).try_map(move |name| formats::named(&name).ok_or_else(unknown))
}
