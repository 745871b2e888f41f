//! Values of the variables of a request: those of the script, else what the document expects there.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::contract::{Contract, Location, Operation, ParameterIn};
use crate::generate::request;
use crate::http::{Headers, Request};
use crate::pointer::Pointer;

use super::super::exchanges::decoded_name;
use super::super::recorded_variables::{Piece, RecordedVariables};
use super::structured;

/// The variables of a case file and their values.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// Defaults of the script.
    pub defaults: BTreeMap<String, String>,
    /// The variables so far.
    pub known: Map<String, Value>,
}

/// Where a request reads variables.
struct Reads<'a> {
    marks: &'a RecordedVariables,
    /// The body as text.
    text: &'a str,
    /// Expression, location, and the value that the document suggests.
    found: Vec<(String, Location, Option<Value>)>,
}

/// A request whose variables have values.
pub(super) struct Valued {
    /// The request with the final names of its variables.
    pub request: Request,
    /// The same with values in place of variables.
    pub filled: Request,
    /// Locations whose values nobody knows.
    pub unknown: Vec<Location>,
}

impl Values {
    /// Gives the variables of `request` values. Two commands that use one name for different things get two variables.
    pub(super) fn fill(
        &mut self,
        contract: &Contract,
        route: Option<(&Operation, &[(String, String)])>,
        request: &Request,
        marks: &RecordedVariables,
    ) -> Valued {
        let reads = Reads::new(contract, route, request, marks);
        let mut names = BTreeMap::new();
        let mut unknown = Vec::new();
        for (expression, location, suggested) in reads.found {
            let is_known = suggested.is_some() || self.defaults.contains_key(&expression);
            if expression.starts_with("env.") || !is_known {
                unknown.push(location);
            }
            if !expression.starts_with("env.") && (suggested.is_some() || !names.contains_key(&expression)) {
                let name = self.name(&expression, suggested);
                names.insert(expression, name);
            }
        }
        let renamed = |expression: &str| marks.mark(names.get(expression).map_or(expression, String::as_str));
        let value = |expression: &str| {
            let value = names.get(expression).and_then(|name| self.known.get(name));
            value.map_or_else(
                || "value".to_owned(),
                |value| value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            )
        };
        Valued { filled: mapped(request, marks, value), request: mapped(request, marks, renamed), unknown }
    }

    /// The request with the defaults of the script in place of variables, and nothing in place of others.
    pub(super) fn with_defaults(&self, request: &Request, marks: &RecordedVariables) -> Request {
        mapped(request, marks, |expression| self.defaults.get(expression).cloned().unwrap_or_default())
    }

    /// The variable for `name` with the value that the document suggests.
    fn name(&mut self, name: &str, suggested: Option<Value>) -> String {
        let default = self.defaults.get(name).map(|text| Value::from(text.as_str()));
        let is_suggested = suggested.is_some();
        let value = default.or(suggested).unwrap_or_else(|| Value::from(name));
        for number in 1_usize.. {
            let candidate = if number == 1 { name.to_owned() } else { format!("{name}_{number}") };
            match self.known.get(&candidate) {
                None => {
                    self.known.insert(candidate.clone(), value);
                    return candidate;
                }
                Some(held) if *held == value || !is_suggested => return candidate,
                Some(held) if held.as_str() == Some(name) => {
                    // Nothing better was known before.
                    self.known.insert(candidate.clone(), value);
                    return candidate;
                }
                Some(_) => {}
            }
        }
        name.to_owned()
    }
}

/// The request with every placeholder replaced.
fn mapped(request: &Request, marks: &RecordedVariables, value: impl Fn(&str) -> String) -> Request {
    let fill = |text: &str| marks.fill(text, &value);
    let body = request.body.as_ref().map(|bytes| match std::str::from_utf8(bytes) {
        Ok(text) => fill(text).into(),
        Err(_) => bytes.clone(),
    });
    let headers: Headers = request.headers.iter().map(|(name, text)| (name.to_owned(), fill(text))).collect();
    Request { method: fill(&request.method), url: fill(&request.url), headers, body, ..Request::default() }
}

impl<'a> Reads<'a> {
    fn new(
        contract: &Contract,
        route: Option<(&Operation, &[(String, String)])>,
        request: &'a Request,
        marks: &'a RecordedVariables,
    ) -> Self {
        let text = request.body.as_ref().and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
        let mut reads = Self { marks, text, found: Vec::new() };
        let suggest = |place: ParameterIn, name: &str, text: &str| {
            let is_whole = matches!(marks.pieces(text)[..], [Piece::Expression(_)]);
            let parameter = route.filter(|_| is_whole)?.0.parameter(place, name)?;
            scalar(request::parameter_value(contract, parameter))
        };
        for (name, raw) in route.map_or(&[][..], |(_, path)| path) {
            let location = Location::PathParameter(name.clone(), Pointer::root());
            reads.add(raw, &location, || suggest(ParameterIn::Path, name, raw));
        }
        for pair in request.query().into_iter().flat_map(|query| query.split('&')) {
            let (name, raw) = (decoded_name(pair), pair.split_once('=').map_or("", |(_, raw)| raw));
            let location = Location::Query(name.clone(), Pointer::root());
            reads.add(raw, &location, || suggest(ParameterIn::Query, &name, raw));
        }
        for (name, text) in request.headers.iter() {
            let location = Location::Header(name.to_ascii_lowercase(), Pointer::root());
            reads.add(text, &location, || suggest(ParameterIn::Header, name, text));
        }
        let has_variables = marks.pieces(text).iter().any(|piece| matches!(piece, Piece::Expression(_)));
        match structured::json(text, marks).filter(|_| has_variables) {
            Some(value) => {
                let example = route.and_then(|(operation, _)| request::first(contract, operation).body);
                reads.body(&value, &Pointer::root(), example.as_ref().map(|(_, value)| value));
            }
            None => reads.add(text, &Location::Body(Pointer::root()), || None),
        }
        // Segments that are no parameter, and everything outside the contract.
        let rest = [request.method.as_str(), request.url.as_str()].concat();
        reads.add(&rest, &Location::Path, || None);
        reads
    }

    /// Adds the variables of a JSON value at `at` of the body.
    fn body(&mut self, value: &Value, at: &Pointer, example: Option<&Value>) {
        match value {
            Value::String(held) => {
                let is_quoted = self.text.contains(&format!("\"{held}\""));
                let suggested = || match (example?, is_quoted) {
                    (Value::String(example), _) => Some(Value::from(example.as_str())),
                    (example @ (Value::Number(_) | Value::Bool(_)), false) => Some(example.clone()),
                    _ => None,
                };
                let is_whole = matches!(self.marks.pieces(held)[..], [Piece::Expression(_)]);
                self.add(held, &Location::Body(at.clone()), || suggested().filter(|_| is_whole));
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.body(item, &at.join(index), example.and_then(|example| example.get(index)));
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    self.body(member, &at.join(name), example.and_then(|example| example.get(name)));
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, text: &str, location: &Location, suggest: impl Fn() -> Option<Value>) {
        for piece in self.marks.pieces(text) {
            if let Piece::Expression(expression) = piece
                && (*location != Location::Path || !self.found.iter().any(|(held, ..)| held == expression))
            {
                self.found.push((expression.to_owned(), location.clone(), suggest()));
            }
        }
    }
}

/// A value that can be part of a text: that of a list is its first item.
fn scalar(value: Value) -> Option<Value> {
    match value {
        Value::Array(items) => items.into_iter().next().and_then(scalar),
        Value::Object(_) | Value::Null => None,
        scalar => Some(scalar),
    }
}
