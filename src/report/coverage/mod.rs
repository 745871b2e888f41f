//! Clause coverage for people and programs: the line after a run, and the output of `signoff coverage`.

mod json;
mod markdown;
pub(crate) mod shares;
mod text;

pub(crate) use json::json;
pub(crate) use markdown::{endpoint, markdown};
pub(crate) use text::{clause, text};
