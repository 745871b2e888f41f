//! Redaction: sensitive values are replaced once, before any output.
//!
//! There are two kinds. The secrets of the run are known beforehand and found anywhere by one automaton. Values under sensitive
//! names (of the configuration, of HTTP, of the contract) are known only once an exchange is complete: they are collected from
//! all its parts first, and then replaced wherever they occur in it.

mod captures;
mod decode;
#[cfg(test)]
mod documented_encodings;
mod encodings;
mod exchange_redactor;
mod fields;
mod find;
mod json;
mod protected_names;
mod recorded_request;
mod redactor;
mod replace;
mod search;
mod secrets;
mod sensitive_names;
mod sensitive_values;
mod session_memory;
mod xml;

pub use crate::secret::Secret;
pub(crate) use redactor::JournaledMessage;
pub use redactor::{Redactor, Rules};

pub(super) use captures::credentials;
pub(super) use exchange_redactor::ExchangeRedactor;
pub(super) use sensitive_names::SensitiveNames;
