//! Documents and case files from other sources: recorded traffic, documentation pages, curl commands, and a document's first cases.

pub(crate) mod curl;
pub(crate) mod exchanges;
pub(crate) mod page;
pub(crate) mod recorded_variables;
pub(crate) mod starter;
mod user_information;
