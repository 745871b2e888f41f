//! The parameters of a token request, and why one is refused.

use std::collections::BTreeMap;

use url::form_urlencoded;

use crate::http::Request;

/// Maximum length of a parameter in bytes: some become part of a token.
const MAX_PARAMETER: usize = 1_000;

/// Maximum length of a token request in bytes: a client must not fill the memory with parameters.
const MAX_BODY: usize = 16 * 1024;

/// The parameters of a token request. One without a value is like none (RFC 6749 §3.2).
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, TokenError> {
        self.get(name).ok_or_else(|| TokenError::new("invalid_request", format!("`{name}` is missing")))
    }

    pub(super) fn parse(request: &Request) -> Result<Self, TokenError> {
        let invalid = |description: String| TokenError::new("invalid_request", description);
        let media_type = request.headers.get("content-type").unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(invalid("the body is not application/x-www-form-urlencoded".to_owned()));
        }
        let body = request.body.as_deref().unwrap_or_default();
        if body.len() > MAX_BODY {
            return Err(invalid(format!("the body is longer than {MAX_BODY} bytes")));
        }
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            if value.len() > MAX_PARAMETER && name != "refresh_token" {
                return Err(invalid(format!("a parameter is longer than {MAX_PARAMETER} bytes")));
            }
            if !value.is_empty() && parameters.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(invalid("a parameter occurs twice".to_owned()));
            }
        }
        Ok(Self(parameters))
    }
}

/// The refusal of a token request (RFC 6749 §5.2).
pub(super) struct TokenError {
    pub(super) error: &'static str,
    pub(super) description: String,
}

impl TokenError {
    pub(super) fn new(error: &'static str, description: impl Into<String>) -> Self {
        Self { error, description: description.into() }
    }

    pub(super) fn client(description: &str) -> Self {
        Self::new("invalid_client", description)
    }
}
