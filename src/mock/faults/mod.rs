//! Injected faults: their grammar and chance, and what they do to a response.

pub(crate) mod broken_response;
pub mod fault;
