//! Parses an overlay: its version and actions, and all problems of them.

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::document::{Document, End};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;
use crate::suggestion::nearest;

use super::path;

/// The fields of an overlay (Overlay 1.1 §4.4.1).
const FIELDS: &[&str] = &["overlay", "info", "extends", "actions"];

/// The fields of an action (Overlay 1.1 §4.4.3).
const ACTION_FIELDS: &[&str] = &["target", "description", "update", "copy", "remove"];

/// A parsed action.
#[derive(Debug)]
pub(super) struct Action {
    /// Its location in the overlay.
    pub at: Pointer,
    /// Its target as written.
    pub written: String,
    /// Selects the nodes to change.
    pub target: JsonPath,
    /// Its `description`.
    pub description: Option<String>,
    /// What to do with the selected nodes.
    pub effect: Effect,
}

/// What an action does with the nodes that it selects.
#[derive(Debug)]
pub(super) enum Effect {
    /// Removes them.
    Remove,
    /// Merges this value into each.
    Update(Value),
    /// Merges the single node selected by this path into each.
    Copy(JsonPath),
}

/// Parses the actions of `overlay`; invalid ones are returned as problems.
pub(super) fn read(overlay: &Document) -> (Vec<Action>, Vec<Problem>) {
    let mut reader = Reader { overlay, problems: Vec::new() };
    let actions = reader.overlay();
    (actions, reader.problems)
}

struct Reader<'d> {
    overlay: &'d Document,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn overlay(&mut self) -> Vec<Action> {
        let (root, value) = (Pointer::root(), self.overlay.value());
        match value.get("overlay").and_then(Value::as_str) {
            Some(version) if version.starts_with("1.0.") || version.starts_with("1.1.") => {}
            other => {
                let got = other.map_or_else(|| "none".to_owned(), |version| format!("{version:?}"));
                self.error(&root.join("overlay"), format!("expected `overlay: 1.0.0` or 1.1.0, got {got}"));
                return Vec::new();
            }
        }
        self.unknown_fields(&root, value, FIELDS);
        for name in ["title", "version"] {
            if value.pointer(&format!("/info/{name}")).and_then(Value::as_str).is_none() {
                let problem = Problem::new(format!("the overlay's info has no {name}")).as_warning();
                self.note(&root.join("info"), problem);
            }
        }
        let at = root.join("actions");
        let actions = value.get("actions").and_then(Value::as_array).filter(|actions| !actions.is_empty());
        let Some(actions) = actions else {
            self.error(&at, "expected `actions`, a list of at least one");
            return Vec::new();
        };
        actions.iter().enumerate().filter_map(|(index, action)| self.action(at.join(index), action)).collect()
    }

    fn action(&mut self, at: Pointer, action: &Value) -> Option<Action> {
        self.unknown_fields(&at, action, ACTION_FIELDS);
        let Some(written) = action.get("target").and_then(Value::as_str) else {
            self.error(&at, "expected the action's `target`, a JSONPath such as $.paths['/pets'].get");
            return None;
        };
        let target = self.path(&at.join("target"), written);
        let effect = self.effect(&at, action);
        let description = action.get("description").and_then(Value::as_str).map(str::to_owned);
        Some(Action { at, written: written.to_owned(), target: target?, description, effect: effect? })
    }

    fn effect(&mut self, at: &Pointer, action: &Value) -> Option<Effect> {
        if action.get("remove") == Some(&Value::Bool(true)) {
            return Some(Effect::Remove);
        }
        match (action.get("update"), action.get("copy")) {
            (Some(update), None) => Some(Effect::Update(update.clone())),
            (None, Some(_)) if self.version().starts_with("1.0.") => {
                self.error(&at.join("copy"), "`copy` needs `overlay: 1.1.0`");
                None
            }
            (None, Some(Value::String(path))) => Some(Effect::Copy(self.path(&at.join("copy"), path)?)),
            (None, Some(_)) => {
                self.error(&at.join("copy"), "expected `copy` as a JSONPath");
                None
            }
            (Some(_), Some(_)) => {
                self.error(at, "expected one of update and copy, got both");
                None
            }
            (None, None) => {
                self.error(at, "an action needs `update`, `copy` or `remove: true`");
                None
            }
        }
    }

    fn version(&self) -> &str {
        self.overlay.value().get("overlay").and_then(Value::as_str).unwrap_or_default()
    }

    fn path(&mut self, at: &Pointer, written: &str) -> Option<JsonPath> {
        let parsed = path::parse(written);
        if let Err(why) = &parsed {
            self.error(at, why.as_str());
        }
        parsed.ok()
    }

    fn unknown_fields(&mut self, at: &Pointer, value: &Value, known: &[&str]) {
        let Some(members) = value.as_object() else {
            return self.error(at, "expected an object");
        };
        for name in members.keys().filter(|name| !known.contains(&name.as_str()) && !name.starts_with("x-")) {
            let problem = Problem::new(format!("unknown key `{name}`"));
            let near = nearest(name, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            self.note(&at.join(name), near.into_iter().fold(problem, Problem::help));
        }
    }

    fn error(&mut self, at: &Pointer, message: impl Into<String>) {
        self.note(at, Problem::new(message));
    }

    fn note(&mut self, at: &Pointer, problem: Problem) {
        self.problems.push(problem.rule(rules::OVERLAY).at(self.overlay.snippet(at, End::Key)));
    }
}
