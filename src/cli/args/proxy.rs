//! What `signoff proxy` takes.

use std::path::PathBuf;

use clap::Args;

use super::values;

use super::{Output, Target};

/// `signoff proxy`.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = EXAMPLES)]
pub struct Proxy {
    /// The OpenAPI document
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// An OpenAPI Overlay to apply to it; those of the configuration belong to the document named there
    #[arg(long, value_name = "FILE")]
    pub overlay: Vec<PathBuf>,
    /// The folder that what passed is written to, as a case file [default: reports/recorded]
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,
    /// The port to listen on; 0 takes a free one [default: 4011]
    #[arg(short, long, value_name = "PORT")]
    pub port: Option<u16>,
    /// The address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS", value_parser = values::address)]
    pub host: Option<std::net::IpAddr>,
    /// Exit 1 at the end also when a request broke the contract
    #[arg(long)]
    pub strict: bool,
    /// Where requests go.
    #[command(flatten)]
    pub target: Target,
    /// What comes out.
    #[command(flatten)]
    pub output: Output,
}

const EXAMPLES: &str = "\
Examples:
  signoff proxy --target https://dev.api.example.com
  signoff proxy --target sandbox --record cases/recorded
  signoff run --cases cases/recorded --target sandbox    send what was recorded again

A client that is pointed here reaches the target as before. Every exchange is judged in both directions and logged; Ctrl-C ends the
proxy, and the reports of a run are written. Credentials are never recorded; bodies are, as they came.";
