//! What a token request needs to know.

use url::Url;

/// How a client requests access tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenSettings {
    /// Name of the credential in messages: `targets.sandbox.auth.oauth`.
    pub name: String,
    /// The token endpoint, or the discovery document that names it.
    pub url: Url,
    /// Whether the URL is that of a discovery document.
    pub is_discovered: bool,
    /// The grant.
    pub grant: Grant,
    /// The client's identifier.
    pub client_id: String,
    /// The client's password; a public client has none.
    pub client_secret: Option<String>,
    /// Where the two are in the request.
    pub client_auth: ClientAuthentication,
    /// The requested scope: names separated by spaces.
    pub scope: Option<String>,
    /// Further parameters of the request, such as `audience`.
    pub extra: Vec<(String, String)>,
}

/// An authorization grant (RFC 6749 §1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Grant {
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 6749 §4.3.
    Password {
        /// The resource owner's name.
        username: String,
        /// The resource owner's password.
        password: String,
    },
    /// RFC 6749 §6.
    RefreshToken {
        /// The first refresh token; a response may replace it.
        refresh_token: String,
    },
}

/// Where a token request has the client's identifier and password (RFC 6749 §2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ClientAuthentication {
    /// In `Authorization: Basic`.
    #[default]
    Basic,
    /// In the body.
    Post,
}

impl Grant {
    /// Its name in a request.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::Password { .. } => "password",
            Self::RefreshToken { .. } => "refresh_token",
        }
    }
}

impl TokenSettings {
    /// The name that redacted tokens are shown by, which is also a shell variable: `SANDBOX_OAUTH_TOKEN`.
    pub(crate) fn secret_name(&self) -> String {
        let words = self.name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let words = words.filter(|word| !matches!(*word, "targets" | "auth" | "credentials"));
        let name = words.map(str::to_ascii_uppercase).collect::<Vec<_>>().join("_");
        format!("{name}_TOKEN")
    }
}
