//! The report formats, one file or folder each.

pub(super) mod ctrf;
pub(super) mod endpoints;
pub(crate) mod events;
pub(crate) mod github;
pub(super) mod har;
pub(super) mod html;
pub(super) mod junit;
pub(super) mod record;
pub(super) mod sarif;
pub(super) mod tap;
