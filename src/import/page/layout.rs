//! The layout in which an older generator of documentation publishes an operation: `paths` holds one `path` and one `method`,
//! schemas are lists of alternatives, and properties are wrapped in `allOf`. It becomes an OpenAPI 3.1 document.

use serde_json::{Map, Value, json};

use crate::document::{Document, End};
use crate::pointer::Pointer;
use crate::problem::Problem;

/// Whether a parsed block has this layout.
pub(super) fn is_layout(value: &Value) -> bool {
    let text = |name: &str| value.pointer("/paths").and_then(|paths| paths.get(name)).is_some_and(Value::is_string);
    text("path") && text("method")
}

/// The document of a block. `title` is that of its page.
pub(super) fn read(document: &Document, title: &str, notes: &mut Vec<Problem>) -> Value {
    let value = document.value();
    let mut reader = Reader { document, notes, schemes: Map::new() };
    let (path, method) = (text(value, "/paths/path"), text(value, "/paths/method"));
    let operation = reader.operation(&value["paths"], title);
    let mut components = value.get("components").and_then(Value::as_object).cloned().unwrap_or_default();
    if let Some(Value::Object(schemas)) = components.get_mut("schemas") {
        schemas.values_mut().for_each(|schema| *schema = self::schema(schema));
    }
    if !reader.schemes.is_empty() {
        components.insert("securitySchemes".to_owned(), reader.schemes.into());
    }
    let mut root = Map::from_iter([
        ("openapi".to_owned(), json!("3.1.0")),
        ("info".to_owned(), json!({ "title": title, "version": "0" })),
    ]);
    let servers: Vec<_> = items(value.pointer("/paths/servers")).iter().map(server).collect();
    if !servers.is_empty() {
        root.insert("servers".to_owned(), servers.into());
    }
    root.insert("paths".to_owned(), json!({ path: { method.to_lowercase(): operation } }));
    if !components.is_empty() {
        root.insert("components".to_owned(), components.into());
    }
    root.into()
}

struct Reader<'a> {
    document: &'a Document,
    notes: &'a mut Vec<Problem>,
    /// The security schemes found so far.
    schemes: Map<String, Value>,
}

impl Reader<'_> {
    fn note(&mut self, at: &Pointer, message: &str) {
        self.notes.push(Problem::new(message).at(self.document.snippet(at, End::Key)).as_warning());
    }

    fn operation(&mut self, paths: &Value, title: &str) -> Value {
        let mut operation = Map::from_iter([("summary".to_owned(), title.into())]);
        if paths.get("deprecated") == Some(&Value::Bool(true)) {
            operation.insert("deprecated".to_owned(), true.into());
        }
        let security = self.security(paths.pointer("/request/security"));
        if !security.is_empty() {
            operation.insert("security".to_owned(), security.into());
        }
        let parameters = parameters(paths.pointer("/request/parameters"));
        if !parameters.is_empty() {
            operation.insert("parameters".to_owned(), parameters.into());
        }
        let at = pointer("/paths/request/body");
        let (content, is_required, _) = self.content(paths.pointer("/request/body"), &at);
        if !content.is_empty() {
            operation.insert("requestBody".to_owned(), json!({ "required": is_required, "content": content }));
        }
        let mut responses = Map::new();
        for (status, response) in members(paths.get("response")) {
            let (content, _, description) = self.content(Some(response), &pointer("/paths/response").join(status));
            let mut value = Map::from_iter([("description".to_owned(), description.into())]);
            if !content.is_empty() {
                value.insert("content".to_owned(), content.into());
            }
            responses.insert(status.clone(), value.into());
        }
        operation.insert("responses".to_owned(), responses.into());
        operation.into()
    }

    /// The alternatives; their schemes are collected.
    fn security(&mut self, security: Option<&Value>) -> Vec<Value> {
        let mut alternatives = Vec::new();
        for (index, entry) in items(security).iter().enumerate() {
            let title = text(entry, "/title");
            let places = ["query", "header", "cookie"].into_iter();
            let found = places.flat_map(|place| {
                members(entry.get("parameters").and_then(|held| held.get(place)))
                    .map(move |(name, scheme)| (place, name, scheme))
            });
            let scheme = found.map(|(place, name, scheme)| match (text(scheme, "/type"), text(scheme, "/scheme")) {
                ("http", kind) if !kind.is_empty() => json!({ "type": "http", "scheme": kind }),
                _ => json!({ "type": "apiKey", "in": place, "name": name }),
            });
            match scheme.last() {
                Some(scheme) if !title.is_empty() => {
                    self.schemes.insert(title.to_owned(), scheme);
                    alternatives.push(json!({ title: [] }));
                }
                _ => self.note(
                    &pointer("/paths/request/security").join(index),
                    "the security is left out: it has no title or no parameter",
                ),
            }
        }
        alternatives
    }

    /// The media types of a body, whether it is required, and its description.
    fn content(&mut self, body: Option<&Value>, at: &Pointer) -> (Map<String, Value>, bool, String) {
        let (mut content, mut is_required, mut description) = (Map::new(), false, String::new());
        for (media_type, held) in members(body) {
            let at = at.join(media_type);
            let alternatives = items(held.get("schemaArray"));
            is_required |= alternatives.iter().any(|schema| schema.get("required") == Some(&Value::Bool(true)));
            if let Some(text) = held.get("description").and_then(Value::as_str) {
                text.clone_into(&mut description);
            }
            let mut value = Map::new();
            if !alternatives.is_empty() {
                value.insert("schema".to_owned(), any_of(alternatives));
            }
            let mut examples = Map::new();
            for (name, example) in members(held.get("examples")) {
                match example.get("value") {
                    Some(shown) if has_placeholder(shown) => {
                        self.note(
                            &at.join("examples").join(name),
                            "the example is left out: it has placeholders such as <string>",
                        );
                    }
                    Some(_) => {
                        examples.insert(name.clone(), example.clone());
                    }
                    None => {}
                }
            }
            if !examples.is_empty() {
                value.insert("examples".to_owned(), examples.into());
            }
            content.insert(media_type.clone(), value.into());
        }
        (content, is_required, description)
    }
}

/// The parameters by place; each has a list of alternative schemas, the first of which describes it.
fn parameters(parameters: Option<&Value>) -> Vec<Value> {
    let places = ["path", "query", "header", "cookie"].into_iter();
    let found = places.flat_map(|place| {
        members(parameters.and_then(|held| held.get(place))).map(move |(name, held)| (place, name, held))
    });
    let parameter = |(place, name, held): (&str, &String, &Value)| {
        let alternatives = items(held.get("schema"));
        let is_required = alternatives.iter().any(|schema| schema.get("required") == Some(&Value::Bool(true)));
        let mut value = Map::from_iter([("name".to_owned(), name.as_str().into()), ("in".to_owned(), place.into())]);
        if is_required || place == "path" {
            value.insert("required".to_owned(), true.into());
        }
        if let Some(description) = alternatives.iter().find_map(|schema| schema.get("description")) {
            value.insert("description".to_owned(), description.clone());
        }
        value.insert("schema".to_owned(), any_of(alternatives));
        Value::from(value)
    };
    found.map(parameter).collect()
}

/// The schema of a list of alternatives.
fn any_of(alternatives: &[Value]) -> Value {
    let outermost = |held: &Value| {
        let mut converted = schema(held);
        // Whether the parameter or the body is required, which `schema` keeps only as a list of names.
        if let Some(members) = converted.as_object_mut() {
            members.retain(|name, value| name != "required" || value.is_array());
        }
        converted
    };
    match alternatives {
        [] => json!({}),
        [only] => outermost(only),
        several => json!({ "anyOf": several.iter().map(outermost).collect::<Vec<_>>() }),
    }
}

/// A schema in terms of JSON Schema.
fn schema(held: &Value) -> Value {
    let Value::Object(members) = held else { return held.clone() };
    if let Some([only]) = members.get("allOf").and_then(Value::as_array).map(Vec::as_slice)
        && members.len() == 1
    {
        return schema(only);
    }
    let mut converted = Map::new();
    for (name, value) in members {
        match (name.as_str(), value) {
            ("refIdentifier", _) => {}
            ("type", Value::String(kind)) => match kind.strip_prefix("enum<").and_then(|kind| kind.strip_suffix('>')) {
                Some(kind) => {
                    converted.insert("type".to_owned(), kind.into());
                }
                None if kind == "any" => {}
                None if kind == "file" => {
                    converted.extend([("type".to_owned(), "string".into()), ("format".to_owned(), "binary".into())]);
                }
                None => {
                    converted.insert("type".to_owned(), value.clone());
                }
            },
            ("requiredProperties", names) => {
                converted.insert("required".to_owned(), names.clone());
            }
            ("required", Value::Bool(_)) => {}
            ("properties" | "patternProperties" | "$defs", Value::Object(properties)) => {
                let properties = properties.iter().map(|(name, value)| (name.clone(), schema(value)));
                converted.insert(name.clone(), properties.collect::<Map<_, _>>().into());
            }
            ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(schemas)) => {
                converted.insert(name.clone(), schemas.iter().map(schema).collect());
            }
            ("items" | "additionalProperties" | "not", value) => {
                converted.insert(name.clone(), schema(value));
            }
            _ => {
                converted.insert(name.clone(), value.clone());
            }
        }
    }
    converted.into()
}

/// Whether a string of `value` is a placeholder of the generator: `<string>`.
fn has_placeholder(value: &Value) -> bool {
    match value {
        Value::String(text) => text
            .strip_prefix('<')
            .and_then(|text| text.strip_suffix('>'))
            .is_some_and(|kind| !kind.is_empty() && kind.chars().all(|c| c.is_ascii_lowercase() || c == ' ')),
        Value::Array(items) => items.iter().any(has_placeholder),
        Value::Object(members) => members.values().any(has_placeholder),
        _ => false,
    }
}

/// A server. Its variables have a `type`, which OpenAPI does not know.
fn server(held: &Value) -> Value {
    let mut server = held.clone();
    for variable in server.get_mut("variables").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
        if let Some(variable) = variable.as_object_mut() {
            variable.remove("type");
        }
    }
    server
}

fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn pointer(text: &str) -> Pointer {
    Pointer::parse(text).unwrap_or_default()
}
