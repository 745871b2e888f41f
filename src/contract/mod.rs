//! The loaded, resolved and compiled OpenAPI document, and the engine that validates messages against it.

mod anchor;
mod assumption;
mod case_schema;
pub(crate) mod clause;
mod direction;
pub(crate) mod form;
mod identifiers;
pub mod judge;
mod judgement;
pub(crate) mod keyword;
pub(crate) mod lint;
pub mod load;
mod model;
mod node;
mod operation;
mod overlay;
mod parameter_in;
pub(crate) mod parameters;
mod path_readings;
pub(crate) mod refs;
mod route;
mod runtime_expression;
mod schema;
mod schema_summary;
mod segment;
pub(crate) mod server;
mod shape;
mod status_key;
mod style;
mod token_url;
pub(crate) mod types;
mod uri;
pub(crate) mod value_summary;
pub(crate) mod version;
pub(crate) mod xml_object;

pub use anchor::{Anchor, SchemaKey};
pub use case_schema::CaseSchema;
pub use direction::Direction;
pub use judgement::{BranchOf, Breach, Judgement, Location, NotChecked, Rule};
pub use model::Contract;
pub(crate) use model::MAX_NAMES;
pub use operation::{
    Declared, Encoding, FieldLayout, MediaTypeObject, Operation, OperationKind, Parameter, RequestBody, ResponseObject,
    SecurityRequirement, SecurityScheme,
};
pub(crate) use overlay::overlay_targets;
pub use overlay::{Amendment, Change, ChangeKind};
pub use parameter_in::ParameterIn;
pub(crate) use route::encoded_template;
pub use route::{Route, Router};
pub use schema::Schemas;
pub(crate) use schema::{Applicable, SchemaView, pattern_matches};
pub use shape::Shape;
pub use status_key::StatusKey;
pub use style::Style;
pub use token_url::Flow;
