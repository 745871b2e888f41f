//! A written record back as its head and its entries, so that reports can be rendered again.

use std::collections::BTreeMap;
use std::io;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Entry, Head, VERSION};

/// The members that are not the head's.
const OUTCOMES: &str = "outcomes";

/// A record whose every part is known to be sound; entries are parts of its text until they are asked for.
#[derive(Debug)]
pub struct Stored<'t> {
    /// The run as a whole.
    pub head: Head,
    outcomes: Vec<&'t RawValue>,
}

impl<'t> Stored<'t> {
    /// Reads `record.json`; an error says what of it is no record of this version, and where.
    pub fn read(text: &'t str) -> Result<Self, String> {
        let mut members: BTreeMap<String, &RawValue> =
            serde_json::from_str(text).map_err(|error| format!("expected a record, a JSON object: {error}"))?;
        match members.get("record").map(|version| version.get().parse::<u64>()) {
            Some(Ok(version)) if version == u64::from(VERSION) => {}
            Some(Ok(version)) => {
                return Err(format!("expected a record of version {VERSION}, found version {version}"));
            }
            _ => return Err(format!("expected `\"record\": {VERSION}`, which every record begins with")),
        }
        let outcomes = members.remove(OUTCOMES).ok_or(format!("expected the list `{OUTCOMES}`"))?;
        let outcomes: Vec<&RawValue> = part(text, outcomes, OUTCOMES)?;
        for (index, outcome) in outcomes.iter().enumerate() {
            part::<Entry>(text, outcome, &format!("{OUTCOMES}[{index}]"))?;
        }
        Ok(Self { head: head(text, members)?, outcomes })
    }

    /// Every entry in the record's order.
    pub fn entries(&self) -> impl Iterator<Item = io::Result<Entry>> {
        self.outcomes.iter().map(|outcome| Ok(serde_json::from_str(outcome.get())?))
    }
}

/// The head, whose members are `members` of `text`.
fn head(text: &str, members: BTreeMap<String, &RawValue>) -> Result<Head, String> {
    let known = |(name, member): (&String, &&RawValue)| Ok((name.clone(), part::<Value>(text, member, name)?));
    let values: Map<String, Value> = members.iter().map(known).collect::<Result<_, String>>()?;
    serde_path_to_error::deserialize(Value::Object(values)).map_err(|error| {
        let path = error.path().to_string();
        let member = path.split(['.', '[']).next().and_then(|name| members.get(name));
        let (line, column) = member.map_or((1, 1), |member| start(text, member));
        told(&path, line, column, &error.inner().to_string())
    })
}

/// `raw`, which is a part of `text` and called `name`, as its type.
fn part<'t, T: Deserialize<'t>>(text: &str, raw: &'t RawValue, name: &str) -> Result<T, String> {
    let mut deserializer = serde_json::Deserializer::from_str(raw.get());
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = match error.path().to_string() {
            path if path == "." => name.to_owned(),
            path if path.starts_with('[') => format!("{name}{path}"),
            path => format!("{name}.{path}"),
        };
        let (at, error) = (start(text, raw), error.inner());
        let (line, column) = match error.line() {
            0 | 1 => (at.0, at.1 + error.column().saturating_sub(1)),
            line => (at.0 + line - 1, error.column()),
        };
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        told(&path, line, column, message)
    })
}

fn told(path: &str, line: usize, column: usize, message: &str) -> String {
    let path = if path == "." { "the head" } else { path };
    format!("{path} is no record's: {message} (line {line} column {column})")
}

/// The line and column, counted from 1, at which `raw` begins in `text`.
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
        assert_eq!(Stored::read(text).map(|_| ()).expect_err("no record"), expect);
    }

    #[test]
    fn what_is_no_record_is_said_with_its_place() {
        check("x", "expected a record, a JSON object: expected value at line 1 column 1");
        check("[1]", "expected a record, a JSON object: invalid type: sequence, expected a map at line 1 column 0");
        check("{}", "expected `\"record\": 1`, which every record begins with");
        check(r#"{"record": "1"}"#, "expected `\"record\": 1`, which every record begins with");
        check(r#"{"record": 2}"#, "expected a record of version 1, found version 2");
        check(r#"{"record": 1}"#, "expected the list `outcomes`");
        let not_a_list = "outcomes is no record's: invalid type: map, expected a sequence (line 2 column 13)";
        check("{\"record\": 1,\n\"outcomes\": {}}", not_a_list);
        let missing = "the head is no record's: missing field `tool` (line 1 column 1)";
        check(r#"{"record": 1, "outcomes": []}"#, missing);
    }

    #[test]
    fn a_part_that_is_wrong_is_named() {
        let entry = r#"{"case": "a", "name": "a", "story": "a", "place": {"file": "a", "line": -1, "column": 1}}"#;
        check(
            &format!("{{\"record\": 1, \"outcomes\": [\n{entry}]}}"),
            "outcomes[0].place.line is no record's: invalid value: integer `-1`, expected u32 (line 2 column 74)",
        );
        let head = r#""tool": {"name": "signoff", "version": 1}"#;
        check(
            &format!("{{\"record\": 1, \"outcomes\": [],\n {head}}}"),
            "tool.version is no record's: invalid type: integer `1`, expected a string (line 2 column 10)",
        );
        let deep = "[".repeat(5000);
        let error = Stored::read(&format!("{{\"record\": 1, \"outcomes\": {deep}")).map(|_| ()).expect_err("too deep");
        assert!(error.contains("recursion limit exceeded") || error.contains("EOF"), "{error}");
    }
}
