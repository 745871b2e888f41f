//! Ids of all rules and checks, in one flat namespace below everything else. Their texts are in the files that implement them.

mod checks;
mod lint;

pub(crate) use checks::*;
pub(crate) use lint::*;
