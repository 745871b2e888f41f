//! Judges parameters and headers against their schemas.

use serde_json::Value;

use crate::contract::parameters::{self, Parsed, Reading, Wire};
use crate::contract::schema::Subject;
use crate::contract::{
    Breach, Contract, Declared, Direction, Judgement, Location, NotChecked, Parameter, ParameterIn, Rule, Style,
    schema_summary,
};
use crate::difference::{Difference, Element};
use crate::http::Headers;
use crate::pointer::Pointer;

use super::inexact::{self, Standard};
use super::reading::{Readings, TOO_MANY};

/// Why a text that violates its schema is not checked if its types may be others.
pub(super) const INCOMPLETE: &str =
    "not all of its types are known, since its schema is too large or has references that cannot be followed";

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
            let readings = parameters::readings(parameter, self.siblings, self.wire);
            let mut judged = readings.map(|reading| self.reading(parameter, reading));
            own = judged.find(|other| other.breaches.is_empty()).unwrap_or(own);
        }
        let is_nested = |breach: &mut Breach| is_nested(parameter, breach);
        if own.breaches.extract_if(.., is_nested).count() > 0 {
            let here = location(parameter, Pointer::root());
            let reason = format!(
                "{here} is not checked: how style {} writes nested values is undefined",
                parameter.style.word()
            );
            judgement.not_checked(self.rule, reason);
        }
        if parameter.shape.is_incomplete && !own.breaches.is_empty() {
            let here = location(parameter, Pointer::root());
            return judgement.not_checked(self.rule, format!("{here} is not checked: {INCOMPLETE}"));
        }
        judgement.breaches.append(&mut own.breaches);
        judgement.not_checked.append(&mut own.not_checked);
    }

    /// Judges the value with the fewest breaches of those that the reading allows.
    fn reading(&self, parameter: &Parameter, reading: Reading) -> Judgement {
        let judged = |value: &Value| {
            let mut judgement = Judgement::default();
            self.value(parameter, value.clone(), &mut judgement);
            judgement
        };
        let readings = Readings { value: reading.value, others: reading.others, ..Readings::default() };
        let chosen = readings.choose(&mut |value| judged(value).breaches);
        let mut judgement = judged(&chosen.value);
        judgement.breaches.retain(|breach| !chosen.is_undecided(&breach.location));
        if !chosen.undecided.is_empty() {
            let here = location(parameter, Pointer::root());
            judgement.not_checked(self.rule, format!("{here} is not checked: {TOO_MANY}"));
        }
        judgement
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

/// Whether the breach is about an array or an object within another one, for which the styles have no form.
fn is_nested(parameter: &Parameter, breach: &Breach) -> bool {
    let Some(at) = breach.location.pointer().filter(|_| parameter.content.is_none() && breach.keyword != "required")
    else {
        return false;
    };
    let token = at.tokens().next();
    // What deepObject leaves undefined is known before.
    let is_styled = parameter.style != Style::DeepObject && (token.is_some() || breach.keyword == "style");
    is_styled && parameter.shape.is_nested(token.as_deref())
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
