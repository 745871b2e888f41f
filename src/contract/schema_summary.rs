//! One-line summary of a schema, as the expected side of a diff shows it.

use serde_json::Value;

use super::Anchor;
use super::keyword;
use super::refs::Refs;
use super::schema::SchemaView;
use super::types::Types;
use super::value_summary;

/// Maximum length of a summary, in characters.
const MAX_SCHEMA: usize = 80;

/// Maximum depth of subschemas and references; deeper ones are `…`.
const MAX_DEPTH: usize = 4;

/// Summarizes the schema at `at` in at most about 80 characters: `"ACTIVE" | "INACTIVE"`, `string`, `string(date-time)`,
/// `integer ≥ 1`, `{ customer_id, status, … }`, `[string]`.
pub(super) fn summarize(refs: Refs<'_>, at: &Anchor) -> String {
    Summary { depth: 0 }.schema(SchemaView::new(refs, at.clone()).as_ref())
}

/// Truncates text to `limit` characters, the last of them `…`.
fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some(_) => text.chars().take(limit - 1).chain(['…']).collect(),
    }
}

#[derive(Clone, Copy)]
struct Summary {
    depth: usize,
}

impl Summary {
    fn schema(self, schema: Option<&SchemaView<'_>>) -> String {
        let value = schema.map(SchemaView::value);
        match (schema, value) {
            _ if self.depth > MAX_DEPTH => "…".to_owned(),
            (Some(schema), Some(Value::Object(_))) => cut(&self.object(schema), MAX_SCHEMA),
            (_, Some(Value::Bool(false))) => "nothing".to_owned(),
            _ => "any value".to_owned(),
        }
    }

    fn object(self, schema: &SchemaView<'_>) -> String {
        if let Some(reference) = schema.reference() {
            let target = schema.target_location().map(|_| self.deeper().schema(schema.target().as_ref()));
            return target.unwrap_or_else(|| reference.to_owned());
        }
        if let Some(only) = schema.get("const") {
            return value_summary::json(only);
        }
        if let Some(options) = schema.list("enum") {
            let options: Vec<_> = options.iter().map(value_summary::json).collect();
            return if options.is_empty() { "no value".to_owned() } else { options.join(" | ") };
        }
        let has_branches = |keyword: &str| schema.list(keyword).is_some_and(|list| !list.is_empty());
        let choice = ["oneOf", "anyOf"].into_iter().find(|keyword| has_branches(keyword));
        if let Some(keyword) = choice.filter(|_| !schema.has("properties")) {
            return self.joined(schema, keyword, " | ");
        }
        if has_branches("allOf") && !schema.has("type") && !schema.has("properties") {
            return self.joined(schema, "allOf", " & ");
        }
        self.types(schema)
    }

    fn joined(self, schema: &SchemaView<'_>, keyword: &str, separator: &str) -> String {
        let mut parts: Vec<String> = Vec::new();
        for branch in schema.branches(keyword) {
            let part = self.deeper().schema(Some(&branch));
            if !parts.contains(&part) && part != "any value" {
                parts.push(part);
            }
        }
        if parts.is_empty() { "any value".to_owned() } else { parts.join(separator) }
    }

    fn types(self, schema: &SchemaView<'_>) -> String {
        let mut names: Vec<&str> = schema.types().collect();
        if schema.flag("nullable") == Some(true) && !names.is_empty() {
            names.push("null");
        }
        if names.is_empty() {
            names.push(implied(schema));
        }
        let named = names.into_iter().map(|name| match name {
            "string" => string(schema),
            "integer" | "number" => number(name, schema),
            "array" => self.array(schema),
            "object" => self.members(schema),
            other => other.to_owned(),
        });
        named.collect::<Vec<_>>().join(" | ")
    }

    fn array(self, schema: &SchemaView<'_>) -> String {
        let items = schema.below("items").filter(|items| items.value().is_object());
        let items = items.map_or_else(|| "…".to_owned(), |items| self.deeper().schema(Some(&items)));
        let count = bounds(schema, "minItems", "maxItems").map(|range| format!(" of {range} items"));
        format!("[{items}]{}", count.unwrap_or_default())
    }

    fn members(self, schema: &SchemaView<'_>) -> String {
        let Some(members) = schema.map("properties").filter(|members| !members.is_empty()) else {
            let rest = schema.map("additionalProperties").filter(|rest| !rest.is_empty());
            let rest = rest.and_then(|_| schema.below("additionalProperties"));
            return rest
                .map_or_else(|| "object".to_owned(), |rest| format!("{{ …: {} }}", self.deeper().schema(Some(&rest))));
        };
        let mut text = String::from("{ ");
        for (index, name) in members.keys().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            if text.chars().count() + comma.len() + name.chars().count() > MAX_SCHEMA - 6 {
                text.push_str(comma);
                text.push('…');
                break;
            }
            text.push_str(comma);
            text.push_str(name);
        }
        text + " }"
    }

    fn deeper(self) -> Self {
        Self { depth: self.depth + 1 }
    }
}

/// The type that a schema without `type` implies by its keywords.
fn implied(schema: &SchemaView<'_>) -> &'static str {
    let keywords =
        || schema.keywords().filter_map(|(name, _)| keyword::find(name)).filter(|keyword| keyword.is_summarised());
    let is_about = |types: Types| keywords().any(|keyword| keyword.types == types);
    let format = schema.text("format");
    let of_number =
        |format: &str| ["int", "uint", "float", "double", "decimal"].iter().any(|kind| format.starts_with(kind));
    if is_about(Types::OBJECT) {
        "object"
    } else if is_about(Types::ARRAY) {
        "array"
    } else if is_about(Types::NUMBER) || format.is_some_and(of_number) {
        "number"
    } else if is_about(Types::STRING) || schema.has("format") {
        "string"
    } else {
        "any value"
    }
}

fn string(schema: &SchemaView<'_>) -> String {
    let format = schema.text("format").map(str::to_owned);
    let pattern = schema.text("pattern").map(|pattern| format!("/{pattern}/"));
    let length = bounds(schema, "minLength", "maxLength").map(|range| format!("length {range}"));
    let details: Vec<String> = [format, pattern, length].into_iter().flatten().collect();
    if details.is_empty() { "string".to_owned() } else { format!("string({})", details.join(", ")) }
}

fn number(name: &str, schema: &SchemaView<'_>) -> String {
    let format = schema.text("format").map(|format| format!("({format})"));
    let is_exclusive = |keyword: &str| schema.flag(keyword) == Some(true);
    let bound = |keyword: &str, exclusive: &str, signs: [&str; 2]| {
        let sign = if is_exclusive(exclusive) { signs[1] } else { signs[0] };
        let own = schema.number(keyword).map(|limit| format!(" {sign} {limit}"));
        own.or_else(|| schema.number(exclusive).map(|limit| format!(" {} {limit}", signs[1])))
    };
    let range = (!is_exclusive("exclusiveMinimum") && !is_exclusive("exclusiveMaximum"))
        .then(|| Some(format!(" {}–{}", schema.number("minimum")?, schema.number("maximum")?)))
        .flatten();
    let least = bound("minimum", "exclusiveMinimum", ["≥", ">"]);
    let most = bound("maximum", "exclusiveMaximum", ["≤", "<"]);
    let step = schema.number("multipleOf").map(|step| format!(" multiple of {step}"));
    let [least, most] = if range.is_some() { [range, None] } else { [least, most] };
    let details = [format, least, most, step].into_iter().flatten();
    std::iter::once(name.to_owned()).chain(details).collect()
}

/// `1–20`, `≥ 1`, `≤ 20`, `2`; none without bounds.
fn bounds(schema: &SchemaView<'_>, least: &str, most: &str) -> Option<String> {
    match (schema.get(least), schema.get(most)) {
        (Some(least), Some(most)) if least == most => Some(least.to_string()),
        (Some(least), Some(most)) => Some(format!("{least}–{most}")),
        (Some(least), None) => Some(format!("≥ {least}")),
        (None, Some(most)) => Some(format!("≤ {most}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::contract::refs::Uris;
    use crate::contract::version::OasVersion;
    use crate::document::Document;
    use crate::pointer::Pointer;

    /// The summary of every schema in a list, one per line.
    fn check(openapi: OasVersion, schemas: &str) -> String {
        let documents = [Document::parse("schemas.yaml", schemas).expect("the document is YAML")];
        let uris = Uris::from("file:///schemas.yaml");
        let refs = Refs { documents: &documents, uris: &uris, openapi };
        let count = documents[0].value().as_array().map_or(0, Vec::len);
        let anchor = |index| Anchor { document: 0, pointer: Pointer::root().join(index) };
        (0..count).map(|index| summarize(refs, &anchor(index))).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn schemas_are_short() {
        let schemas = "
- { type: string }
- { type: string, format: date-time, maxLength: 40 }
- { type: [string, 'null'], minLength: 2, maxLength: 2 }
- { type: string, nullable: true, pattern: '^a$' }
- { enum: [ACTIVE, 1, null] }
- { const: x }
- { type: integer, format: int32, minimum: 1, maximum: 9, multipleOf: 2 }
- { type: number, minimum: 0, exclusiveMinimum: true }
- { type: number, exclusiveMaximum: 5 }
- { type: array, items: { $ref: '#/0' }, minItems: 1 }
- { type: array }
- { type: object }
- { properties: { a: {}, b: {} } }
- { type: object, additionalProperties: { type: integer } }
- { type: object, properties: { a_rather_long_name: {}, another_rather_long_name: {}, a_third_rather_long_name: {}, d: {} } }
- { oneOf: [ { $ref: '#/0' }, { $ref: '#/12' }, { type: string } ] }
- { allOf: [ { $ref: '#/12' }, { description: nothing more } ] }
- { anyOf: [ {} ] }
- { $ref: '#/18' }
- { $ref: '#/nowhere' }
- true
- false
- { enum: [aaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbb, cccccccccccccccccccccc, dddddddddddddddd] }
";
        assert_snapshot!(check(OasVersion::V3_1_0, schemas), @r#"
        string
        string(date-time, length ≤ 40)
        string(length 2) | null
        string(/^a$/) | null
        "ACTIVE" | 1 | null
        "x"
        integer(int32) 1–9 multiple of 2
        number > 0
        number < 5
        [string] of ≥ 1 items
        […]
        object
        { a, b }
        { …: integer }
        { a_rather_long_name, another_rather_long_name, a_third_rather_long_name, … }
        string | { a, b }
        { a, b }
        any value
        …
        any value
        any value
        nothing
        "aaaaaaaaaaaaaaaaaaaa" | "bbbbbbbbbbbbbbbbbbbbbbbb" | "cccccccccccccccccccccc" …
        "#);
    }

    #[test]
    fn keywords_that_the_version_does_not_have_are_left_out() {
        let schemas = "
- { const: x, type: integer }
- { const: x }
- { patternProperties: { a: {} } }
";
        let old = OasVersion::parse("3.0.4").expect("a version");
        assert_eq!(check(old, schemas), "integer\nany value\nany value");
    }
}
