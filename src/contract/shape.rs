//! What types a parameter's schema declares, so that its text can be read as a value.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Anchor;
use super::refs::Refs;

/// The types that a schema declares, through `$ref`, `allOf`, `oneOf` and `anyOf`, as far as they tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// `string` is declared.
    pub string: bool,
    /// The string is declared as bytes: `format: binary`, or `contentEncoding`.
    pub bytes: bool,
    /// `integer` or `number` is declared.
    pub number: bool,
    /// `boolean` is declared.
    pub boolean: bool,
    /// `array` is declared; the shape of its items.
    pub array: Option<Box<Shape>>,
    /// `object` is declared; its members.
    pub object: Option<Members>,
}

impl Shape {
    /// The shape of the schema at `anchor`.
    pub(super) fn from_schema(refs: Refs<'_>, anchor: &Anchor) -> Self {
        let mut shape = Self::default();
        if let Some(schema) = refs.value(anchor) {
            Reader { refs, budget: BUDGET }.add(&mut shape, (anchor.document, schema), LEVELS);
        }
        shape
    }

    /// Whether a string, number or boolean will do.
    pub fn is_primitive(&self) -> bool {
        self.string || self.number || self.boolean
    }
}

/// The members of an object as a schema declares them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members {
    /// The shape of each of `properties`.
    pub named: BTreeMap<String, Shape>,
    /// The shape of every other member; none when there may be no other.
    pub others: Option<Box<Shape>>,
}

impl Members {
    /// The shape of the member of that name.
    pub fn shape(&self, name: &str) -> Shape {
        self.named.get(name).or(self.others.as_deref()).cloned().unwrap_or_default()
    }
}

/// Schemas that are looked at for one parameter; beyond, its text stays a string.
const BUDGET: usize = 256;

/// Levels of arrays and objects that a parameter's text can hold.
const LEVELS: usize = 3;

struct Reader<'d> {
    refs: Refs<'d>,
    budget: usize,
}

/// A schema and the document it stands in.
type Schema<'d> = (usize, &'d Value);

impl<'d> Reader<'d> {
    /// Adds what `schema` declares to `shape`. The budget bounds recursion, also through references that lead in circles.
    fn add(&mut self, shape: &mut Shape, schema: Schema<'d>, levels: usize) {
        if self.budget == 0 || levels == 0 {
            return;
        }
        self.budget -= 1;
        let (document, value) = schema;
        if let Some(target) = value.get("$ref").and_then(Value::as_str).and_then(|text| self.follow(document, text)) {
            self.add(shape, target, levels);
        }
        for branch in ["allOf", "oneOf", "anyOf"].iter().filter_map(|name| value.get(name)?.as_array()).flatten() {
            self.add(shape, (document, branch), levels);
        }
        types(shape, value);
        self.items(shape, schema, levels);
        self.members(shape, schema, levels);
    }

    fn follow(&self, document: usize, reference: &str) -> Option<Schema<'d>> {
        let anchor = self.refs.target(document, reference).ok()?;
        Some((anchor.document, self.refs.value(&anchor)?))
    }

    fn items(&mut self, shape: &mut Shape, (document, value): Schema<'d>, levels: usize) {
        if let (Some(items), Some(array)) = (value.get("items"), &mut shape.array) {
            self.add(array, (document, items), levels - 1);
        }
    }

    fn members(&mut self, shape: &mut Shape, (document, value): Schema<'d>, levels: usize) {
        let Some(members) = &mut shape.object else { return };
        for (name, schema) in value.get("properties").and_then(Value::as_object).into_iter().flatten() {
            self.add(members.named.entry(name.clone()).or_default(), (document, schema), levels - 1);
        }
        match value.get("additionalProperties") {
            Some(Value::Bool(false)) => {}
            Some(schema) => self.add(members.others.get_or_insert_default(), (document, schema), levels - 1),
            None => {}
        }
    }
}

/// The types that `schema` names, or that the values it lists have.
fn types(shape: &mut Shape, schema: &Value) {
    let named = match schema.get("type") {
        Some(Value::String(name)) => vec![name.as_str()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => implied(schema),
    };
    for name in named {
        match name {
            "string" => {
                shape.string = true;
                shape.bytes |= schema.get("contentEncoding").is_some() || schema["format"] == "binary";
            }
            "integer" | "number" => shape.number = true,
            "boolean" => shape.boolean = true,
            "array" => drop(shape.array.get_or_insert_default()),
            "object" => drop(shape.object.get_or_insert_with(Members::default)),
            _ => {}
        }
    }
}

fn implied(schema: &Value) -> Vec<&'static str> {
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten().chain(schema.get("const"));
    let by_value = listed.map(|value| match value {
        Value::String(_) => "string",
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Null => "null",
    });
    let by_keyword = [("items", "array"), ("properties", "object"), ("additionalProperties", "object")];
    let by_keyword = by_keyword.iter().filter(|(keyword, _)| schema.get(keyword).is_some()).map(|(_, name)| *name);
    by_value.chain(by_keyword).collect()
}
