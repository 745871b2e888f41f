//! Token endpoints that a discovery document names (OpenID Connect Discovery 1.0 §4, RFC 8414). The document is untrusted.

use serde_json::Value;
use tokio::sync::OnceCell;
use url::{Host, Position, Url};

use crate::http::{Headers, Request, Response};
use crate::transport::Transport as _;
use crate::transport::network::Network;

use super::response::{redirected, shown};

/// A discovery document, fetched when a token is first needed.
#[derive(Debug)]
pub(crate) struct Discovery {
    url: Url,
    /// A client whose base URL is the origin of the document.
    network: Network,
    endpoint: OnceCell<(Network, Url)>,
}

impl Discovery {
    /// Fetches nothing yet.
    pub(crate) fn new(url: Url, network: Network) -> Self {
        Self { url, network, endpoint: OnceCell::new() }
    }

    /// The token endpoint with a client for it. The error says what is wrong with the document.
    pub(super) async fn endpoint(&self) -> Result<&(Network, Url), String> {
        self.endpoint.get_or_try_init(|| self.fetch()).await
    }

    /// The token endpoint, once it is known.
    pub(super) fn found(&self) -> Option<&Url> {
        self.endpoint.get().map(|(_, url)| url)
    }

    async fn fetch(&self) -> Result<(Network, Url), String> {
        let url = self.url[Position::BeforePath..Position::AfterQuery].to_owned();
        let headers: Headers = [("accept", "application/json")].into_iter().collect();
        let request = Request { method: "GET".to_owned(), url, headers, ..Request::default() };
        let exchange = self.network.send(request).await.map_err(|error| error.message)?;
        let url = token_endpoint(&exchange.response)?;
        let network = self.network.to_origin(&url).map_err(|invalid| invalid.message)?;
        Ok((network, url))
    }
}

/// Whether what is sent to the URL cannot be read on its way: `https`, or this machine.
pub(crate) fn is_confidential(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback)
}

fn token_endpoint(response: &Response) -> Result<Url, String> {
    let Response { status, headers, body, .. } = response;
    match status {
        300..400 => return Err(redirected(*status, headers, "it would lead to another host than the configured one")),
        200..300 => {}
        _ => return Err(format!("status {status}")),
    }
    let value = serde_json::from_slice::<Value>(body).ok().filter(Value::is_object);
    let value = value.ok_or_else(|| format!("status {status}, but the body is not a JSON object"))?;
    let text = value.get("token_endpoint").and_then(Value::as_str);
    let text = text.ok_or("the discovery document has no `token_endpoint`")?;
    let invalid = |why: &str| format!("`token_endpoint` of the discovery document {why}: {}", shown(text));
    let url = Url::parse(text).map_err(|_| invalid("is not an absolute URL"))?;
    let has_more = !url.username().is_empty() || url.password().is_some() || url.fragment().is_some();
    match (is_confidential(&url), has_more) {
        (false, _) => Err(invalid("is not an https:// URL")),
        (true, true) => Err(invalid("must have neither credentials nor a fragment")),
        (true, false) => Ok(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Result<String, String> {
        let headers = [("location", "https://evil.example/?a")].into_iter().collect();
        let response = Response { status, version: "HTTP/1.1", headers, body: body.to_owned().into(), wire_size: 0 };
        token_endpoint(&response).map(|url| url.to_string())
    }

    #[test]
    fn the_token_endpoint_of_a_discovery_document_is_read() {
        let of = |url: &str| read(200, &format!("{{\"issuer\": \"x\", \"token_endpoint\": {}}}", Value::from(url)));
        for url in [
            "https://login.example.com/token?a=b",
            "http://127.0.0.1:4010/token",
            "http://[::1]/t",
            "http://localhost/t",
        ] {
            assert_eq!(of(url), Ok(url.to_owned()));
        }
        let invalid = |why: &str, url: &str| Err(format!("`token_endpoint` of the discovery document {why}: {url}"));
        assert_eq!(of("/token"), invalid("is not an absolute URL", "/token"));
        for url in ["http://login.example.com/", "http://localhost.example/", "ftp://x/", "http://128.0.0.1/"] {
            assert_eq!(of(url), invalid("is not an https:// URL", url));
        }
        for url in ["https://a:b@x/", "https://x/#a"] {
            assert_eq!(of(url), invalid("must have neither credentials nor a fragment", url));
        }
    }

    #[test]
    fn every_other_response_has_one_clear_error() {
        let error = |status, body: &str| read(status, body).expect_err(body);
        assert_eq!(error(404, "{}"), "status 404");
        let redirect = "status 302: a redirect to https://evil.example/ is not followed, because it would lead to another host than the configured one";
        assert_eq!(error(302, "{}"), redirect);
        assert_eq!(error(200, "<html>"), "status 200, but the body is not a JSON object");
        assert_eq!(error(200, "[]"), "status 200, but the body is not a JSON object");
        assert_eq!(error(200, "{}"), "the discovery document has no `token_endpoint`");
        assert_eq!(error(200, r#"{"token_endpoint": 5}"#), "the discovery document has no `token_endpoint`");
    }
}
