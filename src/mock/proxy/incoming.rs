//! A request of a client, validated before it is forwarded.

use bytes::Bytes;

use crate::http::{Headers, Request};
use crate::mock::served::Served;
use crate::transport::coding;

use super::headers;

/// Memory of a byte of the header section of a request that waits for the response of the target: as it was received, as it is
/// validated and as it is sent, each in the types of the HTTP library and in ours.
const FORWARDED_COPIES: usize = 6;

/// A request with everything that is known of it before the response.
#[derive(Debug)]
pub(crate) struct IncomingRequest {
    /// The request as received.
    pub(super) received: Request,
    /// Its trailers.
    pub(super) trailers: Headers,
    /// The same with its content decoded, as it is validated and recorded.
    pub(super) content: Request,
    /// Index of the operation that it addresses.
    pub(super) operation: Option<usize>,
    /// Name of that operation.
    pub(super) name: Option<String>,
    /// Its URL as the contract declares it.
    pub(super) case_url: String,
    /// Its URL below that of the target.
    pub(super) forwarded_url: String,
    /// Its violations, one line each.
    pub(super) breaches: Vec<String>,
    /// What was not checked.
    pub(super) not_checked: Vec<String>,
    /// What the contract advises against, one line each.
    pub(super) notes: Vec<String>,
    /// Whether a page of another site sent it, so that the target's secret headers are not added.
    pub(super) is_foreign: bool,
}

/// The request with its content decoded (RFC 9110 §8.4) and its header lines as they were sent; the error says why that is not possible.
pub(super) fn decoded(request: &Request, max_body: u64) -> Result<Request, String> {
    let mut decoded = request.clone();
    if let Some(body) = &request.body {
        decoded.body = Some(coding::decode(&request.headers, body.clone(), max_body)?);
    }
    Ok(decoded)
}

impl IncomingRequest {
    /// Approximate memory that it takes until the response is complete, in bytes, without the body that was received.
    pub(crate) fn memory(&self) -> usize {
        let Request { url, headers, .. } = &self.received;
        let body = |request: &Request| request.body.as_ref().map_or(0, Bytes::len);
        let decoded = if self.received.body == self.content.body { 0 } else { body(&self.content) };
        let texts: usize = self.breaches.iter().chain(&self.notes).map(String::len).sum();
        (headers.size() + self.trailers.size() + url.len()) * FORWARDED_COPIES + decoded + texts * 2
    }

    /// The header lines of its case, which sends the decoded content.
    pub(super) fn case_headers(&self) -> Headers {
        let mut lines = headers::of_client(&self.content.headers);
        if self.received.body != self.content.body {
            lines.remove("content-encoding");
        }
        lines
    }

    /// The request as received.
    pub(crate) fn into_request(self) -> Request {
        self.received
    }

    /// The line of the log, with the `status` of the response.
    pub(super) fn served(&self, status: u16) -> Served {
        let side = |line: &String| format!("request: {line}");
        let not_checked: Vec<_> = self.not_checked.iter().map(side).collect();
        let Request { method, url, headers, .. } = &self.received;
        let body = self.content.body.clone().unwrap_or_default();
        Served {
            method: method.clone(),
            url: url.clone(),
            operation: self.name.clone(),
            status,
            request_breaches: self.breaches.iter().map(side).collect(),
            is_request_unchecked: self.operation.is_some() && !not_checked.is_empty(),
            not_checked,
            notes: self.notes.clone(),
            messages: vec![(headers.clone(), body)],
            ..Served::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_decoded_but_header_lines_are_those_that_were_sent() {
        // `{"name":"x"}`, stored without compression.
        let body = Bytes::from_static(b"\x01\x0c\x00\xf3\xff{\"name\":\"x\"}");
        let headers: Headers = [("content-encoding", "deflate"), ("x-own", "1")].into_iter().collect();
        let received =
            Request { method: "POST".to_owned(), url: "/".to_owned(), headers, body: Some(body), ..Request::default() };
        let content = decoded(&received, 100).expect("decoded");
        assert_eq!((content.body.as_deref(), &content.headers), (Some(&br#"{"name":"x"}"#[..]), &received.headers));
        let incoming = IncomingRequest {
            content,
            received: received.clone(),
            trailers: Headers::default(),
            operation: None,
            name: None,
            case_url: String::new(),
            forwarded_url: String::new(),
            breaches: Vec::new(),
            not_checked: Vec::new(),
            notes: Vec::new(),
            is_foreign: false,
        };
        // A case sends the decoded content.
        assert_eq!(incoming.case_headers(), [("x-own", "1")].into_iter().collect());
        let verbatim = IncomingRequest { content: received, ..incoming };
        assert_eq!(verbatim.case_headers().get("content-encoding"), Some("deflate"));
    }
}
