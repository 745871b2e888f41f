//! Text that several formats share.

pub(crate) mod body_preview;
pub(crate) mod clock;
pub(crate) mod command;
pub(crate) mod diff_lines;
pub(crate) mod distinct;
pub(crate) mod faults;
pub(crate) mod json_list;
pub(crate) mod layout;
pub(crate) mod markdown;
pub(crate) mod phrases;
pub(crate) mod verdict;
pub(crate) mod wrap;
