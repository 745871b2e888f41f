//! Values generated from schemas, and messages with them. Every value is validated before it is returned.

mod applicable;
mod array;
mod by_type;
mod choices;
pub(crate) mod clause_case;
mod composer;
pub(crate) mod content;
mod format;
mod number;
mod object;
mod pattern;
mod realistic;
pub(crate) mod request;
mod rng;
pub(crate) mod solver;
#[cfg(test)]
mod tests;
mod text;
mod unsatisfied;
mod value_style;
mod xml;

pub(crate) use unsatisfied::Unsatisfied;
pub(crate) use value_style::ValueStyle;
