//! Arguments of `signoff import`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::project::overrides::Overrides;

use super::Global;

/// `signoff import`.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Import {
    /// Documentation pages with an OpenAPI document, or with curl commands and responses
    Page(ImportPage),
    /// Command lines of curl in scripts and Markdown files
    Curl(ImportCurl),
}

/// `signoff import page`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ImportPage {
    /// Markdown or text files; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// OpenAPI document to write
    #[arg(long, value_name = "FILE", default_value = "openapi.yaml")]
    pub spec: PathBuf,
}

/// Last part of the help of `signoff import curl`.
const AFTER_HELP: &str = "\
Commands are read, never executed. Credentials are left out: a run adds those of
its target. Warnings list what contradicts the document and what is not imported.

Examples:
  signoff import curl README.md
  signoff import curl --output cases/orders.yaml orders.sh
  pbpaste | signoff import curl";

/// `signoff import curl`.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ImportCurl {
    /// Shell scripts, Markdown files, or copied commands [default: - (standard input)]
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// OpenAPI document [default: `spec` in signoff.yaml]
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// OpenAPI Overlay to apply; replaces the overlays in signoff.yaml
    #[arg(long, value_name = "FILE")]
    pub overlay: Vec<PathBuf>,
    /// Case file to write; - prints it [default: curl.yaml in the cases directory]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
}

impl ImportCurl {
    /// Overrides of the configuration by these options.
    pub(crate) fn overrides(&self, global: &Global) -> Overrides {
        Overrides { spec: self.spec.clone(), overlays: self.overlay.clone(), ..global.overrides() }
    }
}
