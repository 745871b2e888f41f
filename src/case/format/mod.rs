//! The shape of a case file, and its JSON Schema.
//!
//! Alternatives (`status: 200 | [200, 201] | 2XX`) have types of their own, so that errors are located precisely
//! and editors can complete them.

mod defaults;
pub(super) mod expect;
pub(super) mod file;
mod one_or_many;
mod present;
mod request;
mod table;

pub(crate) use expect::{ExpectFormat, StatusFormat};
#[cfg(test)]
pub(crate) use file::json_schema;
pub(crate) use file::{CaseFormat, FileFormat, UseFormat, WholeCase, WholeFile};
pub(crate) use one_or_many::OneOrMany;
pub(crate) use request::{AuthFormat, PartFormat, RequestFormat, SignFormat};
pub(crate) use table::TableFormat;
