//! Reads a stored record, so that reports can be rendered again.

use std::collections::BTreeMap;
use std::io;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::document::{Misfit, Typed};

use super::format::{Entry, Head, VERSION};

/// The key of the entries; all other keys are of the head.
const OUTCOMES: &str = "outcomes";

/// A valid record; entries are parsed again on access.
#[derive(Debug)]
pub struct StoredRecord<'t> {
    /// The head.
    pub head: Head,
    outcomes: Vec<&'t RawValue>,
}

impl<'t> StoredRecord<'t> {
    /// Parses `record.json`; an error names the invalid part and its position.
    pub fn read(text: &'t str) -> Result<Self, String> {
        let mut members: BTreeMap<String, &RawValue> =
            serde_json::from_str(text).map_err(|error| format!("expected a record (a JSON object): {error}"))?;
        match members.get("record").map(|version| version.get().parse::<u64>()) {
            Some(Ok(version)) if version == u64::from(VERSION) => {}
            Some(Ok(version)) => {
                return Err(format!("expected a record of version {VERSION}, found version {version}"));
            }
            _ => return Err(format!("expected `\"record\": {VERSION}` as the first property of a record")),
        }
        let outcomes = members.remove(OUTCOMES).ok_or(format!("expected the list `{OUTCOMES}`"))?;
        let outcomes: Vec<&RawValue> = part(text, outcomes, OUTCOMES)?;
        for (index, outcome) in outcomes.iter().enumerate() {
            part::<Entry>(text, outcome, &format!("{OUTCOMES}[{index}]"))?;
        }
        Ok(Self { head: head(text, members)?, outcomes })
    }

    /// Returns every entry in the order of the record.
    pub fn entries(&self) -> impl Iterator<Item = io::Result<Entry>> {
        self.outcomes.iter().map(|outcome| Ok(serde_json::from_str(outcome.get())?))
    }
}

/// Parses the head from the `members` of `text`.
fn head(text: &str, members: BTreeMap<String, &RawValue>) -> Result<Head, String> {
    let known = |(name, member): (&String, &&RawValue)| Ok((name.clone(), part::<Value>(text, member, name)?));
    let values: Map<String, Value> = members.iter().map(known).collect::<Result<_, String>>()?;
    from_properties(values).map_err(|misfit| {
        let at = misfit.at();
        let member = at.tokens().next().and_then(|name| members.get(&*name));
        let (line, column) = member.map_or((1, 1), |member| start(text, member));
        let path = at.tokens().collect::<Vec<_>>().join(".");
        invalid(if path.is_empty() { "the head" } else { &path }, line, column, misfit.message())
    })
}

/// Parses the head from its properties. Every reader of heads uses this function: the code for one more deserializer is large.
pub(super) fn from_properties(mut values: Map<String, Value>) -> Result<Head, Misfit> {
    values.iter_mut().filter(|(name, _)| *name != SEED).for_each(|(_, value)| refuse_large(value));
    Head::deserialize(Typed(&Value::Object(values)))
}

/// Largest number in a head but the seed: sums of some are far from an overflow, and no run counts so many.
const MAX_NUMBER: u64 = 10_000_000_000_000_000;

/// The property that may be any number.
const SEED: &str = "seed";

/// Replaces larger numbers by a text, which is an error in place of a number.
fn refuse_large(value: &mut Value) {
    match value {
        Value::Number(number) if number.as_u64().is_some_and(|number| number > MAX_NUMBER) => {
            *value = format!("{number}, which is too large").into();
        }
        Value::Array(items) => items.iter_mut().for_each(refuse_large),
        Value::Object(members) => members.iter_mut().for_each(|(_, value)| refuse_large(value)),
        _ => {}
    }
}

/// Parses `raw`, the part `name` of `text`.
fn part<'t, T: Deserialize<'t>>(text: &str, raw: &'t RawValue, name: &str) -> Result<T, String> {
    serde_json::from_str(raw.get()).map_err(|error| {
        let at = start(text, raw);
        let (line, column) = match error.line() {
            0 | 1 => (at.0, at.1 + error.column().saturating_sub(1)),
            line => (at.0 + line - 1, error.column()),
        };
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        invalid(name, line, column, message)
    })
}

fn invalid(path: &str, line: usize, column: usize, message: &str) -> String {
    format!("{path} is invalid: {message} (line {line} column {column})")
}

/// Returns line and column of `raw` in `text`, from 1.
fn start(text: &str, raw: &RawValue) -> (usize, usize) {
    let offset = (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let before = text.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    (line, before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(StoredRecord::read(text).map(|_| ()).expect_err("no record"), expect);
    }

    #[test]
    fn an_invalid_record_is_reported_with_its_position() {
        check("x", "expected a record (a JSON object): expected value at line 1 column 1");
        check("[1]", "expected a record (a JSON object): invalid type: sequence, expected a map at line 1 column 0");
        check("{}", "expected `\"record\": 1` as the first property of a record");
        check(r#"{"record": "1"}"#, "expected `\"record\": 1` as the first property of a record");
        check(r#"{"record": 2}"#, "expected a record of version 1, found version 2");
        check(r#"{"record": 1}"#, "expected the list `outcomes`");
        let not_a_list = "outcomes is invalid: invalid type: map, expected a sequence (line 2 column 13)";
        check("{\"record\": 1,\n\"outcomes\": {}}", not_a_list);
        let missing = "the head is invalid: missing field `tool` (line 1 column 1)";
        check(r#"{"record": 1, "outcomes": []}"#, missing);
    }

    #[test]
    fn an_invalid_part_is_named() {
        let entry = r#"{"case": "a", "name": "a", "story": "a", "place": {"file": "a", "line": -1, "column": 1}}"#;
        check(
            &format!("{{\"record\": 1, \"outcomes\": [\n{entry}]}}"),
            "outcomes[0] is invalid: invalid value: integer `-1`, expected u32 (line 2 column 74)",
        );
        let head = r#""tool": {"name": "signoff", "version": 1}"#;
        check(
            &format!("{{\"record\": 1, \"outcomes\": [],\n {head}}}"),
            "tool.version is invalid: invalid type: integer `1`, expected a string (line 2 column 10)",
        );
        let large = r#""summary": {"cases": 18446744073709551615}"#;
        let text = format!("{{\"record\": 1, \"outcomes\": [], {large}}}");
        let error = StoredRecord::read(&text);
        let error = error.map(|_| ()).expect_err("too large");
        assert!(error.contains("18446744073709551615, which is too large"), "{error}");
        let deep = "[".repeat(5000);
        let error =
            StoredRecord::read(&format!("{{\"record\": 1, \"outcomes\": {deep}")).map(|_| ()).expect_err("too deep");
        assert!(error.contains("recursion limit exceeded") || error.contains("EOF"), "{error}");
    }
}
