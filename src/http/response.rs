//! A response whose body has been read, up to the limit.

use bytes::Bytes;

use super::{Headers, MediaType};

/// One response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code as received, 100 to 999.
    pub status: u16,
    /// `HTTP/1.1` or `HTTP/2.0`.
    pub version: &'static str,
    /// Header lines as received.
    pub headers: Headers,
    /// The content, decoded from any content coding.
    pub body: Bytes,
    /// Size of the body as received, before decoding.
    pub wire_size: u64,
}

impl Response {
    /// The declared media type, if there is exactly one `Content-Type` line. Malformed parameters are left out.
    pub fn media_type(&self) -> Option<MediaType> {
        let mut lines = self.headers.all("content-type");
        lines.next().filter(|_| lines.next().is_none()).and_then(MediaType::of_line)
    }
}
