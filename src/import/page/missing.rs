//! What pages refer to and none of them describes. An overlay adds schemas and security schemes as assumptions; other components have
//! properties that must be there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::document::End;
use crate::place::Snippet;
use crate::problem::Problem;

use super::page_document::PageDocument;
use super::references::{Component, components, references};

/// Finds the components that are missing in all documents: returns actions of an overlay that add them, and their description. Errors are
/// components about which nothing can be assumed.
pub(super) fn find(documents: &[PageDocument]) -> Result<(Vec<Value>, Vec<Problem>), Vec<Problem>> {
    let held: BTreeSet<Component> =
        documents.iter().flat_map(|held| components(&held.root)).map(|(component, _)| component).collect();
    // The first place, and whether only a part is referred to.
    let mut missing: BTreeMap<Component, (bool, Snippet)> = BTreeMap::new();
    for document in documents {
        for reference in references(&document.root).into_iter().filter(|reference| !reference.is_uncertain()) {
            if !held.contains(&reference.to) {
                let at = || (reference.is_partial, document.snippet(&reference.at, End::Value));
                let (is_partial, _) = missing.entry(reference.to.clone()).or_insert_with(at);
                *is_partial |= reference.is_partial;
            }
        }
    }
    let mut added: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let (mut notes, mut problems) = (Vec::new(), Vec::new());
    for ((kind, name), (is_partial, at)) in missing {
        let (assumed, value) = match kind.as_str() {
            // Nothing is known of it, so it allows everything.
            "schemas" if !is_partial => ("any value is allowed".to_owned(), json!({})),
            "securitySchemes" => {
                let scheme = if name.to_lowercase().contains("basic") { "basic" } else { "bearer" };
                let value = json!({ "type": "http", "scheme": scheme });
                (format!("assumed to be HTTP {scheme} authentication"), value)
            }
            _ => {
                let problem = Problem::new(format!("{kind}/{name} is on none of the pages")).at(at);
                problems.push(problem.help("import the page that describes it, too"));
                continue;
            }
        };
        notes.push(Problem::new(format!("{kind}/{name} is on none of the pages: {assumed}")).at(at).as_warning());
        added.entry(kind).or_default().insert(name, value);
    }
    let action = |added: BTreeMap<_, _>| {
        json!({
            "target": "$",
            "description": "Assumption: the pages refer to these and do not describe them.",
            "update": { "components": added }
        })
    };
    match problems.is_empty() {
        true if added.is_empty() => Ok((Vec::new(), notes)),
        true => Ok((vec![action(added)], notes)),
        false => Err(problems),
    }
}
