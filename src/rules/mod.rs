//! Ids of all rules, checks and operators, in one flat namespace below everything else. Their texts are in the files that implement them.

mod checks;
mod lint;
mod operators;

pub(crate) use checks::*;
pub(crate) use lint::*;
pub(crate) use operators::*;
