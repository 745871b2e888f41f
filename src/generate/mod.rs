//! Values made from schemas: what stands in for data that nobody wrote down.

mod array;
mod number;
mod object;
mod parts;
mod pattern;
#[cfg(test)]
mod tests;
mod text;
pub mod value;
