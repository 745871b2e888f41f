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

pub use super::error::ExpandError;
pub use credentials::Credentials;
pub use expectation::{Expectation, expectation};
pub use request::{authorize, is_closed, request};
pub use scope::{case_scope, story_scope};
pub use url::path_names;
