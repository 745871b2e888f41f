//! The example of a request that a request equals: the response example of the same name is its response.

use serde_json::Value;

use crate::contract::parameters::{Parsed, Wire, parse};
use crate::contract::{Anchor, Contract, Judgement, Operation};
use crate::http::{MediaType, Request};

/// The name of the first response example whose namesakes among the examples of the parameters and the request body all equal the
/// request; none if there is no such example. `judgement` is that of the request, which is valid.
pub(super) fn find<'c>(
    contract: &'c Contract,
    operation: &'c Operation,
    path: &[(String, String)],
    request: &Request,
    judgement: &Judgement,
) -> Option<&'c str> {
    let wire = Wire { path, query: request.query(), headers: &request.headers };
    let named = |examples: &'c [(String, Anchor)], name: &str| {
        let anchor = examples.iter().find(|(held, _)| held == name).map(|(_, anchor)| anchor);
        anchor.and_then(|anchor| contract.value(anchor))
    };
    let equals = |name: &str| {
        let parameters = operation.parameters.iter().filter_map(|parameter| {
            let example = named(&parameter.examples, name)?;
            let parsed = parse(parameter, &operation.parameters, &wire);
            Some(matches!(parsed, Parsed::Value(value) if is_equal(&value, example)))
        });
        let body = operation.request_body.as_ref().and_then(|body| {
            let actual = request.headers.get("content-type").and_then(MediaType::of_line)?;
            let media = body.content.iter().filter(|media| media.media_type.covers(&actual).is_some());
            let example = media.into_iter().find_map(|media| named(&media.examples, name))?;
            Some(judgement.value().is_some_and(|actual| is_equal(actual, example)))
        });
        let mut all = parameters.chain(body).peekable();
        all.peek().is_some() && all.all(|is_equal| is_equal)
    };
    let media = operation.responses.iter().flat_map(|response| &response.content);
    let names = media.flat_map(|media| media.examples.iter().map(|(name, _)| name.as_str()));
    names.into_iter().find(|name| equals(name))
}

/// Whether two values are equal, numbers by their value.
fn is_equal(actual: &Value, example: &Value) -> bool {
    match (actual, example) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64().is_some_and(|a| Some(a) == b.as_f64()),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            let has = |(name, value): (&String, &Value)| b.get(name).is_some_and(|other| is_equal(value, other));
            a.len() == b.len() && a.iter().all(has)
        }
        (actual, example) => actual == example,
    }
}
