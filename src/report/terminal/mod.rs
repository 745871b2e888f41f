//! What a person sees in a terminal: failing cases as diffs, and a summary.

mod case;
mod endpoint_table;
mod exchange;
mod link;
pub(crate) mod paint;
mod style;
mod summary;
mod summary_groups;
mod summary_piles;
#[cfg(test)]
mod tests;

pub(crate) use case::{entry, entry_with, in_full, legend, repeated};
pub(crate) use style::Style;
pub(crate) use summary::summary;
