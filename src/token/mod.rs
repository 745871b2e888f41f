//! OAuth 2.0 access tokens: requested from a token endpoint when a case first needs one, shared by all cases, and renewed.
//!
//! Requests are verified before the run, when there is no token yet. They hold a stand-in, which is replaced by the token when a request
//! is sent. A token is therefore in no case, finding or record.

mod discovery;
mod endpoint;
mod grant;
mod response;
mod settings;
mod tokens;
mod wrong;

pub(crate) use discovery::{Discovery, is_confidential};
pub(crate) use endpoint::{EndpointLocation, TokenEndpoint};
pub(crate) use grant::token_request;
pub(crate) use settings::{ClientAuthentication, Grant, TokenSettings};
pub(crate) use tokens::{StandIn, TokenUse, Tokens};
pub(crate) use wrong::wrong;
