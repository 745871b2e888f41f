//! The mock server: the contract answering for the target, with rules and state.
//!
//! Every request is judged by the same engine that judges the target, and so is every answer that a rule makes before it
//! leaves: a behaviour that breaks its contract is a 500 that says where, never a quiet lie.
//!
//! Paths are those of the document, with or without the path of one of its `servers`: clients that are told a host alone and
//! clients that are told a whole base URL both arrive.

pub mod admin;
pub mod behaviour;
mod compile;
mod cors;
mod documented;
pub mod fault;
mod fill;
mod format;
pub mod in_process;
mod intake;
pub mod lint;
mod plain;
pub mod proxy;
mod reads;
mod refusal;
pub mod respond;
mod routing;
mod rule;
pub mod serve;
mod shelf;
mod spoiled;
mod state;
mod store;
#[cfg(test)]
mod tests;
pub mod tls;
mod turn;
mod wire;
mod wishes;

pub use behaviour::Behaviour;
pub use respond::{Manner, Mock};
