//! What the library is given instead of a file that it would read otherwise than it is meant.
//!
//! The library looks for anchors in schemas only, and a document is none; it does not notice that a pointer leads through
//! a document into a schema with an `$id`; and it compiles nothing that has a pattern which it cannot match. Such a file, and
//! only such a file, is copied with its anchors named where they are looked for, with such pointers counted from the `$id`,
//! and without those patterns; everything else stands where it did, so that every place stays right.

use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::{Keyword, ValidationError};
use serde_json::{Map, Value, json};

use crate::contract::Anchor;
use crate::contract::refs::{REF, Refs};

use super::resources::{Name, Resources};
use super::text::not_judged;

/// The keyword that stands where a pattern of `patternProperties` was left out.
pub(super) const LEFT_OUT: &str = "x-signoff-left-out";

/// The files that are given otherwise, by their number.
pub(super) struct StandIns(HashMap<usize, Value>);

impl StandIns {
    /// The files that hold anchors outside of schemas with an `$id`, pointers into such schemas, or one of the `patterns` under
    /// `patternProperties`.
    pub fn of(refs: Refs<'_>, resources: &Resources, patterns: &[(Anchor, String)]) -> Self {
        let mut files = HashMap::new();
        for name in resources.outside_ids() {
            let place = resources.uri(&name.anchor);
            declare(copy(&mut files, refs, name.anchor.document), name, &place);
        }
        for (at, uri) in resources.crossing(refs) {
            refer(copy(&mut files, refs, at.document), &at, uri);
        }
        for (at, why) in patterns {
            leave_out(copy(&mut files, refs, at.document), at, why);
        }
        Self(files)
    }

    /// The value at `anchor` as the library is to read it.
    pub fn value<'v>(&'v self, refs: Refs<'v>, anchor: &Anchor) -> Option<&'v Value> {
        match self.0.get(&anchor.document) {
            Some(file) => anchor.pointer.of(file),
            None => refs.value(anchor),
        }
    }
}

fn copy<'f>(files: &'f mut HashMap<usize, Value>, refs: Refs<'_>, document: usize) -> &'f mut Value {
    files.entry(document).or_insert_with(|| refs.documents[document].value().clone())
}

/// Gives the file a definition with that name, which refers to the schema at `place` that has it.
fn declare(file: &mut Value, name: &Name, place: &str) {
    let Some(file) = file.as_object_mut() else { return };
    let definitions = file.entry("$defs").or_insert_with(|| Map::new().into());
    if let Some(definitions) = definitions.as_object_mut() {
        let key = format!("x-signoff-{}-{}", name.keyword, name.text);
        definitions.insert(key, json!({ name.keyword: name.text, REF: place }));
    }
}

/// Has the `$ref` at `at` name `uri`.
fn refer(file: &mut Value, at: &Anchor, uri: String) {
    if let Some(holder) = file.pointer_mut(at.pointer.as_str()).and_then(Value::as_object_mut) {
        holder.insert(REF.to_owned(), uri.into());
    }
}

/// Puts a pattern that matches any name, and asks nothing, in place of the one that stands at `at`.
fn leave_out(file: &mut Value, at: &Anchor, why: &str) {
    let holder = at.pointer.parent();
    let schema = holder.as_ref().and_then(|holder| holder.parent());
    let schema = schema.and_then(|schema| file.pointer_mut(schema.as_str())).and_then(Value::as_object_mut);
    let (Some(schema), Some(pattern)) = (schema, at.pointer.last()) else { return };
    if let Some(patterns) = schema.get_mut("patternProperties").and_then(Value::as_object_mut) {
        patterns.shift_remove(&pattern);
        patterns.entry("").or_insert(Value::Bool(true));
    }
    schema.insert(LEFT_OUT.to_owned(), why.into());
}

/// Says of every object that a pattern was left out for it.
pub(super) struct LeftOut(Arc<str>);

impl LeftOut {
    /// The keyword with its reason.
    pub fn of(why: &Value) -> Self {
        Self(why.as_str().unwrap_or_default().into())
    }
}

impl<'i> Keyword<'i> for LeftOut {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if Keyword::is_valid(self, instance) { Ok(()) } else { Err(not_judged(&self.0)) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        !instance.is_object()
    }
}
