//! The JSON Schema and the version of the format.

use super::entry::Entry;
use super::head::Head;

/// Version of the format; every incompatible change increases it.
pub const VERSION: u32 = 1;

/// Returns the JSON Schema of `record.json` (`schemas/record.json`): the fields of the head, and the outcomes.
pub fn json_schema() -> serde_json::Value {
    let mut generator = schemars::generate::SchemaSettings::draft2020_12().into_generator();
    let outcomes = generator.subschema_for::<Vec<Entry>>();
    let mut schema = generator.into_root_schema_for::<Head>().to_value();
    schema["title"] = "The record of a signoff run".into();
    schema["description"] = "The results of a run; every report is rendered from it.".into();
    schema["properties"]["outcomes"] = outcomes.to_value();
    if let Some(required) = schema["required"].as_array_mut() {
        required.push("outcomes".into());
    }
    schema
}
