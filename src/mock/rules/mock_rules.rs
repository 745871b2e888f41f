//! The behaviour file: initial state, and rules for each operation, checked against the contract.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::contract::{Contract, Judgement, Operation, ParameterIn};
use crate::document::{self, Document, End};
use crate::expression::merge;
use crate::place::Snippet;
use crate::pointer::Pointer;
use crate::problem::Problem;

use crate::mock::rules::compile::{Compiler, INVALID_SEES, SEES};
use crate::mock::rules::format::{AnswerFormat, Fallthrough, MockRulesFormat, RespondFormat, RuleFormat};
use crate::mock::rules::rule::{Answer, Pardon, Reply, Rule};

/// Files that may extend one another; one that extends itself never ends.
const MOST_FILES: usize = 8;

/// A behaviour file with those that it extends, checked against its contract.
#[derive(Debug)]
pub struct MockRules {
    /// The state before the first request: an object.
    pub(crate) state: Value,
    pub(crate) invalid_request: Option<Answer>,
    pub(crate) unauthorized: Option<Answer>,
    /// Rules by the number of their operation.
    pub(crate) rules: BTreeMap<usize, Vec<Rule>>,
    /// Where all of that was read.
    files: Vec<PathBuf>,
}

impl MockRules {
    /// Reads `file` (found below `root`, shown as given) and every file that it extends; every problem of one file at once,
    /// with places.
    pub fn load(root: &Path, file: &Path, contract: &Contract) -> Result<Self, Vec<Problem>> {
        let mut behaviours = Vec::new();
        let mut next = Some(Named { file: file.to_owned(), at: None });
        while let Some(named) = next {
            if behaviours.len() == MOST_FILES {
                return Err(vec![
                    named.refused(format!("expected at most {MOST_FILES} files, each extending the next")),
                ]);
            }
            let Layer { mut behaviour, extends, seed } = layer(named.read(root)?, contract)?;
            behaviour.files.push(named.file);
            if let Some(seed) = seed {
                behaviour.plant(seed, root)?;
            }
            behaviours.push(behaviour);
            next = extends;
        }
        Ok(behaviours.into_iter().rev().fold(Self::empty(), |under, behaviour| behaviour.over(under)))
    }

    /// Reads one behaviour, which names no other file; every problem at once, with places.
    pub fn parse(document: Document, contract: &Contract) -> Result<Self, Vec<Problem>> {
        let Layer { behaviour, extends, seed } = layer(document, contract)?;
        let named = extends.into_iter().chain(seed);
        let refused: Vec<_> =
            named.map(|named| named.refused("expected a behaviour that names no other file".to_owned())).collect();
        if refused.is_empty() { Ok(behaviour) } else { Err(refused) }
    }

    /// A behaviour without state or rules.
    pub fn empty() -> Self {
        let state = Value::Object(Map::new());
        Self { state, invalid_request: None, unauthorized: None, rules: BTreeMap::new(), files: Vec::new() }
    }

    /// The files that it was read from.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Lays the state over that of the file `seed`.
    fn plant(&mut self, seed: Named, root: &Path) -> Result<(), Vec<Problem>> {
        let document = seed.read(root)?;
        let mut state = document.value().clone();
        if !state.is_object() {
            let problem = Problem::new("expected an object, the state").rule("wrong-value");
            return Err(vec![problem.at(document.snippet(&Pointer::root(), End::Value))]);
        }
        merge(&mut state, Cow::Owned(std::mem::take(&mut self.state)));
        self.state = state;
        self.files.push(seed.file);
        Ok(())
    }

    /// Whether it may say how a request that was judged so is answered.
    pub(crate) fn has_say(&self, operation: &Operation, judgement: &Judgement) -> bool {
        let has_refusal = self.invalid_request.is_some() || self.unauthorized.is_some();
        self.rules.contains_key(&operation.index) || (has_refusal && !judgement.breaches.is_empty())
    }

    /// This behaviour, and where it says nothing, the one under it.
    fn over(mut self, mut under: Self) -> Self {
        merge(&mut under.state, Cow::Owned(self.state));
        for (operation, rules) in under.rules {
            self.rules.entry(operation).or_default().extend(rules);
        }
        self.files.extend(under.files);
        Self {
            state: under.state,
            invalid_request: self.invalid_request.or(under.invalid_request),
            unauthorized: self.unauthorized.or(under.unauthorized),
            rules: self.rules,
            files: self.files,
        }
    }
}

/// A file that is to be read, and where another one names it.
struct Named {
    file: PathBuf,
    at: Option<Snippet>,
}

impl Named {
    fn read(&self, root: &Path) -> Result<Document, Vec<Problem>> {
        let text = fs::read_to_string(root.join(&self.file))
            .map_err(|error| vec![self.refused(format!("cannot read {}: {error}", self.file.display()))])?;
        Document::parse(self.file.to_string_lossy(), text)
    }

    fn refused(&self, message: String) -> Problem {
        Problem { at: self.at.clone(), ..Problem::new(message).rule("unreadable-file") }
    }
}

/// What one file says, and the files that it names.
struct Layer {
    behaviour: MockRules,
    extends: Option<Named>,
    seed: Option<Named>,
}

fn layer(document: Document, contract: &Contract) -> Result<Layer, Vec<Problem>> {
    let root = Pointer::root();
    let (format, problems) = document::read::<MockRulesFormat>(&document, &root);
    let format = format.unwrap_or_default();
    let mut compiler = Compiler { document: Arc::new(document), contract, problems, parameters: None };
    let mut outside = |name: &str, answer: Option<AnswerFormat>| {
        answer.map(|answer| outside_rules(&mut compiler, answer, root.join(name)))
    };
    let invalid_request = outside("invalid_request", format.invalid_request);
    let unauthorized = outside("unauthorized", format.unauthorized);
    let mut rules = BTreeMap::new();
    for (name, written) in format.operations {
        let at = root.join("operations").join(&name);
        let operation = compiler.operation(&name, &at);
        compiler.parameters = operation.map(path_parameters);
        let compiled = (0..written.len()).filter_map(|index| compile_rule(&mut compiler, at.join(index))).collect();
        if let Some(operation) = operation {
            rules.insert(operation.index, compiled);
        }
    }
    let Compiler { document, mut problems, .. } = compiler;
    if !problems.is_empty() {
        problems.sort_by_key(|problem| problem.at.as_ref().map(|snippet| snippet.place.clone()));
        return Err(problems);
    }
    let own = Path::new(&**document.name()).to_owned();
    let named = |key: &str, name: Option<String>| {
        let at = |_: &String| document.snippet(&root.join(key), End::Value);
        name.map(|name| Named { at: Some(at(&name)), file: own.with_file_name(name) })
    };
    let (extends, seed) = (named("extends", format.extends), named("seed", format.seed));
    let behaviour = MockRules { invalid_request, unauthorized, rules, files: Vec::new(), state: format.state.into() };
    Ok(Layer { behaviour, extends, seed })
}

fn path_parameters(operation: &Operation) -> Vec<String> {
    let parameters = operation.parameters.iter().filter(|parameter| parameter.place == ParameterIn::Path);
    parameters.map(|parameter| parameter.name.clone()).collect()
}

/// The JSON Schema of a behaviour file (`schemas/behaviour.json`).
pub fn json_schema() -> Value {
    schemars::schema_for!(MockRulesFormat).to_value()
}

fn outside_rules(compiler: &mut Compiler<'_>, answer: AnswerFormat, at: Pointer) -> Answer {
    let AnswerFormat { status, headers, body, text, undocumented, unchecked } = answer;
    let pardon = pardon(undocumented.as_deref(), unchecked);
    compiler.answer(RespondFormat { status, headers, body, text }, at, INVALID_SEES, pardon)
}

fn compile_rule(compiler: &mut Compiler<'_>, at: Pointer) -> Option<Rule> {
    let (rule, problems) = document::read::<RuleFormat>(&compiler.document, &at);
    let is_whole = problems.is_empty();
    compiler.problems.extend(problems);
    let rule = rule?;
    let sees = if rule.accepts_invalid { INVALID_SEES } else { SEES };
    let pardon = pardon(rule.undocumented.as_deref(), rule.unchecked);
    let reply = match (rule.respond, rule.fallthrough) {
        (Some(respond), None) => Reply::Answer(compiler.answer(respond, at.join("respond"), sees, pardon)),
        (None, Some(Fallthrough::Document)) => Reply::Document,
        // What could not be read may have been the answer.
        (None, None) if !is_whole => return None,
        (respond, _) => {
            let found = if respond.is_some() { "both" } else { "neither" };
            let problem =
                Problem::new(format!("expected `respond` or `fallthrough`, found {found}")).rule("wrong-value");
            compiler.problems.push(problem.at(compiler.document.snippet(&at, End::Value)));
            return None;
        }
    };
    Some(Rule {
        when: rule.when.and_then(|text| compiler.condition(&text, &at.join("when"), sees)),
        accepts_invalid: rule.accepts_invalid,
        reply,
        store: rule.store.and_then(|store| compiler.store(&store.into(), &at.join("store"), sees)),
        delay: rule.delay.map_or(Duration::ZERO, |delay| delay.0),
        fault: rule.fault.and_then(|text| compiler.mishap(&text, &at.join("fault"))),
        spot: compiler.spot(at),
    })
}

fn pardon(undocumented: Option<&str>, unchecked: bool) -> Pardon {
    match undocumented {
        _ if unchecked => Pardon::Everything,
        Some(_) => Pardon::Status,
        None => Pardon::Nothing,
    }
}
