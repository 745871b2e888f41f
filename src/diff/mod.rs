//! Differences between two JSON values, or a value and a schema, and their layout as lines.

mod align;
mod change;
mod change_tree;
mod compare;
mod emphasis;
mod excerpt;
mod fold;
mod layout;
mod line;
mod lint;
mod mismatch;
mod number;
mod operators;
mod path;
#[cfg(test)]
mod tests;
mod text;
mod verbatim_value;

pub use change::{Change, Kind};
pub(crate) use compare::compare;
pub use excerpt::excerpt;
pub(crate) use fold::brief;
pub use layout::lines;
pub(crate) use line::{Line, Role};
pub(crate) use lint::lint;
pub(crate) use mismatch::Mismatch;
pub(crate) use text::{shorten, visible};
pub(crate) use verbatim_value::VerbatimValue;

pub(crate) use crate::document::NumberLiterals;
