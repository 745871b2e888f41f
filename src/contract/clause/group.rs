//! Groups of clauses, which gates and pages count apart.

use std::fmt;
use std::str::FromStr;

/// A group of clauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Group {
    /// `calls`.
    Operations,
    /// `sends` and `omits` of path, query, header and cookie parameters.
    Parameters,
    /// `sends` and `omits` of bodies and media types.
    Requests,
    /// `violates`.
    Refusals,
    /// `receives` of statuses, media types, headers, and of locations that are present or absent.
    Responses,
    /// Values of both directions: `=`, `at`, `null`, `empty`, branches, examples.
    Values,
    /// `calls with` and `refuses`.
    Security,
    /// Dependencies between operations. No clause is of this group yet.
    State,
}

impl Group {
    /// Every group, in the order of pages.
    pub(crate) const ALL: [Self; 8] = [
        Self::Operations,
        Self::Parameters,
        Self::Requests,
        Self::Refusals,
        Self::Responses,
        Self::Values,
        Self::Security,
        Self::State,
    ];

    /// Its name in configuration, records and pages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Operations => "operations",
            Self::Parameters => "parameters",
            Self::Requests => "requests",
            Self::Refusals => "refusals",
            Self::Responses => "responses",
            Self::Values => "values",
            Self::Security => "security",
            Self::State => "state",
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that is not the name of a group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown group of clauses `{0}`: expected one of operations, parameters, requests, refusals, responses, values, security, state"
)]
pub(crate) struct UnknownGroup(String);

impl FromStr for Group {
    type Err = UnknownGroup;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|group| group.name() == text);
        found.ok_or_else(|| UnknownGroup(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_groups_are_read_back() {
        for group in Group::ALL {
            assert_eq!(group.to_string().parse(), Ok(group));
        }
        let names = Group::ALL.map(Group::name).join(", ");
        assert!("all".parse::<Group>().expect_err("no group").to_string().ends_with(&names));
    }
}
