//! OpenAPI Overlays 1.0 and 1.1: assumptions added to a document without editing it.

mod action;
mod amendment;
mod apply;
mod changes;
mod path;
#[cfg(test)]
mod tests;

pub use amendment::{Amendment, Change, ChangeKind};
pub(super) use apply::apply;
pub(crate) use apply::overlay_targets;
