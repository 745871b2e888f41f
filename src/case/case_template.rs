//! A bound case before the rows of its table are applied.

use std::sync::Arc;

use crate::expression::Template;
use crate::pointer::Pointer;

use super::row::Row;
use super::variables::VariableRead;
use super::{Case, RequestSpec};

/// A case before the rows of its table are applied: the common part, and the strings that each row fills in.
#[derive(Debug)]
pub(super) struct CaseTemplate {
    /// The common part; name, id and violations are not set yet.
    pub case: Case,
    /// `name`.
    pub name: RowText,
    /// `violates`.
    pub violates: Vec<RowText>,
    /// `needs`.
    pub needs: Vec<RowText>,
    /// The rows of its own table, if it has one.
    pub rows: Option<Vec<Arc<Row>>>,
    /// One request per row if the table gives property names; otherwise all rows share that of `case`.
    pub requests: Vec<Arc<RequestSpec>>,
    /// Names of its captures that could not be read: later cases may refer to them.
    pub unread_captures: Vec<String>,
    /// Names that its templates read.
    pub reads: Vec<VariableRead>,
    /// Whether it has no problem so far. Of a broken case only its name and the names that it reads are used.
    pub sound: bool,
}

impl CaseTemplate {
    /// Returns the case that the given row starts from.
    pub(super) fn of_row(&self, index: usize) -> Case {
        let mut case = self.case.clone();
        if let Some(request) = self.requests.get(index) {
            case.request = Arc::clone(request);
        }
        case
    }
}

/// A string that may only read table columns.
#[derive(Debug)]
pub(super) struct RowText {
    /// Its location.
    pub at: Pointer,
    /// The compiled string.
    pub template: Template,
}
