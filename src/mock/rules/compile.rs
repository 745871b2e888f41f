//! Compiles what a behaviour file writes, and puts every problem at its place.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::{Contract, Operation};
use crate::document::{Document, End};
use crate::expression::{Error, Expression, Name, Template, Tree};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::suggestion::nearest;

use crate::mock::faults::fault::Fault as Mishap;
use crate::mock::rules::format::RespondFormat;
use crate::mock::rules::rule::{Answer, Content, Pardon, Spot};
use crate::mock::rules::state_update::{APPEND, Change, Kind, Member, SET, is_operator};

/// What rules see.
pub(crate) const SEES: &[&str] = &["request", "state"];
/// What the answers to broken requests see.
pub(crate) const INVALID_SEES: &[&str] = &["request", "state", "violations"];

/// What a request has, and what a response has (see `contract::visible`).
const REQUEST: &[&str] = &["method", "url", "path", "query", "headers", "body"];
const RESPONSE: &[&str] = &["status", "headers", "body"];

/// Gathers problems while compiling.
pub(crate) struct Compiler<'d> {
    pub(crate) document: Arc<Document>,
    pub(crate) contract: &'d Contract,
    pub(crate) problems: Vec<Problem>,
    /// The path parameters of the operation whose rules are compiled.
    pub(crate) parameters: Option<Vec<String>>,
}

impl<'d> Compiler<'d> {
    pub(crate) fn spot(&self, at: Pointer) -> Spot {
        Spot { document: self.document.clone(), at }
    }

    /// The operation that `name` means.
    pub(crate) fn operation(&mut self, name: &str, at: &Pointer) -> Option<&'d Operation> {
        let operation = self.contract.operation(name);
        if operation.is_none() {
            let names = self.contract.operations.iter().map(|operation| operation.name.as_str());
            let problem = Problem::new(format!("the contract has no operation `{name}`")).rule("unknown-operation");
            let help = match nearest(name, names.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has {}", names.collect::<Vec<_>>().join(", ")),
            };
            self.problems.push(problem.help(help).at(self.document.snippet(at, End::Key)));
        }
        operation
    }

    pub(crate) fn mishap(&mut self, text: &str, at: &Pointer) -> Option<Mishap> {
        let read = Mishap::parse(text).and_then(|fault| match fault.operation() {
            Some(_) => Err("expected no `operation` here: the fault is for the requests of its rule".to_owned()),
            None => Ok(fault),
        });
        let told = |message| Problem::new(message).rule("wrong-value").at(self.document.snippet(at, End::Value));
        read.map_err(|message| self.problems.push(told(message))).ok()
    }

    pub(crate) fn condition(&mut self, text: &str, at: &Pointer, sees: &[&str]) -> Option<Expression> {
        let expression = Expression::parse(text).map_err(|error| self.fault(at, &error)).ok()?;
        expression.names().iter().for_each(|name| self.known(name, at, sees));
        Some(expression)
    }

    /// The change that stands at `at`.
    pub(crate) fn store(&mut self, value: &Value, at: &Pointer, sees: &[&str]) -> Option<Change> {
        let sees: Vec<_> = sees.iter().copied().chain(["response"]).collect();
        self.change(value, (at, &Pointer::root()), &sees)
    }

    /// The change that stands at `written` below `at`.
    fn change(&mut self, value: &Value, (at, written): (&Pointer, &Pointer), sees: &[&str]) -> Option<Change> {
        let members = match value {
            Value::Object(members) if !members.is_empty() => members,
            _ => return self.deed(Kind::Merge, value, (at, written), sees),
        };
        let mut operators = members.iter().filter(|(name, _)| is_operator(name));
        match (operators.next(), members.len()) {
            (None, _) => {
                let members = members.iter().map(|(name, value)| {
                    let written = written.join(name);
                    let template = self.template(name, &at.concat(&written), sees);
                    let change = self.change(value, (at, &written), sees)?;
                    Some(Member { written, name: template?, change })
                });
                members.collect::<Vec<_>>().into_iter().collect::<Option<_>>().map(Change::Members)
            }
            (Some((name, value)), 1) if name == SET => self.deed(Kind::Set, value, (at, &written.join(SET)), sees),
            (Some((name, value)), 1) if name == APPEND => {
                self.deed(Kind::Append, value, (at, &written.join(APPEND)), sees)
            }
            (Some((name, _)), _) => {
                let message = format!("expected `{SET}` or `{APPEND}` as the only member, found `{name}`");
                let problem = Problem::new(message).rule("wrong-value");
                let place = at.concat(&written.join(name));
                self.problems.push(problem.at(self.document.snippet(&place, End::Key)));
                None
            }
        }
    }

    fn deed(
        &mut self,
        kind: Kind,
        value: &Value,
        (at, written): (&Pointer, &Pointer),
        sees: &[&str],
    ) -> Option<Change> {
        let value = self.tree(value, &at.concat(written), sees)?;
        Some(Change::Deed { written: written.clone(), kind, value })
    }

    pub(crate) fn answer(&mut self, respond: RespondFormat, at: Pointer, sees: &[&str], pardon: Pardon) -> Answer {
        let RespondFormat { status, headers, body, text } = respond;
        if !(200..600).contains(&status) {
            let problem =
                Problem::new(format!("expected a status from 200 to 599, found {status}")).rule("wrong-value");
            self.problems.push(problem.at(self.document.snippet(&at.join("status"), End::Value)));
        }
        if body.is_some() && text.is_some() {
            let problem = Problem::new("expected `body` or `text`, found both").rule("wrong-value");
            self.problems.push(problem.at(self.document.snippet(&at.join("text"), End::Key)));
        }
        let lines = at.join("headers");
        let headers = headers.into_iter().filter_map(|(name, value)| {
            let value = self.template(&value, &lines.join(&name), sees)?;
            Some((name, value))
        });
        let headers = headers.collect();
        let json = body.and_then(|body| self.tree(&body, &at.join("body"), sees)).map(Content::Json);
        let text = text.and_then(|text| self.template(&text, &at.join("text"), sees)).map(Content::Text);
        Answer { status, headers, content: json.or(text).unwrap_or(Content::Nothing), pardon, spot: self.spot(at) }
    }

    fn template(&mut self, text: &str, at: &Pointer, sees: &[&str]) -> Option<Template> {
        let template = Template::parse(text).map_err(|error| self.fault(at, &error)).ok()?;
        template.names().iter().for_each(|name| self.known(name, at, sees));
        Some(template)
    }

    fn tree(&mut self, value: &Value, at: &Pointer, sees: &[&str]) -> Option<Tree> {
        match Tree::parse(value) {
            Ok(tree) => {
                tree.names().iter().for_each(|(tail, name)| self.known(name, &at.concat(tail), sees));
                Some(tree)
            }
            Err(faults) => {
                faults.iter().for_each(|(tail, error)| self.fault(&at.concat(tail), error));
                None
            }
        }
    }

    /// Refuses names that stand for nothing here.
    fn known(&mut self, name: &Name, at: &Pointer, sees: &[&str]) {
        let root = name.root();
        if !sees.contains(&root) {
            return self.unknown(root, root, at, sees);
        }
        let members = match root {
            "request" => REQUEST,
            "response" => RESPONSE,
            _ => return,
        };
        let Some(rest) = name.path.strip_prefix(root).and_then(|rest| rest.strip_prefix('.')) else { return };
        let (member, rest) = rest.split_once('.').unwrap_or((rest, ""));
        if !members.contains(&member) {
            return self.unknown(&name.path, member, at, members);
        }
        let Some(parameters) = &self.parameters else { return };
        // A name may hold dots of its own.
        let is_known =
            |known: &String| rest.strip_prefix(known.as_str()).is_some_and(|tail| !tail.starts_with(|c| c != '.'));
        if (root, member) == ("request", "path") && !rest.is_empty() && !parameters.iter().any(is_known) {
            let parameters = parameters.clone();
            self.unknown(&name.path, rest, at, &parameters.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }

    fn unknown(&mut self, path: &str, name: &str, at: &Pointer, known: &[&str]) {
        let problem = Problem::new(format!("unknown name `{path}`"))
            .rule("unknown-variable")
            .at(self.document.snippet(at, End::Value));
        self.problems.push(match nearest(name, known.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("known here: {}", known.join(", "))),
        });
    }

    fn fault(&mut self, at: &Pointer, error: &Error) {
        let snippet = self.document.snippet_within(at, error.range.clone());
        self.problems.push(Problem::new(&error.message).rule("invalid-expression").at(snippet));
    }
}
