//! Which document and cases to use.

use std::path::PathBuf;

use clap::Args;

use crate::project::overrides::Overrides;
use crate::run::Filter;

use super::Global;

/// The document and the cases.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Inputs {
    /// OpenAPI document [default: `spec` in signoff.yaml]
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// OpenAPI Overlay to apply; replaces the overlays in signoff.yaml
    #[arg(long, value_name = "FILE")]
    pub overlay: Vec<PathBuf>,
    /// Directory of case files, or one case file [default: `cases` in signoff.yaml]
    #[arg(long, value_name = "PATH")]
    pub cases: Option<PathBuf>,
}

impl Inputs {
    /// Overrides of the configuration by these options.
    pub(crate) fn overrides(&self, global: &Global) -> Overrides {
        let Self { spec, overlay, cases } = self.clone();
        Overrides { spec, overlays: overlay, cases, ..global.overrides() }
    }
}

/// Selects cases; every case if nothing is given.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Selection {
    /// Select cases whose id (FILE::NAME) contains one of these strings
    #[arg(value_name = "FILTER")]
    pub names: Vec<String>,
    /// Select cases with one of these tags
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// Select cases of one of these operations (operationId, or "POST /path")
    #[arg(long = "operation", value_name = "OPERATION")]
    pub operations: Vec<String>,
}

impl Selection {
    /// The selection as a filter of a run.
    pub(crate) fn filter(&self) -> Filter {
        let Self { names, tags, operations } = self.clone();
        Filter { names, tags, operations, ids: None }
    }

    /// Whether every case is selected.
    pub(crate) fn is_everything(&self) -> bool {
        self.names.is_empty() && self.tags.is_empty() && self.operations.is_empty()
    }
}
