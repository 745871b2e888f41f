//! What may be at each location of a value, as a tree that is walked alongside the value.

use std::sync::Arc;

use serde_json::{Map, Number, Value};

use crate::contract::schema::NamePattern;
use crate::contract::{Anchor, StatusKey};
use crate::document::Decimal;

use super::id::{BranchId, ClauseId, PlaceId};

/// The messages of one operation: which clauses each part of them may meet.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// By parameter of the operation.
    pub parameters: Vec<ParameterPlace>,
    /// The body of a request that has none.
    pub omits_body: Option<ClauseId>,
    /// Bodies of requests, by declared media type.
    pub request: Vec<BodyPlace>,
    /// Responses, in the order of the operation.
    pub responses: Vec<ResponsePlace>,
    /// The clauses of group security.
    pub security: Vec<ClauseId>,
    /// The clauses `violates`.
    pub refusals: Vec<ClauseId>,
    /// The places within parameters and bodies.
    pub places: Places,
}

/// A parameter.
#[derive(Debug)]
pub(super) struct ParameterPlace {
    /// That a request does not have it.
    pub absent: Option<ClauseId>,
    /// Its value.
    pub place: PlaceId,
}

/// A body of a declared media type.
#[derive(Debug)]
pub(super) struct BodyPlace {
    /// The media type, as the document writes it.
    pub media_type: Arc<str>,
    /// A body of that media type.
    pub present: Option<ClauseId>,
    /// Its value; none where that is not descended.
    pub place: Option<PlaceId>,
}

/// A declared response.
#[derive(Debug)]
pub(super) struct ResponsePlace {
    /// Its status.
    pub status: StatusKey,
    /// A response with that status.
    pub present: Option<ClauseId>,
    /// Its headers, by name as the document writes it.
    pub headers: Vec<(String, ClauseId)>,
    /// Its bodies.
    pub content: Vec<BodyPlace>,
}

/// The places of one operation.
#[derive(Debug, Default)]
pub(super) struct Places {
    places: Vec<Place>,
    /// The schemas of branches, each once.
    pub branches: Vec<Anchor>,
}

/// One location, with the clauses that a value at it may meet.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// Any value.
    pub present: Option<ClauseId>,
    /// Null.
    pub null: Option<ClauseId>,
    /// The empty string, array or object.
    pub empty: Option<ClauseId>,
    /// Single values.
    pub values: Vec<(Value, ClauseId)>,
    /// Values at bounds.
    pub bounds: Vec<(Bound, ClauseId)>,
    /// Declared properties, sorted by name.
    pub properties: Vec<Property>,
    /// Undeclared properties, by their names: those of a pattern, and those of none.
    pub others: Vec<Others>,
    /// Items of every index.
    pub items: Option<PlaceId>,
    /// Branches of the same value.
    pub branches: Vec<Branch>,
    /// Examples of the whole value, by the location of their value in the document.
    pub examples: Vec<(Arc<Anchor>, ClauseId)>,
}

/// A declared property.
#[derive(Debug)]
pub(super) struct Property {
    /// Its name.
    pub name: Arc<str>,
    /// That an object does not have it.
    pub absent: Option<ClauseId>,
    /// Its value.
    pub place: PlaceId,
}

/// Undeclared properties to which the same schemas apply.
#[derive(Debug)]
pub(super) struct Others {
    /// Their names.
    pub names: Names,
    /// Their values.
    pub place: PlaceId,
}

/// Names of undeclared properties.
#[derive(Debug)]
pub(super) enum Names {
    /// Those that match the pattern.
    Matching(NamePattern),
    /// Those that match none of the patterns.
    Remaining(Vec<NamePattern>),
}

impl Others {
    /// Those of the properties of an object at `place`.
    pub(super) fn of<'v>(
        &self,
        place: &Place,
        members: &'v Map<String, Value>,
    ) -> impl Iterator<Item = (&'v String, &'v Value)> {
        members.iter().filter(|(name, _)| place.property(name).is_none() && self.names.has(name))
    }
}

impl Names {
    /// Whether `name` is one of them.
    pub(super) fn has(&self, name: &str) -> bool {
        match self {
            Self::Matching(pattern) => pattern.matches(name),
            Self::Remaining(patterns) => !patterns.iter().any(|pattern| pattern.matches(name)),
        }
    }
}

/// A branch of `oneOf` or `anyOf`.
#[derive(Debug)]
pub(super) struct Branch {
    /// Its schema: values that conform to it are of the branch.
    pub schema: BranchId,
    /// The values of the branch.
    pub place: PlaceId,
}

/// A bound that a value is at.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Bound {
    /// A string of so many characters.
    Length(u64),
    /// An array of so many items.
    Items(u64),
    /// An object of so many properties.
    Properties(u64),
    /// That number.
    Number(Number),
}

impl Places {
    /// Adds an empty place.
    pub(super) fn add(&mut self) -> PlaceId {
        let id = PlaceId(u32::try_from(self.places.len()).unwrap_or(u32::MAX));
        self.places.push(Place::default());
        id
    }

    /// The place of that id.
    pub(super) fn at(&self, id: PlaceId) -> &Place {
        &self.places[id.0 as usize]
    }

    /// The place of that id.
    pub(super) fn at_mut(&mut self, id: PlaceId) -> &mut Place {
        &mut self.places[id.0 as usize]
    }
}

impl Place {
    /// The property of that name.
    pub(super) fn property(&self, name: &str) -> Option<&Property> {
        let found = self.properties.binary_search_by(|held| (*held.name).cmp(name));
        found.ok().map(|index| &self.properties[index])
    }
}

impl Bound {
    /// Whether `value` is at the bound.
    pub(super) fn is_met(&self, value: &Value) -> bool {
        match (self, value) {
            // A character has at most four bytes.
            (Self::Length(length), Value::String(text)) => {
                let (bytes, length) = (text.len() as u64, *length);
                length <= bytes && bytes <= length.saturating_mul(4) && text.chars().count() as u64 == length
            }
            (Self::Items(count), Value::Array(items)) => items.len() as u64 == *count,
            (Self::Properties(count), Value::Object(members)) => members.len() as u64 == *count,
            (Self::Number(bound), Value::Number(number)) => is_same_number(bound, number),
            _ => false,
        }
    }
}

/// Whether two values are equal as JSON: numbers by value, objects in any order.
pub(super) fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => is_same_number(a, b),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| is_same(a, b)))
        }
        (a, b) => a == b,
    }
}

/// Whether two numbers are equal. Large integers of which 64 bits hold the digits are compared by them: several have the same float.
fn is_same_number(a: &Number, b: &Number) -> bool {
    let digits = |number: &Number| number.to_string();
    a == b || a.as_f64() == b.as_f64() && Decimal::parse(&digits(a)) == Decimal::parse(&digits(b))
}
