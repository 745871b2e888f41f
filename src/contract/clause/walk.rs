//! Walks a value alongside its places, and finds the clauses that it meets.

use std::collections::HashSet;

use serde_json::Value;

use super::id::{BranchId, ClauseId, PlaceId};
use super::tree::{Others, Place, Places, is_same};

/// Maximum number of values within one message that are visited. What more there are meet nothing.
const MAX_VISITS: usize = 50_000;

/// A walk through the values of one message.
pub(super) struct Walk<'a> {
    /// The places of the operation.
    pub places: &'a Places,
    /// Whether a value is of a branch.
    pub is_of_branch: &'a dyn Fn(BranchId, &Value) -> bool,
    /// Whether values under a name are hidden. At the location of undeclared properties, such values meet nothing: which clause is met
    /// would show the value.
    pub is_hidden: &'a dyn Fn(&str) -> bool,
    /// Addresses of the values that violate the contract: only the values within them meet clauses.
    pub invalid: &'a HashSet<*const Value>,
    /// Called for each clause that is met, perhaps several times.
    pub meet: &'a mut dyn FnMut(ClauseId),
    /// Number of values that may still be visited.
    visits: usize,
}

impl<'a> Walk<'a> {
    /// A walk that has visited nothing.
    pub(super) fn new(
        places: &'a Places,
        is_of_branch: &'a dyn Fn(BranchId, &Value) -> bool,
        is_hidden: &'a dyn Fn(&str) -> bool,
        invalid: &'a HashSet<*const Value>,
        meet: &'a mut dyn FnMut(ClauseId),
    ) -> Self {
        Self { places, is_of_branch, is_hidden, invalid, meet, visits: MAX_VISITS }
    }

    /// Visits `value` at the place, and the values in it.
    pub(super) fn value(&mut self, id: PlaceId, value: &Value) {
        let Some(left) = self.visits.checked_sub(1) else { return };
        self.visits = left;
        let place = self.places.at(id);
        if !self.invalid.contains(&std::ptr::from_ref(value)) {
            self.own(place, value);
        }
        match value {
            Value::Array(items) => {
                if let Some(place) = place.items {
                    items.iter().for_each(|item| self.value(place, item));
                }
            }
            Value::Object(members) => {
                for property in &place.properties {
                    match members.get(&*property.name) {
                        Some(value) => self.value(property.place, value),
                        None => self.meet(property.absent),
                    }
                }
                let is_hidden = self.is_hidden;
                for others in &place.others {
                    let values = others.of(place, members).filter(|(name, _)| !is_hidden(name));
                    values.for_each(|(_, value)| self.value(others.place, value));
                }
            }
            _ => {}
        }
    }

    /// Meets the clauses of the value itself, and visits it as a value of its branches.
    fn own(&mut self, place: &Place, value: &Value) {
        self.meet(place.present);
        if value.is_null() {
            self.meet(place.null);
        }
        if is_empty(value) {
            self.meet(place.empty);
        }
        for (_, id) in place.values.iter().filter(|(named, _)| is_same(named, value)) {
            (self.meet)(*id);
        }
        for (_, id) in place.bounds.iter().filter(|(bound, _)| bound.is_met(value)) {
            (self.meet)(*id);
        }
        // A hidden value may decide which branch it is.
        if place.branches.iter().any(|branch| self.has_hidden(branch.place, value)) {
            return;
        }
        for branch in place.branches.iter().filter(|branch| (self.is_of_branch)(branch.schema, value)) {
            self.value(branch.place, value);
        }
    }

    /// Whether `value`, or a value in it, has an undeclared property whose value is hidden.
    fn has_hidden(&self, id: PlaceId, value: &Value) -> bool {
        let place = self.places.at(id);
        let is_within = match value {
            Value::Array(items) => {
                place.items.is_some_and(|place| items.iter().any(|item| self.has_hidden(place, item)))
            }
            Value::Object(members) => {
                let is_hidden = |others: &Others| {
                    others
                        .of(place, members)
                        .any(|(name, value)| (self.is_hidden)(name) || self.has_hidden(others.place, value))
                };
                let mut declared =
                    place.properties.iter().filter_map(|held| Some((held.place, members.get(&*held.name)?)));
                declared.any(|(place, value)| self.has_hidden(place, value)) || place.others.iter().any(is_hidden)
            }
            _ => false,
        };
        is_within || place.branches.iter().any(|branch| self.has_hidden(branch.place, value))
    }

    /// Meets the clause that the place of something is.
    pub(super) fn meet(&mut self, clause: Option<ClauseId>) {
        clause.into_iter().for_each(|id| (self.meet)(id));
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
