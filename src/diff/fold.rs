//! A value on one line: folded to a count, or with as much content as fits.

use crate::quantity::count;
use serde_json::Value;

use super::text::{WIDTH, quoted, shorten};
use super::verbatim_value::VerbatimValue;

/// Folds containers to a count: `"x"`, `{}`, `{ … 2 properties }`, `[ … 1 element ]`.
pub(super) fn folded(written: VerbatimValue<'_>) -> String {
    match written.value {
        Value::Object(members) => listed(["{", "}"], std::iter::empty(), members.len(), "property"),
        Value::Array(elements) => listed(["[", "]"], std::iter::empty(), elements.len(), "element"),
        Value::String(text) => quoted(text),
        _ => shorten(&written.to_string(), WIDTH),
    }
}

/// Returns the whole value if it fits, otherwise its first properties or elements with nested containers folded: `{
/// "id": 1, … 7 properties }`.
pub(super) fn inline(written: VerbatimValue<'_>) -> String {
    whole(written, &mut { WIDTH }).unwrap_or_else(|| match written.value {
        Value::Object(members) => {
            let shown = written.members().map(|(name, member)| format!("{}: {}", key(name), folded(member)));
            listed(["{", "}"], shown, members.len(), "property")
        }
        Value::Array(elements) => listed(["[", "]"], written.elements().map(folded), elements.len(), "element"),
        _ => folded(written),
    })
}

/// Returns the value with its whole content; `None` if that takes more than `room` characters.
fn whole(written: VerbatimValue<'_>, room: &mut usize) -> Option<String> {
    match written.value {
        Value::Object(members) if !members.is_empty() => {
            let mut member = |(name, member): (&String, VerbatimValue<'_>)| {
                let name = take(key(name), room)?;
                Some(format!("{name}: {}", whole(member, room)?))
            };
            let members = written.members().map(&mut member).collect::<Option<Vec<_>>>()?;
            Some(format!("{{ {} }}", members.join(", ")))
        }
        Value::Array(elements) if !elements.is_empty() => {
            take(String::new(), room)?;
            let elements = written.elements().map(|element| whole(element, room)).collect::<Option<Vec<_>>>()?;
            Some(format!("[ {} ]", elements.join(", ")))
        }
        _ => take(folded(written), room),
    }
}

/// Returns `text` after subtracting its length and that of the separator from `room`.
fn take(text: String, room: &mut usize) -> Option<String> {
    *room = room.checked_sub(text.chars().count() + 2)?;
    Some(text)
}

/// Returns the value as compact JSON of at most `width` characters, otherwise a description: `a string of 80
/// characters`. Never a part of it, since redaction would not recognise half a secret.
pub(crate) fn brief<'a>(value: impl Into<VerbatimValue<'a>>, width: usize) -> String {
    let written = value.into();
    let value = written.value;
    let text = has_at_most(value, &mut { width }).then(|| written.to_string());
    match (value, text.filter(|text| text.chars().count() <= width)) {
        (_, Some(text)) => text,
        (Value::String(text), _) => format!("a string of {}", count(text.chars().count() as u64, "character")),
        (Value::Array(elements), _) => format!("a list of {}", count(elements.len() as u64, "element")),
        (Value::Object(members), _) => format!("an object of {}", count(members.len() as u64, "property")),
        _ => "a long number".to_owned(),
    }
}

/// Returns false if the value certainly takes more than `room` characters. Visits no more of it than that.
pub(super) fn has_at_most(value: &Value, room: &mut usize) -> bool {
    let own = if let Value::String(text) = value { text.len() / 4 } else { 1 };
    let Some(left) = room.checked_sub(own) else { return false };
    *room = left;
    match value {
        Value::Array(elements) => elements.iter().all(|element| has_at_most(element, room)),
        Value::Object(members) => {
            members.iter().all(|(name, value)| name.len() / 4 <= *room && has_at_most(value, room))
        }
        _ => true,
    }
}

/// Quotes a property name and shortens a very long one.
pub(super) fn key(name: &str) -> String {
    quoted(name)
}

fn listed(brackets: [&str; 2], items: impl Iterator<Item = String>, total: usize, noun: &str) -> String {
    let [open, close] = brackets;
    if total == 0 {
        return format!("{open}{close}");
    }
    let mut room = WIDTH;
    let mut shown: Vec<String> = items.map_while(|item| take(item, &mut room)).collect();
    let rest = total - shown.len();
    if rest > 0 {
        shown.push(format!("… {}", count(rest as u64, noun)));
    }
    format!("{open} {} {close}", shown.join(", "))
}

/// Formats an expectation: a JSON list or object as [`inline`] does, any other notation made visible and shortened.
pub(super) fn notation(text: &str) -> String {
    let value = if text.starts_with(['{', '[']) { serde_json::from_str::<Value>(text).ok() } else { None };
    value.map_or_else(|| shorten(text, WIDTH + WIDTH / 2), |value| inline((&value).into()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn containers_fold_to_a_count() {
        let check = |value: Value, expect: &str| assert_eq!(folded((&value).into()), expect);
        check(json!({}), "{}");
        check(json!([]), "[]");
        check(json!({ "a": 1 }), "{ … 1 property }");
        check(json!([1, 2]), "[ … 2 elements ]");
        check(json!("a\"b"), "\"a\\\"b\"");
        check(json!(1.0), "1.0");
    }

    #[test]
    fn inline_shows_what_fits() {
        let check = |value: Value, expect: &str| assert_eq!(inline((&value).into()), expect);
        check(json!({ "a": 1, "b": { "c": [[]] } }), "{ \"a\": 1, \"b\": { \"c\": [ [] ] } }");
        check(json!({ "a": 1, "b": { "c": "x".repeat(70) } }), "{ \"a\": 1, \"b\": { … 1 property } }");
        check(
            json!((0..100).collect::<Vec<_>>()),
            "[ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, … 80 elements ]",
        );
        check(json!({ "x".repeat(500): 1 }), "{ … 1 property }");
    }
}
