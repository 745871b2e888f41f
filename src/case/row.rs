//! A row of a table.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::expression::Scope;

/// One row: values by column.
pub(super) type Row = BTreeMap<String, Value>;

/// Creates a scope with the columns of `row` only.
pub(super) fn scope(row: &Row) -> Scope {
    let mut scope = Scope::new(0, 0, "");
    row.iter().for_each(|(column, cell)| scope.set(column, cell));
    scope
}
