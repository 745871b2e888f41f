//! A problem of an input, with its source line and advice.

use std::fmt;
use std::io;

use crate::place::Snippet;
use crate::severity::Severity;

/// A problem of an input: the document, a case file, the configuration or an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its severity.
    pub severity: Severity,
    /// The kebab-case id of the violated rule of `signoff check`, if there is one.
    pub rule: Option<&'static str>,
    /// What is wrong: a lower-case fragment, expected before actual.
    pub message: String,
    /// Its location, if it is in a file.
    pub at: Option<Snippet>,
    /// Advice.
    pub help: Option<Box<str>>,
}

impl Problem {
    /// An error without a location (an argument, a file that cannot be read).
    pub fn new(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, rule: None, message: message.into(), at: None, help: None }
    }

    /// Sets the location.
    #[must_use]
    pub fn at(mut self, snippet: Snippet) -> Self {
        self.at = Some(snippet);
        self
    }

    /// Sets the rule.
    #[must_use]
    pub fn rule(mut self, id: &'static str) -> Self {
        self.rule = Some(id);
        self
    }

    /// Sets the advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into().into_boxed_str());
        self
    }

    /// Whether both report the same rule at the same place.
    pub(crate) fn is_alike(&self, other: &Self) -> bool {
        let place = |problem: &Self| problem.at.as_ref().map(|snippet| snippet.place.clone());
        self.rule == other.rule && place(self) == place(other)
    }

    /// Makes it a warning, which does not fail.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}

/// The reason of an I/O error as part of a message: the text of the operating system in lower case, without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match error.raw_os_error() {
        Some(_) => text.split(" (os error").next().unwrap_or_default().to_lowercase(),
        // Text of this program, which may contain the name of a file.
        None => text,
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
