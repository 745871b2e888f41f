//! The mock server: the contract answering for the target, with rules and state.
//!
//! Every request is judged by the same engine that judges the target, and so is every answer that a rule makes before it
//! leaves: a behaviour that breaks its contract is a 500 that says where, never a quiet lie.
//!
//! Paths are those of the document, with or without the path of one of its `servers`: clients that are told a host alone and
//! clients that are told a whole base URL both arrive.

mod cors;
mod document;
pub mod faults;
mod preferences;
mod problem_details;
pub mod respond;
mod routing;
pub mod rules;
pub mod server;
#[cfg(test)]
mod tests;

pub use respond::{Mock, MockOptions};
pub use rules::mock_rules::MockRules;
pub use server::in_process;
