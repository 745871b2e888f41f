//! From a request to what HTTP sends: everything that HTTP cannot represent is refused.

use ::http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::Url;

use crate::http::Request;

use super::address::Address;
use super::settings::Settings;

/// Prepares the requests for one target.
#[derive(Debug)]
pub(crate) struct Outgoing {
    address: Address,
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
        Ok(Self { address: Address::from_base(&settings.url)? })
    }

    /// Host and port of the target, for messages.
    pub(crate) fn authority(&self) -> &str {
        self.address.authority()
    }

    /// Converts the request. The error says what HTTP cannot represent.
    pub(crate) fn prepare(&self, request: &Request) -> Result<Prepared, String> {
        prepare(&self.address, request).map_err(|unsendable| unsendable.message)
    }
}

/// A request that HTTP cannot represent.
#[derive(Debug)]
pub(crate) struct Unsendable {
    /// The part of the request: `method`, `url` or `headers`.
    pub(crate) part: &'static str,
    /// What is wrong with it.
    pub(crate) message: String,
}

/// Checks that the request can be sent to some target.
pub(crate) fn check(request: &Request) -> Result<(), Unsendable> {
    prepare(&Address::of_no_target(), request).map(drop)
}

fn prepare(address: &Address, request: &Request) -> Result<Prepared, Unsendable> {
    let unsendable = |part| move |message| Unsendable { part, message };
    let method = Method::from_bytes(request.method.as_bytes())
        .map_err(|_| unsendable("method")(format!("{:?} is not a method (RFC 9110 §9.1)", request.method)))?;
    let url = address.locate(&request.url).map_err(unsendable("url"))?;
    Ok(Prepared { method, url, headers: header_map(request).map_err(unsendable("headers"))? })
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

    fn outgoing() -> Outgoing {
        let settings = Settings {
            url: "http://a".parse().expect("a URL"),
            connect_timeout: Duration::ZERO,
            first_byte_timeout: Duration::ZERO,
            total_timeout: Duration::ZERO,
            max_body: 0,
            ca_pem: None,
            identities: Default::default(),
            proxy: None,
            connections: 1,
        };
        Outgoing::new(&settings).expect("a base URL")
    }

    fn request(method: &str, headers: &[(&str, &str)]) -> Request {
        let headers = headers.iter().copied().collect();
        Request {
            method: method.to_owned(),
            url: "/".to_owned(),
            headers,
            body: Some("body".into()),
            ..Request::default()
        }
    }

    #[test]
    fn what_http_cannot_represent_is_refused() {
        let outgoing = outgoing();
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
