//! JSON Pointer (RFC 6901).

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde_json::Value;

/// A JSON Pointer (RFC 6901): `""` is the root, `/a/0` an element. Tokens are stored escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer to the whole value.
    pub fn root() -> Self {
        Self::default()
    }

    /// Parses a pointer: it must be empty or start with `/`, and `~` must be followed by 0 or 1.
    pub fn parse(text: &str) -> Option<Self> {
        let escapes_ok = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
        ((text.is_empty() || text.starts_with('/')) && escapes_ok).then(|| Self(text.to_owned()))
    }

    /// The pointer to the property or element `token` (unescaped) below this one.
    pub fn join(&self, token: impl fmt::Display) -> Self {
        // Enough for most tokens, to avoid reallocation.
        let mut next = String::with_capacity(self.0.len() + 24);
        next.push_str(&self.0);
        let mut next = Self(next);
        next.push(token);
        next
    }

    /// Appends one unescaped token.
    pub fn push(&mut self, token: impl fmt::Display) {
        self.0.push('/');
        write!(Escaping(&mut self.0), "{token}").expect("writing into a string cannot fail");
    }

    /// Appends every token of `tail`.
    pub fn concat(&self, tail: &Pointer) -> Self {
        Self([self.0.as_str(), tail.as_str()].concat())
    }

    /// The unescaped tokens, outermost first.
    pub fn tokens(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.split('/').skip(1).map(|token| match token.as_bytes().contains(&b'~') {
            true => Cow::Owned(token.replace("~1", "/").replace("~0", "~")),
            false => Cow::Borrowed(token),
        })
    }

    /// Resolves the pointer in `value`, like [`Value::pointer`] but without allocating a string per token.
    pub fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.tokens().try_fold(value, |held, token| match held {
            Value::Object(members) => members.get(&*token),
            Value::Array(items) if *token == *"0" || !token.starts_with(['0', '+']) => {
                items.get(token.parse::<usize>().ok()?)
            }
            _ => None,
        })
    }

    /// The unescaped last token; `None` for the root.
    pub fn last(&self) -> Option<String> {
        self.tokens().last().map(Cow::into_owned)
    }

    /// The pointer to the parent; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind('/').map(|cut| Self(self.0[..cut].to_owned()))
    }

    /// Whether this points to the same node as `ancestor`, or below it.
    pub fn is_within(&self, ancestor: &Pointer) -> bool {
        self.0.strip_prefix(&ancestor.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Replaces the prefix `from` by `to`; `None` if this is not within `from`.
    pub fn rebased(&self, from: &Pointer, to: &Pointer) -> Option<Self> {
        let rest = self.is_within(from).then(|| self.0.get(from.0.len()..))??;
        Some(Self(format!("{}{rest}", to.0)))
    }

    /// The text of the pointer (RFC 6901).
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

/// Escapes a token while it is written (RFC 6901 §3).
struct Escaping<'p>(&'p mut String);

impl fmt::Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.split_inclusive(['~', '/']) {
            let plain = part.trim_end_matches(['~', '/']);
            self.0.push_str(plain);
            match part.get(plain.len()..) {
                Some("~") => self.0.push_str("~0"),
                Some("/") => self.0.push_str("~1"),
                _ => {}
            }
        }
        Ok(())
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_escaping() {
        let pointer = Pointer::root().join("a/b").join("~").join(0);
        assert_eq!(pointer.as_str(), "/a~1b/~0/0");
        assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["a/b", "~", "0"]);
        assert_eq!(pointer.parent().and_then(|p| p.last()).as_deref(), Some("~"));
    }

    #[test]
    fn pointers_resolve_like_the_library() {
        let value = serde_json::json!({"a/b": [{"~": 1}, {"": [2]}], "0": {"01": 3}});
        for text in [
            "",
            "/",
            "/a~1b",
            "/a~1b/0/~0",
            "/a~1b/1//0",
            "/a~1b/00",
            "/a~1b/+0",
            "/a~1b/2",
            "/a~1b/x",
            "/0/01",
            "/0/01/a",
        ] {
            let pointer = Pointer::parse(text).expect("a pointer");
            assert_eq!(pointer.of(&value), value.pointer(text), "{text}");
        }
    }

    #[test]
    fn is_within_respects_token_boundaries() {
        let at = |text| Pointer::parse(text).expect("a pointer");
        assert!(at("/a/b").is_within(&at("/a")));
        assert!(!at("/ab").is_within(&at("/a")));
        assert_eq!(Pointer::parse("a"), None);
        assert_eq!(Pointer::parse("/~2"), None);
    }
}
