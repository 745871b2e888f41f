//! The command line, called in-process: arguments, output and exit codes.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

mod binary;
mod findings;
mod inputs;
pub mod project;
mod runs;
mod texts;
