//! The token request of a grant (RFC 6749).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::http::{Headers, Request};

use super::settings::{ClientAuthentication, Grant, TokenSettings};

/// Builds the token request. `refresh_token` replaces the configured one.
pub(crate) fn token_request(settings: &TokenSettings, refresh_token: Option<&str>) -> Request {
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", settings.grant.name());
    match &settings.grant {
        Grant::ClientCredentials => {}
        Grant::Password { username, password } => {
            form.append_pair("username", username).append_pair("password", password);
        }
        Grant::RefreshToken { refresh_token: first } => {
            form.append_pair("refresh_token", refresh_token.unwrap_or(first));
        }
    }
    form.extend_pairs(settings.scope.iter().map(|scope| ("scope", scope)));
    form.extend_pairs(&settings.extra);
    let mut headers = Headers::default();
    headers.append("accept", "application/json");
    headers.append("content-type", "application/x-www-form-urlencoded");
    match (settings.client_auth, &settings.client_secret) {
        (ClientAuthentication::Basic, Some(secret)) => {
            headers.append("authorization", basic(&settings.client_id, secret));
        }
        (_, secret) => {
            form.append_pair("client_id", &settings.client_id);
            form.extend_pairs(secret.iter().map(|secret| ("client_secret", secret)));
        }
    }
    let (path, query) = (settings.url.path(), settings.url.query());
    let url = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    Request { method: "POST".to_owned(), url, headers, body: Some(form.finish().into()), ..Request::default() }
}

/// Both parts are form-encoded before they are joined (RFC 6749 §2.3.1).
fn basic(client_id: &str, secret: &str) -> String {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(client_id), encoded(secret))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(grant: Grant) -> TokenSettings {
        TokenSettings {
            name: "targets.sandbox.auth.oauth".to_owned(),
            url: "https://login.example.com/oauth/token?tenant=7".parse().expect("a URL"),
            is_discovered: false,
            grant,
            client_id: "partner 1".to_owned(),
            client_secret: Some("a:b".to_owned()),
            client_auth: ClientAuthentication::Basic,
            scope: Some("read write".to_owned()),
            extra: vec![("audience".to_owned(), "https://api".to_owned())],
        }
    }

    fn shown(settings: &TokenSettings, refresh_token: Option<&str>) -> [String; 3] {
        let Request { url, headers, body, .. } = token_request(settings, refresh_token);
        let body = String::from_utf8(body.unwrap_or_default().to_vec()).expect("a form");
        [url, headers.get("authorization").unwrap_or_default().to_owned(), body]
    }

    #[test]
    fn the_client_is_authenticated_in_the_header_by_default() {
        let expected = [
            "/oauth/token?tenant=7",
            "Basic cGFydG5lcisxOmElM0Fi",
            "grant_type=client_credentials&scope=read+write&audience=https%3A%2F%2Fapi",
        ];
        assert_eq!(shown(&settings(Grant::ClientCredentials), None), expected);
    }

    #[test]
    fn a_public_client_and_client_auth_post_are_in_the_body() {
        let base = TokenSettings { scope: None, extra: Vec::new(), ..settings(Grant::ClientCredentials) };
        let post = TokenSettings { client_auth: ClientAuthentication::Post, ..base.clone() };
        let body = "grant_type=client_credentials&client_id=partner+1&client_secret=a%3Ab";
        assert_eq!(shown(&post, None), ["/oauth/token?tenant=7", "", body]);
        let public = TokenSettings { client_secret: None, ..base };
        assert_eq!(shown(&public, None)[2], "grant_type=client_credentials&client_id=partner+1");
    }

    #[test]
    fn a_later_refresh_token_replaces_the_configured_one() {
        let grant = Grant::RefreshToken { refresh_token: "first".to_owned() };
        let settings = TokenSettings { scope: None, extra: Vec::new(), ..settings(grant) };
        assert_eq!(shown(&settings, None)[2], "grant_type=refresh_token&refresh_token=first");
        assert_eq!(shown(&settings, Some("second"))[2], "grant_type=refresh_token&refresh_token=second");
    }
}
