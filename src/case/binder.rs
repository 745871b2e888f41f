//! Context in which the cases of one file are bound.

use crate::contract::Contract;

use super::folder::Folder;
use super::source::Source;

/// Binds the cases of one file.
pub(super) struct Binder<'a> {
    /// The file.
    pub source: &'a Source,
    /// The folder of its bodies and tables.
    pub folder: &'a Folder,
    /// The contract of its operations.
    pub contract: &'a Contract,
}
