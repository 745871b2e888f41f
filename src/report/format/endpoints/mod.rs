//! `endpoints/*.md`: one Markdown page per operation.

mod folder;
mod page;

pub use folder::Endpoints;
#[cfg(test)]
pub use page::Markdown;
