//! Markdown that several formats share.

mod escape;
mod finding;

pub(crate) use escape::{MARK, code, fenced, inline};
pub(crate) use finding::{fixed, group, section, waiver};
