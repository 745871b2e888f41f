//! YAML or JSON text as a value, with the source location of every node on demand.
//!
//! YAML goes through an event parser and a composer of our own, because locations, duplicate keys and budgets are needed and no
//! `serde` front end has all three. The located tree lives only until the value is made from it. Locations below the upper levels
//! are read again on the first request for one, which a run without findings never makes.

mod changes;
mod compose;
mod copies;
mod decimal;
mod decode;
#[expect(clippy::module_inception, reason = "the type that the folder is named after")]
mod document;
mod end;
mod file_kind;
mod inexact_numbers;
mod json;
mod json_spans;
mod limits;
mod node;
mod number_literals;
mod places;
mod read;
mod scalar;
mod source;
mod source_map;
mod syntax;
#[cfg(test)]
mod tests;
mod typed;
mod yaml_writer;

pub(crate) use changes::Changes;
pub(crate) use decimal::Decimal;
pub(crate) use decode::decode;
pub(crate) use document::Document;
pub(crate) use end::End;
pub(crate) use file_kind::FileKind;
pub(crate) use inexact_numbers::InexactNumbers;
pub(crate) use json::{JsonError, LONG_NAME, MAX_NAME, ParsedJson, parse_json, parse_json_with_duplicates};
pub(crate) use limits::MAX_DEPTH;
pub(crate) use number_literals::{NumberLiterals, has_floats, is_decimal};
pub(crate) use read::{read, salvage};
pub(crate) use source::Source as TextSource;
pub(crate) use typed::{Misfit, Typed};
pub(crate) use yaml_writer::to_yaml;
