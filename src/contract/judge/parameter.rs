//! Judges parameters and headers against their schemas.

use serde_json::Value;

use crate::contract::parameters::{self, Parsed, Wire};
use crate::contract::schema::Subject;
use crate::contract::{
    Breach, Contract, Declared, Direction, Judgement, Location, NotChecked, Parameter, ParameterIn, Rule,
    schema_summary,
};
use crate::difference::{Difference, Element};
use crate::http::Headers;
use crate::pointer::Pointer;

use super::inexact::{self, Standard};

/// The summary of a schema; `any value` where none is declared.
pub(super) fn expected_value(contract: &Contract, schema: Option<&Declared>) -> String {
    schema.map_or_else(|| "any value".to_owned(), |schema| schema_summary::summarize(contract.refs(), &schema.anchor))
}

/// The parameters or headers of one message, to be judged one by one.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The rule that they violate.
    pub rule: Rule,
    /// All parameters of the operation; empty for headers of a response or part.
    pub siblings: &'a [Parameter],
    /// The parts of the message that contain them.
    pub wire: &'a Wire<'a>,
}

impl Fields<'_> {
    /// Adds to `judgement` what the field violates that `parameter` declares. Each line of `Set-Cookie` is a value.
    pub(super) fn judge(&self, parameter: &Parameter, judgement: &mut Judgement) {
        let lines: Vec<&str> = self.wire.headers.all(&parameter.name).collect();
        // Bytes that are not UTF-8 are opaque (RFC 9110 §5.5).
        if parameter.location == ParameterIn::Header
            && lines.iter().any(|line| line.contains(char::REPLACEMENT_CHARACTER))
        {
            let here = location(parameter, Pointer::root());
            return judgement.not_checked(self.rule, format!("{here} is not checked: it is not UTF-8"));
        }
        if lines.len() < 2 || !parameters::is_set_cookie(parameter) || parameter.shape.array.is_some() {
            return self.judge_field(parameter, judgement);
        }
        for line in lines {
            let headers: Headers = [(parameter.name.as_str(), line)].into_iter().collect();
            let wire = Wire { headers: &headers, ..*self.wire };
            Fields { wire: &wire, ..*self }.judge_field(parameter, judgement);
        }
    }

    fn judge_field(&self, parameter: &Parameter, judgement: &mut Judgement) {
        let mut own = Judgement::default();
        self.parsed(parameter, parameters::parse(parameter, self.siblings, self.wire), &mut own);
        if !own.breaches.is_empty() {
            let conforming = parameters::readings(parameter, self.siblings, self.wire).find_map(|value| {
                let mut other = Judgement::default();
                self.value(parameter, value, &mut other);
                other.breaches.is_empty().then_some(other)
            });
            own = conforming.unwrap_or(own);
        }
        judgement.breaches.append(&mut own.breaches);
        judgement.not_checked.append(&mut own.not_checked);
    }

    fn parsed(&self, parameter: &Parameter, parsed: Parsed, judgement: &mut Judgement) {
        let here = location(parameter, Pointer::root());
        let expected = || expected_value(self.contract, parameter.schema.as_ref());
        match parsed {
            Parsed::Empty => {}
            Parsed::Absent if !parameter.required => {}
            Parsed::Absent => {
                let missing = Difference::Missing { element: element(parameter), name: Some(parameter.name.clone()) };
                let breach = Breach::new(self.rule, "required", here, parameter.anchor.member("required"));
                judgement.breaches.push(breach.expected(expected()).differs(missing));
            }
            Parsed::Malformed { why, text } => {
                let (keyword, expected) = match &parameter.content {
                    Some(media_type) => ("content", format!("{} as {media_type}", expected())),
                    None => ("style", format!("{} in style {}", expected(), parameter.style.word())),
                };
                let breach = Breach::new(self.rule, keyword, here, parameter.anchor.clone())
                    .expected(expected)
                    .differs(Difference::Serialization { reason: why });
                judgement.breaches.push(text.into_iter().fold(breach, Breach::actual));
            }
            Parsed::Undefined(why) => judgement.not_checked(self.rule, why),
            Parsed::Value(value) => self.value(parameter, value, judgement),
        }
    }

    fn value(&self, parameter: &Parameter, mut value: Value, judgement: &mut Judgement) {
        let location = |at: Pointer| location(parameter, at);
        let Some(schema) = &parameter.schema else {
            return judgement
                .not_checked(self.rule, format!("no schema is declared for {}", location(Pointer::root())));
        };
        let rule = self.rule;
        let direction = if rule == Rule::Parameter { Direction::Request } else { Direction::Response };
        let Some(key) = schema.key else { return judgement.not_checked.push(NotChecked::not_compiled(rule)) };
        let (schemas, refs) = (&self.contract.schemas, self.contract.refs());
        let subject = Subject { refs, key, rule, location: &location, direction };
        let literals = parameters::inexact_numbers(parameter, (self.siblings, self.wire), &value);
        let standard = Standard { schemas, refs, rule, location: &location };
        let verdict = inexact::judge(standard, &literals, &mut value, &mut |value| schemas.judge(subject, value));
        let (breaches, not_checked) = inexact::without_range(verdict, rule, &value);
        judgement.breaches.extend(breaches);
        judgement.not_checked.extend(not_checked);
    }
}

fn element(parameter: &Parameter) -> Element {
    match parameter.location {
        ParameterIn::Path => Element::PathParameter,
        ParameterIn::Query => Element::QueryParameter,
        ParameterIn::Header => Element::Header,
        ParameterIn::Cookie => Element::Cookie,
    }
}

fn location(parameter: &Parameter, at: Pointer) -> Location {
    let name = parameter.name.clone();
    match parameter.location {
        ParameterIn::Path => Location::PathParameter(name, at),
        ParameterIn::Query => Location::Query(name, at),
        ParameterIn::Header => Location::Header(name.to_lowercase(), at),
        ParameterIn::Cookie => Location::Cookie(name, at),
    }
}
