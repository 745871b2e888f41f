//! Responses that the OpenAPI document describes: examples and generated values, also for refusals.

pub(crate) mod cache;
pub(crate) mod documented;
pub(crate) mod error_example;
pub(crate) mod refusal;
