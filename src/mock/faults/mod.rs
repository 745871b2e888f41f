//! Injected faults: their grammar, when they apply, and what they do to a response.

pub(crate) mod broken_response;
pub(crate) mod effect;
pub(crate) mod fault;
mod kind;

pub(crate) use fault::Fault;
