//! Cases as people write them: files of YAML become stories of typed cases, expanded into requests and expectations.
//!
//! ```text
//! folder ─ source (read, format) ─ bind (request, compile) ─ bound ─ story (lint) ─► Suite
//!                                                                                     │ expand, intent
//! ```

mod bind;
mod binder;
mod bound_file;
mod case_template;
mod compile;
mod error;
pub mod expand;
mod folder;
mod format;
pub mod intent;
pub mod lint;
pub mod load;
mod merge;
mod model;
mod request;
mod row;
mod sequence;
mod source;
mod story;
mod table;
mod template_keys;
mod variables;
mod violation;

pub use format::json_schema;
pub use model::{
    Authorization, Body, Capture, CaptureFrom, Case, CaseFile, Expect, Part, PartContent, Poll, RequestSpec, Retry,
    Role, Story, Suite, Use, Violates, Violation,
};
