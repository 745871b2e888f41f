//! Ids of the checks. They never change: waivers, reports and configurations hold them.

pub const STATUS_DOCUMENTED: &str = "status-documented";
pub const CONTENT_TYPE_DOCUMENTED: &str = "content-type-documented";
pub const BODY_PRESENT: &str = "body-present";
pub const BODY_ABSENT: &str = "body-absent";
pub const BODY_WELL_FORMED: &str = "body-well-formed";
pub const BODY_SCHEMA: &str = "body-schema";
pub const HEADER_SCHEMA: &str = "header-schema";
pub const UNDOCUMENTED_PROPERTY: &str = "undocumented-property";
pub const VIOLATION_REFUSED: &str = "violation-refused";
pub const EXPECTED_STATUS: &str = "expected-status";
pub const EXPECTED_HEADERS: &str = "expected-headers";
pub const EXPECTED_BODY: &str = "expected-body";
pub const EXPECTED_SCHEMA: &str = "expected-schema";
pub const EXPECTED_ASSERT: &str = "expected-assert";
pub const EXPECTED_TIME: &str = "expected-time";
pub const EXPECTED_CAPTURE: &str = "expected-capture";

/// Stands for the checks of requests: a case, not the target, is responsible for what they find.
pub const REQUEST: &str = "request";
