//! The command line: its grammar and its help.

mod arguments;
mod check;
mod execution;
mod global;
mod inputs;
mod mock;
mod output;
mod peers;
mod proxy;
mod render;
mod run;
mod schema;
mod small;
mod target;
mod values;

pub use arguments::{Arguments, Command};
pub use check::{Check, ProblemFormat};
pub use execution::Execution;
pub use global::{Color, Global};
pub use inputs::{Inputs, Selection};
pub use mock::Mock;
pub use output::{Format, JunitSuite, Output};
pub use peers::name_ours;
pub use proxy::Proxy;
pub use render::{Render, Report};
pub use run::Run;
pub use schema::{Schema, SchemaOf};
pub use small::{Completions, Explain, Init, List};
pub use target::Target;
