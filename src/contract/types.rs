//! Sets of the types of JSON Schema.

use serde_json::Value;

/// Some of the types of JSON; integers are distinct from other numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Types(u8);

/// The names of the types. `number` includes the integers.
const NAMES: [(&str, Types); 7] = [
    ("null", Types::NULL),
    ("boolean", Types::BOOLEAN),
    ("string", Types::STRING),
    ("integer", Types::INTEGER),
    ("number", Types::NUMBER),
    ("array", Types::ARRAY),
    ("object", Types::OBJECT),
];

impl Types {
    /// No type.
    pub(crate) const NONE: Self = Self(0);
    /// `null`.
    pub(crate) const NULL: Self = Self(1);
    /// `true` and `false`.
    pub(crate) const BOOLEAN: Self = Self(2);
    /// Strings.
    pub(crate) const STRING: Self = Self(4);
    /// Numbers without a fraction, written `1` or `1.0`.
    pub(crate) const INTEGER: Self = Self(8);
    /// All numbers.
    pub(crate) const NUMBER: Self = Self(8 + 16);
    /// Arrays.
    pub(crate) const ARRAY: Self = Self(32);
    /// Objects.
    pub(crate) const OBJECT: Self = Self(64);
    /// Every type.
    pub(crate) const ANY: Self = Self(127);
    /// Types that hold further values.
    pub(crate) const CONTAINERS: Self = Self::ARRAY.or(Self::OBJECT);

    /// The types that `name` means in `type`; none where it is not the name of a type.
    pub(crate) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, types)| *types)
    }

    /// The types that `type` of `schema` allows; with `nullable`, where the dialect has that keyword, also `null`.
    pub(crate) fn declared(schema: &Value, has_nullable: bool) -> Option<Self> {
        let declared = schema.get("type")?;
        // The structure of the document is checked elsewhere: an unknown name excludes nothing here.
        let named = |name| Self::named(name).unwrap_or(Self::ANY);
        let types = strings(Some(declared)).fold(Self::NONE, |all, name| all.or(named(name)));
        let is_nullable = has_nullable && schema.get("nullable") == Some(&Value::Bool(true));
        let null = if is_nullable { Self::NULL } else { Self::NONE };
        Some(if types.is_empty() { Self::ANY } else { types.or(null) })
    }

    /// The type of `value`.
    pub(crate) fn from_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::String(_) => Self::STRING,
            Value::Number(number) if number.is_i64() || number.is_u64() => Self::INTEGER,
            Value::Number(number) if number.as_f64().is_some_and(|float| float.fract() == 0.0) => Self::INTEGER,
            Value::Number(_) => Self(16),
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    /// The types that occur among `values`.
    pub(crate) fn from_values(values: &[Value]) -> Self {
        values.iter().fold(Self::NONE, |all, value| all.or(Self::from_value(value)))
    }

    /// The set as a number, which [`Types::from_bits`] reads.
    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    /// The set that [`Types::bits`] wrote.
    pub(crate) const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ANY.0)
    }

    /// The types in either set.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The types in both sets.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The types but `others`.
    pub(crate) const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether the set is empty.
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl std::fmt::Display for Types {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let has_numbers = self.and(Self::NUMBER) == Self::NUMBER;
        let is_named = |name: &str, types: Self| self.and(types) == types && !(has_numbers && name == "integer");
        let names = NAMES.iter().filter(|(name, types)| is_named(name, *types));
        f.write_str(&names.map(|(name, _)| *name).collect::<Vec<_>>().join(" or "))
    }
}

/// The strings that `value` is or lists.
pub(crate) fn strings(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let listed = value.map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice));
    listed.into_iter().flatten().filter_map(Value::as_str)
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
        assert_eq!(Types::from_value(&json!(1.0)).and(number).to_string(), "integer");
        assert!(Types::from_value(&json!("1")).and(number).is_empty());
    }
}
