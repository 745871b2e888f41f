//! Tells a written null from an absent key.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Keeps a written null apart from an absent key: `body: null` sends JSON null.
pub(super) fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
