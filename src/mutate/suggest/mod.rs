//! Expectations that would notice the survivors. Each is verified before it is shown: the case file is changed as text and loaded
//! again, its cases pass on the unchanged mock with every seed and clock, and one of them fails on the mutant.

mod candidates;
mod edit;
mod insertion;
mod lines;
mod merge;
mod patch;
mod reason;
mod shared_state;
mod survivors;
mod trial;
mod variables;

pub(crate) use patch::Patch;
pub(crate) use reason::NoSuggestion;
pub(crate) use survivors::{Suggester, suggest};
