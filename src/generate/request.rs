//! Generates whole requests: parameters, credentials of the right form, and a body.

use serde_json::Value;

use crate::contract::judge;
use crate::contract::parameters::serialize;
use crate::contract::{
    Contract, Declared, Direction, MediaTypeObject, Operation, Parameter, ParameterIn, SecurityScheme, encoded_template,
};
use crate::http::{Headers, Request};

use super::content::{self, Content};
use super::solver;
use super::unsatisfied::Unsatisfied;
use super::value_style::ValueStyle;

/// A complete request, for tests of the generator: every parameter that can be generated, and a body.
#[cfg(test)]
pub(crate) fn example(contract: &Contract, operation: &Operation, style: ValueStyle) -> Result<Request, Unsatisfied> {
    let mut draft = Draft { contract, operation, parameters: Vec::new(), body: None };
    for parameter in parameters(contract, operation) {
        match made(contract, parameter, style) {
            Ok(part) => draft.parameters.push(part),
            Err(why) if parameter.required => return Err(why),
            Err(_) => {}
        }
    }
    draft.body = body(contract, operation, style)?;
    Ok(draft.request())
}

/// A starting point for people: required parts only, from the document's examples, and JSON if possible. Parts that cannot be
/// generated are approximate and may violate the contract.
pub(crate) fn first<'c>(contract: &'c Contract, operation: &'c Operation) -> Draft<'c> {
    let required = parameters(contract, operation).filter(|parameter| parameter.required);
    let part =
        |parameter| made(contract, parameter, ValueStyle::Plain).unwrap_or_else(|_| approximate(contract, parameter));
    let media = operation.request_body.iter().flat_map(|body| &body.content).find(|media| media.media_type.is_json());
    let body = media.and_then(|media| {
        let nearly = || solver::approximate(contract, media.schema.as_ref()?, Direction::Request);
        let value = body_value(contract, media, ValueStyle::Plain).ok().or_else(nearly)?;
        Some((content::serialize(contract, media, &value)?, value))
    });
    Draft { contract, operation, parameters: required.map(part).collect(), body }
}

/// A value for `parameter` from the document's examples, or generated; one that cannot be generated is approximate.
pub(crate) fn parameter_value(contract: &Contract, parameter: &Parameter) -> Value {
    made(contract, parameter, ValueStyle::Plain).unwrap_or_else(|_| approximate(contract, parameter)).value
}

/// The parts of a request.
pub(crate) struct Draft<'c> {
    contract: &'c Contract,
    operation: &'c Operation,
    /// Its parameters.
    pub parameters: Vec<Part<'c>>,
    /// Its content, and the value that was serialised.
    pub body: Option<(Content, Value)>,
}

/// A parameter with its value.
pub(crate) struct Part<'c> {
    /// The parameter.
    pub parameter: &'c Parameter,
    /// Its value.
    pub value: Value,
    /// Serialised.
    text: String,
}

impl Draft<'_> {
    /// The request, with placeholders for credentials.
    pub(crate) fn request(&self) -> Request {
        let mut written =
            SerializedRequest { path: encoded_template(&self.operation.path), ..SerializedRequest::default() };
        for Part { parameter, text, .. } in &self.parameters {
            written.add(parameter.location, &parameter.name, text);
        }
        written.credentials(self.contract, self.operation);
        let SerializedRequest { path, query, cookies, mut headers } = written;
        if !cookies.is_empty() {
            headers.append("cookie", cookies.join("; "));
        }
        if let Some((content, _)) = &self.body {
            headers.append("content-type", &content.media_type);
        }
        let url = if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) };
        let body = self.body.as_ref().map(|(content, _)| content.bytes.clone());
        Request { method: self.operation.method.clone(), url, headers, body, ..Request::default() }
    }
}

/// A request being written.
#[derive(Default)]
struct SerializedRequest {
    path: String,
    query: Vec<String>,
    cookies: Vec<String>,
    headers: Headers,
}

impl SerializedRequest {
    fn add(&mut self, place: ParameterIn, name: &str, text: &str) {
        match place {
            ParameterIn::Path => self.path = self.path.replace(&format!("{{{name}}}"), text),
            ParameterIn::Query if text.is_empty() => {}
            ParameterIn::Query => self.query.push(text.to_owned()),
            ParameterIn::Cookie if text.is_empty() => {}
            ParameterIn::Cookie => self.cookies.push(text.to_owned()),
            ParameterIn::Header => self.headers.append(name, text),
        }
    }

    /// Adds placeholders for credentials.
    fn credentials(&mut self, contract: &Contract, operation: &Operation) {
        let mut written = Vec::new();
        for scheme in schemes(contract, operation) {
            // Two schemes may name the same parameter.
            if written.contains(&scheme.place()) {
                continue;
            }
            written.push(scheme.place());
            match scheme {
                SecurityScheme::Basic => self.headers.append("authorization", "Basic dXNlcjpwYXNzd29yZA=="),
                SecurityScheme::Bearer => self.headers.append("authorization", "Bearer token"),
                SecurityScheme::OtherHttp(scheme) => self.headers.append("authorization", format!("{scheme} token")),
                SecurityScheme::ApiKey { location: ParameterIn::Header, name } => self.headers.append(name, "key"),
                SecurityScheme::ApiKey { location: ParameterIn::Cookie, name } => {
                    self.cookies.push(format!("{name}=key"))
                }
                SecurityScheme::ApiKey { name, .. } => {
                    let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
                    self.query.push(format!("{name}=key"));
                }
                SecurityScheme::MutualTls => {}
            }
        }
    }
}

/// The schemes of the first security requirement whose schemes do not share a header.
fn schemes<'c>(contract: &'c Contract, operation: &Operation) -> impl Iterator<Item = &'c SecurityScheme> {
    use SecurityScheme::{Basic, Bearer, OtherHttp};
    let schemes = &contract.security_schemes;
    let is_authorization = |name: &&String| matches!(schemes.get(*name), Some(Basic | Bearer | OtherHttp(_)));
    let mut requirements = operation.security.iter();
    let fitting = requirements.find(|one| one.schemes.iter().filter(is_authorization).count() < 2);
    fitting.into_iter().flat_map(|requirement| &requirement.schemes).filter_map(|name| schemes.get(name))
}

/// The parameters of the operation that are not sent as credentials.
fn parameters<'c>(contract: &'c Contract, operation: &'c Operation) -> impl Iterator<Item = &'c Parameter> {
    let places: Vec<_> = schemes(contract, operation).filter_map(SecurityScheme::place).collect();
    let is_sent = move |parameter: &&Parameter| {
        let is_same = |name: &str| match parameter.location {
            ParameterIn::Header => parameter.name.eq_ignore_ascii_case(name),
            _ => parameter.name == name,
        };
        places.iter().any(|(place, name)| *place == parameter.location && is_same(name))
    };
    operation.parameters.iter().filter(move |parameter| !is_sent(parameter))
}

fn made<'c>(contract: &Contract, parameter: &'c Parameter, style: ValueStyle) -> Result<Part<'c>, Unsatisfied> {
    let made = |style| {
        let value = solver::parameter(contract, parameter, Direction::Request, style)?;
        let text = serialize(parameter, &value);
        let text = text.map_err(|why| Unsatisfied { anchor: parameter.anchor.clone(), why })?;
        Ok(Part { parameter, value, text })
    };
    // A parameter style that cannot represent the realistic value may represent a plain one.
    made(style).or_else(|why| if style == ValueStyle::Plain { Err(why) } else { made(ValueStyle::Plain) })
}

/// A parameter with a value that may violate the contract.
fn approximate<'c>(contract: &Contract, parameter: &'c Parameter) -> Part<'c> {
    let schema = parameter.schema.as_ref();
    let value = schema.and_then(|schema| solver::approximate(contract, schema, Direction::Request));
    let value = value.unwrap_or_else(|| "text".into());
    let text = serialize(parameter, &value).unwrap_or_else(|_| "text".to_owned());
    Part { parameter, value, text }
}

/// Content of the first media type that can be generated, and its value.
#[cfg(test)]
fn body(
    contract: &Contract,
    operation: &Operation,
    style: ValueStyle,
) -> Result<Option<(Content, Value)>, Unsatisfied> {
    let Some(declared) = &operation.request_body else { return Ok(None) };
    let mut why = None;
    for media in &declared.content {
        match body_value(contract, media, style) {
            Ok(value) => {
                if let Some(content) = content::serialize(contract, media, &value) {
                    return Ok(Some((content, value)));
                }
            }
            Err(unsatisfied) => why = Some(unsatisfied),
        }
    }
    match (declared.required, why) {
        (false, _) => Ok(None),
        (true, Some(why)) => Err(why),
        (true, None) => Err(Unsatisfied {
            anchor: declared.anchor.clone(),
            why: "none of its media types can be generated".to_owned(),
        }),
    }
}

/// The example of a body if it conforms to the schema, else a generated value.
fn body_value(contract: &Contract, media: &MediaTypeObject, style: ValueStyle) -> Result<Value, Unsatisfied> {
    let given = media.examples.first().filter(|_| style == ValueStyle::Plain).and_then(|(_, at)| contract.value(at));
    let keeps =
        |schema: &Declared, given: &Value| judge::body_value(contract, schema, Direction::Request, given).is_empty();
    if let Some(items) = &media.items {
        return Ok(Value::Array(vec![solver::example(contract, items, Direction::Request, style)?]));
    }
    match (given, &media.schema) {
        (Some(given), None) => Ok(given.clone()),
        (Some(given), Some(schema)) if keeps(schema, given) => Ok(given.clone()),
        (_, Some(schema)) => solver::example(contract, schema, Direction::Request, style),
        (None, None) => Ok("text".into()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::contract::load::load;

    const SPEC: &str = r##"
openapi: 3.1.0
info: { title: Shop, version: "1" }
paths:
  /orders/{id}/{kind}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: integer, minimum: 7 } }
      - { name: kind, in: path, required: true, style: matrix, explode: true, schema: { type: array, minItems: 2, items: { enum: [ a b, c ] } } }
      - { name: filter, in: query, style: deepObject, explode: true, schema: { type: object, required: [ from ], properties: { from: { type: string, format: date } } } }
      - { name: page, in: query, required: true, schema: { type: integer, example: 3 } }
      - { name: odd, in: query, schema: { type: array, minItems: 1, items: { type: array, minItems: 1 } } }
      - { name: X-Trace, in: header, schema: { type: string, pattern: "^[0-9a-f]{8}$" } }
      - { name: session, in: cookie, schema: { type: string } }
      - { name: "api key", in: query, required: true, schema: { type: string } }
    post:
      operationId: json
      security: [ { one: [], two: [] }, { one: [], key: [], same: [], cookie: [] } ]
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } }
      responses: { "200": { description: done } }
  /form: { post: { operationId: form, requestBody: { required: true, content: { application/x-www-form-urlencoded: { schema: { $ref: "#/components/schemas/Order" } } } }, responses: { "200": { description: done } } } }
  /multipart: { post: { operationId: multipart, requestBody: { required: true, content: { multipart/form-data: { schema: { $ref: "#/components/schemas/Order" } } } }, responses: { "200": { description: done } } } }
  /xml: { post: { operationId: xml, security: [ { digest: [] }, {} ], requestBody: { required: true, content: { application/xml: { schema: { $ref: "#/components/schemas/Order" } } } }, responses: { "200": { description: done } } } }
  /lines: { post: { operationId: lines, requestBody: { required: true, content: { application/jsonl: { schema: { type: array, items: { type: integer } } } } }, responses: { "200": { description: done } } } }
  /text: { post: { operationId: text, requestBody: { required: true, content: { text/*: { schema: { type: string, maxLength: 3 } } } }, responses: { "200": { description: done } } } }
  /never: { post: { operationId: never, requestBody: { required: true, content: { application/json: { schema: false } } }, responses: { "200": { description: done } } } }
components:
  securitySchemes:
    one: { type: http, scheme: basic }
    two: { type: http, scheme: bearer }
    digest: { type: http, scheme: Digest }
    key: { type: apiKey, in: query, name: "api key" }
    same: { type: apiKey, in: query, name: "api key" }
    cookie: { type: apiKey, in: cookie, name: sid }
  schemas:
    Order:
      type: object
      required: [ id, tags, note ]
      xml: { name: order }
      properties:
        id: { type: integer, xml: { attribute: true } }
        tags: { type: array, minItems: 2, items: { type: string, xml: { name: tag } }, xml: { wrapped: true } }
        lines: { type: array, items: { type: object, properties: { sku: { type: string } } } }
        note: { type: string, example: "a & b < c" }
"##;

    #[test]
    fn requests_keep_the_contract_in_every_layout() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("shop.yaml"), SPEC).expect("written");
        let contract = load(folder.path(), Path::new("shop.yaml")).unwrap_or_else(|problems| panic!("{problems:?}"));
        let told = contract.operations.iter().map(|operation| {
            let made = match example(&contract, operation, ValueStyle::Plain) {
                Ok(made) => made,
                Err(why) => return format!("{}: {}: {why}", operation.name, contract.place(&why.anchor)),
            };
            assert_eq!(judge::request(&contract, operation, &made).breaches, [], "{made:?}");
            let lively = example(&contract, operation, ValueStyle::Realistic(3)).expect("a request");
            assert_eq!(judge::request(&contract, operation, &lively).breaches, [], "{lively:?}");
            let lines: String = made.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
            let body = String::from_utf8_lossy(made.body.as_deref().unwrap_or_default()).replace('\r', "");
            format!("{} {}\n{lines}\n{body}", made.method, made.url)
        });
        insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n----\n"));
    }
}
