//! Splits sequences whose items are validated one by one (OpenAPI 3.2 §4.14): JSON Lines, JSON text sequences, event streams.

use serde_json::{Map, Value};

use crate::document::{JsonError, parse_json};
use crate::http::{MediaType, SequenceFormat};

/// The item of a sequence, with its text where that is JSON; or why it could not be parsed.
pub(super) type Item<'b> = Result<(Value, &'b [u8]), NoItem>;

/// Why an item could not be parsed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoItem {
    /// It is malformed.
    Malformed(Fault),
    /// It is beyond a limit.
    BeyondLimits(String),
    /// An object in it has a name twice.
    DuplicateName(JsonError),
}

/// What is wrong with an item.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// What is wrong.
    pub reason: String,
    /// Line and column in the item.
    pub position: Option<(u32, u32)>,
}

/// Returns the items of `bytes`, lazily, because together they can take fifty times the memory; none where `actual` is not a known
/// sequence. Empty lines are skipped.
pub(super) fn items<'b>(actual: &MediaType, bytes: &'b [u8]) -> Option<Box<dyn Iterator<Item = Item<'b>> + 'b>> {
    Some(match actual.sequence()? {
        SequenceFormat::JsonLines => Box::new(separated(bytes, b'\n')),
        SequenceFormat::JsonSeq => Box::new(separated(bytes, 0x1E)),
        SequenceFormat::EventStream => match std::str::from_utf8(bytes) {
            Ok(text) => Box::new(events(text)),
            Err(_) => Box::new(std::iter::once(Err(NoItem::Malformed(Fault {
                reason: "it is not UTF-8".to_owned(),
                position: None,
            })))),
        },
    })
}

/// Maximum size of the items of a sequence that are validated together, in bytes of JSON.
const MAX_LIST: usize = 10_000_000;

/// Returns the array of all items with its text, unless an item could not be parsed.
pub(super) fn list(actual: &MediaType, bytes: &[u8]) -> Result<(Value, Vec<u8>), NoItem> {
    let mut text = b"[".to_vec();
    for (index, item) in items(actual, bytes).into_iter().flatten().enumerate() {
        let (value, own) = item?;
        text.extend((index > 0).then_some(b','));
        match own {
            // Of an event.
            [] => text.extend(value.to_string().as_bytes()),
            own => text.extend(own),
        }
        if text.len() > MAX_LIST {
            return Err(NoItem::BeyondLimits("more than 10 MB".to_owned()));
        }
    }
    text.push(b']');
    let parsed = parse_json(&text).map_err(|error| NoItem::BeyondLimits(error.message))?;
    Ok((parsed, text))
}

fn separated(bytes: &[u8], separator: u8) -> impl Iterator<Item = Item<'_>> {
    let texts = bytes.split(move |byte| *byte == separator);
    texts.filter(|text| !text.iter().all(u8::is_ascii_whitespace)).map(|text| {
        parse_json(text).map(|value| (value, text)).map_err(|error| match error {
            JsonError { is_duplicate: true, .. } => NoItem::DuplicateName(error),
            JsonError { beyond_limits: true, .. } => NoItem::BeyondLimits(error.message),
            _ => NoItem::Malformed(Fault { reason: error.message, position: Some((error.line, error.column)) }),
        })
    })
}

/// Returns events as objects (WHATWG HTML §9.2.6): `data` lines are joined, `retry` is a number, other fields are strings. Comments,
/// unknown fields, blocks without `data`, which are no events, and an incomplete last event are skipped.
fn events(text: &str) -> impl Iterator<Item = Item<'_>> {
    let mut lines = lines(text.strip_prefix('\u{feff}').unwrap_or(text));
    std::iter::from_fn(move || {
        let mut event = Map::new();
        loop {
            match lines.next()? {
                "" if !event.contains_key("data") => event.clear(),
                "" => return Some(Ok((Value::Object(event), &[][..]))),
                line => field(&mut event, line),
            }
        }
    })
}

/// Returns the complete lines, which end with `\n`, `\r\n` or `\r`.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.find(['\n', '\r'])?;
        let (line, after) = rest.split_at(end);
        rest = after.strip_prefix("\r\n").unwrap_or(&after[1..]);
        Some(line)
    })
}

fn field(event: &mut Map<String, Value>, line: &str) {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    let value = value.strip_prefix(' ').unwrap_or(value);
    match (name, event.get_mut(name)) {
        ("data", Some(Value::String(held))) => held.extend(["\n", value]),
        ("id", _) if value.contains('\0') => {}
        ("data" | "event" | "id", _) => drop(event.insert(name.to_owned(), value.into())),
        ("retry", _) => {
            let number = value.parse::<u64>().ok().filter(|_| value.bytes().all(|byte| byte.is_ascii_digit()));
            event.extend(number.map(|number| ("retry".to_owned(), number.into())));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(media_type: &str, bytes: &str, expect: &[Result<Value, NoItem>]) {
        let actual = MediaType::parse(media_type).expect("a media type");
        let items = items(&actual, bytes.as_bytes());
        let items: Option<Vec<_>> = items.map(|items| items.map(|item| item.map(|(value, _)| value)).collect());
        assert_eq!(items.as_deref(), Some(expect), "{bytes:?}");
    }

    #[test]
    fn sequences_are_taken_apart() {
        check("application/jsonl", "1\r\n\n{\"a\": 2}", &[Ok(json!(1)), Ok(json!({ "a": 2 }))]);
        check("application/json-seq", "\u{1e}1\n\u{1e}[2]\n", &[Ok(json!(1)), Ok(json!([2]))]);
        let stream = ": hello\n\nid: 0\nretry: 5\n\ndata: a\ndata:b\nid: 1\nid: \0\n\nevent: x\r\nretry: 10\r\ndata\r\n\r\nnote: x\n\nretry: x\n\ndata: cut";
        let first = json!({ "data": "a\nb", "id": "1" });
        check("text/event-stream", stream, &[Ok(first), Ok(json!({ "event": "x", "retry": 10, "data": "" }))]);
        let list = |media_type: &str, bytes: &str| {
            list(&MediaType::parse(media_type).expect("a media type"), bytes.as_bytes()).map(|(list, _)| list)
        };
        assert_eq!(list("application/jsonl", "1\r\n\n[2]\n"), Ok(json!([1, [2]])));
        assert_eq!(list("text/event-stream", "data: a\n\ndata: b\n\n"), Ok(json!([{ "data": "a" }, { "data": "b" }])));
        assert_eq!(list("application/jsonl", ""), Ok(json!([])));
        assert!(matches!(list("application/jsonl", "1\n{"), Err(NoItem::Malformed(_))));
    }
}
