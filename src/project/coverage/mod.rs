//! Coverage of clauses in the configuration: gates, exclusions and owners.

pub(crate) mod format;
mod min_coverage;
mod names;
mod resolved;

pub(crate) use min_coverage::{parse_group, parse_min};
pub(crate) use names::{known_clause, unknown_operation};
pub(crate) use resolved::CoverageSettings;
