//! The schemas of a contract: compiled, with an index of what they document.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::contract::refs::{Refs, Uris};
use crate::contract::types::Types;
use crate::contract::version::OasVersion;
use crate::contract::{Anchor, Breach, NotChecked, Rule, SchemaKey};
use crate::difference::{Difference, Element};
use crate::document::Document;

use super::by_discriminator::{self, Advice};
use super::compiled::{self, Compiled, Files};
use super::custom::take_undecided;
use super::dialects::DialectMap;
use super::explain::Explainer;
use super::index::SchemaIndex;
use super::index_builder;
use super::inexact_bound::InexactBound;
use super::listing::{self, Extent};
use super::resources::Resources;
use super::subject::Subject;
use super::text::Patterns;
use super::undecided::{self, Unchecked};
use super::work;
use super::workarounds::{PatchedDocuments, Patches};

/// Maximum number of schemas that may apply to one value, a schema for each reference to it: some documents refer to a schema twice,
/// which refers to another twice, and so on.
const MAX_SAME_VALUE: u64 = 100_000;

/// Why schemas do not compile.
#[derive(Debug)]
pub struct Uncompiled {
    /// Locations and messages.
    pub errors: Vec<(Anchor, String)>,
    /// Whether these are errors of the schemas themselves, whatever their references lead to.
    pub is_certain: bool,
}

/// Every schema that the operations of the contract use.
#[derive(Debug)]
pub struct Schemas {
    compiled: Compiled,
    index: SchemaIndex,
    patterns: Patterns,
    unsupported_patterns: Vec<(Anchor, String)>,
    /// The digits of bounds that are not represented exactly.
    inexact_bounds: HashMap<Anchor, String>,
}

impl Schemas {
    /// Compiles the schemas at `roots`; [`SchemaKey`] `i` is the `i`-th of them. `uris` are those of `documents`, by index;
    /// the version decides the dialect. Every schema that does not compile is an error.
    pub fn compile(
        documents: &[Document],
        uris: &Uris,
        roots: Vec<Anchor>,
        openapi: OasVersion,
    ) -> Result<Self, Uncompiled> {
        let refs = Refs { documents, uris, openapi };
        let dialects = DialectMap::new(refs);
        let resources = Resources::new(refs, &dialects);
        let patterns = Patterns::default();
        let index = index_builder::build(refs, &roots, &dialects, &patterns);
        let roots: Vec<Anchor> = index.roots().cloned().collect();
        let malformed = malformed(refs, &dialects, &index, &patterns);
        if !malformed.is_empty() {
            return Err(Uncompiled { errors: malformed, is_certain: true });
        }
        if let Some((schema, _)) = index.most_applied().filter(|(_, count)| *count > MAX_SAME_VALUE) {
            let why = format!("it applies more than {MAX_SAME_VALUE} schemas to one value: refer to each schema once");
            return Err(Uncompiled { errors: vec![(schema.clone(), why)], is_certain: true });
        }
        let unsupported = |(at, pattern): &(Anchor, String)| Some((at.clone(), patterns.unmatched(pattern)?));
        let names: Vec<_> = index.name_patterns().iter().filter_map(unsupported).collect();
        let values: Vec<_> = index.patterns().iter().filter_map(unsupported).collect();
        let bounds: Vec<_> = index.anchors().flat_map(|anchor| InexactBound::find(refs, anchor)).collect();
        let is_target = |at: &Anchor| {
            let mut entries = index.entries().iter().chain(&roots).filter(|entry| entry.document == at.document);
            entries.any(|entry| entry.pointer.is_within(&at.pointer))
        };
        let ineffective = index.anchors().flat_map(|anchor| dialects.of(anchor).ineffective(refs, anchor));
        let unknown = index.anchors().filter_map(|anchor| Some((anchor.clone(), dialects.unknown(anchor)?)));
        let undecided = undecided::find((refs, &dialects, &index), unchecked([&names, &values], unknown));
        let patches = Patches {
            undecided: &undecided,
            unsupported: &names,
            names: index.name_patterns(),
            bounds: &bounds,
            dialects: &dialects,
            ineffective: &ineffective.collect::<Vec<_>>(),
            is_target: &is_target,
        };
        let patched = PatchedDocuments::new(refs, &resources, &index, &patches);
        let known = resources.around(refs, index.anchors().map(|anchor| anchor.document));
        let files = Files { refs, resources: &resources, known, patched: &patched, dialects: &dialects };
        let compiled = compiled::compile(&files, &roots, &dialects.default().options(&patterns));
        let validator = compiled.map_err(|errors| {
            let own_errors = |anchor: &Anchor| dialects.of(anchor).own_errors(refs, anchor);
            let own = index.anchors().flat_map(own_errors).collect::<Vec<_>>();
            let is_certain = !own.is_empty();
            Uncompiled { errors: if is_certain { own } else { errors }, is_certain }
        })?;
        let unsupported_patterns = names.into_iter().chain(values).collect();
        let compiled = Compiled::new(roots, validator, resources.with_originals(patched.into_originals()));
        let inexact_bounds = bounds.into_iter().map(InexactBound::into_literal).collect();
        Ok(Self { inexact_bounds, compiled, index, patterns, unsupported_patterns })
    }

    /// Whether the keyword at `anchor` is below a condition (`if`, `not`, `contains` …), so that values may violate it and
    /// still conform to the schema that holds the condition.
    pub fn is_conditional(&self, anchor: &Anchor) -> bool {
        self.index.is_conditional(anchor)
    }

    /// A schema that applies itself to the same value, without end, so that no value is checked (JSON Schema 2020-12 Core §9.4.1).
    pub(in crate::contract) fn circular(&self) -> Option<&Anchor> {
        self.index.circular()
    }

    /// The digits of the bound at `anchor` where it is not represented exactly.
    pub(in crate::contract) fn inexact_bound(&self, anchor: &Anchor) -> Option<&str> {
        self.inexact_bounds.get(anchor).map(String::as_str)
    }

    /// The key of the schema at `anchor`; none if values are not validated against it alone.
    pub(in crate::contract) fn key(&self, anchor: &Anchor) -> Option<SchemaKey> {
        self.index.key(self.index.at(anchor)?)
    }

    /// The location of the schema of that key.
    pub fn anchor(&self, key: SchemaKey) -> &Anchor {
        self.compiled.anchor(key)
    }

    /// Whether `text` matches `pattern`; true for patterns that this engine does not support.
    pub fn matches(&self, pattern: &str, text: &str) -> bool {
        self.patterns.matches(pattern, text)
    }

    /// The locations of patterns that this engine does not support, and why. Values are not checked against them.
    pub fn unsupported_patterns(&self) -> &[(Anchor, String)] {
        &self.unsupported_patterns
    }

    /// Whether `value` conforms to the schema in any direction: `readOnly` and `writeOnly` are ignored.
    pub fn is_valid(&self, key: SchemaKey, value: &Value) -> bool {
        work::begin(value);
        self.compiled.is_valid(key, value)
    }

    /// Returns what `value` violates, and what could not be checked.
    pub(in crate::contract) fn judge(&self, subject: Subject<'_>, value: &Value) -> (Vec<Breach>, Vec<NotChecked>) {
        take_undecided();
        let (violations, extent) = listing::violations((&self.compiled, &self.index), subject.refs, subject.key, value);
        let mut explainer = Explainer::new(subject, &self.index, value);
        let mut breaches = if violations.is_empty() { Vec::new() } else { explainer.breaches(violations) };
        if let Some(why) = take_undecided() {
            breaches.retain(|breach| !self.is_decided_by_condition(breach));
            // A keyword that reports it may have been decided before.
            if !explainer.reasons.iter().any(|reported| reported == why) {
                explainer.not_checked.push(NotChecked { rule: subject.rule, reason: why.to_owned() });
            }
        }
        if self.index.has_directions() {
            breaches.extend(explainer.wrong_direction());
        }
        match extent {
            Extent::Outermost => explainer.unexplained(),
            Extent::Undecided => explainer.undecided(),
            Extent::All if !explainer.is_cut => {}
            Extent::First | Extent::All => explainer.unlisted(subject.rule, breaches.len()),
        }
        (breaches, explainer.not_checked)
    }

    /// Whether a condition, such as `if` or `not`, decides that it is a breach.
    pub(in crate::contract) fn is_decided_by_condition(&self, breach: &Breach) -> bool {
        let is_schema = breach.keyword == "false";
        let keyword = if is_schema { breach.anchor.member(&breach.keyword) } else { breach.anchor.clone() };
        let is_name = matches!(breach.difference, Difference::Forbidden { element: Element::PropertyName, .. });
        is_name || undecided::is_condition(&breach.keyword) || self.index.is_conditional(&keyword)
    }

    /// Returns what the objects in `value` violate of the schemas that their discriminators select, but for breaches of `known`; and
    /// what was not checked.
    pub(in crate::contract) fn discriminated(
        &self,
        subject: Subject<'_>,
        value: &Value,
        known: &[Breach],
    ) -> (Vec<Breach>, Vec<NotChecked>) {
        if !self.index.has_discriminators() {
            return (Vec::new(), Vec::new());
        }
        take_undecided();
        let Advice { mut breaches, mut not_checked, is_cut } =
            by_discriminator::breaches(&self.compiled, &self.index, subject, value, known);
        let mut add = |reason| not_checked.push(NotChecked { rule: Rule::Discriminator, reason });
        if let Some(why) = take_undecided() {
            breaches.retain(|breach| !self.is_decided_by_condition(breach));
            add(why.to_owned());
        }
        if is_cut {
            add(listing::unlisted(breaches.len()));
        }
        (breaches, not_checked)
    }

    /// Returns the properties of `value` that no branch of the schema documents, but for those at a location of `known`; and
    /// where that could not be decided.
    pub(in crate::contract) fn undocumented(
        &self,
        subject: Subject<'_>,
        value: &Value,
        known: &[Breach],
    ) -> (Vec<Breach>, Vec<NotChecked>) {
        let mut explainer = Explainer::new(subject, &self.index, value);
        let mut breaches = explainer.undocumented();
        if explainer.is_cut {
            explainer.unlisted(Rule::UndocumentedProperty, breaches.len());
        }
        breaches.retain(|breach| !known.iter().any(|other| other.location == breach.location));
        (breaches, explainer.not_checked)
    }
}

/// Every schema that is not well-formed. One within another is reported by both.
fn malformed(refs: Refs<'_>, dialects: &DialectMap, index: &SchemaIndex, patterns: &Patterns) -> Vec<(Anchor, String)> {
    let roots = dialects.roots().map(|(root, _)| root).filter(|root| index.at(root).is_some());
    let errors = |entry: &Anchor| {
        let dialect = dialects.of(entry);
        let Some(schema) = refs.value(entry) else { return Vec::new() };
        dialect.malformed(entry, schema, patterns, |at| dialects.of(at) == dialect)
    };
    // A schema within another is reported twice.
    let found: BTreeSet<_> = index.entries().iter().chain(roots).flat_map(errors).collect();
    found.into_iter().collect()
}

/// The schemas with patterns of names or of values that are not supported, and the `unknown` ones, whose dialect is not known.
fn unchecked<'a>(
    [names, values]: [&[(Anchor, String)]; 2],
    unknown: impl Iterator<Item = (Anchor, &'a str)>,
) -> Vec<Unchecked> {
    let unchecked = |schema: Anchor, types: Types, why: &str| {
        let why = why.to_owned();
        Unchecked { schema, types, why, is_branch: false }
    };
    let names = names.iter().map(|(at, why)| unchecked(at.parent().parent(), Types::OBJECT, why));
    let values = values.iter().map(|(at, why)| unchecked(at.parent(), Types::STRING, why));
    names.chain(values).chain(unknown.map(|(at, why)| unchecked(at, Types::ANY, why))).collect()
}
