//! Ids of the rules of `signoff check`. They never change: waivers, reports and configurations hold them.

// Rules for files.

pub(crate) const UNREADABLE_FILE: &str = "unreadable-file";
pub(crate) const SYNTAX: &str = "syntax";
pub(crate) const DUPLICATE_KEY: &str = "duplicate-key";
pub(crate) const UNKNOWN_KEY: &str = "unknown-key";
pub(crate) const MISSING_KEY: &str = "missing-key";
pub(crate) const WRONG_VALUE: &str = "wrong-value";
pub(crate) const CONFIGURATION: &str = "configuration";
pub(crate) const WAIVER: &str = "waiver";
pub(crate) const EXPIRED_WAIVER: &str = "expired-waiver";
pub(crate) const UNUSED_WAIVER: &str = "unused-waiver";

// Rules for documents and overlays.

pub(crate) const OPENAPI_VERSION: &str = "openapi-version";
pub(crate) const INFO: &str = "info";
pub(crate) const STRUCTURE: &str = "structure";
pub(crate) const SCHEMA: &str = "schema";
pub(crate) const UNRESOLVED_REF: &str = "unresolved-ref";
pub(crate) const CIRCULAR_REF: &str = "circular-ref";
pub(crate) const OVERLAY: &str = "overlay";
pub(crate) const PATH_TEMPLATE: &str = "path-template";
pub(crate) const EQUIVALENT_PATHS: &str = "equivalent-paths";
pub(crate) const DUPLICATE_OPERATION_ID: &str = "duplicate-operation-id";
pub(crate) const NO_OPERATIONS: &str = "no-operations";
pub(crate) const NO_RESPONSES: &str = "no-responses";
pub(crate) const NO_CONTENT: &str = "no-content";
pub(crate) const MEDIA_TYPE: &str = "media-type";
pub(crate) const STATUS_KEY: &str = "status-key";
pub(crate) const DUPLICATE_PARAMETER: &str = "duplicate-parameter";
pub(crate) const PARAMETER_IN: &str = "parameter-in";
pub(crate) const UNSUPPORTED_PARAMETER: &str = "unsupported-parameter";
pub(crate) const PARAMETER_STYLE: &str = "parameter-style";
pub(crate) const PATH_PARAMETER_REQUIRED: &str = "path-parameter-required";
pub(crate) const UNDECLARED_PATH_PARAMETER: &str = "undeclared-path-parameter";
pub(crate) const UNUSED_PATH_PARAMETER: &str = "unused-path-parameter";
pub(crate) const UNDEFINED_SECURITY_SCHEME: &str = "undefined-security-scheme";
pub(crate) const SECURITY_SCHEME: &str = "security-scheme";
pub(crate) const SERVER_VARIABLE: &str = "server-variable";
pub(crate) const IGNORED_SERVERS: &str = "ignored-servers";
pub(crate) const IGNORED_REQUEST_BODY: &str = "ignored-request-body";
pub(crate) const IGNORED_BESIDE_REF: &str = "ignored-beside-ref";
pub(crate) const INVALID_PATTERN: &str = "invalid-pattern";
pub(crate) const DEFAULT: &str = "default";
pub(crate) const ENUM_MEMBER: &str = "enum-member";
pub(crate) const EXAMPLE: &str = "example";
pub(crate) const INEFFECTIVE_KEYWORD: &str = "ineffective-keyword";
pub(crate) const LINK: &str = "link";
pub(crate) const MISSPELT_KEYWORD: &str = "misspelt-keyword";
pub(crate) const REQUIRED_UNDECLARED: &str = "required-undeclared";
pub(crate) const UNKNOWN_DIALECT: &str = "unknown-dialect";
pub(crate) const UNKNOWN_FORMAT: &str = "unknown-format";
pub(crate) const UNSATISFIABLE_SCHEMA: &str = "unsatisfiable-schema";

// Rules for cases and mock rules.

pub(crate) const NO_CASES: &str = "no-cases";
pub(crate) const COVERS: &str = "covers";
pub(crate) const COVERS_UNMET: &str = "covers-unmet";
pub(crate) const UNKNOWN_OPERATION: &str = "unknown-operation";
pub(crate) const UNKNOWN_VARIABLE: &str = "unknown-variable";
pub(crate) const UNUSED_VARIABLE: &str = "unused-variable";
pub(crate) const INVALID_EXPRESSION: &str = "invalid-expression";
pub(crate) const INVALID_NAME: &str = "invalid-name";
pub(crate) const MISREAD_NUMBER: &str = "misread-number";
pub(crate) const UNDECLARED_PARAMETER: &str = "undeclared-parameter";
pub(crate) const MISSING_PATH_PARAMETER: &str = "missing-path-parameter";
pub(crate) const UNKNOWN_SECURITY_SCHEME: &str = "unknown-security-scheme";
pub(crate) const VIOLATES: &str = "violates";
pub(crate) const WITHOUT: &str = "without";
pub(crate) const NEEDS: &str = "needs";
pub(crate) const DUPLICATE_CASE: &str = "duplicate-case";
pub(crate) const TABLE: &str = "table";
pub(crate) const STORY: &str = "story";
pub(crate) const UNKNOWN_TARGET: &str = "unknown-target";
pub(crate) const INVALID_OPERATOR: &str = "invalid-operator";
pub(crate) const INVALID_SCHEMA: &str = "invalid-schema";
pub(crate) const UNPROVEN: &str = "unproven";
pub(crate) const EXPECTS_BREACH: &str = "expects-breach";
pub(crate) const EXPECTS_UNDOCUMENTED_STATUS: &str = "expects-undocumented-status";
pub(crate) const SHARED_RESOURCE: &str = "shared-resource";
pub(crate) const ANSWERS_BREACH: &str = "answers-breach";
pub(crate) const ANSWERS_UNDOCUMENTED_STATUS: &str = "answers-undocumented-status";
pub(crate) const UNREACHABLE_RULE: &str = "unreachable-rule";
