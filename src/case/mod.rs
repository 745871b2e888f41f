//! Cases as people write them: files of YAML become stories of typed cases, expanded into requests and expectations.

mod error;
pub mod expand;
mod format;
pub mod intent;
pub mod load;
mod merge;
mod model;
mod read;
mod violation;

pub use format::json_schema;
pub use model::{
    Authorization, Body, Capture, CaptureFrom, Case, CaseFile, Expect, Part, Poll, RequestSpec, Retry, Role, Story,
    Suite, Use, Violates, Violation,
};
