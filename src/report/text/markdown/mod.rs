//! Markdown that several formats share.

mod escape;
mod finding;
mod piles;

pub(crate) use escape::{MARK, code, fenced, inline};
pub(crate) use finding::{LEGEND, fixed, group, section, waiver};
pub(crate) use piles::piles;
