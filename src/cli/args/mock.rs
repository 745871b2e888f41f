//! Arguments of `signoff mock`.

use std::path::PathBuf;

use clap::Args;

use crate::project::overrides::Overrides;

use super::Global;
use super::values;

/// `signoff mock`.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Mock {
    /// OpenAPI document [default: `spec` in signoff.yaml]
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// OpenAPI Overlay to apply; replaces the overlays in signoff.yaml
    #[arg(long, value_name = "FILE")]
    pub overlay: Vec<PathBuf>,
    /// File of mock rules [default: the file of target `mock` in signoff.yaml]
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// Generate realistic data instead of returning the document's examples
    #[arg(long)]
    pub dynamic: bool,
    /// Random seed [default: 1]
    #[arg(long, value_name = "N", value_parser = values::whole_number(0, u64::MAX))]
    pub seed: Option<u64>,
    /// Inject a fault (see below)
    #[arg(long, value_name = "FAULT")]
    pub fault: Vec<String>,
    /// Reload on file changes; invalid files keep the previous version active
    #[arg(long)]
    pub watch: bool,
    /// Exit 1 if any request was invalid or could not be checked completely
    #[arg(long)]
    pub strict: bool,
    /// Port to listen on; 0 selects a free port [default: 4010]
    #[arg(short, long, value_name = "PORT", value_parser = values::whole_number(0, u16::MAX), help_heading = SERVER)]
    pub port: Option<u16>,
    /// Address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS", value_parser = values::address, help_heading = SERVER)]
    pub host: Option<std::net::IpAddr>,
    /// Allow cross-origin requests (CORS) from any origin
    #[arg(long, help_heading = SERVER)]
    pub cors: bool,
    /// Serve HTTPS with a self-signed certificate, generated at start-up; HTTP/2 if the client supports it
    #[arg(long, help_heading = SERVER)]
    pub tls: bool,
    /// Write the certificate to a file (PEM) for clients to trust
    #[arg(long, value_name = "FILE", requires = "tls", help_heading = SERVER)]
    pub save_certificate: Option<PathBuf>,
    /// Ask clients for a certificate that one of these authorities (PEM) has signed
    #[arg(long, value_name = "FILE", requires = "tls", help_heading = SERVER)]
    pub client_ca: Option<PathBuf>,
    /// Serve the admin interface below /_signoff/: state, requests, rules
    #[arg(long, help_heading = SERVER)]
    pub admin: bool,
    /// Like --admin, but require this bearer token
    #[arg(long, value_name = "env:NAME", help_heading = SERVER)]
    pub admin_token: Option<String>,
}

/// Heading of the options about listening.
const SERVER: &str = "Server";

impl Mock {
    /// Overrides of the configuration by these arguments.
    pub(crate) fn overrides(&self, global: &Global) -> Overrides {
        Overrides { spec: self.spec.clone(), overlays: self.overlay.clone(), ..global.overrides() }
    }
}

const AFTER_HELP: &str = "\
Examples:
  signoff mock --spec specs/imprint.yaml     return the document's examples
  signoff mock --rules specs/imprint.broken.mock.yaml --port 4011
  signoff mock --strict --watch              test a client in development
  signoff mock --fault error=503x3,probability=0.1 --fault latency=50ms..2s
  curl -X DELETE localhost:4010/_signoff/state   reset the state (--admin)

Faults; each accepts `,probability=P` (0 to 1) and `,operation=NAME`:
  latency=TIME, latency=TIME..TIME   delay the response
  stall                              never send a response
  reset, reset-body                  reset the connection before, or within
                                     the response
  truncate, wrong-length             end the body early, or send more bytes
                                     than Content-Length
  garbage                            send bytes that are not HTTP
  media-type=TYPE                    send this Content-Type
  error=STATUS                       send an error; state does not change
  error=STATUSxTIMES                 send this number of errors, then stop;
                                     with `probability`: bursts of this length
  rate-limit=REQUESTS/TIME           send 429 with Retry-After above this rate
                                     (5/s, 100/1m)
With HTTP/2 a fault affects one stream; `garbage` ends the connection.

Every request is validated against the contract and logged. Ctrl-C stops the
server.";
