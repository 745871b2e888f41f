//! Source lines without credentials.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::document::TextSource;
use crate::place::Snippet;

/// What a credential follows: an option, a name, or the scheme of `Authorization`. It ends with the word or the quotes around it.
static CREDENTIALS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    let options = "user|proxy-user|oauth2-bearer|cookie|cert|key|pass|proxy-pass|proxy-cert|tlspassword|proxy-tlspassword|login-options";
    let name =
        "authorization|cookie|token|secret|passw|api[_-]?key|access[_-]?key|credential|session|signature|x-auth|csrf";
    [
        format!(
            r#"(\s(?:-[a-zA-Z#0-9]*[uUbE]|--(?:{options}))\s*\$?)('[^']*'?|"[^"]*"?|\^"(?:[^^]|\^[^"])*|[^\s'"]\S*)"#
        ),
        format!(r#"(?i)((?:{name})[\w-]*(?:\]|%5D)?["'\\^]*\s*[:=]\s*["'\\^]*)([^"'&]+)"#),
        r#"(?i)(\b(?:bearer|basic|digest|token)\s+)([^\s"']+)"#.to_owned(),
        r#"(://)([^/?\#\s"'`]+@|[^/?\#\s"'`@]*:[^\s"'`@]*@)"#.to_owned(),
    ]
    .map(|pattern| Regex::new(&pattern).expect("a pattern"))
});

/// The line of `range` with asterisks instead of credentials, so that columns stay.
pub(crate) fn snippet(source: &TextSource, range: Range<usize>) -> Snippet {
    masked(source.snippet(range))
}

/// The snippet with asterisks instead of credentials.
pub(crate) fn masked(snippet: Snippet) -> Snippet {
    Snippet { line: without_credentials(&snippet.line), ..snippet }
}

fn without_credentials(line: &str) -> String {
    CREDENTIALS.iter().fold(line.to_owned(), |line, pattern| {
        let stars = |found: &Captures<'_>| format!("{}{}", &found[1], "*".repeat(found[2].chars().count()));
        pattern.replace_all(&line, stars).into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_hidden_in_source_lines() {
        let check = |line: &str| {
            let masked = without_credentials(line);
            assert!(!masked.contains("s3cr3t") && masked.chars().count() == line.chars().count(), "{masked}");
        };
        check("curl -u ann:s3cr3t x");
        check("curl -sSu 'ann:a s3cr3t' x");
        check("curl -uann:s3cr3t x");
        check("curl --oauth2-bearer s3cr3t x");
        check("curl -H 'Authorization: Bearer s3cr3t' x");
        check("curl -H \"X-Api-Key: s3cr3t' x");
        check("curl -b 'a=s3cr3t; b=s3cr3t'");
        check("curl --cookie $'a=s3cr3t'");
        check("curl http://ann:s3cr3t@host/?access_token=s3cr3t&a=b");
        check("curl http://ann:p@s3cr3t@host/ http://ann:a/s3cr3t@host/ http://ann:a#s3cr3t@host/");
        check("curl -d '{\"password\" : \"s3cr3t\"}' -d \"{\\\"client_secret\\\": \\\"s3cr3t\\\"}\"");
        check("curl ^\"h^\" -u ^\"ann:a s3cr3t^\" -d ^\"^{^\\^\"password^\\^\":^\\^\"s3cr3t^\\^\"^}^\"");
        check("TOKEN=s3cr3t");
        check("curl -H Authorization:Bearer\\ s3cr3t");
        let other = "curl -X POST http://host/users -d 'a=b@c'";
        assert_eq!(without_credentials(other), other);
    }
}
