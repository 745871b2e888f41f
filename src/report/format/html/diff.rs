//! Lines of a diff as markup. The signs are text, so that the diff can be read without colours and copied.

use maud::{Markup, html};

use crate::diff::{Line, Role};

use super::text::seen;

/// Renders the lines in a box; nothing if there are none.
pub(super) fn diff(lines: &[Line]) -> Markup {
    html! {
        @if !lines.is_empty() {
            pre.diff tabindex="0" role="group" aria-label="Difference" { @for line in lines { (row(line)) "\n" } }
        }
    }
}

fn row(line: &Line) -> Markup {
    html! {
        @match line.role {
            Role::Removed => del { (text("- ", line)) },
            Role::Added => ins { (text("+ ", line)) },
            Role::Context => span { (text("  ", line)) },
            Role::Fold => span.fold { (text("  ", line)) },
        }
    }
}

/// Renders the text as one grid item of the row, with or without marked parts.
fn text(sign: &str, line: &Line) -> Markup {
    html! {
        @if line.emphasis.is_empty() { (sign) (seen(&line.text)) } @else { b { (sign) (marked(line)) } }
        @if let Some((note, place)) = &line.annotation { i { "  " (seen(note)) "  " (seen(place)) } }
    }
}

/// Renders the text with its differing parts marked.
fn marked(line: &Line) -> Markup {
    let mut done = 0;
    let piece = |from, to| seen(line.text.get(from..to).unwrap_or_default());
    html! {
        @for range in &line.emphasis {
            (piece(done, range.start)) mark { (piece(range.start, range.end)) }
            @let () = done = range.end;
        }
        (piece(done, line.text.len()))
    }
}
