//! Converts XML to the value that its schema describes, by its `xml` objects (OpenAPI 3.1 §4.8.26). What they leave undefined is
//! accepted: the name of a root element without `name`, namespaces where none is declared, and undeclared attributes.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::contract::schema::Applicable;
use crate::contract::types::Types;
use crate::contract::version::OasVersion;
use crate::contract::xml_object::XmlObject;
use crate::contract::{Anchor, SchemaView, Shape};
use crate::pointer::Pointer;

use super::converted::scalar;
use super::xml::Element;

/// The schemas that apply to one value.
type Schemas<'d> = Rc<[SchemaView<'d>]>;

/// The converted document.
pub(super) struct XmlValue {
    /// Its value.
    pub value: Value,
    /// Locations that do not have the declared form, with the reason.
    pub faults: Vec<(Pointer, String)>,
}

/// Converts the document `root`; an error says why the schema cannot be applied.
pub(super) fn convert(schema: &SchemaView<'_>, openapi: OasVersion, root: &Element) -> Result<XmlValue, String> {
    let mut converter =
        Converter { openapi, known: HashMap::new(), faults: Vec::new(), unsupported: None, at: Pointer::root() };
    let schemas = converter.schemas(schema);
    if let Some(name) = XmlObject::from_schemas(&schemas).name.filter(|name| *name != root.name) {
        converter.fault(format!("expected the element {name}, got {}", root.name));
    }
    let value = converter.value(&schemas, root);
    match converter.unsupported {
        Some(why) => Err(why),
        None => Ok(XmlValue { value, faults: converter.faults }),
    }
}

struct Converter<'d> {
    openapi: OasVersion,
    /// The schemas of a value, by the anchor of the first.
    known: HashMap<Anchor, Schemas<'d>>,
    faults: Vec<(Pointer, String)>,
    unsupported: Option<String>,
    /// Location of the value that is being converted.
    at: Pointer,
}

impl<'d> Converter<'d> {
    /// The schemas that may apply to the values of `schema`.
    fn schemas(&mut self, schema: &SchemaView<'d>) -> Schemas<'d> {
        if let Some(known) = self.known.get(schema.anchor()) {
            return Rc::clone(known);
        }
        let found = Applicable::possibly(schema, self.openapi);
        if !found.is_complete {
            self.unsupported = Some("its schema has references that cannot be followed".to_owned());
        }
        let schemas: Schemas<'d> = found.schemas.into();
        if let Some(node_type) = XmlObject::from_schemas(&schemas).other_node_type {
            self.unsupported = Some(format!("nodeType {node_type} is not supported"));
        }
        self.known.insert(schema.anchor().clone(), Rc::clone(&schemas));
        schemas
    }

    /// The schemas under a keyword of `schemas`.
    fn below(&mut self, schemas: &[SchemaView<'d>], keyword: &str) -> Vec<SchemaView<'d>> {
        let held: Vec<_> = schemas.iter().filter_map(|schema| schema.below(keyword)).collect();
        held.iter().flat_map(|schema| self.schemas(schema).to_vec()).collect()
    }

    fn fault(&mut self, why: String) {
        self.faults.push((self.at.clone(), why));
    }

    /// Converts with `act` what is at `token` of the present location.
    fn within<T>(&mut self, token: impl std::fmt::Display, act: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.at, Pointer::root());
        self.at = before.join(token);
        let result = act(self);
        self.at = before;
        result
    }

    fn value(&mut self, schemas: &[SchemaView<'d>], element: &Element) -> Value {
        let xml = XmlObject::from_schemas(schemas);
        if let Some(namespace) = xml.namespace.filter(|wanted| element.namespace.as_deref() != Some(*wanted)) {
            let actual = element.namespace.as_deref().unwrap_or("none");
            self.fault(format!("expected the namespace {namespace} of {}, got {actual}", element.name));
        }
        let types = types(schemas, self.openapi);
        let has = |wanted: Types| !types.and(wanted).is_empty();
        if element.is_nil {
            Value::Null
        } else if has(Types::ARRAY) && !has(Types::OBJECT) {
            self.wrapped_items(schemas, element)
        } else if has(Types::OBJECT) || !element.children.is_empty() {
            self.object(schemas, element)
        } else {
            text(types, &element.text)
        }
    }

    /// The items of an array that has an element of its own.
    fn wrapped_items(&mut self, schemas: &[SchemaView<'d>], element: &Element) -> Value {
        let items = self.below(schemas, "items");
        let name = XmlObject::from_schemas(&items).name;
        let other = element.children.iter().find(|child| name.is_some_and(|name| name != child.name));
        if let Some(other) = other {
            self.fault(format!("expected the elements {}, got {}", name.unwrap_or_default(), other.name));
        }
        self.items(&items, &element.children.iter().collect::<Vec<_>>())
    }

    fn items(&mut self, schemas: &[SchemaView<'d>], elements: &[&Element]) -> Value {
        let item = |(index, element): (usize, &&Element)| self.within(index, |this| this.value(schemas, element));
        elements.iter().enumerate().map(item).collect()
    }

    fn object(&mut self, schemas: &[SchemaView<'d>], element: &Element) -> Value {
        let mut object = Map::new();
        let mut left: Vec<&Element> = element.children.iter().collect();
        for (name, declared) in properties(schemas) {
            let property: Vec<_> = declared.iter().flat_map(|schema| self.schemas(schema).to_vec()).collect();
            let value = self.within(name, |this| this.property(name, &property, element, &mut left));
            let is_required = || requires(schemas, name);
            match value {
                Some(Value::Array(items)) if items.is_empty() && !is_required() => {}
                Some(value) => drop(object.entry(name).or_insert(value)),
                None => {}
            }
        }
        let others = self.below(schemas, "additionalProperties");
        while let Some(first) = left.first().map(|element| element.name.clone()) {
            let (same, rest): (Vec<&Element>, _) = left.into_iter().partition(|element| element.name == first);
            left = rest;
            let value = self.within(&first, |this| match same.as_slice() {
                [single] => this.value(&others, single),
                several => this.items(&others, several),
            });
            object.entry(first).or_insert(value);
        }
        Value::Object(object)
    }

    /// Takes the value of a property out of the elements that are `left`; none if it is absent.
    fn property(
        &mut self,
        name: &str,
        schemas: &[SchemaView<'d>],
        parent: &Element,
        left: &mut Vec<&Element>,
    ) -> Option<Value> {
        let xml = XmlObject::from_schemas(schemas);
        let types = types(schemas, self.openapi);
        let own_name = xml.name.unwrap_or(name);
        if xml.is_attribute {
            let (_, value) = parent.attributes.iter().find(|(held, _)| held == own_name)?;
            return Some(text(types, value));
        }
        let mut take =
            |wanted: &str| -> Vec<&Element> { left.extract_if(.., |element| element.name == wanted).collect() };
        if !types.and(Types::ARRAY).is_empty() && types.and(Types::OBJECT).is_empty() && !xml.is_wrapped {
            let items = self.below(schemas, "items");
            let elements = take(XmlObject::from_schemas(&items).name.unwrap_or(name));
            return Some(self.items(&items, &elements));
        }
        match take(own_name).as_slice() {
            [] => None,
            [single] => Some(self.value(schemas, single)),
            several => {
                self.fault(format!("expected the element {own_name} once, got it {} times", several.len()));
                None
            }
        }
    }
}

/// The declared properties, each with the schemas that declare it.
fn properties<'d>(schemas: &[SchemaView<'d>]) -> BTreeMap<&'d str, Vec<SchemaView<'d>>> {
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for declared in schemas.iter().filter_map(|schema| schema.below("properties")) {
        for (name, property) in declared.members() {
            found.entry(name).or_default().push(property);
        }
    }
    found
}

fn requires(schemas: &[SchemaView<'_>], name: &str) -> bool {
    schemas.iter().filter_map(|schema| schema.list("required")).flatten().any(|required| required == name)
}

/// The types that the schemas declare, or that their keywords imply; none if nothing is declared.
fn types(schemas: &[SchemaView<'_>], openapi: OasVersion) -> Types {
    let implied = |schema: &SchemaView<'_>| {
        let by = |keyword: &str, types| if schema.has(keyword) { types } else { Types::NONE };
        by("properties", Types::OBJECT).or(by("additionalProperties", Types::OBJECT)).or(by("items", Types::ARRAY))
    };
    let of = |schema: &SchemaView<'_>| schema.declared_types(openapi).unwrap_or_else(|| implied(schema));
    schemas.iter().map(of).fold(Types::NONE, Types::or)
}

/// The value of a text: of the declared type if it has one. Empty text is null where only that is possible.
fn text(types: Types, text: &str) -> Value {
    let has = |wanted: Types| !types.and(wanted).is_empty();
    let shape = Shape {
        string: has(Types::STRING) || types.is_empty(),
        number: has(Types::NUMBER),
        boolean: has(Types::BOOLEAN),
        ..Shape::default()
    };
    if text.trim().is_empty() && !shape.string && has(Types::NULL) { Value::Null } else { scalar(&shape, text) }
}
