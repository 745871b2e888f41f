//! What can be typed: the grammar of the command line and its help.

mod mock;
mod proxy;
mod report;
mod values;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::quantity;

pub use mock::Mock;
pub use proxy::Proxy;
pub use report::{JunitSuite, Render, Report, Reports};

/// The heading of the options that hold for every subcommand.
const EVERYWHERE: &str = "Everywhere";

const EXAMPLES: &str = "\
Examples:
  signoff                                   run cases/ against the default target
  signoff run --target sandbox --tag golive run the go-live cases against the sandbox
  signoff run 'refuses' --fail-fast         run the cases whose id contains \"refuses\"
  signoff mock --port 4010                  serve the contract on http://127.0.0.1:4010
  signoff check                             say everything that is wrong, offline
  signoff explain body-schema               what a check requires, and why

Exit codes:
  0    everything kept
  1    the target broke the contract or a case's expectation
  2    the document, the cases, the configuration or the arguments are wrong
  3    the target could not be reached, or an exchange could not be completed
  130  interrupted (Ctrl-C); the reports of what was finished are written

Environment:
  SIGNOFF_TARGET  the target, where --target is not given
  NO_COLOR        no colours, when set to anything
  FORCE_HYPERLINK 1: places are links wherever there are colours; 0: nowhere
  any other       ${env.NAME} in signoff.yaml and case files: a secret, unless public(env.NAME)";

/// Contract tests from an OpenAPI document and a folder of YAML cases.
///
/// signoff fires the cases at a target (the mock it makes of the document, a sandbox, production), judges every exchange
/// by the contract and by what the case expects, and writes one diff-style report per endpoint.
#[derive(Debug, Parser)]
#[command(name = "signoff", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct Arguments {
    /// What holds for every subcommand.
    #[command(flatten)]
    pub global: Global,
    /// The subcommand; `run` where none is given.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of every subcommand.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// Work in this folder
    #[arg(short = 'C', long, global = true, help_heading = EVERYWHERE, value_name = "DIR")]
    pub directory: Option<PathBuf>,
    /// The configuration [default: signoff.yaml here or in a folder above]
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// When to use colours [default: auto]
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "WHEN")]
    pub color: Option<Color>,
    /// Only failures and problems
    #[arg(short, long, global = true, help_heading = EVERYWHERE, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Every case with its exchange, and what could not be judged
    #[arg(short, long, global = true, help_heading = EVERYWHERE)]
    pub verbose: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the cases against a target (the default)
    Run(Box<Run>),
    /// Serve the contract as a mock server
    Mock(Box<Mock>),
    /// Stand between a client and a target, and judge both
    Proxy(Box<Proxy>),
    /// Say everything that is wrong with document, cases, configuration and behaviours, offline
    Check(Check),
    /// List the cases, and the operations that have none
    List(List),
    /// Say what a check or a rule of `check` requires, why, and where that is written
    Explain(Explain),
    /// Render the reports of a run again
    #[command(subcommand)]
    Report(Report),
    /// Print the JSON Schema of one of signoff's own formats
    Schema(Schema),
    /// Write a starting signoff.yaml and a first case file
    Init(Init),
    /// Print a completion script for a shell
    Completions(Completions),
}

/// Where the contract and the cases are.
#[derive(Debug, Clone, Default, Args)]
pub struct Inputs {
    /// The OpenAPI document
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// An OpenAPI Overlay to apply to it; those of the configuration belong to the document named there
    #[arg(long, value_name = "FILE")]
    pub overlay: Vec<PathBuf>,
    /// The folder of case files, or one case file
    #[arg(long, value_name = "PATH")]
    pub cases: Option<PathBuf>,
}

/// Which cases are meant; everything, when nothing is given.
#[derive(Debug, Clone, Default, Args)]
pub struct Selection {
    /// Only cases whose id (FILE::NAME) contains one of these
    #[arg(value_name = "FILTER")]
    pub names: Vec<String>,
    /// Only cases with one of these tags
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// Only cases of one of these operations (operationId, or "POST /path")
    #[arg(long = "operation", value_name = "OPERATION")]
    pub operations: Vec<String>,
}

/// `signoff run`.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = RUN_EXAMPLES)]
pub struct Run {
    /// Where the contract and the cases are.
    #[command(flatten)]
    pub inputs: Inputs,
    /// Which cases.
    #[command(flatten)]
    pub selection: Selection,
    /// Where requests go.
    #[command(flatten)]
    pub target: Target,
    /// How the run goes.
    #[command(flatten)]
    pub pace: Pace,
    /// What comes out.
    #[command(flatten)]
    pub output: Output,
}

const RUN_EXAMPLES: &str = "\
Examples:
  signoff run --target https://api.example.com --auth bearerAuth=env:API_KEY
  signoff run --target sandbox --var customer=BBB815E9 --jobs 4 --rate 10/s
  signoff run --format json | jq -c 'select(.entry.outcome == \"failed\").entry.case'";

/// Where requests go, and with what.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Target")]
pub struct Target {
    /// A target of the configuration, `mock`, or a URL [default: default_target, else mock]
    #[arg(short = 't', long = "target", value_name = "NAME|URL")]
    pub name: Option<String>,
    /// Set a variable for all cases; read as JSON where it is a number, a boolean, null, a list or an object
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = values::assignment)]
    pub vars: Vec<(String, String)>,
    /// Take the credential of a security scheme from the environment (basic: USERNAME:PASSWORD)
    #[arg(long = "auth", value_name = "SCHEME=env:NAME", value_parser = values::assignment)]
    pub auth: Vec<(String, String)>,
    /// Send a header with every request
    #[arg(long = "header", value_name = "NAME=VALUE", value_parser = values::assignment)]
    pub headers: Vec<(String, String)>,
    /// Only send requests of these methods; other cases are skipped
    #[arg(long, value_name = "METHOD")]
    pub allow: Vec<String>,
    /// Trust the certificate authorities of this PEM file beside the system's
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Show this client certificate (PEM: certificate and key)
    #[arg(long, value_name = "FILE")]
    pub client_cert: Option<PathBuf>,
    /// Send through this proxy; none is used unasked
    #[arg(long, value_name = "URL")]
    pub proxy: Option<String>,
}

/// How fast a run goes, how long it waits, and what its randomness derives from.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Pace")]
pub struct Pace {
    /// How many stories at a time [default: 16]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// At most so many requests, e.g. 10/s or 300/m
    #[arg(long, value_name = "N/s", value_parser = quantity::parse_rate)]
    pub rate: Option<f64>,
    /// What random values derive from [default: 1 on the mock, fresh and printed elsewhere]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Start no further case after the first that failed
    #[arg(long)]
    pub fail_fast: bool,
    /// The longest for DNS, TCP and TLS [default: 3s]
    #[arg(long, value_name = "TIME", value_parser = quantity::parse_duration)]
    pub connect_timeout: Option<Duration>,
    /// The longest until the first byte of an answer [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = quantity::parse_duration)]
    pub first_byte_timeout: Option<Duration>,
    /// The longest for a whole exchange [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = quantity::parse_duration)]
    pub timeout: Option<Duration>,
    /// How long exchanges in flight may go on after Ctrl-C [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = quantity::parse_duration)]
    pub grace: Option<Duration>,
    /// The largest body to read [default: 10MB]
    #[arg(long, value_name = "SIZE", value_parser = quantity::parse_size)]
    pub max_body: Option<u64>,
}

/// What comes out of a run.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct Output {
    /// What is printed [default: text]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// The folder that reports are written to
    #[arg(long, value_name = "DIR")]
    pub reports: Option<PathBuf>,
    /// The most failing cases to print [default: 20; all with --verbose]
    #[arg(long, value_name = "N")]
    pub max_diffs: Option<usize>,
    /// Which reports.
    #[command(flatten)]
    pub written: Reports,
    /// Let a check be an error, a warning, or off
    #[arg(long = "severity", value_name = "CHECK=LEVEL", value_parser = values::assignment)]
    pub severity: Vec<(String, String)>,
    /// Fail the run on these too; `new`: of failed cases only on those with a finding that the baseline does not know
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub fail_on: Vec<crate::project::format::FailOn>,
    /// The record of the run to compare with [default: that of the last run, where the reports go, if it was a whole one]
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Compare with no other run
    #[arg(long, conflicts_with = "baseline")]
    pub no_baseline: bool,
    /// A file of waivers: findings that fail nothing for a while [default: waivers.yaml beside signoff.yaml]
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
    /// Hide the values of these properties, headers and query parameters too, or what a JSON Pointer leads to in bodies
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub redact: Vec<String>,
    /// Exit 0 also when nothing was sent
    #[arg(long)]
    pub allow_empty: bool,
}

/// The forms of what is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object an event, a line each: `started` with the number of `cases`, `finished` with the `entry` of each case,
    /// `draining` when the run is stopped, `ended` with the `exit` code and the `head` (see `signoff schema record`).
    Json,
}

/// `signoff check`.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub struct Check {
    /// Where the contract and the cases are.
    #[command(flatten)]
    pub inputs: Inputs,
    /// What is printed [default: text]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Notation>,
}

/// The forms of what `signoff check` prints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Notation {
    /// For people: each line with a caret, what is the same of many places once.
    #[default]
    Text,
    /// One JSON object a problem, a line each.
    Json,
    /// Workflow commands of GitHub Actions, which shows them beside the lines.
    Github,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  signoff check                             document, cases, configuration and behaviours of this project
  signoff check --spec openapi.yaml         this document alone; name --cases to have those checked with it
  signoff check --format json | jq -r .rule what is wrong, by rule

Only errors make exit code 2; warnings tell what is odd, and what can never pass or be judged.";

/// `signoff list`.
#[derive(Debug, Clone, Default, Args)]
pub struct List {
    /// Where the contract and the cases are.
    #[command(flatten)]
    pub inputs: Inputs,
    /// Which cases.
    #[command(flatten)]
    pub selection: Selection,
}

/// `signoff explain`.
#[derive(Debug, Clone, Args)]
pub struct Explain {
    /// The check or rule; all are listed where none is given
    #[arg(value_name = "ID")]
    pub id: Option<String>,
}

/// `signoff schema`.
#[derive(Debug, Clone, Args)]
pub struct Schema {
    /// The format
    pub of: SchemaOf,
}

/// The formats that have a JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// A case file.
    Case,
    /// `signoff.yaml`.
    Config,
    /// The mock's behaviour file.
    Behaviour,
    /// `record.json`.
    Record,
    /// A file of waivers.
    Waivers,
}

/// `signoff init`.
#[derive(Debug, Clone, Default, Args)]
pub struct Init {
    /// The OpenAPI document to start from
    #[arg(long, value_name = "FILE")]
    pub spec: PathBuf,
}

/// `signoff completions`.
#[derive(Debug, Clone, Args)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}
