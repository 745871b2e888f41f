//! Errors of the keywords that are added to the schema library, which hold nothing but a text: the reason why a value is not checked. It
//! is empty for a violation, which the keyword and its location describe.

use std::cell::Cell;

use jsonschema::ValidationError;

/// The error that means that a value violates the keyword.
pub(super) fn violated() -> ValidationError<'static> {
    ValidationError::custom(String::new())
}

/// The error that means that a value is not checked, with the reason.
pub(super) fn not_checked(why: &str) -> ValidationError<'static> {
    ValidationError::custom(why)
}

/// The reason why a value was not checked, of the text of such an error; none for a violation.
pub(super) fn reason(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

thread_local! {
    /// Why a keyword was not decided where only the result counts, as below `not` and `if`.
    static UNDECIDED: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Notes that a keyword is not decided where no error reports it.
pub(super) fn note_undecided(why: &'static str) {
    UNDECIDED.set(Some(why));
}

/// Why a keyword was not decided on this thread since the last call, without an error that reports it.
pub(super) fn take_undecided() -> Option<&'static str> {
    UNDECIDED.take()
}
