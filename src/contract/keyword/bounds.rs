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

    /// Every keyword that limits numbers, with its limit.
    pub(crate) fn keywords() -> impl Iterator<Item = (&'static str, Self)> {
        let limit = |is_strict| move |(least, most)| [(least, false, is_strict), (most, true, is_strict)];
        let all = limit(false)((NUMBER.least, NUMBER.most))
            .into_iter()
            .chain(NUMBER.strict.into_iter().flat_map(limit(true)));
        all.map(|(keyword, is_upper, is_strict)| (keyword, Self { is_upper, is_strict }))
    }

    /// The limit that `keyword` is; none for other keywords.
    pub(crate) fn from_keyword(keyword: &str) -> Option<Self> {
        Self::keywords().find(|(name, _)| *name == keyword).map(|(_, limit)| limit)
    }
}
