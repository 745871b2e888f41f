//! A response as it came, its body already read within bounds.

use bytes::Bytes;

use super::{Headers, MediaType};

/// One response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code, 100 to 999 as it stood on the wire.
    pub status: u16,
    /// `HTTP/1.1` or `HTTP/2.0`.
    pub version: &'static str,
    /// Header lines as they came.
    pub headers: Headers,
    /// The content after any content coding was undone.
    pub body: Bytes,
    /// Bytes that came on the wire for the body, before decoding.
    pub wire_size: u64,
}

impl Response {
    /// The media type that the response declares, when there is exactly one well-formed line of it.
    pub fn media_type(&self) -> Option<MediaType> {
        let mut lines = self.headers.all("content-type");
        lines.next().filter(|_| lines.next().is_none()).and_then(|line| MediaType::parse(line).ok())
    }
}
