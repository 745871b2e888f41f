//! Reports, rendered from the record alone.

mod markdown;
mod terminal;
pub mod write;
