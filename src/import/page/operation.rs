//! The document of an operation that commands and responses show. What they do not show is inferred, in actions of an overlay.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::super::curl::{Expected, IsSensitive};
use super::expectation::expected_body;
use super::infer::Inference;
use super::page_document::PageDocument;
use super::prose;
use super::samples::{Sample, ShownOperation, hide};

/// The status of a response that a page shows without one.
const ASSUMED_STATUS: u16 = 200;

/// What is read of an operation.
pub(super) struct Described {
    /// The document with what the page shows.
    pub document: PageDocument,
    /// Actions of an overlay: what is inferred.
    pub actions: Vec<Value>,
    /// Expectations of the requests by index.
    pub expected: Vec<(usize, Expected)>,
}

/// How operations are described.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    /// The version of the document.
    pub openapi: &'a str,
    /// Which names are sensitive.
    pub is_sensitive: IsSensitive<'a>,
}

/// Describes an operation.
pub(super) fn describe(shown: &ShownOperation<'_>, context: Context<'_>) -> Described {
    let method = shown.method.to_lowercase();
    let node = format!("$.paths['{}'].{method}", escaped(&shown.path));
    let mut writer = Writer { shown, context, node, actions: Vec::new() };
    let mut operation = Map::new();
    if let Some(title) = &shown.page.title {
        operation.insert("summary".to_owned(), title.as_str().into());
    }
    let authentication = authentication(shown);
    if let Some(scheme) = authentication {
        operation.insert("security".to_owned(), json!([{ (name(scheme)): [] }]));
    }
    let parameters = writer.parameters();
    if !parameters.is_empty() {
        operation.insert("parameters".to_owned(), parameters.into());
    }
    let content = writer.request_content();
    if !content.is_empty() {
        operation.insert("requestBody".to_owned(), json!({ "content": content }));
    }
    operation.insert("responses".to_owned(), writer.responses().into());
    let title = shown.page.title.clone().unwrap_or_else(|| match shown.origin.split_once("://") {
        Some((_, host)) => host.to_owned(),
        None => shown.page.page.to_string(),
    });
    let mut root = Map::from_iter([
        ("openapi".to_owned(), context.openapi.into()),
        ("info".to_owned(), json!({ "title": title, "version": "0" })),
    ]);
    if !shown.origin.is_empty() {
        root.insert("servers".to_owned(), json!([{ "url": shown.origin }]));
    }
    root.insert("paths".to_owned(), json!({ (shown.path.as_str()): { method: operation } }));
    if let Some(scheme) = authentication {
        let schemes = json!({ (name(scheme)): { "type": "http", "scheme": scheme } });
        root.insert("components".to_owned(), json!({ "securitySchemes": schemes }));
    }
    let line = shown.at.place.line as usize;
    let (page, at) = (Arc::clone(&shown.page.page), shown.at.clone());
    Described {
        document: PageDocument { page, line, at, root: root.into(), parsed: None },
        actions: writer.actions,
        expected: expectations(shown, context.is_sensitive),
    }
}

/// A name in a JSONPath.
fn escaped(name: &str) -> String {
    name.replace('\\', "\\\\").replace('\'', "\\'")
}

/// The HTTP authentication scheme of the commands, else that of the text.
fn authentication(shown: &ShownOperation<'_>) -> Option<&'static str> {
    let lines = shown.samples.iter().filter_map(|sample| sample.request.request.headers.get("authorization"));
    let kinds = lines.filter_map(|line| line.split_once(' ')).map(|(kind, _)| kind.to_ascii_lowercase());
    let known = kinds.filter_map(|kind| ["basic", "bearer"].into_iter().find(|known| kind == *known));
    known.into_iter().next().or_else(|| prose::authentication(&shown.prose))
}

/// Name of a security scheme.
fn name(scheme: &str) -> &'static str {
    if scheme == "basic" { "basicAuth" } else { "bearerAuth" }
}

/// The expectations: the first response to each request.
fn expectations(shown: &ShownOperation<'_>, is_sensitive: IsSensitive<'_>) -> Vec<(usize, Expected)> {
    let expected = |sample: &Sample<'_>| {
        let response = sample.responses.first()?;
        let body = response.body.as_ref().map(|body| expected_body(body, is_sensitive));
        Some((sample.index, Expected { status: response.status, body }))
    };
    shown.samples.iter().filter_map(expected).collect()
}

/// A parameter, with its known values by sample.
struct ShownParameter<'a> {
    place: &'static str,
    name: &'a str,
    values: BTreeMap<usize, Value>,
}

struct Writer<'a> {
    shown: &'a ShownOperation<'a>,
    context: Context<'a>,
    /// JSONPath of the operation.
    node: String,
    actions: Vec<Value>,
}

impl Writer<'_> {
    fn assume(&mut self, below: &str, description: &str, update: &Value) {
        let target = format!("{}{below}", self.node);
        self.actions.push(json!({ "target": target, "description": description, "update": update }));
    }

    fn inference(&self, requires: bool) -> Inference {
        Inference { depth: 0, requires, has_nullable: self.context.openapi.starts_with("3.0") }
    }

    fn parameters(&mut self) -> Vec<Value> {
        let names = self.shown.path.split(['{', '}']).skip(1).step_by(2);
        let names: Vec<&str> = names.collect();
        let mut values: Vec<ShownParameter<'_>> = Vec::new();
        let described = prose::path_values(&self.shown.prose, names.len());
        for name in &names {
            let known = self.shown.samples.iter().enumerate();
            let known = known.filter_map(|(number, sample)| Some((number, sample.path.get(*name)?.clone())));
            values.push(ShownParameter { place: "path", name, values: known.collect() });
        }
        for (number, sample) in self.shown.samples.iter().enumerate() {
            let query = sample.query.iter().map(|(name, value)| ("query", name, value));
            for (place, name, value) in query.chain(sample.headers.iter().map(|(name, value)| ("header", name, value)))
            {
                let is_same = |held: &str| match place {
                    "header" => held.eq_ignore_ascii_case(name),
                    _ => held == name,
                };
                let known = values.iter_mut().find(|held| held.place == place && is_same(held.name));
                let pair = Some((number, value.clone())).filter(|(_, value)| !value.is_null());
                match known {
                    Some(held) => held.values.extend(pair),
                    None => values.push(ShownParameter { place, name, values: pair.into_iter().collect() }),
                }
            }
        }
        let mut parameters = Vec::new();
        for (index, ShownParameter { place, name, values: known }) in values.into_iter().enumerate() {
            let mut parameter = Map::from_iter([("name".to_owned(), name.into()), ("in".to_owned(), place.into())]);
            let about = described.get(index).filter(|_| place == "path");
            if place == "path" {
                parameter.insert("required".to_owned(), true.into());
            }
            if let Some((description, _)) = about {
                parameter.insert("description".to_owned(), description.as_str().into());
            }
            parameter.insert("schema".to_owned(), json!({}));
            let mut examples: Map<_, _> =
                known.iter().map(|(number, value)| (example_name(*number), json!({ "value": value }))).collect();
            if let (Some((_, value)), true) = (about, examples.is_empty()) {
                examples.insert("text".to_owned(), json!({ "value": value }));
            }
            if !examples.is_empty() {
                parameter.insert("examples".to_owned(), examples.into());
            }
            parameters.push(parameter.into());
            let samples: Vec<_> = known.values().collect();
            let schema = match (place, samples.is_empty()) {
                // A path is text; other values of it may not look like a number.
                ("path", _) | (_, true) => json!({ "type": "string" }),
                _ => self.inference(false).schema(&samples),
            };
            let description = "Assumption: the page shows no type of the parameter.";
            self.assume(&format!(".parameters[{index}].schema"), description, &schema);
        }
        parameters
    }

    fn request_content(&mut self) -> Map<String, Value> {
        let mut content: Map<String, Value> = Map::new();
        let mut samples: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        let shown = self.shown;
        for (number, sample) in shown.samples.iter().enumerate() {
            let Some((media_type, value)) = &sample.body else { continue };
            let media = content.entry(media_type.as_str()).or_insert_with(|| json!({}));
            if let Some(value) = value {
                media["examples"][example_name(number)] = json!({ "value": value });
                samples.entry(media_type).or_default().push(value);
            }
        }
        for (media_type, values) in samples {
            let schema = self.inference(false).schema(&values);
            let description = "Assumption: the page shows examples of the body, and no schema.";
            let below = format!(".requestBody.content['{}']", escaped(media_type));
            self.assume(&below, description, &json!({ "schema": schema }));
        }
        content
    }

    fn responses(&mut self) -> Map<String, Value> {
        let shown = self.shown;
        let mut bodies: BTreeMap<Option<u16>, Vec<(usize, Value)>> = BTreeMap::new();
        for (number, sample) in shown.samples.iter().enumerate() {
            for response in sample.responses {
                let held = bodies.entry(response.status).or_default();
                held.extend(response.body.clone().map(|mut body| {
                    hide(&mut body, self.context.is_sensitive);
                    (number, body)
                }));
            }
        }
        if bodies.contains_key(&Some(ASSUMED_STATUS))
            && let Some(unknown) = bodies.remove(&None)
        {
            bodies.entry(Some(ASSUMED_STATUS)).or_default().extend(unknown);
        }
        let mut responses = Map::new();
        for (status, samples) in bodies {
            let mut response = Map::from_iter([("description".to_owned(), "As the page shows it".into())]);
            let mut media = Map::new();
            if !samples.is_empty() {
                let examples: Map<_, _> =
                    samples.iter().map(|(number, body)| (example_name(*number), json!({ "value": body }))).collect();
                media.insert("examples".to_owned(), examples.into());
            }
            let values: Vec<_> = samples.iter().map(|(_, body)| body).collect();
            let schema = (!values.is_empty()).then(|| self.inference(true).schema(&values));
            match status {
                Some(status) => {
                    if let Some(schema) = schema {
                        response.insert("content".to_owned(), json!({ "application/json": media }));
                        let description = "Assumption: the page shows examples of the response, and no schema.";
                        let below = format!(".responses['{status}'].content['application/json']");
                        self.assume(&below, description, &json!({ "schema": schema }));
                    }
                    responses.insert(status.to_string(), response.into());
                }
                None => {
                    media.extend(schema.map(|schema| ("schema".to_owned(), schema)));
                    response.insert("content".to_owned(), json!({ "application/json": media }));
                    let description =
                        "Assumption: the page shows examples of the response, and neither its status nor a schema.";
                    self.assume(".responses", description, &json!({ (ASSUMED_STATUS.to_string()): response }));
                }
            }
        }
        responses
    }
}

/// Name of the examples of a request and of its response: the mock responds to the request with that response.
fn example_name(number: usize) -> String {
    if number == 0 { "example".to_owned() } else { format!("example{}", number + 1) }
}
