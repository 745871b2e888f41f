//! Strict JSON parser: refuses or reports duplicate names, which `serde_json` accepts, and locates every error.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::pointer::Pointer;

use super::source::character_start;

/// An error in strict JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} at line {line} column {column}")]
pub(crate) struct JsonError {
    /// What is wrong: `duplicate key "status"`, `not UTF-8`, `text after the value` …
    pub message: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// For a duplicate key or an invalid number: the pointer to it.
    pub at: Option<Pointer>,
    /// Whether the text may be valid JSON that exceeds our limits: of memory, of nesting, of a number, or of characters.
    pub beyond_limits: bool,
    /// Whether an object has a name twice. Up to there, the text is valid JSON: names SHOULD be unique (RFC 8259 §4).
    pub is_duplicate: bool,
}

/// A JSON text in which an object may have a name twice.
pub(crate) struct ParsedJson {
    /// The value; of properties with the same name the last counts, as in ECMAScript (ECMA-262 `JSON.parse`) and most parsers.
    pub value: Value,
    /// The first duplicate name.
    pub duplicate: Option<JsonError>,
}

/// Approximate limit of a value's memory in bytes: a value can take fifty times as much as its text.
const MAX_MEMORY: usize = 20_000_000;

/// Bytes of an array element and of an object property, without their strings.
const ELEMENT: usize = size_of::<Value>();
const MEMBER: usize = size_of::<(u64, String, Value)>() + 16;

/// Bytes of an object, without its properties.
const OBJECT: usize = 96;

/// Capacity that the parser reserves for the first elements of an array.
const FIRST: usize = 4;

/// Up to this number of properties an object is built as a list first: it then has the right capacity, and lookup is as fast.
const FEW: usize = 8;

/// Maximum size of a property name in untrusted input, and of all names that lead to a value, in bytes: locations, findings and reports
/// repeat them.
pub(crate) const MAX_NAME: usize = 16 * 1024;

/// The reason where names are longer.
pub(crate) const LONG_NAME: &str = "property names of more than 16 KiB in one location";
const TOO_LARGE: &str = "too many values to be held in 20 MB";
const TOO_DEEP: &str = "more than 127 levels";
const OUT_OF_RANGE: &str = "a number out of range";
/// The grammar of JSON allows it, but what it means is undefined (RFC 8259 §8.2).
const LONE_SURROGATE: &str = "an escape of half a character (a lone surrogate)";
const DUPLICATE: &str = "duplicate key";

/// Parses strict JSON, for untrusted input: UTF-8 without BOM, nothing after the value, no duplicate keys, less than 128 levels
/// of nesting, limited memory. Never panics.
pub(crate) fn parse_json(bytes: &[u8]) -> Result<Value, JsonError> {
    parse_within(MAX_MEMORY, MAX_NAME, Duplicates::Refused, bytes)
}

/// Parses JSON as [`parse_json`] does, but for duplicate names, which are reported next to the value.
pub(crate) fn parse_json_with_duplicates(bytes: &[u8]) -> Result<ParsedJson, JsonError> {
    match parse_json(bytes) {
        Ok(value) => Ok(ParsedJson { value, duplicate: None }),
        Err(duplicate) if duplicate.is_duplicate => {
            let value = parse_within(MAX_MEMORY, MAX_NAME, Duplicates::LastCounts, bytes)?;
            Ok(ParsedJson { value, duplicate: Some(duplicate) })
        }
        Err(error) => Err(error),
    }
}

/// Parses strict JSON without a memory limit, for the user's own files.
pub(super) fn parse_own(bytes: &[u8]) -> Result<Value, JsonError> {
    parse_within(usize::MAX, usize::MAX, Duplicates::Refused, bytes)
}

fn parse_within(room: usize, max_name: usize, duplicates: Duplicates, bytes: &[u8]) -> Result<Value, JsonError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default());
        fault("not UTF-8", &valid, valid.len())
    })?;
    if text.starts_with('\u{feff}') {
        return Err(fault("a byte order mark before the value", text, 0));
    }
    if text.trim().is_empty() {
        return Err(fault("empty", text, 0));
    }
    let (culprit, room) = (RefCell::new(None), Cell::new(room));
    let mut reader = serde_json::Deserializer::from_str(text);
    let strict = Strict { step: PathStep::Root, culprit: &culprit, room: &room, max_name, duplicates };
    let value = strict.deserialize(&mut reader);
    value.and_then(|value| reader.end().map(|()| value)).map_err(|error| explain(&error, text, culprit.take()))
}

fn fault(message: &str, text: &str, offset: usize) -> JsonError {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    JsonError {
        message: message.to_owned(),
        line: count(before.matches('\n').count()),
        column: count(line.chars().count()),
        at: None,
        beyond_limits: false,
        is_duplicate: false,
    }
}

fn count(before: usize) -> u32 {
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}

/// Translates an error of `serde_json`, and its byte column to a character column.
fn explain(error: &serde_json::Error, text: &str, culprit: Option<Pointer>) -> JsonError {
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(message, _)| message);
    let message = match said {
        "trailing characters" => "text after the value",
        "recursion limit exceeded" => TOO_DEEP,
        "number out of range" => OUT_OF_RANGE,
        "lone leading surrogate in hex escape" | "unexpected end of hex escape" => LONE_SURROGATE,
        _ => said,
    };
    let line_start = line_start(text, error.line());
    let offset = line_start.saturating_add(error.column().saturating_sub(1));
    let is_duplicate = said.starts_with(DUPLICATE);
    let places_a_member = is_duplicate || said == "number out of range";
    let at = culprit.filter(|_| places_a_member);
    let beyond_limits = [TOO_LARGE, TOO_DEEP, OUT_OF_RANGE, LONG_NAME, LONE_SURROGATE].contains(&message);
    JsonError { at, beyond_limits, is_duplicate, ..fault(message, text, character_start(text, offset)) }
}

fn line_start(text: &str, line: usize) -> usize {
    line.checked_sub(2).and_then(|index| text.match_indices('\n').nth(index)).map_or(0, |(offset, _)| offset + 1)
}

/// Path from the root to the current value. It is linked on the stack, so that valid documents need no allocation for it.
#[derive(Clone, Copy)]
enum PathStep<'p> {
    Root,
    Member(&'p PathStep<'p>, &'p str),
    Element(&'p PathStep<'p>, usize),
}

impl PathStep<'_> {
    fn pointer(&self) -> Pointer {
        match self {
            Self::Root => Pointer::root(),
            Self::Member(parent, name) => parent.pointer().join(name),
            Self::Element(parent, index) => parent.pointer().join(index),
        }
    }
}

/// What happens when an object has a name twice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Duplicates {
    Refused,
    LastCounts,
}

/// Reads one value; stores the pointer of the innermost invalid value in `culprit`.
#[derive(Clone, Copy)]
struct Strict<'p> {
    step: PathStep<'p>,
    culprit: &'p RefCell<Option<Pointer>>,
    /// Remaining memory in bytes.
    room: &'p Cell<usize>,
    /// Maximum size of the property names below, in bytes.
    max_name: usize,
    duplicates: Duplicates,
}

impl Strict<'_> {
    fn blame(&self, step: &PathStep<'_>) {
        self.culprit.borrow_mut().get_or_insert_with(|| step.pointer());
    }

    fn take<E: serde::de::Error>(&self, bytes: usize) -> Result<(), E> {
        let left = self.room.get().checked_sub(bytes).ok_or_else(|| E::custom(TOO_LARGE))?;
        self.room.set(left);
        Ok(())
    }

    /// Accounts for the growth of a collection with `entries`: its capacity doubles, and both copies exist while it moves.
    fn grow<E: serde::de::Error>(&self, entries: usize, each: usize) -> Result<(), E> {
        let more = match entries {
            0 => FIRST,
            full if full >= FIRST && full.is_power_of_two() => full,
            _ => return Ok(()),
        };
        self.take((entries + more) * each)?;
        self.room.set(self.room.get() + entries * each);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self).inspect_err(|_| self.blame(&self.step))
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.take(value.len())?;
        Ok(value.into())
    }

    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Value, E> {
        self.take(value.len())?;
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) =
            access.next_element_seed(Strict { step: PathStep::Element(&self.step, items.len()), ..self })?
        {
            self.grow(items.len(), ELEMENT)?;
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let (mut few, mut many) = (Vec::new(), Map::new());
        while let Some(name) = access.next_key::<String>()? {
            self.take(name.len())?;
            let max_name = self.max_name.checked_sub(name.len()).ok_or_else(|| A::Error::custom(LONG_NAME))?;
            let step = PathStep::Member(&self.step, &name);
            let known = few.iter().position(|(known, _)| *known == name);
            let is_known = known.is_some() || many.contains_key(&name);
            if is_known && self.duplicates == Duplicates::Refused {
                self.blame(&step);
                return Err(A::Error::custom(format_args!("{DUPLICATE} {}", Value::from(name.as_str()))));
            }
            let value = access.next_value_seed(Strict { step, max_name, ..self })?;
            if is_known {
                match known {
                    Some(index) => few[index].1 = value,
                    None => drop(many.insert(name, value)),
                }
                continue;
            }
            if few.len() + many.len() < FEW {
                self.take(if few.is_empty() { OBJECT + MEMBER } else { MEMBER })?;
                few.push((name, value));
            } else {
                many.extend(few.drain(..));
                self.grow(many.len(), MEMBER)?;
                many.insert(name, value);
            }
        }
        Ok(Value::Object(if few.is_empty() { many } else { few.into_iter().collect() }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn check(bytes: impl AsRef<[u8]>, expect: &str) {
        let error = parse_json(bytes.as_ref()).expect_err("not strict JSON");
        let at = error.at.as_ref().map(|at| format!(" [{at}]")).unwrap_or_default();
        assert_eq!(format!("{error}{at}"), expect);
    }

    #[test]
    fn invalid_json_is_refused() {
        check("", "empty at line 1 column 1");
        check(b"{\"a\":\n \"\xff\"}", "not UTF-8 at line 2 column 3");
        check("\u{feff}{}", "a byte order mark before the value at line 1 column 1");
        check("{} {}", "text after the value at line 1 column 4");
        check("{\"é\": {\"a\": 1,\n \"a\": 2}}", "duplicate key \"a\" at line 2 column 4 [/é/a]");
        check("[0, {\"n\": 1e999}]", "a number out of range at line 1 column 15 [/1/n]");
        check("{\"a\": NaN}", "expected value at line 1 column 7");
        check("{\"a\": 1", "EOF while parsing an object at line 1 column 7");
        check("[".repeat(100_000), "more than 127 levels at line 1 column 128");
    }

    #[test]
    fn half_a_character_is_grammatical() {
        for text in [r#""\ud800""#, r#"["\udc00"]"#, r#""\ud800\u0041""#, r#"{"a\udfff": 1}"#] {
            let error = parse_json(text.as_bytes()).expect_err("it has no value");
            assert_eq!((error.message.as_str(), error.beyond_limits), (LONE_SURROGATE, true), "{text}");
        }
    }

    #[test]
    fn values_beyond_the_memory_limit_are_refused() {
        for much in [format!("[{}0]", "0,".repeat(300_000)), format!("[{}{{}}]", "{\"a\":1},".repeat(200_000))] {
            let error = parse_json(much.as_bytes()).expect_err("too large");
            assert_eq!((error.message.as_str(), error.beyond_limits), (TOO_LARGE, true));
        }
        let named = |length: usize| parse_json(format!("{{\"{}\": 1}}", "n".repeat(length)).as_bytes());
        let error = named(MAX_NAME + 1).expect_err("a long name");
        let nested = |length: usize| parse_json(format!(r#"{{"{0}": [{{"{0}": 1}}]}}"#, "n".repeat(length)).as_bytes());
        assert_eq!(nested(MAX_NAME / 2 + 1).expect_err("long names"), JsonError { column: 16_395, ..error.clone() });
        assert!(nested(MAX_NAME / 2).is_ok());
        assert_eq!((error.message.as_str(), error.beyond_limits, named(MAX_NAME).is_ok()), (LONG_NAME, true, true));
        assert!(parse_json(format!("[{}0]", "0,".repeat(130_000)).as_bytes()).is_ok());
        let members = r#"{"name":"Ada","city":"Paris","flag":true,"amount":1.5,"at":null},"#;
        assert!(parse_json(format!("[{}0]", members.repeat(24_000)).as_bytes()).is_ok(), "over 1.5 MB of text");
    }

    #[test]
    fn of_duplicate_names_the_last_counts_where_they_are_reported() {
        let parsed = parse_json_with_duplicates(br#"{"a":1,"b":{"c":1,"c":[2]},"a":3}"#).expect("JSON");
        assert_eq!(parsed.value.to_string(), r#"{"a":3,"b":{"c":[2]}}"#);
        let duplicate = parsed.duplicate.expect("reported");
        assert_eq!(
            (duplicate.to_string(), duplicate.is_duplicate),
            ("duplicate key \"c\" at line 1 column 21".to_owned(), true)
        );
        let members: String = (0..20).map(|number| format!("\"{number}\":1,")).collect();
        let parsed = parse_json_with_duplicates(format!("{{{members}\"19\":2,\"0\":3}}").as_bytes()).expect("JSON");
        assert_eq!(
            (&parsed.value["0"], &parsed.value["19"], parsed.value.as_object().map(Map::len)),
            (&json!(3), &json!(2), Some(20))
        );
        assert!(parse_json_with_duplicates(b"{\"a\":1}").is_ok_and(|parsed| parsed.duplicate.is_none()));
        let broken = parse_json_with_duplicates(b"{\"a\":1,\"a\":1").err().expect("not JSON");
        assert!(!broken.is_duplicate, "{broken}");
    }

    #[test]
    fn large_objects_keep_their_order_and_refuse_duplicates() {
        let text = |last: usize| {
            let members: Vec<_> = (0..40).chain([last]).map(|index| format!(r#""{index}":{index}"#)).collect();
            format!("{{{}}}", members.join(","))
        };
        for last in 0..40 {
            let error = parse_json(text(last).as_bytes()).expect_err("a name twice");
            assert_eq!(error.message, format!("duplicate key \"{last}\""));
        }
        assert_eq!(parse_json(text(40).as_bytes()).expect("JSON").to_string(), text(40));
    }

    #[test]
    fn numbers_keep_their_size_and_members_their_order() {
        let value = parse_json(br#"{"b": 18446744073709551615, "a": [-1, 0.5, "\ud83d\ude00"]}"#);
        let value = value.expect("JSON");
        assert_eq!(value, json!({"b": u64::MAX, "a": [-1, 0.5, "😀"]}));
        assert_eq!(value.to_string(), r#"{"b":18446744073709551615,"a":[-1,0.5,"😀"]}"#);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_do_not_panic(bytes: Vec<u8>) {
            let ours = parse_json(&bytes);
            let theirs = serde_json::from_slice::<Value>(&bytes);
            prop_assert!(ours.is_err() || theirs.is_ok_and(|value| ours == Ok(value)));
        }
    }
}
