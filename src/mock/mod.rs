//! The mock server: the contract answering for the target, with rules and state.

pub mod behaviour;
pub mod in_process;
pub mod respond;
pub mod serve;

pub use behaviour::Behaviour;
pub use respond::Mock;
