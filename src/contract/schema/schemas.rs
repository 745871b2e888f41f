//! The schemas of a contract: compiled, with an index of what they document.

use std::collections::HashMap;

use serde_json::Value;

use crate::contract::refs::{Refs, Uris};
use crate::contract::types::Types;
use crate::contract::version::OasVersion;
use crate::contract::{Anchor, Breach, NotChecked, Rule, SchemaKey};
use crate::document::Document;

use super::compiled::{self, Compiled, Files};
use super::dialect::Dialect;
use super::explain::Explainer;
use super::index::SchemaIndex;
use super::inexact_bound::InexactBound;
use super::listing::{self, Extent};
use super::resources::Resources;
use super::subject::{MAX_VIOLATIONS, Subject};
use super::text::Patterns;
use super::undecided::{self, Unchecked};
use super::workarounds::{PatchedDocuments, Patches};
use super::{by_discriminator, index_builder};

/// Maximum number of schemas that may apply to one value, a schema for each reference to it: some documents refer to a schema twice,
/// which refers to another twice, and so on.
const MAX_SAME_VALUE: u64 = 100_000;

/// Every schema that the operations of the contract use.
#[derive(Debug)]
pub struct Schemas {
    compiled: Compiled,
    index: SchemaIndex,
    /// Why nothing that the schemas say is certain: the dialect is not known.
    uncertain: Option<String>,
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
    ) -> Result<Self, Vec<(Anchor, String)>> {
        let refs = Refs { documents, uris };
        let dialect = Dialect::new(openapi, documents.first().map_or(&Value::Null, Document::value));
        let resources = Resources::new(refs);
        let patterns = Patterns::default();
        let index = index_builder::build(refs, &resources, &roots, &dialect, &patterns);
        let roots: Vec<Anchor> = index.roots().cloned().collect();
        let malformed = dialect.malformed(refs, index.entries(), &patterns);
        if !malformed.is_empty() {
            return Err(malformed);
        }
        if let Some((schema, _)) = index.most_applied().filter(|(_, count)| *count > MAX_SAME_VALUE) {
            let why = format!("it applies more than {MAX_SAME_VALUE} schemas to one value: refer to each schema once");
            return Err(vec![(schema.clone(), why)]);
        }
        let unsupported = |(at, pattern): &(Anchor, String)| Some((at.clone(), patterns.unmatched(pattern)?));
        let names: Vec<_> = index.name_patterns().iter().filter_map(unsupported).collect();
        let values: Vec<_> = index.patterns().iter().filter_map(unsupported).collect();
        let bounds: Vec<_> = index.anchors().flat_map(|anchor| InexactBound::find(refs, anchor)).collect();
        let is_target = |at: &Anchor| {
            let mut entries = index.entries().iter().filter(|entry| entry.document == at.document);
            entries.any(|entry| entry.pointer.is_within(&at.pointer))
        };
        let ineffective = index.anchors().flat_map(|anchor| dialect.ineffective(refs, anchor));
        let unchecked = |schema: Anchor, types: Types, why: &String| Unchecked {
            schema,
            types,
            why: why.clone(),
            is_branch: false,
        };
        let unchecked_names = names.iter().map(|(at, why)| unchecked(at.parent().parent(), Types::OBJECT, why));
        let unchecked_values = values.iter().map(|(at, why)| unchecked(at.parent(), Types::STRING, why));
        let unchecked = unchecked_names.chain(unchecked_values).collect();
        let mut undecided = undecided::find(refs, &resources, &index, unchecked);
        undecided.retain(|(schema, keyword), _| *keyword == "oneOf" || !is_target(&schema.member(keyword)));
        let patches = Patches {
            undecided: &undecided,
            unsupported: &names,
            names: index.name_patterns(),
            bounds: &bounds,
            ineffective: &ineffective.filter(|at| !is_target(at)).collect::<Vec<_>>(),
        };
        let patched = PatchedDocuments::new(refs, &resources, &patches);
        let known = resources.around(refs, index.anchors().map(|anchor| anchor.document));
        let files = Files { refs, resources: &resources, known, patched: &patched };
        let compiled = compiled::compile(&files, &roots, &dialect.options(&patterns), dialect.draft());
        let validator = compiled.map_err(|errors| {
            let own = index.anchors().filter_map(|anchor| dialect.own_error(refs, anchor)).collect::<Vec<_>>();
            if own.is_empty() { errors } else { own }
        })?;
        let unsupported_patterns = names.into_iter().chain(values).collect();
        let compiled = Compiled::new(roots, validator, resources.with_originals(patched.into_originals()));
        let inexact_bounds = bounds.into_iter().map(InexactBound::into_literal).collect();
        Ok(Self { inexact_bounds, compiled, index, uncertain: dialect.unsure(), patterns, unsupported_patterns })
    }

    /// Whether the keyword at `anchor` is below a condition (`if`, `not`, `contains` …), so that values may violate it and
    /// still conform to the schema that holds the condition.
    pub fn is_conditional(&self, anchor: &Anchor) -> bool {
        self.index.is_conditional(anchor)
    }

    /// The digits of the bound at `anchor` where it is not represented exactly.
    pub(in crate::contract) fn inexact_bound(&self, anchor: &Anchor) -> Option<&str> {
        self.inexact_bounds.get(anchor).map(String::as_str)
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
        self.compiled.is_valid(key, value)
    }

    /// Returns what `value` violates, and what could not be checked. The value is the same afterwards.
    pub(in crate::contract) fn judge(&self, subject: Subject<'_>, value: &mut Value) -> (Vec<Breach>, Vec<NotChecked>) {
        let (violations, extent) = listing::violations((&self.compiled, &self.index), subject.refs, subject.key, value);
        let mut explainer = Explainer::new(subject, &self.index, value);
        let mut breaches = if violations.is_empty() { Vec::new() } else { explainer.breaches(violations) };
        if self.index.has_directions() {
            breaches.extend(explainer.wrong_direction());
        }
        match extent {
            Extent::Outermost => explainer.unexplained(),
            Extent::First => explainer.unlisted(subject.rule, breaches.len()),
            Extent::All if breaches.len() >= MAX_VIOLATIONS => explainer.unlisted(subject.rule, breaches.len()),
            Extent::All => {}
        }
        explainer.not_checked.extend(self.uncertain.clone().map(|reason| NotChecked { rule: subject.rule, reason }));
        (breaches, explainer.not_checked)
    }

    /// Returns what the objects in `value` violate of the schemas that their discriminators select, but for breaches of `known`.
    pub(in crate::contract) fn discriminated(
        &self,
        subject: Subject<'_>,
        value: &Value,
        known: &[Breach],
    ) -> Vec<Breach> {
        match self.index.has_discriminators() {
            true => by_discriminator::breaches(&self.compiled, &self.index, subject, value, known),
            false => Vec::new(),
        }
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
        if breaches.len() >= MAX_VIOLATIONS {
            explainer.unlisted(Rule::UndocumentedProperty, breaches.len());
        }
        breaches.retain(|breach| !known.iter().any(|other| other.location == breach.location));
        (breaches, explainer.not_checked)
    }
}
