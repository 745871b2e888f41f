//! A bound case before the rows of its table are applied.

use std::sync::Arc;

use crate::expression::Template;
use crate::pointer::Pointer;

use super::row::Row;
use super::variables::VariableRead;
use super::{Case, RequestSpec};

/// A case before its rows: what all of them share, and the texts that each row fills in.
#[derive(Debug)]
pub struct CaseTemplate {
    /// What the rows share; name, id and violations are still to come.
    pub case: Case,
    /// `name`.
    pub name: RowText,
    /// `violates`.
    pub violates: Vec<RowText>,
    /// `needs`.
    pub needs: Vec<RowText>,
    /// The rows of its own table, when it has one.
    pub rows: Option<Vec<Arc<Row>>>,
    /// A request a row, where the table gives names of members; else all rows share that of `case`.
    pub requests: Vec<Arc<RequestSpec>>,
    /// What its templates read.
    pub reads: Vec<VariableRead>,
    /// Whether nothing is wrong with it so far; what is not sound is looked at for its name and what it reads.
    pub sound: bool,
}

impl CaseTemplate {
    /// What the case of that row starts from.
    pub fn of_row(&self, index: usize) -> Case {
        let mut case = self.case.clone();
        if let Some(request) = self.requests.get(index) {
            case.request = Arc::clone(request);
        }
        case
    }
}

/// A text that may read table columns only.
#[derive(Debug)]
pub struct RowText {
    /// Where it stands.
    pub at: Pointer,
    /// The text, compiled.
    pub template: Template,
}
