//! What `signoff mock` takes.

use std::path::PathBuf;

use clap::Args;

use super::values;

/// `signoff mock`.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = MOCK_EXAMPLES)]
pub struct Mock {
    /// The OpenAPI document
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// An OpenAPI Overlay to apply to it; those of the configuration belong to the document named there
    #[arg(long, value_name = "FILE")]
    pub overlay: Vec<PathBuf>,
    /// The behaviour file [default: that of the configuration's target `mock`, for the document named there]
    #[arg(long, value_name = "FILE")]
    pub behaviour: Option<PathBuf>,
    /// The port to listen on; 0 takes a free one [default: 4010]
    #[arg(short, long, value_name = "PORT")]
    pub port: Option<u16>,
    /// The address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS", value_parser = values::address)]
    pub host: Option<std::net::IpAddr>,
    /// Allow requests of pages of any origin
    #[arg(long)]
    pub cors: bool,
    /// Answer with data that looks real where the document answers, instead of its examples
    #[arg(long)]
    pub dynamic: bool,
    /// Speak TLS, with a self-signed certificate made on the spot; HTTP/2 where the client asks for it
    #[arg(long)]
    pub tls: bool,
    /// Write that certificate to a file (PEM), for clients to trust
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub save_certificate: Option<PathBuf>,
    /// Load everything again when a file changes; while one is wrong, the mock stays as it was
    #[arg(long)]
    pub watch: bool,
    /// Exit 1 at the end when any request broke the contract
    #[arg(long)]
    pub strict: bool,
    /// Answer below /_signoff/: `state` (GET, PUT, DELETE) and `requests` (GET, DELETE)
    #[arg(long)]
    pub admin: bool,
    /// The same, for those who show this token of the environment as `Authorization: Bearer TOKEN`
    #[arg(long, value_name = "env:NAME")]
    pub admin_token: Option<String>,
    /// Let something go wrong on purpose (see below)
    #[arg(long, value_name = "FAULT")]
    pub fault: Vec<String>,
    /// What random values derive from [default: 1]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

const MOCK_EXAMPLES: &str = "\
Examples:
  signoff mock --spec specs/imprint.yaml    answer from the document's examples
  signoff mock --behaviour specs/imprint.broken.mock.yaml --port 4011
  signoff mock --strict --watch             for the test suite of a client
  signoff mock --fault error=503x3,probability=0.1 --fault latency=50ms..2s
  curl -X DELETE localhost:4010/_signoff/state      as at the start (with --admin)

Faults, each perhaps with `,probability=P` (0 to 1) and `,operation=NAME`:
  latency=TIME, latency=TIME..TIME   the answer comes later
  stall                              it never comes
  reset, reset-body                  the connection is reset, before or in the answer
  truncate, wrong-length             the body ends too early, or is longer than announced
  garbage                            what comes is not HTTP
  media-type=TYPE                    the answer has another Content-Type
  error=STATUS                       an error instead; nothing is stored
  error=STATUSxTIMES                 the same for the first so many; with a probability, in bursts
  rate-limit=REQUESTS/TIME           429 with Retry-After beyond so many requests (5/s, 100/1m)
Over HTTP/2 one stream breaks and the others of its connection go on; garbage ends them all.

Every request is judged by the contract and logged with its verdict. Ctrl-C ends the server.";
