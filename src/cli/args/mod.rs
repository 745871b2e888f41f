//! The command line: its grammar and its help.

mod arguments;
mod check;
mod coverage;
mod execution;
mod global;
mod import;
mod inputs;
mod mock;
mod mutate;
mod output;
mod peers;
mod proxy;
mod render;
mod run;
mod schema;
mod small;
mod target;
mod values;

pub(super) use arguments::{Arguments, Command};
pub(super) use check::{Check, ProblemFormat};
pub(super) use coverage::{Coverage, CoverageFormat};
pub(super) use execution::Execution;
pub(super) use global::{Color, Global};
pub(super) use import::{Import, ImportCurl, ImportPage};
pub(super) use inputs::{Inputs, Selection};
pub(super) use mock::Mock;
pub(super) use mutate::{Mutate, MutateFormat};
pub(super) use output::{Comparison, Format, JunitSuite, Output};
pub(super) use peers::name_ours;
pub(super) use proxy::Proxy;
pub(super) use render::{Render, Report};
pub(super) use run::Run;
pub(super) use schema::{Schema, SchemaOf};
pub(super) use small::{Completions, Explain, Init, List, Man, Waive};
pub(super) use target::{Connection, Target};
