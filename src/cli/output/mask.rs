//! Hides credentials that an excerpt would show: user information of URLs, and values of arguments.

use std::borrow::Cow;
use std::ffi::OsString;
use std::sync::LazyLock;

use regex::{Captures, Regex};

static USER_INFO: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"://([^/?\#\s@"'`]+)@"#).expect("the pattern is valid"));

/// Options whose values may be credentials.
const OPTIONS: [&str; 2] = ["--auth", "--header"];

/// Replaces the user information of URLs (RFC 3986 §3.2.1) by as many asterisks, so that columns stay.
pub(crate) fn user_info(text: &str) -> Cow<'_, str> {
    USER_INFO.replace_all(text, |found: &Captures<'_>| format!("://{}@", "*".repeat(found[1].chars().count())))
}

/// Replaces the values of `--auth` and `--header` in an error about the command line `args`, and user information.
pub(crate) fn arguments(text: &str, args: &[OsString]) -> String {
    let args: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
    let next = args.iter().zip(args.iter().skip(1)).filter(|(option, _)| OPTIONS.contains(&&***option));
    let inline = args.iter().filter_map(|arg| arg.split_once('=').filter(|(option, _)| OPTIONS.contains(option)));
    let values = next.map(|(_, value)| &**value).chain(inline.map(|(_, value)| value));
    let hidden = values.fold(text.to_owned(), |text, value| match secret_part(value) {
        "" => text,
        secret => text.replace(secret, &"*".repeat(secret.chars().count())),
    });
    user_info(&hidden).into_owned()
}

/// The part of `NAME=VALUE` that may be secret; all of an argument without a name.
fn secret_part(argument: &str) -> &str {
    let value = argument.split_once('=').map_or(argument, |(_, value)| value);
    if value.starts_with("env:") || argument.starts_with("--") { "" } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_of_urls_are_hidden() {
        let check = |text: &str, expect: &str| assert_eq!(user_info(text), expect);
        check("url: http://ann:pé@h:1/x?a=b@c", "url: http://******@h:1/x?a=b@c");
        check("http://h/a@b https://key@h", "http://h/a@b https://***@h");
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
        check(&["--auth", "--verbose"], "--verbose", "--verbose");
    }
}
