//! Arguments of `signoff run`.

use std::path::PathBuf;

use clap::Args;

use crate::project::overrides::{Overrides, ResultOverrides};

use super::output::reports_help;
use super::{Comparison, Execution, Global, Inputs, Output, Selection, Target};

/// `signoff run`.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = after_help())]
pub(crate) struct Run {
    /// The document and the cases.
    #[command(flatten)]
    pub inputs: Inputs,
    /// Which cases.
    #[command(flatten)]
    pub selection: Selection,
    /// Select the cases that failed or were errored in the last run, or in RECORD
    #[expect(clippy::option_option, reason = "a flag with an optional value")]
    #[arg(long, value_name = "RECORD", num_args = 0..=1, require_equals = true)]
    pub failed: Option<Option<PathBuf>>,
    /// Run the cases of changed files again, until interrupted
    #[arg(long)]
    pub watch: bool,
    /// Where requests are sent.
    #[command(flatten)]
    pub target: Target,
    /// Parallelism, time-outs and seed.
    #[command(flatten)]
    pub execution: Execution,
    /// What is printed and written.
    #[command(flatten)]
    pub output: Output,
    /// What the run is compared with.
    #[command(flatten)]
    pub comparison: Comparison,
}

impl Run {
    /// Overrides of the configuration by these arguments.
    pub(crate) fn overrides(&self, global: &Global) -> Overrides {
        Overrides {
            target: self.target.clone().into(),
            execution: self.execution.clone().into(),
            results: ResultOverrides {
                baseline: self.comparison.source(),
                min_coverage: self.comparison.min_coverage.clone(),
                ..self.output.clone().into()
            },
            ..self.inputs.overrides(global)
        }
    }
}

fn after_help() -> String {
    format!(
        "\
{}

Examples:
  signoff run --target https://api.example.com --auth bearerAuth=env:API_KEY
  signoff run --target sandbox --var customer=BBB815E9 --jobs 4 --rate 10/s
  signoff run --failed --verbose
  signoff run --report sarif,har --fail-on new
  signoff run --format json | jq 'select(.entry.outcome == \"failed\").entry.case'",
        reports_help()
    )
}
