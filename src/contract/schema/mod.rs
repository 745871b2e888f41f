//! Compiled schemas: every schema of the contract as one validator, and what a value breaks of one of them.
//!
//! Each validator of the library holds its own copy of everything it reaches, so one wrapper with a property per schema is
//! compiled, and a value is judged as the member of that name.

mod applicable;
mod chosen;
mod dialect;
mod discriminator;
mod documented;
mod explain;
mod format;
mod nearest;
mod read;
mod resources;
mod stand_in;
pub(super) mod structure;
mod text;
mod view;
mod violation;
mod walk;
mod wording;

pub(super) use applicable::Applicable;
pub(super) use format::is_known as is_known_format;
pub(super) use text::pattern_error;
pub(crate) use view::SchemaView;

use jsonschema::{Draft, Registry, ValidationOptions};
use serde_json::{Map, Value, json};

use super::version::OasVersion;
use crate::document::Document;
use crate::pointer::Pointer;

use super::refs::{REF, Refs, Uris};
use super::{Anchor, Breach, Direction, Location, NotChecked, Rule, SchemaKey};
use dialect::Dialect;
use documented::Documented;
use explain::Explainer;
use resources::Resources;
use stand_in::StandIns;
use text::Patterns;
use violation::Violation;

/// Every schema the contract's operations use, compiled as one validator.
#[derive(Debug)]
pub struct Schemas {
    roots: Vec<Anchor>,
    validator: jsonschema::Validator,
    resources: Resources,
    documented: Documented,
    unsure: Option<String>,
    patterns: Patterns,
    unmatched: Vec<(Anchor, String)>,
}

/// A value to judge: by which schema, and how its breaches are labelled.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// The files that the schemas stand in.
    pub refs: Refs<'a>,
    /// The schema.
    pub key: SchemaKey,
    /// The rule of every breach.
    pub rule: Rule,
    /// The place in the message of a place in the value.
    pub location: &'a dyn Fn(Pointer) -> Location,
    /// Which way the value travels.
    pub direction: Direction,
}

/// More breaches of one value than anybody reads: the others are not listed, and that is said.
pub(super) const MAX_VIOLATIONS: usize = 1_000;

/// Nodes of a value up to which every breach is collected. A hostile answer of millions of wrong items would otherwise cost
/// hundreds of bytes for each; of a larger one the first is listed, and that is said.
const MAX_NODES: usize = 100_000;

impl Schemas {
    /// Compiles the schemas at `roots`; [`SchemaKey`] `i` is the `i`-th of them. `uris` are those of `documents`, by index, and
    /// `openapi` the document's version, which decides the dialect. Every schema that does not compile is reported.
    pub fn compile(
        documents: &[Document],
        uris: &Uris,
        roots: Vec<Anchor>,
        openapi: OasVersion,
    ) -> Result<Self, Vec<(Anchor, String)>> {
        let refs = Refs { documents, uris };
        let dialect = Dialect::of(openapi, documents.first().map_or(&Value::Null, Document::value));
        let resources = Resources::of(refs);
        let documented = Documented::build(refs, &resources, &roots, &dialect);
        let roots: Vec<Anchor> = documented.roots().cloned().collect();
        let malformed = dialect.malformed(refs, documented.entries());
        if !malformed.is_empty() {
            return Err(malformed);
        }
        let patterns = Patterns::default();
        let unmatched = |(at, pattern): &(Anchor, String)| Some((at.clone(), patterns.unmatched(pattern)?));
        let mut left_out: Vec<_> = documented.name_patterns().iter().filter_map(unmatched).collect();
        let files = StandIns::of(refs, &resources, &left_out);
        // The library takes its time for every file that it is given.
        let known = resources.around(refs, documented.anchors().map(|anchor| anchor.document));
        let files = Files { refs, resources: &resources, known, stand_ins: &files };
        let validator = validator(&files, &roots, &dialect.options(&patterns), dialect.draft()).map_err(|errors| {
            let own = documented.anchors().filter_map(|anchor| dialect.own_error(refs, anchor)).collect::<Vec<_>>();
            if own.is_empty() { errors } else { own }
        })?;
        left_out.extend(documented.patterns().iter().filter_map(unmatched));
        Ok(Self { roots, validator, resources, documented, unsure: dialect.unsure(), patterns, unmatched: left_out })
    }

    /// Whether the keyword at `anchor` is below a condition (`if`, `not`, `contains` …), so that values may violate it and
    /// still conform to the schema that holds the condition.
    pub fn is_conditional(&self, anchor: &Anchor) -> bool {
        self.documented.is_conditional(anchor)
    }

    /// Where the schema of that key stands.
    pub fn anchor(&self, key: SchemaKey) -> &Anchor {
        &self.roots[key.0]
    }

    /// Whether `text` matches `pattern` as values are judged by it: any does where that cannot be told.
    pub fn matches(&self, pattern: &str, text: &str) -> bool {
        self.patterns.matches(pattern, text)
    }

    /// The patterns that cannot be matched here, by the keyword, and why: values are not judged by them.
    pub fn unmatched(&self) -> &[(Anchor, String)] {
        &self.unmatched
    }

    /// Whether `value` keeps the schema; `readOnly` and `writeOnly` are not asked.
    pub fn is_valid(&self, key: SchemaKey, value: &Value) -> bool {
        self.validator.is_valid(&wrap(key, value.clone()))
    }

    /// What `value` breaks of the schema, and what could not be judged. The value is the same afterwards.
    pub(super) fn judge(&self, subject: Subject<'_>, value: &mut Value) -> (Vec<Breach>, Vec<NotChecked>) {
        let violations = self.violations(subject.key, value);
        let only_first = !violations.is_empty() && nodes(value, MAX_NODES) == MAX_NODES;
        let mut explainer = Explainer::new(subject, &self.documented, value);
        let mut breaches = if violations.is_empty() { Vec::new() } else { explainer.breaches(violations) };
        if self.documented.has_directions() {
            breaches.extend(explainer.against_direction());
        }
        if self.documented.has_discriminators() {
            chosen::judge(self, subject, explainer.value, &mut breaches);
        }
        if only_first || breaches.len() >= MAX_VIOLATIONS {
            explainer.unlisted(subject.rule, breaches.len());
        }
        explainer.not_checked.extend(self.unsure.clone().map(|reason| NotChecked { rule: subject.rule, reason }));
        (breaches, explainer.not_checked)
    }

    /// The members of `value` that no branch of the schema documents, but for those at a location of `known`; and where that is
    /// not known.
    pub(super) fn undocumented(
        &self,
        subject: Subject<'_>,
        value: &Value,
        known: &[Breach],
    ) -> (Vec<Breach>, Vec<NotChecked>) {
        let mut explainer = Explainer::new(subject, &self.documented, value);
        let mut breaches = explainer.undocumented();
        if breaches.len() >= MAX_VIOLATIONS {
            explainer.unlisted(Rule::UndocumentedProperty, breaches.len());
        }
        breaches.retain(|breach| !known.iter().any(|other| other.location == breach.location));
        (breaches, explainer.not_checked)
    }

    fn violations(&self, key: SchemaKey, value: &mut Value) -> Vec<Violation> {
        let wrapped = wrap(key, std::mem::take(value));
        let found = if self.validator.is_valid(&wrapped) { Vec::new() } else { self.errors(key, &wrapped) };
        *value = unwrap(wrapped);
        found
    }

    fn errors(&self, key: SchemaKey, wrapped: &Value) -> Vec<Violation> {
        let root = self.anchor(key);
        let read = |error| Violation::read(error, &self.resources, root);
        if nodes(wrapped, MAX_NODES) < MAX_NODES {
            self.validator.iter_errors(wrapped).take(MAX_VIOLATIONS).map(read).collect()
        } else {
            self.validator.validate(wrapped).err().map(read).into_iter().collect()
        }
    }
}

/// The files as the library reads them.
struct Files<'a> {
    refs: Refs<'a>,
    resources: &'a Resources,
    known: Vec<(&'a str, &'a Anchor)>,
    stand_ins: &'a StandIns,
}

fn validator(
    files: &Files<'_>,
    roots: &[Anchor],
    options: &ValidationOptions<'_>,
    draft: Draft,
) -> Result<jsonschema::Validator, Vec<(Anchor, String)>> {
    let everywhere = |message: String| vec![(Anchor { document: 0, pointer: Pointer::root() }, message)];
    let mut builder = Registry::new().draft(draft);
    for (uri, anchor) in &files.known {
        let value = files.stand_ins.value(files.refs, anchor).unwrap_or(&Value::Null);
        builder = builder.add(uri, value).map_err(|error| everywhere(error.to_string()))?;
    }
    let registry = builder.prepare().map_err(|error| everywhere(error.to_string()))?;
    let options = options.clone().with_registry(&registry).offline();
    let members =
        roots.iter().enumerate().map(|(key, root)| (key.to_string(), json!({ REF: files.resources.uri(root) })));
    let members: Map<String, Value> = members.collect();
    // The error of the whole names no file, so on failure each schema is asked alone.
    options.build(&json!({ "properties": members })).map_err(|error| {
        let alone = members.values().zip(roots);
        let failed = alone.filter_map(|(member, root)| Some((root.clone(), options.build(member).err()?.to_string())));
        let failed: Vec<_> = failed.collect();
        if failed.is_empty() { everywhere(error.to_string()) } else { failed }
    })
}

fn wrap(key: SchemaKey, value: Value) -> Value {
    let mut members = Map::with_capacity(1);
    members.insert(key.0.to_string(), value);
    Value::Object(members)
}

fn unwrap(wrapped: Value) -> Value {
    match wrapped {
        Value::Object(members) => members.into_iter().next().map(|(_, value)| value).unwrap_or_default(),
        other => other,
    }
}

/// How many nodes `value` has, counted up to `limit`.
fn nodes(value: &Value, limit: usize) -> usize {
    let mut open = vec![value];
    let mut count = 0;
    while let Some(value) = open.pop() {
        count += 1;
        if count + open.len() >= limit {
            return limit;
        }
        match value {
            Value::Array(items) => open.extend(items.iter().take(limit)),
            Value::Object(members) => open.extend(members.values().take(limit)),
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests;
