//! Throughput of the mock, compared with two hyper servers, and with Prism if it is on the PATH.
//!
//! Both hyper servers send the same response, byte for byte. The plain one sends it unchanged. The validating one parses each
//! request with serde_json, validates it and a copy of the response with jsonschema, and serialises the response. Every server is a
//! separate process with its own connection pool of the same load generator; they run alternately, and the ratios count.
//! `cargo bench --bench mock` prints a table; nothing is asserted.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

#[expect(dead_code, reason = "other benches need its other documents")]
mod made;
#[expect(dead_code, reason = "other benches measure processes that end")]
mod process;

use std::convert::Infallible;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::try_join_all;
use http_body_util::{BodyExt as _, Full};
use hyper::service::service_fn;
use hyper::{Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::LocalSet;

use process::{Outcome, high_water_mark, median};

const SPEC: &str = include_str!("../specs/imprint.yaml");
const ROUNDS: usize = 5;
const REQUESTS: usize = 40_000;
const CONNECTIONS: usize = 64;
const STARTS: usize = 20;
/// Prism gets fewer requests: it is ten times slower.
const REQUESTS_OF_PRISM: usize = 5_000;
const PORT_OF_PRISM: u16 = 4210;

/// One kind of request, and how the mock is started for it.
struct Load {
    title: &'static str,
    path: &'static str,
    template: &'static str,
    body: &'static str,
    /// With its rules and state; otherwise from the document only.
    behaves: bool,
}

const LOADS: [Load; 3] = [
    Load {
        title: "update a customer: rules and state",
        path: "/v2/customers/CSMR-v1-123",
        template: "/v2/customers/{customer_id}",
        body: r#"{"first_name":"Ada","city":"Paris"}"#,
        behaves: true,
    },
    Load {
        title: "link a customer: the document's example",
        path: "/v2/customers/CSMR-v1-123/link",
        template: "/v2/customers/{customer_id}/link",
        body: r#"{"partner_customer_id":"PARTNER_1"}"#,
        behaves: false,
    },
    Load {
        title: "link a customer, wrongly: refused",
        path: "/v2/customers/CSMR-v1-123/link",
        template: "/v2/customers/{customer_id}/link",
        body: r#"{"partner_customer_id":1}"#,
        behaves: false,
    },
];

fn main() -> Outcome<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--bare", answer] => return limit(answer, |answer, _| answer.clone()),
        ["--judging", answer, template, status] => return judging(answer, template, status),
        _ => {}
    }
    println!("{:<42} {:>10} {:>16} {:>16} {:>10}", "", "signoff", "bare", "judging", "peak");
    LOADS.iter().try_for_each(compare)?;
    starts("specs/imprint.yaml", &Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/imprint.yaml"), &LOADS[1])?;
    let folder = tempfile::tempdir()?;
    let large = made::large(folder.path())?;
    starts(&large.title, &large.file, &Load { path: "/things-1/one", body: "{}", ..LOADS[1] })?;
    match prism() {
        Ok(rate) => println!("prism, {}: {rate:.0}/s", LOADS[1].title),
        Err(why) => println!("prism: absent ({why})"),
    }
    Ok(())
}

fn compare(load: &Load) -> Outcome<()> {
    let (status, answer) = answer(&Server::start(mock(load))?.address, load)?;
    let limit = |arguments: &[&str]| -> Outcome<f64> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(arguments);
        rate(&Server::start(command)?.address, load, REQUESTS)
    };
    let (mut ours, mut bare, mut judging, mut peak) = (Vec::new(), Vec::new(), Vec::new(), 0.0_f64);
    for round in 0..=ROUNDS {
        let mock = Server::start(mock(load))?;
        let own = rate(&mock.address, load, REQUESTS)?;
        peak = peak.max(mock.peak_mb());
        drop(mock);
        let limits = [limit(&["--bare", &answer])?, limit(&["--judging", &answer, load.template, &status])?];
        // The first round warms caches and is not counted.
        if round > 0 {
            ours.push(own);
            bare.push((limits[0], own / limits[0]));
            judging.push((limits[1], own / limits[1]));
        }
    }
    let told = |limits: Vec<(f64, f64)>| {
        let (rates, ratios): (Vec<_>, Vec<_>) = limits.into_iter().unzip();
        format!("{:>8.0}/s {:>4.0}%", median(rates), 1e2 * median(ratios))
    };
    let (bare, judging) = (told(bare), told(judging));
    println!("{:<42} {:>8.0}/s {bare} {judging} {peak:>7.1} MB", load.title, median(ours));
    Ok(())
}

/// A server process; killed when dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts it, and waits for the line with its address.
    fn start(mut command: Command) -> Outcome<Self> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut output = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let address = line.trim_end().rsplit_once("http://").ok_or("no address")?.1.to_owned();
        // What it says further is read, so that it never waits for a reader.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        Ok(Self { child, address })
    }

    fn peak_mb(&self) -> f64 {
        high_water_mark(&format!("/proc/{}/status", self.child.id())).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended by itself needs no ending.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The mock of the measured contract, optionally with the rules of this repository.
fn mock(load: &Load) -> Command {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = alone(&repository.join("specs/imprint.yaml"));
    if load.behaves {
        command.current_dir(repository);
    }
    command
}

/// The mock of a document, in a directory without a configuration.
fn alone(document: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signoff"));
    command.current_dir(std::env::temp_dir()).args(["mock", "--quiet", "--port", "0", "--spec"]).arg(document);
    command
}

/// The status and the body of the mock's response.
fn answer(address: &str, load: &Load) -> Outcome<(String, String)> {
    let answer = ask(address, load)?;
    let (head, content) = answer.split_once("\r\n\r\n").ok_or("no content")?;
    Ok((head.split(' ').nth(1).unwrap_or_default().to_owned(), content.to_owned()))
}

/// Requests per second over all connections.
fn rate(address: &str, load: &Load, requests: usize) -> Outcome<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let left = AtomicUsize::new(requests);
        let start = Instant::now();
        try_join_all((0..CONNECTIONS).map(|_| keep_asking(address, load, &left))).await?;
        #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
        Ok(requests as f64 / start.elapsed().as_secs_f64())
    })
}

async fn keep_asking(address: &str, load: &Load, left: &AtomicUsize) -> Outcome<()> {
    let stream = tokio::net::TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let driver = tokio::spawn(connection);
    while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
        sender.ready().await?;
        let answer = sender.send_request(request(address, load)?).await?;
        if answer.status().is_server_error() {
            return Err(format!("{} for {}", answer.status(), load.title).into());
        }
        answer.into_body().collect().await?;
    }
    driver.abort();
    Ok(())
}

fn request(address: &str, load: &Load) -> Outcome<Request<Full<Bytes>>> {
    let request = Request::post(load.path).header("host", address).header("content-type", "application/json");
    Ok(request
        .header("authorization", "Bearer a-key-for-the-bench")
        .body(Full::new(Bytes::from_static(load.body.as_bytes())))?)
}

/// Time until the first response of the mock of a document.
fn starts(title: &str, document: &Path, load: &Load) -> Outcome<()> {
    let starts = (0..STARTS).map(|_| start_to_first_answer(document, load)).collect::<Outcome<Vec<_>>>()?;
    println!("start to first answer, {title}: {:.1} ms", 1e3 * median(starts));
    Ok(())
}

/// Seconds from the start of the process to the last byte of its first response, whatever its status.
fn start_to_first_answer(document: &Path, load: &Load) -> Outcome<f64> {
    let start = Instant::now();
    let mock = Server::start(alone(document))?;
    let answer = ask(&mock.address, load)?;
    match answer.split(' ').nth(1).and_then(|status| status.parse::<u16>().ok()) {
        Some(200..=499) => Ok(start.elapsed().as_secs_f64()),
        _ => Err(answer.into()),
    }
}

/// The whole response to one request.
fn ask(address: &str, load: &Load) -> Outcome<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "POST {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer key\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{}",
        load.path,
        load.body.len(),
        load.body
    )?;
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer)?;
    Ok(answer)
}

/// Reads each request completely, and responds with the result of `answered`.
fn limit(answer: &str, answered: impl Fn(&Bytes, &Bytes) -> Bytes + Copy + 'static) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        println!("http://{}", listener.local_addr()?);
        let answer = Bytes::copy_from_slice(answer.as_bytes());
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let answer = answer.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                let answer = answer.clone();
                async move {
                    let request = request.into_body().collect().await.map(http_body_util::Collected::to_bytes);
                    let body = answered(&answer, &request.unwrap_or_default());
                    let response = Response::builder().header("content-type", "application/json");
                    Ok::<_, Infallible>(response.body(Full::new(body)).unwrap_or_default())
                }
            });
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::task::spawn_local(connection);
        }
    })
}

/// The minimum that a validating server does.
fn judging(answer: &str, template: &str, status: &str) -> Outcome<()> {
    let spec: Value = serde_yaml::from_str(SPEC)?;
    let operation = template.replace('/', "~1").replace('{', "%7B").replace('}', "%7D");
    let validator = |tail: &str| {
        let content = format!("#/paths/{operation}/post/{tail}/content/application~1json/schema");
        jsonschema::validator_for(&json!({ "$ref": content, "paths": spec["paths"], "components": spec["components"] }))
    };
    let (requests, answers) = (validator("requestBody")?, validator(&format!("responses/{status}"))?);
    let made: Value = serde_json::from_str(answer)?;
    // They live as long as the process.
    let held: &'static _ = Box::leak(Box::new((requests, answers, made)));
    limit(answer, |_, request| {
        let (requests, answers, made) = held;
        let request: Value = serde_json::from_slice(request).unwrap_or_default();
        let answer = black_box(made).clone();
        black_box(requests.is_valid(&request) && answers.is_valid(&answer));
        serde_json::to_vec(&answer).unwrap_or_default().into()
    })
}

/// Requests per second of Prism with the same document, if it is installed.
fn prism() -> Outcome<f64> {
    let mut command = Command::new("prism");
    command.args(["mock", "--port", &PORT_OF_PRISM.to_string(), "specs/imprint.yaml"]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let server = Server { child, address: format!("127.0.0.1:{PORT_OF_PRISM}") };
    let start = Instant::now();
    while TcpStream::connect(&server.address).is_err() {
        if start.elapsed() > Duration::from_secs(20) {
            return Err("it does not answer".into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    rate(&server.address, &LOADS[1], REQUESTS_OF_PRISM)
}
