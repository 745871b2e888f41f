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
mod written;

pub use change::{Change, Kind};
pub use compare::compare;
pub use excerpt::excerpt;
pub use fold::brief;
pub use layout::lines;
pub use line::{Line, Role};
pub use lint::lint;
pub use mismatch::Mismatch;
pub use text::{shorten, visible};
pub use written::Written;

pub use crate::document::NumberLiterals;
