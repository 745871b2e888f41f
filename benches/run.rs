//! Duration of a run, compared with plain reqwest and jsonschema on the same requests.
//!
//! Both sides are whole processes against the same local server, a thread of the benchmark. They run alternately, and the ratios
//! count. `cargo bench --bench run` prints a table; nothing is asserted.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod process;
mod target;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};

use process::{Outcome, measure, median};
use target::serve;

const ROUNDS: usize = 7;
const SPEC: &str = include_str!("../specs/imprint.yaml");

/// One comparison: number of cases and files, order, concurrency, delay of the target, and how its requests are authorised.
struct Load {
    title: &'static str,
    cases: usize,
    files: usize,
    independent: bool,
    jobs: usize,
    latency: Duration,
    /// Members of the target in signoff.yaml, in flow style; `URL` is that of the server.
    access: &'static str,
}

const KEY: &str = r#"auth: { bearerAuth: "${env.BENCH_KEY}" }"#;
const HERE: Load =
    Load { title: "", cases: 1, files: 1, independent: false, jobs: 16, latency: Duration::ZERO, access: KEY };
/// The limit neither requests tokens nor signs: the ratio is to be compared with that of the same cases with a key.
const SIGNED: Load = Load { cases: 5000, files: 50, ..HERE };
const AWAY: Load = Load { cases: 1000, jobs: 64, latency: Duration::from_millis(20), ..HERE };

const LOADS: &[Load] = &[
    Load { title: "one case", ..HERE },
    Load { title: "5,000 cases in 50 files", cases: 5000, files: 50, ..HERE },
    Load {
        title: "  with an access token",
        access: r#"auth: { bearerAuth: { oauth2: client_credentials, token_url: "URL/token", client_id: bench, client_secret: "${env.BENCH_KEY}" } }"#,
        ..SIGNED
    },
    Load {
        title: "  signed: HMAC of a template",
        access: r#"auth: { bearerAuth: "${env.BENCH_KEY}" }, sign: { text: "${timestamp}${method}${url}${body}", headers: { X-Timestamp: "${timestamp}", X-Signature: "${base64(hmac('sha256', env.BENCH_KEY, text))}" } }"#,
        ..SIGNED
    },
    Load { title: "20 ms away: 1,000 independent cases", files: 10, independent: true, ..AWAY },
    // Cases of a story wait for each other, and a hundred stories of ten go through 64 lanes in two rounds: 0.4 s at least.
    Load { title: "20 ms away: 1,000 cases in 100 stories", files: 100, ..AWAY },
];

fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().collect();
    if let [_, flag, url, cases, jobs, ..] = args.as_slice()
        && flag == "--limit"
    {
        return limit(url, cases.parse()?, jobs.parse()?);
    }
    if let [_, flag, folder, cases, files, ..] = args.as_slice()
        && flag == "--serve"
    {
        return serve_for_a_profiler(Path::new(folder), cases.parse()?, files.parse()?);
    }
    println!("{:<40} {:>10} {:>10} {:>7} {:>12} {:>12}", "", "signoff", "limit", "ratio", "signoff peak", "limit peak");
    LOADS.iter().try_for_each(compare)
}

/// Writes a project and serves its target until it is killed, so that a run can be profiled.
fn serve_for_a_profiler(folder: &Path, cases: usize, files: usize) -> Outcome<()> {
    let load = Load { cases, files, ..HERE };
    let url = serve(load.latency)?;
    write_project(folder, &url, &load)?;
    println!("cd {} && BENCH_KEY=a-key-for-the-bench signoff run --quiet --target bench", folder.display());
    loop {
        std::thread::park();
    }
}

fn compare(load: &Load) -> Outcome<()> {
    let url = serve(load.latency)?;
    let folder = tempfile::tempdir()?;
    write_project(folder.path(), &url, load)?;
    let this = std::env::current_exe()?;
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let signoff = measure(signoff_command(folder.path(), load))?.ended(0)?;
        let mut limit = Command::new(&this);
        limit.args(["--limit", &url, &load.cases.to_string(), &load.jobs.to_string()]);
        let limit = measure(limit)?.ended(0)?;
        // The first round warms caches and is not counted.
        if round > 0 {
            ratios.push(signoff.seconds / limit.seconds);
            ours.push(signoff);
            theirs.push(limit);
        }
    }
    println!(
        "{:<40} {:>8.1}ms {:>8.1}ms {:>6.2}x {:>9.1} MB {:>9.1} MB",
        load.title,
        1e3 * median(ours.iter().map(|run| run.seconds)),
        1e3 * median(theirs.iter().map(|run| run.seconds)),
        median(ratios),
        median(ours.iter().map(|run| run.peak_mb)),
        median(theirs.iter().map(|run| run.peak_mb)),
    );
    Ok(())
}

fn signoff_command(project: &Path, load: &Load) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signoff"));
    command.current_dir(project).env("BENCH_KEY", "a-key-for-the-bench");
    command.args(["run", "--quiet", "--target", "bench", "--jobs", &load.jobs.to_string()]);
    command
}

fn write_project(folder: &Path, url: &str, load: &Load) -> Outcome<()> {
    fs::create_dir_all(folder.join("cases"))?;
    fs::write(folder.join("spec.yaml"), SPEC)?;
    let access = load.access.replace("URL", url);
    let config =
        format!("spec: spec.yaml\ncases: cases\nreports: reports\ntargets:\n  bench: {{ url: \"{url}\", {access} }}\n");
    fs::write(folder.join("signoff.yaml"), config)?;
    let per_file = load.cases / load.files;
    for file in 0..load.files {
        let mut text = format!("operation: linkCustomerAccount\nindependent: {}\ncases:\n", load.independent);
        for case in file * per_file..(file + 1) * per_file {
            let (id, partner) = (format!("CUSTOMER_{case}"), format!("PARTNER_{case}"));
            writeln!(text, "  - name: links customer {case}")?;
            writeln!(
                text,
                "    request: {{ path: {{ customer_id: {id} }}, body: {{ partner_customer_id: {partner} }} }}"
            )?;
            writeln!(text, "    expect: {{ status: 200, body: {{ customer_id: {id}, status: ACTIVE }} }}")?;
        }
        fs::write(folder.join(format!("cases/story-{file:03}.yaml")), text)?;
    }
    Ok(())
}

/// The reference: the same requests and one compiled schema, and nothing else.
fn limit(url: &str, cases: usize, jobs: usize) -> Outcome<()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let spec: Value = serde_yaml::from_str(SPEC)?;
    let mut schema = json!({ "$ref": "#/components/schemas/CustomerLink" });
    schema["components"] = spec["components"].clone();
    let validator = jsonschema::validator_for(&schema)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(send_all(url, cases, jobs, Arc::new(validator)))
}

async fn send_all(url: &str, cases: usize, jobs: usize, validator: Arc<jsonschema::Validator>) -> Outcome<()> {
    let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(jobs).build()?;
    let mut waiting = 0..cases;
    let mut running = FuturesUnordered::new();
    running.extend(waiting.by_ref().take(jobs).map(|case| send(&client, url, case, &validator)));
    while let Some(sent) = running.next().await {
        sent?;
        running.extend(waiting.next().map(|case| send(&client, url, case, &validator)));
    }
    Ok(())
}

async fn send(client: &reqwest::Client, url: &str, case: usize, validator: &jsonschema::Validator) -> Outcome<()> {
    let body = json!({ "partner_customer_id": format!("PARTNER_{case}") }).to_string();
    let request = client.post(format!("{url}/v2/customers/CUSTOMER_{case}/link"));
    let request =
        request.header("content-type", "application/json").header("authorization", "Bearer a-key-for-the-bench");
    let answer = request.body(body).send().await?.error_for_status()?.bytes().await?;
    let answer: Value = serde_json::from_slice(&answer)?;
    if !validator.is_valid(&answer) {
        return Err("the server's answer breaks its schema".into());
    }
    Ok(())
}
