//! Serialisation of parameters: from a value to text on the wire, and back to a value to validate.

mod deep_object;
mod inexact;
mod layout;
mod parse;
mod readings;
mod serialize;
mod text;
mod wire;

pub(crate) use inexact::inexact_numbers;
pub(crate) use parse::{is_set_cookie, parse, undeclared};
pub(crate) use readings::{Reading, readings};
pub(crate) use serialize::serialize;
pub(crate) use wire::{Parsed, Wire};

#[cfg(test)]
mod tests;
