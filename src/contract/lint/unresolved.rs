//! `unresolved-ref`: references of components, webhooks and callbacks that loading did not follow, because no run uses them.

use std::collections::BTreeSet;

use crate::contract::node::Node;
use crate::contract::refs::{self, Refs, mentioned};
use crate::problem::Problem;
use crate::rules;

use super::grammar::ObjectKind;
use super::objects::DocumentObjects;
use super::report::Report;

pub(super) fn check(objects: &DocumentObjects<'_>, report: &mut Report<'_>) {
    let refs = report.contract.refs();
    let ids: BTreeSet<&str> = refs.documents.iter().flat_map(|document| mentioned(document, "$id")).collect();
    let identified: Vec<_> = objects.all.iter().filter(|object| object.node.value.get("$id").is_some()).collect();
    // The rule `link` reports those of links.
    let objects = objects.all.iter().filter(|object| object.kind != ObjectKind::Link);
    for node in objects.map(|object| &object.node) {
        let Some(reference) = refs::reference(node.value) else { continue };
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let is_pointer = fragment.is_empty() || fragment.starts_with('/');
        // References in a schema with an id are relative to that id, and resolved by the schema library.
        let has_id = |holder: &Node<'_>| holder.document == node.document && node.pointer.is_within(&holder.pointer);
        if !is_pointer || ids.contains(file) || identified.iter().any(|object| has_id(&object.node)) {
            continue;
        }
        if let Some(problem) = problem(refs, node, reference) {
            report.note_once(&node.anchor().member(refs::REF), problem.rule(rules::UNRESOLVED_REF));
        }
    }
}

fn problem(refs: Refs<'_>, node: &Node<'_>, reference: &str) -> Option<Problem> {
    match refs.target(node.document, reference) {
        Ok(target) if refs.value(&target).is_some() => None,
        Ok(target) => Some(refs.dangling(reference, &target)),
        Err(why) => {
            let help = why.help();
            Some(help.into_iter().fold(Problem::new(why.to_string()), Problem::help))
        }
    }
}
