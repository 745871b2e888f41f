//! The report formats, one file or folder each.

pub mod ctrf;
pub mod endpoints;
pub mod events;
pub mod github;
pub mod har;
pub mod html;
pub mod junit;
pub mod record;
pub mod sarif;
pub mod tap;
