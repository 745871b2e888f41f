//! Exchanges, in the record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One request and its response.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// The request.
    pub request: Request,
    /// The response; absent if the exchange was not completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Response>,
    /// Durations; absent if the exchange was not completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timings: Option<Timings>,
}

/// A request as sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// Header lines as name and value, in order.
    pub headers: Vec<(String, String)>,
    /// The body; absent if no body was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
}

/// A response as received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// `HTTP/1.1` or `HTTP/2.0`.
    pub version: String,
    /// Header lines as name and value, in order.
    pub headers: Vec<(String, String)>,
    /// The body, with content codings such as gzip decoded.
    pub body: Body,
}

/// Content of a message: a string if it is UTF-8, otherwise base64. Large content is shortened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Size in bytes before shortening.
    pub size: u64,
    /// The text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The content in base64, if it is not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    /// Number of bytes omitted at the end.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u64,
    /// The parts of a shortened JSON body that have findings; everything else is `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
}

/// Durations of the phases of an exchange, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Timings {
    /// DNS, TCP and TLS; absent if the connection was reused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect_ms: Option<f64>,
    /// From sending the request to the header section of the response.
    pub first_byte_ms: f64,
    /// From sending the request to the last byte of the response.
    pub total_ms: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(value: &u64) -> bool {
    *value == 0
}
