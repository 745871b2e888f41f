//! User information in URLs, which is a credential (RFC 3986 §3.2.1).

/// The URL without its user information; `None` if it has none. It may have variables in braces.
pub(super) fn without(url: &str) -> Option<String> {
    let start = url.find("//").filter(|at| *at == 0 || url[..*at].ends_with(':'))? + 2;
    let (before, rest) = url.split_at(start);
    let authority = &rest[..rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len())];
    authority.rfind('@').map(|at| format!("{before}{}", &rest[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_authority_has_user_information() {
        let check = |url: &str, expect: Option<&str>| assert_eq!(without(url).as_deref(), expect, "{url}");
        check("https://ann:p@ss@a.example/b@c", Some("https://a.example/b@c"));
        check("{scheme}://{user}@a.example?b", Some("{scheme}://a.example?b"));
        check("//ann@a", Some("//a"));
        check("https://a.example/@b", None);
        check("https://a.example?b=//c@d", None);
        check("/a//b@c", None);
        check("a@b", None);
    }
}
