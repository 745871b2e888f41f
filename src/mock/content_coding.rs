//! Content codings of requests (RFC 9110 §8.4): the content is decoded before it is validated.

use bytes::Bytes;

use crate::http::Request;
use crate::transport::coding::{self, CODINGS, Undecodable};

use super::response::MockResponse;
use super::server::limits::MAX_BODY;

/// The decoded content of a request; none if it has no coding. An error is the response to a request that cannot be decoded.
pub(super) fn decoded(request: &Request) -> Result<Option<Bytes>, Box<MockResponse>> {
    let (Some(body), Some(codings)) = (&request.body, request.headers.get("content-encoding")) else { return Ok(None) };
    match coding::decode(&request.headers, body.clone(), MAX_BODY as u64) {
        Ok(content) => Ok(Some(content)),
        Err(Undecodable::TooLarge(detail)) => {
            Err(Box::new(MockResponse::beyond_limits(413, "Content Too Large", detail)))
        }
        Err(Undecodable::Malformed(detail)) => Err(Box::new(MockResponse::refused(400, "Bad Request", detail))),
        Err(Undecodable::Unsupported(_)) => {
            let detail = format!("expected the content codings {CODINGS}, found {codings}");
            let mut refused = MockResponse::beyond_limits(415, "Unsupported Media Type", detail);
            refused.response.headers.set("accept-encoding", CODINGS);
            Err(Box::new(refused))
        }
    }
}
