//! What the cases of one file are bound with.

use crate::contract::Contract;

use super::folder::Folder;
use super::source::Source;

/// Binds the cases of one file.
pub struct Binder<'a> {
    /// The file.
    pub source: &'a Source,
    /// Where its bodies and tables are read from.
    pub folder: &'a Folder,
    /// What its operations are looked up in.
    pub contract: &'a Contract,
}
