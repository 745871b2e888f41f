//! Contract testing for HTTP APIs: an OpenAPI document and a directory of YAML cases, run against any target.
//!
//! A [`contract`] is loaded and compiled once. A case becomes a request, which is verified to violate exactly the rules that the case
//! declares, and is sent. The response is validated against the same contract, and every check inspects the finished exchange. The
//! outcome is stored once, redacted, as an entry of the [`record`], from which all reports are rendered. The [`mock`] responds
//! according to the same contract, so that the two test each other.
//!
//! ```text
//! specs/*.yaml ─ contract::load ──► Contract ─┐
//! cases/**.yaml ─ case::load ─────► Suite ────┼─ run::PreparedRun
//! Case ─ expand ─► Request ─ judge, prove ─► Transport::send ─► Exchange
//! Exchange ─ judge ─► check ─► Findings ─► Outcome ─► Entry ─► Spool ─► reports/
//! ```
//!
//! # Stable interface
//!
//! | to | use |
//! |---|---|
//! | run the command line in your own process | [`cli::run`] |
//! | run cases as tests of your crate | [`testing`] |
//! | validate a message against a contract | [`contract::load`], [`contract::judge`], [`http`] |
//! | serve a mock | [`mock::in_process`] |
//! | read a record | [`record`] |
//!
//! [`problem`], [`severity`], [`place`] and [`mod@pointer`] hold the values that these return. Everything else is internal;
//! `docs/stability.md` says what stable means. `ARCHITECTURE.md` describes the internal modules.

// Test code is shared with the integration tests, where it is public.
#![cfg_attr(not(test), warn(unreachable_pub))]

mod budget;
mod case;
mod check;
pub mod cli;
pub mod contract;
mod coverage;
mod diff;
mod difference;
mod document;
mod expression;
mod fuzzing;
mod generate;
pub mod http;
mod import;
mod input_file;
pub mod mock;
mod mutate;
mod output_file;
mod parallel;
pub mod place;
pub mod pointer;
pub mod problem;
mod project;
mod quantity;
pub mod record;
mod report;
mod rules;
mod run;
pub mod secret;
pub mod severity;
mod sign;
mod suggestion;
pub mod testing;
#[cfg(test)]
mod tests;
mod token;
mod transport;

/// What the benchmarks and the fuzz targets of this repository run. Not part of the interface.
#[doc(hidden)]
pub mod internals {
    pub use crate::contract::lint::lint;
    pub use crate::diff::{Change, Kind, excerpt, lines};
    pub use crate::fuzzing::{expression, media_type, overlay_path, pattern};
}
