//! What regular sentences of a page say about an operation: its authentication, and values of path parameters.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// `Authorization: Bearer <token>`, and the sentences of documentation generators about it.
static AUTHENTICATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^A-Za-z])(?:Authorization: (Bearer|Basic) [<{$]|(Bearer|Basic) HTTP authentication)")
        .expect("a pattern")
});

/// The HTTP authentication scheme in the text.
pub(super) fn authentication(lines: &[&str]) -> Option<&'static str> {
    let found = lines.iter().find_map(|line| AUTHENTICATION.captures(line))?;
    let scheme = found.get(1).or_else(|| found.get(2))?;
    Some(if scheme.as_str() == "Basic" { "basic" } else { "bearer" })
}

/// Description and value of the path parameters, in their order: lines that are a JSON string alone, each after its description. None
/// if there are not as many as `parameters`.
pub(super) fn path_values(lines: &[&str], parameters: usize) -> Vec<(String, String)> {
    let text = |line: &str| match serde_json::from_str(line) {
        Ok(Value::String(text)) => Some(text),
        _ => None,
    };
    let found: Vec<_> = lines
        .windows(2)
        .filter_map(|pair| Some((pair[0].to_owned(), text(pair[1])?)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    if found.len() == parameters { found } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<&str> {
        text.lines().collect()
    }

    #[test]
    fn authentication_is_read_from_regular_sentences() {
        let check = |text: &str, expect: Option<&str>| assert_eq!(authentication(&lines(text)), expect, "{text}");
        check("Text\nBearer HTTP authentication. Allowed headers-- Authorization: Bearer <api_key>", Some("bearer"));
        check("Send `Authorization: Basic {credentials}`", Some("basic"));
        check("The authorization of a bearer", None);
    }

    #[test]
    fn values_of_parameters_follow_their_descriptions() {
        let text = lines("Lends a book\nThe book\n\"B-17\"\nLent\nThe reader\n\"R-1\"\nA loan");
        let pairs = [("The book", "B-17"), ("The reader", "R-1")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(path_values(&text, 2), pairs);
        assert!(path_values(&text, 1).is_empty());
    }
}
