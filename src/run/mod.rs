//! Running cases: a prepared run is sent through a transport, and each finished case goes to a sink.
//!
//! [`PreparedRun::new`] selects the cases (`filter`) and verifies their requests (`prove`). [`run`] starts the stories
//! concurrently; a `story_runner` runs the cases of one story in order, a `case_runner` takes one case from its request to its
//! verdict. What the stories share while they run is in `context`.

mod captures;
mod case_runner;
mod context;
mod event;
mod filter;
mod inputs;
mod limits;
mod message_scope;
mod next;
mod outcome;
mod outcome_queue;
mod prepared;
mod prove;
mod rate_limiter;
mod response_signature;
mod retry;
mod runner;
mod selection;
mod skip;
mod start;
mod stop;
mod story_runner;
mod target;
#[cfg(test)]
mod tests;

pub(crate) use event::{Event, Sink};
pub(crate) use filter::Filter;
pub(crate) use inputs::Inputs;
pub(crate) use limits::Limits;
pub(crate) use outcome::{Acknowledged, Attempt, Captured, Outcome, Repetition, Verdict, Waived, defect};
pub(crate) use prepared::PreparedRun;
pub(crate) use runner::run;
pub(crate) use selection::Selection;
pub(crate) use start::Start;
pub(crate) use stop::{Stop, StopPhase};
pub(crate) use target::Target;
