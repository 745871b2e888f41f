//! The run: a plan of stories, sent through a transport, each finished case handed to a sink.

mod event;
mod outcome;
pub mod plan;
pub mod runner;
mod stop;
mod story;
pub mod target;

pub use event::{Event, Sink};
pub use outcome::{Acknowledged, Attempt, Outcome, Verdict};
pub use plan::{Filter, Plan};
pub use runner::{Limits, Start, run};
pub use stop::{Phase, Stop};
pub use target::Target;
