//! From a request's path and query to the whole URL, which has to be sent exactly as written.

use url::{Position, Url};

/// Base URL of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// Scheme and authority: `https://api.example.com:8443`.
    origin: String,
    /// The path prefix, without a final `/`: `/v1`, or empty.
    prefix: String,
    /// Host and port, for messages.
    authority: String,
}

impl Address {
    /// Splits a base URL. Refuses one that cannot be a base or contains credentials.
    pub(crate) fn from_base(base: &Url) -> Result<Self, String> {
        if !matches!(base.scheme(), "http" | "https") {
            return Err(format!("the target's URL must begin with http:// or https://, not {}:", base.scheme()));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err("the target's URL contains credentials: move them to `auth`".to_owned());
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err("the target's URL has a query or a fragment: remove `?…` and `#…`".to_owned());
        }
        let host = base.host_str().unwrap_or_default();
        let port = base.port_or_known_default().unwrap_or_default();
        Ok(Self {
            origin: base[..Position::BeforePath].to_owned(),
            prefix: base.path().trim_end_matches('/').to_owned(),
            authority: format!("{host}:{port}"),
        })
    }

    /// An address that nothing is sent to.
    pub(crate) fn of_no_target() -> Self {
        Self { origin: "http://target.invalid".to_owned(), prefix: String::new(), authority: String::new() }
    }

    /// Host and port: `127.0.0.1:9`.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// The URL of `requested` (path and query below the prefix). Refuses what the URL Standard would rewrite and what would lead to
    /// another origin. Messages never contain the query: it may contain a key.
    pub(crate) fn locate(&self, requested: &str) -> Result<Url, String> {
        if !requested.starts_with('/') {
            return Err(format!("the path of a request must begin with `/`: `{}`", path(requested)));
        }
        let below = format!("{}{requested}", self.prefix);
        let url = Url::parse(&format!("{}{below}", self.origin))
            .map_err(|error| format!("`{}` is not a URL: {error}", path(&below)))?;
        let sent = &url[Position::BeforePath..Position::AfterQuery];
        if sent == below {
            return Ok(url);
        }
        if path(sent) == path(&below) {
            return Err("the query cannot be sent as written: percent-encode it (and remove `#…`)".to_owned());
        }
        Err(format!("`{}` cannot be sent as written: it would become `{}`", path(&below), path(sent)))
    }
}

fn path(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, wanted: &str, expect: Result<&str, &str>) {
        let address = Address::from_base(&Url::parse(base).expect("a URL")).expect("a base");
        let located = address.locate(wanted).map(String::from);
        assert_eq!(located.as_deref().map_err(String::as_str), expect, "{base} {wanted}");
    }

    #[test]
    fn the_prefix_comes_first() {
        check("http://a", "/x?y=1", Ok("http://a/x?y=1"));
        check("https://a:8443/v1/", "/x", Ok("https://a:8443/v1/x"));
        check("http://[::1]:80", "//b/%2F?", Ok("http://[::1]//b/%2F?"));
    }

    #[test]
    fn what_would_be_rewritten_is_refused() {
        check("http://a/v1", "/../x", Err("`/v1/../x` cannot be sent as written: it would become `/x`"));
        check("http://a", "/%2e%2e/x?key=1", Err("`/%2e%2e/x` cannot be sent as written: it would become `/x`"));
        check("http://a", "/a b", Err("`/a b` cannot be sent as written: it would become `/a%20b`"));
        check("http://a", "/a\\b", Err("`/a\\b` cannot be sent as written: it would become `/a/b`"));
        let query = "the query cannot be sent as written: percent-encode it (and remove `#…`)";
        check("http://a", "/a?b=c d", Err(query));
        check("http://a", "/a?b#c", Err(query));
    }

    #[test]
    fn no_path_leads_to_another_origin() {
        for wanted in ["@evil.example/", ":81/", ".evil.example/", ""] {
            let path = format!("the path of a request must begin with `/`: `{wanted}`");
            check("http://a", wanted, Err(&path));
        }
    }

    #[test]
    fn unsuitable_bases_are_refused() {
        let refused = |base| Address::from_base(&Url::parse(base).expect("a URL")).expect_err("unsuitable");
        assert_eq!(refused("ftp://a"), "the target's URL must begin with http:// or https://, not ftp:");
        assert_eq!(refused("http://u:p@a"), "the target's URL contains credentials: move them to `auth`");
        assert_eq!(refused("http://a?x"), "the target's URL has a query or a fragment: remove `?…` and `#…`");
    }
}
