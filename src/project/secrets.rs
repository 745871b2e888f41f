//! Expands `${…}` in the configuration, and collects the secrets to redact.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use crate::expression::{self, Expanded, Name, Scope, Template};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::record::Secret;

/// Minimum length of a secret in bytes: a shorter value would match harmless text and cannot be redacted.
const MIN_LENGTH: usize = 8;

static FILE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"\bfile\(\s*(?:"([^"]*)"|'([^']*)')\s*\)"#).expect("the pattern is valid"));

/// Expands `${…}` and remembers the secrets.
#[derive(Debug)]
pub(crate) struct Vault<'a> {
    env: &'a BTreeMap<String, String>,
    root: &'a Path,
    scope: Scope,
    secrets: Vec<Secret>,
    missing: BTreeSet<String>,
    offline: bool,
}

impl<'a> Vault<'a> {
    /// Reads variables from `env` and files relative to `root`; `scope` provides the functions.
    pub(crate) fn new(env: &'a BTreeMap<String, String>, root: &'a Path, scope: Scope) -> Self {
        Self { env, root, scope, secrets: Vec::new(), missing: BTreeSet::new(), offline: false }
    }

    /// Like [`Vault::new`], but a variable that is not set has a placeholder value.
    pub(crate) fn offline(env: &'a BTreeMap<String, String>, root: &'a Path, scope: Scope) -> Self {
        Self { offline: true, ..Self::new(env, root, scope) }
    }

    /// The secrets found.
    pub(crate) fn into_secrets(self) -> Vec<Secret> {
        self.secrets
    }

    /// The variables that are used but not set.
    pub(crate) fn missing(&self) -> &BTreeSet<String> {
        &self.missing
    }

    /// The value of an environment variable; a secret unless `public`.
    pub(crate) fn variable(&mut self, name: &str, public: bool) -> Result<String, Problem> {
        let Some(value) = self.env.get(name).cloned() else {
            self.missing.insert(name.to_owned());
            // The colon makes it valid as `USERNAME:PASSWORD` too.
            return if self.offline { Ok(format!("placeholder:{name}")) } else { Err(unset(name)) };
        };
        if !public {
            self.keep(name, &value)?;
        }
        Ok(value)
    }

    /// Registers a secret.
    pub(crate) fn keep(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        // Redaction ignores white space around a secret.
        let length = value.trim().len();
        if length < MIN_LENGTH {
            let message =
                format!("{name} is too short to be redacted reliably (length {length}, minimum {MIN_LENGTH} bytes)");
            return Err(Problem::new(message).help("use ${public(…)} if the value is not secret"));
        }
        let secret = Secret { name: name.to_owned(), value: value.to_owned() };
        if !self.secrets.contains(&secret) {
            self.secrets.push(secret);
        }
        Ok(())
    }

    /// Expands every template in `value`; reports problems with the location of the string.
    pub(crate) fn expand(&mut self, value: &Value, at: &Pointer, report: &mut dyn FnMut(&Pointer, Problem)) -> Value {
        match value {
            Value::String(text) => self.text(text).unwrap_or_else(|problem| {
                report(at, problem);
                value.clone()
            }),
            Value::Array(items) => {
                let expanded = items.iter().enumerate().map(|(index, item)| self.expand(item, &at.join(index), report));
                Value::Array(expanded.collect())
            }
            Value::Object(members) => {
                let expanded =
                    members.iter().map(|(key, member)| (key.clone(), self.expand(member, &at.join(key), report)));
                Value::Object(expanded.collect())
            }
            scalar => scalar.clone(),
        }
    }

    fn text(&mut self, text: &str) -> Result<Value, Problem> {
        if !text.contains("${") {
            return Ok(Value::String(text.to_owned()));
        }
        let (rewritten, files) = files(text);
        let template = Template::parse(&rewritten).map_err(to_problem)?;
        let names = template.names();
        let (mut env, mut contents) = (Map::new(), Map::new());
        for name in &names {
            if let Some(variable) = name.path.strip_prefix("env.") {
                env.insert(variable.to_owned(), self.variable(variable, name.public)?.into());
            } else if let Some(key) = name.path.strip_prefix("files.") {
                contents.insert(key.to_owned(), self.file(key, &files, name.public)?.into());
            } else {
                return Err(Problem::new(format!("unknown name `{}`", name.path))
                    .help("available here: env.NAME, file(\"PATH\") and public(…)"));
            }
        }
        let mut scope = self.scope.clone();
        scope.set("env", &Value::Object(env));
        scope.set("files", &Value::Object(contents));
        let value = match template.expand(&scope).map_err(to_problem)? {
            Expanded::Value(value) => value,
            Expanded::Omit => Value::Null,
        };
        self.keep_derived(&names, &value);
        Ok(value)
    }

    /// Registers a value derived from a secret (`${env.KEY | lower}`), unless it contains a known secret.
    fn keep_derived(&mut self, names: &[Name], value: &Value) {
        let (Some(name), Value::String(value)) = (names.iter().find(|name| !name.public), value) else { return };
        if !self.secrets.iter().any(|secret| value.contains(&secret.value)) {
            // A derived value that is too short is not redacted; the secret itself is.
            let _ = self.keep(name.path.trim_start_matches("env."), value);
        }
    }

    fn file(&mut self, key: &str, files: &[String], public: bool) -> Result<String, Problem> {
        let name =
            key.strip_prefix('f').and_then(|index| index.parse::<usize>().ok()).and_then(|index| files.get(index));
        let name = name.map(String::as_str).unwrap_or_default();
        let text = std::fs::read_to_string(self.root.join(name))
            .map_err(|error| Problem::new(format!("cannot read {name}: {error}")))?;
        let text = text.trim_end_matches(['\r', '\n']).to_owned();
        if !public {
            self.keep(name, &text)?;
        }
        Ok(text)
    }
}

fn unset(name: &str) -> Problem {
    // Probably the value itself.
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Problem::new("this is no name of an environment variable (not shown, it may be a secret)")
            .help("name the variable, not its value");
    }
    Problem::new(format!("environment variable {name} is not set")).help(format!("export {name}=…"))
}

/// Replaces `file("a.pem")` with the variable `files.f0`, since expressions cannot read files; returns the paths in order.
fn files(text: &str) -> (String, Vec<String>) {
    let mut paths = Vec::new();
    let rewritten = FILE.replace_all(text, |found: &regex::Captures<'_>| {
        paths.push(found.get(1).or_else(|| found.get(2)).map_or("", |path| path.as_str()).to_owned());
        format!("files.f{}", paths.len() - 1)
    });
    (rewritten.into_owned(), paths)
}

fn to_problem(error: expression::Error) -> Problem {
    Problem::new(error.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The expanded value, the problems, and the secrets as `NAME=VALUE`.
    fn check(value: Value) -> (Value, Vec<String>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("key.txt"), "of-the-file\n").unwrap();
        let env = [("KEY", "OF-THE-KEY"), ("ID", "7")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let env = BTreeMap::from(env);
        let mut vault = Vault::new(&env, folder.path(), Scope::new(0, 1, "test"));
        let mut problems = Vec::new();
        let value = vault.expand(&value, &Pointer::root(), &mut |at, problem| problems.push(format!("{at} {problem}")));
        let secrets = vault.into_secrets().into_iter().map(|secret| format!("{}={}", secret.name, secret.value));
        (value, problems, secrets.collect())
    }

    #[test]
    fn values_are_secret_unless_public() {
        let (value, problems, secrets) = check(json!({
            "plain": "x", "number": 3, "own": "${env.KEY}", "within": "Key ${env.KEY}", "made": "${env.KEY | lower}",
            "public": "${public(env.ID)}", "file": "${file('key.txt')}"
        }));
        let expected = json!({
            "plain": "x", "number": 3, "own": "OF-THE-KEY", "within": "Key OF-THE-KEY", "made": "of-the-key",
            "public": "7", "file": "of-the-file"
        });
        assert_eq!((value, problems), (expected, vec![]));
        assert_eq!(secrets, ["KEY=OF-THE-KEY", "KEY=of-the-key", "key.txt=of-the-file"]);
    }

    #[test]
    fn a_value_in_place_of_a_name_is_not_shown() {
        assert!(["tok-en", "1a2b", "a.b.c"].iter().all(|value| !unset(value).to_string().contains(value)));
        assert_eq!(unset("API_KEY").to_string(), "environment variable API_KEY is not set (export API_KEY=…)");
    }

    #[test]
    fn problems_are_reported() {
        let (_, problems, secrets) =
            check(json!(["${env.NONE}", "${env.ID}", "${other}", "${1 +}", "${file(\"none.txt\")}"]));
        assert_eq!(secrets, Vec::<String>::new());
        assert_eq!(
            problems,
            [
                "/0 environment variable NONE is not set (export NONE=…)",
                "/1 ID is too short to be redacted reliably (length 1, minimum 8 bytes) (use ${public(…)} if the value is not secret)",
                "/2 unknown name `other` (available here: env.NAME, file(\"PATH\") and public(…))",
                "/3 unexpected end of input, expected expression",
                "/4 cannot read none.txt: No such file or directory (os error 2)",
            ]
        );
    }
}
