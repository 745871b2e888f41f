//! The three piles in Markdown.

use crate::report::piles::Pile;
use crate::report::text::wrap::SEPARATOR;

use super::escape::inline;

/// Formats the piles as a list, followed by an empty line. One that is empty says so.
pub(crate) fn piles(piles: &[Pile]) -> String {
    let line = |pile: &Pile| {
        let items = pile.phrases().map(inline).collect::<Vec<_>>().join(SEPARATOR);
        format!("- **{}:** {}\n", pile.heading, if items.is_empty() { "nothing" } else { &items })
    };
    piles.iter().map(line).collect::<String>() + "\n"
}
