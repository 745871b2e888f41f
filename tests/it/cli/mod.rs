//! The command line, called in-process: arguments, output and exit codes.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

mod binary;
mod coverage;
mod coverage_baseline;
mod coverage_hidden;
mod coverage_ratchet;
mod coverage_records;
mod coverage_stubs;
mod coverage_suggestions;
#[cfg(target_os = "linux")]
mod devices;
mod findings;
mod import;
mod import_curl;
mod import_examples;
mod import_merge;
mod init;
mod inputs;
mod mutate;
mod mutate_baseline;
mod mutate_ends;
mod mutate_in_diff;
mod mutate_live;
mod mutate_operators;
mod mutate_suggestions;
mod mutate_suggestions_elsewhere;
mod partial;
mod pasted_secrets;
pub mod project;
mod runs;
mod texts;
mod waive;
mod watching;
