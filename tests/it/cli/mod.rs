//! The program called in-process: what is typed, what is printed, how it exits.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

mod binary;
mod findings;
mod inputs;
pub mod project;
mod runs;
mod texts;
