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
mod target_defaults;
mod target_headers;
mod text;
mod unknown_parts;
mod url;

pub(crate) use super::error::ExpandError;
pub(crate) use credentials::credential_text;
pub(crate) use expectation::{Expectation, expectation};
pub(crate) use request::{is_closed, known, request, signed_headers};
pub(crate) use scope::{case_scope, story_scope};
pub(crate) use target_defaults::{Credentials, PLACEHOLDER, TargetDefaults};
pub(crate) use unknown_parts::UnknownParts;
pub(crate) use url::path_names;
