//! The run: a plan of stories, sent through a transport, each finished case handed to a sink.
//!
//! [`PreparedRun::new`] decides what runs and proves it (`select`, `prove`); [`run`] starts stories concurrently; a story
//! (`story`) plays its cases in order; a trial (`trial`) takes one case from its request to its verdict.

mod desk;
mod event;
mod messages;
mod outcome;
pub mod prepared;
mod prove;
mod rate;
mod retry;
pub mod runner;
mod select;
mod skip;
mod stop;
mod story;
pub mod target;
#[cfg(test)]
mod tests;
mod trial;

pub use event::{Event, Sink};
pub use outcome::{Acknowledged, Attempt, Outcome, Verdict, Waived};
pub use prepared::{Filter, Inputs, PreparedRun};
pub use runner::{Limits, Start, run};
pub use stop::{Stop, StopPhase};
pub use target::Target;
