//! Loads an OpenAPI document and the files that it refers to: the only I/O of the contract.

mod assemble;
mod builder;
mod content;
mod faults;
mod files;
mod info;
mod loader;
mod operations;
mod options;
mod parameters;
mod path_item;
mod recognition;
mod references;
mod resolver;
mod security;
mod servers;
mod structure;
mod subschemas;
mod uniqueness;

pub(crate) use info::version;
pub use loader::{load, load_with};
pub use options::Options;
pub use structure::join as join_structure;

#[cfg(test)]
mod tests;
