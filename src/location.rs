//! Where something stands: a JSON Pointer inside a value, a line and column inside a file, and a problem shown there.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use serde_json::Value;

/// A JSON Pointer (RFC 6901): `""` is the root, `/a/0` an element. Tokens are stored escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer to the whole value.
    pub fn root() -> Self {
        Self::default()
    }

    /// Reads a pointer as written; it must be empty or start with `/`, and `~` must be followed by 0 or 1.
    pub fn parse(text: &str) -> Option<Self> {
        let escapes_ok = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
        ((text.is_empty() || text.starts_with('/')) && escapes_ok).then(|| Self(text.to_owned()))
    }

    /// The pointer to the member or element `token` (unescaped) of what this points to.
    pub fn join(&self, token: impl fmt::Display) -> Self {
        // Long enough for most tokens, so that it is not moved while they are written.
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

    /// What it points to in `value`; as [`Value::pointer`], which makes a text of every token.
    pub fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.tokens().try_fold(value, |held, token| match held {
            Value::Object(members) => members.get(&*token),
            Value::Array(items) if *token == *"0" || !token.starts_with(['0', '+']) => {
                items.get(token.parse::<usize>().ok()?)
            }
            _ => None,
        })
    }

    /// The unescaped last token; none at the root.
    pub fn last(&self) -> Option<String> {
        self.tokens().last().map(Cow::into_owned)
    }

    /// The pointer to the container; none at the root.
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind('/').map(|cut| Self(self.0[..cut].to_owned()))
    }

    /// Whether this points at or below what `ancestor` points to.
    pub fn is_within(&self, ancestor: &Pointer) -> bool {
        self.0.strip_prefix(&ancestor.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The same place seen from `to` where it was seen from `from`; none when it is not within `from`.
    pub fn rebased(&self, from: &Pointer, to: &Pointer) -> Option<Self> {
        let rest = self.is_within(from).then(|| self.0.get(from.0.len()..))??;
        Some(Self(format!("{}{rest}", to.0)))
    }

    /// The text as RFC 6901 writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

/// Escapes what is written as a part of a token (RFC 6901 §3).
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

/// A position in a text file; line and column count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file as the user would type it, with `/` between folders.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Shown, but fails nothing unless asked to.
    Warning,
    /// Fails the run.
    Error,
}

impl Severity {
    /// The word shown to people and written into records.
    pub fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The stretch of a source line that a problem is about, with the line itself so that it can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Where the stretch begins.
    pub place: Place,
    /// The whole line, without its line end.
    pub line: String,
    /// How many characters of the line the stretch covers; at least 1.
    pub width: u32,
}

/// Something wrong with an input: the document, a case file, the configuration or an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The kebab-case id of the rule that was broken, where it is one of those of `signoff check`.
    pub rule: Option<&'static str>,
    /// What is wrong: a lower-case fragment, expected before actual.
    pub message: String,
    /// Where, when it is in a file.
    pub at: Option<Snippet>,
    /// What to do about it.
    pub help: Option<Box<str>>,
}

impl Problem {
    /// An error without a place (an argument, a file that cannot be read).
    pub fn new(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, rule: None, message: message.into(), at: None, help: None }
    }

    /// The same problem, shown at `snippet`.
    #[must_use]
    pub fn at(mut self, snippet: Snippet) -> Self {
        self.at = Some(snippet);
        self
    }

    /// The same problem, of the rule `id`.
    #[must_use]
    pub fn rule(mut self, id: &'static str) -> Self {
        self.rule = Some(id);
        self
    }

    /// The same problem with what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into().into_boxed_str());
        self
    }

    /// The same problem, no longer failing anything.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(snippet) = &self.at {
            write!(f, "{}: ", snippet.place)?;
        }
        f.write_str(&self.message)?;
        self.help.iter().try_for_each(|help| write!(f, " ({help})"))
    }
}

/// The candidate nearest to `typed`, when it is near enough to be meant: at most a third of the letters differ, or one of a few;
/// of a single letter only the case may.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = typed.chars().count();
    let allowed = (letters / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| letters > 1 || folded(candidate) == folded(typed))
        .map(|candidate| (distance(typed, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits between two names, where a change of case or of `_`, `-` is a single edit.
fn distance(a: &str, b: &str) -> usize {
    if folded(a) == folded(b) { usize::from(a != b) } else { strsim::damerau_levenshtein(a, b) }
}

fn folded(text: &str) -> String {
    text.to_lowercase().replace(['_', '-'], "")
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
    fn what_a_pointer_points_to_is_what_the_library_finds() {
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
    fn within_respects_token_bounds() {
        let at = |text| Pointer::parse(text).expect("a pointer");
        assert!(at("/a/b").is_within(&at("/a")));
        assert!(!at("/ab").is_within(&at("/a")));
        assert_eq!(Pointer::parse("a"), None);
        assert_eq!(Pointer::parse("/~2"), None);
    }

    #[test]
    fn nearest_name_wins_only_when_near() {
        let names = ["operation", "expect", "partner_customer_id"];
        assert_eq!(nearest("operaton", names), Some("operation"));
        assert_eq!(nearest("partnerCustomerId", names), Some("partner_customer_id"));
        assert_eq!(nearest("zzz", names), None);
    }
}
