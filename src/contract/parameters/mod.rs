//! Parameters both ways: a value into its text on the wire, and the text back into a value to judge.

mod layout;
mod parse;
mod serialize;
mod text;
mod wire;

pub use parse::{parse, undeclared};
pub use serialize::serialize;
pub use wire::{Parsed, Wire};

#[cfg(test)]
mod tests;
