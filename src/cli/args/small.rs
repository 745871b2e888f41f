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
    /// Check or rule; without it, all are listed
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

/// `signoff completions`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Completions {
    /// Shell
    pub shell: Shell,
}
