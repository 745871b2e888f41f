//! Judges one message by the contract: what it breaks, what could not be judged, and its parsed body.

mod certainty;
mod content;
mod form;
mod multipart;
mod reading;
mod request;
mod response;
mod security;
mod sequence;
mod xml;

use serde_json::Value;

use crate::difference::{Difference, Element};
use crate::document::NumberLiterals;
use crate::http::{Request, Response};
use crate::pointer::Pointer;

use super::parameters::Parsed;
use super::schema::Subject;
use super::{
    Breach, Contract, Declared, Direction, Judgement, Location, NotChecked, Operation, Parameter, ParameterIn, Rule,
    schema_summary,
};

/// Judges a request to `operation`: method, path, parameters, security, media type, body. When the request's method or path
/// does not route to `operation` at all, that is its only breach.
pub fn request(contract: &Contract, operation: &Operation, request: &Request) -> Judgement {
    request::judge(contract, operation, request)
}

/// The same for a request that is known to lead to `operation`: `path` are its path parameters as the router gives them.
pub fn routed(contract: &Contract, operation: &Operation, path: &[(String, String)], request: &Request) -> Judgement {
    request::routed(contract, operation, path, request)
}

/// Judges a response of `operation`: status, media type, presence and form of the body, its schema, headers. `method` is the
/// one that was sent (HEAD has no body).
pub fn response(contract: &Contract, operation: &Operation, method: &str, response: &Response) -> Judgement {
    response::judge(contract, operation, method, response, None)
}

/// The same for a response that was made here: `body` is the JSON of its content, which is not parsed again.
pub fn made(
    contract: &Contract,
    operation: &Operation,
    method: &str,
    response: &Response,
    body: Option<Value>,
) -> Judgement {
    response::judge(contract, operation, method, response, body)
}

/// What `value` breaks of a schema when it travels as the body of a message.
pub fn value(contract: &Contract, schema: &Declared, direction: Direction, value: &Value) -> Vec<Breach> {
    content::schema(contract, schema, direction, &Location::Body, &mut value.clone()).0
}

/// The JSON of a response about which no contract says anything, for the expectations of a case.
pub fn outside(response: &Response) -> Judgement {
    let mut judgement = Judgement::default();
    content::parse(&response.headers, &response.body, &mut judgement);
    judgement
}

impl Judgement {
    /// Says where the body has numbers that are judged, like all, as the nearest ones that 64 bits hold.
    fn inexact(&mut self, bytes: &[u8]) {
        let text = self.body.is_some().then(|| std::str::from_utf8(bytes).ok()).flatten().unwrap_or_default();
        let places = match &NumberLiterals::parse(text).inexact()[..] {
            [] => return,
            [only] => format!("the number at {}", Location::Body(only.clone())),
            [first, ..] => format!("the number at {} and others", Location::Body(first.clone())),
        };
        self.not_checked(Rule::BodySchema, format!("more digits than are judged: {places}"));
    }
}

impl Contract {
    /// The schema as a summary; `any value` where none is declared.
    fn summary(&self, schema: Option<&Declared>) -> String {
        schema.map_or_else(|| "any value".to_owned(), |schema| schema_summary::summarize(self.refs(), &schema.anchor))
    }
}

/// What `value`, which came as a parameter or header, breaks of its schema.
fn parameter(contract: &Contract, rule: Rule, parameter: &Parameter, parsed: Parsed, judgement: &mut Judgement) {
    let location = |at: Pointer| location(parameter, at);
    let here = location(Pointer::root());
    let missing = || Difference::Missing { element: element(parameter), name: Some(parameter.name.clone()) };
    match parsed {
        Parsed::Empty => {}
        Parsed::Absent if !parameter.required => {}
        Parsed::Absent => {
            let breach = Breach::new(rule, "required", here.clone(), parameter.anchor.member("required"));
            judgement.breaches.push(breach.expected(contract.summary(parameter.schema.as_ref())).differs(missing()));
        }
        Parsed::Malformed { why, text } => {
            let schema = contract.summary(parameter.schema.as_ref());
            let (keyword, expected) = match &parameter.content {
                Some(media_type) => ("content", format!("{schema} as {media_type}")),
                None => ("style", format!("{schema} in style {}", parameter.style.word())),
            };
            let breach = Breach::new(rule, keyword, here, parameter.anchor.clone())
                .expected(expected)
                .differs(Difference::Serialization { reason: why });
            judgement.breaches.push(text.into_iter().fold(breach, Breach::actual));
        }
        Parsed::Value(mut value) => {
            let Some(schema) = &parameter.schema else {
                return judgement.not_checked(rule, format!("no schema is declared for {here}"));
            };
            let direction = if rule == Rule::Parameter { Direction::Request } else { Direction::Response };
            let Some(key) = schema.key else { return judgement.not_checked.push(NotChecked::not_compiled(rule)) };
            let subject = Subject { refs: contract.refs(), key, rule, location: &location, direction };
            let (breaches, not_checked) = contract.schemas.judge(subject, &mut value);
            judgement.breaches.extend(breaches);
            judgement.not_checked.extend(not_checked);
        }
    }
}

fn element(parameter: &Parameter) -> Element {
    match parameter.place {
        ParameterIn::Path => Element::PathParameter,
        ParameterIn::Query => Element::QueryParameter,
        ParameterIn::Header => Element::Header,
        ParameterIn::Cookie => Element::Cookie,
    }
}

fn location(parameter: &Parameter, at: Pointer) -> Location {
    let name = parameter.name.clone();
    match parameter.place {
        ParameterIn::Path => Location::PathParameter(name, at),
        ParameterIn::Query => Location::Query(name, at),
        ParameterIn::Header => Location::Header(name.to_lowercase(), at),
        ParameterIn::Cookie => Location::Cookie(name, at),
    }
}

#[cfg(test)]
mod tests;
