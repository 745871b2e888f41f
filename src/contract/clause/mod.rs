//! Clauses: every testable statement of a contract, each with a name, its locations in the document, and a proof where it cannot be
//! met. Coverage counts them, `generate` aims at them, `mutate` breaks them.
//!
//! # Notation
//!
//! ```text
//! CLAUSE      = OPERATION " " VERB
//! OPERATION   = operationId of letters, digits, `_`, `.` and `-` | METHOD " " PATH
//! VERB        = "calls" | "calls with " SCHEME *(" + " SCHEME)
//!             | "sends " LOCATION [" null" | " = " VALUE | " at " KEYWORD]
//!             | "sends " MEDIA-TYPE | "sends example " NAME
//!             | "omits " LOCATION
//!             | "violates " KEYWORD " " LOCATION | "violates " RULE
//!             | "receives " STATUS [" " LOCATION [" absent" | " null" | " empty" | " = " VALUE | " at " KEYWORD]]
//!             | "receives " STATUS " " MEDIA-TYPE | "receives " STATUS " header " NAME
//!             | "refuses without security" | "refuses without " SCHEME | "refuses wrong " SCHEME
//! STATUS      = `200` | `2XX` | `default`, the key of the declared response
//! LOCATION    = ("path/" | "query/" | "header/" | "cookie/") TOKEN *STEP | "body" *STEP
//! STEP        = "/" TOKEN | "/*" | "[" TOKEN "]"
//! VALUE       = compact JSON
//! RULE        = "content-type" | "json" | "xml" | "multipart" | "text"
//! ```
//!
//! - LOCATION is that of `violates` in case files. `*` stands for every index, and for every name that is not declared: of additional
//!   properties and those of patterns. `[TOKEN]` names a branch of `oneOf` or `anyOf`: the component
//!   that its `$ref` leads to, else its number, counted from 1.
//! - A TOKEN is escaped as in a JSON Pointer (`~0`, `~1`), also in the name of a parameter, where `violates` does not escape it. It is
//!   a JSON string, without these escapes, if it is empty, contains white space, `*`, `[`, `]`, `=`, `"` or invisible characters.
//!   SCHEME, NAME, MEDIA-TYPE, METHOD and PATH are JSON strings if they are empty or contain white space, `"` or invisible characters;
//!   a MEDIA-TYPE also if it would be read as a location, the scheme `security` also in `refuses without "security"`.
//! - In JSON strings and values, invisible characters are escaped: controls, line separators, marks of the direction of text.
//! - Names of headers are in lower case. In VALUE, properties are sorted, and integers have no fraction.
//!
//! Not descended are: `if`, `not`, `contains`, `dependentSchemas` and other conditions; `propertyNames`, which is one clause; items by
//! position; sequences; bodies that are neither JSON nor, in requests, a form or XML; a location that re-enters a schema around it;
//! locations of more steps than fit into the limit of clauses, whose number is counted. Headers of responses have no values. Webhooks,
//! callbacks and scopes have no clauses.
//!
//! Of responses, only those with a 2XX status have clauses for absent, null and empty values: a case does not choose the data of an
//! error. Empty are arrays, and objects without declared properties.
//!
//! Names are unique: two keywords that make the same statement, such as two `minLength` through `allOf`, are one clause with two
//! sources. Clauses are compared as parsed values, never as text.

mod branches;
mod derive;
mod find;
mod group;
mod id;
mod impossible;
mod location;
mod met;
mod notation;
mod refused;
mod set;
mod token;
mod tree;
mod value;
mod verb;
mod walk;

pub(crate) use group::Group;
pub(crate) use id::ClauseId;
#[cfg(test)]
pub(crate) use impossible::Impossible;
pub(crate) use location::{ClauseLocation, Part, Step};
pub(crate) use met::{IsHidden, Observed};
pub(crate) use refused::OnlyViolation;
pub(crate) use set::{ClauseSet, Entry, OperationClauses};
#[cfg(test)]
pub(crate) use value::ClauseValue;
pub(crate) use verb::{Aspect, Clause, Verb};

#[cfg(test)]
mod tests;
