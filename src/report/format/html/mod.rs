//! `index.html`: the run as one self-contained page.

mod about;
mod anchor;
mod case;
mod coverage;
mod diff;
mod endpoints;
mod filter_index;
mod finding;
mod histogram;
mod layout;
mod mutation;
mod operation;
mod page;
mod piles;
mod section;
#[cfg(test)]
mod tests;
mod text;
mod timeline;
mod verdict;

pub(crate) use page::FORMAT;
#[cfg(test)]
pub(crate) use page::Page;
