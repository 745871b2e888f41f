//! The three piles, and what to do.

use maud::{Markup, html};

use crate::record::Head;
use crate::report::actions::{Action, actions};
use crate::report::piles::{Pile, PileKind, piles as all_piles};

use super::text::seen;
use super::{anchor, case};

/// Renders the piles side by side.
pub(super) fn piles(head: &Head) -> Markup {
    html! { div.piles { @for pile in all_piles(head) { (self::pile(&pile)) } } }
}

fn pile(pile: &Pile) -> Markup {
    let class = match pile.kind {
        _ if pile.size.is_empty() => "empty",
        PileKind::CountsAgainstTarget => "failed",
        PileKind::SetAside => "aside",
        PileKind::CouldNotTell => "errored",
    };
    html! {
        section.pile.(class) aria-label=(pile.heading) {
            h2 { (pile.heading) }
            p.size { @if pile.size.is_empty() { "nothing" } @else { (pile.size) } }
            @if !pile.items.is_empty() {
                ul { @for item in &pile.items { li title=[Some(item.meaning).filter(|meaning| !meaning.is_empty())] { (seen(&item.text)) } } }
            }
        }
    }
}

/// Renders what to do; nothing if all is well.
pub(super) fn to_do(head: &Head) -> Markup {
    let actions = actions(head);
    html! {
        @if !actions.is_empty() {
            section.todo aria-labelledby="todo" {
                h2 id="todo" { "What to do" }
                ol { @for action in &actions { li { (line(action)) } } }
            }
        }
    }
}

fn line(action: &Action) -> Markup {
    html! {
        b { (action.verb) ":" } " "
        @if let Some(finding) = &action.finding { a href={ "#" (anchor::finding(finding)) } { (seen(&action.text)) } } @else { (seen(&action.text)) }
        @if let Some(place) = &action.place { " " (case::at(place)) }
    }
}
