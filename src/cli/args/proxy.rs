//! Arguments of `signoff proxy`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::project::overrides::{ExecutionOverrides, Overrides};
use crate::quantity;

use super::output::reports_help;
use super::values;
use super::{Global, Output, Target};

/// `signoff proxy`.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = after_help())]
pub(crate) struct Proxy {
    /// OpenAPI document
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// OpenAPI Overlay to apply; replaces the overlays in signoff.yaml
    #[arg(long, value_name = "FILE")]
    pub overlay: Vec<PathBuf>,
    /// Directory for the recorded case file [default: reports/recorded]
    #[arg(long, value_name = "DIR")]
    pub save_cases: Option<PathBuf>,
    /// Port to listen on; 0 selects a free port [default: 4011]
    #[arg(short, long, value_name = "PORT")]
    pub port: Option<u16>,
    /// Address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS", value_parser = values::address)]
    pub host: Option<std::net::IpAddr>,
    /// Time until the header section of a response; its body may take longer [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = quantity::parse_duration)]
    pub timeout: Option<Duration>,
    /// Maximum size of a request body, and of a response body that is validated [default: 10MB]
    #[arg(long, value_name = "SIZE", value_parser = quantity::parse_size)]
    pub max_body: Option<u64>,
    /// Exit 1 also if the client sent an invalid request
    #[arg(long)]
    pub strict: bool,
    /// Where requests are forwarded to.
    #[command(flatten)]
    pub target: Target,
    /// What is printed and written.
    #[command(flatten)]
    pub output: Output,
}

impl Proxy {
    /// Overrides of the configuration by these arguments.
    pub(crate) fn overrides(&self, global: &Global) -> Overrides {
        Overrides {
            spec: self.spec.clone(),
            overlays: self.overlay.clone(),
            target: self.target.clone().into(),
            results: self.output.clone().into(),
            execution: ExecutionOverrides {
                first_byte_timeout: self.timeout,
                total_timeout: self.timeout,
                max_body: self.max_body,
                ..ExecutionOverrides::default()
            },
            ..global.overrides()
        }
    }
}

fn after_help() -> String {
    format!(
        "\
{}

Examples:
  signoff proxy --target https://dev.api.example.com
  signoff proxy --target sandbox --save-cases cases/recorded
  signoff run --cases cases/recorded --target sandbox

Clients send their requests to the proxy instead of the target. The proxy
validates and logs every request and response. Ctrl-C stops it and writes a
case file and reports. Credentials are left out; bodies are recorded unchanged.",
        reports_help()
    )
}
