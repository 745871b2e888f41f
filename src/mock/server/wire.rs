//! Responses in the types of the HTTP library.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{HeaderName, HeaderValue};

use crate::http::Response;
use crate::mock::faults::broken_response::ResponseBody;
use crate::mock::problem_details;
use crate::mock::proxy::ForwardedBody;

pub(crate) type WireResponse = hyper::Response<ResponseBody>;

/// Body of a response of the mock, or of one that a proxy forwards.
#[derive(Debug)]
pub(crate) enum SentBody {
    Whole(ResponseBody),
    Forwarded(ForwardedBody),
}

impl Body for SentBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Self::Whole(body) => Pin::new(body).poll_frame(context),
            Self::Forwarded(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_end_stream(),
            Self::Forwarded(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Forwarded(body) => body.size_hint(),
        }
    }
}

/// Encodes a response. One that HTTP cannot represent is replaced by a 500 with the reason; returns what was encoded as well.
pub(crate) fn encode(response: Response) -> (Response, WireResponse) {
    match converted(&response) {
        Ok(encoded) => (response, encoded),
        Err(error) => {
            let replacement = problem_details::invalid_rules(&format!("HTTP cannot represent the response: {error}"));
            let encoded = converted(&replacement).unwrap_or_default();
            (replacement, encoded)
        }
    }
}

fn converted(response: &Response) -> Result<WireResponse, hyper::http::Error> {
    let mut converted = hyper::Response::new(ResponseBody::from(response.body.clone()));
    *converted.status_mut() = hyper::StatusCode::from_u16(response.status)?;
    for (name, value) in response.headers.iter() {
        converted.headers_mut().append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    Ok(converted)
}
