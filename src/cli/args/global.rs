//! Options of every subcommand.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::project::command::Commands;
use crate::project::overrides::Overrides;

/// Heading of these options.
const GLOBAL: &str = "Global options";

/// Options of every subcommand.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Global {
    /// Change to DIR before doing anything
    #[arg(short = 'C', long, global = true, help_heading = GLOBAL, value_name = "DIR")]
    pub directory: Option<PathBuf>,
    /// Configuration file [default: signoff.yaml in this directory or its parents]
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Run the commands of `exec` in signoff.yaml, which return secrets
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub allow_exec: bool,
    /// Use colors: auto, always or never [default: auto]
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "WHEN", hide_possible_values = true)]
    pub color: Option<Color>,
    /// Print only failures and problems
    #[arg(short, long, global = true, help_heading = GLOBAL, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print every case with its exchange, and what was not checked
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub verbose: bool,
}

impl Global {
    /// Overrides of the configuration by these options alone.
    pub(crate) fn overrides(&self) -> Overrides {
        let commands = Commands::new(self.allow_exec);
        Overrides { directory: self.directory.clone(), config: self.config.clone(), commands, ..Overrides::default() }
    }
}

/// When to use colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
