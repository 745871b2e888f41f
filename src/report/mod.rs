//! Reports, rendered from the record alone.
//!
//! `format/` has one file per format, `text/` what several formats share, `terminal/` what is printed during a run.

mod actions;
pub(crate) mod causes;
mod counts;
pub(crate) mod coverage;
mod definition;
mod format;
pub(crate) mod formats;
#[cfg(test)]
mod laws;
mod piles;
mod renderer;
mod reported_case;
mod rule_owner;
mod stale;
mod suites;
pub(crate) mod terminal;
#[cfg(test)]
mod tests;
pub(crate) mod text;
pub(crate) mod unsent;
pub(crate) mod write;

pub(crate) use definition::Format;
pub(crate) use format::{events, github};
pub(crate) use suites::Suites;
