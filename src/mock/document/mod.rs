//! Responses that the OpenAPI document describes: examples and generated values, for successes and refusals.

mod builder;
pub(crate) mod cache;
pub(crate) mod context;
mod documented;
mod error_example;
pub(crate) mod headers;
pub(crate) mod refusal;
pub(crate) mod response;
