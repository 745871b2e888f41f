//! Names of variables, and the ways in which documentation writes a value that readers must fill in.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::case::is_variable;

use super::super::recorded_variables::RecordedVariables;

/// `{{name}}` and `YOUR_NAME`, which mean a placeholder everywhere.
static ANYWHERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\{\{ *([A-Za-z_][\w.-]*) *\}\}|\b(YOUR[_-][A-Z0-9_-]*[A-Z0-9])\b").expect("a pattern")
});

/// `{name}` and `<name>`.
static BRACKETED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\{([A-Za-z_][\w-]*)\}|<([A-Za-z_][\w -]*)>").expect("a pattern"));

/// `:name` as a segment of a path.
static COLON: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(/):([A-Za-z_]\w*)").expect("a pattern"));

/// Parts of names of variables whose values are credentials.
const SECRET: [&str; 9] =
    ["TOKEN", "SECRET", "PASSW", "APIKEY", "API_KEY", "ACCESS_KEY", "CREDENTIAL", "PRIVATE_KEY", "BEARER"];

/// The expression that reads the variable called `name` in a command: a variable of the case file, or for a credential one of
/// the environment.
pub(super) fn expression(name: &str) -> String {
    let mut variable: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if variable.starts_with(|c: char| c.is_ascii_digit()) {
        variable.insert(0, '_');
    }
    let upper = variable.to_ascii_uppercase();
    if SECRET.iter().any(|part| upper.contains(part)) {
        return format!("env.{upper}");
    }
    if is_variable(&variable) { variable } else { format!("{variable}_") }
}

/// Whether the value of the variable `name` is a credential.
pub(super) fn is_secret(name: &str) -> bool {
    expression(name).starts_with("env.")
}

/// Replaces `{{name}}` and `YOUR_NAME` in any text.
pub(super) fn in_text<'t>(text: &'t str, marks: &RecordedVariables) -> Cow<'t, str> {
    ANYWHERE.replace_all(text, |found: &Captures<'_>| marked(found, marks))
}

/// Replaces the placeholders of a path, a value in a query, or the value of a header.
pub(super) fn in_value(text: &str, marks: &RecordedVariables) -> String {
    let text = in_text(text, marks);
    BRACKETED.replace_all(&text, |found: &Captures<'_>| marked(found, marks)).into_owned()
}

/// Replaces the placeholders of a URL without its scheme and host.
pub(super) fn in_url(text: &str, marks: &RecordedVariables) -> String {
    let (path, query) = text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)));
    let path = in_value(path, marks);
    let path = COLON.replace_all(&path, |found: &Captures<'_>| format!("/{}", marks.mark(&expression(&found[2]))));
    query.map_or_else(|| path.clone().into_owned(), |query| format!("{path}?{}", in_value(query, marks)))
}

fn marked(found: &Captures<'_>, marks: &RecordedVariables) -> String {
    let name = found.get(1).or_else(|| found.get(2)).map_or("", |name| name.as_str());
    marks.mark(&expression(name.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_variables_are_those_of_case_files() {
        let check = |name: &str, expect: &str| assert_eq!(expression(name), expect);
        check("customer-id", "customer_id");
        check("1", "_1");
        check("request", "request_");
        check("YOUR_API_KEY", "env.YOUR_API_KEY");
        check("access token", "env.ACCESS_TOKEN");
    }

    #[test]
    fn placeholders_depend_on_where_they_are() {
        let marks = RecordedVariables::new("");
        let url = |text: &str| marks.expressions(&in_url(text, &marks));
        assert_eq!(url("/a/{id}/:b/<c d>?q={{e}}&t=12:30"), "/a/${id}/${b}/${c_d}?q=${e}&t=12:30");
        assert_eq!(marks.expressions(&in_text("{id} <b> YOUR_ORG :c", &marks)), "{id} <b> ${YOUR_ORG} :c");
    }
}
