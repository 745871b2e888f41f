//! Reports, rendered from the record alone.
//!
//! `format/` has one file per format, `text/` what several formats share, `terminal/` what is printed during a run.

mod counts;
mod definition;
mod format;
pub mod formats;
#[cfg(test)]
mod laws;
mod renderer;
mod reported_case;
#[cfg(test)]
mod sample;
mod suites;
pub mod terminal;
pub mod text;
pub mod write;

pub use definition::Format;
pub use format::{events, github};
pub use suites::Suites;
