//! The behaviour file: initial state, and rules for each operation, checked against the contract.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::contract::Contract;
use crate::document::{self, Document};
use crate::location::{Pointer, Problem};

use super::compile::{Compiler, INVALID_SEES, SEES};
use super::format::{AnswerFormat, BehaviourFormat, RespondFormat, RuleFormat};
use super::rule::{Answer, Pardon, Rule};

/// A behaviour file, checked against its contract.
#[derive(Debug)]
pub struct Behaviour {
    /// The file; rules keep pointers into it.
    pub(super) document: Document,
    /// The state before the first request: an object.
    pub(super) state: Value,
    pub(super) invalid_request: Option<Answer>,
    pub(super) unauthorized: Option<Answer>,
    /// Rules by the number of their operation.
    pub(super) rules: BTreeMap<usize, Vec<Rule>>,
}

impl Behaviour {
    /// Reads a behaviour; every problem at once, with places.
    pub fn parse(document: Document, contract: &Contract) -> Result<Self, Vec<Problem>> {
        let (format, problems) = document::read::<BehaviourFormat>(&document, &Pointer::root());
        let format = format.unwrap_or_default();
        let mut compiler = Compiler { document: &document, contract, problems };
        let root = Pointer::root();
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
        let mut problems = compiler.problems;
        problems.sort_by_key(|problem| problem.at.as_ref().map(|snippet| snippet.place.clone()));
        let behaviour = Self { state: format.state.into(), document, invalid_request, unauthorized, rules };
        if problems.is_empty() { Ok(behaviour) } else { Err(problems) }
    }

    /// A behaviour without state or rules.
    pub fn empty() -> Self {
        let document = Document::parse("no behaviour", "{}").expect("an empty object is a document");
        Self {
            document,
            state: Value::Object(serde_json::Map::new()),
            invalid_request: None,
            unauthorized: None,
            rules: BTreeMap::new(),
        }
    }
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
    let (rule, problems) = document::read::<RuleFormat>(compiler.document, &at);
    compiler.problems.extend(problems);
    let rule = rule?;
    let sees = if rule.accepts_invalid { INVALID_SEES } else { SEES };
    let pardon = pardon(rule.undocumented.as_deref(), rule.unchecked);
    Some(Rule {
        when: rule.when.and_then(|text| compiler.condition(&text, &at.join("when"), sees)),
        accepts_invalid: rule.accepts_invalid,
        answer: compiler.answer(rule.respond, at.join("respond"), sees, pardon),
        store: rule.store.and_then(|store| compiler.store(&store.into(), &at.join("store"), sees)),
        at,
    })
}

fn pardon(undocumented: Option<&str>, unchecked: bool) -> Pardon {
    match undocumented {
        _ if unchecked => Pardon::Everything,
        Some(_) => Pardon::Status,
        None => Pardon::Nothing,
    }
}
