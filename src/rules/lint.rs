//! Ids of the rules of `signoff check`. They never change: waivers, reports and configurations hold them.

// Rules for files.

pub const UNREADABLE_FILE: &str = "unreadable-file";
pub const SYNTAX: &str = "syntax";
pub const DUPLICATE_KEY: &str = "duplicate-key";
pub const UNKNOWN_KEY: &str = "unknown-key";
pub const MISSING_KEY: &str = "missing-key";
pub const WRONG_VALUE: &str = "wrong-value";
pub const CONFIGURATION: &str = "configuration";
pub const WAIVER: &str = "waiver";
pub const EXPIRED_WAIVER: &str = "expired-waiver";
pub const UNUSED_WAIVER: &str = "unused-waiver";

// Rules for documents and overlays.

pub const OPENAPI_VERSION: &str = "openapi-version";
pub const STRUCTURE: &str = "structure";
pub const SCHEMA: &str = "schema";
pub const UNRESOLVED_REF: &str = "unresolved-ref";
pub const CIRCULAR_REF: &str = "circular-ref";
pub const OVERLAY: &str = "overlay";
pub const PATH_TEMPLATE: &str = "path-template";
pub const EQUIVALENT_PATHS: &str = "equivalent-paths";
pub const DUPLICATE_OPERATION_ID: &str = "duplicate-operation-id";
pub const NO_OPERATIONS: &str = "no-operations";
pub const NO_RESPONSES: &str = "no-responses";
pub const NO_CONTENT: &str = "no-content";
pub const MEDIA_TYPE: &str = "media-type";
pub const STATUS_KEY: &str = "status-key";
pub const DUPLICATE_PARAMETER: &str = "duplicate-parameter";
pub const PARAMETER_STYLE: &str = "parameter-style";
pub const PATH_PARAMETER_REQUIRED: &str = "path-parameter-required";
pub const UNDECLARED_PATH_PARAMETER: &str = "undeclared-path-parameter";
pub const UNUSED_PATH_PARAMETER: &str = "unused-path-parameter";
pub const UNDEFINED_SECURITY_SCHEME: &str = "undefined-security-scheme";
pub const SECURITY_SCHEME: &str = "security-scheme";
pub const SERVER_VARIABLE: &str = "server-variable";
pub const IGNORED_SERVERS: &str = "ignored-servers";
pub const IGNORED_BESIDE_REF: &str = "ignored-beside-ref";
pub const INVALID_PATTERN: &str = "invalid-pattern";
pub const DEFAULT: &str = "default";
pub const ENUM_MEMBER: &str = "enum-member";
pub const EXAMPLE: &str = "example";
pub const INEFFECTIVE_KEYWORD: &str = "ineffective-keyword";
pub const LINK: &str = "link";
pub const MISSPELT_KEYWORD: &str = "misspelt-keyword";
pub const REQUIRED_UNDECLARED: &str = "required-undeclared";
pub const UNKNOWN_FORMAT: &str = "unknown-format";
pub const UNSATISFIABLE_SCHEMA: &str = "unsatisfiable-schema";

// Rules for cases and mock rules.

pub const NO_CASES: &str = "no-cases";
pub const UNKNOWN_OPERATION: &str = "unknown-operation";
pub const UNKNOWN_VARIABLE: &str = "unknown-variable";
pub const INVALID_EXPRESSION: &str = "invalid-expression";
pub const INVALID_NAME: &str = "invalid-name";
pub const MISREAD_NUMBER: &str = "misread-number";
pub const UNDECLARED_PARAMETER: &str = "undeclared-parameter";
pub const MISSING_PATH_PARAMETER: &str = "missing-path-parameter";
pub const UNKNOWN_SECURITY_SCHEME: &str = "unknown-security-scheme";
pub const VIOLATES: &str = "violates";
pub const WITHOUT: &str = "without";
pub const NEEDS: &str = "needs";
pub const DUPLICATE_CASE: &str = "duplicate-case";
pub const TABLE: &str = "table";
pub const STORY: &str = "story";
pub const UNKNOWN_TARGET: &str = "unknown-target";
pub const INVALID_OPERATOR: &str = "invalid-operator";
pub const INVALID_SCHEMA: &str = "invalid-schema";
pub const UNPROVEN: &str = "unproven";
pub const EXPECTS_BREACH: &str = "expects-breach";
pub const EXPECTS_UNDOCUMENTED_STATUS: &str = "expects-undocumented-status";
pub const SHARED_RESOURCE: &str = "shared-resource";
pub const ANSWERS_BREACH: &str = "answers-breach";
pub const ANSWERS_UNDOCUMENTED_STATUS: &str = "answers-undocumented-status";
pub const UNREACHABLE_RULE: &str = "unreachable-rule";
