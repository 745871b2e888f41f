//! Reports, rendered from the record alone.
//!
//! `format/` has one file per format, `text/` what several formats share, `terminal/` what is printed during a run.

mod body;
mod counts;
mod format;
mod format_name;
#[cfg(test)]
mod laws;
mod renderer;
#[cfg(test)]
mod sample;
mod suites;
pub mod terminal;
mod text;
pub mod words;
pub mod write;

pub use format::{events, github};
pub use format_name::Format;
pub use renderer::Renderer;
pub use suites::Suites;
