//! Expands `${…}` in the configuration, and collects the secrets to redact.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::document::decode;
use crate::expression::{self, Expanded, Name, Scope, Template};
use crate::input_file;
use crate::pointer::Pointer;
use crate::problem::{Problem, reason};
use crate::secret::Secret;
use crate::sign::SignTemplate;
use crate::suggestion::nearest;

use super::command::Commands;
use super::deserialize::with_suggestion;
use super::variable_name::is_conventional;

/// Advice for a value in a template that is too short to be a secret.
const OR_PUBLIC: &str = "use a longer value, or ${public(…)} if the value is not secret";

/// Advice for a credential that is too short.
const LONGER: &str = "use a longer credential";

/// Start of the names of results of commands.
pub(crate) const EXEC: &str = "exec.";

/// Maximum length of an unknown name that is shown.
const MAX_UNKNOWN: usize = 24;

/// Value of a key that is not set, for checks that send nothing.
const PLACEHOLDER_KEY: &str = "00000000000000000000000000000000";

/// Maximum size of a file in a template, in bytes.
const MAX_FILE: u64 = 1_000_000;

/// Expands `${…}` and remembers the secrets.
#[derive(Debug)]
pub(crate) struct Vault<'a> {
    env: &'a BTreeMap<String, String>,
    root: &'a Path,
    scope: Scope,
    secrets: Vec<Secret>,
    missing: BTreeSet<String>,
    offline: bool,
    commands: Commands,
    /// The commands of the configuration.
    exec: BTreeMap<String, Vec<String>>,
    /// The target that they return secrets for.
    target: String,
}

impl<'a> Vault<'a> {
    /// Reads variables from `env` and files relative to `root`; `scope` provides the functions.
    pub(crate) fn new(env: &'a BTreeMap<String, String>, root: &'a Path, scope: Scope) -> Self {
        let (secrets, missing, offline) = (Vec::new(), BTreeSet::new(), false);
        let (commands, exec, target) = (Commands::default(), BTreeMap::new(), String::new());
        Self { env, root, scope, secrets, missing, offline, commands, exec, target }
    }

    /// Also runs the commands `exec` for `target`, if they are allowed.
    pub(crate) fn with_commands(self, commands: &Commands, exec: &BTreeMap<String, Vec<String>>, target: &str) -> Self {
        Self { commands: commands.clone(), exec: exec.clone(), target: target.to_owned(), ..self }
    }

    /// Like [`Vault::new`], but a variable that is not set has a placeholder value.
    pub(crate) fn offline(env: &'a BTreeMap<String, String>, root: &'a Path, scope: Scope) -> Self {
        Self { offline: true, ..Self::new(env, root, scope) }
    }

    /// The secrets found.
    pub(crate) fn into_secrets(self) -> Vec<Secret> {
        self.secrets
    }

    /// Remembers further secrets.
    pub(crate) fn add(&mut self, secrets: impl Iterator<Item = Secret>) {
        self.secrets.extend(secrets);
    }

    /// The variables that are used but not set.
    pub(crate) fn missing(&self) -> &BTreeSet<String> {
        &self.missing
    }

    /// The value of an environment variable in a template; a secret unless `public`.
    pub(crate) fn variable(&mut self, name: &str, public: bool) -> Result<String, Problem> {
        self.read(name, public, OR_PUBLIC)
    }

    /// Like [`Vault::variable`]; the placeholder is valid in every encoding of keys.
    fn key(&mut self, name: &str, public: bool) -> Result<String, Problem> {
        match self.offline && !self.env.contains_key(name) {
            true => self.read(name, public, OR_PUBLIC).map(|_| PLACEHOLDER_KEY.to_owned()),
            false => self.read(name, public, OR_PUBLIC),
        }
    }

    /// The value of an environment variable that is a credential.
    pub(crate) fn credential(&mut self, name: &str) -> Result<String, Problem> {
        self.read(name, false, LONGER)
    }

    fn read(&mut self, name: &str, public: bool, advice: &str) -> Result<String, Problem> {
        if self.offline && !self.env.contains_key(name) {
            self.missing.insert(name.to_owned());
            // The colon makes it valid as `USERNAME:PASSWORD` too.
            return Ok(format!("placeholder:{}", shown(name)));
        }
        let value = variable(self.env, name)?;
        if !public && value.trim().is_empty() {
            return Err(Problem::new(format!("environment variable {name} is empty")).help(format!("export {name}=…")));
        }
        if !public {
            self.keep(name, value, advice)?;
        }
        Ok(value.to_owned())
    }

    /// Registers a secret; an error for one that is too short has this advice.
    fn keep(&mut self, name: &str, value: &str, advice: &str) -> Result<(), Problem> {
        // Redaction ignores white space around a secret.
        let length = value.trim().len();
        if length < Secret::MIN_LENGTH {
            let minimum = Secret::MIN_LENGTH;
            let message = format!(
                "{name} is too short to be redacted: other text could contain its value too (length {length}, minimum {minimum} bytes)"
            );
            return Err(Problem::new(message).help(advice));
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
        let SignTemplate { template, inputs } = self.compile(text, &[], Self::variable)?;
        let mut scope = self.scope.clone();
        inputs.into_iter().for_each(|(name, value)| scope.share(name, value));
        let value = match template.expand(&scope).map_err(to_problem)? {
            Expanded::Value(value) => value,
            Expanded::Omit => Value::Null,
        };
        self.keep_derived(&template.names(), &value);
        Ok(value)
    }

    /// Compiles a template of a signature. `known` are the names that it may read besides `env` and files.
    pub(super) fn template(&mut self, text: &str, known: &[&str]) -> Result<SignTemplate, Problem> {
        self.compile(text, known, Self::key)
    }

    /// The key that `text` is or reads; none if it needs a variable that is not set, in a check that sends nothing. Bytes that a
    /// function returns stay bytes.
    pub(super) fn key_bytes(&mut self, text: &str) -> Result<Option<Vec<u8>>, Problem> {
        let SignTemplate { template, inputs } = self.compile(text, &[], Self::key)?;
        let names = template.names();
        if names.iter().any(|name| is_missing(&name.path, &self.missing)) {
            return Ok(None);
        }
        let mut scope = self.scope.clone();
        inputs.into_iter().for_each(|(name, value)| scope.share(name, value));
        template.expand_bytes(&scope).map(Some).map_err(to_problem)
    }

    /// Compiles a template, whose environment variables are read with `read`.
    fn compile(
        &mut self,
        text: &str,
        known: &[&str],
        read: impl Fn(&mut Self, &str, bool) -> Result<String, Problem>,
    ) -> Result<SignTemplate, Problem> {
        let template = Template::parse(text).map_err(to_problem)?;
        let (mut env, mut contents, mut results) = (Map::new(), Map::new(), Map::new());
        for name in &template.names() {
            if let Some(variable) = name.path.strip_prefix("env.") {
                env.insert(variable.to_owned(), read(self, variable, name.public)?.into());
            } else if let Some(path) = name.path.strip_prefix("file.") {
                contents.insert(path.to_owned(), self.file(path, name.public)?.into());
            } else if let Some(path) = name.path.strip_prefix(EXEC) {
                insert(&mut results, path, self.command(path, name.public)?);
            } else if !known.contains(&name.root()) {
                return Err(unknown(&name.path, known));
            }
        }
        let inputs = [("env", env), ("file", contents), ("exec", results)];
        let inputs = inputs.map(|(name, values)| (name, Arc::new(Value::Object(values)))).into();
        Ok(SignTemplate { template, inputs })
    }

    /// The names that a template reads; none if it cannot be parsed.
    pub(super) fn names(text: &str) -> Option<Vec<Name>> {
        Template::parse(text).ok().map(|template| template.names())
    }

    /// Registers a value derived from a secret (`${env.KEY | lower}`), unless it contains a known secret.
    fn keep_derived(&mut self, names: &[Name], value: &Value) {
        let (Some(name), Value::String(value)) = (names.iter().find(|name| !name.public), value) else { return };
        // A derived value that is too short is not redacted; the secret itself is.
        self.keep_unless_known(name.path.trim_start_matches("env.").trim_start_matches("file."), value);
    }

    /// Registers a value as a secret because of the key that it is written at. It is left out if it contains a known secret, or if it is
    /// too short to be redacted: a value in a file of the repository is known to its readers anyway.
    pub(crate) fn keep_unless_known(&mut self, name: &str, value: &str) {
        if !self.secrets.iter().any(|secret| value.contains(&secret.value)) {
            let _ = self.keep(name, value, OR_PUBLIC);
        }
    }

    /// The text of a file without its last line breaks; a secret unless `public`.
    fn file(&mut self, path: &str, public: bool) -> Result<String, Problem> {
        let unreadable = |why: &dyn Display| Problem::new(format!("cannot read {path}: {why}"));
        let file = input_file::open(&self.root.join(path)).map_err(|why| unreadable(&reason(&why)))?;
        let mut bytes = Vec::new();
        file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|why| unreadable(&reason(&why)))?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(unreadable(&"it is larger than 1 MB"));
        }
        let text = decode(bytes).map_err(|why| unreadable(&why))?;
        let text = text.trim_end_matches(['\r', '\n']).to_owned();
        if !public {
            self.keep(path, &text, OR_PUBLIC)?;
        }
        Ok(text)
    }

    /// The string at `NAME` or `NAME.PROPERTY` of what the command NAME returns; a secret unless `public`.
    pub(super) fn command(&mut self, path: &str, public: bool) -> Result<String, Problem> {
        let (name, member) = path.split_once('.').unwrap_or((path, ""));
        let Some(words) = self.exec.get(name) else {
            let names: Vec<_> = self.exec.keys().collect();
            let problem = Problem::new("signoff.yaml has no command of this name under `exec`");
            return Err(with_suggestion(problem, name, &names, "commands"));
        };
        if !self.commands.is_allowed && self.offline {
            self.missing.insert(format!("{EXEC}{name}"));
            return Ok(format!("placeholder:{name}"));
        }
        if !self.commands.is_allowed {
            let command = shlex::try_join(words.iter().map(String::as_str)).unwrap_or_default();
            let message =
                format!("`{EXEC}{name}` needs the result of a command, which is not allowed to run: {command}");
            return Err(Problem::new(message).help("allow the commands of signoff.yaml with --allow-exec"));
        }
        let failed = |why: &str| Problem::new(format!("the command of `{EXEC}{name}` failed: {why}"));
        let result = self.commands.result(name, words, self.root, &self.target).map_err(|why| failed(&why))?;
        let mut members = member.split('.').filter(|member| !member.is_empty());
        let text = match members.try_fold(&result, |value, member| value.get(member)) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Object(_)) => {
                return Err(Problem::new(format!(
                    "`{EXEC}{path}` is an object: read a property, `${{{EXEC}{path}.NAME}}`"
                )));
            }
            Some(_) => return Err(Problem::new(format!("`{EXEC}{path}` is not a string"))),
            None => return Err(failed(&format!("it returned no property `{member}`"))),
        };
        if !public {
            self.keep(&format!("{EXEC}{path}"), &text, OR_PUBLIC)?;
        }
        Ok(text)
    }

    /// Like [`Vault::file`] for a case, which reads files of the project only.
    pub(super) fn file_of_project(&mut self, path: &str, public: bool) -> Result<String, Problem> {
        let whole = self.root.join(path);
        let found = whole.canonicalize().ok().zip(self.root.canonicalize().ok());
        if found.is_some_and(|(file, root)| !file.starts_with(root)) {
            return Err(Problem::new(format!("{path} is outside the directory of the project"))
                .help("a target can read it: `vars: { NAME: \"${file('PATH')}\" }` in signoff.yaml"));
        }
        self.file(path, public)
    }
}

/// Whether the variable or command that `path` reads (`env.NAME`, `exec.NAME.PROPERTY`) is one of `names`.
pub(super) fn is_missing(path: &str, names: &BTreeSet<String>) -> bool {
    match (path.strip_prefix("env."), path.strip_prefix(EXEC)) {
        (Some(name), _) => names.contains(name),
        (_, Some(rest)) => names.contains(&format!("{EXEC}{}", rest.split('.').next().unwrap_or_default())),
        _ => false,
    }
}

/// Sets the string at the dotted path, within objects.
pub(super) fn insert(values: &mut Map<String, Value>, path: &str, text: String) {
    match path.split_once('.') {
        None => drop(values.insert(path.to_owned(), text.into())),
        Some((name, rest)) => {
            let inner = values.entry(name).or_insert_with(|| Value::Object(Map::new()));
            if !inner.is_object() {
                *inner = Value::Object(Map::new());
            }
            inner.as_object_mut().into_iter().for_each(|inner| insert(inner, rest, text.clone()));
        }
    }
}

/// The value of an environment variable; a problem if it is not set or not UTF-8.
pub(crate) fn variable<'e>(env: &'e BTreeMap<String, String>, name: &str) -> Result<&'e str, Problem> {
    match env.get(name) {
        Some(value) if value.contains(char::REPLACEMENT_CHARACTER) => {
            Err(Problem::new(format!("the value of the environment variable {name} is not UTF-8")))
        }
        Some(value) => Ok(value),
        None if is_conventional(name) => {
            Err(Problem::new(format!("environment variable {name} is not set")).help(format!("export {name}=…")))
        }
        None => Err(Problem::new("the environment variable is not set (its name is not shown: it may be a secret)")
            .help("write the name of a variable, not its value")),
    }
}

/// `name` if it may be shown, else a text in its place.
pub(crate) fn shown(name: &str) -> &str {
    if is_conventional(name) { name } else { "(name not shown)" }
}

/// The problem of a name that a template cannot read.
fn unknown(path: &str, known: &[&str]) -> Problem {
    let problem = Problem::new(format!("unknown name{}", quoted(path)));
    let root = path.split('.').next().unwrap_or_default();
    let names: String = known.iter().map(|name| format!("{name}, ")).collect();
    match nearest(root, known.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("available here: {names}env.NAME, file(\"PATH\"), exec.NAME and public(…)")),
    }
}

/// The name of a template, quoted, unless it may be a secret that was pasted.
fn quoted(path: &str) -> String {
    let is_plain = path.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '.'));
    let is_shown = is_plain && path.len() <= MAX_UNKNOWN || is_conventional(path);
    if is_shown { format!(" `{path}`") } else { " (not shown, it may be a secret)".to_owned() }
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
        let env = [("KEY", "OF-THE-KEY"), ("ID", "7"), ("EMPTY", " ")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
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
        let tokens = ["tok-en123", "1a2b", "a.b.c", "skLive51HG7czZ", "AKIAIOSFODNN7EXAMPLE"];
        for token in tokens {
            let problem = variable(&BTreeMap::new(), token).expect_err("not set").to_string();
            assert!(!problem.contains(token), "{problem}");
            let (_, problems, _) = check(json!([format!("${{env.{token}}}"), format!("${{{token}}}")]));
            let parts = token.split(['-', '.']).filter(|part| part.len() > 1);
            assert!(problems.iter().all(|problem| parts.clone().all(|part| !problem.contains(part))), "{problems:?}");
        }
        let problem = variable(&BTreeMap::new(), "API_KEY").expect_err("not set").to_string();
        assert_eq!(problem, "environment variable API_KEY is not set (export API_KEY=…)");
    }

    #[test]
    fn a_value_that_is_not_utf8_is_named_but_not_shown() {
        let env = BTreeMap::from([("API_KEY".to_owned(), "correct-\u{fffd}-horse".to_owned())]);
        let problem = variable(&env, "API_KEY").expect_err("not UTF-8").to_string();
        assert_eq!(problem, "the value of the environment variable API_KEY is not UTF-8");
    }

    #[test]
    fn problems_are_reported() {
        let (_, problems, secrets) =
            check(json!(["${env.NONE}", "${env.ID}", "${other}", "${1 +}", "${file(\"none.txt\")}", "${env.EMPTY}"]));
        assert_eq!(secrets, Vec::<String>::new());
        assert_eq!(
            problems,
            [
                "/0 environment variable NONE is not set (export NONE=…)",
                "/1 ID is too short to be redacted: other text could contain its value too (length 1, minimum 8 bytes) (use a longer value, or ${public(…)} if the value is not secret)",
                "/2 unknown name `other` (available here: env.NAME, file(\"PATH\"), exec.NAME and public(…))",
                "/3 unexpected end of input, expected expression",
                "/4 cannot read none.txt: no such file or directory",
                "/5 environment variable EMPTY is empty (export EMPTY=…)",
            ]
        );
    }
}
