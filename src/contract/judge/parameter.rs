//! Judges a parameter or header, once it is parsed, against its schema.

use crate::contract::parameters::Parsed;
use crate::contract::schema::Subject;
use crate::contract::{
    Breach, Contract, Declared, Direction, Judgement, Location, NotChecked, Parameter, ParameterIn, Rule,
    schema_summary,
};
use crate::difference::{Difference, Element};
use crate::pointer::Pointer;

/// The summary of a schema; `any value` where none is declared.
pub(super) fn expected_value(contract: &Contract, schema: Option<&Declared>) -> String {
    schema.map_or_else(|| "any value".to_owned(), |schema| schema_summary::summarize(contract.refs(), &schema.anchor))
}

/// Adds to `judgement` what a parsed parameter or header violates.
pub(super) fn judge(contract: &Contract, rule: Rule, parameter: &Parameter, parsed: Parsed, judgement: &mut Judgement) {
    let location = |at: Pointer| location(parameter, at);
    let here = location(Pointer::root());
    let missing = || Difference::Missing { element: element(parameter), name: Some(parameter.name.clone()) };
    match parsed {
        Parsed::Empty => {}
        Parsed::Absent if !parameter.required => {}
        Parsed::Absent => {
            let breach = Breach::new(rule, "required", here.clone(), parameter.anchor.member("required"));
            judgement
                .breaches
                .push(breach.expected(expected_value(contract, parameter.schema.as_ref())).differs(missing()));
        }
        Parsed::Malformed { why, text } => {
            let schema = expected_value(contract, parameter.schema.as_ref());
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
