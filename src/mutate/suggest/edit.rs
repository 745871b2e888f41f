//! Adds an expectation to the text of a case file.

use serde_json::{Map, Value};

use crate::document::Document;
use crate::pointer::Pointer;

use super::insertion::insert;
use super::merge::merge;
use super::reason::NoSuggestion;

/// The text of a case file in which the case at `case` also expects `more`. It is read back: everything else in it is as before.
pub(super) fn with_expectation(
    document: &Document,
    case: &Pointer,
    more: &Map<String, Value>,
) -> Result<String, NoSuggestion> {
    let at = case.join("expect");
    let held = at.of(document.value());
    let mut wanted = match held {
        None => Map::new(),
        Some(held) => held.as_object().cloned().ok_or(NoSuggestion::Layout)?,
    };
    let before = wanted.clone();
    if !merge(&mut wanted, more) || wanted == before {
        return Err(NoSuggestion::Contradicts);
    }
    let changed = match held {
        Some(_) => insert(document, &at, more),
        None => insert(document, case, &Map::from_iter([("expect".to_owned(), Value::Object(more.clone()))])),
    };
    let changed = changed.ok_or(NoSuggestion::Layout)?;
    let parsed = Document::parse(document.name().to_string(), changed.clone()).map_err(|_| NoSuggestion::Layout)?;
    let mut whole = document.value().clone();
    let expected = whole.pointer_mut(case.as_str()).and_then(Value::as_object_mut).ok_or(NoSuggestion::Layout)?;
    expected.insert("expect".to_owned(), Value::Object(wanted));
    if *parsed.value() == whole { Ok(changed) } else { Err(NoSuggestion::Layout) }
}
