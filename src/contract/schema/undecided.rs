//! Keywords whose result depends on something that is not checked: `not`, `if`, `contains` … around a pattern that is not supported.
//! What is not checked counts as violated within them, so they would report violations, or none, without a reason. Each is replaced
//! by a keyword that reports that it is not checked; `oneOf` is kept, since several branches that match are several in any case. `not`
//! and `if` are kept for values of the other types, whose result is known.

use std::collections::{BTreeMap, HashMap};

use jsonschema::{Keyword, ValidationError};
use serde_json::{Map, Value, json};

use crate::contract::Anchor;
use crate::contract::keyword::{self, Applies};
use crate::contract::refs::Refs;
use crate::contract::types::Types;

use super::custom::{not_checked, violated};
use super::dialects::DialectMap;
use super::index::SchemaIndex;
use super::judged::{Instance, Judged};

/// The keywords that report: this, and the keyword that is not checked.
const PREFIX: &str = "x-signoff-undecided-";

/// The keyword that names the dialect of a schema.
const UNKNOWN_DIALECT: &str = "$schema";

/// The keyword that values of some types violate, which is added to the schema of a `not` or `if` that is kept for the others.
pub(super) const EXCEPT: &str = "x-signoff-except";

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
    /// Whether the keyword is kept for values of other types.
    is_kept: bool,
}

/// Whether the result of the keyword is that of a condition.
pub(super) fn is_condition(keyword: &str) -> bool {
    UNDECIDED.iter().any(|(name, _)| *name == keyword)
}

/// Returns the keywords whose result depends on schemas that are not checked, by the location of their schema and their name.
pub(super) fn find(
    (refs, dialects, index): (Refs<'_>, &DialectMap, &SchemaIndex),
    unchecked: Vec<Unchecked>,
) -> BTreeMap<(Anchor, &'static str), Undecided> {
    let mut found = BTreeMap::new();
    if unchecked.is_empty() {
        return found;
    }
    let users = users(refs, dialects, index);
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
            let is_kept = || is_separable(refs.value(schema), keyword);
            let note = note.or_insert_with(|| Undecided { types: Types::NONE, why: why.clone(), is_kept: is_kept() });
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
            note(&holder, keyword.name, keyword.types.and(types));
        }
        open.push(Unchecked { schema: holder, types, why: why.clone(), is_branch });
    }
    found
}

/// Whether a `not` or `if` can be kept for the types that are checked. What an `if` does not match would be subject to its `else`.
fn is_separable(holder: Option<&Value>, keyword: &str) -> bool {
    let holder = holder.filter(|holder| keyword == "not" || keyword == "if" && holder.get("else").is_none());
    holder.and_then(|holder| holder.get(keyword)).is_some_and(Value::is_object)
}

/// The schemas that refer to each schema.
fn users(refs: Refs<'_>, dialects: &DialectMap, index: &SchemaIndex) -> HashMap<Anchor, Vec<Anchor>> {
    let mut users: HashMap<Anchor, Vec<Anchor>> = HashMap::new();
    for user in index.anchors() {
        for target in dialects.targets(refs, user) {
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
        let is_conditional = matches!(keyword, "not" | "if");
        let types = if is_conditional && !self.is_kept { Types::ANY } else { self.types };
        match schema.get_mut(keyword).filter(|_| is_conditional && self.is_kept) {
            // Next to its `$ref` some dialects ignore everything.
            Some(condition) => *condition = json!({ "allOf": [condition.take()], EXCEPT: types.bits() }),
            None => {
                let (_, dependent) = UNDECIDED.iter().find(|(name, _)| *name == keyword).unwrap_or(&("", &[]));
                for name in dependent.iter().chain([&keyword]).filter(|name| **name != "oneOf") {
                    schema.shift_remove(*name);
                }
            }
        }
        schema.insert(format!("{PREFIX}{keyword}"), json!({ "types": types.bits(), "why": self.why }));
    }
}

/// The keyword that this one reports about.
pub(super) fn reported(keyword: &str) -> Option<&str> {
    keyword.strip_prefix(PREFIX)
}

/// The keywords that report.
pub(super) fn keywords() -> impl Iterator<Item = String> {
    UNDECIDED.into_iter().map(|(name, _)| name).chain([UNKNOWN_DIALECT]).map(|name| format!("{PREFIX}{name}"))
}

/// A schema against which no value is checked: its dialect is not known.
pub(super) fn unjudged(why: &str) -> Map<String, Value> {
    let reported = json!({ "types": Types::ANY.bits(), "why": why });
    [(format!("{PREFIX}{UNKNOWN_DIALECT}"), reported)].into_iter().collect()
}

/// Keyword that values of some types violate.
pub(super) struct Except(Types);

impl Except {
    /// The keyword with this value.
    pub(super) fn new(types: &Value) -> Self {
        Self(types_of(types))
    }
}

impl<'i> Keyword<'i, Judged> for Except {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        if Keyword::is_valid(self, instance) { Ok(()) } else { Err(violated()) }
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        self.0.and(instance.types()).is_empty()
    }
}

fn types_of(bits: &Value) -> Types {
    bits.as_u64().and_then(|bits| u8::try_from(bits).ok()).map_or(Types::ANY, Types::from_bits)
}

/// Keyword that reports for values of some types that another is not checked.
pub(super) struct NotChecked {
    types: Types,
    why: String,
}

impl NotChecked {
    /// The keyword with this value.
    pub(super) fn new(value: &Value) -> Self {
        Self { types: types_of(&value["types"]), why: value["why"].as_str().unwrap_or_default().to_owned() }
    }
}

impl<'i> Keyword<'i, Judged> for NotChecked {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        if Keyword::is_valid(self, instance) { Ok(()) } else { Err(not_checked(&self.why)) }
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        self.types.and(instance.types()).is_empty()
    }
}
