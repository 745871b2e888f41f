//! HTTP messages as plain values, without I/O.

mod exchange;
mod field_value;
mod headers;
mod media_type;
mod request;
mod response;
pub(crate) mod view;

pub use exchange::{Exchange, Timings};
pub use field_value::{Parameters, SyntaxError, list_elements, parse_parameters};
pub(crate) use headers::NO_CERTIFICATE;
pub use headers::{Headers, MOCK_ERROR, MOCK_VIOLATION};
pub use media_type::{MediaType, SequenceFormat};
pub use request::{ClientCertificate, Request};
pub use response::Response;
