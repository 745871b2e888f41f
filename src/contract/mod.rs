//! The loaded, resolved and compiled OpenAPI document, and the one engine that judges messages by it.

mod anchor;
mod assumption;
mod direction;
pub mod form;
pub mod judge;
mod judgement;
pub(crate) mod keyword;
pub mod lint;
pub mod load;
mod model;
mod narrow;
mod node;
pub mod notation;
mod operation;
mod overlay;
mod parameter_in;
pub mod parameters;
pub(crate) mod refs;
mod route;
mod schema;
mod shape;
mod status_key;
mod style;
pub(crate) mod types;
pub(crate) mod version;
pub mod visible;

pub use anchor::{Anchor, SchemaKey};
pub use direction::Direction;
pub use judgement::{BranchOf, Breach, Judgement, Location, NotChecked, Rule};
pub use model::Contract;
pub use narrow::Narrowing;
pub use operation::{
    Declared, Encoding, FieldLayout, MediaTypeObject, Operation, OperationKind, Parameter, RequestBody, ResponseObject,
    SecurityRequirement, SecurityScheme,
};
pub use overlay::{Amendment, Change, ChangeKind};
pub use parameter_in::ParameterIn;
pub use route::{Route, Router};
pub(crate) use schema::SchemaView;
pub use schema::Schemas;
pub use shape::Shape;
pub use status_key::StatusKey;
pub use style::Style;
