//! A request as it will be sent.

use bytes::Bytes;

use super::{Headers, MediaType};

/// One request, relative to a target: nothing in it depends on where the target is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, upper case unless the case asks otherwise.
    pub method: String,
    /// Path and query, percent-encoded as they go on the wire, without the target's own prefix: `/v2/customers/1?x=y`.
    pub url: String,
    /// Header lines; `content-type` among them, `host` and `content-length` left to the transport.
    pub headers: Headers,
    /// The body's bytes; `None` sends no body at all.
    pub body: Option<Bytes>,
}

impl Request {
    /// The path without the query.
    pub fn path(&self) -> &str {
        self.url.split('?').next().unwrap_or_default()
    }

    /// The query without its `?`, when there is one.
    pub fn query(&self) -> Option<&str> {
        self.url.split_once('?').map(|(_, query)| query)
    }

    /// The media type that the request declares, when it is well-formed.
    pub fn media_type(&self) -> Option<MediaType> {
        self.headers.get("content-type").and_then(|line| MediaType::parse(line).ok())
    }
}
