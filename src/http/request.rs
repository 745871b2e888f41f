//! A request before it is sent.

use bytes::Bytes;

use super::{Headers, MediaType};

/// One request, relative to the base URL of a target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, in upper case unless a case says otherwise.
    pub method: String,
    /// Path and query, percent-encoded, without the target's own prefix: `/v2/customers/1?x=y`.
    pub url: String,
    /// Header lines, including `content-type`; the transport adds `host` and `content-length`.
    pub headers: Headers,
    /// The bytes of the body; `None` sends no body.
    pub body: Option<Bytes>,
    /// The client certificate of the connection.
    pub certificate: ClientCertificate,
}

/// The client certificate that a connection shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ClientCertificate {
    /// Not known: that of the target, or none.
    #[default]
    Unknown,
    /// None.
    Absent,
    /// The one of this number: 0 is that of the target, further ones belong to its credentials.
    Present(usize),
}

impl Request {
    /// The path without the query.
    pub fn path(&self) -> &str {
        self.url.split('?').next().unwrap_or_default()
    }

    /// The query without its `?`, if there is one.
    pub fn query(&self) -> Option<&str> {
        self.url.split_once('?').map(|(_, query)| query)
    }

    /// Whether sending it twice has the effect of sending it once (RFC 9110 §9.2.2).
    pub fn is_idempotent(&self) -> bool {
        matches!(&*self.method, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE")
    }

    /// The declared media type, if type and subtype are valid. Malformed parameters are left out.
    pub fn media_type(&self) -> Option<MediaType> {
        self.headers.get("content-type").and_then(MediaType::of_line)
    }
}
