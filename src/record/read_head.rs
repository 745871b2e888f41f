//! Reads only the head of a stored record, as the baseline of a later run.

use std::fmt;
use std::io::{BufReader, Read};

use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::format::{Head, VERSION};
use super::read::from_properties;

/// The key of the entries; all other keys are of the head.
const OUTCOMES: &str = "outcomes";

/// Reads only the head; a record as signoff writes it is read no further.
pub fn read_head(reader: impl Read) -> Result<Head, String> {
    let mut before = Before::default();
    let read = serde_json::Deserializer::from_reader(BufReader::new(reader)).deserialize_map(&mut before);
    match read {
        Err(error) if !before.is_enough => Err(not_an_object(&error)),
        _ => head(before.members),
    }
}

fn head(members: Map<String, Value>) -> Result<Head, String> {
    match members.get("record").and_then(Value::as_u64) {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) => return Err(format!("expected a record of version {VERSION}, found version {version}")),
        None => return Err(format!("expected `\"record\": {VERSION}` as the first property of a record")),
    }
    from_properties(members).map_err(|misfit| format!("the head is invalid: {misfit}"))
}

fn not_an_object(error: &serde_json::Error) -> String {
    format!("expected a record (a JSON object): {error}")
}

/// The members before the entries. Reading stops at the entries if the head precedes them.
#[derive(Default)]
struct Before {
    members: Map<String, Value>,
    is_enough: bool,
}

impl<'de> Visitor<'de> for &mut Before {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name != OUTCOMES {
                self.members.insert(name, map.next_value()?);
            } else if self.members.contains_key("record") {
                self.is_enough = true;
                return Err(A::Error::custom("the head is read"));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}
