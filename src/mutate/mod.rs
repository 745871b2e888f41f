//! Mutation testing of the cases: would they notice a fault?
//!
//! The mock is changed by one mutant at a time, and the cases run against it in process, on a paused clock. Three unmutated runs come
//! first ([`unmutated`]): they show what the cases receive, and which of it a case can know beforehand ([`determined`]). A response
//! mutant ([`response_mutant`]) is one operator at one location of the responses of an operation with a status.
//!
//! As long as a case sends what it sent unmutated, its responses are those that were recorded then, with the mutant applied; the mock
//! handles requests only from the first other one on ([`transport`]). So stories that a mutant cannot touch are not run, and most
//! mutants cost no work of the mock.

pub(crate) mod baseline;
mod behaviour;
mod behaviour_measurement;
mod canonical;
mod classify;
mod clock;
mod determined;
mod difference;
mod engine;
mod facts;
mod format;
mod groups;
mod importance;
mod json;
mod lanes;
mod measured;
mod measurement;
mod naming;
mod not_received;
pub(crate) mod operator;
mod pattern;
mod pool;
mod progress;
mod propose;
mod recorded_target;
mod recording;
mod refusals;
mod response_mutant;
mod sample;
mod sensitive;
mod sentence;
mod setup;
mod specified;
mod subject;
mod suggest;
#[cfg(test)]
mod tests;
mod text;
mod transport;
mod unmutated;
mod unmutated_runs;
mod unnoticed;
mod worker;
mod wrap;

pub(crate) use engine::measure;
pub(crate) use json::render as render_json;
pub(crate) use measured::{Counts, Measured, MutantResult, State, is_wanted};
pub(crate) use operator::Family;
pub(crate) use progress::Done;
pub(crate) use recording::Recording;
pub(crate) use sensitive::Redaction;
pub(crate) use sentence::sentence;
pub(crate) use setup::{Exclusion, Setup};
pub(crate) use suggest::NoSuggestion;
pub(crate) use text::{render as render_text, score};
pub(crate) use unnoticed::{Unnoticed, unnoticed};
