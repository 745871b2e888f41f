//! The behaviour file: initial state, and rules for each operation, checked against the contract.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use crate::contract::Contract;
use crate::document::{self, Document, End};
use crate::expression::merge;
use crate::location::{Pointer, Problem, Snippet};

use super::compile::{Compiler, INVALID_SEES, SEES};
use super::format::{AnswerFormat, BehaviourFormat, RespondFormat, RuleFormat};
use super::rule::{Answer, Pardon, Rule};

/// Files that may extend one another; one that extends itself never ends.
const MOST_FILES: usize = 8;

/// The file that a behaviour names under `extends`, and where it does.
type Extended = (String, Snippet);

/// A behaviour file with those that it extends, checked against its contract.
#[derive(Debug)]
pub struct Behaviour {
    /// The state before the first request: an object.
    pub(super) state: Value,
    pub(super) invalid_request: Option<Answer>,
    pub(super) unauthorized: Option<Answer>,
    /// Rules by the number of their operation.
    pub(super) rules: BTreeMap<usize, Vec<Rule>>,
}

impl Behaviour {
    /// Reads `file` (found below `root`, shown as given) and every file that it extends; every problem of one file at once,
    /// with places.
    pub fn load(root: &Path, file: &Path, contract: &Contract) -> Result<Self, Vec<Problem>> {
        let mut layers = Vec::new();
        let mut next = Some((file.to_owned(), None));
        while let Some((file, extended_at)) = next {
            let refuse =
                |message| vec![Problem { at: extended_at.clone(), ..Problem::new(message).rule("unreadable-file") }];
            if layers.len() == MOST_FILES {
                return Err(refuse(format!("expected at most {MOST_FILES} files, each extending the next")));
            }
            let text = fs::read_to_string(root.join(&file))
                .map_err(|error| refuse(format!("cannot read {}: {error}", file.display())))?;
            let (layer, extends) = layer(Document::parse(file.to_string_lossy(), text)?, contract)?;
            layers.push(layer);
            next = extends.map(|(name, at)| (file.with_file_name(name), Some(at)));
        }
        Ok(layers.into_iter().rev().fold(Self::empty(), |under, layer| layer.over(under)))
    }

    /// Reads one behaviour, which extends no other; every problem at once, with places.
    pub fn parse(document: Document, contract: &Contract) -> Result<Self, Vec<Problem>> {
        match layer(document, contract)? {
            (behaviour, None) => Ok(behaviour),
            (_, Some((_, at))) => {
                Err(vec![Problem::new("expected a behaviour that extends no file").rule("unreadable-file").at(at)])
            }
        }
    }

    /// A behaviour without state or rules.
    pub fn empty() -> Self {
        let state = Value::Object(serde_json::Map::new());
        Self { state, invalid_request: None, unauthorized: None, rules: BTreeMap::new() }
    }

    /// This behaviour, and where it says nothing, the one under it.
    fn over(mut self, mut under: Self) -> Self {
        merge(&mut under.state, self.state);
        for (operation, rules) in under.rules {
            self.rules.entry(operation).or_default().extend(rules);
        }
        Self {
            state: under.state,
            invalid_request: self.invalid_request.or(under.invalid_request),
            unauthorized: self.unauthorized.or(under.unauthorized),
            rules: self.rules,
        }
    }
}
/// What one file says, and which file it extends.
fn layer(document: Document, contract: &Contract) -> Result<(Behaviour, Option<Extended>), Vec<Problem>> {
    let root = Pointer::root();
    let (format, problems) = document::read::<BehaviourFormat>(&document, &root);
    let format = format.unwrap_or_default();
    let mut compiler = Compiler { document: Arc::new(document), contract, problems };
    let mut outside = |name: &str, answer: Option<AnswerFormat>| {
        answer.map(|answer| outside_rules(&mut compiler, answer, root.join(name)))
    };
    let invalid_request = outside("invalid_request", format.invalid_request);
    let unauthorized = outside("unauthorized", format.unauthorized);
    let mut rules = BTreeMap::new();
    for (name, written) in format.operations {
        let at = root.join("operations").join(&name);
        let compiled = (0..written.len()).filter_map(|index| compile_rule(&mut compiler, at.join(index))).collect();
        if let Some(operation) = compiler.operation(&name, &at) {
            rules.insert(operation, compiled);
        }
    }
    let Compiler { document, mut problems, .. } = compiler;
    problems.sort_by_key(|problem| problem.at.as_ref().map(|snippet| snippet.place.clone()));
    let extends = format.extends.map(|name| (name, document.snippet(&root.join("extends"), End::Value)));
    let behaviour = Behaviour { state: format.state.into(), invalid_request, unauthorized, rules };
    if problems.is_empty() { Ok((behaviour, extends)) } else { Err(problems) }
}

/// The JSON Schema of a behaviour file (`schemas/behaviour.json`).
pub fn json_schema() -> Value {
    schemars::schema_for!(BehaviourFormat).to_value()
}

fn outside_rules(compiler: &mut Compiler<'_>, answer: AnswerFormat, at: Pointer) -> Answer {
    let AnswerFormat { status, headers, body, text, undocumented, unchecked } = answer;
    let pardon = pardon(undocumented.as_deref(), unchecked);
    compiler.answer(RespondFormat { status, headers, body, text }, at, INVALID_SEES, pardon)
}

fn compile_rule(compiler: &mut Compiler<'_>, at: Pointer) -> Option<Rule> {
    let (rule, problems) = document::read::<RuleFormat>(&compiler.document, &at);
    compiler.problems.extend(problems);
    let rule = rule?;
    let sees = if rule.accepts_invalid { INVALID_SEES } else { SEES };
    let pardon = pardon(rule.undocumented.as_deref(), rule.unchecked);
    Some(Rule {
        when: rule.when.and_then(|text| compiler.condition(&text, &at.join("when"), sees)),
        accepts_invalid: rule.accepts_invalid,
        answer: compiler.answer(rule.respond, at.join("respond"), sees, pardon),
        store: rule.store.and_then(|store| compiler.store(&store.into(), &at.join("store"), sees)),
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
