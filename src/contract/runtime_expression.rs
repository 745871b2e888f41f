//! Runtime expressions of links and callbacks: values of an exchange (OpenAPI 3.1 §4.8.20.4).

use crate::pointer::Pointer;

/// A runtime expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression<'t> {
    /// `$url`, `$method` and `$statusCode`, which always exist.
    Exchange,
    /// A value of the request.
    Request(Source<'t>),
    /// A value of the response.
    Response(Source<'t>),
}

/// Source of a value in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source<'t> {
    /// `header.NAME`.
    Header(&'t str),
    /// `query.NAME`.
    Query(&'t str),
    /// `path.NAME`.
    Path(&'t str),
    /// `body`, or `body#/pointer`.
    Body(Pointer),
}

/// A problem of an expression, and how to fix it.
pub(super) type Fault = (String, String);

const FORMS: &str =
    "examples: $response.body#/id, $response.header.Location, $request.path.id, $request.query.page, $url";

/// Parses the expressions in `text`: all of it if it starts with `$` and a letter, else those embedded as `{$…}`. Text without
/// expressions is a constant.
pub(super) fn expressions(text: &str) -> Vec<Result<Expression<'_>, Fault>> {
    let is_whole = text.strip_prefix('$').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    match is_whole {
        true => vec![read(text)],
        false if ["request.", "response."].iter().any(|start| text.starts_with(start)) => {
            vec![Err((format!("`{text}` is a constant: an expression starts with $"), meant(&format!("${text}"))))]
        }
        false => embedded(text).collect(),
    }
}

fn embedded(text: &str) -> impl Iterator<Item = Result<Expression<'_>, Fault>> {
    text.match_indices("{$").map(move |(at, _)| {
        let rest = &text[at + 1..];
        match rest.find('}') {
            Some(end) => read(&rest[..end]),
            None => Err((format!("the expression in `{text}` is not closed"), "add `}`".to_owned())),
        }
    })
}

fn read(text: &str) -> Result<Expression<'_>, Fault> {
    parse(text).ok_or_else(|| (format!("`{text}` is not a runtime expression"), meant(text)))
}

fn parse(text: &str) -> Option<Expression<'_>> {
    let request = || text.strip_prefix("$request.").and_then(source).map(Expression::Request);
    let response = || text.strip_prefix("$response.").and_then(source).map(Expression::Response);
    let is_exchange = matches!(text, "$url" | "$method" | "$statusCode");
    is_exchange.then_some(Expression::Exchange).or_else(request).or_else(response)
}

fn source(text: &str) -> Option<Source<'_>> {
    if let Some(rest) = text.strip_prefix("body") {
        let pointer = if rest.is_empty() { Some(rest) } else { rest.strip_prefix('#') };
        return pointer.and_then(Pointer::parse).map(Source::Body);
    }
    let (place, name) = text.split_once('.').filter(|(_, name)| !name.is_empty())?;
    match place {
        "header" => name.bytes().all(is_token).then_some(Source::Header(name)),
        "query" => Some(Source::Query(name)),
        "path" => Some(Source::Path(name)),
        _ => None,
    }
}

/// RFC 9110 §5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Suggests the expression that `text` may mean, such as a JSON Pointer in place of `.` in a body.
fn meant(text: &str) -> String {
    let by_pointer = || {
        let (head, tail) = text.split_once(".body")?;
        Some(format!("{head}.body#/{}", tail.trim_start_matches(['#', '.', '/']).replace('.', "/")))
    };
    let candidates = [Some(text.to_owned()), by_pointer()];
    let meant = candidates.into_iter().flatten().find(|candidate| parse(candidate).is_some());
    meant.map_or_else(|| FORMS.to_owned(), |meant| format!("did you mean `{meant}`?"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn expressions_are_those_of_the_grammar() {
        let body = |text| Source::Body(Pointer::parse(text).expect("a pointer"));
        for (text, expect) in [
            ("$url", Expression::Exchange),
            ("$statusCode", Expression::Exchange),
            ("$request.path.id", Expression::Request(Source::Path("id"))),
            ("$request.query.a.b", Expression::Request(Source::Query("a.b"))),
            ("$request.body", Expression::Request(body(""))),
            ("$response.body#/a~1b/0", Expression::Response(body("/a~1b/0"))),
            ("$response.header.Location", Expression::Response(Source::Header("Location"))),
            ("{$method}", Expression::Exchange),
        ] {
            assert_eq!(expressions(text), [Ok(expect)], "{text}");
        }
        assert_eq!(expressions("/a/{$url}?b={$request.body#/c}").len(), 2);
        for constant in ["", "$", "$5.00", "a$url", "{id}", "requests.x"] {
            assert_eq!(expressions(constant), [], "{constant}");
        }
    }

    #[test]
    fn what_is_no_expression_says_what_may_be_meant() {
        for (text, help) in [
            ("$response.body.id", "did you mean `$response.body#/id`?"),
            ("$response.body#id", "did you mean `$response.body#/id`?"),
            ("$response.body/a/b", "did you mean `$response.body#/a/b`?"),
            ("response.body#/id", "did you mean `$response.body#/id`?"),
            ("request.path.id", "did you mean `$request.path.id`?"),
            ("$response.body#/~", FORMS),
            ("$response.header.a b", FORMS),
            ("$response.status", FORMS),
            ("$status", FORMS),
            ("a {$url", "add `}`"),
        ] {
            let [Err((_, said))] = &expressions(text)[..] else { panic!("{text} is one") };
            assert_eq!(said, help, "{text}");
        }
    }

    proptest! {
        /// Any text is read or refused, never a panic.
        #[test]
        fn any_text_is_survived(text in "[{}$.#/~a-zé]{0,12}") {
            expressions(&text);
            expressions(&format!("$response.body{text}"));
        }
    }
}
