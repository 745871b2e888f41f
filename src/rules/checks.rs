//! Ids of the checks. They never change: waivers, reports and configurations hold them.

pub(crate) const STATUS_DOCUMENTED: &str = "status-documented";
pub(crate) const CONTENT_TYPE_DOCUMENTED: &str = "content-type-documented";
pub(crate) const BODY_PRESENT: &str = "body-present";
pub(crate) const BODY_ABSENT: &str = "body-absent";
pub(crate) const BODY_WELL_FORMED: &str = "body-well-formed";
pub(crate) const UNIQUE_NAMES: &str = "unique-names";
pub(crate) const BODY_SCHEMA: &str = "body-schema";
pub(crate) const HEADER_SCHEMA: &str = "header-schema";
pub(crate) const WRITE_ONLY: &str = "write-only";
pub(crate) const UNDOCUMENTED_PROPERTY: &str = "undocumented-property";
pub(crate) const DISCRIMINATOR: &str = "discriminator";
pub(crate) const RESPONSE_SIGNATURE: &str = "response-signature";
pub(crate) const VIOLATION_REFUSED: &str = "violation-refused";
pub(crate) const EXPECTED_STATUS: &str = "expected-status";
pub(crate) const EXPECTED_HEADERS: &str = "expected-headers";
pub(crate) const EXPECTED_BODY: &str = "expected-body";
pub(crate) const EXPECTED_SCHEMA: &str = "expected-schema";
pub(crate) const EXPECTED_ASSERT: &str = "expected-assert";
pub(crate) const EXPECTED_TIME: &str = "expected-time";
pub(crate) const EXPECTED_CAPTURE: &str = "expected-capture";

/// Id for the checks of requests: the case or the client of the proxy, not the target, is responsible for what they find.
pub(crate) const REQUEST: &str = "request";
