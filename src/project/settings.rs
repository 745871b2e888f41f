//! What is meant: the flags over the configuration over the defaults.

use std::path::{Path, PathBuf};

use crate::check::{self, Severities};
use crate::contract::Contract;
use crate::contract::load::{Options, load_with};
use crate::problem::Problem;
use crate::report::formats;
use crate::report::write::ReportOptions;
use crate::severity::Severity;

use crate::cli::args::{Global, Inputs, JunitSuite, Output};
use crate::project::config::{ConfigFile, canonical, suggested};
use crate::project::format::{FailOn, Level};

/// Where everything is. Paths are relative to [`ConfigFile::root`], or absolute.
#[derive(Debug)]
pub struct Settings {
    /// The configuration.
    pub file: ConfigFile,
    /// The folder that flags are relative to, absolute.
    pub directory: PathBuf,
    /// The OpenAPI document.
    pub spec: PathBuf,
    /// The folder of case files.
    pub cases: PathBuf,
    /// How the document is loaded.
    pub options: Options,
}

impl Settings {
    /// Reads the configuration and lays the flags over it; refused where anything is wrong with it.
    pub fn load(global: &Global, inputs: &Inputs) -> Result<Self, Vec<Problem>> {
        let mut settings = Self::read(global, inputs)?;
        match std::mem::take(&mut settings.file.problems) {
            problems if problems.is_empty() => Ok(settings),
            problems => Err(problems),
        }
    }

    /// The same, with what is wrong left in [`ConfigFile::problems`] for those who have more to tell.
    pub fn read(global: &Global, inputs: &Inputs) -> Result<Self, Vec<Problem>> {
        let directory = global.directory.clone().unwrap_or_else(|| PathBuf::from("."));
        let directory = canonical(&directory)?;
        let file = ConfigFile::load(&directory, global.config.as_deref())?;
        let mut settings =
            Self { file, directory, spec: PathBuf::new(), cases: PathBuf::new(), options: Options::default() };
        let config = &settings.file.config;
        let spec = settings.path(inputs.spec.as_deref(), config.spec.as_deref());
        let cases = settings.path(inputs.cases.as_deref(), config.cases.as_deref());
        let Some(spec) = spec else { return Err(without_document(settings.file.problems)) };
        settings.spec = spec;
        settings.cases = cases.unwrap_or_else(|| PathBuf::from("cases"));
        settings.options = settings.options(inputs);
        Ok(settings)
    }

    /// Loads the contract.
    pub fn contract(&self) -> Result<Contract, Vec<Problem>> {
        load_with(&self.file.root, &self.spec, &self.options)
    }

    /// Whether the document is the one that the configuration names; what else it names belongs to that one.
    pub fn is_configured(&self) -> bool {
        self.file.config.spec.as_deref().is_some_and(|spec| Path::new(spec) == self.spec)
    }

    /// Overlays of the flags, else those of the configuration when its document is meant; and the local copies.
    fn options(&self, inputs: &Inputs) -> Options {
        let config = &self.file.config;
        let configured =
            config.overlay.iter().filter(|_| self.is_configured() && inputs.overlay.is_empty()).map(PathBuf::from);
        let typed = inputs.overlay.iter().map(|path| self.seen_from_root(path));
        let refs = config.refs.iter().map(|(uri, path)| (uri.clone(), PathBuf::from(path)));
        Options { overlays: configured.chain(typed).collect(), refs: refs.collect(), structure: false }
    }

    /// The flag's path, seen from the root; else the configuration's.
    fn path(&self, flag: Option<&Path>, configured: Option<&str>) -> Option<PathBuf> {
        flag.map(|path| self.seen_from_root(path)).or_else(|| configured.map(PathBuf::from))
    }

    /// The path of a flag, relative to the root where it lies below.
    pub fn seen_from_root(&self, typed: &Path) -> PathBuf {
        let path = self.directory.join(typed);
        path.strip_prefix(&self.file.root).unwrap_or(&path).to_owned()
    }

    /// A path of the configuration or of this struct, from the root of the file system.
    pub fn absolute(&self, path: impl AsRef<Path>) -> PathBuf {
        self.file.root.join(path)
    }

    /// The folder for reports, absolute.
    pub fn reports(&self, output: &Output) -> PathBuf {
        let path = self.path(output.reports.as_deref(), self.file.config.reports.as_deref());
        self.absolute(path.unwrap_or_else(|| PathBuf::from("reports")))
    }

    /// The reports to write: those of every run, and what flags and configuration ask for.
    pub fn wanted(&self, output: &Output) -> ReportOptions {
        let configured = self.file.config.report.iter().map(|report| report.0);
        let asked = configured.chain(output.written.formats.iter().copied());
        let formats = formats::defaults_and(&asked.collect::<Vec<_>>());
        let suites = JunitSuite::suites(output.written.junit_suite);
        ReportOptions { formats, suites, remove_others: true }
    }

    /// Severity by check, the flags' over the configuration's.
    pub fn severities(&self, output: &Output) -> Result<Severities, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut severities = Severities::new();
        for (id, level) in &self.file.config.severity {
            severities.insert(id.clone(), severity(*level));
        }
        for (id, word) in &output.severity {
            match known(id).and_then(|()| level(word)) {
                Ok(level) => drop(severities.insert(id.clone(), severity(level))),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(severities) } else { Err(problems) }
    }

    /// What fails the run beside findings of severity error.
    pub fn fail_on(&self, output: &Output) -> Vec<FailOn> {
        self.file.config.fail_on.iter().chain(&output.fail_on).copied().collect()
    }

    /// Names whose values are hidden.
    pub fn redact(&self, output: &Output) -> Vec<String> {
        self.file.config.redact.iter().chain(&output.redact).cloned().collect()
    }
}

/// A configuration that is wrong may have named the document in a way that nobody understood.
fn without_document(problems: Vec<Problem>) -> Vec<Problem> {
    let nowhere =
        || Problem::new("no OpenAPI document is named: there is no signoff.yaml here or above that has `spec`");
    match problems.is_empty() {
        true => vec![nowhere().help("name one with --spec FILE, or start with `signoff init --spec FILE`")],
        false => problems,
    }
}

/// Whether there is a check of that name.
pub fn known(id: &str) -> Result<(), Problem> {
    let ids: Vec<_> = check::ALL.iter().map(|check| check.id).collect();
    if ids.contains(&id) {
        Ok(())
    } else {
        Err(suggested(Problem::new(format!("unknown check `{id}`")), id, &ids, "checks"))
    }
}

fn level(word: &str) -> Result<Level, Problem> {
    match word {
        "error" => Ok(Level::Error),
        "warning" => Ok(Level::Warning),
        "off" => Ok(Level::Off),
        _ => Err(Problem::new(format!("expected one of error, warning, off, found `{word}`"))),
    }
}

fn severity(level: Level) -> Option<Severity> {
    match level {
        Level::Error => Some(Severity::Error),
        Level::Warning => Some(Severity::Warning),
        Level::Off => None,
    }
}
