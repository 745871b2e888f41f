//! Text that several formats share.

pub mod clock;
pub mod command;
pub mod json_list;
pub mod layout;
pub mod markdown;
pub mod wrap;
