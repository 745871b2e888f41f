//! A whole request that keeps the contract: every parameter that can be made, credentials of the right form, a body.

use serde_json::Value;

use crate::contract::judge;
use crate::contract::parameters::serialize;
use crate::contract::{Contract, Declared, Direction, Operation, Parameter, ParameterIn, SecurityScheme};
use crate::http::{Headers, Request};

use super::content::{self, Content};
use super::value::{self, Look, Unsatisfied};

/// The request; what is required and cannot be made is an error.
pub fn example(contract: &Contract, operation: &Operation, look: Look) -> Result<Request, Unsatisfied> {
    let mut making = Making {
        contract,
        path: operation.path.clone(),
        query: Vec::new(),
        cookies: Vec::new(),
        headers: Headers::default(),
    };
    for parameter in &operation.parameters {
        match made(contract, parameter, look) {
            Ok(text) => making.add(parameter.place, &parameter.name, text),
            Err(why) if parameter.required => return Err(why),
            Err(_) => {}
        }
    }
    making.credentials(operation);
    let body = body(contract, operation, look)?;
    let Making { path, query, cookies, mut headers, .. } = making;
    if !cookies.is_empty() {
        headers.append("cookie", cookies.join("; "));
    }
    if let Some(body) = &body {
        headers.append("content-type", &body.media_type);
    }
    let url = if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) };
    Ok(Request { method: operation.method.clone(), url, headers, body: body.map(|body| body.bytes) })
}

/// The parts of a request so far.
struct Making<'c> {
    contract: &'c Contract,
    path: String,
    query: Vec<String>,
    cookies: Vec<String>,
    headers: Headers,
}

impl Making<'_> {
    fn add(&mut self, place: ParameterIn, name: &str, text: String) {
        match place {
            ParameterIn::Path => self.path = self.path.replace(&format!("{{{name}}}"), &text),
            ParameterIn::Query if text.is_empty() => {}
            ParameterIn::Query => self.query.push(text),
            ParameterIn::Cookie if text.is_empty() => {}
            ParameterIn::Cookie => self.cookies.push(text),
            ParameterIn::Header => self.headers.append(name, text),
        }
    }

    /// What the first requirement asks for whose schemes do not all want the same header line.
    fn credentials(&mut self, operation: &Operation) {
        use SecurityScheme::{Basic, Bearer, OtherHttp};
        let schemes = &self.contract.security_schemes;
        let is_authorization = |name: &&String| matches!(schemes.get(*name), Some(Basic | Bearer | OtherHttp(_)));
        let mut requirements = operation.security.iter();
        let fitting = requirements.find(|one| one.schemes.iter().filter(is_authorization).count() < 2);
        let required = fitting.into_iter().flat_map(|requirement| &requirement.schemes);
        for scheme in required.filter_map(|name| schemes.get(name)) {
            match scheme {
                SecurityScheme::Basic => self.headers.append("authorization", "Basic dXNlcjpwYXNzd29yZA=="),
                SecurityScheme::Bearer => self.headers.append("authorization", "Bearer token"),
                SecurityScheme::OtherHttp(scheme) => self.headers.append("authorization", format!("{scheme} token")),
                SecurityScheme::ApiKey { place: ParameterIn::Header, name } => self.headers.append(name, "key"),
                SecurityScheme::ApiKey { place: ParameterIn::Cookie, name } => self.cookies.push(format!("{name}=key")),
                SecurityScheme::ApiKey { name, .. } => {
                    let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
                    self.query.push(format!("{name}=key"));
                }
                SecurityScheme::MutualTls => {}
            }
        }
    }
}

/// The parameter's text on the wire.
fn made(contract: &Contract, parameter: &Parameter, look: Look) -> Result<String, Unsatisfied> {
    let made = |look| {
        let value = value::parameter(contract, parameter, Direction::Request, look)?;
        serialize(parameter, &value).map_err(|why| Unsatisfied { anchor: parameter.anchor.clone(), why })
    };
    // A style that cannot hold what looks real may hold what is plain.
    made(look).or_else(|why| if look == Look::Plain { Err(why) } else { made(Look::Plain) })
}

/// Content of the first media type that can be made.
fn body(contract: &Contract, operation: &Operation, look: Look) -> Result<Option<Content>, Unsatisfied> {
    let Some(declared) = &operation.request_body else { return Ok(None) };
    let mut why = None;
    for media in &declared.content {
        let given = media.examples.first().filter(|_| look == Look::Plain).and_then(|(_, at)| contract.value(at));
        let keeps =
            |schema: &Declared, given: &Value| judge::value(contract, schema, Direction::Request, given).is_empty();
        let value = match (given, media.items.as_ref().or(media.schema.as_ref())) {
            (Some(given), None) => Ok(given.clone()),
            (Some(given), Some(schema)) if keeps(schema, given) => Ok(given.clone()),
            (_, Some(schema)) => value::example(contract, schema, Direction::Request, look),
            (None, None) => Ok("text".into()),
        };
        match value.map(|value| content::of(contract, media, &value)) {
            Ok(Some(content)) => return Ok(Some(content)),
            Ok(None) => {}
            Err(unsatisfied) => why = Some(unsatisfied),
        }
    }
    match (declared.required, why) {
        (false, _) => Ok(None),
        (true, Some(why)) => Err(why),
        (true, None) => {
            Err(Unsatisfied { anchor: declared.anchor.clone(), why: "no media type of it can be made".to_owned() })
        }
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
    post:
      operationId: json
      security: [ { one: [], two: [] }, { one: [], key: [], cookie: [] } ]
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
            let made = match example(&contract, operation, Look::Plain) {
                Ok(made) => made,
                Err(why) => return format!("{}: {}: {why}", operation.name, contract.place(&why.anchor)),
            };
            assert_eq!(judge::request(&contract, operation, &made).breaches, [], "{made:?}");
            let lively = example(&contract, operation, Look::Lifelike(3)).expect("a request");
            assert_eq!(judge::request(&contract, operation, &lively).breaches, [], "{lively:?}");
            let lines: String = made.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
            let body = String::from_utf8_lossy(made.body.as_deref().unwrap_or_default()).replace('\r', "");
            format!("{} {}\n{lines}\n{body}", made.method, made.url)
        });
        insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n----\n"));
    }
}
