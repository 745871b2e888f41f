//! Bounds of numbers, and `multipleOf`, that 64 bits do not represent exactly, such as `maximum: 18446744073709551617`. The library compares with the
//! nearest float, so each is replaced by a keyword that compares with the digits of the document.

use jsonschema::{Keyword, ValidationError};
use serde_json::{Map, Value};

use crate::contract::Anchor;
use crate::contract::keyword::NumberLimit;
use crate::contract::refs::Refs;
use crate::document::Decimal;

use super::custom::violated;
use super::judged::{Instance, Judged};

/// The keywords that replace bounds: this, and the keyword that is violated.
const PREFIX: &str = "x-signoff-inexact-";

/// The keyword that replaces `multipleOf`.
pub(super) const MULTIPLE: &str = "x-signoff-inexact-multipleOf";

/// A bound that is not represented exactly.
#[derive(Debug)]
pub(super) struct InexactBound {
    /// The location of its schema.
    schema: Anchor,
    /// The keyword whose value it is.
    keyword: &'static str,
    /// The keyword that values violate: another next to `exclusiveMaximum: true`.
    violated: &'static str,
    /// The digits of the document.
    literal: String,
}

impl InexactBound {
    /// The inexact bounds of the schema at `anchor`.
    pub(super) fn find(refs: Refs<'_>, anchor: &Anchor) -> Vec<Self> {
        let Some(schema) = refs.value(anchor).and_then(Value::as_object) else { return Vec::new() };
        let inexact = |keyword: &'static str| {
            schema.get(keyword)?.as_number().filter(|number| number.is_f64())?;
            let literal = refs.documents[anchor.document].inexact_number(&anchor.member(keyword).pointer)?;
            let is_strict = |strict: &str| schema.get(strict) == Some(&Value::Bool(true));
            let violated = match keyword {
                "minimum" if is_strict("exclusiveMinimum") => "exclusiveMinimum",
                "maximum" if is_strict("exclusiveMaximum") => "exclusiveMaximum",
                _ => keyword,
            };
            Some(Self { schema: anchor.clone(), keyword, violated, literal })
        };
        let keywords = NumberLimit::keywords().map(|(keyword, _)| keyword);
        keywords.chain(["multipleOf"]).filter_map(inexact).collect()
    }

    /// The location of the schema that holds it.
    pub(super) fn schema(&self) -> &Anchor {
        &self.schema
    }

    /// The location that violations report, and the digits.
    pub(super) fn into_literal(self) -> (Anchor, String) {
        (self.schema.member(self.violated), self.literal)
    }

    /// Replaces the bound in its schema.
    pub(super) fn replace_in(&self, schema: &mut Map<String, Value>) {
        schema.shift_remove(self.keyword);
        schema.insert(format!("{PREFIX}{}", self.violated), self.literal.as_str().into());
    }
}

/// The bound that this keyword replaces.
pub(super) fn replaced(keyword: &str) -> Option<&str> {
    keyword.strip_prefix(PREFIX)
}

/// The keywords that replace bounds.
pub(super) fn keywords() -> impl Iterator<Item = (String, NumberLimit)> {
    NumberLimit::keywords().map(|(keyword, limit)| (format!("{PREFIX}{keyword}"), limit))
}

/// Keyword that compares numbers with the digits of a bound.
pub(super) struct ExactBound {
    limit: NumberLimit,
    literal: String,
}

impl ExactBound {
    /// The limit with these digits.
    pub(super) fn new(limit: NumberLimit, literal: &Value) -> Self {
        Self { limit, literal: literal.as_str().unwrap_or_default().to_owned() }
    }
}

impl<'i> Keyword<'i, Judged> for ExactBound {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        if Keyword::is_valid(self, instance) { Ok(()) } else { Err(violated()) }
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        let Some(number) = instance.number() else { return true };
        let order = Decimal::parse(&number.to_string()).compare(&Decimal::parse(&self.literal));
        !self.limit.is_violated_by(order)
    }
}
