//! The shape of a case file as serde reads it, and its JSON Schema.

/// The JSON Schema of a case file (`schemas/case-file.json`).
pub fn json_schema() -> serde_json::Value {
    todo!()
}
