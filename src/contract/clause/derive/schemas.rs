//! The schemas that apply to one location: through `$ref`, `allOf` and compositions with only one branch, which are transparent.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::clause::set::Source;
use crate::contract::keyword::{self, Applies};
use crate::contract::schema::Applicable;
use crate::contract::types::Types;
use crate::contract::version::OasVersion;
use crate::contract::{Anchor, SchemaView};

/// A schema with its location, which the clauses that it states share.
#[derive(Debug, Clone)]
pub(super) struct Located<'d> {
    /// The schema.
    pub view: SchemaView<'d>,
    /// Its location.
    pub anchor: Arc<Anchor>,
    /// Whether it is the other branch of a composition with one for null: null need not conform to it.
    spares_null: bool,
}

impl<'d> Located<'d> {
    fn new(view: SchemaView<'d>, spares_null: bool) -> Self {
        Self { anchor: Arc::new(view.anchor().clone()), view, spares_null }
    }

    /// A keyword of the schema as the source of a clause.
    pub(super) fn keyword(&self, keyword: &'static str) -> Source {
        Source { object: Arc::clone(&self.anchor), keyword: Some(keyword) }
    }

    /// The schema as the source of a clause.
    pub(super) fn itself(&self) -> Source {
        Source { object: Arc::clone(&self.anchor), keyword: None }
    }

    /// The address of the schema, which is unique to its location.
    pub(super) fn address(&self) -> *const Value {
        self.view.value()
    }
}

/// A `oneOf` or `anyOf` with several branches.
#[derive(Debug)]
pub(super) struct Composition<'d> {
    /// The schema that has it.
    pub holder: Located<'d>,
    /// The keyword.
    pub keyword: &'static str,
    /// Its branches with their indexes, without those that are only null.
    pub branches: Vec<(usize, SchemaView<'d>)>,
    /// Whether it has such a branch, or need not be conformed to by null.
    spares_null: bool,
}

/// The schemas that apply to one location.
#[derive(Debug, Default)]
pub(super) struct Schemas<'d> {
    /// Those that every value must conform to.
    pub all: Vec<Located<'d>>,
    /// Their compositions.
    pub compositions: Vec<Composition<'d>>,
    /// A composition with a branch for null.
    pub null_branch: Option<Source>,
}

impl<'d> Schemas<'d> {
    /// The schemas that apply where each of `declared` does.
    pub(super) fn new(declared: impl IntoIterator<Item = SchemaView<'d>>, openapi: OasVersion) -> Self {
        let mut found = Self::default();
        let mut open: Vec<(SchemaView<'d>, bool)> = declared.into_iter().map(|schema| (schema, false)).collect();
        let mut next = 0;
        while let Some((schema, spares_null)) = open.get(next).cloned() {
            next += 1;
            for view in Applicable::always(&schema, openapi).schemas {
                let located = Located::new(view, spares_null);
                match found.all.iter_mut().find(|held| held.address() == located.address()) {
                    Some(held) => held.spares_null &= spares_null,
                    None => open.extend(found.add(located)),
                }
            }
        }
        found
    }

    /// Adds a schema; returns the schemas that it is another form of, and whether null need not conform to them.
    fn add(&mut self, schema: Located<'d>) -> Vec<(SchemaView<'d>, bool)> {
        let mut transparent = Vec::new();
        for keyword in keyword::applicators().filter(|keyword| keyword.applies() == Some(Applies::Alternatively)) {
            let all = schema.view.branches(keyword.name);
            let count = all.len();
            let mut branches: Vec<_> = all.into_iter().enumerate().filter(|(_, branch)| !is_null(branch)).collect();
            let spares_null = schema.spares_null || branches.len() < count;
            if branches.len() < count {
                self.null_branch.get_or_insert_with(|| schema.keyword(keyword.name));
            }
            match branches.len() {
                0 => {}
                1 => transparent.extend(branches.pop().map(|(_, branch)| (branch, spares_null))),
                _ => {
                    let holder = schema.clone();
                    self.compositions.push(Composition { holder, keyword: keyword.name, branches, spares_null });
                }
            }
        }
        self.all.push(schema);
        transparent
    }

    /// Leaves out the schemas for which `is_known` is true, with their compositions.
    pub(super) fn without(mut self, is_known: impl Fn(*const Value) -> bool) -> Self {
        self.all.retain(|schema| !is_known(schema.address()));
        self.compositions.retain(|composition| !is_known(composition.holder.address()));
        self
    }

    /// The types that all of them allow.
    pub(super) fn types(&self, openapi: OasVersion) -> Types {
        self.all.iter().fold(Types::ANY, |types, schema| {
            let own = match schema.view.declared_types(openapi) {
                Some(own) => own,
                None => schema.view.possible_types(|keyword| keyword.applies().is_some_and(Applies::is_within)),
            };
            if own.is_empty() { types } else { types.and(own) }
        })
    }

    /// The types that `type`, `enum` and `const` of all of them allow: values of other types violate one of them.
    pub(super) fn allowed_types(&self, openapi: OasVersion) -> Types {
        self.all.iter().fold(Types::ANY, |types, schema| {
            let listed = schema.view.list("enum").map(Types::from_values);
            let constant = schema.view.get("const").filter(|_| !openapi.is_3_0()).map(Types::from_value);
            let own = [schema.view.declared_types(openapi), listed, constant].into_iter().flatten();
            let null = if schema.spares_null { Types::NULL } else { Types::NONE };
            own.fold(types, |types, own| types.and(own.or(null)))
        })
    }

    /// Whether no value conforms to them, because of a schema `false`.
    pub(super) fn allow_nothing(&self) -> bool {
        self.all.iter().any(|schema| *schema.view.value() == Value::Bool(false) && !schema.spares_null)
    }

    /// The keyword by which null is allowed; none where it is not, or where nothing is said about types.
    pub(super) fn null(&self, types: Types, openapi: OasVersion) -> Option<Source> {
        let is_nullable = |schema: &&Located<'_>| openapi.is_3_0() && schema.view.flag("nullable") == Some(true);
        let has_null = |schema: &&Located<'_>| {
            let listed = schema.view.list("enum").is_some_and(|values| values.contains(&Value::Null));
            let typed = schema.view.declared_types(openapi).is_some_and(|own| !own.and(Types::NULL).is_empty());
            (listed || typed) && !openapi.is_3_0()
        };
        if let Some(schema) = self.all.iter().find(is_nullable) {
            return Some(schema.keyword("nullable"));
        }
        let is_allowed = !types.and(Types::NULL).is_empty() && types != Types::ANY;
        let declared = self.all.iter().filter(|_| is_allowed).find(has_null).map(|schema| schema.keyword("type"));
        declared.or_else(|| self.null_branch.clone())
    }

    /// Whether null violates them: by the type or the values of one of them, or of every branch. `nullable` adds null only to the `type`
    /// next to it (OpenAPI 3.0.3 §4.7.24.1).
    pub(super) fn exclude_null(&self, openapi: OasVersion) -> bool {
        let is_excluding = |schema: &Located<'_>| {
            let is_typed = schema.view.declared_types(openapi).is_some_and(|own| own.and(Types::NULL).is_empty());
            let is_listed = schema.view.list("enum").is_some_and(|values| !values.contains(&Value::Null));
            let is_constant = !openapi.is_3_0() && schema.view.get("const").is_some_and(|value| !value.is_null());
            is_typed || is_listed || is_constant
        };
        let by_own = |schemas: &Self| schemas.all.iter().any(|schema| !schema.spares_null && is_excluding(schema));
        let by_branch = |branch: &SchemaView<'d>| by_own(&Self::new([branch.clone()], openapi));
        let by_branches =
            |composition: &Composition<'d>| composition.branches.iter().all(|(_, branch)| by_branch(branch));
        by_own(self) || self.compositions.iter().filter(|composition| !composition.spares_null).any(by_branches)
    }
}

/// Whether a branch is `type: null` and nothing else, which the closest branch of a violation never is.
fn is_null(branch: &SchemaView<'_>) -> bool {
    branch.clone().chain().any(|schema| schema.text("type") == Some("null"))
}
