//! A property of an object in XML: its names, the elements that have one of them, and what their text may mean.

use serde_json::Value;

use crate::contract::types::Types;
use crate::contract::xml_object::XmlSchema;

use super::xml::Element;
use super::xml_name::{Fit, Names};

/// Types that are written as text.
pub(super) const SCALARS: Types = Types::STRING.or(Types::NUMBER).or(Types::BOOLEAN);

/// A declared property, and the elements that have one of its names.
pub(super) struct Property<'d, 'e> {
    /// Its name.
    pub name: &'e str,
    /// Its schemas.
    pub schemas: Vec<XmlSchema<'d>>,
    /// The types that they declare.
    pub types: Types,
    /// Its names as an attribute.
    pub attribute: Names<'d>,
    /// Its names as one element with a value that is no array.
    pub single: Names<'d>,
    /// The names of an element around its items.
    pub wrapper: Names<'d>,
    /// The names of its items without an element around them.
    pub items: Names<'d>,
    /// The elements.
    pub elements: Vec<&'e Element>,
}

impl<'d> Property<'d, '_> {
    /// How well an element fits; none where it does not.
    pub(super) fn fit(&self, element: &Element) -> Option<Fit> {
        let names = [&self.single, &self.wrapper, &self.items];
        names.into_iter().filter_map(|names| fit(names, element)).min()
    }

    /// Whether it is an array. Repeated elements of a property without types are one.
    pub(super) fn is_list(&self) -> bool {
        self.types.is_empty() || has(self.types, Types::ARRAY)
    }
}

/// How well an element fits `names`; none where it does not.
pub(super) fn fit(names: &Names<'_>, element: &Element) -> Option<Fit> {
    names.fit(&element.name, element.namespace.as_deref())
}

/// Whether some of `wanted` are among `types`.
pub(super) fn has(types: Types, wanted: Types) -> bool {
    !types.and(wanted).is_empty()
}

/// Whether an element has neither content nor attributes.
pub(super) fn is_empty(element: &Element) -> bool {
    element.children.is_empty() && element.attributes.is_empty() && element.text.trim().is_empty()
}

/// Whether one of the schemas requires the property.
pub(super) fn requires(schemas: &[XmlSchema<'_>], name: &str) -> bool {
    let required = schemas.iter().filter_map(|held| held.schema.list("required")).flatten();
    required.into_iter().any(|required| required == name)
}

/// The readings of a text: as a string where that is declared, and as a number or a boolean. Empty text is null where only that is
/// possible.
pub(super) fn scalars(types: Types, text: &str) -> Vec<Value> {
    let is_declared = |value: &Value| match value {
        Value::Number(_) => has(types, Types::NUMBER),
        Value::Bool(_) => has(types, Types::BOOLEAN),
        _ => false,
    };
    let parsed = serde_json::from_str(text.trim()).ok().filter(is_declared);
    let is_null = text.trim().is_empty() && has(types, Types::NULL) && !has(types, Types::STRING);
    let is_string = has(types, Types::STRING) || (parsed.is_none() && !is_null);
    let string = is_string.then(|| Value::String(text.to_owned()));
    let null = is_null.then_some(Value::Null);
    string.into_iter().chain(parsed).chain(null).collect()
}
