//! Running cases: a prepared run is sent through a transport, and each finished case goes to a sink.
//!
//! [`PreparedRun::new`] selects the cases (`filter`) and verifies their requests (`prove`). [`run`] starts the stories
//! concurrently; a `story_runner` runs the cases of one story in order, a `case_runner` takes one case from its request to its
//! verdict. What the stories share while they run is in `context`.

mod case_runner;
mod context;
mod event;
mod filter;
mod inputs;
mod limits;
mod message_scope;
mod outcome;
mod outcome_queue;
mod prepared;
mod prove;
mod rate_limiter;
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

pub use event::{Event, Sink};
pub use filter::Filter;
pub use inputs::Inputs;
pub use limits::Limits;
#[cfg(test)]
pub(crate) use outcome::Attempt;
pub use outcome::{Acknowledged, Outcome, Verdict, Waived};
pub use prepared::PreparedRun;
pub use runner::run;
pub use selection::Selection;
pub use start::Start;
pub use stop::{Stop, StopPhase};
pub use target::Target;
