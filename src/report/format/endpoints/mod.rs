//! `endpoints/*.md`: one Markdown page per operation.

mod folder;
mod page;

pub use folder::FORMAT;
#[cfg(test)]
pub use page::Markdown;
