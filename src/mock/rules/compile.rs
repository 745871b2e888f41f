//! Compiles the expressions and templates of a mock rules file, and locates every problem.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::{Contract, Operation};
use crate::document::{Document, End};
use crate::expression::{Error, Expression, Name, Template, Tree};
use crate::mock::faults::fault::Fault;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;
use crate::suggestion::nearest;

use super::format::RespondFormat;
use super::rule::{AllowedViolations, ResponseTemplate, SourceNode, TemplateContent};
use super::state_update::{APPEND, PropertyUpdate, SET, StateUpdate, UpdateOperator, is_operator};

/// Variables of a rule.
pub(crate) const RULE_NAMES: &[&str] = &["request", "state"];
/// Variables of a response to an invalid request.
pub(crate) const REFUSAL_NAMES: &[&str] = &["request", "state", "violations"];

/// Fields of `request` and `response` (see `http::view`).
const REQUEST_FIELDS: &[&str] = &["method", "url", "path", "query", "headers", "body"];
const RESPONSE_FIELDS: &[&str] = &["status", "headers", "body"];

/// Collects problems while compiling.
pub(crate) struct Compiler<'d> {
    pub(crate) document: Arc<Document>,
    pub(crate) contract: &'d Contract,
    pub(crate) problems: Vec<Problem>,
    /// Path parameters of the operation whose rules are being compiled.
    pub(crate) parameters: Option<Vec<String>>,
}

impl<'d> Compiler<'d> {
    pub(crate) fn source(&self, at: Pointer) -> SourceNode {
        SourceNode { document: self.document.clone(), at }
    }

    /// The operation called `name`, which is written at that end of `at`.
    pub(crate) fn operation(&mut self, name: &str, at: &Pointer, end: End) -> Option<&'d Operation> {
        let operation = self.contract.operation(name);
        if operation.is_none() {
            let names = self.contract.operations.iter().map(|operation| operation.name.as_str());
            let problem =
                Problem::new(format!("the contract has no operation `{name}`")).rule(rules::UNKNOWN_OPERATION);
            let help = match nearest(name, names.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known operations: {}", names.collect::<Vec<_>>().join(", ")),
            };
            self.problems.push(problem.help(help).at(self.document.snippet(at, end)));
        }
        operation
    }

    pub(crate) fn fault(&mut self, text: &str, at: &Pointer) -> Option<Fault> {
        let parsed = Fault::parse(text).and_then(|fault| match fault.operation() {
            Some(_) => Err("`operation` is not allowed here: the fault applies to requests of its rule".to_owned()),
            None => Ok(fault),
        });
        parsed.map_err(|message| self.invalid(message, at, End::Value)).ok()
    }

    pub(crate) fn condition(&mut self, text: &str, at: &Pointer, names: &[&str]) -> Option<Expression> {
        let expression = Expression::parse(text).map_err(|error| self.invalid_expression(at, &error)).ok()?;
        expression.names().iter().for_each(|name| self.check_name(name, at, names));
        Some(expression)
    }

    /// The update of the state at `at`, which may also read `response`.
    pub(crate) fn store(&mut self, value: &Value, at: &Pointer, names: &[&str]) -> Option<StateUpdate> {
        let names: Vec<_> = names.iter().copied().chain(["response"]).collect();
        StoreCompiler { compiler: self, at, names: &names }.update(value, &Pointer::root())
    }

    pub(crate) fn response(
        &mut self,
        respond: RespondFormat,
        at: Pointer,
        names: &[&str],
        allowed: AllowedViolations,
    ) -> ResponseTemplate {
        let RespondFormat { status, headers, body, text } = respond;
        if !(200..600).contains(&status) {
            let message = format!("expected a status from 200 to 599, found {status}");
            self.invalid(message, &at.join("status"), End::Value);
        }
        if body.is_some() && text.is_some() {
            self.invalid("expected `body` or `text`, found both".to_owned(), &at.join("text"), End::Key);
        }
        let lines = at.join("headers");
        let header_names: Vec<_> = names.iter().copied().chain(["response"]).collect();
        let headers = headers.into_iter().filter_map(|(name, value)| {
            let at = lines.join(&name);
            let value = self.template(&value, &at, &header_names)?;
            self.check_header(&value, &at);
            Some((name, value))
        });
        let headers = headers.collect();
        let json = body.and_then(|body| self.tree(&body, &at.join("body"), names)).map(TemplateContent::Json);
        let text = text.and_then(|text| self.template(&text, &at.join("text"), names)).map(TemplateContent::Text);
        let content = json.or(text).unwrap_or(TemplateContent::None);
        ResponseTemplate { status, headers, content, allowed, source: self.source(at) }
    }

    fn template(&mut self, text: &str, at: &Pointer, names: &[&str]) -> Option<Template> {
        let template = Template::parse(text).map_err(|error| self.invalid_expression(at, &error)).ok()?;
        template.names().iter().for_each(|name| self.check_name(name, at, names));
        Some(template)
    }

    /// Reports what a header reads of the response that does not exist yet: its headers.
    fn check_header(&mut self, value: &Template, at: &Pointer) {
        for name in value.names().iter().filter(|name| name.path.starts_with("response.headers")) {
            self.unknown_name(&name.path, "headers", at, &["status", "body"]);
        }
    }

    fn tree(&mut self, value: &Value, at: &Pointer, names: &[&str]) -> Option<Tree> {
        match Tree::parse(value) {
            Ok(tree) => {
                tree.names().iter().for_each(|(tail, name)| self.check_name(name, &at.concat(tail), names));
                Some(tree)
            }
            Err(errors) => {
                errors.iter().for_each(|(tail, error)| self.invalid_expression(&at.concat(tail), error));
                None
            }
        }
    }

    /// Reports a name that is undefined here, down to the fields of requests and the path parameters.
    fn check_name(&mut self, name: &Name, at: &Pointer, names: &[&str]) {
        let root = name.root();
        if !names.contains(&root) {
            return self.unknown_name(root, root, at, names);
        }
        let fields = match root {
            "request" => REQUEST_FIELDS,
            "response" => RESPONSE_FIELDS,
            _ => return,
        };
        let Some(rest) = name.path.strip_prefix(root).and_then(|rest| rest.strip_prefix('.')) else { return };
        let (field, rest) = rest.split_once('.').unwrap_or((rest, ""));
        if !fields.contains(&field) {
            return self.unknown_name(&name.path, field, at, fields);
        }
        let Some(parameters) = &self.parameters else { return };
        // The name of a parameter may contain dots.
        let is_known =
            |known: &String| rest.strip_prefix(known.as_str()).is_some_and(|tail| !tail.starts_with(|c| c != '.'));
        if (root, field) == ("request", "path") && !rest.is_empty() && !parameters.iter().any(is_known) {
            let parameters = parameters.clone();
            self.unknown_name(&name.path, rest, at, &parameters.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }

    fn unknown_name(&mut self, path: &str, name: &str, at: &Pointer, known: &[&str]) {
        let problem = Problem::new(format!("unknown name `{path}`"))
            .rule(rules::UNKNOWN_VARIABLE)
            .at(self.document.snippet(at, End::Value));
        self.problems.push(match nearest(name, known.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("known names: {}", known.join(", "))),
        });
    }

    pub(super) fn invalid(&mut self, message: String, at: &Pointer, end: End) {
        let problem = Problem::new(message).rule(rules::WRONG_VALUE);
        self.problems.push(problem.at(self.document.snippet(at, end)));
    }

    fn invalid_expression(&mut self, at: &Pointer, error: &Error) {
        let snippet = self.document.snippet_within(at, error.range.clone());
        self.problems.push(Problem::new(&error.message).rule(rules::INVALID_EXPRESSION).at(snippet));
    }
}

/// Compiles one `store`.
struct StoreCompiler<'c, 'd> {
    compiler: &'c mut Compiler<'d>,
    /// Location of the `store`.
    at: &'c Pointer,
    names: &'c [&'c str],
}

impl StoreCompiler<'_, '_> {
    /// The update at `written` below `store`.
    fn update(&mut self, value: &Value, written: &Pointer) -> Option<StateUpdate> {
        let properties = match value {
            Value::Object(properties) if !properties.is_empty() => properties,
            _ => return self.operation(UpdateOperator::Merge, value, written.clone()),
        };
        let mut operators = properties.iter().filter(|(name, _)| is_operator(name));
        match (operators.next(), properties.len()) {
            (None, _) => {
                // All are compiled before any failure counts, so that every problem is reported.
                let compiled: Vec<_> =
                    properties.iter().map(|(name, value)| self.property(name, value, written)).collect();
                compiled.into_iter().collect::<Option<_>>().map(StateUpdate::Properties)
            }
            (Some((name, value)), 1) if name == SET => self.operation(UpdateOperator::Set, value, written.join(SET)),
            (Some((name, value)), 1) if name == APPEND => {
                self.operation(UpdateOperator::Append, value, written.join(APPEND))
            }
            (Some((name, _)), 1) => {
                let message = format!("unknown operator `{name}`: expected `{SET}` or `{APPEND}`");
                self.compiler.invalid(message, &self.at.concat(&written.join(name)), End::Key);
                None
            }
            (Some((name, _)), _) => {
                let message = format!("`{name}` must be the only key of its object");
                self.compiler.invalid(message, &self.at.concat(&written.join(name)), End::Key);
                None
            }
        }
    }

    fn property(&mut self, name: &str, value: &Value, written: &Pointer) -> Option<PropertyUpdate> {
        let written = written.join(name);
        let name = self.compiler.template(name, &self.at.concat(&written), self.names);
        let update = self.update(value, &written)?;
        Some(PropertyUpdate { written, name: name?, update })
    }

    fn operation(&mut self, operator: UpdateOperator, value: &Value, written: Pointer) -> Option<StateUpdate> {
        let value = self.compiler.tree(value, &self.at.concat(&written), self.names)?;
        Some(StateUpdate::Operation { written, operator, value })
    }
}
