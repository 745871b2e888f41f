//! A property of an object in XML: its names, the elements that have one of them, and what their text may mean.

use serde_json::Value;

use crate::contract::types::Types;
use crate::contract::xml_object::{self, XmlSchema};

use super::xml::{Attribute, Element};
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

/// The schemas of the items of an array: of the first ones, and of all others.
pub(super) struct Items<'d> {
    /// Of the first items.
    pub first: Vec<Vec<XmlSchema<'d>>>,
    /// Of the items after them.
    pub rest: Vec<XmlSchema<'d>>,
}

impl<'d> Items<'d> {
    /// The schemas of the item at `index`.
    pub(super) fn schemas(&self, index: usize) -> &[XmlSchema<'d>] {
        self.first.get(index).unwrap_or(&self.rest)
    }
}

impl<'d> Property<'d, '_> {
    /// How well an element fits; none where it does not.
    pub(super) fn fit(&self, element: &Element) -> Option<Fit> {
        let names = [&self.single, &self.wrapper, &self.items];
        names.into_iter().filter_map(|names| fit(names, element)).min()
    }

    /// The text of the element around it, where it is that. Without text it is absent, unless it is a required string.
    pub(super) fn text<'p>(&self, parent: &'p Element, is_required: bool) -> Option<&'p str> {
        let is_empty_string = is_required && has(self.types, Types::STRING) && parent.children.is_empty();
        let text = Some(&*parent.text).filter(|text| is_empty_string || !text.trim().is_empty());
        text.filter(|_| xml_object::is_text(&self.schemas))
    }

    /// The attribute that fits best; one without a namespace rather than one with it.
    pub(super) fn attribute_among<'a>(&self, attributes: &'a [Attribute]) -> Option<(Fit, &'a Attribute)> {
        let fitting = attributes.iter().filter_map(|held| {
            let namespace = held.namespace.as_deref();
            Some((self.attribute.fit(&held.name, namespace)?, namespace.is_some(), held))
        });
        let best = fitting.min_by_key(|(fit, is_qualified, _)| (*fit, *is_qualified));
        best.map(|(fit, _, found)| (fit, found))
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

/// What the text of an element or attribute may mean.
pub(super) struct Scalars {
    /// Its readings: as a string where that is declared, and as a number or a boolean. Empty text is null where only that is possible.
    pub values: Vec<Value>,
    /// Whether it is a number or a boolean in XML Schema (part 2, §3.2.2 to §3.2.5), but not in JSON. OpenAPI does not say which of them
    /// it means.
    pub is_doubtful: bool,
}

impl Scalars {
    /// Reads `text` as one of `types`.
    pub(super) fn read(types: Types, text: &str) -> Self {
        let is_declared = |value: &Value| match value {
            Value::Number(_) => has(types, Types::NUMBER),
            Value::Bool(_) => has(types, Types::BOOLEAN),
            _ => false,
        };
        let own = text.trim();
        let json = serde_json::from_str(own).ok().filter(is_declared);
        let is_string = has(types, Types::STRING);
        let schema = if is_string || json.is_some() { None } else { of_xml_schema(own).filter(is_declared) };
        let is_doubtful = schema.is_some();
        let parsed = json.or(schema);
        let is_null = own.is_empty() && has(types, Types::NULL) && !is_string;
        let string = is_string || (parsed.is_none() && !is_null);
        let string = string.then(|| Value::String(text.to_owned()));
        let null = is_null.then_some(Value::Null);
        Self { values: string.into_iter().chain(parsed).chain(null).collect(), is_doubtful }
    }
}

/// A boolean or number in a form that JSON does not have: `1` for true, `+1`, `007`, `.5`.
fn of_xml_schema(text: &str) -> Option<Value> {
    match text {
        "1" => return Some(Value::Bool(true)),
        "0" => return Some(Value::Bool(false)),
        _ => {}
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, rest) = digits.split_at(digits.find(|other: char| !other.is_ascii_digit()).unwrap_or(digits.len()));
    let whole = match whole.trim_start_matches('0') {
        "" if !whole.is_empty() || rest.starts_with('.') && rest.len() > 1 => "0",
        whole => whole,
    };
    let rest = if rest == "." { "" } else { rest };
    serde_json::from_str(&format!("{sign}{whole}{rest}")).ok().filter(Value::is_number)
}
