//! Loads mock rules: one file, the files that it extends, and their seeds.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::contract::{Contract, Operation, ParameterIn};
use crate::document::{self, Document, End, decode};
use crate::expression::merge;
use crate::input_file;
use crate::mock::oauth::{Client, TokenRules};
use crate::place::Snippet;
use crate::pointer::Pointer;
use crate::problem::{Problem, reason};
use crate::rules;

use super::compile::{Compiler, REFUSAL_NAMES, RULE_NAMES};
use super::format::{
    ClientFormat, Fallthrough, MockRulesFormat, RespondFormat, RuleFormat, SharedResponseFormat, TokensFormat,
};
use super::mock_rules::MockRules;
use super::rule::{Action, AllowedViolations, ResponseTemplate, Rule};

/// Maximum number of files that extend each other; also ends a cycle.
const MAX_FILES: usize = 8;

impl MockRules {
    /// Loads `file` (relative to `root`, shown as given) and every file that it extends. Returns all problems of the first file that
    /// has any, with locations.
    pub fn load(root: &Path, file: &Path, contract: &Contract) -> Result<Self, Vec<Problem>> {
        let mut layers = Vec::new();
        let mut next = Some(FileReference { file: file.to_owned(), at: None });
        while let Some(reference) = next {
            if layers.len() == MAX_FILES {
                return Err(vec![
                    reference.problem(format!("more than {MAX_FILES} mock rules files extend each other")),
                ]);
            }
            let Layer { mut rules, extends, seed } = layer(reference.read(root)?, contract)?;
            rules.files.push(reference.file);
            if let Some(seed) = seed {
                add_seed(&mut rules, seed, root)?;
            }
            layers.push(rules);
            next = extends;
        }
        Ok(layers.into_iter().rev().fold(Self::empty(), |base, rules| rules.extending(base)))
    }

    /// Parses mock rules that refer to no other file. Returns all problems, with locations.
    pub fn parse(document: Document, contract: &Contract) -> Result<Self, Vec<Problem>> {
        let Layer { rules, extends, seed } = layer(document, contract)?;
        let references = extends.into_iter().chain(seed);
        let refused: Vec<_> =
            references.map(|reference| reference.problem("other files are not available here".to_owned())).collect();
        if refused.is_empty() { Ok(rules) } else { Err(refused) }
    }
}

/// The JSON Schema of a mock rules file (`schemas/mock-rules.json`).
#[cfg(test)]
pub(crate) fn json_schema() -> Value {
    schemars::schema_for!(MockRulesFormat).to_value()
}

/// Puts the state of the file `seed` under the state of the rules.
fn add_seed(rules: &mut MockRules, seed: FileReference, root: &Path) -> Result<(), Vec<Problem>> {
    let document = seed.read(root)?;
    let mut state = document.value().clone();
    if !state.is_object() {
        let problem = Problem::new("a seed must be an object: the initial state").rule(rules::WRONG_VALUE);
        return Err(vec![problem.at(document.snippet(&Pointer::root(), End::Value))]);
    }
    merge(&mut state, Cow::Owned(std::mem::take(&mut rules.state)));
    rules.state = state;
    rules.files.push(seed.file);
    Ok(())
}

/// A file to be read, and where another one refers to it.
struct FileReference {
    file: PathBuf,
    at: Option<Snippet>,
}

impl FileReference {
    fn read(&self, root: &Path) -> Result<Document, Vec<Problem>> {
        let unreadable = |why: &dyn Display| vec![self.problem(format!("cannot read {}: {why}", self.file.display()))];
        let bytes = input_file::read(&root.join(&self.file)).map_err(|why| unreadable(&reason(&why)))?;
        let text = decode(bytes).map_err(|why| unreadable(&why))?;
        Document::parse(self.file.to_string_lossy(), text)
    }

    fn problem(&self, message: String) -> Problem {
        Problem { at: self.at.clone(), ..Problem::new(message).rule(rules::UNREADABLE_FILE) }
    }
}

/// One compiled file, and its references to other files.
struct Layer {
    rules: MockRules,
    extends: Option<FileReference>,
    seed: Option<FileReference>,
}

fn layer(document: Document, contract: &Contract) -> Result<Layer, Vec<Problem>> {
    let root = Pointer::root();
    let (format, problems) = document::read::<MockRulesFormat>(&document, &root);
    let format = format.unwrap_or_default();
    let mut compiler = Compiler { document: Arc::new(document), contract, problems, parameters: None };
    let mut shared = |name: &str, response: Option<SharedResponseFormat>| {
        response.map(|response| shared_response(&mut compiler, response, root.join(name)))
    };
    let invalid_request = shared("invalid_request", format.invalid_request);
    let unauthorized = shared("unauthorized", format.unauthorized);
    let tokens = tokens(&mut compiler, format.tokens);
    let operations = rules_by_operation(&mut compiler, format.operations);
    let Compiler { document, mut problems, .. } = compiler;
    if !problems.is_empty() {
        problems.sort_by_key(|problem| problem.at.as_ref().map(|snippet| snippet.place.clone()));
        return Err(problems);
    }
    let this_file = Path::new(&**document.name()).to_owned();
    let reference = |key: &str, name: Option<String>| {
        let at = || document.snippet(&root.join(key), End::Value);
        name.map(|name| FileReference { at: Some(at()), file: this_file.with_file_name(name) })
    };
    let (extends, seed) = (reference("extends", format.extends), reference("seed", format.seed));
    let state = format.state.into();
    let rules = MockRules { invalid_request, unauthorized, operations, tokens, files: Vec::new(), state };
    Ok(Layer { rules, extends, seed })
}

fn tokens(compiler: &mut Compiler<'_>, format: TokensFormat) -> TokenRules {
    let at = Pointer::root().join("tokens");
    let lifetime = format.lifetime.map(|lifetime| lifetime.0);
    if lifetime.is_some_and(|lifetime| lifetime < Duration::from_secs(1)) {
        compiler.invalid("expected at least `1s`".to_owned(), &at.join("lifetime"), End::Value);
    }
    let clients = format.clients.into_iter().map(|(id, ClientFormat { client_secret, scope })| {
        if client_secret.as_ref().is_some_and(String::is_empty) {
            let message = "a password must not be empty; a public client has no `client_secret`".to_owned();
            compiler.invalid(message, &at.join("clients").join(&id).join("client_secret"), End::Value);
        }
        (id, Client { client_secret, scope })
    });
    TokenRules { lifetime, clients: clients.collect() }
}

fn rules_by_operation(
    compiler: &mut Compiler<'_>,
    operations: BTreeMap<String, Vec<Value>>,
) -> BTreeMap<usize, Vec<Rule>> {
    let mut rules = BTreeMap::new();
    for (name, written) in operations {
        let at = Pointer::root().join("operations").join(&name);
        let operation = compiler.operation(&name, &at, End::Key);
        compiler.parameters = operation.map(path_parameters);
        let compiled = (0..written.len()).filter_map(|index| compile_rule(compiler, at.join(index))).collect();
        if let Some(operation) = operation {
            rules.insert(operation.index, compiled);
        }
    }
    rules
}

pub(super) fn path_parameters(operation: &Operation) -> Vec<String> {
    let parameters = operation.parameters.iter().filter(|parameter| parameter.location == ParameterIn::Path);
    parameters.map(|parameter| parameter.name.clone()).collect()
}

fn shared_response(compiler: &mut Compiler<'_>, response: SharedResponseFormat, at: Pointer) -> ResponseTemplate {
    let SharedResponseFormat { status, headers, body, text, undocumented, unchecked } = response;
    let allowed = allowed_violations(undocumented.as_deref(), unchecked);
    compiler.response(RespondFormat { status, headers, body, text }, at, REFUSAL_NAMES, allowed)
}

pub(super) fn compile_rule(compiler: &mut Compiler<'_>, at: Pointer) -> Option<Rule> {
    let (rule, problems) = document::read::<RuleFormat>(&compiler.document, &at);
    let is_complete = problems.is_empty();
    compiler.problems.extend(problems);
    let rule = rule?;
    let names = if rule.accepts_invalid { REFUSAL_NAMES } else { RULE_NAMES };
    let allowed = allowed_violations(rule.undocumented.as_deref(), rule.unchecked);
    let action = match (rule.respond, rule.fallthrough) {
        (Some(respond), None) => Action::Respond(compiler.response(respond, at.join("respond"), names, allowed)),
        (None, Some(Fallthrough::Document)) => Action::Document,
        // The invalid part may have been the action.
        (None, None) if !is_complete => return None,
        (respond, _) => {
            let found = if respond.is_some() { "both" } else { "neither" };
            let problem =
                Problem::new(format!("expected `respond` or `fallthrough`, found {found}")).rule(rules::WRONG_VALUE);
            compiler.problems.push(problem.at(compiler.document.snippet(&at, End::Value)));
            return None;
        }
    };
    Some(Rule {
        when: rule.when.and_then(|text| compiler.condition(&text, &at.join("when"), names)),
        accepts_invalid: rule.accepts_invalid,
        action,
        store: rule.store.and_then(|store| compiler.store(&store.into(), &at.join("store"), names)),
        delay: rule.delay.map_or(Duration::ZERO, |delay| delay.0),
        fault: rule.fault.and_then(|text| compiler.fault(&text, &at.join("fault"))),
        source: compiler.source(at),
    })
}

fn allowed_violations(undocumented: Option<&str>, unchecked: bool) -> AllowedViolations {
    if unchecked {
        AllowedViolations::All
    } else if undocumented.is_some() {
        AllowedViolations::Status
    } else {
        AllowedViolations::None
    }
}
