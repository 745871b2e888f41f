//! Checks: one rule per file, applied to a completed exchange. A check never sends, waits or keeps state.

mod body_absent;
mod body_present;
mod body_schema;
mod body_well_formed;
mod content_type_documented;
mod context;
mod definition;
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
mod registry;
mod run;
mod status_documented;
mod undocumented_property;
mod violation_refused;
mod waiver;

pub use context::Context;
pub use definition::Side;
pub use expected_capture::captured;
pub use finding::{Finding, Origin};
pub use fingerprint::Fingerprint;
pub use registry::{ALL, definition, of_rule};
pub use run::{Severities, run};
pub use waiver::{Waiver, Waivers};
