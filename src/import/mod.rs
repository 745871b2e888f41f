//! Case files from other sources: recorded traffic, and a document's first cases.

pub(crate) mod exchanges;
pub(crate) mod recorded_variables;
pub(crate) mod starter;
