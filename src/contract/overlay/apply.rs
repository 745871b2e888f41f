//! Applies overlays to a document, one action after the other (Overlay 1.1 §4.4.1).

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::document::{Document, End, MAX_DEPTH};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;

use super::action::{self, Action, Effect};
use super::amendment::Amendment;
use super::changes::{ChangeLog, Incompatible, Source};
use super::path;

/// Maximum number of values that all actions add, and maximum size of their texts in bytes: an action can have many targets, and copy
/// the document into itself.
const MAX_VALUES: usize = 250_000;
const MAX_BYTES: usize = 16_000_000;

/// Returns the changed document, the changes of each action, and all problems. An action that matches nothing is a warning,
/// because it was written for something that the document does not have.
pub(in crate::contract) fn apply(
    document: Document,
    overlays: &[Arc<Document>],
) -> (Document, Vec<Amendment>, Vec<Problem>) {
    let mut value = document.value().clone();
    let mut changes = ChangeLog::default();
    let (mut amendments, mut problems) = (Vec::new(), Vec::new());
    let mut added = Size::default();
    for overlay in overlays {
        let file = changes.origins.add_file(overlay.source_map());
        let (actions, wrong) = action::read(overlay);
        problems.extend(wrong);
        for action in actions {
            let mut applier = Applier { file, value: &mut value, changes: &mut changes, added: &mut added };
            if let Err(rejection) = applier.act(&action) {
                let (at, problem) = *rejection;
                problems.push(problem.rule(rules::OVERLAY).at(overlay.snippet(&at, End::Key)));
            }
            amendments.push(Amendment {
                place: overlay.locate(&action.at, End::Key),
                target: action.written,
                description: action.description,
                changes: std::mem::take(&mut changes.changes),
            });
        }
    }
    (document.changed(value, changes.origins), amendments, problems)
}

/// State of applying one action.
struct Applier<'a> {
    file: usize,
    value: &'a mut Value,
    changes: &'a mut ChangeLog,
    /// What all actions so far have added.
    added: &'a mut Size,
}

/// Why an action could not be applied, with the location in the overlay.
type Rejection = Box<(Pointer, Problem)>;

impl Applier<'_> {
    fn act(&mut self, action: &Action) -> Result<(), Rejection> {
        let targets = selected(&action.target, self.value);
        if targets.is_empty() {
            let problem = Problem::new(format!("{} matches nothing: the action has no effect", action.written));
            return Err(Box::new((action.at.join("target"), problem.as_warning())));
        }
        match &action.effect {
            Effect::Remove => self.remove(action, &targets),
            Effect::Update(update) => self.merge(action, &targets, update, "update"),
            Effect::Copy(path) => {
                let found = path.query(self.value).all();
                let [source] = found[..] else {
                    let message = format!("expected `copy` to select one node, got {}", found.len());
                    return Err(Box::new((action.at.join("copy"), Problem::new(message))));
                };
                let source = source.clone();
                self.merge(action, &targets, &source, "copy")
            }
        }
    }

    /// Removes the last target first, so that indices of the others stay valid.
    fn remove(&mut self, action: &Action, targets: &[Pointer]) -> Result<(), Rejection> {
        if targets.iter().any(Pointer::is_root) {
            return Err(Box::new((action.at.clone(), Problem::new("the whole document cannot be removed"))));
        }
        targets.iter().rev().for_each(|at| self.changes.remove(self.value, at));
        self.changes.changes.reverse();
        Ok(())
    }

    fn merge(&mut self, action: &Action, targets: &[Pointer], update: &Value, keyword: &str) -> Result<(), Rejection> {
        let source = action.at.join(keyword);
        let size = Size::of(update);
        let depth = targets.iter().map(|at| at.tokens().count() + size.depth).max().unwrap_or_default();
        if depth > MAX_DEPTH {
            let problem = Problem::new(format!("the document would be nested deeper than {MAX_DEPTH} levels"));
            return Err(Box::new((source, problem)));
        }
        let added = self.added.plus(&size, targets.len());
        if added.values > MAX_VALUES || added.bytes > MAX_BYTES {
            let limits = format!("{MAX_VALUES} values or {} MB of text", MAX_BYTES / 1_000_000);
            let problem = Problem::new(format!("the overlays add more than {limits}"));
            return Err(Box::new((source, problem)));
        }
        *self.added = added;
        let from = Source { file: self.file, at: source.clone(), fixed: keyword == "copy" };
        for at in targets {
            let Some(target) = self.value.pointer_mut(at.as_str()) else { continue };
            self.changes.update(target, at, update, &from).map_err(|clash| {
                let inner = if from.fixed { None } else { clash.at.rebased(at, &source) };
                Box::new((inner.unwrap_or_else(|| source.clone()), refusal(&clash)))
            })?;
        }
        Ok(())
    }
}

/// The size of a value.
#[derive(Debug, Default)]
struct Size {
    /// Number of values, itself included.
    values: usize,
    /// Size of its strings and keys.
    bytes: usize,
    /// Levels of nesting.
    depth: usize,
}

impl Size {
    fn of(value: &Value) -> Self {
        let mut size = Self { values: 1, ..Self::default() };
        match value {
            Value::Object(members) => members.iter().for_each(|(name, part)| size.add_part(name.len(), part)),
            Value::Array(items) => items.iter().for_each(|part| size.add_part(0, part)),
            Value::String(text) => size.bytes = text.len(),
            _ => {}
        }
        size
    }

    fn add_part(&mut self, name: usize, part: &Value) {
        let part = Self::of(part);
        self.values += part.values;
        self.bytes += name + part.bytes;
        self.depth = self.depth.max(part.depth + 1);
    }

    /// The size together with `count` copies of `other`.
    fn plus(&self, other: &Self, count: usize) -> Self {
        Self {
            values: self.values.saturating_add(other.values.saturating_mul(count)),
            bytes: self.bytes.saturating_add(other.bytes.saturating_mul(count)),
            depth: self.depth.max(other.depth),
        }
    }
}

fn refusal(clash: &Incompatible) -> Problem {
    let Incompatible { at, held, given } = clash;
    let at = if at.is_root() { "the document" } else { at.as_str() };
    let problem = Problem::new(format!("cannot merge {given} into {at}, which is {held}"));
    problem.help("remove it first, then add it again")
}

/// The nodes that `path` selects, each once, elements in the order of their arrays.
fn selected(path: &JsonPath, value: &Value) -> Vec<Pointer> {
    let located = path.query_located(value);
    let mut found: Vec<Pointer> =
        located.locations().filter_map(|location| Pointer::parse(&location.to_json_pointer())).collect();
    found.sort_by(by_index);
    found.dedup();
    found
}

/// The nodes that the target of an action selects; `None` if it is refused.
pub(crate) fn overlay_targets(target: &str, value: &Value) -> Option<Vec<Pointer>> {
    path::parse(target).ok().map(|path| selected(&path, value))
}

/// Orders elements by index, and properties in any fixed order, because removing one moves no other.
fn by_index(a: &Pointer, b: &Pointer) -> Ordering {
    let number = |token: &str| token.parse::<usize>().ok();
    let pairs = a.tokens().zip(b.tokens()).map(|(a, b)| match (number(&a), number(&b)) {
        (Some(x), Some(y)) => x.cmp(&y).then_with(|| a.cmp(&b)),
        _ => a.cmp(&b),
    });
    let differs = pairs.into_iter().find(|order| order.is_ne());
    differs.unwrap_or_else(|| a.tokens().count().cmp(&b.tokens().count()))
}
