//! The mock server: responds from the contract, from mock rules and from state.
//!
//! A request passes routing, `rules` (or `document`), `faults` and `server`. The engine that validates the target's responses also
//! validates every request here, and every response of a rule before it is sent: mock rules that violate the contract are a 500
//! with the location, never a wrong response.
//!
//! Paths are those of the document, with or without the path of one of its `servers`: clients may be configured with a host or with
//! a whole base URL.

mod content_coding;
mod cors;
mod credentials;
pub mod direct;
mod document;
pub(crate) mod faults;
mod matching_example;
mod misjudge;
mod model;
pub(crate) mod mutation;
mod notices;
pub(crate) mod oauth;
mod origin;
mod own_links;
mod preferences;
mod problem_details;
pub(crate) mod proxy;
mod respond;
mod response;
pub(crate) mod routing;
pub(crate) mod rules;
mod served;
pub(crate) mod server;
mod signature;
#[cfg(test)]
mod tests;
mod violation;

pub use model::{Mock, MockOptions};
pub use rules::mock_rules::MockRules;
pub(crate) use served::{Handling, Served};
pub use server::in_process;
