//! Rules that a test adds while the mock runs, for all or for the next requests. They are tried before those of the files.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::contract::Contract;
use crate::document::{self, Document, End};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;

use super::compile::Compiler;
use super::load::{compile_rule, path_parameters};
use super::rule::{Action, Rule};
use super::static_response::StaticResponse;

/// Maximum number of rules, and of bytes of their texts: the compiled rules take several times that.
const MAX_RULES: usize = 1_000;
const MAX_BYTES: usize = 512 << 10;
/// Maximum size of one rule, in bytes.
const MAX_RULE: usize = 64 << 10;

/// Name of the text of a rule in messages.
const NAME: &str = "rule";

/// A rule as a test sends it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AddedRuleFormat {
    /// `operationId` or `METHOD /path`.
    operation: String,
    /// For how many requests; without it, until the rule is removed.
    times: Option<u64>,
    /// The rule, as in a mock rules file.
    #[serde(rename = "rule")]
    _rule: Value,
}

/// The added rules, in the order in which they are tried.
#[derive(Debug, Default)]
pub(crate) struct AddedRules {
    rules: Vec<AddedRule>,
    /// Id of the last rule.
    last: u64,
}

#[derive(Debug)]
struct AddedRule {
    id: u64,
    text: Arc<str>,
    /// Index and name of the operation.
    operation: usize,
    name: String,
    times: Option<u64>,
    /// To how many requests it was applied.
    used: u64,
    rule: Arc<Rule>,
}

impl AddedRule {
    fn compile(id: u64, text: &Arc<str>, contract: &Contract) -> Result<Self, Vec<Problem>> {
        let document = Document::parse(NAME, text.clone())?;
        let (format, problems) = document::read::<AddedRuleFormat>(&document, &Pointer::root());
        let mut compiler = Compiler { document: Arc::new(document), contract, problems, parameters: None };
        let Some(AddedRuleFormat { operation, times, .. }) = format else { return Err(compiler.problems) };
        let root = Pointer::root();
        if times == Some(0) {
            let at = compiler.document.snippet(&root.join("times"), End::Value);
            let problem =
                Problem::new("expected a positive integer, found integer `0`: the rule would apply to no request");
            compiler.problems.push(problem.rule(rules::WRONG_VALUE).at(at));
        }
        let operation = compiler.operation(&operation, &root.join("operation"), End::Value);
        compiler.parameters = operation.map(path_parameters);
        let rule = compile_rule(&mut compiler, root.join("rule"));
        let (Some(operation), Some(rule), true) = (operation, rule, compiler.problems.is_empty()) else {
            return Err(compiler.problems);
        };
        if let Action::Respond(template) = &rule.action {
            let problems = StaticResponse::new(template, operation).problems(contract, operation);
            if !problems.is_empty() {
                return Err(problems);
            }
        }
        let (operation, name, rule) = (operation.index, operation.name.clone(), Arc::new(rule));
        Ok(Self { id, text: text.clone(), operation, name, times, used: 0, rule })
    }

    fn is_used_up(&self) -> bool {
        self.times.is_some_and(|times| self.used >= times)
    }

    fn shown(&self) -> Value {
        let Self { id, name, times, used, .. } = self;
        json!({ "id": id, "operation": name, "times": times, "used": used })
    }
}

impl AddedRules {
    /// Compiles and adds a rule: YAML or JSON with `operation`, `times` and `rule`. Returns its id, or all problems with locations.
    pub(crate) fn add(&mut self, text: &str, contract: &Contract) -> Result<u64, Vec<Problem>> {
        if text.len() > MAX_RULE {
            return Err(vec![limit(format!("a rule has at most {MAX_RULE} bytes, found {}", text.len()))]);
        }
        let id = self.last + 1;
        let added = AddedRule::compile(id, &text.into(), contract)?;
        let fits = |rules: &[AddedRule]| {
            let bytes: usize = rules.iter().map(|rule| rule.text.len()).sum();
            rules.len() < MAX_RULES && bytes + text.len() <= MAX_BYTES
        };
        while !fits(&self.rules) {
            // Rules that apply no longer are kept only to show how often they did.
            let Some(oldest) = self.rules.iter().position(AddedRule::is_used_up) else {
                let message = format!("there are at most {MAX_RULES} rules and {MAX_BYTES} bytes of them at a time");
                return Err(vec![limit(message).help("remove rules with DELETE /_signoff/rules/ID")]);
            };
            self.rules.remove(oldest);
        }
        self.rules.push(added);
        self.last = id;
        Ok(id)
    }

    /// Removes a rule; false if there is none with that id.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| rule.id != id);
        self.rules.len() < before
    }

    /// Removes all rules. Their ids are not given again.
    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// All rules, with how often each was applied.
    pub(crate) fn list(&self) -> Value {
        self.rules.iter().map(AddedRule::shown).collect()
    }

    /// One rule, as in the list.
    pub(crate) fn get(&self, id: u64) -> Option<Value> {
        self.rules.iter().find(|rule| rule.id == id).map(AddedRule::shown)
    }

    /// The rules of an operation that still apply, with their ids.
    pub(crate) fn of_operation(&self, operation: usize) -> Vec<(u64, Arc<Rule>)> {
        let applying = self.rules.iter().filter(|rule| rule.operation == operation && !rule.is_used_up());
        applying.map(|rule| (rule.id, rule.rule.clone())).collect()
    }

    /// Counts a request to which the rule is applied.
    pub(crate) fn count(&mut self, id: u64) {
        if let Some(rule) = self.rules.iter_mut().find(|rule| rule.id == id) {
            rule.used += 1;
        }
    }

    /// The same rules for another version of the contract, without those that are no longer valid.
    pub(crate) fn recompiled(&self, contract: &Contract) -> Self {
        let recompiled = self.rules.iter().filter_map(|rule| {
            let compiled = AddedRule::compile(rule.id, &rule.text, contract).ok()?;
            Some(AddedRule { used: rule.used, ..compiled })
        });
        Self { rules: recompiled.collect(), last: self.last }
    }
}

fn limit(message: String) -> Problem {
    Problem::new(message).rule(rules::WRONG_VALUE)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::contract::load::load;

    const SPEC: &str = "openapi: 3.1.0
info: { title: Things, version: '1' }
paths:
  /things/{id}:
    parameters: [ { name: id, in: path, required: true, schema: { type: string } } ]
    get: { operationId: getThing, responses: { '200': { description: one }, '404': { description: none } } }
";

    fn contract(spec: &str) -> Contract {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("things.yaml"), spec).expect("written");
        load(folder.path(), Path::new("things.yaml")).unwrap_or_else(|problems| panic!("{problems:?}"))
    }

    fn rule(times: &str) -> String {
        format!("{{ operation: getThing, {times} rule: {{ respond: {{ status: 404 }} }} }}")
    }

    #[test]
    fn a_rule_applies_to_as_many_requests_as_it_says() {
        let (contract, mut rules) = (contract(SPEC), AddedRules::default());
        assert_eq!(rules.add(&rule("times: 1,"), &contract), Ok(1));
        assert_eq!(rules.add(&rule(""), &contract), Ok(2));
        let ids = |rules: &AddedRules| rules.of_operation(0).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
        assert_eq!(ids(&rules), [1, 2]);
        [1, 2, 2].into_iter().for_each(|id| rules.count(id));
        assert_eq!(ids(&rules), [2]);
        let shown = json!([
            { "id": 1, "operation": "getThing", "times": 1, "used": 1 },
            { "id": 2, "operation": "getThing", "times": null, "used": 2 },
        ]);
        assert_eq!(rules.list(), shown);
        assert_eq!(rules.recompiled(&contract).list(), shown);
        assert_eq!(rules.recompiled(&self::contract(&SPEC.replace("getThing", "other"))).list(), json!([]));
        assert_eq!((rules.remove(2), rules.remove(2), rules.get(2)), (true, false, None));
        rules.clear();
        assert_eq!(rules.add(&rule(""), &contract), Ok(3), "ids are not given twice");
    }

    #[test]
    fn every_problem_of_a_rule_is_reported() {
        let contract = contract(SPEC);
        let problems = |text: &str| {
            let found = AddedRules::default().add(text, &contract).expect_err("a problem");
            found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        insta::assert_snapshot!(
            [
                "",
                "{ operation: getThing, rule: [",
                "{ operation: getThings, times: -1, rule: { respond: { status: 404 } } }",
                "{ operation: getThing, rule: { when: request.path.name == 'a', respond: { status: 404 } }, more: 1 }",
                "{ operation: getThing, rule: { respond: { status: 409 } } }",
                "{ operation: getThing }",
                "{ operation: getThing,\n  times: 0, rule: { respond: { status: 404 } } }",
            ]
            .map(problems)
            .join("\n---\n")
        );
    }

    #[test]
    fn the_number_and_size_of_rules_are_limited() {
        let (contract, mut rules) = (contract(SPEC), AddedRules::default());
        assert!(rules.add(&format!("{}{}", rule(""), " ".repeat(MAX_RULE)), &contract).is_err());
        let large = format!("{}{}", rule("times: 1,"), " ".repeat(MAX_RULE - 100));
        let added = (0..20).take_while(|_| rules.add(&large, &contract).is_ok()).count();
        assert_eq!(added, MAX_BYTES / large.len());
        rules.count(3);
        assert!(rules.add(&large, &contract).is_ok(), "a rule that was used up makes room");
        assert_eq!(rules.get(3), None);
        rules.clear();
        let added = (0..MAX_RULES + 1).take_while(|_| rules.add(&rule(""), &contract).is_ok()).count();
        assert_eq!(added, MAX_RULES);
    }
}
