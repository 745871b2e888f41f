//! `misspelt-keyword`: a name beside the keywords of a schema that is nearly one of them, and so says nothing.

use serde_json::Value;

use crate::contract::Anchor;
use crate::contract::keyword;
use crate::contract::refs::Refs;
use crate::pointer::Pointer;
use crate::suggestion::nearest;

use super::grammar::Kind;
use super::parts::Parts;
use super::report::Report;
use super::role::Role;

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    for (anchor, name, near) in names(parts) {
        report.warn(&anchor, "misspelt-keyword", message(name), format!("did you mean `{near}`?"));
    }
}

/// The misspelt keywords of a schema that stands alone, each with its place.
pub(in crate::contract) fn in_schema(refs: Refs<'_>, schema: &Value) -> Vec<(Pointer, String)> {
    let parts = Parts::from(refs, Kind::Schema(Role::Value), schema);
    let told = |(anchor, name, near): (Anchor, &str, &str)| {
        (anchor.pointer, format!("{}; did you mean `{near}`?", message(name)))
    };
    names(&parts).map(told).collect()
}

/// Each with its place and what it nearly is.
fn names<'p>(parts: &'p Parts<'_>) -> impl Iterator<Item = (Anchor, &'p str, &'static str)> {
    let members = parts.schemas().flat_map(|schema| schema.members());
    let others = members.filter(|(name, _)| !name.starts_with("x-") && keyword::find(name).is_none());
    // A word of three letters is a letter or two away from too many others.
    let near = |name: &str| nearest(name, keyword::all().map(|keyword| keyword.name)).filter(|_| name.len() > 3);
    others.filter_map(move |(name, node)| Some((node.anchor(), name, near(name)?)))
}

fn message(name: &str) -> String {
    format!("`{name}` is no keyword of a schema: it says nothing")
}
