//! Finds and reads `signoff.yaml`; says everything that is wrong with it, each at its place.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use crate::document::{Document, End};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::suggestion::nearest;

use crate::project::format::Config;
use crate::project::lint;

/// The name of the configuration.
pub const FILE_NAME: &str = "signoff.yaml";

/// The configuration with its text, for places; all defaults where there is no file.
#[derive(Debug)]
pub struct ConfigFile {
    /// The folder that paths are relative to and that names shown to the user leave out.
    pub root: PathBuf,
    /// What is configured.
    pub config: Config,
    /// What stands in the file, templates not yet expanded.
    pub value: Value,
    /// The text; `None` where there is no file.
    pub document: Option<Document>,
    /// Everything that is wrong with it; what is, is not in `config`.
    pub problems: Vec<Problem>,
}

impl ConfigFile {
    /// Reads `asked`, else the nearest `signoff.yaml` in `directory` (absolute) or a folder above it, else takes the
    /// defaults.
    pub fn load(directory: &Path, asked: Option<&Path>) -> Result<Self, Vec<Problem>> {
        let found = match asked {
            Some(file) => Some(canonical(&directory.join(file))?),
            None => directory.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file()),
        };
        match found {
            Some(file) => Self::read(&file),
            None => Ok(Self {
                root: directory.to_owned(),
                config: Config::default(),
                value: Value::Null,
                document: None,
                problems: Vec::new(),
            }),
        }
    }

    fn read(file: &Path) -> Result<Self, Vec<Problem>> {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(file).map_err(|error| {
            vec![Problem::new(format!("cannot read {}: {error}", file.display())).rule("unreadable-file")]
        })?;
        let document = Document::parse(name, text)?;
        let value = match serde_yaml::from_str::<Value>(document.text()) {
            Ok(Value::Null) => Value::Object(serde_json::Map::new()),
            Ok(value @ Value::Object(_)) => value,
            Ok(_) => {
                let problem = Problem::new("expected an object of keys like `spec` and `targets`");
                return Err(vec![placed(&document, &Pointer::root(), problem)]);
            }
            Err(error) => return Err(vec![Problem::new(format!("{}: {error}", document.name())).rule("syntax")]),
        };
        let mut problems = Vec::new();
        let config = typed(value.clone(), |at, problem| problems.push(placed(&document, &at, problem)));
        let root = file.parent().unwrap_or(Path::new("/")).to_owned();
        let mut read = Self { root, config, value, document: Some(document), problems };
        read.problems.extend(lint::problems(&read));
        read.problems.sort_by_key(|problem| problem.at.as_ref().map(|at| (at.place.line, at.place.column)));
        Ok(read)
    }

    /// `problem`, shown at the key or element that `at` points to.
    pub fn placed(&self, at: &Pointer, problem: Problem) -> Problem {
        match &self.document {
            Some(document) => placed(document, at, problem),
            None => problem,
        }
    }
}

fn placed(document: &Document, at: &Pointer, problem: Problem) -> Problem {
    let rule = problem.rule.unwrap_or("configuration");
    problem.rule(rule).at(document.snippet(at, End::Key))
}

/// The path from the root of the file system, links followed.
pub fn canonical(path: &Path) -> Result<PathBuf, Vec<Problem>> {
    path.canonicalize()
        .map_err(|error| vec![Problem::new(format!("cannot open {}: {error}", path.display())).rule("unreadable-file")])
}

/// `value` as its type. serde stops at the first problem, so what is wrong is taken out and the rest read again, until all
/// has been said.
pub fn typed<T: DeserializeOwned + Default>(mut value: Value, mut report: impl FnMut(Pointer, Problem)) -> T {
    loop {
        let error = match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(typed) => return typed,
            Err(error) => error,
        };
        let at = pointer(error.path());
        let removed = remove(&mut value, &at);
        report(at, explained(&error.inner().to_string()));
        if !removed {
            return T::default();
        }
    }
}

fn pointer(path: &serde_path_to_error::Path) -> Pointer {
    path.iter().fold(Pointer::root(), |at, segment| match segment {
        Segment::Seq { index } => at.join(index),
        Segment::Map { key } => at.join(key),
        Segment::Enum { .. } | Segment::Unknown => at,
    })
}

/// Takes out what `at` points to; whether there was anything.
fn remove(value: &mut Value, at: &Pointer) -> bool {
    let (Some(parent), Some(token)) = (at.parent(), at.last()) else { return false };
    match value.pointer_mut(parent.as_str()) {
        Some(Value::Object(members)) => members.shift_remove(&token).is_some(),
        Some(Value::Array(elements)) => match token.parse::<usize>() {
            Ok(index) if index < elements.len() => {
                elements.remove(index);
                true
            }
            _ => false,
        },
        _ => false,
    }
}

/// serde's message in our words: what is expected first, and the nearest known name.
fn explained(message: &str) -> Problem {
    let quoted = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let names = quoted(rest);
        let typed = names.first().cloned().unwrap_or_default();
        return suggested(
            Problem::new(format!("unknown key `{typed}`")).rule("unknown-key"),
            &typed,
            &names[1.min(names.len())..],
            "keys",
        );
    }
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        let names = quoted(rest);
        let typed = names.first().cloned().unwrap_or_default();
        let known = &names[1.min(names.len())..];
        let problem = Problem::new(format!("expected one of {}, found `{typed}`", known.join(", ")));
        return match nearest(&typed, known.iter().map(String::as_str)) {
            Some(name) => problem.help(format!("did you mean `{name}`?")),
            None => problem,
        };
    }
    for prefix in ["invalid type: ", "invalid value: "] {
        if let Some((found, expected)) = message.strip_prefix(prefix).and_then(|rest| rest.split_once(", expected ")) {
            return Problem::new(format!("expected {}, found {}", in_yaml(expected), in_yaml(found)));
        }
    }
    Problem::new(message)
}

/// serde's word for a value, or for a kind of value, as people who write YAML say it.
fn in_yaml(word: &str) -> &str {
    match word {
        "a sequence" | "sequence" => "a list",
        "a map" | "map" => "an object",
        "unit value" | "null" => "nothing",
        other if other.starts_with("struct ") => "an object",
        // `integer `3``, `boolean `true``, `string "x"`.
        other => match other.split_once(' ') {
            Some(("integer" | "boolean" | "string", value)) => value.trim_matches('`'),
            _ => other,
        },
    }
}

/// `problem` with the name of `known` that is nearest to `typed`, or all of them.
pub fn suggested(problem: Problem, typed: &str, known: &[impl AsRef<str>], noun: &str) -> Problem {
    match nearest(typed, known.iter().map(AsRef::as_ref)) {
        Some(name) => problem.help(format!("did you mean `{name}`?")),
        None if known.is_empty() => problem,
        None => {
            let names: Vec<_> = known.iter().map(AsRef::as_ref).collect();
            problem.help(format!("the known {noun} are {}", names.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_problem_is_said() {
        let mut said = Vec::new();
        let config: Config = typed(
            json!({
                "spec": "a.yaml", "targts": 1, "fail_on": ["skiped", "warning"], "redact": "x",
                "targets": { "sandbox": { "uri": "x", "auth": { "bearer": 1 }, "timeout": { "conect": "3s" } } }
            }),
            |at, problem| said.push(format!("{at} {problem}")),
        );
        assert_eq!((config.spec.as_deref(), config.fail_on.len()), (Some("a.yaml"), 1));
        assert_eq!(
            said,
            [
                "/targts unknown key `targts` (did you mean `targets`?)",
                "/fail_on/0 expected one of skipped, unjudged, warning, new, found `skiped` (did you mean `skipped`?)",
                "/redact expected a list, found \"x\"",
                "/targets/sandbox/uri unknown key `uri` (did you mean `url`?)",
                "/targets/sandbox/auth/bearer expected a string or { username, password }",
                "/targets/sandbox/timeout/conect unknown key `conect` (did you mean `connect`?)",
            ]
        );
    }
}
