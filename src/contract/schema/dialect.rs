//! The dialect of JSON Schema that an OpenAPI version means, and what it adds: `nullable`, and formats of numbers and bytes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonschema::{Draft, FancyRegex, Keyword, PatternOptions, ValidationError, ValidationOptions, Validator};
use serde_json::{Map, Number, Value, json};

use crate::contract::Anchor;
use crate::contract::refs::Refs;
use crate::location::Pointer;

/// The dialects; the versions of OpenAPI that mean them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// OpenAPI 3.0: a subset of an early draft, with `nullable` (OpenAPI 3.0 §4.7.24).
    Nullable,
    /// OpenAPI 3.1 and later: JSON Schema 2020-12 (OpenAPI 3.1 §4.8.24).
    Json2020,
}

/// Steps after which matching a pattern is given up, and the value not judged by it.
const BACKTRACK_LIMIT: usize = 100_000;

impl Dialect {
    /// The dialect of an OpenAPI version such as `3.1.0`.
    pub fn of(openapi: &str) -> Self {
        if openapi.starts_with("3.0") { Self::Nullable } else { Self::Json2020 }
    }

    /// Whether keywords beside a `$ref` are ignored (OpenAPI 3.0 §4.7.23).
    pub fn ref_stands_alone(self) -> bool {
        self == Self::Nullable
    }

    /// The library's name of it.
    pub fn draft(self) -> Draft {
        match self {
            Self::Nullable => Draft::Draft4,
            Self::Json2020 => Draft::Draft202012,
        }
    }

    /// The options that a validator of this dialect is built with: formats are asserted, and unknown ones say nothing.
    pub fn options<'r>(self) -> ValidationOptions<'r> {
        let named = NamedFormats::default();
        let options = jsonschema::options()
            .with_draft(self.draft())
            .with_pattern_options(PatternOptions::<FancyRegex>::fancy_regex().backtrack_limit(BACKTRACK_LIMIT))
            .should_validate_formats(true)
            .with_keyword("format", move |_, value, _| Ok(Box::new(Format::of(value, &named)?)));
        match self {
            Self::Nullable => options.with_keyword("type", |parent, value, _| Ok(Box::new(Type::of(parent, value)?))),
            Self::Json2020 => options,
        }
    }

    /// Schemas that are not well-formed, such as `minLength: "3"`; the validator itself only sees some of these.
    pub fn malformed(self, refs: Refs<'_>, entries: &[Anchor]) -> Vec<(Anchor, String)> {
        if self == Self::Nullable {
            return Vec::new();
        }
        let check = |entry: &Anchor| {
            let error = jsonschema::draft202012::meta::validate(refs.value(entry)?).err()?;
            let within = Pointer::parse(error.instance_path().as_str()).unwrap_or_default();
            let pointer = entry.pointer.concat(&within);
            Some((Anchor { document: entry.document, pointer }, format!("not a schema: {error}")))
        };
        let mut found: Vec<_> = entries.iter().filter_map(check).collect();
        found.sort();
        found.dedup();
        found
    }

    /// Why the schema at `anchor` does not compile, its subschemas left aside: a pattern that is none, an unknown type.
    pub fn own_error(self, refs: Refs<'_>, anchor: &Anchor) -> Option<(Anchor, String)> {
        let schema = refs.value(anchor)?.as_object()?;
        let own = schema.iter().filter(|(keyword, _)| OWN.contains(&keyword.as_str()));
        let own: Map<String, Value> = own.map(|(keyword, value)| (keyword.clone(), value.clone())).collect();
        let error = self.options().offline().build(&Value::Object(own)).err()?;
        let within = Pointer::parse(error.instance_path().as_str()).unwrap_or_default();
        Some((Anchor { document: anchor.document, pointer: anchor.pointer.concat(&within) }, error.to_string()))
    }
}

/// Keywords that hold no schemas and may be such that nothing can be compiled from them.
const OWN: [&str; 18] = [
    "type",
    "nullable",
    "enum",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "required",
];

/// `type` with `nullable`: 1.0 is an integer, as in later drafts.
struct Type {
    names: Vec<String>,
    nullable: bool,
}

const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

impl Type {
    fn of(parent: &Map<String, Value>, value: &Value) -> Result<Self, ValidationError<'static>> {
        let listed = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let known = |name: &Value| name.as_str().filter(|name| TYPES.contains(name)).map(str::to_owned);
        let names = listed.iter().map(|name| known(name).ok_or(name)).collect::<Result<Vec<_>, _>>();
        let names = names.map_err(|name| ValidationError::schema(format!("{name} is not a type")))?;
        Ok(Self { names, nullable: parent.get("nullable") == Some(&Value::Bool(true)) })
    }
}

impl<'i> Keyword<'i> for Type {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if Keyword::is_valid(self, instance) { Ok(()) } else { Err(ValidationError::custom("type")) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        let fits = |name: &String| match name.as_str() {
            "array" => instance.is_array(),
            "boolean" => instance.is_boolean(),
            "integer" => instance.as_number().is_some_and(is_integer),
            "null" => instance.is_null(),
            "number" => instance.is_number(),
            "object" => instance.is_object(),
            _ => instance.is_string(),
        };
        (self.nullable && instance.is_null()) || self.names.iter().any(fits)
    }
}

fn is_integer(number: &Number) -> bool {
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
}

/// Compiled formats of the library by name, so that each is compiled once however often it stands in a document.
type NamedFormats = Arc<Mutex<HashMap<String, Arc<Validator>>>>;

/// `format`: OpenAPI's own, for numbers too (OpenAPI 3.1 §4.4, the OpenAPI format registry), else JSON Schema's.
enum Format {
    /// Integers of some width, both ends included.
    Whole(i128, i128),
    /// A number that a 32-bit float can hold.
    Float,
    /// Base64 text.
    Byte,
    /// A format of JSON Schema 2020-12.
    Named(Arc<Validator>),
    /// Says nothing about values: `password`, `binary`, and every name that is not known.
    Anything,
}

impl Format {
    fn of(value: &Value, named: &NamedFormats) -> Result<Self, ValidationError<'static>> {
        let name = value.as_str().ok_or_else(|| ValidationError::schema("format is not a string"))?;
        Ok(match name {
            "int8" => Self::Whole(i8::MIN.into(), i8::MAX.into()),
            "int16" => Self::Whole(i16::MIN.into(), i16::MAX.into()),
            "int32" => Self::Whole(i32::MIN.into(), i32::MAX.into()),
            "int64" => Self::Whole(i64::MIN.into(), i64::MAX.into()),
            "uint8" => Self::Whole(0, u8::MAX.into()),
            "uint16" => Self::Whole(0, u16::MAX.into()),
            "uint32" => Self::Whole(0, u32::MAX.into()),
            "uint64" => Self::Whole(0, u64::MAX.into()),
            "float" => Self::Float,
            "byte" => Self::Byte,
            _ => Self::named(name, named),
        })
    }

    fn named(name: &str, named: &NamedFormats) -> Self {
        let mut held = named.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = held.get(name) {
            return Self::Named(Arc::clone(validator));
        }
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true).offline();
        let known = options.is_known_format(Draft::Draft202012, name);
        let compiled = if known { options.build(&json!({ "format": name })).ok() } else { None };
        let Some(validator) = compiled.map(Arc::new) else { return Self::Anything };
        held.insert(name.to_owned(), Arc::clone(&validator));
        Self::Named(validator)
    }
}

impl<'i> Keyword<'i> for Format {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if Keyword::is_valid(self, instance) { Ok(()) } else { Err(ValidationError::custom("format")) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        match (self, instance) {
            (Self::Whole(least, most), Value::Number(number)) => {
                whole(number).is_none_or(|number| (*least..=*most).contains(&number))
            }
            (Self::Float, Value::Number(number)) => {
                number.as_f64().is_none_or(|float| float.abs() <= f64::from(f32::MAX))
            }
            (Self::Byte, Value::String(text)) => STANDARD.decode(text).is_ok(),
            (Self::Named(validator), _) => validator.is_valid(instance),
            _ => true,
        }
    }
}

/// The number as an integer, saturating; none where it has a fraction, which is for `type` to judge.
fn whole(number: &Number) -> Option<i128> {
    let exact = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    #[allow(clippy::cast_possible_truncation, reason = "float to integer casts saturate")]
    let rounded = || number.as_f64().filter(|float| float.fract() == 0.0).map(|float| float as i128);
    exact.or_else(rounded)
}
