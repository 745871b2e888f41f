//! The OpenAPI version that a document declares, parsed once.

/// A version `3.0.x`, `3.1.x` or `3.2.x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OasVersion {
    minor: Minor,
    /// The patch level; none where it is not a plain number, as in `3.1.0-rc1`.
    patch: Option<u32>,
}

/// The part of the version that decides which fields and keywords exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Minor {
    /// OpenAPI 3.0: schemas are a subset of an early draft of JSON Schema, with `nullable` (§4.7.24).
    V3_0,
    /// OpenAPI 3.1: schemas are JSON Schema 2020-12 (§4.8.24).
    V3_1,
    /// OpenAPI 3.2.
    V3_2,
}

impl OasVersion {
    /// OpenAPI 3.1.0, by which schemas are read that belong to no document.
    pub const V3_1_0: Self = Self { minor: Minor::V3_1, patch: Some(0) };

    /// Parses the value of `openapi`; none where it is not a supported version with a patch level.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let minor = match (parts.next()?, parts.next()?) {
            ("3", "0") => Minor::V3_0,
            ("3", "1") => Minor::V3_1,
            ("3", "2") => Minor::V3_2,
            _ => return None,
        };
        Some(Self { minor, patch: parts.next()?.parse().ok() })
    }

    /// The version without its patch level.
    pub fn minor(self) -> Minor {
        self.minor
    }

    /// Whether schemas follow OpenAPI 3.0: `nullable`, boolean `exclusiveMinimum`, nothing in addition to a `$ref`.
    pub fn is_3_0(self) -> bool {
        self.minor == Minor::V3_0
    }

    /// Whether it is OpenAPI 3.2 or later.
    pub fn is_at_least_3_2(self) -> bool {
        self.minor >= Minor::V3_2
    }

    /// Whether `nullable` allows null only where `type` is next to it, as since 3.0.3.
    pub fn nullable_needs_type(self) -> bool {
        !matches!((self.minor, self.patch), (Minor::V3_0, Some(0..=2)))
    }

    /// The character between the items of an exploded `label` parameter: the style table was corrected in 3.0.4 and 3.1.1.
    pub fn label_separator(self) -> char {
        match (self.minor, self.patch) {
            (Minor::V3_0, Some(0..=3)) | (Minor::V3_1, Some(0)) => '.',
            _ => ',',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_parsed_with_their_patch_level() {
        let check = |text: &str, expect: Option<(Minor, char)>| {
            let found = OasVersion::parse(text).map(|version| (version.minor(), version.label_separator()));
            assert_eq!(found, expect, "{text}");
        };
        check("3.0.3", Some((Minor::V3_0, '.')));
        check("3.0.4", Some((Minor::V3_0, ',')));
        check("3.1.0", Some((Minor::V3_1, '.')));
        check("3.1.0-rc1", Some((Minor::V3_1, ',')));
        check("3.2.0", Some((Minor::V3_2, ',')));
        check("3.1", None);
        check("3.10.0", None);
        check("2.0.0", None);
    }
}
