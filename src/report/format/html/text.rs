//! Text on the page.

use std::borrow::Cow;

use maud::{Markup, html};

use crate::diff::{shorten, visible};

/// Bytes of one text up to which it is shown whole, and characters of a longer one that are shown.
const LONG: usize = 1_000;

/// Text for the page: what would not be seen is spelt out, and what nobody would read is cut.
pub fn seen(text: &str) -> Cow<'_, str> {
    if text.len() <= LONG { visible(text) } else { Cow::Owned(shorten(text, LONG)) }
}

/// An instant for people: `2026-11-20 10:06:58 UTC` of `2026-11-20T10:06:58.25Z`.
pub fn instant(text: &str) -> Markup {
    let shown = match (text.get(..10), text.get(10..11), text.get(11..19)) {
        (Some(day), Some("T"), Some(time)) if text.ends_with('Z') => format!("{day} {time} UTC"),
        _ => text.to_owned(),
    };
    html! { time datetime=(seen(text)) { (seen(&shown)) } }
}
