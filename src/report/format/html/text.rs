//! Text on the page.

use std::borrow::Cow;

use maud::{Markup, html};

use crate::diff::{shorten, visible};

/// Maximum length of a string in bytes; a longer one is cut to this many characters.
const LONG: usize = 1_000;

/// Makes a string visible and shortens a long one.
pub fn seen(text: &str) -> Cow<'_, str> {
    if text.len() <= LONG { visible(text) } else { Cow::Owned(shorten(text, LONG)) }
}

/// Renders an instant for people: `2026-11-20 10:06:58 UTC` for `2026-11-20T10:06:58.25Z`.
pub fn instant(text: &str) -> Markup {
    let shown = match (text.get(..10), text.get(10..11), text.get(11..19)) {
        (Some(day), Some("T"), Some(time)) if text.ends_with('Z') => format!("{day} {time} UTC"),
        _ => text.to_owned(),
    };
    html! { time datetime=(seen(text)) { (seen(&shown)) } }
}
