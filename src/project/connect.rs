//! From the target that is meant to one that answers: the embedded mock started, or the network prepared.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::case::expand::Credentials;
use crate::contract::Contract;
use crate::http::Headers;
use crate::mock::{Mock, MockRules, in_process};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::run::{self, Start};
use crate::transport::network::{self, Network};

use crate::cli::args;
use crate::project::settings::Settings;
use crate::project::target::Chosen;
use crate::quantity;

/// A target that can be sent to.
pub struct Connection {
    /// What the cases and reports know of it.
    pub target: run::Target,
    /// The connection.
    pub network: Network,
    /// The mock, when it is one; stops when dropped.
    pub mock: Option<in_process::Running>,
}

/// How a target is reached: everything but the target itself.
pub struct Connector<'a> {
    /// Where files are.
    pub settings: &'a Settings,
    /// The contract, for the mock and for `servers`.
    pub contract: &'a Arc<Contract>,
    /// What the mock's clock and randomness derive from.
    pub start: Start,
    /// The flags about files.
    pub flags: &'a args::Target,
    /// The flags about time.
    pub pace: &'a args::Pace,
}

impl Connector<'_> {
    /// Starts the mock when the target is one, and prepares the connection; sends nothing.
    pub fn reach(&self, chosen: &Chosen, credentials: Credentials) -> Result<Connection, Vec<Problem>> {
        let mock = self.start_mock(chosen)?;
        let url = match &mock {
            Some(mock) => mock.url().to_owned(),
            None => self.url(chosen).map_err(|problem| vec![problem])?,
        };
        let settings = self.network(chosen, &url)?;
        let network = Network::new(settings).map_err(|message| vec![Problem::new(message)])?;
        let target = run::Target {
            name: chosen.name.clone(),
            url: url.trim_end_matches('/').to_owned(),
            vars: chosen.target.vars.clone(),
            credentials,
            allow: chosen.target.allow.iter().map(|method| method.to_ascii_uppercase()).collect(),
            rate: self.rate(chosen).map_err(|problem| vec![problem])?,
        };
        Ok(Connection { target, network, mock })
    }

    fn start_mock(&self, chosen: &Chosen) -> Result<Option<in_process::Running>, Vec<Problem>> {
        let Some(file) = &chosen.target.mock else { return Ok(None) };
        let at = chosen.at.as_ref().map(|at| at.join("mock"));
        let behaviour = behaviour(self.settings, self.contract, Path::new(file), at.as_ref())?;
        let mock = Mock::new(self.contract.clone(), behaviour, self.start.at, self.start.seed);
        let running = in_process::start(mock).map_err(|error| {
            vec![Problem::new(format!("the mock cannot listen on the loopback interface: {error}"))]
        })?;
        Ok(Some(running))
    }

    /// The target's own URL, else the document's first server that is absolute.
    fn url(&self, chosen: &Chosen) -> Result<String, Problem> {
        if let Some(url) = &chosen.target.url {
            return Ok(url.clone());
        }
        let absolute = |url: &&String| url.starts_with("http://") || url.starts_with("https://");
        self.contract.servers.iter().find(absolute).cloned().ok_or_else(|| {
            let message =
                format!("target `{}` has neither `mock` nor `url`, and the document names no server", chosen.name);
            chosen.placed(self.settings, &[], Problem::new(message))
        })
    }

    fn rate(&self, chosen: &Chosen) -> Result<Option<f64>, Problem> {
        let configured = || {
            let text = chosen.target.rate.as_deref()?;
            Some(
                quantity::parse_rate(text)
                    .map_err(|message| chosen.placed(self.settings, &["rate"], Problem::new(message))),
            )
        };
        self.pace.rate.map(Ok).or_else(configured).transpose()
    }

    fn network(&self, chosen: &Chosen, url: &str) -> Result<network::Settings, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut read = |path: &[&str], result: Result<Option<Duration>, String>, default: u64| {
            result
                .unwrap_or_else(|message| {
                    problems.push(chosen.placed(self.settings, path, Problem::new(message)));
                    None
                })
                .unwrap_or(Duration::from_secs(default))
        };
        let timeout = &chosen.target.timeout;
        let connect_timeout = read(&["timeout", "connect"], or(self.pace.connect_timeout, &timeout.connect), 3);
        let first_byte_timeout =
            read(&["timeout", "first_byte"], or(self.pace.first_byte_timeout, &timeout.first_byte), 10);
        let total_timeout = read(&["timeout", "total"], or(self.pace.timeout, &timeout.total), 30);
        let mut take = |result: Result<Option<Vec<u8>>, Problem>| {
            result.unwrap_or_else(|problem| {
                problems.push(problem);
                None
            })
        };
        let target = &chosen.target;
        let ca_pem = take(self.pem(chosen, "ca_file", self.flags.ca_file.as_deref(), target.ca_file.as_deref()));
        let identity_pem =
            take(self.pem(chosen, "client_cert", self.flags.client_cert.as_deref(), target.client_cert.as_deref()));
        let fixed = base_url(url).map_err(|message| chosen.placed(self.settings, &["url"], Problem::new(message)));
        let proxy = target.proxy.as_deref().map(proxy_url).transpose();
        let proxy = proxy.map_err(|message| chosen.placed(self.settings, &["proxy"], Problem::new(message)));
        let max_body = self.max_body(chosen);
        match (fixed, proxy, max_body) {
            (Ok(url), Ok(proxy), Ok(max_body)) if problems.is_empty() => Ok(network::Settings {
                url,
                headers: headers(chosen),
                connect_timeout,
                first_byte_timeout,
                total_timeout,
                max_body,
                ca_pem,
                identity_pem,
                proxy,
                connections: jobs(self.pace),
            }),
            (url, proxy, max_body) => {
                problems.extend([url.err(), proxy.err(), max_body.err()].into_iter().flatten());
                Err(problems)
            }
        }
    }

    fn max_body(&self, chosen: &Chosen) -> Result<u64, Problem> {
        let configured = || chosen.target.max_body.as_deref().map(quantity::parse_size);
        let size = self.pace.max_body.map(Ok).or_else(configured).unwrap_or(Ok(10_000_000));
        size.map_err(|message| chosen.placed(self.settings, &["max_body"], Problem::new(message)))
    }

    /// The bytes of the flag's file, else of the configured one.
    fn pem(
        &self,
        chosen: &Chosen,
        key: &str,
        flag: Option<&Path>,
        configured: Option<&str>,
    ) -> Result<Option<Vec<u8>>, Problem> {
        let typed = flag.map(|path| self.settings.directory.join(path));
        let Some(path) = typed.or_else(|| configured.map(|path| self.settings.absolute(path))) else { return Ok(None) };
        let unread = |error| {
            chosen.placed(self.settings, &[key], Problem::new(format!("cannot read {}: {error}", path.display())))
        };
        std::fs::read(&path).map(Some).map_err(unread)
    }
}

/// How many stories run at a time.
pub fn jobs(pace: &args::Pace) -> usize {
    usize::from(pace.jobs.unwrap_or(16))
}

/// The behaviour of `file`, seen from the root; without rules where it is empty. `at` is the key that names it.
pub fn behaviour(
    settings: &Settings,
    contract: &Contract,
    file: &Path,
    at: Option<&Pointer>,
) -> Result<MockRules, Vec<Problem>> {
    if file.as_os_str().is_empty() {
        return Ok(MockRules::empty());
    }
    let placed = |problem: Problem| match (&problem.at, at) {
        (None, Some(at)) => settings.file.placed(at, problem),
        _ => problem,
    };
    MockRules::load(&settings.file.root, file, contract)
        .map_err(|problems| problems.into_iter().map(placed).collect::<Vec<_>>())
}

fn or(flag: Option<Duration>, configured: &Option<String>) -> Result<Option<Duration>, String> {
    match flag {
        Some(flag) => Ok(Some(flag)),
        None => configured.as_deref().map(quantity::parse_duration).transpose(),
    }
}

fn headers(chosen: &Chosen) -> Headers {
    let mut headers: Headers =
        chosen.target.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    if headers.get("user-agent").is_none() {
        headers.append("user-agent", concat!("signoff/", env!("CARGO_PKG_VERSION")));
    }
    headers
}

/// A URL that requests can be appended to.
pub fn base_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("a base URL is expected, not {text:?}: {error}"))?;
    match url.scheme() {
        "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
            Err("a base URL without credentials is expected; they belong in `auth`".to_owned())
        }
        "http" | "https" if url.query().is_some() || url.fragment().is_some() => {
            Err(format!("a base URL without query and fragment is expected, not {text:?}"))
        }
        "http" | "https" => Ok(url),
        _ => Err(format!("an http:// or https:// URL is expected, not {text:?}")),
    }
}

/// The URL of a proxy that the client takes notice of.
pub fn proxy_url(text: &str) -> Result<Url, String> {
    // It may hold credentials, so that it is not shown.
    let url = Url::parse(text).map_err(|error| format!("the URL of a proxy is expected: {error}"))?;
    match url.scheme() {
        // Of another scheme the client would take no notice, and send everything past the proxy.
        "http" | "https" => Ok(url),
        other => Err(format!("the URL of an http:// or https:// proxy is expected, not of {other}://")),
    }
}
