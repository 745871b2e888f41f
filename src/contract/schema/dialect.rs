//! The dialect of JSON Schema that a document uses, and the keywords that OpenAPI adds to it.

use std::collections::BTreeSet;

use jsonschema::meta::MetaValidator;
use jsonschema::{Draft, Keyword, ValidationError, ValidationOptions};
use serde_json::{Map, Value, json};

use crate::contract::Anchor;
use crate::contract::keyword::{self, Applies, Dialects, Kind};
use crate::contract::refs::Refs;
use crate::contract::types::Types;
use crate::contract::version::OasVersion;
use crate::pointer::Pointer;

use super::custom::{not_checked, violated};
use super::format::{Format, NamedFormats};
use super::inexact_bound::{self, ExactBound};
use super::number::MultipleOf;
use super::text::{self, Content, ContentSchema, Encoding, Pattern, Patterns};
use super::undecided::{self, NotChecked};
use super::workarounds::{OMITTED_PATTERN, OmittedPattern};

/// The dialects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Dialect {
    /// OpenAPI 3.0: a subset of an early draft, with `nullable` (OpenAPI 3.0 §4.7.24). Whether that needs `type`: until 3.0.2 it
    /// "allows sending a null value", since 3.0.3 it adds `null` to the `type` in addition to it.
    Nullable { needs_type: bool },
    /// A draft of JSON Schema: 2020-12 for OpenAPI 3.1 and later, unless `jsonSchemaDialect` names another (OpenAPI 3.1
    /// §4.8.24.5).
    Json(Draft),
    /// A `jsonSchemaDialect` that is not supported: schemas are read as 2020-12, and every result is uncertain.
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
    fn named(uri: &str) -> Self {
        if is_openapi(uri) {
            return Self::Json(Draft::Draft202012);
        }
        match Draft::default().detect(&json!({ "$schema": uri })) {
            Draft::Unknown => Self::Unknown(uri.to_owned()),
            draft => Self::Json(draft),
        }
    }

    fn named_by(value: &Value) -> Self {
        value.as_str().map_or(Self::Json(Draft::Draft202012), Self::named)
    }

    /// Whether other keywords next to a `$ref` are ignored in `schema` (OpenAPI 3.0 §4.7.23; JSON Schema up to Draft 7, §8.3).
    pub(super) fn ref_stands_alone(&self, schema: &Map<String, Value>) -> bool {
        matches!(self, Self::Nullable { .. }) || self.draft_of(schema) < Draft::Draft201909
    }

    /// Whether the dialect has the keyword. Drafts of JSON Schema keep those of earlier ones, and ignore later ones in the library.
    pub(super) fn has(&self, keyword: &keyword::Keyword) -> bool {
        !matches!(self, Self::Nullable { .. }) || keyword.dialects.has(Dialects::OAS_3_0)
    }

    /// The keywords of the schema at `anchor` that restrict values in the draft for the library, but not in this dialect.
    pub(super) fn ineffective(&self, refs: Refs<'_>, anchor: &Anchor) -> Vec<Anchor> {
        if !matches!(self, Self::Nullable { .. }) {
            return Vec::new();
        }
        let schema = refs.value(anchor).and_then(Value::as_object).into_iter().flatten();
        let is_ineffective = |keyword: &keyword::Keyword| {
            keyword.is_restriction() && keyword.applies() != Some(Applies::Nowhere) && !self.has(keyword)
        };
        let names = schema.map(|(name, _)| name).filter(|name| keyword::find(name).is_some_and(is_ineffective));
        names.map(|name| anchor.member(name)).collect()
    }

    /// The draft for the library.
    pub(super) fn draft(&self) -> Draft {
        match self {
            Self::Nullable { .. } => Draft::Draft4,
            Self::Json(draft) => *draft,
            Self::Unknown(_) => Draft::Draft202012,
        }
    }

    /// The draft of `schema`, which may name its own (JSON Schema 2020-12 Core §8.1.1).
    fn draft_of(&self, schema: &Map<String, Value>) -> Draft {
        let own = schema.get("$schema").and_then(Value::as_str).map(Self::named);
        own.as_ref().unwrap_or(self).draft()
    }

    /// Why results are uncertain; none for supported dialects.
    pub(super) fn unsure(&self) -> Option<String> {
        match self {
            Self::Unknown(uri) => Some(format!("{uri} is not a supported dialect: it is read as JSON Schema 2020-12")),
            _ => None,
        }
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

    /// Options for a validator of this dialect: formats are asserted, and unknown ones restrict nothing. Compiled patterns are
    /// added to `patterns`.
    pub(super) fn options<'r>(&self, patterns: &Patterns) -> ValidationOptions<'r> {
        let (named, known) = (NamedFormats::default(), patterns.clone());
        let options = jsonschema::options()
            .with_draft(self.draft())
            .with_pattern_options(text::patterns())
            .should_validate_formats(true)
            .with_keyword("multipleOf", |_, value, _| Ok(Box::new(MultipleOf::new(value)?)))
            .with_keyword("format", move |_, value, _| Ok(Box::new(Format::new(value, &named)?)))
            .with_keyword(OMITTED_PATTERN, |_, why, _| Ok(Box::new(OmittedPattern::new(why))))
            .with_keyword("pattern", move |_, value, _| Ok(Box::new(Pattern::new(value, &known)?)));
        let options = inexact_bound::keywords().fold(options, |options, (keyword, limit)| {
            options.with_keyword(keyword, move |_, literal, _| Ok(Box::new(ExactBound::new(limit, literal))))
        });
        let options = undecided::keywords().fold(options, |options, keyword| {
            options.with_keyword(keyword, |_, value, _| Ok(Box::new(NotChecked::new(value))))
        });
        match self {
            Self::Nullable { .. } => options
                .with_keyword("type", |parent, value, _| Ok(Box::new(Type::new(parent, value)?)))
                .with_keyword("nullable", |_, value, _| Ok(Box::new(NotBoolean::new("nullable", value, Types::NULL))))
                .with_keyword("exclusiveMinimum", |_, value, _| Ok(exclusive("exclusiveMinimum", value)))
                .with_keyword("exclusiveMaximum", |_, value, _| Ok(exclusive("exclusiveMaximum", value))),
            _ => options
                .with_keyword("contentEncoding", |_, value, _| Ok(Box::new(Encoding::new(value)?)))
                .with_keyword("contentMediaType", |parent, value, _| Ok(Box::new(Content::new(parent, value)?)))
                .with_keyword("$schema", |_, value, _| Ok(Box::new(Foreign(Self::named_by(value).unsure()))))
                .with_keyword("contentSchema", |_, _, _| Ok(Box::new(ContentSchema))),
        }
    }

    /// Returns schemas that are not well-formed, such as `minLength: "3"`; the validator reports only some of these.
    /// A `pattern` among `patterns` that is supported is well-formed, even if the library's own check knows less of ECMA-262.
    pub(super) fn malformed(&self, refs: Refs<'_>, entries: &[Anchor], patterns: &Patterns) -> Vec<(Anchor, String)> {
        let is_supported = |error: &ValidationError<'_>| {
            let text = error.instance().as_str().filter(|_| error.kind().keyword() == "format");
            text.is_some_and(|pattern| patterns.unmatched(pattern).is_none())
        };
        if matches!(self, Self::Nullable { .. } | Self::Unknown(_)) {
            return Vec::new();
        }
        let check = |entry: &Anchor| {
            let schema = refs.value(entry)?;
            let draft = schema.as_object().map_or(self.draft(), |own| self.draft_of(own));
            let meta = meta(draft);
            if meta.is_valid(schema) {
                return None;
            }
            let error = meta.iter_errors(schema).find(|error| !is_supported(error))?;
            let within = Pointer::parse(error.instance_path().as_str()).unwrap_or_default();
            let at = Anchor { document: entry.document, pointer: entry.pointer.concat(&within) };
            (!names_its_own(schema, &within)).then(|| (at, format!("invalid schema: {}", shown(&error))))
        };
        // A schema within another is reported twice.
        let found: BTreeSet<_> = entries.iter().filter_map(check).collect();
        found.into_iter().collect()
    }

    /// Why the schema at `anchor` does not compile, without its subschemas: an invalid keyword or an unknown type.
    pub(super) fn own_error(&self, refs: Refs<'_>, anchor: &Anchor) -> Option<(Anchor, String)> {
        let schema = refs.value(anchor)?.as_object()?;
        let has_no_schemas = |keyword: &keyword::Keyword| {
            keyword.subschemas.is_none() && matches!(keyword.kind, Kind::Assertion | Kind::Modifier)
        };
        let own = schema.iter().filter(|(name, _)| keyword::find(name).is_some_and(has_no_schemas));
        let own: Map<String, Value> = own.map(|(keyword, value)| (keyword.clone(), value.clone())).collect();
        let error = self.options(&Patterns::default()).offline().build(&Value::Object(own)).err()?;
        let within = Pointer::parse(error.instance_path().as_str()).unwrap_or_default();
        Some((Anchor { document: anchor.document, pointer: anchor.pointer.concat(&within) }, error.to_string()))
    }
}

/// Maximum size of a value in a message: a reference may lead to any file, of which messages show one line at most.
const MAX_SHOWN: usize = 80;

fn shown(error: &jsonschema::ValidationError<'_>) -> String {
    if error.instance().to_string().len() > MAX_SHOWN {
        return error.masked_with("the value").to_string();
    }
    error.to_string()
}

/// Whether a `$schema` is one of OpenAPI's own dialects, which are 2020-12 with annotations (OpenAPI 3.1 §4.8.24.5).
fn is_openapi(uri: &str) -> bool {
    uri.starts_with("https://spec.openapis.org/oas/3.")
}

/// Whether a schema between `schema` and the node `within` declares its own draft, by which alone it can be validated.
fn names_its_own(schema: &Value, within: &Pointer) -> bool {
    let mut at = schema;
    within.tokens().any(|token| {
        let next = at.get(token.as_ref()).or_else(|| at.get(token.parse::<usize>().ok()?));
        at = next.unwrap_or(&Value::Null);
        at.get("$schema").is_some()
    })
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

/// `$schema`: values are not checked against a schema of an unsupported dialect; the reason, for such a dialect.
struct Foreign(Option<String>);

impl<'i> Keyword<'i> for Foreign {
    fn validate(&self, _: &'i Value) -> Result<(), ValidationError<'i>> {
        self.0.as_deref().map_or(Ok(()), |why| Err(not_checked(why)))
    }

    fn is_valid(&self, _: &'i Value) -> bool {
        self.0.is_none()
    }
}

/// A keyword of OpenAPI 3.0 whose value must be a boolean: if it is none, what it means is undefined, and values of some types are not
/// checked. `exclusiveMinimum: 0` is the usual case, which other dialects have.
struct NotBoolean {
    reason: Option<String>,
    types: Types,
}

impl NotBoolean {
    fn new(keyword: &str, value: &Value, types: Types) -> Self {
        let reason = || format!("`{keyword}: {value}` has no meaning in OpenAPI 3.0, where it is true or false");
        Self { reason: (!value.is_boolean()).then(reason), types }
    }
}

fn exclusive(keyword: &str, value: &Value) -> Box<dyn for<'i> Keyword<'i>> {
    Box::new(NotBoolean::new(keyword, value, Types::NUMBER))
}

impl<'i> Keyword<'i> for NotBoolean {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if Keyword::is_valid(self, instance) {
            Ok(())
        } else {
            Err(not_checked(self.reason.as_deref().unwrap_or_default()))
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        self.reason.is_none() || self.types.and(Types::from_value(instance)).is_empty()
    }
}

/// `type` with `nullable`: the allowed types. 1.0 is an integer, as in later drafts.
struct Type(Types);

impl Type {
    fn new(parent: &Map<String, Value>, value: &Value) -> Result<Self, ValidationError<'static>> {
        let listed = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        // A `nullable` that is no boolean is reported as not checked.
        let is_nullable = parent.get("nullable").is_some_and(|nullable| *nullable != Value::Bool(false));
        let nullable = if is_nullable { Types::NULL } else { Types::NONE };
        let unknown = |name: &Value| ValidationError::schema(format!("{name} is not a type"));
        let named = |name: &Value| name.as_str().and_then(Types::named).ok_or_else(|| unknown(name));
        listed.iter().try_fold(nullable, |all, name| Ok(all.or(named(name)?))).map(Self)
    }
}

impl<'i> Keyword<'i> for Type {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if Keyword::is_valid(self, instance) { Ok(()) } else { Err(violated()) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        !self.0.and(Types::from_value(instance)).is_empty()
    }
}
