//! Responses that the OpenAPI document describes: examples and generated values, for successes and refusals.

mod builder;
pub(crate) mod cache;
pub(crate) mod context;
mod documented;
mod error_example;
mod headers;
pub(crate) mod refusal;
