//! The subcommands, and the help of `signoff` itself.

use clap::{Parser, Subcommand};

use crate::cli::version;

use super::{
    Check, Completions, Coverage, Explain, Global, Import, Init, List, Man, Mock, Mutate, Proxy, Report, Run, Schema,
    Waive,
};

const AFTER_HELP: &str = "\
Examples:
  signoff                              run cases/ against the default target
  signoff run -t sandbox --tag golive  run the cases tagged `golive` on the sandbox
  signoff run refuses --fail-fast      run the cases with \"refuses\" in their id
  signoff mock --port 4010             serve the contract on localhost:4010
  signoff check                        find all mistakes in the inputs, offline
  signoff explain body-schema          explain a check

Exit codes:
  0    all checks passed
  1    the target violates the contract or an expectation of a case
  2    the document, cases, configuration, mock rules or arguments are invalid
  3    the target could not be reached, or an exchange was not completed
  130  interrupted (Ctrl-C), 129: SIGHUP, 143: SIGTERM; the reports cover the finished cases

Environment:
  SIGNOFF_TARGET   target to use if --target is not given
  NO_COLOR         any value disables colors
  FORCE_HYPERLINK  1 prints locations as links if colors are on, 0 disables links
  Other variables are available to signoff.yaml and case files as ${env.NAME}.
  They are secrets unless written as ${public(env.NAME)}.";

const ABOUT: &str = "\
Contract tests from an OpenAPI document and a directory of YAML cases

signoff sends the cases to a target: the mock generated from the document, a sandbox, or a live API. It validates every \
response against the contract and the expectations of the case, and writes reports that show differences as diffs.";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "signoff", version, long_version = version::LONG, about = ABOUT, long_about = None, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Options of every subcommand.
    #[command(flatten)]
    pub global: Global,
    /// The subcommand; `run` if none is given.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the cases against a target (the default)
    Run(Box<Run>),
    /// Serve the contract as a mock server
    Mock(Box<Mock>),
    /// Run a validating, recording proxy
    Proxy(Box<Proxy>),
    /// Test the cases: would they notice a fault?
    Mutate(Box<Mutate>),
    /// Validate the document, cases, configuration and mock rules
    Check(Check),
    /// List cases, and operations without cases
    List(List),
    /// Show which clauses of the contract the cases test, and which not
    Coverage(Box<Coverage>),
    /// Explain a check, a rule of `signoff check` or an operator of `mutate`
    Explain(Explain),
    /// Re-render the reports of a run
    #[command(subcommand)]
    Report(Report),
    /// Write waivers for the findings of a run, to be completed by a person
    Waive(Waive),
    /// Print the JSON Schema of a file format
    Schema(Schema),
    /// Create signoff.yaml and a first case file
    Init(Init),
    /// Create cases from documentation and curl commands
    #[command(subcommand)]
    Import(Import),
    /// Print a shell completion script
    Completions(Completions),
    /// Write the manual pages to a directory
    #[command(hide = true)]
    Man(Man),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn help_fits_80_columns() {
        let mut root = Arguments::command().term_width(80);
        root.build();
        let mut commands = vec![root];
        while let Some(mut command) = commands.pop() {
            let help = command.render_long_help().to_string();
            let long: Vec<_> = help.lines().filter(|line| line.chars().count() > 80).collect();
            assert_eq!(long, Vec::<&str>::new(), "{}", command.get_name());
            commands.extend(command.get_subcommands().cloned());
        }
    }
}
