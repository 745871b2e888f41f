//! Access tokens of the mock (OAuth 2.0): its token endpoints, and the check of what they issued.

mod check;
mod client;
mod endpoint;
mod form;
mod issuer;
pub(crate) mod token;

pub(crate) use check::{INSUFFICIENT_SCOPE, INVALID_TOKEN, Refused};
pub(crate) use client::{Client, TokenRules};
pub(crate) use issuer::{Issuer, token_paths};
pub(crate) use token::is_checked;
