//! How fast the mock answers, beside the limit: a bare hyper server that answers a constant, and Prism where it is on the PATH.
//!
//! Every server is a process of its own with one connection pool of the same load generator before it, taken in turn; the figures
//! that count are the ratios. `cargo bench --bench mock` prints a table; nothing here asserts.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

#[expect(dead_code, reason = "other benches measure processes that end")]
mod process;

use std::convert::Infallible;
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
use serde_json::json;
use tokio::net::TcpListener;

use process::{Outcome, high_water_mark, median};

const ROUNDS: usize = 5;
const REQUESTS: usize = 40_000;
const CONNECTIONS: usize = 64;
const STARTS: usize = 20;
/// Prism answers a tenth as fast, and would hold everything up.
const REQUESTS_OF_PRISM: usize = 5_000;
const PORT_OF_PRISM: u16 = 4210;

/// One kind of request, and how the mock is started for it.
struct Load {
    title: &'static str,
    path: &'static str,
    body: &'static str,
    arguments: &'static [&'static str],
}

const LOADS: [Load; 3] = [
    Load {
        title: "update a customer: rules and state",
        path: "/v2/customers/CSMR-v1-123",
        body: r#"{"first_name":"Ada","city":"Paris"}"#,
        arguments: &["--overlay", "specs/imprint.overlay.yaml", "--behaviour", "specs/imprint.mock.yaml"],
    },
    Load {
        title: "link a customer: the document's example",
        path: "/v2/customers/CSMR-v1-123/link",
        body: r#"{"partner_customer_id":"PARTNER_1"}"#,
        arguments: &[],
    },
    Load {
        title: "link a customer, wrongly: refused",
        path: "/v2/customers/CSMR-v1-123/link",
        body: r#"{"partner_customer_id":1}"#,
        arguments: &[],
    },
];

fn main() -> Outcome<()> {
    if std::env::args().any(|argument| argument == "--bare") {
        return bare();
    }
    println!("{:<42} {:>10} {:>10} {:>7} {:>10}", "", "signoff", "bare", "ratio", "peak");
    LOADS.iter().try_for_each(compare)?;
    let starts = (0..STARTS).map(|_| start_to_first_answer()).collect::<Outcome<Vec<_>>>()?;
    println!("start to first answer on specs/imprint.yaml: {:.1} ms", 1e3 * median(starts));
    match prism() {
        Ok(rate) => println!("prism, {}: {rate:.0}/s", LOADS[1].title),
        Err(why) => println!("prism: absent ({why})"),
    }
    Ok(())
}

fn compare(load: &Load) -> Outcome<()> {
    let (mut ours, mut theirs, mut ratios, mut peak) = (Vec::new(), Vec::new(), Vec::new(), 0.0_f64);
    for round in 0..=ROUNDS {
        let mock = Server::start(mock(load))?;
        let own = rate(&mock.address, load, REQUESTS)?;
        peak = peak.max(mock.peak_mb());
        drop(mock);
        let mut limit = Command::new(std::env::current_exe()?);
        limit.arg("--bare");
        let limit = rate(&Server::start(limit)?.address, load, REQUESTS)?;
        // The first round warms caches and is not counted.
        if round > 0 {
            ratios.push(own / limit);
            ours.push(own);
            theirs.push(limit);
        }
    }
    let (ours, theirs, ratio) = (median(ours), median(theirs), median(ratios));
    println!("{:<42} {ours:>8.0}/s {theirs:>8.0}/s {:>6.0}% {peak:>7.1} MB", load.title, 1e2 * ratio);
    Ok(())
}

/// A server process; ends when dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts it, and waits for its line with the address.
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

fn mock(load: &Load) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signoff"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")));
    command.args(["mock", "--quiet", "--port", "0", "--spec", "specs/imprint.yaml"]).args(load.arguments);
    command
}

/// Requests a second over all connections.
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

/// Seconds from the start of the process to the last byte of its first answer.
fn start_to_first_answer() -> Outcome<f64> {
    let load = &LOADS[0];
    let start = Instant::now();
    let mock = Server::start(mock(load))?;
    let mut stream = TcpStream::connect(&mock.address)?;
    write!(
        stream,
        "POST {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer key\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{}",
        load.path,
        load.body.len(),
        load.body
    )?;
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer)?;
    if !answer.starts_with("HTTP/1.1 200") {
        return Err(answer.into());
    }
    Ok(start.elapsed().as_secs_f64())
}

/// Reads each request whole and answers a constant of the size that the mock answers.
fn bare() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        println!("http://{}", listener.local_addr()?);
        let body =
            Bytes::from(json!({ "id": "CSMR-v1-123", "first_name": "Ada", "last_name": "Lovelace" }).to_string());
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let body = body.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                let body = body.clone();
                async move {
                    drop(request.into_body().collect().await);
                    let response = Response::builder().header("content-type", "application/json");
                    Ok::<_, Infallible>(response.body(Full::new(body)).unwrap_or_default())
                }
            });
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    })
}

/// Requests a second of Prism on the same document, when it is installed.
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
