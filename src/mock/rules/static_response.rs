//! The part of a response template that is the same for every request, validated against the contract.

use serde_json::Value;

use crate::contract::{Breach, Contract, Location, Operation, Rule as ContractRule, judge};
use crate::document::End;
use crate::http::Response;
use crate::mock::document::headers;
use crate::mock::problem_details;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;

use super::rule::{ResponseTemplate, TemplateContent, json_media_type};

/// The constant part of a response. Parts that depend on the request or on the state are left out.
pub(crate) struct StaticResponse<'a> {
    template: &'a ResponseTemplate,
    response: Response,
    /// Locations in the body that are not constant.
    variable: Vec<Pointer>,
    /// Headers of the template, in lower case, and whether their values are constant.
    headers: Vec<(String, bool)>,
}

impl<'a> StaticResponse<'a> {
    pub(crate) fn new(template: &'a ResponseTemplate, operation: &Operation) -> Self {
        let raw = |key: &str| template.source.at.join(key).of(template.source.document.value());
        let mut variable = Vec::new();
        let (media_type, body) = match &template.content {
            TemplateContent::None => (None, String::new()),
            TemplateContent::Text(_) => {
                let text = raw("text").and_then(Value::as_str).unwrap_or_default();
                if is_template(text) {
                    variable.push(Pointer::root());
                }
                (Some("text/plain; charset=utf-8"), text.to_owned())
            }
            TemplateContent::Json(_) => {
                let body = constant(raw("body").unwrap_or(&Value::Null), &Pointer::root(), &mut variable);
                (Some(json_media_type(operation, template.status)), body.unwrap_or_default().to_string())
            }
        };
        let mut response = problem_details::response(template.status, media_type, body);
        let mut written = Vec::new();
        for (name, value) in raw("headers").and_then(Value::as_object).into_iter().flatten() {
            let constant = value.as_str().filter(|text| !is_template(text));
            written.push((name.to_ascii_lowercase(), constant.is_some()));
            response.headers.set(name, constant.unwrap_or("x"));
        }
        if let Some(declared) = operation.response(template.status) {
            headers::announce_length(declared, &mut response);
        }
        Self { template, response, variable, headers: written }
    }

    /// A problem for each breach that every expansion of the template has.
    pub(crate) fn problems(&self, contract: &Contract, operation: &Operation) -> Vec<Problem> {
        let judged = judge::response(contract, operation, &operation.method, &self.response);
        let refused = judged.breaches.iter().filter(|breach| !self.template.allowed.include(breach));
        let constant = refused.filter(|breach| self.is_constant(breach, contract));
        constant.map(|breach| self.problem(breach, contract, operation)).collect()
    }

    /// Whether the breach depends on constant parts only.
    fn is_constant(&self, breach: &Breach, contract: &Contract) -> bool {
        let is_body_constant = || !self.variable.iter().any(Pointer::is_root);
        let header = |name: &str| self.headers.iter().find(|(written, _)| written == name).map(|(_, fixed)| *fixed);
        match (&breach.rule, &breach.location) {
            (ContractRule::Status, _) => true,
            (ContractRule::ContentType, _) => header("content-type").unwrap_or(true) && is_body_constant(),
            (ContractRule::BodyPresent | ContractRule::BodyAbsent, _) => is_body_constant(),
            (ContractRule::BodySchema, Location::Body(at)) => {
                let is_variable = self.variable.iter().any(|open| open.is_within(at) || at.is_within(open));
                let is_missing = breach.keyword == "required" && contract.is_unconditional(breach);
                !is_variable && (is_missing || contract.is_independent(breach))
            }
            (ContractRule::HeaderSchema, Location::Header(name, _)) => match header(name) {
                Some(is_constant) => is_constant && contract.is_independent(breach),
                None => breach.keyword == "required",
            },
            _ => false,
        }
    }

    fn problem(&self, breach: &Breach, contract: &Contract, operation: &Operation) -> Problem {
        let ResponseTemplate { source, status, .. } = self.template;
        if breach.rule == ContractRule::Status {
            let declared: Vec<_> = operation.responses.iter().map(|response| response.status.to_string()).collect();
            let message = format!("`{}` documents no status {status}, only {}", operation.name, declared.join(", "));
            let source = source.join("status");
            let problem = Problem::new(message).rule(rules::ANSWERS_UNDOCUMENTED_STATUS);
            let problem = problem.at(source.document.snippet(&source.at, End::Value));
            return problem.help("add `undocumented: REASON` to the rule, or correct the status");
        }
        let source = match &breach.location {
            Location::Body(at) if !matches!(self.template.content, TemplateContent::None) => {
                source.join("body").concat(at)
            }
            Location::Header(..) => source.join("headers"),
            _ => source.clone(),
        };
        let message = format!("this response always violates the contract: {}", breach.sentence());
        let rule = format!("`{}` at {}", breach.keyword, contract.place(&breach.anchor));
        let problem = Problem::new(message).rule(rules::ANSWERS_BREACH);
        problem.at(source.document.snippet(&source.at, End::Value)).help(rule)
    }
}

/// `value` without what is not constant: left out of objects, null in lists, none as a whole. Notes the locations in `variable`.
fn constant(value: &Value, at: &Pointer, variable: &mut Vec<Pointer>) -> Option<Value> {
    match value {
        Value::Object(properties) if !properties.keys().any(|name| is_template(name)) => {
            let constant = properties
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), self::constant(value, &at.join(name), variable)?)));
            Some(Value::Object(constant.collect()))
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            Some(items.map(|(index, item)| constant(item, &at.join(index), variable).unwrap_or_default()).collect())
        }
        Value::String(text) if !is_template(text) => Some(value.clone()),
        Value::String(_) | Value::Object(_) => {
            variable.push(at.clone());
            None
        }
        scalar => Some(scalar.clone()),
    }
}

fn is_template(text: &str) -> bool {
    text.contains("${")
}
