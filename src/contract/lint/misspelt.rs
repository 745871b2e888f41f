//! `misspelt-keyword`: a name beside the keywords of a schema that is nearly one of them, and so says nothing.

use crate::location::nearest;

use super::Report;
use super::grammar::keywords;
use super::parts::Parts;

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    for schema in parts.schemas() {
        for (name, node) in schema.members() {
            if name.starts_with("x-") || keywords().any(|keyword| keyword == name) {
                continue;
            }
            // A word of three letters is a letter or two away from too many others.
            if let Some(near) = nearest(name, keywords()).filter(|_| name.len() > 3) {
                let message = format!("`{name}` is no keyword of a schema: it says nothing");
                report.warn(&node.anchor(), "misspelt-keyword", message, format!("did you mean `{near}`?"));
            }
        }
    }
}
