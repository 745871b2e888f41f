//! Checks: one rule per file, applied to a completed exchange. A check never sends, waits or keeps state.

mod body_absent;
mod body_present;
mod body_schema;
mod body_well_formed;
mod content_type_documented;
mod context;
mod definition;
mod discriminator;
mod expected_assert;
mod expected_body;
mod expected_capture;
mod expected_headers;
mod expected_schema;
mod expected_status;
mod expected_time;
mod finding;
mod fingerprint;
mod header_schema;
mod refusal;
mod registry;
mod run;
mod status_documented;
mod undocumented_property;
mod unique_names;
mod violation_refused;
mod waiver;
mod write_only;

pub(crate) use context::Context;
pub(crate) use definition::Side;
pub(crate) use expected_body::not_checked;
pub(crate) use expected_capture::{NoValue, captured};
pub(crate) use finding::{Finding, Origin};
pub(crate) use fingerprint::Fingerprint;
pub(crate) use registry::{ALL, definition, of_rule};
pub(crate) use run::{Severities, run};
pub(crate) use waiver::{Waiver, Waivers};
