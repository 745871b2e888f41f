//! Converts XML to the value that its schema describes, by its `xml` objects (OpenAPI 3.1 §4.8.26, 3.2 §4.26). What they leave
//! undefined is accepted: the name of a root element without `name`, namespaces where none is declared, undeclared attributes,
//! and any of several readings of the same text.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::contract::types::Types;
use crate::contract::xml_object::{self, XmlSchema};
use crate::contract::{Anchor, Contract, SchemaView, value_summary};
use crate::document::InexactNumbers;
use crate::pointer::Pointer;

use super::reading::Readings;
use super::xml::{Attribute, Element};
use super::xml_name::{Fit, Names};
use super::xml_property::{Items, Property, SCALARS, Scalars, fit, has, is_empty, requires};

/// The converted document.
pub(super) struct XmlValue {
    /// Its value.
    pub readings: Readings,
    /// Locations that do not have the declared form, with the reason.
    pub faults: Vec<(Pointer, String)>,
    /// What has no place in the value.
    pub omitted: Option<String>,
}

/// Converts the document `root`, which is written as `text`; an error says why the schema cannot be applied.
pub(super) fn convert(
    contract: &Contract,
    schema: &SchemaView<'_>,
    root: &Element,
    text: &str,
) -> Result<XmlValue, String> {
    let mut converter = Converter {
        contract,
        known: HashMap::new(),
        faults: Vec::new(),
        others: Vec::new(),
        doubts: Vec::new(),
        literals: InexactNumbers::default(),
        omitted: None,
        unsupported: None,
        is_alternative: false,
        at: Pointer::root(),
    };
    let schemas = converter.schemas(schema);
    let value = converter.root(&schemas, root, text);
    let Converter { faults, others, doubts, literals, omitted, unsupported, .. } = converter;
    match unsupported {
        Some(why) => Err(why),
        None => {
            let readings = Readings { value, others, doubts, literals, ..Readings::default() };
            Ok(XmlValue { readings, faults, omitted })
        }
    }
}

struct Converter<'d> {
    contract: &'d Contract,
    /// The schemas of a value, by the anchor of the first.
    known: HashMap<Anchor, Rc<[XmlSchema<'d>]>>,
    faults: Vec<(Pointer, String)>,
    /// Other values that the text at a location may mean.
    others: Vec<(Pointer, Vec<Value>)>,
    /// Locations whose text is a number or a boolean in XML Schema only.
    doubts: Vec<Pointer>,
    /// The texts of numbers that are not represented exactly.
    literals: InexactNumbers<'static>,
    omitted: Option<String>,
    unsupported: Option<String>,
    /// Whether another reading of an element is being converted.
    is_alternative: bool,
    /// Location of the value that is being converted.
    at: Pointer,
}

impl<'d> Converter<'d> {
    /// The schemas that may apply to the values of `schema`.
    fn schemas(&mut self, schema: &SchemaView<'d>) -> Rc<[XmlSchema<'d>]> {
        if let Some(known) = self.known.get(schema.anchor()) {
            return Rc::clone(known);
        }
        let (found, is_complete) = xml_object::schemas(schema, self.contract.openapi);
        if !is_complete {
            self.unsupported = Some("its schema has references that cannot be followed".to_owned());
        }
        if let Some(node_type) = xml_object::layouts(&found).iter().find_map(|xml| xml.other_node_type) {
            self.unsupported = Some(format!("nodeType {node_type} is not supported"));
        }
        let schemas: Rc<[XmlSchema<'d>]> = found.into();
        self.known.insert(schema.anchor().clone(), Rc::clone(&schemas));
        schemas
    }

    /// The schemas that may apply to the values of any of `declared`.
    fn all(&mut self, declared: Vec<XmlSchema<'d>>) -> Vec<XmlSchema<'d>> {
        let mut all = Vec::new();
        for XmlSchema { schema, is_certain } in declared {
            let found = self.schemas(&schema);
            all.extend(found.iter().map(|held| held.clone().certain_if(is_certain)));
        }
        all
    }

    fn property_schemas(&self, schemas: &[XmlSchema<'d>], name: &str) -> Vec<XmlSchema<'d>> {
        xml_object::property(schemas, name, &|pattern, name| self.contract.schemas.matches(pattern, name))
    }

    fn items_of(&mut self, schemas: &[XmlSchema<'d>]) -> Items<'d> {
        let count = xml_object::prefix_items(schemas);
        let first = (0..count).map(|index| self.all(xml_object::items(schemas, index))).collect();
        let items = Items { first, rest: self.all(xml_object::items(schemas, count)) };
        let text = items.first.iter().chain([&items.rest]).find_map(|item| xml_object::no_text(item));
        self.unsupported = self.unsupported.take().or(text);
        items
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

    /// The first of several readings, with the others in mind.
    fn any_of(&mut self, readings: Vec<Value>) -> Value {
        let mut readings = readings.into_iter();
        let first = readings.next().unwrap_or_default();
        let others: Vec<Value> = readings.filter(|other| *other != first).collect();
        if !others.is_empty() {
            self.others.push((self.at.clone(), others));
        }
        first
    }

    /// The readings of a text.
    fn scalars(&mut self, types: Types, text: &str) -> Vec<Value> {
        let Scalars { values, is_doubtful } = Scalars::read(types, text);
        self.doubts.extend(is_doubtful.then(|| self.at.clone()));
        self.literals.add_text(&self.at, text.trim());
        values
    }

    /// Another reading of what was converted before; none where that has faults. Within it there are no others: their number would
    /// double with each level.
    fn alternative(&mut self, convert: impl FnOnce(&mut Self) -> Value) -> Option<Value> {
        if std::mem::replace(&mut self.is_alternative, true) {
            return None;
        }
        let (faults, others, doubts) = (self.faults.len(), self.others.len(), self.doubts.len());
        let value = convert(self);
        self.is_alternative = false;
        let is_right = self.faults.len() == faults;
        self.faults.truncate(faults);
        self.others.truncate(others);
        self.doubts.truncate(doubts);
        is_right.then_some(value)
    }

    fn root(&mut self, schemas: &[XmlSchema<'d>], root: &Element, text: &str) -> Value {
        self.unsupported = self.unsupported.take().or_else(|| xml_object::no_text(schemas));
        let types = xml_object::types(schemas);
        // The name of an array that is not wrapped is ignored.
        let is_list = has(types, Types::ARRAY) && !has(types, Types::OBJECT);
        let names = Names::new(schemas, None, self.contract.openapi, |xml| !is_list || xml.is_wrapped);
        if !names.is_empty() {
            match fit(&names, root) {
                None => self.fault(format!("expected the element {names}, got {}", root.name)),
                Some(fit) => self.check_namespace(&names, fit, &root.name, root.namespace.as_deref()),
            }
        }
        if !has(types, Types::STRING) || has(types, Types::CONTAINERS) {
            return self.value(schemas, types, root, None);
        }
        // A document may be meant as a string.
        let mut readings = if root.children.is_empty() { self.scalars(types, &root.text) } else { Vec::new() };
        readings.push(Value::String(text.to_owned()));
        self.any_of(readings)
    }

    fn check_namespace(&mut self, names: &Names<'d>, fit: Fit, name: &str, actual: Option<&str>) {
        if let (Fit::OtherNamespace, Some(wanted)) = (fit, names.namespace(name)) {
            let actual = value_summary::name(actual.unwrap_or("none"));
            self.fault(format!("expected the namespace {wanted} of {name}, got {actual}"));
        }
    }

    /// The value of one element, as one of `types`. `item_name` is the name of the items within it if they declare none.
    fn value(&mut self, schemas: &[XmlSchema<'d>], types: Types, element: &Element, item_name: Option<&str>) -> Value {
        if element.is_nil {
            return Value::Null;
        }
        let is_text = element.children.is_empty();
        let mut readings = Vec::new();
        if has(types, Types::OBJECT) || (!is_text && !has(types, Types::ARRAY)) {
            readings.push(self.object(schemas, element));
        }
        if has(types, Types::ARRAY) {
            let list = |this: &mut Self| this.wrapped_items(schemas, element, item_name);
            match readings.is_empty() {
                true => readings.push(list(self)),
                false => readings.extend(self.alternative(list)),
            }
        }
        if is_text && (readings.is_empty() || has(types, SCALARS)) {
            readings.extend(self.scalars(types, &element.text));
        }
        if is_empty(element) && has(types, Types::NULL) {
            readings.push(Value::Null);
        }
        self.any_of(readings)
    }

    /// The items of an array that has an element of its own.
    fn wrapped_items(&mut self, schemas: &[XmlSchema<'d>], element: &Element, item_name: Option<&str>) -> Value {
        let elements: Vec<&Element> = element.children.iter().collect();
        self.items(schemas, &elements, item_name)
    }

    /// The items of an array of `schemas`.
    fn items(&mut self, schemas: &[XmlSchema<'d>], elements: &[&Element], item_name: Option<&str>) -> Value {
        let items = self.items_of(schemas);
        let names = |schemas: &[XmlSchema<'d>]| Names::new(schemas, item_name, self.contract.openapi, |_| true);
        let (first, rest): (Vec<_>, _) = (items.first.iter().map(|item| names(item)).collect(), names(&items.rest));
        let types = |schemas: &[XmlSchema<'d>]| xml_object::types(schemas);
        let (first_types, rest_types): (Vec<_>, _) =
            (items.first.iter().map(|item| types(item)).collect(), types(&items.rest));
        let mut values = Vec::new();
        let mut has_other = false;
        for (index, element) in elements.iter().enumerate() {
            let names = first.get(index).unwrap_or(&rest);
            let fit = fit(names, element);
            if fit.is_none() && !std::mem::replace(&mut has_other, true) {
                self.fault(format!("expected the elements {names}, got {}", element.name));
            }
            let types = *first_types.get(index).unwrap_or(&rest_types);
            values.push(self.within(index, |this| {
                if let Some(fit) = fit {
                    this.check_namespace(names, fit, &element.name, element.namespace.as_deref());
                }
                this.value(items.schemas(index), types, element, None)
            }));
        }
        Value::Array(values)
    }

    fn object(&mut self, schemas: &[XmlSchema<'d>], element: &Element) -> Value {
        let mut left: Vec<&Element> = element.children.iter().collect();
        let declared = xml_object::properties(schemas);
        let mut properties: Vec<_> = Vec::with_capacity(declared.len());
        for name in declared {
            properties.push(self.declared(name, self.property_schemas(schemas, name)));
        }
        // Another property may have the same name in another namespace.
        for wanted in [Fit::Namespace, Fit::Name, Fit::OtherNamespace] {
            for property in &mut properties {
                if wanted == Fit::OtherNamespace && !property.elements.is_empty() {
                    continue;
                }
                let fitting: Vec<_> = left.extract_if(.., |element| property.fit(element) == Some(wanted)).collect();
                property.elements.extend(fitting);
            }
        }
        let mut object = Map::new();
        for property in properties {
            let is_required = requires(schemas, property.name);
            let value = self.within(property.name, |this| this.property(&property, element, is_required));
            object.extend(value.map(|value| (property.name.to_owned(), value)));
        }
        self.others(schemas, left, &mut object);
        Value::Object(object)
    }

    /// Adds the elements that are no declared property.
    fn others(&mut self, schemas: &[XmlSchema<'d>], mut left: Vec<&Element>, object: &mut Map<String, Value>) {
        while let Some(first) = left.first().copied() {
            let is_same = |other: &Element| other.name == first.name && other.namespace == first.namespace;
            let (elements, rest): (Vec<&Element>, _) = left.into_iter().partition(|element| is_same(element));
            left = rest;
            if object.contains_key(&first.name) {
                self.omitted = Some(format!("the element {}, since another property has that name", first.name));
                continue;
            }
            // A property of that name that is no element is not meant.
            let is_listed = schemas.iter().any(|held| held.schema.property(&first.name).is_some());
            let found = if is_listed { Vec::new() } else { self.property_schemas(schemas, &first.name) };
            let schemas = self.all(found);
            let types = xml_object::types(&schemas);
            let (single, items) = (Names::only(&first.name), Names::only(&first.name));
            let (attribute, wrapper) = (Names::default(), Names::default());
            let property = Property { name: &first.name, schemas, types, attribute, single, wrapper, items, elements };
            if let Some(value) = self.within(&first.name, |this| this.element(&property, false)) {
                object.insert(first.name.clone(), value);
            }
        }
    }

    fn declared<'e>(&mut self, name: &'e str, declared: Vec<XmlSchema<'d>>) -> Property<'d, 'e> {
        let schemas = self.all(declared);
        let types = xml_object::types(&schemas);
        let (is_list, is_single) =
            (has(types, Types::ARRAY), types.is_empty() || has(types, SCALARS.or(Types::OBJECT)));
        let own = |wanted: &dyn Fn(bool, bool) -> bool| {
            Names::new(&schemas, Some(name), self.contract.openapi, |xml| {
                !xml.is_text && wanted(xml.is_attribute, xml.is_wrapped)
            })
        };
        let attribute = own(&|is_attribute, _| is_attribute);
        let single = own(&|is_attribute, _| !is_attribute && is_single);
        let wrapper = own(&|_, is_wrapped| is_wrapped && is_list);
        let is_bare = is_list
            && xml_object::layouts(&schemas).iter().any(|xml| !xml.is_wrapped && !xml.is_attribute && !xml.is_text);
        let items = if is_bare {
            let items = self.items_of(&schemas);
            let all: Vec<_> = items.first.into_iter().flatten().chain(items.rest).collect();
            Names::new(&all, Some(name), self.contract.openapi, |_| true)
        } else {
            Names::default()
        };
        Property { name, schemas, types, attribute, single, wrapper, items, elements: Vec::new() }
    }

    /// The value of a property; none if it is absent. Without items, an array is absent unless it is required.
    fn property(&mut self, property: &Property<'d, '_>, parent: &Element, is_required: bool) -> Option<Value> {
        if let Some(value) = self.attribute(property, &parent.attributes) {
            return Some(value);
        }
        if let Some(readings) = property.text(parent, is_required).map(|text| self.scalars(property.types, text)) {
            return Some(self.any_of(readings));
        }
        let is_only_attribute =
            [&property.single, &property.wrapper, &property.items].iter().all(|names| names.is_empty());
        if is_only_attribute {
            // An attribute that is null is omitted (OpenAPI 3.2 §4.26.5).
            let is_null = self.contract.openapi.is_at_least_3_2() && has(property.types, Types::NULL);
            return is_null.then_some(Value::Null);
        }
        self.element(property, is_required)
    }

    fn attribute(&mut self, property: &Property<'d, '_>, attributes: &[Attribute]) -> Option<Value> {
        let (fit, found) = property.attribute_among(attributes)?;
        self.check_namespace(&property.attribute, fit, &found.name, found.namespace.as_deref());
        let mut readings = self.scalars(property.types, &found.value);
        readings.extend((found.value.trim().is_empty() && has(property.types, Types::NULL)).then_some(Value::Null));
        Some(self.any_of(readings))
    }

    fn element(&mut self, property: &Property<'d, '_>, is_required: bool) -> Option<Value> {
        let Property { schemas, types, elements, .. } = property;
        let [first, more @ ..] = elements.as_slice() else {
            return (is_required && !property.items.is_empty()).then(|| Value::Array(Vec::new()));
        };
        if more.iter().any(|other| other.namespace != first.namespace) {
            self.unsupported = Some(format!("it has elements {} in several namespaces", first.name));
        }
        let is_bare = fit(&property.items, first).is_some();
        if !more.is_empty() {
            if is_bare || property.is_list() && property.wrapper.is_empty() {
                return Some(self.items(schemas, elements, Some(property.name)));
            }
            self.fault(format!("expected the element {} once, got it {} times", first.name, elements.len()));
            return None;
        }
        for names in [&property.single, &property.wrapper] {
            if let Some(fit) = fit(names, first).filter(|_| !is_bare) {
                self.check_namespace(names, fit, &first.name, first.namespace.as_deref());
                break;
            }
        }
        if fit(&property.wrapper, first).is_some() {
            return Some(self.value(schemas, *types, first, Some(&first.name)));
        }
        let is_single = fit(&property.single, first).is_some();
        if !is_bare || !has(*types, Types::ARRAY) {
            return Some(self.value(schemas, types.without(Types::ARRAY), first, None));
        }
        if first.is_nil && has(*types, Types::NULL) {
            return Some(Value::Null);
        }
        let mut readings = vec![self.items(schemas, elements, Some(property.name))];
        if is_single && has(*types, SCALARS.or(Types::OBJECT)) {
            readings.extend(self.alternative(|this| this.value(schemas, types.without(Types::ARRAY), first, None)));
        }
        readings.extend((is_empty(first) && has(*types, Types::NULL)).then_some(Value::Null));
        Some(self.any_of(readings))
    }
}
