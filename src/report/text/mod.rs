//! Text that several formats share.

pub mod body_preview;
pub mod clock;
pub mod command;
pub mod diff_lines;
pub mod json_list;
pub mod layout;
pub mod markdown;
pub mod phrases;
pub mod verdict;
pub mod wrap;
