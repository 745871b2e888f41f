//! `multipleOf`, as far as numbers are known exactly.

use std::sync::Arc;

use jsonschema::{Keyword, ValidationError, Validator};
use serde_json::{Value, json};

use super::custom::{not_checked, violated};

/// Least number of which a float may be the nearest to another integer (2⁵³).
const EXACT: f64 = 9_007_199_254_740_992.0;

/// `multipleOf`: integers beyond 64 bits are read as the nearest float, which is no reason to refuse them.
pub(super) struct MultipleOf(Arc<Validator>);

impl MultipleOf {
    /// The keyword with this value.
    pub(super) fn new(value: &Value) -> Result<Self, ValidationError<'static>> {
        let built = jsonschema::options().offline().build(&json!({ "multipleOf": value }));
        built.map(|validator| Self(Arc::new(validator))).map_err(|error| ValidationError::schema(error.to_string()))
    }
}

impl<'i> Keyword<'i> for MultipleOf {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        let is_exact =
            |number: &serde_json::Number| !number.is_f64() || number.as_f64().is_some_and(|float| float.abs() < EXACT);
        match instance.as_number() {
            _ if self.0.is_valid(instance) => Ok(()),
            Some(number) if !is_exact(number) => Err(not_checked("more digits than can be checked")),
            _ => Err(violated()),
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        self.0.is_valid(instance)
    }
}
