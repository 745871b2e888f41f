//! Header lines in their order on the wire. Names are case-insensitive (RFC 9110 §5.1).

/// Header of a response by which the mock reports an error of its own, such as rules that violate the contract.
pub const MOCK_ERROR: &str = "signoff-mock-error";
/// Header of a response by which the mock lists the violations of a request that the body does not mention, one line each.
pub const MOCK_VIOLATION: &str = "signoff-mock-violation";
/// Request header that reports to a mock in the same process that the request shows no client certificate.
pub(crate) const NO_CERTIFICATE: &str = "signoff-no-client-certificate";

/// Header lines; several lines may have the same name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Appends one line. Readers replace bytes that are not UTF-8 by U+FFFD.
    pub fn append(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Replaces all lines with that name by one.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        self.remove(&name);
        self.append(name, value);
    }

    /// Removes all lines with that name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(held, _)| !held.eq_ignore_ascii_case(name));
    }

    /// Appends the lines of `others` whose names are not there.
    pub fn add_missing(&mut self, others: &Headers) {
        let missing: Vec<_> = others.iter().filter(|(name, _)| self.get(name).is_none()).collect();
        missing.into_iter().for_each(|(name, value)| self.append(name, value));
    }

    /// The value of the first line with that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(held, _)| held.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The values of all lines with that name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.iter().filter(move |(held, _)| held.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Every line, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Size of all names and values, in bytes.
    pub fn size(&self) -> usize {
        self.iter().map(|(name, value)| name.len() + value.len()).sum()
    }

    /// Number of lines.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no lines.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(lines: I) -> Self {
        Self(lines.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_in_any_case_and_lines_repeat() {
        let mut headers: Headers = [("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("ETag", "x")].into_iter().collect();
        assert_eq!(headers.all("SET-COOKIE").collect::<Vec<_>>(), ["a=1", "b=2"]);
        headers.set("etag", "y");
        assert_eq!(headers.get("ETag"), Some("y"));
        headers.remove("Set-Cookie");
        assert_eq!(headers.len(), 1);
        headers.add_missing(&[("ETAG", "z"), ("X-Trace", "1"), ("X-Trace", "2")].into_iter().collect());
        let lines: Vec<_> = headers.iter().collect();
        assert_eq!(lines, [("etag", "y"), ("X-Trace", "1"), ("X-Trace", "2")]);
    }
}
