//! Values made from schemas: what stands in for data that nobody wrote down.

mod array;
pub mod content;
mod dice;
mod format;
mod lifelike;
mod maker;
mod number;
mod object;
mod parts;
mod pattern;
pub mod request;
#[cfg(test)]
mod tests;
mod text;
pub mod value;
mod xml;
