//! `unknown-format` and `invalid-pattern`: constraints on strings that cannot be checked.

use std::collections::{BTreeMap, HashMap};

use crate::contract::{Anchor, schema};
use crate::problem::Problem;
use crate::rules;
use crate::suggestion::nearest;

use super::objects::DocumentObjects;
use super::report::Report;

/// Common wrong names, and the formats that they mean.
const MEANT: [(&str, &str); 11] = [
    ("url", "uri"),
    ("uriref", "uri-reference"),
    ("guid", "uuid"),
    ("int", "int32"),
    ("integer", "int32"),
    ("long", "int64"),
    ("datetime", "date-time"),
    ("timestamp", "date-time"),
    ("base64", "byte"),
    ("ip", "ipv4"),
    ("mail", "email"),
];

pub(super) fn check(objects: &DocumentObjects<'_>, report: &mut Report<'_>) {
    let mut formats: BTreeMap<&str, Vec<Anchor>> = BTreeMap::new();
    let mut patterns: HashMap<&str, Option<String>> = HashMap::new();
    for schema in objects.schemas() {
        if let Some(name) = schema.text("format") {
            formats.entry(name).or_default().push(schema.location("format"));
        }
        if let Some(pattern) = schema.text("pattern") {
            let error = patterns.entry(pattern).or_insert_with(|| schema::pattern_error(pattern));
            error.iter().for_each(|why| unmatched(&schema.location("pattern"), why, report));
        }
    }
    formats.retain(|name, _| !schema::is_known_format(name));
    formats.iter().for_each(|(name, places)| unknown_format(name, places, report));
}

/// Reports a format once, at its first location.
fn unknown_format(name: &str, places: &[Anchor], report: &mut Report<'_>) {
    let Some(first) = places.iter().min_by_key(|anchor| report.place(anchor)) else { return };
    let times = match places.len() {
        1 => String::new(),
        more => format!(" (used {more} times)"),
    };
    let message = format!("unknown format `{name}`: values are not checked against it{times}");
    let meant = MEANT.iter().find(|(typed, _)| *typed == name).map(|(_, meant)| *meant);
    let help = match meant.or_else(|| nearest(name, MEANT.iter().map(|(_, meant)| *meant))) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "add a `pattern` if the format matters".to_owned(),
    };
    report.warn(first, rules::UNKNOWN_FORMAT, message, help);
}

fn unmatched(at: &Anchor, why: &str, report: &mut Report<'_>) {
    report.note(at, Problem::new(format!("{why}: values are not checked against it")).rule(rules::INVALID_PATTERN));
}
