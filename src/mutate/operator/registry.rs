//! The table of all operators.

use super::definition::Operator;
use super::{
    above_maximum, below_minimum, body_emptied, body_truncated, boolean_as_string, boolean_flipped, charset_changed,
    condition_always_true, condition_never_true, conflict_undetected, content_type_changed, content_type_removed,
    credentials_not_required, delete_keeps, echo_lost, enum_other, enum_undeclared, error_type_changed,
    failed_change_leaves_traces, format_broken, fraction_added, future_time, header_changed, header_emptied,
    header_removed, ids_swapped, item_duplicated, item_null, item_removed, letter_case, list_emptied, list_reversed,
    list_unwrapped, missing_resource_undetected, money_units, number_as_string, number_negated, number_off_by_one,
    object_emptied, other_branch, other_id, pattern_broken, property_added, property_removed, property_renamed,
    repeat_refused, stale_time, status_declared, status_server_error, status_undeclared, string_as_number,
    string_emptied, string_padded, string_too_long, string_too_short, update_replaces, valid_request_refused,
    value_null, violation_accepted, wrapped_in_list, write_lost, write_only_returned, wrong_credentials_accepted,
};

/// Every operator, those of responses first. Of mutants that are the same, that of the first operator is kept.
pub(crate) const ALL: &[Operator] = &[
    status_undeclared::OPERATOR,
    status_server_error::OPERATOR,
    status_declared::OPERATOR,
    header_removed::OPERATOR,
    header_emptied::OPERATOR,
    header_changed::OPERATOR,
    content_type_removed::OPERATOR,
    content_type_changed::OPERATOR,
    charset_changed::OPERATOR,
    body_emptied::OPERATOR,
    body_truncated::OPERATOR,
    property_removed::OPERATOR,
    value_null::OPERATOR,
    property_added::OPERATOR,
    property_renamed::OPERATOR,
    number_as_string::OPERATOR,
    string_as_number::OPERATOR,
    boolean_as_string::OPERATOR,
    wrapped_in_list::OPERATOR,
    list_unwrapped::OPERATOR,
    object_emptied::OPERATOR,
    enum_undeclared::OPERATOR,
    enum_other::OPERATOR,
    string_emptied::OPERATOR,
    string_too_long::OPERATOR,
    string_too_short::OPERATOR,
    string_padded::OPERATOR,
    letter_case::OPERATOR,
    pattern_broken::OPERATOR,
    format_broken::OPERATOR,
    number_negated::OPERATOR,
    number_off_by_one::OPERATOR,
    above_maximum::OPERATOR,
    below_minimum::OPERATOR,
    fraction_added::OPERATOR,
    boolean_flipped::OPERATOR,
    list_emptied::OPERATOR,
    item_removed::OPERATOR,
    item_duplicated::OPERATOR,
    list_reversed::OPERATOR,
    item_null::OPERATOR,
    other_id::OPERATOR,
    ids_swapped::OPERATOR,
    echo_lost::OPERATOR,
    stale_time::OPERATOR,
    future_time::OPERATOR,
    other_branch::OPERATOR,
    write_only_returned::OPERATOR,
    error_type_changed::OPERATOR,
    money_units::OPERATOR,
    violation_accepted::OPERATOR,
    valid_request_refused::OPERATOR,
    credentials_not_required::OPERATOR,
    wrong_credentials_accepted::OPERATOR,
    missing_resource_undetected::OPERATOR,
    conflict_undetected::OPERATOR,
    condition_never_true::OPERATOR,
    condition_always_true::OPERATOR,
    write_lost::OPERATOR,
    update_replaces::OPERATOR,
    delete_keeps::OPERATOR,
    repeat_refused::OPERATOR,
    failed_change_leaves_traces::OPERATOR,
];

/// Returns the operator with that id.
pub(crate) fn operator(id: &str) -> Option<&'static Operator> {
    ALL.iter().find(|operator| operator.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_explains_itself_in_the_file_of_its_name() {
        for operator in ALL {
            let text = operator.text();
            assert!(text.starts_with(&format!("`{}`: ", operator.id)), "{}", operator.id);
            for part in ["\nRule: ", "\nRationale: ", "\nExample:\n", "\nReference: "] {
                assert!(text.contains(part), "{} lacks {part:?}", operator.id);
            }
            let name = operator.id.replace('-', "_");
            let file = format!("{}/src/mutate/operator/{name}.rs", env!("CARGO_MANIFEST_DIR"));
            assert_eq!(std::fs::read_to_string(&file).ok().as_deref(), Some(operator.source), "{file}");
        }
        assert!(ALL.len() >= 40);
    }
}
