//! signoff: contract tests from an OpenAPI document and a folder of YAML cases.
//!
//! A [`contract`] is loaded and compiled once; a [`case`] becomes a request, is proven to break exactly what it says it breaks,
//! and is sent by a [`transport`]; the answer is judged by the same contract, and every [`check`] looks at the finished exchange.
//! What becomes of a case is written down once, redacted, as an entry of the [`record`], from which every [`report`] is
//! rendered. The [`mock`] answers from the same contract, so that the two test each other.
//!
//! ```text
//! specs/*.yaml ─ contract::load ──► Contract ─┐
//! cases/**.yaml ─ case::load ─────► Suite ────┼─ run::PreparedRun
//! Case ─ expand ─► Request ─ judge, prove ─► Transport::send ─► Exchange
//! Exchange ─ judge ─► check ─► Findings ─► Outcome ─► Entry ─► Spool ─► reports/
//! ```
//!
//! | to | start at |
//! |---|---|
//! | run the command line in a process of your own | [`cli::run`] |
//! | have cases as tests of your crate | [`testing`] |
//! | judge a message by a contract | [`contract::load`], [`contract::judge`] |
//! | serve a mock | [`mock::in_process`] |
//! | read a record | [`record::Entry`] |
//!
//! The rules of the house, who may use whom and why, are in `ARCHITECTURE.md`.

pub mod case;
pub mod check;
pub mod cli;
pub mod contract;
pub mod coverage;
pub mod diff;
pub mod difference;
pub mod document;
pub mod expression;
pub mod generate;
pub mod http;
pub mod mock;
mod output_file;
mod parallel;
pub mod place;
pub mod pointer;
pub mod problem;
mod project;
pub mod quantity;
pub mod record;
pub mod report;
mod rules;
pub mod run;
pub mod severity;
pub mod suggestion;
pub mod testing;
#[cfg(test)]
mod tests;
pub mod transport;
