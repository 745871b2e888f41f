//! A case with its variables in place: the request to send and the expectation to compare with.

mod body;
mod builder;
mod credentials;
mod expectation;
mod header_syntax;
mod multipart;
mod parameters;
mod request;
mod scope;
mod text;
mod url;

pub(crate) use super::error::ExpandError;
pub(crate) use credentials::Credentials;
pub(crate) use expectation::{Expectation, expectation};
pub(crate) use request::{authorize, is_closed, request};
pub(crate) use scope::{case_scope, story_scope};
pub(crate) use url::path_names;
