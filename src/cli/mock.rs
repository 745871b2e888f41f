//! `signoff mock`: serves the contract as a mock server and logs every request with its verdict.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::contract::{Contract, SecurityScheme};
use crate::expression::Scope;
use crate::generate::request;
use crate::http::Request;
use crate::input_file;
use crate::mock::MockOptions;
use crate::mock::faults::Fault;
use crate::mock::oauth::token_paths;
use crate::mock::server::admin::Admin;
use crate::mock::server::tls::{Certificate, ClientCertificates};
use crate::mock::server::{Server, listen, serve};
use crate::output_file;
use crate::pointer::Pointer;
use crate::problem::{Problem, reason};
use crate::record::{self, Rules, Secret, curl};
use crate::run::{Start, Stop, StopPhase};

use crate::cli::args::{Global, Mock};
use crate::cli::clock;
use crate::cli::exit::Exit;
use crate::cli::output::log_writer::{LogWriter, Stream};
use crate::cli::output::server_log::{Event, logger, unavailable, write};
use crate::cli::session::{Failure, Session};
use crate::cli::watch::Watched;
use crate::project::mock_rules;
use crate::project::mock_signature;
use crate::project::secrets::Vault;
use crate::project::settings::Settings;
use crate::project::start::start;
use crate::quantity::count;

/// What a mock without rules does: a client that reads what it created before gets something else.
const NO_RULES: &str =
    "responses are examples of the document, or generated; add rules with --rules FILE to remember requests";

/// Serves until interrupted.
pub(super) fn run(args: &Mock, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let start = start(clock::now(), args.seed, true);
    let source = Source { args: args.clone(), global: session.global.clone(), env: session.env.clone(), start };
    let loaded = source.load()?;
    let address = SocketAddr::new(args.host.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)), args.port.unwrap_or(4010));
    session.secrets.extend(loaded.secrets);
    session.print_problems(&loaded.notices)?;
    let has_rules = loaded.mock.has_rules();
    let mut server = Server::new(loaded.mock);
    let (admin, secrets) = admin(args, address, session)?;
    server.admin = admin;
    session.secrets.extend(secrets);
    server.certificate = certificate(args, address, &loaded.settings, &server.contract())?;
    let server = Arc::new(server);
    let stop = Stop::default();
    let _watch = session.watch(&stop)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let counts = runtime.block_on(async {
        let listener = listen(address).map_err(|error| unavailable(address, &error))?;
        let mut log = LogWriter::start(Stream::Out, session)?;
        log.put(start_text(&server, listener.local_addr()?, (has_rules, session.global.quiet)), session)?;
        let (sender, receiver) = unbounded_channel();
        let watched = Watched::new(loaded.files);
        let reloading = source.reload(watched, &server, sender.clone());
        let redactor = session.redactor(Rules { names: loaded.settings.redact() });
        let logger = logger(&server, redactor, session.global.quiet, sender);
        let stopped = async {
            tokio::select! {
                () = stop.reached(StopPhase::Draining) => {}
                () = reloading => {}
            }
        };
        let (counts, ()) =
            tokio::join!(write(receiver, log, session), serve(listener, server.clone(), logger, stopped));
        Ok::<_, Failure>(counts?)
    })?;
    if args.strict {
        let not_checked = match counts.not_checked {
            0 => String::new(),
            number => format!(", {number} not fully checked"),
        };
        let verdict =
            format!("{} of {} invalid{not_checked}", counts.invalid, count(counts.requests as u64, "request"));
        writeln!(session.err, "{verdict}")?;
    }
    Ok(if args.strict && !counts.are_requests_valid() { Exit::Failed } else { Exit::Passed })
}

/// Inputs of the mock; loaded again on file changes with --watch.
struct Source {
    args: Mock,
    global: Global,
    env: BTreeMap<String, String>,
    start: Start,
}

/// A mock, and the files that it was loaded from.
struct Loaded {
    settings: Settings,
    /// What errors of the document mean.
    notices: Vec<Problem>,
    mock: crate::mock::Mock,
    files: Vec<PathBuf>,
    /// Keys of signatures.
    secrets: Vec<Secret>,
}

impl Source {
    fn load(&self) -> Result<Loaded, Vec<Problem>> {
        let args = &self.args;
        let settings = Settings::load(args.overrides(&self.global))?;
        let contract = Arc::new(settings.contract()?);
        let notices = contract.notices();
        let faults = faults(&args.fault, &contract)?;
        let (file, at) = rules_file(args, &settings);
        let rules = mock_rules::load(&settings, &contract, &file, at.as_ref())?;
        let documents = contract.documents.iter().chain(&settings.file.document);
        let documents = documents.map(|document| PathBuf::from(&**document.name()));
        let read = documents.chain(settings.options.overlays.clone()).chain(rules.files().to_vec());
        let files = read.map(|file| settings.absolute(file)).collect();
        let mock = crate::mock::Mock::new(contract, rules, self.start.at, self.start.seed).with_options(MockOptions {
            cors: args.cors,
            dynamic: args.dynamic,
            tls: args.tls,
        });
        let mut vault =
            Vault::new(&self.env, &settings.file.root, Scope::new(self.start.at, self.start.seed, "configuration"));
        let mock = mock.with_faults(faults).with_verifier(mock_signature::verifier(&settings, &mut vault)?);
        let secrets = vault.into_secrets();
        Ok(Loaded { settings, notices, mock, files, secrets })
    }

    /// Reloads the mock when its files change; invalid files keep the previous version active. Never ends.
    async fn reload(self, mut watched: Watched, server: &Server, events: UnboundedSender<Event>) {
        if !self.args.watch {
            std::future::pending::<()>().await;
        }
        let source = Arc::new(self);
        loop {
            watched.changed().await;
            let again = source.clone();
            // On another thread, so that the server keeps responding.
            let loaded = tokio::task::spawn_blocking(move || again.load()).await;
            let loaded = loaded.unwrap_or_else(|_| Err(vec![Problem::new("the document could not be read")]));
            let event = loaded.map(|loaded| {
                watched = Watched::new(loaded.files);
                server.replace(loaded.mock);
            });
            let _ = events.send(Event::Reloaded(event));
        }
    }
}

fn faults(written: &[String], contract: &Contract) -> Result<Vec<Fault>, Vec<Problem>> {
    let read = written.iter().map(|text| {
        let fault = Fault::parse(text).map_err(|message| Problem::new(format!("--fault {text}: {message}")))?;
        match fault.operation().filter(|name| contract.operation(name).is_none()) {
            Some(name) => Err(Problem::new(format!("--fault {text}: the contract has no operation `{name}`"))),
            None => Ok(fault),
        }
    });
    let (valid, invalid): (Vec<_>, Vec<_>) = read.partition(Result::is_ok);
    let invalid: Vec<_> = invalid.into_iter().filter_map(Result::err).collect();
    if invalid.is_empty() { Ok(valid.into_iter().flatten().collect()) } else { Err(invalid) }
}

/// The given file; else that of the target `mock`, with its key, if the document is the configured one.
fn rules_file(args: &Mock, settings: &Settings) -> (PathBuf, Option<Pointer>) {
    let target = || settings.file.config.targets.get("mock").filter(|_| settings.is_configured());
    let configured = || target().and_then(|target| target.mock.clone());
    let key = || Pointer::root().join("targets").join("mock").join("mock");
    match &args.rules {
        Some(file) => (settings.relative_to_root(file), None),
        None => (configured().map(PathBuf::from).unwrap_or_default(), Some(key())),
    }
}

/// The admin API, if requested, and its token as a secret. A token is required when listening on a non-loopback address.
fn admin(args: &Mock, address: SocketAddr, session: &Session<'_>) -> Result<(Option<Admin>, Vec<Secret>), Problem> {
    let root = session.directory();
    let mut vault = Vault::new(session.env, &root, Scope::new(0, 0, "arguments"));
    let token = args.admin_token.as_deref().map(|source| {
        let name = source.strip_prefix("env:").ok_or_else(|| {
            Problem::new("--admin-token takes env:NAME, not a value")
                .help("a token on the command line is visible to other users of this machine")
        })?;
        vault.credential(name)
    });
    let token = token.transpose()?;
    match token {
        None if !args.admin => Ok((None, Vec::new())),
        None if !address.ip().is_loopback() => {
            let problem =
                Problem::new(format!("--admin on {} would let any client read and change the state", address.ip()));
            Err(problem.help("require a token with --admin-token env:NAME"))
        }
        token => Ok((Some(Admin::new(token)), vault.into_secrets())),
    }
}

fn certificate(
    args: &Mock,
    address: SocketAddr,
    settings: &Settings,
    contract: &Contract,
) -> Result<Option<Certificate>, Failure> {
    if !args.tls {
        return Ok(None);
    }
    let hosts = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into_iter().chain([address.ip().to_string()]);
    let clients = args.client_ca.as_ref().map(|file| {
        let unreadable = |error| Problem::new(format!("cannot read {}: {}", file.display(), reason(&error)));
        let authorities = input_file::read(&settings.directory.join(file)).map_err(unreadable)?;
        let are_optional = contract.security_schemes.values().any(|scheme| *scheme == SecurityScheme::MutualTls);
        Ok::<_, Problem>(ClientCertificates { authorities, are_optional })
    });
    let certificate = Certificate::generate(hosts.collect(), clients.transpose()?).map_err(Problem::new)?;
    if let Some(file) = &args.save_certificate {
        let file = settings.directory.join(file);
        output_file::write(&file, certificate.pem())
            .map_err(|error| Problem::new(format!("cannot write {}: {}", file.display(), reason(&error))))?;
    }
    Ok(Some(certificate))
}

/// The address, the operations, and a request to try; with `quiet`, the address alone.
fn start_text(server: &Server, address: SocketAddr, (has_rules, quiet): (bool, bool)) -> String {
    let contract = server.contract();
    let (scheme, options) = if server.certificate.is_some() { ("https", " -k") } else { ("http", "") };
    let mut text = format!("{} {} at {scheme}://{address}\n", contract.title, contract.version);
    if quiet {
        return text;
    }
    text.push('\n');
    for operation in &contract.operations {
        text += &format!("  {:7} {}  {}\n", operation.method, operation.path, operation.name);
    }
    for path in token_paths(&contract) {
        text += &format!("  {:7} {path}  access tokens\n", "POST");
    }
    if !has_rules {
        text += &format!("\n{NO_RULES}\n");
    }
    if let Some(operation) = contract.operations.first() {
        let curl = curl_line(request::first(&contract, operation).request(), &format!("{scheme}://{address}"));
        text += &format!("\ntry: {}\n\n", curl.replacen("curl", &format!("curl{options}"), 1));
    }
    text
}

/// The request as a curl command.
fn curl_line(request: Request, base: &str) -> String {
    let headers = request.headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let body = request.body.map(|body| record::Body {
        size: body.len() as u64,
        text: Some(String::from_utf8_lossy(&body).into_owned()),
        ..record::Body::default()
    });
    let request = record::Request { method: request.method, url: format!("{base}{}", request.url), headers, body };
    curl::line(&request, &curl::Variables::default())
}
