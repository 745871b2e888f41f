//! Values generated from schemas, and messages with them. Every value is validated before it is returned.

mod applicable;
mod array;
mod by_type;
mod choices;
mod composer;
pub mod content;
mod format;
mod number;
mod object;
mod pattern;
mod realistic;
pub mod request;
mod rng;
pub mod solver;
#[cfg(test)]
mod tests;
mod text;
mod unsatisfied;
mod value_style;
mod xml;

pub use unsatisfied::Unsatisfied;
pub use value_style::ValueStyle;
