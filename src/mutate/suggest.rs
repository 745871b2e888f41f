//! The expectations that would notice the survivors, as a patch of the case files.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use similar::TextDiff;

use crate::case::{Case, CaseFile, Story, Suite};
use crate::document::{Document, End, to_yaml};
use crate::pointer::Pointer;

use super::measured::{Expectation, Measured};
use super::merge_expectation::merge;

/// The `expect` of a case, as it is to be.
struct Edit {
    at: Pointer,
    expect: Map<String, Value>,
}

/// A unified diff with `a/` and `b/` in front of the names of the case files, and the number of expectations that it cannot contain:
/// the case has a table, or its `expect` has comments or another layout.
pub(crate) fn patch(measured: &Measured, suite: &Suite) -> (String, usize) {
    let cases: BTreeMap<&str, (&Story, &Case)> =
        suite.cases().map(|(story, case)| (case.id.as_str(), (story, case))).collect();
    let mut files: BTreeMap<String, (Arc<CaseFile>, Vec<Edit>)> = BTreeMap::new();
    let (mut left_out, mut seen) = (0, Vec::<&Expectation>::new());
    for kill in measured.mutants.iter().filter_map(|mutant| mutant.kill.as_ref()) {
        if seen.contains(&kill) {
            continue;
        }
        seen.push(kill);
        let Some((story, case)) = cases.get(kill.case.as_str()).filter(|(_, case)| case.row.is_empty()) else {
            left_out += 1;
            continue;
        };
        let file = case.file(story);
        let (_, edits) = files.entry(file.name.to_string()).or_insert_with(|| (Arc::clone(file), Vec::new()));
        if !edits.iter().any(|edit| edit.at == case.at) {
            let held = case.at.join("expect").of(file.document.value()).and_then(Value::as_object);
            edits.push(Edit { at: case.at.clone(), expect: held.cloned().unwrap_or_default() });
        }
        let edit = edits.iter_mut().find(|edit| edit.at == case.at);
        left_out += usize::from(!edit.is_some_and(|edit| merge(&mut edit.expect, &kill.expect)));
    }
    let mut text = String::new();
    for (name, (file, edits)) in files {
        let (patched, skipped) = patched(&file.document, edits);
        left_out += skipped;
        let diff = TextDiff::from_lines(file.document.text(), &patched);
        if file.document.text() != patched {
            text += &diff.unified_diff().header(&format!("a/{name}"), &format!("b/{name}")).to_string();
        }
    }
    (text, left_out)
}

/// The text with every edit that can be made, and the number of the others.
fn patched(document: &Document, mut edits: Vec<Edit>) -> (String, usize) {
    let mut text = document.text().to_owned();
    let mut left_out = 0;
    // From the end to the start, so that the lines of the others stay where they are.
    edits.sort_by_key(|edit| std::cmp::Reverse(document.locate(&edit.at, End::Value).line));
    for edit in edits {
        match with_edit(document, &text, &edit) {
            Some(changed) => text = changed,
            None => left_out += 1,
        }
    }
    (text, left_out)
}

fn with_edit(document: &Document, text: &str, edit: &Edit) -> Option<String> {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = edit.at.join("expect");
    let is_there = at.of(document.value()).is_some();
    let key = document.locate(&if is_there { at.clone() } else { edit.at.join("name") }, End::Key);
    let (line, indent) = ((key.line as usize).checked_sub(1)?, (key.column as usize).checked_sub(1)?);
    let before: String = lines.get(line)?.chars().take(indent).collect();
    if !before.chars().all(|c| c == ' ' || c == '-') {
        return None;
    }
    // What belongs to the key, or to the case, is indented further.
    let is_end = |next: &&&str| {
        let width = next.len() - next.trim_start_matches(' ').len();
        !next.trim().is_empty() && (width < indent || (is_there && width == indent))
    };
    let length = lines[line + 1..].iter().take_while(|next| !is_end(next)).count() + 1;
    let held = &lines[line..line + length];
    let trailing =
        held.iter().rev().take_while(|line| line.trim().is_empty() || line.trim_start().starts_with('#')).count();
    let end = line + length - trailing;
    if is_there && lines[line..end].iter().any(|line| line.contains(" #")) {
        return None;
    }
    let yaml = to_yaml(&edit.expect).ok()?;
    let first = if is_there { before } else { " ".repeat(indent) };
    let block: String = yaml.lines().map(|line| format!("{:width$}{line}\n", "", width = indent + 2)).collect();
    let block = format!("{first}expect:\n{block}");
    if !is_there && !lines[end - 1].ends_with('\n') {
        return None;
    }
    lines.splice(if is_there { line..end } else { end..end }, [block.as_str()]);
    let changed = lines.concat();
    let parsed = Document::parse(document.name().to_string(), changed.clone()).ok()?;
    (at.of(parsed.value()) == Some(&Value::Object(edit.expect.clone()))).then_some(changed)
}
