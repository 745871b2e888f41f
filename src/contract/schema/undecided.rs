//! Keywords whose result depends on something that is not checked: `not`, `if`, `contains` … around a pattern that is not supported.
//! What is not checked counts as violated within them, so they would report violations, or none, without a reason. Each is replaced
//! by a keyword that reports that it is not checked; `oneOf` is kept, since several branches that match are several in any case.

use std::collections::{BTreeMap, HashMap};

use jsonschema::{Keyword, ValidationError};
use serde_json::{Map, Value, json};

use crate::contract::Anchor;
use crate::contract::keyword::{self, Applies};
use crate::contract::refs::{DYNAMIC_REF, REF, Refs};
use crate::contract::types::Types;

use super::custom::not_checked;
use super::index::SchemaIndex;
use super::resources::Resources;

/// The keywords that report: this, and the keyword that is not checked.
const PREFIX: &str = "x-signoff-undecided-";

/// The keywords that may be undecided, each with those next to it that mean nothing without it.
const UNDECIDED: [(&str, &[&str]); 7] = [
    ("not", &[]),
    ("if", &["then", "else"]),
    ("contains", &["minContains", "maxContains"]),
    ("oneOf", &[]),
    ("propertyNames", &[]),
    ("unevaluatedProperties", &[]),
    ("unevaluatedItems", &[]),
];

/// A schema that some values are not checked against.
#[derive(Debug, Clone)]
pub(super) struct Unchecked {
    /// Its location.
    pub schema: Anchor,
    /// The types of these values.
    pub types: Types,
    /// Why they are not checked.
    pub why: String,
    /// Whether it is a branch or a condition, whose properties count as evaluated only if it is known to match.
    pub is_branch: bool,
}

/// A keyword that is not checked.
#[derive(Debug)]
pub(super) struct Undecided {
    types: Types,
    why: String,
}

/// Returns the keywords whose result depends on schemas that are not checked, by the location of their schema and their name.
pub(super) fn find(
    refs: Refs<'_>,
    resources: &Resources,
    index: &SchemaIndex,
    unchecked: Vec<Unchecked>,
) -> BTreeMap<(Anchor, &'static str), Undecided> {
    let mut found = BTreeMap::new();
    if unchecked.is_empty() {
        return found;
    }
    let users = users(refs, resources, index);
    let mut known: HashMap<(Anchor, bool), Types> = HashMap::new();
    let mut open = unchecked;
    while let Some(next) = open.pop() {
        let Unchecked { schema, types, why, is_branch } = &next;
        let before = known.entry((schema.clone(), *is_branch)).or_insert(Types::NONE);
        if before.and(*types) == *types {
            continue;
        }
        *before = before.or(*types);
        let mut note = |schema: &Anchor, keyword: &'static str, types: Types| {
            let note = found.entry((schema.clone(), keyword));
            let note = note.or_insert_with(|| Undecided { types: Types::NONE, why: why.clone() });
            note.types = note.types.or(types);
        };
        for keyword in ["unevaluatedProperties", "unevaluatedItems"] {
            let own = keyword::find(keyword).map_or(Types::NONE, |keyword| keyword.types);
            let is_held = || refs.value(schema).is_some_and(|value| value.get(keyword).is_some());
            if *is_branch && !own.and(*types).is_empty() && is_held() {
                note(schema, keyword, own);
            }
        }
        let using = users.get(schema).into_iter().flatten();
        open.extend(using.map(|user| Unchecked { schema: user.clone(), ..next.clone() }));
        let Some((holder, keyword)) = holder(index, schema) else { continue };
        let (types, is_branch) = match keyword.applies() {
            None | Some(Applies::Nowhere | Applies::ToContent) => continue,
            Some(Applies::Always) => (*types, *is_branch),
            Some(Applies::Alternatively | Applies::AsCondition | Applies::Conditionally | Applies::Negated) => {
                (*types, true)
            }
            Some(
                Applies::ToProperties
                | Applies::ToOtherProperties
                | Applies::ToPropertyNames
                | Applies::ToItems
                | Applies::ToSomeItems,
            ) => (keyword.types, false),
        };
        if UNDECIDED.iter().any(|(name, _)| *name == keyword.name) {
            note(&holder, keyword.name, if keyword.name == "oneOf" { types } else { keyword.types });
        }
        open.push(Unchecked { schema: holder, types, why: why.clone(), is_branch });
    }
    found
}

/// The schemas that refer to each schema.
fn users(refs: Refs<'_>, resources: &Resources, index: &SchemaIndex) -> HashMap<Anchor, Vec<Anchor>> {
    let mut users: HashMap<Anchor, Vec<Anchor>> = HashMap::new();
    for user in index.anchors() {
        let reference = |keyword: &str| refs.value(user)?.get(keyword)?.as_str();
        let fixed = reference(REF).and_then(|reference| resources.target(refs, user, reference));
        let dynamic = reference(DYNAMIC_REF).and_then(|reference| resources.only_target(refs, user, reference));
        for target in fixed.into_iter().chain(dynamic) {
            users.entry(target).or_default().push(user.clone());
        }
    }
    users
}

/// The schema around a schema, and the keyword that it is the value of, or is in.
fn holder(index: &SchemaIndex, schema: &Anchor) -> Option<(Anchor, &'static keyword::Keyword)> {
    let (mut at, mut token) = (schema.parent(), schema.pointer.last()?);
    while index.at(&at).is_none() {
        token = at.pointer.last()?;
        at = at.parent();
    }
    keyword::find(&token).map(|keyword| (at, keyword))
}

impl Undecided {
    /// Replaces `keyword` in its schema.
    pub(super) fn replace_in(&self, schema: &mut Map<String, Value>, keyword: &str) {
        let (_, dependent) = UNDECIDED.iter().find(|(name, _)| *name == keyword).unwrap_or(&("", &[]));
        for name in dependent.iter().chain([&keyword]).filter(|name| **name != "oneOf") {
            schema.shift_remove(*name);
        }
        schema.insert(format!("{PREFIX}{keyword}"), json!({ "types": self.types.bits(), "why": self.why }));
    }
}

/// The keyword that this one reports about.
pub(super) fn reported(keyword: &str) -> Option<&str> {
    keyword.strip_prefix(PREFIX)
}

/// The keywords that report.
pub(super) fn keywords() -> impl Iterator<Item = String> {
    UNDECIDED.into_iter().map(|(name, _)| format!("{PREFIX}{name}"))
}

/// Keyword that reports for values of some types that another is not checked.
pub(super) struct NotChecked(Undecided);

impl NotChecked {
    /// The keyword with this value.
    pub(super) fn new(value: &Value) -> Self {
        let types =
            value["types"].as_u64().and_then(|bits| u8::try_from(bits).ok()).map_or(Types::ANY, Types::from_bits);
        Self(Undecided { types, why: value["why"].as_str().unwrap_or_default().to_owned() })
    }
}

impl<'i> Keyword<'i> for NotChecked {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if Keyword::is_valid(self, instance) { Ok(()) } else { Err(not_checked(&self.0.why)) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        self.0.types.and(Types::from_value(instance)).is_empty()
    }
}
