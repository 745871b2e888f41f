//! What the table of keywords says about one of them.

use crate::contract::types::Types;
use crate::contract::version::OasVersion;

/// A keyword of schemas: of JSON Schema or of OpenAPI.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keyword {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub kind: Kind,
    /// The types of values that it applies to; other values conform to it.
    pub types: Types,
    /// The dialects that have it.
    pub dialects: Dialects,
    /// Its subschemas, where it has any.
    pub subschemas: Option<Subschemas>,
    uses: u8,
}

/// What a keyword does (JSON Schema 2020-12 Core §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Identifies the schema or its dialect, or is a comment.
    Core,
    /// Refers to another schema, which applies to the same value.
    Reference,
    /// Applies subschemas.
    Applicator,
    /// Restricts values by itself. `format` is asserted here.
    Assertion,
    /// Changes the effect of other keywords, depends on the direction of the message, or names the content of a string: `nullable`,
    /// `readOnly`, `contentEncoding`.
    Modifier,
    /// Restricts nothing.
    Annotation,
}

/// The subschemas of a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Subschemas {
    /// How the keyword holds them.
    pub shape: Shape,
    /// What they apply to.
    pub applies: Applies,
}

/// How a keyword holds subschemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A schema.
    One,
    /// A list of schemas.
    List,
    /// A schema, or a list of them: `items` up to 2019-09.
    OneOrList,
    /// Schemas by name.
    Map,
    /// Schemas or lists of names, by name: `dependencies` up to Draft 7.
    MapOfSchemasOrNames,
}

/// What the subschemas of a keyword apply to, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applies {
    /// To the same value.
    Always,
    /// To the same value, as one of several branches.
    Alternatively,
    /// To the same value: it decides whether other subschemas apply.
    AsCondition,
    /// To the same value, where a condition is met.
    Conditionally,
    /// To the same value, which must violate it.
    Negated,
    /// To the properties of the name or pattern that it is listed under.
    ToProperties,
    /// To properties that are not listed.
    ToOtherProperties,
    /// To the names of the properties.
    ToPropertyNames,
    /// To items.
    ToItems,
    /// To at least one item.
    ToSomeItems,
    /// To the decoded content of a string.
    ToContent,
    /// To nothing, until something refers to them.
    Nowhere,
}

impl Applies {
    /// Whether a value may violate the subschema and still conform to the schema that holds it.
    pub(crate) const fn is_conditional(self) -> bool {
        matches!(self, Self::AsCondition | Self::Conditionally | Self::Negated | Self::ToSomeItems)
    }

    /// Whether the subschema applies to properties or items.
    pub(crate) const fn is_within(self) -> bool {
        matches!(self, Self::ToProperties | Self::ToOtherProperties | Self::ToItems | Self::ToSomeItems)
    }

    /// Whether the subschema says which values are allowed at the location of the schema that holds it: not a condition by
    /// itself (`not`, `if`), nor a schema for other values.
    pub(crate) const fn is_part(self) -> bool {
        matches!(self, Self::Always | Self::Alternatively | Self::Conditionally)
    }
}

/// Some of the dialects of schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialects(u8);

impl Dialects {
    /// OpenAPI 3.0 (§4.7.24).
    pub(crate) const OAS_3_0: Self = Self(1);
    /// JSON Schema Draft 4.
    pub(crate) const DRAFT_4: Self = Self(2);
    /// JSON Schema Draft 6.
    pub(crate) const DRAFT_6: Self = Self(4);
    /// JSON Schema Draft 7.
    pub(crate) const DRAFT_7: Self = Self(8);
    /// JSON Schema 2019-09.
    pub(crate) const DRAFT_2019_09: Self = Self(16);
    /// JSON Schema 2020-12, with the vocabulary of OpenAPI 3.1 and later.
    pub(crate) const DRAFT_2020_12: Self = Self(32);
    /// Every dialect.
    pub(crate) const ALL: Self = Self(63);
    /// Every dialect but OpenAPI 3.0.
    pub(crate) const JSON_SCHEMA: Self = Self::since(Self::DRAFT_4);
    /// The dialects of OpenAPI.
    pub(crate) const OPENAPI: Self = Self::OAS_3_0.or(Self::DRAFT_2020_12);

    /// The drafts of JSON Schema since `first`.
    pub(crate) const fn since(first: Self) -> Self {
        Self(Self::ALL.0 & !(first.0 - 1))
    }

    /// The drafts of JSON Schema until `last`.
    pub(crate) const fn until(last: Self) -> Self {
        Self(Self::JSON_SCHEMA.0 & ((last.0 << 1) - 1))
    }

    /// The dialects in either set.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether any of `others` is among them.
    pub(crate) const fn has_any(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// Whether all of `others` are among them.
    pub(crate) const fn has(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }
}

/// The value itself decides whether it conforms, not the rest of its message or the direction.
const DECIDED_BY_VALUE: u8 = 1;
/// Cases may name it in `violates`.
const DECLARABLE: u8 = 2;
/// Its value is data, not schemas: names inside it are not keywords.
const DATA: u8 = 4;
/// A summary without `type` names the type it applies to.
const SUMMARISED: u8 = 8;
/// Schemas with it do not describe free-form objects.
const NARROWS_OBJECTS: u8 = 16;
/// Schemas with it describe a structure of their own, not only what they are composed of.
const STRUCTURAL: u8 = 32;
/// A JSON Pointer into a value leads to its subschemas.
const LOCATED: u8 = 64;

impl Keyword {
    /// A keyword that applies to values of every type, in every dialect.
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, types: Types::ANY, dialects: Dialects::ALL, subschemas: None, uses: 0 }
    }

    /// Identifies a schema: not in OpenAPI 3.0.
    pub(crate) const fn core(name: &'static str) -> Self {
        Self::new(name, Kind::Core).dialects(Dialects::JSON_SCHEMA)
    }

    /// Refers to a schema.
    pub(crate) const fn reference(name: &'static str) -> Self {
        Self::new(name, Kind::Reference).narrows_objects()
    }

    /// Applies subschemas to the same value.
    pub(crate) const fn applicator(name: &'static str, shape: Shape, applies: Applies) -> Self {
        Self { subschemas: Some(Subschemas { shape, applies }), ..Self::new(name, Kind::Applicator) }
    }

    /// Restricts values of some `types`.
    pub(crate) const fn assertion(name: &'static str, types: Types) -> Self {
        Self { types, ..Self::new(name, Kind::Assertion) }
    }

    /// Changes the effect of other keywords.
    pub(crate) const fn modifier(name: &'static str) -> Self {
        Self::new(name, Kind::Modifier)
    }

    /// Restricts nothing.
    pub(crate) const fn annotation(name: &'static str) -> Self {
        Self::new(name, Kind::Annotation)
    }

    /// Only values of these types.
    pub(crate) const fn types(self, types: Types) -> Self {
        Self { types, ..self }
    }

    /// Only in these dialects.
    pub(crate) const fn dialects(self, dialects: Dialects) -> Self {
        Self { dialects, ..self }
    }

    /// See [`Keyword::is_decided_by_value`].
    pub(crate) const fn decided_by_value(self) -> Self {
        self.with(DECIDED_BY_VALUE)
    }

    /// See [`Keyword::is_declarable`].
    pub(crate) const fn declarable(self) -> Self {
        self.with(DECLARABLE)
    }

    /// See [`Keyword::is_data`].
    pub(crate) const fn data(self) -> Self {
        self.with(DATA)
    }

    /// See [`Keyword::is_summarised`].
    pub(crate) const fn summarised(self) -> Self {
        self.with(SUMMARISED)
    }

    /// See [`Keyword::is_narrowing_objects`].
    pub(crate) const fn narrows_objects(self) -> Self {
        self.with(NARROWS_OBJECTS)
    }

    /// See [`Keyword::is_structural`].
    pub(crate) const fn structural(self) -> Self {
        self.with(STRUCTURAL)
    }

    /// See [`Keyword::is_located`].
    pub(crate) const fn located(self) -> Self {
        self.with(LOCATED)
    }

    const fn with(self, more: u8) -> Self {
        Self { uses: self.uses | more, ..self }
    }

    /// Whether the value at the location of a violation violates it independently of the rest of the message. Of a missing property
    /// that cannot be said, since properties may be added.
    pub(crate) const fn is_decided_by_value(&self) -> bool {
        self.uses & DECIDED_BY_VALUE != 0
    }

    /// Whether cases may declare in `violates` that their request violates it.
    pub(crate) const fn is_declarable(&self) -> bool {
        self.uses & DECLARABLE != 0
    }

    /// Whether its value is data rather than schemas, or gives a value: examples, defaults, constants.
    pub(crate) const fn is_data(&self) -> bool {
        self.uses & DATA != 0
    }

    /// Whether the summary of a schema without `type` names the type that this keyword applies to.
    pub(crate) const fn is_summarised(&self) -> bool {
        self.uses & SUMMARISED != 0
    }

    /// Whether a schema with it describes more than "any object".
    pub(crate) const fn is_narrowing_objects(&self) -> bool {
        self.uses & NARROWS_OBJECTS != 0
    }

    /// Whether a schema with it is more than another name for the schemas that it is composed of.
    pub(crate) const fn is_structural(&self) -> bool {
        self.uses & STRUCTURAL != 0
    }

    /// Whether a JSON Pointer into a value leads to its subschemas, by the names of properties or the indexes of items.
    pub(crate) const fn is_located(&self) -> bool {
        self.uses & LOCATED != 0
    }

    /// Whether its subschemas apply to properties or items that a schema does not name.
    pub(crate) const fn is_open(&self) -> bool {
        matches!(
            self.subschemas,
            Some(Subschemas { applies: Applies::ToProperties | Applies::ToOtherProperties | Applies::ToItems, .. })
        ) && !self.is_located()
    }

    /// Whether it restricts values: by itself or by its subschemas.
    pub(crate) const fn is_restriction(&self) -> bool {
        matches!(self.kind, Kind::Assertion | Kind::Applicator)
    }

    /// Whether schemas of that version have it. Annotations are read in every version.
    pub(crate) fn is_effective_in(&self, openapi: OasVersion) -> bool {
        !openapi.is_3_0() || self.dialects.has(Dialects::OAS_3_0) || self.kind == Kind::Annotation
    }

    /// What its subschemas apply to.
    pub(crate) fn applies(&self) -> Option<Applies> {
        self.subschemas.map(|held| held.applies)
    }

    /// How it holds subschemas.
    pub(crate) fn shape(&self) -> Option<Shape> {
        self.subschemas.map(|held| held.shape)
    }
}
