//! Clauses of the parameters of an operation. That a name in the query is not declared is no clause: the document does not forbid it.

use std::sync::Arc;

use crate::contract::clause::impossible::Impossible;
use crate::contract::clause::location::{ClauseLocation, Part};
use crate::contract::clause::tree::ParameterPlace;
use crate::contract::clause::verb::{Aspect, Verb};
use crate::contract::{Operation, Parameter, ParameterIn, Style};

use super::collector::{keyword, object};
use super::side::{Side, Writing};
use super::spot::{Spot, SpotKind};
use super::subject::{Derived, Subject};
use super::walker::Walkers;
use super::writable;

/// Adds the clauses of each parameter.
pub(super) fn clauses(walkers: &Walkers<'_>, operation: &Operation, derived: &mut Derived) {
    for parameter in &operation.parameters {
        let place = of_parameter(walkers, parameter, derived);
        derived.messages.parameters.push(place);
    }
}

fn of_parameter(walkers: &Walkers<'_>, parameter: &Parameter, derived: &mut Derived) -> ParameterPlace {
    let name: Arc<str> = match parameter.location {
        ParameterIn::Header => parameter.name.to_lowercase().into(),
        _ => parameter.name.as_str().into(),
    };
    let at = ClauseLocation::new(Part::Parameter(parameter.location, name));
    let source = || object(&parameter.anchor);
    let present = derived.found.add(Verb::Sends(at.clone(), Aspect::Present), source());
    let mut absent = None;
    if parameter.required {
        let impossible = (parameter.location == ParameterIn::Path).then_some(Impossible::PathParameterMissing);
        // A path parameter may be required without saying so.
        let source = if impossible.is_some() { source() } else { keyword(&parameter.anchor, "required") };
        derived.found.add_unless(Verb::Violates("required", Some(at.clone())), source, impossible);
    } else {
        absent = derived.found.add(Verb::Omits(at.clone()), source());
    }
    match &parameter.content {
        None => {
            if has_malformed_texts(parameter) {
                derived.found.add(Verb::Violates("style", Some(at.clone())), source());
            }
        }
        Some(content) if content.is_json() => {
            derived.found.add(Verb::Violates("content", Some(at.clone())), source());
        }
        Some(_) => {}
    }
    let writing = match &parameter.content {
        None => Writing::Style(parameter),
        Some(content) if content.is_json() => Writing::Json,
        Some(_) => Writing::Field,
    };
    let spot = Spot { at: at.clone(), kind: SpotKind::Root, absent: None };
    let place = match &parameter.schema {
        Some(schema) => walkers.walk(derived, Subject { side: Side::Request, writing, at }, &schema.anchor),
        None => derived.messages.places.add(),
    };
    derived.messages.places.at_mut(place).present = present;
    for (name, value) in &parameter.examples {
        let example = walkers.contract.value(value);
        let impossible = example.and_then(|example| writable::value(example, &spot, writing));
        let id = derived.found.add_unless(Verb::SendsExample(name.as_str().into()), object(value), impossible);
        derived.messages.places.at_mut(place).examples.extend(id.map(|id| (Arc::new(value.clone()), id)));
    }
    ParameterPlace { absent, place }
}

/// Whether texts may violate the style of the parameter: they lack its prefix, half of a pair, or are several for one. That every text
/// may have wrong percent-encoding is no statement of the contract.
fn has_malformed_texts(parameter: &Parameter) -> bool {
    let Parameter { location, style, explode, shape, .. } = parameter;
    let is_named = matches!(location, ParameterIn::Query | ParameterIn::Cookie);
    match style {
        Style::Label { .. } | Style::Matrix => true,
        Style::DeepObject => false,
        _ if shape.object.is_some() => !explode || !is_named,
        _ => shape.array.is_some() && is_named && !explode,
    }
}
