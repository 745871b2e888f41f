//! Markdown that several formats share.

mod escape;
mod finding;

pub use escape::{MARK, code, fenced, inline};
pub use finding::{fixed, group, section, waiver};
