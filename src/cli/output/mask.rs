//! Hides credentials that an excerpt would show: in URLs, behind names of credentials, values of arguments, and what may be a secret
//! in place of the name of a variable.

use std::borrow::Cow;
use std::ffi::OsString;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::problem::Problem;
use crate::project::variable_name::is_conventional;

/// User information (RFC 3986 §3.2.1), also with an unescaped `/`, and in front of a host without a scheme; and values of query
/// parameters that are named like credentials.
static IN_URL: LazyLock<Regex> = LazyLock::new(|| {
    let user = r#"://(?<user>[^/?\#\s"'`]+)@|://(?<unescaped>[^/?\#\s"'`:@]*:\d*[^\d/?\#@\s"'`][^\s"'`]*)@"#;
    let bare = r#"(?:^|[\s"'`=])(?<bare>[^/?\#\s"'`:@=]+:[^/\s"'`@]+)@[\w\[]"#;
    let query = r#"(?i)[?&;\#][\w.%-]*(?:token|secret|passw|pwd|key|sig|signature|auth|credential|session|jwt|code)=(?<query>[^&;\s"'`\#]+)"#;
    pattern(&format!("{user}|{bare}|{query}"))
});

/// What is written behind a name of a credential, up to the end of the scalar; all of a list of headers, and of `cookies`.
static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    let headers = r"(?:proxy-)?authorization|(?:set-)?cookie|x-api-key";
    let names = r"[\w-]*(?:token|secret|password|passwd|api[_-]?key)";
    let scalar = r#""[^"]*"?|'[^']*'?|[^\s"'\[{&*|>!,\]}\#][^,\]}\#]*"#;
    pattern(&format!(
        r#"(?i)(?:^|[\s{{,"'-])(?:(?:{headers})["']?\s*:\s*(?<list>\[[^\]]+\]?)|cookies["']?\s*:\s*(?<object>\{{[^}}]+\}}?)|(?:{headers}|{names})["']?\s*:\s*(?<scalar>{scalar}))"#
    ))
});

/// A variable in a template or an assertion.
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\benv\.(?<name>[^\s|~(){}\[\],"'`]+)"#));

/// The value of `auth` or `as`, which is a name: perhaps a credential that was pasted.
static NAMED: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\b(?:auth|as)["']?\s*:\s*["']?(?<name>[\w.~+/=-]+)"#));

/// Options whose values may be credentials.
const OPTIONS: [&str; 3] = ["--auth", "--header", "--var"];

/// Minimum length and number of digits of what is taken for a token in place of a name.
const TOKEN: (usize, usize) = (12, 3);

/// Minimum length of a hidden value that is replaced in messages too.
const REPEATED: usize = 4;

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}

/// Replaces credentials in URLs by as many asterisks, so that columns stay.
pub(crate) fn urls(text: &str) -> Cow<'_, str> {
    let hidden: Vec<_> = groups(&IN_URL, text).collect();
    if hidden.is_empty() { text.into() } else { starred(text, &hidden).into() }
}

/// The ranges of every named group of `pattern` in `text`.
fn groups<'t>(pattern: &'t Regex, text: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    let names = || pattern.capture_names().flatten();
    pattern.captures_iter(text).flat_map(move |found| {
        names().filter_map(|name| found.name(name)).map(|group| group.range()).collect::<Vec<_>>()
    })
}

/// Replaces the ranges by as many asterisks.
fn starred(text: &str, ranges: &[Range<usize>]) -> String {
    let is_hidden = |at: usize| ranges.iter().any(|range| range.contains(&at));
    text.char_indices().map(|(at, c)| if is_hidden(at) { '*' } else { c }).collect()
}

/// Hides credentials in a problem. What is hidden in its source line is hidden in the message too, with the parts of it that the message
/// quotes: a token with `-` in it is read as a difference.
pub(crate) fn problem(problem: &Problem) -> Problem {
    let mut masked = problem.clone();
    let line = problem.at.as_ref().map(|at| at.line.as_str()).unwrap_or_default();
    let (names, ranges) = hidden(line);
    let values = ranges.iter().map(|range| line[range.clone()].trim().trim_matches(['"', '\'']));
    let values: Vec<&str> = values.filter(|value| value.chars().count() >= REPEATED).collect();
    let text = |text: &str| {
        let text = values.iter().fold(urls(text).into_owned(), |text, value| text.replace(value, &stars(value)));
        without_parts(&text, &names)
    };
    masked.message = text(&masked.message);
    masked.help = masked.help.map(|help| text(&help).into());
    if let Some(at) = &mut masked.at {
        at.line = urls(&starred(line, &ranges)).into_owned();
    }
    masked
}

/// Whether something on a line of a file is to be hidden.
pub(crate) fn hides(line: &str) -> bool {
    !hidden(line).1.is_empty() || matches!(urls(line), Cow::Owned(_))
}

/// Names of variables in a source line that may be secrets, and all ranges to hide.
fn hidden(line: &str) -> (Vec<&str>, Vec<Range<usize>>) {
    let names: Vec<_> = groups(&VARIABLE, line).filter(|range| hidden_name(&line[range.clone()]).is_some()).collect();
    let assigned = groups(&ASSIGNED, line).filter(|range| !line[range.clone()].contains("${"));
    let pasted = groups(&NAMED, line).filter(|range| is_token(&line[range.clone()]));
    let ranges = names.iter().cloned().chain(assigned).chain(pasted).collect();
    (names.into_iter().map(|range| &line[range]).collect(), ranges)
}

fn is_token(name: &str) -> bool {
    name.len() >= TOKEN.0 && name.chars().filter(char::is_ascii_digit).count() >= TOKEN.1
}

fn hidden_name(name: &str) -> Option<&str> {
    Some(name).filter(|name| !is_conventional(name.trim_end_matches([':', ';', '.'])))
}

/// Replaces what is quoted in `text` and is an identifier within a hidden name.
fn without_parts(text: &str, hidden: &[&str]) -> String {
    let ends = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    let identifiers = hidden.iter().flat_map(|name| name.split(ends)).filter(|identifier| !identifier.is_empty());
    let is_hidden = |quoted: &&str| identifiers.clone().any(|identifier| identifier == *quoted);
    let parts: Vec<&str> = text.split('`').skip(1).step_by(2).filter(is_hidden).collect();
    parts.iter().fold(text.to_owned(), |text, part| text.replace(part, &stars(part)))
}

fn stars(text: &str) -> String {
    "*".repeat(text.chars().count())
}

/// Replaces the values of options for credentials in an error about the command line `args`, and credentials in URLs.
pub(crate) fn arguments(text: &str, args: &[OsString]) -> String {
    let args: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
    let next = args.iter().zip(args.iter().skip(1)).filter(|(option, _)| OPTIONS.contains(&&***option));
    let inline = args.iter().filter_map(|arg| arg.split_once('=').filter(|(option, _)| OPTIONS.contains(option)));
    let values = next.map(|(_, value)| &**value).chain(inline.map(|(_, value)| value));
    let hidden = values.fold(text.to_owned(), |text, value| match secret_part(value) {
        "" => text,
        secret => text.replace(secret, &stars(secret)),
    });
    urls(&hidden).into_owned()
}

/// The part of `NAME=VALUE` that may be secret; all of an argument without a name. The name of a variable may be a secret too.
fn secret_part(argument: &str) -> &str {
    let value = argument.split_once('=').map_or(argument, |(_, value)| value);
    match value.strip_prefix("env:") {
        Some(name) => hidden_name(name).unwrap_or_default(),
        None if argument.starts_with("--") => "",
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, End};
    use crate::pointer::Pointer;

    #[test]
    fn credentials_of_urls_are_hidden() {
        let check = |text: &str, expect: &str| assert_eq!(urls(text), expect);
        check("url: http://ann:pé@h:1/x?a=b@c", "url: http://******@h:1/x?a=b@c");
        check("http://h/a@b https://key@h", "http://h/a@b https://***@h");
        check("http://ann:a/b@c@h:1/x", "http://*********@h:1/x");
        check("http://h:80/a@b", "http://h:80/a@b");
        check("unknown target `ann:pw@h:9`", "unknown target `******@h:9`");
        check("cases/a.yaml:3:5 a@b", "cases/a.yaml:3:5 a@b");
        check("http://h/?api_key=k3y&x=1#access_token=t", "http://h/?api_key=***&x=1#access_token=*");
    }

    #[test]
    fn values_of_arguments_are_hidden() {
        let check = |args: &[&str], text: &str, expect: &str| {
            let args: Vec<_> = args.iter().map(OsString::from).collect();
            assert_eq!(arguments(text, &args), expect);
        };
        check(
            &["--auth", "sk_live"],
            "expected NAME=VALUE, found \"sk_live\"",
            "expected NAME=VALUE, found \"*******\"",
        );
        check(&["--header=x=k3y"], "x=k3y", "x=***");
        check(&["--auth", "key=env:KEY"], "key=env:KEY", "key=env:KEY");
        check(&["--var", "=k3y"], "found \"=k3y\"", "found \"=***\"");
        check(&["--auth", "--verbose"], "--verbose", "--verbose");
        check(&["--auth", "env:sk_live"], "found \"env:sk_live\"", "found \"env:*******\"");
    }

    /// Compares the line and the message of a masked problem.
    fn check(line: &str, message: &str, expect: (&str, &str)) {
        let document = Document::parse("a.yaml", line).expect("YAML");
        let at = document.snippet(&Pointer::root(), End::Value);
        let masked = problem(&Problem::new(message).at(at));
        let line = masked.at.map(|at| at.line).unwrap_or_default();
        assert_eq!((line.as_str(), masked.message.as_str()), expect);
    }

    #[test]
    fn values_behind_names_of_credentials_are_hidden() {
        check(
            "x: { headers: { authorization: \"Bearer k3y\", x: 1 }, pasword: 1 }",
            "unknown key `pasword`, not \"Bearer k3y\"",
            (
                "x: { headers: { authorization: ************, x: 1 }, pasword: 1 }",
                "unknown key `pasword`, not \"**********\"",
            ),
        );
        check("{ cookies: { sid: k3y1 }, api-key: k3y }", "", ("{ cookies: *************, api-key: ****}", ""));
        check("Set-Cookie: [ 'a=b' ]", "", ("Set-Cookie: *********", ""));
        check("{ token: 'Bearer ${token}', page_token: }", "", ("{ token: 'Bearer ${token}', page_token: }", ""));
        check("password: { type: string }", "", ("password: { type: string }", ""));
        check("security: [ { token: [ read ] } ]", "", ("security: [ { token: [ read ] } ]", ""));
        check(
            "auth: sk-4eC39HqLyj",
            "unknown security scheme `sk-4eC39HqLyj`",
            ("auth: *************", "unknown security scheme `*************`"),
        );
        check("auth: oauth2Client", "unknown `oauth2Client`", ("auth: oauth2Client", "unknown `oauth2Client`"));
    }

    #[test]
    fn names_that_may_be_secrets_are_hidden() {
        check(
            "x: \"${env.tok-en123} ${public(env.KEY)}\"",
            "unknown variable `en123`",
            ("x: \"${env.*********} ${public(env.KEY)}\"", "unknown variable `*****`"),
        );
        check(
            "x: '${env.sk_live | lower}'",
            "unknown filter `lower`",
            ("x: '${env.******* | lower}'", "unknown filter `lower`"),
        );
        check("response.a == env.API_KEY", "unknown `a`", ("response.a == env.API_KEY", "unknown `a`"));
    }
}
