//! The head of a written record alone: what a later run is compared with.

use std::fmt;
use std::io::{BufReader, Read};

use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::{Head, VERSION};

/// The member that holds the entries; the head is all the others.
const OUTCOMES: &str = "outcomes";

/// Reads the head alone: of a record as it is written, nothing behind the head is looked at.
pub fn read_head(reader: impl Read) -> Result<Head, String> {
    let mut before = Before::default();
    let read = serde_json::Deserializer::from_reader(BufReader::new(reader)).deserialize_map(&mut before);
    match read {
        Err(error) if !before.is_enough => Err(no_object(&error)),
        _ => head(before.members),
    }
}

fn head(members: Map<String, Value>) -> Result<Head, String> {
    match members.get("record").and_then(Value::as_u64) {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) => return Err(format!("expected a record of version {VERSION}, found version {version}")),
        None => return Err(format!("expected `\"record\": {VERSION}`, which every record begins with")),
    }
    serde_json::from_value(members.into()).map_err(|error| format!("the head is no record's: {error}"))
}

fn no_object(error: &serde_json::Error) -> String {
    format!("expected a record, a JSON object: {error}")
}

/// The members before the entries. Once those begin, reading is given up where there is a head already.
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
