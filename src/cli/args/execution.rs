//! Parallelism, time-outs and the random seed.

use std::time::Duration;

use clap::Args;

use crate::project::overrides::ExecutionOverrides;
use crate::quantity;

use super::values;

/// Parallelism, time-outs and the random seed of a run.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Execution")]
pub(crate) struct Execution {
    /// Number of case files to run in parallel [default: 16]
    #[arg(short, long, value_name = "N", value_parser = values::whole_number(1, u16::MAX))]
    pub jobs: Option<u16>,
    /// Maximum request rate, e.g. 10/s or 300/m
    #[arg(long, value_name = "N/s", value_parser = quantity::parse_rate)]
    pub rate: Option<f64>,
    /// Random seed [default: 1 for the mock, otherwise random and printed]
    #[arg(long, value_name = "N", value_parser = values::whole_number(0, u64::MAX))]
    pub seed: Option<u64>,
    /// Stop after the first failure
    #[arg(long)]
    pub fail_fast: bool,
    /// Connection timeout, including DNS and TLS [default: 3s]
    #[arg(long, value_name = "TIME", value_parser = quantity::parse_time_limit)]
    pub connect_timeout: Option<Duration>,
    /// Timeout until the first byte of a response [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = quantity::parse_time_limit)]
    pub first_byte_timeout: Option<Duration>,
    /// Total timeout per request [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = quantity::parse_time_limit)]
    pub timeout: Option<Duration>,
    /// Time for in-flight requests to finish after Ctrl-C [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = quantity::parse_duration)]
    pub grace: Option<Duration>,
    /// Maximum size of a response body [default: 10MB]
    #[arg(long, value_name = "SIZE", value_parser = quantity::parse_limit)]
    pub max_body: Option<u64>,
}

impl Execution {
    /// Time for in-flight requests to finish after Ctrl-C.
    pub(crate) fn grace(&self) -> Duration {
        self.grace.unwrap_or(Duration::from_secs(10))
    }
}

impl From<Execution> for ExecutionOverrides {
    fn from(execution: Execution) -> Self {
        let Execution { jobs, rate, seed, connect_timeout, first_byte_timeout, timeout, max_body, .. } = execution;
        Self { jobs, rate, seed, connect_timeout, first_byte_timeout, total_timeout: timeout, max_body }
    }
}
