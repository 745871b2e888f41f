//! From a request to what HTTP sends: target headers added, everything that HTTP cannot represent refused.

use ::http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::Url;

use crate::http::{Headers, Request};

use super::address::Address;
use super::settings::Settings;

/// Prepares the requests for one target.
#[derive(Debug)]
pub(crate) struct Outgoing {
    address: Address,
    headers: Headers,
}

/// A request in the types of HTTP libraries. The body is that of the request.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
}

impl Outgoing {
    /// Fails if requests cannot be appended to the target's URL.
    pub(crate) fn new(settings: &Settings) -> Result<Self, String> {
        Ok(Self { address: Address::from_base(&settings.url)?, headers: settings.headers.clone() })
    }

    /// Host and port of the target, for messages.
    pub(crate) fn authority(&self) -> &str {
        self.address.authority()
    }

    /// Adds the target's headers that the request does not have itself.
    pub(crate) fn add_headers(&self, request: &mut Request) {
        let is_absent = |name: &str| request.headers.get(name).is_none();
        let added: Vec<_> = self.headers.iter().filter(|(name, _)| is_absent(name)).collect();
        added.into_iter().for_each(|(name, value)| request.headers.append(name, value));
    }

    /// Converts the request. The error says what HTTP cannot represent.
    pub(crate) fn prepare(&self, request: &Request) -> Result<Prepared, String> {
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|_| format!("{:?} is not a method (RFC 9110 §9.1)", request.method))?;
        Ok(Prepared { method, url: self.address.locate(&request.url)?, headers: header_map(request)? })
    }
}

/// The header section. The client decides the framing of the body itself.
fn header_map(request: &Request) -> Result<HeaderMap, String> {
    let length = request.body.as_ref().map_or(0, |body| body.len());
    let mut map = HeaderMap::with_capacity(request.headers.len());
    for (name, value) in request.headers.iter() {
        let valid = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("{name:?} is not a header name"))?;
        let checked = HeaderValue::from_bytes(value.as_bytes());
        let line =
            checked.map_err(|_| format!("the value of header {name} contains a line break or control character"))?;
        if valid == "transfer-encoding" || (valid == "content-length" && value.trim() != length.to_string()) {
            return Err(format!("header {valid} does not match the body of {length} bytes: omit it"));
        }
        map.append(valid, line);
    }
    Ok(map)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn outgoing(headers: Headers) -> Outgoing {
        let settings = Settings {
            url: "http://a".parse().expect("a URL"),
            headers,
            connect_timeout: Duration::ZERO,
            first_byte_timeout: Duration::ZERO,
            total_timeout: Duration::ZERO,
            max_body: 0,
            ca_pem: None,
            identity_pem: None,
            proxy: None,
            connections: 1,
        };
        Outgoing::new(&settings).expect("a base URL")
    }

    fn request(method: &str, headers: &[(&str, &str)]) -> Request {
        let headers = headers.iter().copied().collect();
        Request { method: method.to_owned(), url: "/".to_owned(), headers, body: Some("body".into()) }
    }

    #[test]
    fn target_headers_are_added_unless_the_request_has_them() {
        let headers = [("User-Agent", "acme"), ("X-Trace", "1"), ("X-Trace", "2")].into_iter().collect();
        let mut request = request("GET", &[("user-agent", "mine")]);
        outgoing(headers).add_headers(&mut request);
        let lines: Vec<_> = request.headers.iter().collect();
        assert_eq!(lines, [("user-agent", "mine"), ("X-Trace", "1"), ("X-Trace", "2")]);
    }

    #[test]
    fn what_http_cannot_represent_is_refused() {
        let outgoing = outgoing(Headers::default());
        let check = |method: &str, headers: &[(&str, &str)], expect: Result<(), &str>| {
            let prepared = outgoing.prepare(&request(method, headers)).map(drop);
            assert_eq!(prepared.as_ref().map_err(String::as_str), expect.as_ref().map_err(|error| *error));
        };
        check("PURGE", &[("x", "caf\u{e9}"), ("content-length", "4")], Ok(()));
        check("GET IT", &[], Err("\"GET IT\" is not a method (RFC 9110 §9.1)"));
        check("GET", &[("a b", "")], Err("\"a b\" is not a header name"));
        let broken = "the value of header x contains a line break or control character";
        check("GET", &[("x", "a\r\nhost: evil")], Err(broken));
        let length = "header content-length does not match the body of 4 bytes: omit it";
        check("POST", &[("Content-Length", "5")], Err(length));
    }
}
