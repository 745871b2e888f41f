//! Arguments of the subcommands that take few.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::{Inputs, Selection};

/// `signoff list`.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct List {
    /// The document and the cases.
    #[command(flatten)]
    pub inputs: Inputs,
    /// Which cases.
    #[command(flatten)]
    pub selection: Selection,
}

/// `signoff explain`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Explain {
    /// Check, rule or operator; without it, all are listed
    #[arg(value_name = "ID")]
    pub id: Option<String>,
}

/// `signoff init`.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Init {
    /// OpenAPI document
    #[arg(long, value_name = "FILE")]
    pub spec: PathBuf,
}

/// `signoff waive`.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = WAIVE_HELP)]
pub(crate) struct Waive {
    /// Record of the run [default: record.json in `reports` of signoff.yaml, else in reports]
    #[arg(long, value_name = "RECORD")]
    pub from: Option<PathBuf>,
    /// File of waivers to append to [default: waivers.yaml next to signoff.yaml]
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
}

/// Last part of the help of `signoff waive`.
const WAIVE_HELP: &str = "\
Owner, reason and expiry date of the new entries are empty: the file is invalid
until you fill them in or remove the entry. Existing entries are not changed.";

/// `signoff completions`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Completions {
    /// Shell
    pub shell: Shell,
}

/// `signoff man`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Man {
    /// Directory for the pages
    #[arg(value_name = "DIR")]
    pub pages: PathBuf,
}
