//! Sets of JSON types.

use serde_json::Value;

use super::parts::words;

/// Some of the types of JSON, a whole number apart from other numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(u8);

const NAMES: [(&str, u8); 7] =
    [("null", 1), ("boolean", 2), ("string", 4), ("integer", 8), ("number", 8 + 16), ("array", 32), ("object", 64)];

impl Types {
    /// Every type.
    pub const ANY: Self = Self(127);

    /// Those that hold further values.
    pub const HOLDING: Self = Self(32 + 64);

    /// What `type` of `schema` allows, `nullable` included where the version knows it.
    pub fn declared(schema: &Value, knows_nullable: bool) -> Option<Self> {
        let declared = schema.get("type")?;
        let bit = |name| NAMES.iter().find(|(known, _)| *known == name).map_or(Self::ANY.0, |(_, bit)| *bit);
        let bits = words(Some(declared)).fold(0, |bits, name| bits | bit(name));
        let null = u8::from(knows_nullable && schema.get("nullable") == Some(&Value::Bool(true)));
        // Something that is no type at all is wrong in another way.
        Some(if bits == 0 { Self::ANY } else { Self(bits | null) })
    }

    /// The type of `value`.
    pub fn of(value: &Value) -> Self {
        Self(match value {
            Value::Null => 1,
            Value::Bool(_) => 2,
            Value::String(_) => 4,
            Value::Number(number) if number.as_f64().is_some_and(|float| float.fract() == 0.0) => 8,
            Value::Number(_) => 16,
            Value::Array(_) => 32,
            Value::Object(_) => 64,
        })
    }

    /// The types that some of `values` have.
    pub fn any_of(values: &[Value]) -> Self {
        values.iter().fold(Self(0), |all, value| Self(all.0 | Self::of(value).0))
    }

    /// The types that both have.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl std::fmt::Display for Types {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = self.0 & 24 == 24;
        let named = NAMES.iter().filter(|(name, bit)| self.0 & bit == *bit && !(number && *name == "integer"));
        f.write_str(&named.map(|(name, _)| *name).collect::<Vec<_>>().join(" or "))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_are_those_of_json_schema() {
        let check = |schema: Value, expect: &str| {
            assert_eq!(Types::declared(&schema, true).unwrap_or(Types::ANY).to_string(), expect, "{schema}");
        };
        check(json!({ "type": "integer", "nullable": true }), "null or integer");
        check(json!({ "type": ["number", "string"] }), "string or number");
        check(json!({ "type": "strin" }), Types::ANY.to_string().as_str());
        let number = Types::declared(&json!({ "type": "number" }), false).unwrap_or(Types::ANY);
        assert_eq!(Types::of(&json!(1.0)).and(number).to_string(), "integer");
        assert!(Types::of(&json!("1")).and(number).is_empty());
    }
}
