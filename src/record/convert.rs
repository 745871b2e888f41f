//! Conversions of values of the engine to those of the record.

use crate::case;
use crate::place;
use crate::severity;

use super::format::{Place, Role, Severity};

impl From<&place::Place> for Place {
    fn from(place: &place::Place) -> Self {
        Self { file: place.file.to_string(), line: place.line, column: place.column }
    }
}

impl From<severity::Severity> for Severity {
    fn from(severity: severity::Severity) -> Self {
        match severity {
            severity::Severity::Warning => Self::Warning,
            severity::Severity::Error => Self::Error,
        }
    }
}

impl From<case::Role> for Role {
    fn from(role: case::Role) -> Self {
        match role {
            case::Role::Setup => Self::Setup,
            case::Role::Case => Self::Case,
            case::Role::Teardown => Self::Teardown,
        }
    }
}
