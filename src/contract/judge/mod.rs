//! Judges one message against the contract: its violations, what could not be checked, and its parsed body.

mod body;
mod certainty;
mod charset;
mod content;
mod convert;
mod converted;
mod form;
pub(super) mod inexact;
mod multipart;
mod parameter;
mod path;
mod reading;
mod request;
mod response;
mod security;
mod sequence;
mod xml;
mod xml_encoding;
mod xml_entities;
mod xml_name;
mod xml_property;
mod xml_value;

pub use body::{body_value, without_contract};
pub use path::route;
pub use request::{request, routed_request};
pub use response::{exchange, generated_response, response, response_headers};
pub(super) use security::has_credentials;
pub(crate) use security::{Presence, breach as security_breach, credentials, presence, required_scopes};

#[cfg(test)]
mod tests;
