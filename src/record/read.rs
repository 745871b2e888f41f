//! A written record back as its head and its entries, so that reports can be rendered again.

use serde_json::{Map, Value};

use super::{Entry, Head, VERSION};

/// Reads `record.json`; an error says what of it is no record of this version, and where.
pub fn read(text: &str) -> Result<(Head, Vec<Entry>), String> {
    let mut members: Map<String, Value> =
        serde_json::from_str(text).map_err(|error| format!("expected a record, a JSON object: {error}"))?;
    match members.get("record").and_then(Value::as_u64) {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) => return Err(format!("expected a record of version {VERSION}, found version {version}")),
        None => return Err(format!("expected `\"record\": {VERSION}`, which every record begins with")),
    }
    let outcomes = match members.shift_remove("outcomes") {
        Some(Value::Array(outcomes)) => outcomes,
        _ => return Err("expected the list `outcomes`".to_owned()),
    };
    let head = serde_json::from_value(members.into()).map_err(|error| format!("the head is no record's: {error}"))?;
    let entry = |(index, value)| {
        serde_json::from_value(value).map_err(|error| format!("outcomes/{index} is no record's: {error}"))
    };
    Ok((head, outcomes.into_iter().enumerate().map(entry).collect::<Result<_, _>>()?))
}
