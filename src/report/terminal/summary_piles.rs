//! The three piles of a run in a terminal.

use crate::diff::visible;
use crate::record::Head;
use crate::report::piles::{Pile, PileKind, piles as all_piles};
use crate::report::text::wrap::{SEPARATOR, wrapped};

use super::paint::{BAD, DIM, ODD, paint};
use super::style::Style;

/// Indentation of the lines after the first.
const INDENT: usize = 2;

/// Formats the piles that are not empty, followed by an empty line.
pub(super) fn piles(head: &Head, style: &Style) -> String {
    let lines: String = all_piles(head).iter().map(|pile| self::pile(pile, style)).collect();
    if lines.is_empty() { lines } else { lines + "\n" }
}

fn pile(pile: &Pile, style: &Style) -> String {
    if pile.items.is_empty() && pile.size.is_empty() {
        return String::new();
    }
    let (sign, color) = match pile.kind {
        PileKind::CountsAgainstTarget if pile.size.is_empty() => ("-", ODD),
        PileKind::CountsAgainstTarget => ("✗", BAD),
        PileKind::SetAside => ("-", DIM),
        PileKind::CouldNotTell => ("?", ODD),
    };
    let heading = format!("{sign} {}", pile.heading);
    let items = pile.phrases().map(|item| visible(item).into_owned()).collect::<Vec<_>>().join(SEPARATOR);
    let lines = wrapped(&format!("{heading}: {items}"), style.width, INDENT);
    lines.iter().map(|line| paint(line, color, style.color) + "\n").collect()
}
