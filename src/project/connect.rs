//! Connects to a resolved target: starts the embedded mock, or prepares the network client. Sends nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use url::{Position, Url};

use crate::contract::Contract;
use crate::expression::Scope;
use crate::input_file;
use crate::mock::{Mock, MockRules, in_process};
use crate::problem::{Problem, reason};
use crate::quantity;
use crate::run::{self, Start};
use crate::sign::{RequestVerifier, ResponseVerifier, Signer};
use crate::token::{Discovery, EndpointLocation, TokenEndpoint, TokenSettings, Tokens};
use crate::transport::InvalidSetting;
use crate::transport::client_identity::ClientIdentities;
use crate::transport::network::{self, Network};

use super::config_file::FILE_NAME;
use super::credentials::TargetCredentials;
use super::format::Target;
use super::methods;
use super::mock_rules;
use super::mock_tokens;
use super::negative_credentials;
use super::settings::Settings;
use super::target::{self, ChosenTarget};
use super::urls::{self, EMBEDDED_URL, base_url, proxy_url};

/// A target that requests can be sent to.
pub(crate) struct Connection {
    /// What cases and reports use of it.
    pub target: run::Target,
    /// The client.
    pub network: Network,
    /// The mock if the target is one; stops when dropped.
    pub mock: Option<in_process::Running>,
}

/// An embedded mock that is called without a socket.
pub(crate) struct Embedded {
    /// What cases and reports use of it.
    pub target: run::Target,
    /// Settings of the client.
    pub settings: network::Settings,
    /// Wrong credentials, which the mock has to refuse.
    pub refused: Vec<String>,
    /// What verifies signatures.
    pub verifier: Option<RequestVerifier>,
}

/// Maximum size of the response of a token endpoint in bytes.
const MAX_TOKEN_RESPONSE: u64 = 64 * 1024;

/// Connects to targets with the settings of one call.
pub(crate) struct Connector<'a> {
    /// Paths and overrides.
    pub settings: &'a Settings,
    /// The contract, for the mock and for `servers`.
    pub contract: &'a Arc<Contract>,
    /// Clock and seed of the mock.
    pub start: Start,
}

impl Connector<'_> {
    /// Starts the mock if the target is one, and prepares the client.
    pub(crate) fn connect(
        &self,
        chosen: &ChosenTarget,
        credentials: TargetCredentials,
    ) -> Result<Connection, Vec<Problem>> {
        let identities = credentials.identities.clone();
        let unknown = methods::unknown(self.settings, chosen, self.contract);
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let mock = self.start_mock(chosen, &credentials)?;
        let url = match &mock {
            Some(mock) => mock.url().to_owned(),
            None => self.url(chosen).map_err(|problem| vec![problem])?,
        };
        let network = self.network(chosen, &url, identities)?;
        let start_command = mock.as_ref().map(|mock| self.start_command(chosen, mock.url()));
        let target = self.target(chosen, &url, start_command, credentials)?;
        Ok(Connection { target, network, mock })
    }

    /// The target as cases see it, the client settings and the mock rules of an embedded mock, for a mock without a socket.
    pub(crate) fn embedded(
        &self,
        chosen: &ChosenTarget,
        credentials: TargetCredentials,
    ) -> Result<Embedded, Vec<Problem>> {
        let unknown = methods::unknown(self.settings, chosen, self.contract);
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let settings = self.client_settings(chosen, EMBEDDED_URL)?;
        let rules = self.mock_rules(chosen)?.map(|rules| rules.tokens).unwrap_or_default();
        let values = mock_tokens::issued(credentials.values, &credentials.tokens, self.contract, rules)?;
        let refused = negative_credentials::refused(&values, self.contract);
        let credentials = TargetCredentials { values, ..TargetCredentials::default() };
        let target = self.target(chosen, EMBEDDED_URL, None, credentials)?;
        let verifier = self.verifier(chosen)?;
        Ok(Embedded { settings, refused, verifier, target: run::Target { rate: None, ..target } })
    }

    /// The rules of the embedded mock; none without one.
    pub(crate) fn mock_rules(&self, chosen: &ChosenTarget) -> Result<Option<MockRules>, Vec<Problem>> {
        let Some(file) = &chosen.target.mock else { return Ok(None) };
        let key = chosen.at.as_ref().map(|at| at.join("mock"));
        mock_rules::load(self.settings, self.contract, Path::new(file), key.as_ref()).map(Some)
    }

    /// The target as cases see it.
    fn target(
        &self,
        chosen: &ChosenTarget,
        url: &str,
        start_command: Option<String>,
        credentials: TargetCredentials,
    ) -> Result<run::Target, Vec<Problem>> {
        let Target { vars, allow, .. } = &chosen.target;
        let TargetCredentials { values, tokens, identities, .. } = credentials;
        Ok(run::Target {
            name: chosen.name.clone(),
            url: url.trim_end_matches('/').to_owned(),
            start_command,
            vars: vars.clone(),
            credentials: values,
            tokens: Arc::new(self.tokens(chosen, url, (tokens, &identities))?),
            signer: self.signer(chosen, url)?,
            response_verifier: self.response_verifier(chosen, url)?,
            headers: chosen.headers(),
            allow: allow.iter().map(|method| method.to_ascii_uppercase()).collect(),
            rate: self.rate(chosen).map_err(|problem| vec![problem])?,
        })
    }

    /// Verifies what [`connect`](Self::connect) reads, without starting a mock.
    pub(super) fn verify(&self, chosen: &ChosenTarget, tokens: &[TokenSettings]) -> Result<(), Vec<Problem>> {
        let mut problems = methods::unknown(self.settings, chosen, self.contract);
        problems.extend(self.rate(chosen).err());
        if !chosen.is_mock() {
            let url = self.url(chosen).map_err(|problem| vec![problem]);
            let none = ClientIdentities::default();
            let network = url.and_then(|url| self.network(chosen, &url, none.clone()).map(drop));
            problems.extend(network.err().into_iter().flatten());
            if problems.is_empty() {
                let tokens = (tokens.to_vec(), &none);
                problems.extend(self.tokens(chosen, EMBEDDED_URL, tokens).err().into_iter().flatten());
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// The access tokens, each with a client for its endpoint: with the certificates, proxy and timeouts of the target. Those of a mock
    /// are issued by the mock itself, at `url`.
    fn tokens(
        &self,
        chosen: &ChosenTarget,
        url: &str,
        (tokens, identities): (Vec<TokenSettings>, &ClientIdentities),
    ) -> Result<Tokens, Vec<Problem>> {
        let of_mock = base_url(url).ok().filter(|_| chosen.is_mock());
        let mut discoveries = BTreeMap::new();
        let endpoint = |mut settings: TokenSettings| {
            if let Some(url) = of_mock.as_ref().and_then(|url| url.join(&settings.url[Position::BeforePath..]).ok()) {
                settings.url = url;
            }
            let origin = settings.url.origin().ascii_serialization();
            let client = self.client_settings(chosen, &origin)?;
            let identities = ClientIdentities { own: identities.own.clone(), ..ClientIdentities::default() };
            let client = network::Settings { identities, max_body: MAX_TOKEN_RESPONSE, connections: 1, ..client };
            let network = self.client(chosen, client)?;
            let location = match settings.is_discovered && of_mock.is_none() {
                false => EndpointLocation::Known(Box::new(network)),
                true => {
                    let discovery = || Arc::new(Discovery::new(settings.url.clone(), network));
                    EndpointLocation::Discovered(
                        discoveries.entry(settings.url.clone()).or_insert_with(discovery).clone(),
                    )
                }
            };
            Ok(TokenEndpoint { settings, location })
        };
        tokens.into_iter().map(endpoint).collect::<Result<_, _>>().map(Tokens::new)
    }

    /// What signs the requests to the server at `url`.
    pub(super) fn signer(&self, chosen: &ChosenTarget, url: &str) -> Result<Option<Signer>, Vec<Problem>> {
        let Some(signature) = chosen.signature.clone() else { return Ok(None) };
        let nonces = Scope::new(self.start.at, self.start.seed, "signature");
        Ok(Some(Signer::new(signature, &self.base(chosen, url)?, nonces)))
    }

    /// What verifies the responses of the server at `url`.
    fn response_verifier(&self, chosen: &ChosenTarget, url: &str) -> Result<Option<ResponseVerifier>, Vec<Problem>> {
        let Some(verification) = chosen.verification.clone() else { return Ok(None) };
        Ok(Some(ResponseVerifier::new(verification, &self.base(chosen, url)?)))
    }

    fn base(&self, chosen: &ChosenTarget, url: &str) -> Result<Url, Vec<Problem>> {
        base_url(url).map_err(|message| vec![chosen.placed(self.settings, &["url"], Problem::new(message))])
    }

    /// What verifies the requests to the embedded mock.
    fn verifier(&self, chosen: &ChosenTarget) -> Result<Option<RequestVerifier>, Vec<Problem>> {
        let verifier = chosen.signature.clone().map(RequestVerifier::new).transpose();
        verifier.map_err(|message| vec![chosen.placed(self.settings, &["sign"], Problem::new(message))])
    }

    fn network(&self, chosen: &ChosenTarget, url: &str, identities: ClientIdentities) -> Result<Network, Vec<Problem>> {
        self.client(chosen, network::Settings { identities, ..self.client_settings(chosen, url)? })
    }

    fn client(&self, chosen: &ChosenTarget, settings: network::Settings) -> Result<Network, Vec<Problem>> {
        let network = Network::new(settings);
        network.map_err(|InvalidSetting { key, message }| {
            let given = &self.settings.overrides.target;
            let is_given = match key {
                Some("ca_file") => given.ca_file.is_some(),
                _ => given.proxy.is_some(),
            };
            let problem = Problem::new(message);
            vec![if is_given { problem } else { chosen.placed(self.settings, key.as_slice(), problem) }]
        })
    }

    /// `signoff mock --port 36267 --rules specs/imprint.mock.yaml`, with what differs from the defaults of that command. Files are
    /// relative to the project.
    fn start_command(&self, chosen: &ChosenTarget, url: &str) -> String {
        let port = url.rsplit(':').next().unwrap_or_default().trim_end_matches('/');
        let mut words = vec!["signoff".to_owned(), "mock".to_owned(), "--port".to_owned(), port.to_owned()];
        let Settings { file: configuration, overrides, .. } = self.settings;
        let config = configuration.document.iter().map(|document| document.name().to_string());
        let config = config.filter(|name| name != FILE_NAME).map(|name| ("--config", name));
        let file = |path: &PathBuf| self.settings.relative_to_root(path).display().to_string();
        let spec = overrides.spec.iter().map(|spec| ("--spec", file(spec)));
        let overlays = overrides.overlays.iter().map(|overlay| ("--overlay", file(overlay)));
        let rules = chosen.target.mock.iter().filter(|file| !file.is_empty() && chosen.name != target::MOCK);
        let rules = rules.map(|file| ("--rules", file.clone()));
        let seed = Some(self.start.seed).filter(|seed| *seed != 1).map(|seed| ("--seed", seed.to_string()));
        for (option, value) in config.chain(spec).chain(overlays).chain(rules).chain(seed) {
            words.extend([option.to_owned(), shlex::try_quote(&value).map(Cow::into_owned).unwrap_or(value)]);
        }
        words.join(" ")
    }

    fn start_mock(
        &self,
        chosen: &ChosenTarget,
        credentials: &TargetCredentials,
    ) -> Result<Option<in_process::Running>, Vec<Problem>> {
        let Some(rules) = self.mock_rules(chosen)? else { return Ok(None) };
        let refused = negative_credentials::refused(&credentials.values, self.contract);
        let mock = Mock::new(self.contract.clone(), rules, self.start.at, self.start.seed).with_refused(refused);
        let mock = mock.with_verifier(self.verifier(chosen)?);
        let running = in_process::start(mock).map_err(|error| {
            vec![Problem::new(format!("the mock cannot listen on the loopback interface: {}", reason(&error)))]
        })?;
        Ok(Some(running))
    }

    fn url(&self, chosen: &ChosenTarget) -> Result<String, Problem> {
        urls::of_target(&chosen.target, self.contract).map(str::to_owned).ok_or_else(|| {
            let message =
                format!("target `{}` has neither `mock` nor `url`, and the document declares no server", chosen.name);
            chosen.placed(self.settings, &[], Problem::new(message))
        })
    }

    fn rate(&self, chosen: &ChosenTarget) -> Result<Option<f64>, Problem> {
        if let Some(rate) = self.settings.overrides.execution.rate {
            return Ok(Some(rate));
        }
        let configured = chosen.target.rate.as_deref().map(quantity::parse_rate).transpose();
        configured.map_err(|message| chosen.placed(self.settings, &["rate"], Problem::new(message)))
    }

    fn client_settings(&self, chosen: &ChosenTarget, url: &str) -> Result<network::Settings, Vec<Problem>> {
        let (given, target) = (&self.settings.overrides, &chosen.target);
        let mut reader = Reader { settings: self.settings, chosen, problems: Vec::new() };
        let (execution, timeout) = (&given.execution, &target.timeout);
        let settings = network::Settings {
            connect_timeout: reader.timeout("connect", execution.connect_timeout, timeout.connect.as_deref(), 3),
            first_byte_timeout: reader.timeout(
                "first_byte",
                execution.first_byte_timeout,
                timeout.first_byte.as_deref(),
                10,
            ),
            total_timeout: reader.timeout("total", execution.total_timeout, timeout.total.as_deref(), 30),
            max_body: reader.max_body(execution.max_body),
            ca_pem: reader.pem("ca_file", given.target.ca_file.as_deref(), target.ca_file.as_deref()),
            identities: ClientIdentities::default(),
            proxy: target.proxy.as_deref().and_then(|proxy| reader.valid(&["proxy"], proxy_url(proxy))),
            url: match reader.valid(&["url"], base_url(url)) {
                Some(url) => url,
                None => return Err(reader.problems),
            },
            connections: self.settings.jobs(),
        };
        if reader.problems.is_empty() { Ok(settings) } else { Err(reader.problems) }
    }
}

/// Reads values of a target and collects the problems.
struct Reader<'a> {
    settings: &'a Settings,
    chosen: &'a ChosenTarget,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn valid<T>(&mut self, path: &[&str], result: Result<T, String>) -> Option<T> {
        let placed = |message| self.chosen.placed(self.settings, path, Problem::new(message));
        result.map_err(|message| self.problems.push(placed(message))).ok()
    }

    /// The override, else the configured duration, else `default` in seconds.
    fn timeout(&mut self, key: &str, given: Option<Duration>, configured: Option<&str>, default: u64) -> Duration {
        let configured = configured.filter(|_| given.is_none()).map(quantity::parse_time_limit);
        let configured = configured.and_then(|duration| self.valid(&["timeout", key], duration));
        given.or(configured).unwrap_or(Duration::from_secs(default))
    }

    fn max_body(&mut self, given: Option<u64>) -> u64 {
        let configured = self.chosen.target.max_body.as_deref().filter(|_| given.is_none()).map(quantity::parse_limit);
        let configured = configured.and_then(|size| self.valid(&["max_body"], size));
        given.or(configured).unwrap_or(10_000_000)
    }

    /// The bytes of the override's file, else of the configured one.
    fn pem(&mut self, key: &str, given: Option<&Path>, configured: Option<&str>) -> Option<Vec<u8>> {
        let (name, path) = match given {
            Some(given) => (given, self.settings.directory.join(given)),
            None => configured.map(|path| (Path::new(path), self.settings.absolute(path)))?,
        };
        let read =
            input_file::read(&path).map_err(|error| format!("cannot read {}: {}", name.display(), reason(&error)));
        match (read, given) {
            (Err(message), Some(_)) => {
                self.problems.push(Problem::new(format!("--{}: {message}", key.replace('_', "-"))));
                None
            }
            (read, _) => self.valid(&[key], read),
        }
    }
}
