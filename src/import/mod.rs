//! Case files from other sources: recorded traffic, and a document's first cases.

pub mod exchanges;
pub mod starter;
