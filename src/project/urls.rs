//! Parses the URLs of targets and proxies.

use url::Url;

/// Parses a URL that request paths are appended to.
pub(super) fn base_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("expected a base URL, found {text:?}: {error}"))?;
    match url.scheme() {
        "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
            Err("a base URL must not contain credentials; put them in `auth`".to_owned())
        }
        "http" | "https" if url.query().is_some() || url.fragment().is_some() => {
            Err(format!("a base URL must not have a query or a fragment: {text:?}"))
        }
        "http" | "https" => Ok(url),
        _ => Err(format!("expected an http:// or https:// URL, found {text:?}")),
    }
}

/// Parses the URL of an HTTP proxy. The value may contain credentials, so messages do not show it.
pub(super) fn proxy_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("expected the URL of an HTTP proxy: {error}"))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        // The client ignores proxies of other schemes and would connect directly.
        other => Err(format!("expected an http:// or https:// proxy, found {other}://")),
    }
}
