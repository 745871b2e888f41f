//! Responses in the types of the HTTP library.

use hyper::header::{HeaderName, HeaderValue};

use crate::http::Response;
use crate::mock::faults::broken_response::ResponseBody;
use crate::mock::problem_details;

pub(crate) type WireResponse = hyper::Response<ResponseBody>;

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
