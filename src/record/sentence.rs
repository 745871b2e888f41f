//! The sentence of a recorded finding.

use crate::diff::shorten;
use crate::difference::Sentence;

use super::format::Finding;

/// Characters of the expected and of the actual value in a sentence.
const MAX_EXPECTED: usize = 120;
const MAX_ACTUAL: usize = 80;

impl Finding {
    /// Returns the finding as one lower-case sentence fragment; long values are shortened.
    pub fn sentence(&self) -> String {
        let expected = shorten(&self.expected, MAX_EXPECTED);
        let actual = self.actual.as_deref().map(|actual| shorten(actual, MAX_ACTUAL));
        let sentence = Sentence {
            suggestion: self.suggestion.as_deref(),
            not_listed: self.not_listed,
            nearest_of: self.branch_of.as_ref().map(|of| (of.keyword.as_str(), of.others.saturating_add(1))),
            ..Sentence::new(&self.difference, &expected, actual.as_deref())
        };
        sentence.to_string()
    }
}
