//! What is known about every keyword of a schema: one table, which every reader of schemas queries.

mod bounds;
mod definition;
mod table;

pub(crate) use bounds::{BOUNDS, Bounds, NumberLimit};
pub(crate) use definition::{Applies, Dialects, Keyword, Kind, Shape};
pub(crate) use table::{all, applicators, find, is_decided_by_value, names_unwanted};
