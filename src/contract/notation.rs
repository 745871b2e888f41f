//! A schema in a few characters, as the `-` side of a diff shows it.

use serde_json::Value;

/// `"ACTIVE" | "INACTIVE"`, `string`, `string(date-time)`, `integer ≥ 1`, `{ customer_id, status, … }`, `[string]`. `resolve`
/// follows a `$ref`. At most about 80 characters.
pub fn compact<'a>(schema: &'a Value, resolve: &dyn Fn(&str) -> Option<&'a Value>) -> String {
    let _ = (schema, resolve);
    todo!()
}
