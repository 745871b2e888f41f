//! `signoff mutate --in-diff REV`: the operations whose part of the document, cases or mock rules changed since a revision.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::contract::{Anchor, Contract};
use crate::pointer::Pointer;
use crate::problem::{Problem, reason};
use crate::project::loaded::Project;

/// Changed lines by file, relative to the directory of the project.
type ChangedLines = BTreeMap<String, Vec<usize>>;

/// Indices of the operations that changed since `revision`; `rules` are the files of the mock rules.
pub(super) fn operations(
    project: &Project,
    rules: &[std::path::PathBuf],
    root: &Path,
    revision: &str,
) -> Result<BTreeSet<usize>, Problem> {
    let changed = changed_lines(root, revision)?;
    let (contract, suite) = (&project.contract, &project.suite);
    let mut found = BTreeSet::new();
    if rules.iter().any(|file| changed.contains_key(&file.to_string_lossy().replace('\\', "/"))) {
        found.extend(contract.operations.iter().map(|operation| operation.index));
    }
    for (story, case) in suite.cases() {
        if changed.contains_key(&*case.file(story).name) || changed.contains_key(&*story.file.name) {
            found.extend(case.operation);
        }
    }
    for (index, document) in contract.documents.iter().enumerate() {
        if let Some(lines) = changed.get(&**document.name()) {
            found.extend(in_document(contract, index, lines));
        }
    }
    if contract.overlays.iter().any(|overlay| changed.contains_key(&**overlay.name())) {
        found.extend(contract.operations.iter().map(|operation| operation.index));
    }
    Ok(found)
}

/// The operations that the changed lines of a document belong to, directly or by a reference.
fn in_document(contract: &Contract, document: usize, lines: &[usize]) -> BTreeSet<usize> {
    let value = contract.documents[document].value();
    let mut nodes: Vec<(usize, Pointer)> = Vec::new();
    let mut add = |pointer: Pointer| {
        let anchor = Anchor { document, pointer: pointer.clone() };
        nodes.push((contract.place(&anchor).line as usize, pointer));
    };
    let root = Pointer::root();
    for (key, held) in value.as_object().into_iter().flatten() {
        add(root.join(key));
        let is_nested = matches!(key.as_str(), "paths" | "components");
        for (name, held) in held.as_object().into_iter().flatten().filter(|_| is_nested) {
            add(root.join(key).join(name));
            held.as_object().into_iter().flatten().for_each(|(below, _)| add(root.join(key).join(name).join(below)));
        }
    }
    nodes.sort();
    let node = |line: &usize| nodes.iter().rev().find(|(start, _)| start <= line).map(|(_, pointer)| pointer.clone());
    let changed: BTreeSet<Pointer> = lines.iter().filter_map(node).collect();
    let is_used = |operation: &&crate::contract::Operation| {
        let path_item = operation.anchor.pointer.parent().unwrap_or_default();
        let used = references(value, &operation.anchor.pointer);
        let is_own =
            |at: &Pointer| at.is_within(&operation.anchor.pointer) || *at == path_item || at.tokens().count() == 1;
        operation.anchor.document == document
            && changed.iter().any(|at| is_own(at) || used.iter().any(|used| used.is_within(at) || at.is_within(used)))
    };
    contract.operations.iter().filter(is_used).map(|operation| operation.index).collect()
}

/// The nodes of the same document that a node refers to, directly or through others.
fn references(document: &Value, from: &Pointer) -> BTreeSet<Pointer> {
    let (mut found, mut open) = (BTreeSet::new(), vec![from.clone()]);
    while let Some(at) = open.pop() {
        let mut values: Vec<&Value> = at.of(document).into_iter().collect();
        while let Some(value) = values.pop() {
            let reference = value.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
            if let Some(pointer) = reference.and_then(Pointer::parse)
                && found.insert(pointer.clone())
            {
                open.push(pointer);
            }
            match value {
                Value::Array(items) => values.extend(items),
                Value::Object(properties) => values.extend(properties.values()),
                _ => {}
            }
        }
    }
    found
}

/// Calls git in the directory of the project.
fn git(root: &Path, args: &[&str]) -> Result<Output, Problem> {
    let output = Command::new("git").arg("-C").arg(root).args(args).output();
    output.map_err(|error| Problem::new(format!("--in-diff: cannot run git: {}", reason(&error))))
}

/// Lines that were added or changed since `revision`, or before which some were removed.
fn changed_lines(root: &Path, revision: &str) -> Result<ChangedLines, Problem> {
    if revision.starts_with('-') {
        return Err(Problem::new(format!("--in-diff: expected a revision of git, found `{revision}`")));
    }
    if !git(root, &["rev-parse", "--git-dir"])?.status.success() {
        let problem = Problem::new("--in-diff: the project is not in a git repository");
        return Err(problem.help("leave out --in-diff to test every operation"));
    }
    let commit = format!("{revision}^{{commit}}");
    if !git(root, &["rev-parse", "--verify", "--quiet", &commit])?.status.success() {
        let problem = Problem::new(format!("--in-diff: the git repository has no revision `{revision}`"));
        return Err(problem.help("in CI, fetch it first: a shallow clone has only the newest commit"));
    }
    let output = git(root, &["diff", "--unified=0", "--no-color", "--no-ext-diff", "--relative", revision, "--"])?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        let first = message.lines().next().unwrap_or_default();
        return Err(Problem::new(format!("--in-diff: git cannot compare with `{revision}`: {first}")));
    }
    Ok(parse(&String::from_utf8_lossy(&output.stdout)))
}

fn parse(diff: &str) -> ChangedLines {
    let (mut changed, mut file) = (ChangedLines::new(), String::new());
    for line in diff.lines() {
        if let Some(name) = line.strip_prefix("--- a/").or_else(|| line.strip_prefix("+++ b/")) {
            name.clone_into(&mut file);
            changed.entry(file.clone()).or_default();
        } else if let Some(hunk) = line.strip_prefix("@@ ")
            && let Some(added) = hunk.split(' ').find_map(|part| part.strip_prefix('+'))
        {
            let (start, count) = added.split_once(',').unwrap_or((added, "1"));
            let (start, count) = (start.parse().unwrap_or(1_usize), count.parse().unwrap_or(1_usize));
            changed.entry(file.clone()).or_default().extend(start..start + count.max(1));
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_name_the_changed_lines() {
        let diff = "--- a/a.yaml\n+++ b/a.yaml\n@@ -1,2 +3,2 @@ x\n+a\n+b\n@@ -9 +10,0 @@\n-c\n--- /dev/null\n+++ b/new.yaml\n@@ -0,0 +1 @@\n+d\n";
        let expected = [("a.yaml", vec![3, 4, 10]), ("new.yaml", vec![1])];
        assert_eq!(parse(diff), expected.map(|(file, lines)| (file.to_owned(), lines)).into());
    }
}
