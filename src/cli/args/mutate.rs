//! Arguments of `signoff mutate`.

use std::path::PathBuf;

use clap::Args;

use crate::project::overrides::{Overrides, ResultOverrides};
use crate::quantity;

use super::{Execution, Global, Inputs, Selection, Target};

/// What `signoff mutate` prints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum MutateFormat {
    /// Text for people.
    #[default]
    Text,
    /// The content of mutation.json (mutation-testing-report schema).
    Json,
}

/// `signoff mutate`.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Mutate {
    /// The document and the cases.
    #[command(flatten)]
    pub inputs: Inputs,
    /// Which cases.
    #[command(flatten)]
    pub selection: Selection,
    /// Use only these operators (see `signoff explain`)
    #[arg(long = "operator", value_name = "ID", value_delimiter = ',')]
    pub operators: Vec<String>,
    /// Fail if less than this percentage of the faults is noticed
    #[arg(long, value_name = "PERCENT", value_parser = quantity::parse_percent)]
    pub min_score: Option<u8>,
    /// Fail if a fault is not noticed that was noticed in this report, a mutation.json of another revision
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Test only operations whose document, cases or mock rules changed since this revision of git
    #[arg(long, value_name = "REV")]
    pub in_diff: Option<String>,
    /// Try only part I of N parts of the faults
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub shard: Option<(usize, usize)>,
    /// Print a patch of the case files instead, for `git apply`
    #[arg(long, conflicts_with = "format")]
    pub suggest: bool,
    /// Directory of mutation.json [default: `reports` in signoff.yaml]
    #[arg(long, value_name = "DIR")]
    pub reports: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = MutateFormat::Text, value_name = "FORMAT")]
    pub format: MutateFormat,
    /// The mock whose rules are used, or the live target whose responses are recorded.
    #[command(flatten)]
    pub target: Target,
    /// How a live target is called.
    #[command(flatten)]
    pub execution: Execution,
}

impl Mutate {
    /// Overrides of the configuration by these arguments.
    pub(crate) fn overrides(&self, global: &Global) -> Overrides {
        Overrides {
            target: self.target.clone().into(),
            execution: self.execution.clone().into(),
            results: ResultOverrides { reports: self.reports.clone(), ..ResultOverrides::default() },
            ..self.inputs.overrides(global)
        }
    }
}

/// Last part of the help.
const AFTER_HELP: &str = "\
The cases run against the mock, changed by one fault at a time; nothing is sent.
A live target is called once, and its responses are changed in memory.
A fault that no case notices is listed with the expectation that would notice it.

Examples:
  signoff mutate --operation updateCustomer --operator other-id,value-null
  signoff mutate --baseline ../main/reports/mutation.json

Exit codes: 1 a fault is no longer noticed, or the score is too low, 2 a case fails without a fault,
            3 the target could not be reached";

/// Parses `2/4`.
fn shard(text: &str) -> Result<(usize, usize), String> {
    let parts = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    parts.filter(|(part, of)| (1..=*of).contains(part)).ok_or_else(|| "expected I/N, such as 1/4".to_owned())
}
