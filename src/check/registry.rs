//! The table of all checks.

use crate::contract::Rule;

use super::definition::Definition;
use super::{
    body_absent, body_present, body_schema, body_well_formed, content_type_documented, discriminator, expected_assert,
    expected_body, expected_capture, expected_headers, expected_schema, expected_status, expected_time, header_schema,
    response_signature, status_documented, undocumented_property, unique_names, violation_refused, write_only,
};

/// Every check, contract checks first.
pub(crate) const ALL: &[Definition] = &[
    status_documented::CHECK,
    content_type_documented::CHECK,
    body_present::CHECK,
    body_absent::CHECK,
    body_well_formed::CHECK,
    unique_names::CHECK,
    body_schema::CHECK,
    header_schema::CHECK,
    write_only::CHECK,
    undocumented_property::CHECK,
    discriminator::CHECK,
    response_signature::CHECK,
    violation_refused::CHECK,
    expected_status::CHECK,
    expected_headers::CHECK,
    expected_body::CHECK,
    expected_schema::CHECK,
    expected_assert::CHECK,
    expected_time::CHECK,
    expected_capture::CHECK,
];

/// Returns the check with that id.
pub(crate) fn definition(id: &str) -> Option<&'static Definition> {
    ALL.iter().find(|check| check.id == id)
}

/// Returns the check that reports violations of a rule of the contract; none for the rules of requests.
pub(crate) fn of_rule(rule: Rule) -> Option<&'static Definition> {
    ALL.iter().find(|check| check.rule() == Some(rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_explains_itself() {
        for check in ALL {
            let text = check.text();
            assert!(text.starts_with(&format!("`{}`: ", check.id)), "{}", check.id);
            for part in ["\nRule: ", "\nRationale: ", "\nExample:\n", "\nReference: "] {
                assert!(text.contains(part), "{} lacks {part:?}", check.id);
            }
        }
    }

    #[test]
    fn a_check_is_in_the_file_of_its_name() {
        for check in ALL {
            let file = format!("{}/src/check/{}.rs", env!("CARGO_MANIFEST_DIR"), check.id.replace('-', "_"));
            assert_eq!(std::fs::read_to_string(&file).ok().as_deref(), Some(check.source()), "{file}");
        }
    }
}
