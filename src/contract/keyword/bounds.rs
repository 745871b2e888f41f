//! Pairs of keywords that limit the same quantity.

use std::cmp::Ordering;

/// Lower and upper limit of a quantity.
pub(crate) struct Bounds {
    /// The lower limit.
    pub least: &'static str,
    /// The upper limit.
    pub most: &'static str,
    /// The exclusive forms: a flag next to the limit in OpenAPI 3.0, a limit of their own since 3.1.
    pub strict: Option<(&'static str, &'static str)>,
    /// What is limited.
    pub what: &'static str,
}

const NUMBER: Bounds = Bounds {
    least: "minimum",
    most: "maximum",
    strict: Some(("exclusiveMinimum", "exclusiveMaximum")),
    what: "number",
};

/// Every pair.
pub(crate) const BOUNDS: [Bounds; 4] = [
    NUMBER,
    Bounds { least: "minLength", most: "maxLength", strict: None, what: "string" },
    Bounds { least: "minItems", most: "maxItems", strict: None, what: "array" },
    Bounds { least: "minProperties", most: "maxProperties", strict: None, what: "object" },
];

/// A limit of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NumberLimit {
    /// Whether numbers above it violate it.
    pub is_upper: bool,
    /// Whether the limit itself violates it.
    pub is_strict: bool,
}

impl NumberLimit {
    /// Whether a number violates it that compares with it like this.
    pub(crate) fn is_violated_by(self, order: Ordering) -> bool {
        match order {
            Ordering::Less => !self.is_upper,
            Ordering::Equal => self.is_strict,
            Ordering::Greater => self.is_upper,
        }
    }

    /// The limit that `keyword` is; none for other keywords.
    pub(crate) fn from_keyword(keyword: &str) -> Option<Self> {
        let (over, under) = NUMBER.strict.unzip();
        let limit = |is_upper, is_strict| Some(Self { is_upper, is_strict });
        match keyword {
            _ if keyword == NUMBER.least => limit(false, false),
            _ if keyword == NUMBER.most => limit(true, false),
            _ if over == Some(keyword) => limit(false, true),
            _ if under == Some(keyword) => limit(true, true),
            _ => None,
        }
    }
}
