//! Arguments of `signoff check`.

use clap::{Args, ValueEnum};

use super::Inputs;

/// `signoff check`.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Check {
    /// The document and the cases.
    #[command(flatten)]
    pub inputs: Inputs,
    /// Check only this target; environment variables that it needs and that are not set are errors [default: all]
    #[arg(short = 't', long, value_name = "NAME")]
    pub target: Option<String>,
    /// Print text, json (JSON Lines) or github (workflow commands) [default: text]
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<ProblemFormat>,
}

/// Formats of problems.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProblemFormat {
    /// Text for people: the source line with a caret; equal problems are grouped.
    #[default]
    Text,
    /// JSON Lines: one object per problem.
    Json,
    /// Workflow commands of GitHub Actions, which shows them as annotations.
    Github,
}

const AFTER_HELP: &str = "\
Examples:
  signoff check                       everything in this project
  signoff check --spec openapi.yaml   only this document; add --cases to
                                      validate cases too
  signoff check --target sandbox      also that its variables are set
  signoff check --format json | jq -r .rule

Only errors cause exit code 2. Warnings report probable mistakes, cases that can
never pass, and parts that cannot be checked.";
