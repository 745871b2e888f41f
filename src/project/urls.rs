//! Parses the URLs of targets and proxies.

use url::Url;

use crate::contract::Contract;

use super::format::Target;

/// Base URL of a mock without a socket.
pub(super) const EMBEDDED_URL: &str = "http://127.0.0.1:4010";

/// The URL of a target, else the document's first server with an absolute URL.
pub(super) fn of_target<'t>(target: &'t Target, contract: &'t Contract) -> Option<&'t str> {
    let is_absolute = |url: &&str| url.starts_with("http://") || url.starts_with("https://");
    let declared = || contract.servers.iter().map(|server| server.url.as_str()).find(is_absolute);
    target.url.as_deref().or_else(declared)
}

/// Parses a URL that request paths are appended to.
pub(super) fn base_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("expected a base URL, found {text:?}: {error}"))?;
    match url.scheme() {
        "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
            Err("a base URL must not contain credentials; put them in `auth`".to_owned())
        }
        "http" | "https" if url.query().is_some() || url.fragment().is_some() => {
            Err("a base URL must not have a query or a fragment: remove `?…` and `#…`".to_owned())
        }
        "http" | "https" => Ok(url),
        _ => Err(format!("expected an http:// or https:// URL, found {text:?}")),
    }
}

/// The name of a target, the same for every spelling of a base URL.
pub(super) fn canonical_name(target: &str) -> String {
    let url = Some(target).filter(|name| name.contains("://")).and_then(|name| Url::parse(name).ok());
    url.map_or_else(|| target.to_owned(), |url| url.as_str().trim_end_matches('/').to_owned())
}

/// Parses the URL of an HTTP proxy. The value may contain credentials, so messages do not show it.
pub(crate) fn proxy_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("expected the URL of an HTTP proxy: {error}"))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        // The client ignores proxies of other schemes and would connect directly.
        other => Err(format!("expected an http:// or https:// proxy, found {other}://")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_url_are_one_target() {
        for url in ["http://a.example/v1", "HTTP://A.example:80/v1/", "http://a.example/x/../v1"] {
            assert_eq!(canonical_name(url), "http://a.example/v1");
        }
        assert_eq!(
            ["http://a", "http://a/", "sandbox/", "://"].map(canonical_name),
            ["http://a", "http://a", "sandbox/", "://"]
        );
    }
}
