//! `endpoints/*.md`: one Markdown page per operation.

mod folder;
mod page;

pub(crate) use folder::FORMAT;
#[cfg(test)]
pub(crate) use page::Markdown;
