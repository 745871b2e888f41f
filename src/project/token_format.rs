//! Format of a credential whose value is an OAuth 2.0 access token.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// How to request an access token (RFC 6749).
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenFormat {
    /// The grant.
    pub oauth2: GrantName,
    /// Token endpoint. The default is the `tokenUrl` of that flow in the document's security scheme.
    pub token_url: Option<String>,
    /// The discovery document that names the token endpoint (OpenID Connect, RFC 8414), such as `openIdConnectUrl` of the document's
    /// security scheme. Excludes `token_url`.
    pub discovery_url: Option<String>,
    /// Identifier of the client.
    pub client_id: String,
    /// Password of the client. Public clients have none.
    pub client_secret: Option<String>,
    /// Where the request has identifier and password of the client: in `Authorization: Basic` (the default), or in the body.
    pub client_auth: Option<ClientAuthName>,
    /// Scopes to request, separated by spaces.
    pub scope: Option<String>,
    /// Parameter `audience`, which some servers expect.
    pub audience: Option<String>,
    /// Name of the resource owner, for the grant `password`.
    pub username: Option<String>,
    /// Password of the resource owner, for the grant `password`.
    pub password: Option<String>,
    /// Refresh token, for the grant `refresh_token`.
    pub refresh_token: Option<String>,
    /// A token whose time is over, for cases with `auth: { SCHEME: expired }`. Without it, they wait for the end of a token that is valid for
    /// a minute at most.
    pub expired_token: Option<String>,
    /// Further parameters of the request.
    #[serde(default)]
    pub extra: BTreeMap<String, String>,
}

/// Name of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GrantName {
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 6749 §4.3.
    Password,
    /// RFC 6749 §6.
    RefreshToken,
}

/// Where a client authenticates (RFC 6749 §2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ClientAuthName {
    /// `Authorization: Basic`.
    Basic,
    /// The body.
    Post,
}
