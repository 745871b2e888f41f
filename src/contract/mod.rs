//! The loaded, resolved and compiled OpenAPI document, and the one engine that judges messages by it.

mod assumption;
pub mod form;
pub mod judge;
pub mod lint;
pub mod load;
mod model;
mod narrow;
pub mod notation;
mod overlay;
pub mod parameters;
mod refs;
mod route;
mod schema;
mod style;
pub mod visible;

pub use model::{
    Anchor, Contract, Declared, Encoding, FieldLayout, MediaTypeObject, Operation, Parameter, ParameterIn, RequestBody,
    ResponseObject, SchemaKey, SecurityRequirement, SecurityScheme, StatusKey,
};
pub use narrow::Narrowing;
pub use overlay::{Amendment, Change, ChangeKind};
pub use route::{Route, Router};
pub use schema::{Direction, Schemas};
pub use style::{Shape, Style};
