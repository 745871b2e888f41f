//! A schema for example values: types, formats that every value has, and for responses the properties that every object has.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value, json};

/// Maximum number of properties of an object; one with more is a map from names to values.
const MAX_PROPERTIES: usize = 500;

/// Maximum depth of a schema; below it every value is allowed.
const MAX_DEPTH: usize = 40;

/// Formats that a text may have. Dates are those of RFC 3339.
static FORMATS: LazyLock<[(&str, Regex); 3]> = LazyLock::new(|| {
    let pattern = |text: &str| Regex::new(text).expect("a pattern");
    let date = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])";
    let clock = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";
    [
        ("date-time", pattern(&format!("^{date}T{clock}$"))),
        ("date", pattern(&format!("^{date}$"))),
        ("uuid", pattern("^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$")),
    ]
});

/// How a schema is inferred.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inference {
    /// Whether properties that all objects have are required.
    pub requires: bool,
    /// Whether `null` is the keyword `nullable`, as in OpenAPI 3.0, and not a type.
    pub has_nullable: bool,
    /// Number of objects and arrays around the samples.
    pub depth: usize,
}

impl Inference {
    /// A schema that every sample conforms to.
    pub(super) fn schema(self, samples: &[&Value]) -> Value {
        if self.depth > MAX_DEPTH {
            return json!({});
        }
        let mut types: Vec<&str> = Vec::new();
        for kind in samples.iter().filter_map(|sample| type_of(sample)) {
            if !types.contains(&kind) {
                types.push(kind);
            }
        }
        if types.contains(&"number") {
            types.retain(|kind| *kind != "integer");
        }
        let has_null = samples.iter().any(|sample| sample.is_null());
        let mut schema = match types[..] {
            // Nothing but `null` says nothing about other values.
            [] => return json!({}),
            [only] => self.typed(only, samples),
            _ if self.has_nullable => {
                let any_of: Vec<_> = types.iter().map(|kind| Value::from(self.typed(kind, samples))).collect();
                Map::from_iter([("anyOf".to_owned(), any_of.into())])
            }
            _ => {
                let mut schema = Map::new();
                // `type` is replaced by all of them.
                types.iter().for_each(|kind| schema.extend(self.typed(kind, samples)));
                schema.insert("type".to_owned(), types.clone().into());
                schema
            }
        };
        match schema.get_mut("type") {
            _ if !has_null => {}
            _ if self.has_nullable && types.len() > 1 => {
                return json!({});
            }
            _ if self.has_nullable => {
                schema.insert("nullable".to_owned(), true.into());
            }
            Some(kind) => {
                types.push("null");
                *kind = types.into();
            }
            None => {}
        }
        schema.into()
    }

    /// The schema of the samples of that type.
    fn typed(self, kind: &str, samples: &[&Value]) -> Map<String, Value> {
        let inner = Self { depth: self.depth + 1, ..self };
        let mut schema = Map::from_iter([("type".to_owned(), kind.into())]);
        match kind {
            "string" => {
                let mut texts = samples.iter().filter_map(|sample| sample.as_str()).peekable();
                let format = texts.peek().and_then(|first| FORMATS.iter().find(|(_, form)| form.is_match(first)));
                if let Some((name, _)) = format.filter(|(_, form)| texts.all(|text| form.is_match(text))) {
                    schema.insert("format".to_owned(), (*name).into());
                }
            }
            "array" => {
                let items: Vec<_> = samples.iter().filter_map(|sample| sample.as_array()).flatten().collect();
                schema.insert("items".to_owned(), inner.schema(&items));
            }
            "object" => {
                let objects: Vec<_> = samples.iter().filter_map(|sample| sample.as_object()).collect();
                inner.object(&objects, &mut schema);
            }
            _ => {}
        }
        schema
    }

    fn object(self, objects: &[&Map<String, Value>], schema: &mut Map<String, Value>) {
        let mut members: Map<String, Value> = Map::new();
        let mut values: Vec<(usize, Vec<&Value>)> = Vec::new();
        for (name, value) in objects.iter().flat_map(|object| object.iter()) {
            let index = members.entry(name.clone()).or_insert_with(|| values.len().into()).as_u64();
            match index.and_then(|index| values.get_mut(usize::try_from(index).unwrap_or_default())) {
                Some((count, held)) => {
                    *count += 1;
                    held.push(value);
                }
                None => values.push((1, vec![value])),
            }
        }
        if members.len() > MAX_PROPERTIES || members.keys().any(|name| !is_identifier(name)) {
            let all: Vec<_> = values.into_iter().flat_map(|(_, held)| held).collect();
            schema.insert("additionalProperties".to_owned(), self.schema(&all));
            return;
        }
        let required: Vec<&str> = members
            .keys()
            .zip(&values)
            .filter(|(_, (count, _))| self.requires && *count == objects.len())
            .map(|(name, _)| name.as_str())
            .collect();
        if !required.is_empty() {
            schema.insert("required".to_owned(), required.into());
        }
        let properties = members.keys().zip(&values).map(|(name, (_, held))| (name.clone(), self.schema(held)));
        let properties: Map<_, _> = properties.collect();
        if !properties.is_empty() {
            schema.insert("properties".to_owned(), properties.into());
        }
    }
}

/// The JSON Schema type; none for `null`.
fn type_of(value: &Value) -> Option<&'static str> {
    match value {
        Value::Null => None,
        Value::Bool(_) => Some("boolean"),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some("integer"),
        Value::Number(_) => Some("number"),
        Value::String(_) => Some("string"),
        Value::Array(_) => Some("array"),
        Value::Object(_) => Some("object"),
    }
}

/// Whether a name is one that a developer chose, not a value such as an identifier of a record or the title of something.
fn is_identifier(name: &str) -> bool {
    let is_letter = |c: char| c.is_alphabetic() || matches!(c, '_' | '$' | '@');
    name.starts_with(is_letter)
        && name.chars().all(|c| is_letter(c) || c.is_ascii_digit() || matches!(c, '-' | '.' | ':'))
        && !FORMATS[2].1.is_match(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(samples: &[Value], requires: bool, expect: &Value) {
        let samples: Vec<_> = samples.iter().collect();
        assert_eq!(Inference { requires, has_nullable: false, depth: 0 }.schema(&samples), *expect, "{samples:?}");
    }

    #[test]
    fn types_are_unified() {
        check(&[json!(1), json!(2.5)], true, &json!({ "type": "number" }));
        check(&[json!(1), json!("a")], true, &json!({ "type": ["integer", "string"] }));
        check(&[json!(true), json!(null)], true, &json!({ "type": ["boolean", "null"] }));
        check(&[json!(null)], true, &json!({}));
        check(
            &[json!([]), json!([1, null])],
            true,
            &json!({ "type": "array", "items": { "type": ["integer", "null"] } }),
        );
        check(&[json!([])], true, &json!({ "type": "array", "items": {} }));
        let mixed = json!({ "type": ["array", "object"], "items": { "type": "string" }, "required": ["a"], "properties": { "a": { "type": "integer" } } });
        check(&[json!(["x"]), json!({ "a": 1 })], true, &mixed);
    }

    #[test]
    fn formats_are_those_of_all_values() {
        let check = |texts: &[&str], format: Option<&str>| {
            let samples: Vec<_> = texts.iter().map(|text| json!(text)).collect();
            let mut expect = json!({ "type": "string" });
            if let Some(format) = format {
                expect["format"] = format.into();
            }
            check(&samples, true, &expect);
        };
        check(&["2025-02-13T19:08:07.000Z", "2025-01-20T18:18:22+01:30"], Some("date-time"));
        check(&["2025-02-13"], Some("date"));
        check(&["9B5E1EE0-2E1C-46E7-81B9-3C3917204BE4"], Some("uuid"));
        check(&["2025-02-13", "2025-02-13T19:08:07Z"], None);
        check(&["2025-02-13 19:08:07Z"], None);
        check(&["2025-13-01"], None);
        check(&["a 2025-02-13"], None);
        check(&["2025-02-13\n"], None);
    }

    #[test]
    fn objects_have_the_properties_of_all_samples() {
        let samples = [json!({ "id": 1, "note": null }), json!({ "id": 2 })];
        let properties = json!({ "id": { "type": "integer" }, "note": {} });
        check(&samples, true, &json!({ "type": "object", "required": ["id"], "properties": properties }));
        check(&samples, false, &json!({ "type": "object", "properties": properties }));
        check(&[json!({})], true, &json!({ "type": "object" }));
    }

    #[test]
    fn names_that_are_values_become_a_map() {
        let map = json!({ "type": "object", "additionalProperties": { "type": "string" } });
        check(&[json!({ "Blue Card": "OPEN", "gold": "CLOSED" })], true, &map);
        check(&[json!({ "17": "OPEN" })], true, &map);
        check(&[json!({ "ab5e1ee0-2e1c-46e7-81b9-3c3917204be4": "OPEN" })], true, &map);
        let many: Map<_, _> = (0..=MAX_PROPERTIES).map(|number| (format!("p{number}"), json!("x"))).collect();
        check(&[many.into()], true, &map);
        check(
            &[json!({ "content-type": 1 })],
            false,
            &json!({ "type": "object", "properties": { "content-type": { "type": "integer" } } }),
        );
    }

    #[test]
    fn the_depth_is_limited() {
        let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!([inner]));
        let schema = Inference { requires: true, has_nullable: false, depth: 0 }.schema(&[&nested(100)]);
        assert_eq!(schema.to_string().matches("items").count(), MAX_DEPTH + 1);
    }

    #[test]
    fn openapi_3_0_has_nullable() {
        let schema = |samples: &[Value]| {
            Inference { requires: true, has_nullable: true, depth: 0 }.schema(&samples.iter().collect::<Vec<_>>())
        };
        assert_eq!(schema(&[json!(1), json!(null)]), json!({ "type": "integer", "nullable": true }));
        assert_eq!(schema(&[json!(1), json!("a")]), json!({ "anyOf": [{ "type": "integer" }, { "type": "string" }] }));
        assert_eq!(schema(&[json!(1), json!("a"), json!(null)]), json!({}));
    }
}
