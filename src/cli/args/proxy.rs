//! Arguments of `signoff proxy`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::project::overrides::{ExecutionOverrides, Overrides, TargetOverrides};
use crate::quantity;

use super::output::reports_help;
use super::values;
use super::{Connection, Global, Output};

/// `signoff proxy`.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = after_help())]
pub(crate) struct Proxy {
    /// OpenAPI document [default: `spec` in signoff.yaml]
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// OpenAPI Overlay to apply; replaces the overlays in signoff.yaml
    #[arg(long, value_name = "FILE")]
    pub overlay: Vec<PathBuf>,
    /// Directory for the recorded case files [default: reports/recorded]
    #[arg(long, value_name = "DIR")]
    pub save_cases: Option<PathBuf>,
    /// Port to listen on; 0 selects a free port [default: 4011]
    #[arg(short, long, value_name = "PORT", value_parser = values::whole_number(0, u16::MAX))]
    pub port: Option<u16>,
    /// Address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS", value_parser = values::address)]
    pub host: Option<std::net::IpAddr>,
    /// Timeout until the headers of a response are received; the body may take longer [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = quantity::parse_time_limit)]
    pub timeout: Option<Duration>,
    /// Maximum size of a request body, and of a response body that is validated [default: 10MB]
    #[arg(long, value_name = "SIZE", value_parser = quantity::parse_limit)]
    pub max_body: Option<u64>,
    /// Exit 1 also if a request was invalid or could not be checked completely
    #[arg(long)]
    pub strict: bool,
    /// Where requests are forwarded to.
    #[command(flatten)]
    pub target: ProxyTarget,
    /// What is printed and written.
    #[command(flatten)]
    pub output: Output,
}

/// Where requests are forwarded to. The clients send their own credentials, and there are no cases that use variables.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct ProxyTarget {
    /// Target in signoff.yaml, `mock`, or a URL [default: default_target, else mock]
    #[arg(short = 't', long = "target", value_name = "NAME|URL")]
    pub name: Option<String>,
    /// Add a header to every forwarded request that does not set it itself
    #[arg(long = "header", value_name = "NAME=VALUE", value_parser = values::assignment)]
    pub headers: Vec<(String, String)>,
    /// Forward only requests with this method; others get 403 (repeatable)
    #[arg(long, value_name = "METHOD")]
    pub allow: Vec<String>,
    /// How connections are made.
    #[command(flatten)]
    pub connection: Connection,
}

impl From<ProxyTarget> for TargetOverrides {
    fn from(target: ProxyTarget) -> Self {
        let ProxyTarget { name, headers, allow, connection } = target;
        let Connection { ca_file, client_cert, client_key, proxy } = connection;
        Self { name, headers, allow, ca_file, client_cert, client_key, proxy, ..Self::default() }
    }
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
validates and logs every request and response. On Ctrl-C, the proxy stops and
writes case files and reports. Case files contain no credentials; other values
are recorded unchanged.",
        reports_help()
    )
}
