//! Text on the page.

use std::borrow::Cow;

use maud::{Markup, html};

use crate::diff::{shorten, visible};
use crate::report::text::phrases;

/// Maximum length of a string in bytes; a longer one is cut to this many characters.
const LONG: usize = 1_000;

/// Makes a string visible and shortens a long one.
pub(super) fn seen(text: &str) -> Cow<'_, str> {
    if text.len() <= LONG { visible(text) } else { Cow::Owned(shorten(text, LONG)) }
}

/// Renders a sentence in which pairs of backticks mark code; without pairs it is text.
pub(super) fn prose(text: &str) -> Markup {
    let text = seen(text);
    if text.matches('`').count() % 2 == 1 {
        return html! { (text) };
    }
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// Renders an instant for people, with its exact value for programs.
pub(super) fn instant(text: &str) -> Markup {
    html! { time datetime=(seen(text)) { (seen(&phrases::instant(text))) } }
}
