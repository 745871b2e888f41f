//! Values that take precedence over `signoff.yaml`: what flags set, as plain data.

use std::path::PathBuf;
use std::time::Duration;

use crate::report::{Format, Suites};

use super::command::Commands;
use super::format::FailOn;
use crate::record::clauses::MinShare;

/// Values of one call; anything unset comes from the configuration or is a default.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overrides {
    /// The directory that relative paths start from; the working directory when unset.
    pub directory: Option<PathBuf>,
    /// The configuration file; searched for in `directory` and its parents when unset.
    pub config: Option<PathBuf>,
    /// The OpenAPI document.
    pub spec: Option<PathBuf>,
    /// Overlays to apply instead of the configured ones.
    pub overlays: Vec<PathBuf>,
    /// The directory of case files, or one case file.
    pub cases: Option<PathBuf>,
    /// Overrides of the selected target.
    pub target: TargetOverrides,
    /// Pace, time-outs and seed.
    pub execution: ExecutionOverrides,
    /// Reports, severities and waivers.
    pub results: ResultOverrides,
    /// Whether commands may run.
    pub commands: Commands,
}

/// Overrides of the selected target.
#[derive(Debug, Clone, Default)]
pub(crate) struct TargetOverrides {
    /// A configured name, `mock`, or a URL.
    pub name: Option<String>,
    /// Variables of the cases; a value is read as JSON where that loses nothing.
    pub vars: Vec<(String, String)>,
    /// Security scheme and `env:NAME`.
    pub auth: Vec<(String, String)>,
    /// Headers to send with every request.
    pub headers: Vec<(String, String)>,
    /// Methods that may be sent; the configured ones when empty.
    pub allow: Vec<String>,
    /// A PEM file of certificate authorities.
    pub ca_file: Option<PathBuf>,
    /// A PEM file of a client certificate, perhaps with its key.
    pub client_cert: Option<PathBuf>,
    /// A PEM file of its key.
    pub client_key: Option<PathBuf>,
    /// The URL of an HTTP proxy.
    pub proxy: Option<String>,
}

/// Pace, time-outs and seed.
#[derive(Debug, Clone, Default)]
pub(crate) struct ExecutionOverrides {
    /// How many stories run in parallel.
    pub jobs: Option<u16>,
    /// The maximum request rate, per second.
    pub rate: Option<f64>,
    /// The random seed.
    pub seed: Option<u64>,
    /// Maximum time for DNS, TCP and TLS.
    pub connect_timeout: Option<Duration>,
    /// Maximum time until the first byte of a response.
    pub first_byte_timeout: Option<Duration>,
    /// Maximum time for a whole exchange.
    pub total_timeout: Option<Duration>,
    /// The largest response body to read, in bytes.
    pub max_body: Option<u64>,
}

/// Reports, severities and waivers.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResultOverrides {
    /// The directory for reports.
    pub reports: Option<PathBuf>,
    /// Reports in addition to the default and the configured ones.
    pub formats: Vec<&'static Format>,
    /// How test cases are grouped in `junit.xml`.
    pub suites: Suites,
    /// Check id and `error`, `warning` or `off`.
    pub severity: Vec<(String, String)>,
    /// What fails the run in addition to what is configured.
    pub fail_on: Vec<FailOn>,
    /// Gates of clause coverage, instead of the configured ones of the same groups.
    pub min_coverage: Vec<MinShare>,
    /// The record to compare with.
    pub baseline: BaselineSource,
    /// The file of waivers.
    pub waivers: Option<PathBuf>,
    /// Names and JSON Pointers to redact in addition to the configured ones.
    pub redact: Vec<String>,
}

/// Where the record comes from that a run is compared with.
#[derive(Debug, Clone, Default)]
pub(crate) enum BaselineSource {
    /// The stored baseline of the same contract on the same target.
    #[default]
    Stored,
    /// The stored baseline, which becomes this run, whatever its findings are.
    Update,
    /// This file.
    File(PathBuf),
    /// No comparison.
    None,
}
