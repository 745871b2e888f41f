//! Where requests are sent.

use std::path::PathBuf;

use clap::Args;

use crate::project::overrides::TargetOverrides;

use super::values;

/// Where requests are sent, and with what.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct Target {
    /// Target in signoff.yaml, `mock`, or a URL [default: default_target, else mock]
    #[arg(short = 't', long = "target", value_name = "NAME|URL")]
    pub name: Option<String>,
    /// Set a variable for all cases; JSON numbers, booleans, null, lists and objects keep their type
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = values::assignment)]
    pub vars: Vec<(String, String)>,
    /// Read the credential of a security scheme from the environment (for basic: USERNAME:PASSWORD)
    #[arg(long = "auth", value_name = "SCHEME=env:NAME", value_parser = values::assignment)]
    pub auth: Vec<(String, String)>,
    /// Add a header to every request
    #[arg(long = "header", value_name = "NAME=VALUE", value_parser = values::assignment)]
    pub headers: Vec<(String, String)>,
    /// Send only requests with this method; other cases are skipped (repeatable)
    #[arg(long, value_name = "METHOD")]
    pub allow: Vec<String>,
    /// How connections are made.
    #[command(flatten)]
    pub connection: Connection,
}

/// How connections to the target are made.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct Connection {
    /// Certificate authorities (PEM) to trust in addition to the system's
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Client certificate (PEM), also with its key
    #[arg(long, value_name = "FILE")]
    pub client_cert: Option<PathBuf>,
    /// Key of the client certificate (PEM)
    #[arg(long, value_name = "FILE")]
    pub client_key: Option<PathBuf>,
    /// HTTP proxy to use; proxy environment variables are ignored
    #[arg(long, value_name = "URL", value_parser = values::proxy)]
    pub proxy: Option<String>,
}

impl From<Target> for TargetOverrides {
    fn from(target: Target) -> Self {
        let Target { name, vars, auth, headers, allow, connection } = target;
        let Connection { ca_file, client_cert, client_key, proxy } = connection;
        Self { name, vars, auth, headers, allow, ca_file, client_cert, client_key, proxy }
    }
}
