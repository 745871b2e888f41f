//! Case files: YAML files become stories of typed cases, which are expanded into requests and expectations.
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
mod credential_use;
mod error;
pub(crate) mod expand;
mod folder;
pub(crate) mod format;
pub(crate) mod intent;
pub(crate) mod lint;
mod literal;
pub(crate) mod load;
mod merge;
mod model;
mod refusal;
mod request;
mod row;
mod sequence;
mod source;
mod story;
mod table;
mod template_keys;
mod variables;
mod violation;
pub(crate) mod write;

pub(crate) use credential_use::CredentialNames;
#[cfg(test)]
pub(crate) use format::json_schema;
pub(crate) use literal::{literal, literal_text};
pub(crate) use model::{
    Authorization, Body, Capture, CaptureFrom, CaptureUse, Case, CaseFile, Expect, GivenCredential, MultipartPart,
    PartContent, Poll, RequestSpec, Retry, Role, Story, Suite, Violates, Violation,
};
pub(crate) use refusal::{is_refused, refusals};
pub(crate) use variables::is_variable;
pub(crate) use violation::parse as parse_violates;
