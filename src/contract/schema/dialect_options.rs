//! The validator of a dialect: its keywords that the library does not have, or reads differently.

use jsonschema::{Keyword, ValidationError};
use serde_json::{Map, Value};

use crate::contract::Anchor;
use crate::contract::keyword::{self, Kind};
use crate::contract::refs::Refs;
use crate::contract::types::Types;
use crate::pointer::Pointer;

use super::custom::{not_checked, violated};
use super::dialect::{Dialect, unknown_type};
use super::format::{Format, NamedFormats};
use super::inexact_bound::{self, ExactBound};
use super::judged::{Instance, Judged, Options};
use super::number::MultipleOf;
use super::text::{self, Content, Pattern, Patterns};
use super::undecided::{self, EXCEPT, Except, NotChecked};
use super::workarounds::{OMITTED_PATTERN, OmittedPattern};

impl Dialect {
    /// Options for a validator of this dialect: formats are asserted, and unknown ones restrict nothing. Compiled patterns are
    /// added to `patterns`.
    pub(super) fn options<'r>(&self, patterns: &Patterns) -> Options<'r> {
        let (named, known) = (NamedFormats::default(), patterns.clone());
        let options = jsonschema::options_for::<Judged>()
            .with_draft(self.draft())
            .with_pattern_options(text::patterns())
            .should_validate_formats(true)
            .with_keyword("multipleOf", |_, value, _| Ok(Box::new(MultipleOf::new(value)?)))
            .with_keyword(inexact_bound::MULTIPLE, |_, literal, _| Ok(Box::new(MultipleOf::new(literal)?)))
            .with_keyword("format", move |schema, value, _| Ok(Box::new(Format::of_schema(schema, value, &named)?)))
            .with_keyword(EXCEPT, |_, types, _| Ok(Box::new(Except::new(types))))
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
                .with_keyword("contentEncoding", |_, _, _| Ok(Box::new(Content)))
                .with_keyword("contentMediaType", |_, _, _| Ok(Box::new(Content))),
        }
    }

    /// Why the schema at `anchor` does not compile, without its subschemas: every invalid keyword and unknown type.
    pub(super) fn own_errors(&self, refs: Refs<'_>, anchor: &Anchor) -> Vec<(Anchor, String)> {
        let Some(schema) = refs.value(anchor).and_then(Value::as_object) else { return Vec::new() };
        let has_no_schemas = |keyword: &keyword::Keyword| {
            keyword.subschemas.is_none() && matches!(keyword.kind, Kind::Assertion | Kind::Modifier)
        };
        let own = schema.iter().filter(|(name, _)| keyword::find(name).is_some_and(has_no_schemas));
        let options = self.options(&Patterns::default()).offline();
        let errors = own.filter_map(|(keyword, value)| {
            let alone = Map::from_iter([(keyword.clone(), value.clone())]);
            let error = options.build(&Value::Object(alone)).err()?;
            let within = Pointer::parse(error.instance_path().as_str()).unwrap_or_default();
            Some((
                Anchor { document: anchor.document, pointer: anchor.pointer.concat(&within) },
                unknown_type(&error).unwrap_or_else(|| error.to_string()),
            ))
        });
        errors.collect()
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

fn exclusive(keyword: &str, value: &Value) -> Box<dyn for<'i> Keyword<'i, Judged>> {
    Box::new(NotBoolean::new(keyword, value, Types::NUMBER))
}

impl<'i> Keyword<'i, Judged> for NotBoolean {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        if Keyword::is_valid(self, instance) {
            Ok(())
        } else {
            Err(not_checked(self.reason.as_deref().unwrap_or_default()))
        }
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        self.reason.is_none() || self.types.and(instance.types()).is_empty()
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

impl<'i> Keyword<'i, Judged> for Type {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        if Keyword::is_valid(self, instance) { Ok(()) } else { Err(violated()) }
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        !self.0.and(instance.types()).is_empty()
    }
}
