//! Arguments of `signoff coverage`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::contract::clause::Group;
use crate::project::overrides::Overrides;
use crate::record::clauses::MinShare;

use super::{Global, values};

/// `signoff coverage`.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Coverage {
    /// Record of a run; several are combined [default: record.json in `reports` of signoff.yaml, else in reports]
    #[arg(long, value_name = "RECORD")]
    pub from: Vec<PathBuf>,
    /// List all clauses that are not met, not only the most important ones
    #[arg(long)]
    pub unmet: bool,
    /// List the clauses that are not met and that the baseline does not accept, with the cases that met them
    #[arg(long, conflicts_with = "unmet")]
    pub new: bool,
    /// Show one clause: its state, its locations, the cases that meet it, and a case to start from
    #[arg(long, value_name = "CLAUSE", conflicts_with_all = ["unmet", "new"])]
    pub clause: Option<String>,
    /// Print a case file with a verified case for each clause that is not met
    #[arg(long, conflicts_with_all = ["unmet", "format", "min_coverage"])]
    pub suggest: bool,
    /// Show only clauses of this group (repeatable)
    #[arg(long = "group", value_name = "GROUP", value_parser = values::group)]
    pub groups: Vec<Group>,
    /// Show only clauses of this operation (operationId, or "POST /path"; repeatable)
    #[arg(long = "operation", value_name = "OPERATION")]
    pub operations: Vec<String>,
    /// Exit 1 if fewer than N percent of the clauses of GROUP are met (repeatable)
    #[arg(long, value_name = "GROUP=N", value_parser = values::min_coverage)]
    pub min_coverage: Vec<MinShare>,
    /// Print text, json or markdown [default: text]
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<CoverageFormat>,
    /// OpenAPI document [default: `spec` in signoff.yaml]
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// OpenAPI Overlay to apply; replaces the overlays in signoff.yaml
    #[arg(long, value_name = "FILE")]
    pub overlay: Vec<PathBuf>,
}

/// Formats of `signoff coverage`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum CoverageFormat {
    /// Text for people.
    #[default]
    Text,
    /// One JSON object with every clause.
    Json,
    /// Markdown for pull requests.
    Markdown,
}

impl Coverage {
    /// Overrides of the configuration by these arguments.
    pub(crate) fn overrides(&self, global: &Global) -> Overrides {
        Overrides { spec: self.spec.clone(), overlays: self.overlay.clone(), ..global.overrides() }
    }
}

const AFTER_HELP: &str = "\
Groups:
  operations  requests accepted, per operation
  parameters  parameters sent and omitted
  requests    bodies, media types and properties sent and omitted
  refusals    invalid requests refused, per rule of the contract
  responses   statuses, media types, headers and properties received
  values      enum values, bounds, null, branches and examples
  security    credentials missing or wrong
  state       effects of one operation on another

Examples:
  signoff coverage                        what is tested, and the largest gaps
  signoff coverage --unmet --group refusals
  signoff coverage --clause \"createOrder violates required body/amount\"
  signoff coverage --suggest > cases/coverage.yaml
  signoff coverage --from a.json --from b.json --format markdown

A clause is one testable statement of the document, for example that a request
without `amount` is refused. See docs/coverage.md.";
