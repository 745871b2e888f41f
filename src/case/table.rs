//! Tables: inline rows keep their types; cells of a CSV file are strings.

use serde_json::Value;

use crate::document::decode;
use crate::pointer::Pointer;
use crate::rules;

use super::error::Problems;
use super::format::TableFormat;
use super::row::Row;
use super::variables;

/// Returns the rows of the table at `at`; `read` reads a file relative to the case file.
pub(super) fn rows(
    table: &TableFormat,
    at: &Pointer,
    read: impl Fn(&str) -> Result<Vec<u8>, String>,
    problems: &mut Problems<'_>,
) -> Vec<Row> {
    let rows = match table {
        TableFormat::File(name) => read(name).and_then(|bytes| csv_rows(name, bytes)),
        TableFormat::Rows(rows) => in_place(rows),
    };
    match rows.and_then(same_columns) {
        Ok(rows) => rows,
        Err(message) => {
            problems.value(rules::TABLE, at, message);
            Vec::new()
        }
    }
}

fn csv_rows(name: &str, bytes: Vec<u8>) -> Result<Vec<Row>, String> {
    let text = decode(bytes).map_err(|why| format!("`{name}` is not a table: {why}"))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(text.as_bytes());
    let wrong = |error: csv::Error| format!("`{name}` is not a table: {error}");
    let columns = reader.headers().map_err(wrong)?.clone();
    if let Some(twice) =
        columns.iter().enumerate().find(|(index, name)| columns.iter().take(*index).any(|c| c == *name))
    {
        return Err(format!("`{name}` has the column `{}` twice", twice.1));
    }
    reader
        .records()
        .map(|record| {
            let cells = record.map_err(wrong)?;
            Ok(columns.iter().zip(&cells).map(|(column, cell)| (column.to_owned(), cell.into())).collect())
        })
        .collect()
}

/// Unescapes inline cells. Cells are data: a template in one would be sent verbatim, so it is refused; `$${` is a literal `${`.
fn in_place(rows: &[Row]) -> Result<Vec<Row>, String> {
    let literal = |(column, cell): (&String, &Value)| Ok((column.clone(), unescaped(cell)?));
    rows.iter().map(|row| row.iter().map(literal).collect()).collect()
}

fn unescaped(cell: &Value) -> Result<Value, String> {
    match cell {
        Value::String(text) if text.replace("$${", "").contains("${") => {
            Err(format!("table cells must not contain templates, found `{text}`; write `$${{` for a literal `${{`"))
        }
        Value::String(text) => Ok(text.replace("$${", "${").into()),
        Value::Array(items) => items.iter().map(unescaped).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| Ok((name.clone(), unescaped(value)?)))
            .collect::<Result<_, _>>()
            .map(Value::Object),
        other => Ok(other.clone()),
    }
}

fn same_columns(rows: Vec<Row>) -> Result<Vec<Row>, String> {
    let Some(first) = rows.first() else { return Err("the table has no rows".to_owned()) };
    if let Some(column) = first.keys().find(|column| !variables::is_variable(column)) {
        return Err(format!("`{column}` is not a column name: use letters, digits and `_`, but not a reserved word"));
    }
    let columns = |row: &Row| row.keys().cloned().collect::<Vec<_>>().join(", ");
    match rows.iter().position(|row| !row.keys().eq(first.keys())) {
        Some(odd) => {
            Err(format!("row {} has the columns {}, but row 1 has {}", odd + 1, columns(&rows[odd]), columns(first)))
        }
        None => Ok(rows),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(table: &Value, expect: Result<Value, &str>) {
        let table: TableFormat = serde_json::from_value(table.clone()).expect("a table");
        let files = |name: &str| match name {
            "rows.csv" => Ok(b"\xEF\xBB\xBFwhat, value\r\ntext,\"a,b\"\nnumber,1\n".to_vec()),
            "ragged.csv" => Ok(b"a,b\n1\n".to_vec()),
            "twice.csv" => Ok(b"a,a\n1,2\n".to_vec()),
            _ => Err(format!("cannot read {name}")),
        };
        let rows = match &table {
            TableFormat::File(name) => files(name).and_then(|bytes| csv_rows(name, bytes)),
            TableFormat::Rows(rows) => in_place(rows),
        };
        let shown = rows.and_then(same_columns).map(|rows| json!(rows));
        assert_eq!(shown, expect.map_err(str::to_owned));
    }

    #[test]
    fn inline_rows_keep_their_types_and_csv_cells_are_strings() {
        check(&json!([{"a": 1, "b": "$${x}"}]), Ok(json!([{"a": 1, "b": "${x}"}])));
        check(&json!("rows.csv"), Ok(json!([{"what": "text", "value": "a,b"}, {"what": "number", "value": "1"}])));
    }

    #[test]
    fn invalid_tables_are_refused() {
        check(&json!([]), Err("the table has no rows"));
        check(&json!([{"a": 1}, {"b": 1}]), Err("row 2 has the columns b, but row 1 has a"));
        check(
            &json!([{"a b": 1}]),
            Err("`a b` is not a column name: use letters, digits and `_`, but not a reserved word"),
        );
        check(
            &json!([{"a": ["${x}"]}]),
            Err("table cells must not contain templates, found `${x}`; write `$${` for a literal `${`"),
        );
        check(&json!("no.csv"), Err("cannot read no.csv"));
        check(&json!("twice.csv"), Err("`twice.csv` has the column `a` twice"));
        check(
            &json!("ragged.csv"),
            Err(
                "`ragged.csv` is not a table: CSV error: record 1 (line: 2, byte: 4): found record with 1 fields, but the previous record has 2 fields",
            ),
        );
    }
}
