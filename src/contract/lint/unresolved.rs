//! `unresolved-ref`: references of components, webhooks and callbacks that loading did not follow, because no run uses them, and those
//! of discriminators, which validation does without.

use crate::contract::node::Node;
use crate::contract::refs::{self, Refs};
use crate::contract::schema::unresolved_mappings;
use crate::problem::Problem;
use crate::rules;

use super::grammar::ObjectKind;
use super::objects::DocumentObjects;
use super::report::Report;

pub(super) fn check(objects: &DocumentObjects<'_>, report: &mut Report<'_>) {
    let refs = report.contract.refs();
    // The rule `link` reports those of links.
    let objects = objects.all.iter().filter(|object| object.kind != ObjectKind::Link);
    for node in objects.map(|object| &object.node) {
        check_mapping(node, report);
        let Some(reference) = refs::reference(node.value) else { continue };
        if let Some(problem) = problem(refs, node, reference) {
            report.note_once(&node.anchor().member(refs::REF), problem.rule(rules::UNRESOLVED_REF));
        }
    }
}

/// Reports names of a discriminator whose schema does not exist.
fn check_mapping(node: &Node<'_>, report: &mut Report<'_>) {
    let Some(schema) = node.value.as_object() else { return };
    let at = node.anchor();
    for name in unresolved_mappings(report.contract.refs(), &at, schema) {
        let message =
            format!("the schema of `{name}` does not exist, so that values of that name are not checked by it");
        let entry = at.member("discriminator").member("mapping").member(name);
        let help = "name a schema of `components.schemas`, or refer to one";
        report.note_once(&entry, Problem::new(message).rule(rules::UNRESOLVED_REF).help(help));
    }
}

fn problem(refs: Refs<'_>, node: &Node<'_>, reference: &str) -> Option<Problem> {
    match refs.target(&node.anchor(), reference) {
        Ok(target) if refs.value(&target).is_some() => None,
        Ok(target) => Some(refs.dangling(reference, &target)),
        Err(why) => {
            let help = why.help();
            Some(help.into_iter().fold(Problem::new(why.to_string()), Problem::help))
        }
    }
}
