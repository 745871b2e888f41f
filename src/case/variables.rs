//! Scope of the variables that templates may read.

use std::collections::{BTreeMap, BTreeSet};

use crate::expression::{Error, Name};
use crate::pointer::Pointer;
use crate::rules;

use super::error::Problems;
use super::row::Row;

/// Names of the language, which variables must not have.
const RESERVED: [&str; 13] = [
    "env",
    "request",
    "response",
    "omit",
    "uuid",
    "now",
    "today",
    "random_int",
    "time",
    "public",
    "file",
    "exec",
    "loop",
];

/// Whether `name` can be a variable: a letter or `_`, then letters, digits and `_`, and not a name of the language.
pub(crate) fn is_variable(name: &str) -> bool {
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    starts && chars.all(|c| c.is_ascii_alphanumeric() || c == '_') && !RESERVED.contains(&name)
}

/// The part of a case that reads a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadBy {
    /// The request.
    Request,
    /// The expectation, without `assert`.
    Expectation,
    /// `assert` and `capture`, which may also read `request` and `response`.
    Response,
}

/// A use of a variable by a case.
#[derive(Debug, Clone)]
pub(super) struct VariableRead {
    /// The name up to its first dot.
    pub name: String,
    /// Location of the string that reads it.
    pub at: Pointer,
    /// The part of the case that reads it.
    pub reader: ReadBy,
}

impl VariableRead {
    /// A use of `name` in the string at `at`.
    pub(super) fn new(name: &Name, at: Pointer, reader: ReadBy) -> Self {
        let first = name.path.split(['.', '[']).next().unwrap_or_default();
        Self { name: first.to_owned(), at, reader }
    }

    /// Whether it is a name of the language.
    fn is_given(&self) -> bool {
        let answer = matches!(self.name.as_str(), "request" | "response") && self.reader == ReadBy::Response;
        answer || matches!(self.name.as_str(), "env" | "file" | "exec" | "omit")
    }
}

/// Names that a case may read in addition to the columns of its row.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownVariables<'a> {
    /// Variables of the file and of those it uses.
    pub vars: BTreeSet<&'a str>,
    /// Captures of earlier cases, each with the name of the case.
    pub captures: BTreeMap<&'a str, String>,
    /// Captures of earlier cases that could not be read, which is reported there.
    pub unread: BTreeSet<&'a str>,
}

impl KnownVariables<'_> {
    /// Returns the case whose capture `read` refers to. Rows take precedence over captures.
    pub(super) fn capture(&self, read: &VariableRead, row: &Row) -> Option<&str> {
        self.captures.get(read.name.as_str()).filter(|_| !row.contains_key(&read.name)).map(String::as_str)
    }

    /// Reports a problem if `read` refers to nothing.
    pub(super) fn check(&self, read: &VariableRead, row: &Row, problems: &mut Problems<'_>) {
        let name = read.name.as_str();
        let known = self.vars.contains(name) || row.contains_key(name) || self.captures.contains_key(name);
        if known || read.is_given() || self.unread.contains(name) {
            return;
        }
        if matches!(name, "request" | "response") {
            return note(read, &format!("`{name}` can only be read in `assert` and `capture`"), problems);
        }
        note(read, &format!("unknown variable `{name}`"), problems);
        problems.help("declare it under `vars:`, without a value if the target gives it");
        let columns = row.keys().map(String::as_str);
        let names = self.vars.iter().chain(self.captures.keys()).copied().chain(columns);
        problems.suggest(name, names.chain(["env", "omit"]));
    }
}

/// Reports a problem if `read` is not a column of `row`.
pub(super) fn check_column(read: &VariableRead, row: &Row, problems: &mut Problems<'_>) {
    if !row.contains_key(&read.name) {
        note(read, &format!("`{}` is not a column of the table", read.name), problems);
        problems.suggest(&read.name, row.keys().map(String::as_str));
    }
}

fn note(read: &VariableRead, message: &str, problems: &mut Problems<'_>) {
    let start = problems.text(&read.at).and_then(|text| text.find(&read.name)).unwrap_or_default();
    let range = start..start + read.name.len();
    problems.expression(rules::UNKNOWN_VARIABLE, &read.at, &Error { message: message.to_owned(), range });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_names_are_not_variables() {
        let check = |name, expect| assert_eq!(is_variable(name), expect, "{name:?}");
        check("customer", true);
        check("_x1", true);
        for wrong in ["", "1x", "a b", "a-b", "a.b", "env", "response", "uuid", "é"] {
            check(wrong, false);
        }
    }
}
