//! The dialect of JSON Schema that a document uses, and the keywords that OpenAPI adds to it.

use jsonschema::meta::MetaValidator;
use jsonschema::{Draft, ValidationError};
use serde_json::Value;

use crate::contract::Anchor;
use crate::contract::keyword::{self, Applies, Dialects, Kind};
use crate::contract::refs::Refs;
use crate::contract::version::OasVersion;
use crate::pointer::Pointer;
use crate::suggestion::nearest_or_longer;

use super::text::Patterns;

/// The dialects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Dialect {
    /// OpenAPI 3.0: a subset of an early draft, with `nullable` (OpenAPI 3.0 §4.7.24). Whether that needs `type`: until 3.0.2 it
    /// "allows sending a null value", since 3.0.3 it adds `null` to the `type` in addition to it.
    Nullable { needs_type: bool },
    /// A draft of JSON Schema: 2020-12 for OpenAPI 3.1 and later, unless `jsonSchemaDialect` names another (OpenAPI 3.1
    /// §4.8.24.5).
    Json(Draft),
    /// A dialect that is not supported, or that a schema must not name: why its schemas are not checked.
    Unknown(String),
}

impl Dialect {
    /// The dialect of the document `entry` of that version.
    pub(super) fn new(openapi: OasVersion, entry: &Value) -> Self {
        if openapi.is_3_0() {
            return Self::Nullable { needs_type: openapi.nullable_needs_type() };
        }
        entry.get("jsonSchemaDialect").map_or(Self::Json(Draft::Draft202012), Self::named_by)
    }

    /// The dialect that `$schema` or `jsonSchemaDialect` names.
    pub(super) fn named(uri: &str) -> Self {
        if is_openapi(uri) {
            return Self::Json(Draft::Draft202012);
        }
        match Draft::from_schema_uri(uri) {
            Draft::Unknown => Self::Unknown(format!("the dialect {uri} is not supported")),
            draft => Self::Json(draft),
        }
    }

    fn named_by(value: &Value) -> Self {
        value.as_str().map_or(Self::Json(Draft::Draft202012), Self::named)
    }

    /// Why schemas of it are not checked; none where they are.
    pub(super) fn unknown(&self) -> Option<&str> {
        match self {
            Self::Unknown(why) => Some(why),
            _ => None,
        }
    }

    /// Whether other keywords next to a `$ref` are ignored (OpenAPI 3.0 §4.7.23; JSON Schema up to Draft 7, §8.3).
    pub(super) fn ref_stands_alone(&self) -> bool {
        self.draft() < Draft::Draft201909
    }

    /// Whether the dialect has the keyword. Drafts of JSON Schema keep those of earlier ones in the library, but
    /// for references.
    pub(super) fn has(&self, keyword: &keyword::Keyword) -> bool {
        let last = match self {
            Self::Nullable { .. } => return keyword.dialects.has(Dialects::OAS_3_0),
            Self::Unknown(_) => return false,
            Self::Json(Draft::Draft4) => Dialects::DRAFT_4,
            Self::Json(Draft::Draft6) => Dialects::DRAFT_6,
            Self::Json(Draft::Draft7) => Dialects::DRAFT_7,
            Self::Json(Draft::Draft201909) => Dialects::DRAFT_2019_09,
            Self::Json(_) => Dialects::DRAFT_2020_12,
        };
        let is_kept = keyword.kind != Kind::Reference;
        keyword.dialects.has(last) || is_kept && keyword.dialects.has_any(Dialects::until(last))
    }

    /// The keywords of the schema at `anchor` that have an effect in the library, but not in this dialect.
    pub(super) fn ineffective(&self, refs: Refs<'_>, anchor: &Anchor) -> Vec<Anchor> {
        if !matches!(self, Self::Nullable { .. }) {
            return Vec::new();
        }
        let schema = refs.value(anchor).and_then(Value::as_object).into_iter().flatten();
        let is_ineffective = |keyword: &keyword::Keyword| {
            keyword.is_restriction() && keyword.applies() != Some(Applies::Nowhere) && !self.has(keyword)
        };
        // The library's draft has an `id`, and reads `$schema` in any draft.
        let identifies = |name: &str, value: &Value| matches!(name, "id" | "$schema") && value.is_string();
        let names =
            schema.filter(|(name, value)| identifies(name, value) || keyword::find(name).is_some_and(is_ineffective));
        names.map(|(name, _)| anchor.member(name)).collect()
    }

    /// The draft for the library.
    pub(super) fn draft(&self) -> Draft {
        match self {
            Self::Nullable { .. } => Draft::Draft4,
            Self::Json(draft) => *draft,
            Self::Unknown(_) => Draft::Draft202012,
        }
    }

    /// The URI by which the library knows a draft.
    pub(super) fn uri(&self) -> Option<&'static str> {
        Some(match self {
            Self::Json(Draft::Draft4) => "http://json-schema.org/draft-04/schema#",
            Self::Json(Draft::Draft6) => "http://json-schema.org/draft-06/schema#",
            Self::Json(Draft::Draft7) => "http://json-schema.org/draft-07/schema#",
            Self::Json(Draft::Draft201909) => "https://json-schema.org/draft/2019-09/schema",
            Self::Json(_) => "https://json-schema.org/draft/2020-12/schema",
            Self::Nullable { .. } | Self::Unknown(_) => return None,
        })
    }

    /// Whether `nullable` alone allows null, regardless of other keywords.
    pub(super) fn allows_null_by_nullable(&self) -> bool {
        *self == Self::Nullable { needs_type: false }
    }

    /// Why null may be invalid next to `nullable: true`.
    pub(super) fn null_note(&self) -> &'static str {
        match self {
            Self::Nullable { .. } => "`nullable` only adds null to a `type` next to it, and not to an `enum`",
            _ => "`nullable` is not a keyword since OpenAPI 3.1",
        }
    }

    /// Returns why `schema`, at `anchor`, is not well-formed, such as `minLength: "3"`; the validator reports only some of these errors.
    /// A `pattern` among `patterns` that is supported is well-formed, even if the library's own check knows less of ECMA-262.
    /// `is_ours` is whether a node in the schema is of this dialect.
    pub(super) fn malformed(
        &self,
        anchor: &Anchor,
        schema: &Value,
        patterns: &Patterns,
        is_ours: impl Fn(&Anchor) -> bool,
    ) -> Vec<(Anchor, String)> {
        let Self::Json(draft) = self else { return Vec::new() };
        let meta = meta(*draft);
        if meta.is_valid(schema) {
            return Vec::new();
        }
        let is_supported = |error: &ValidationError<'_>| {
            let text = error.instance().as_str().filter(|_| error.kind().keyword() == "format");
            text.is_some_and(|pattern| patterns.unmatched(pattern).is_none())
        };
        let errors = meta.iter_errors(schema).filter(|error| !is_supported(error));
        let located = errors.map(|error| {
            let within = Pointer::parse(error.instance_path().as_str()).unwrap_or_default();
            (Anchor { document: anchor.document, pointer: anchor.pointer.concat(&within) }, error)
        });
        let ours = located.filter(|(at, _)| is_ours(at)).take(MAX_MALFORMED);
        ours.map(|(at, error)| (at, format!("invalid schema: {}", shown(&error)))).collect()
    }
}

/// Maximum number of errors that are reported of one schema.
const MAX_MALFORMED: usize = 100;

/// Maximum size of a value in a message: a reference may lead to any file, of which messages show one line at most.
const MAX_SHOWN: usize = 80;

/// The values of `type`.
const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// The message of an error in the value of `type`, for which the meta-schema has an `anyOf`.
pub(super) fn unknown_type(error: &jsonschema::ValidationError<'_>) -> Option<String> {
    let name = error.instance().as_str().filter(|name| !TYPES.contains(name) && name.len() < MAX_SHOWN)?;
    let path = error.instance_path().as_str();
    let is_type = path.rsplit('/').find(|token| token.parse::<usize>().is_err()) == Some("type");
    if !is_type || !error.schema_path().as_str().contains("/properties/type/") {
        return None;
    }
    let near = nearest_or_longer(name, &TYPES).map(|near| format!(", did you mean `{near}`?"));
    Some(format!("unknown type `{name}`{}", near.unwrap_or_default()))
}

fn shown(error: &jsonschema::ValidationError<'_>) -> String {
    if let Some(message) = unknown_type(error) {
        return message;
    }
    if error.instance().to_string().len() > MAX_SHOWN {
        return error.masked_with("the value").to_string();
    }
    error.to_string()
}

/// Whether a `$schema` is one of OpenAPI's own dialects, which are 2020-12 with annotations (OpenAPI 3.1 §4.8.24.5).
fn is_openapi(uri: &str) -> bool {
    uri.starts_with("https://spec.openapis.org/oas/3.")
}

fn meta(draft: Draft) -> MetaValidator<'static> {
    match draft {
        Draft::Draft4 => jsonschema::draft4::meta::validator(),
        Draft::Draft6 => jsonschema::draft6::meta::validator(),
        Draft::Draft7 => jsonschema::draft7::meta::validator(),
        Draft::Draft201909 => jsonschema::draft201909::meta::validator(),
        _ => jsonschema::draft202012::meta::validator(),
    }
}
