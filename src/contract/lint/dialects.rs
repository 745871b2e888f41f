//! `unknown-dialect`: a dialect that is not supported, or that is named where that is not allowed.

use crate::contract::schema;
use crate::rules;

use super::report::Report;

pub(super) fn check(report: &mut Report<'_>) {
    for (at, why) in schema::unknown_dialects(report.contract.refs()) {
        let message = format!("{why}: values are not checked against its schemas");
        report.warn(&at, rules::UNKNOWN_DIALECT, message, HELP);
    }
}

const HELP: &str = "use the dialect of OpenAPI or a draft of JSON Schema, and give a schema in another schema an `$id`";
