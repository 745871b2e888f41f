//! Effective settings: overrides, then the configuration, then defaults.

use std::path::{Component, Path, PathBuf};

use crate::check::Severities;
use crate::contract::Contract;
use crate::contract::load::{Options, load_with};
use crate::input_file;
use crate::pointer::Pointer;
use crate::problem::{Problem, reason};
use crate::report::formats;
use crate::report::write::ReportOptions;
use crate::rules;

use super::config_file::{ConfigFile, canonical};
use super::format::FailOn;
use super::overrides::Overrides;
use super::{severity, sign};

/// Paths and values of one call. Paths are relative to [`ConfigFile::root`], or absolute.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The configuration.
    pub file: ConfigFile,
    /// The values that take precedence over it.
    pub overrides: Overrides,
    /// The directory that the paths of `overrides` start from, absolute.
    pub directory: PathBuf,
    /// The OpenAPI document.
    pub spec: PathBuf,
    /// The directory of case files, or one case file.
    pub cases: PathBuf,
    /// How the document is loaded.
    pub options: Options,
}

impl Settings {
    /// Reads the configuration and applies the overrides; every problem of the configuration is an error.
    pub(crate) fn load(overrides: Overrides) -> Result<Self, Vec<Problem>> {
        let mut settings = Self::read(overrides)?;
        match std::mem::take(&mut settings.file.problems) {
            problems if problems.is_empty() => Ok(settings),
            problems => Err(problems),
        }
    }

    /// Like [`Settings::load`], but leaves problems in [`ConfigFile::problems`] for callers that report others with them.
    pub(crate) fn read(overrides: Overrides) -> Result<Self, Vec<Problem>> {
        let directory = overrides.directory.clone().unwrap_or_else(|| PathBuf::from("."));
        let directory = canonical(&directory)?;
        let file = ConfigFile::load(&directory, overrides.config.as_deref())?;
        let (spec, cases, options) = (PathBuf::new(), PathBuf::new(), Options::default());
        let mut settings = Self { file, overrides, directory, spec, cases, options };
        let (config, overrides) = (&settings.file.config, &settings.overrides);
        let spec = settings.path(overrides.spec.as_deref(), config.spec.as_deref());
        let cases = settings.path(overrides.cases.as_deref(), config.cases.as_deref());
        let Some(spec) = spec else { return Err(without_document(settings.file.problems)) };
        refuse_url(overrides.spec.as_deref()).map_err(|problem| vec![problem])?;
        if overrides.spec.is_none() {
            let at = Pointer::root().join("spec");
            refuse_url(config.spec.as_deref().map(Path::new))
                .map_err(|problem| vec![settings.file.placed(&at, problem)])?;
        }
        settings.spec = spec;
        settings.cases = cases.unwrap_or_else(|| PathBuf::from("cases"));
        settings.options = settings.load_options();
        Ok(settings)
    }

    /// Loads the contract.
    pub(crate) fn contract(&self) -> Result<Contract, Vec<Problem>> {
        let missing = self.missing_documents();
        if !missing.is_empty() {
            return Err(missing);
        }
        load_with(&self.file.root, &self.spec, &self.options)
    }

    /// A problem with its location for each configured document that does not exist.
    fn missing_documents(&self) -> Vec<Problem> {
        let (config, overrides, root) = (&self.file.config, &self.overrides, Pointer::root());
        let spec = config.spec.as_deref().filter(|_| overrides.spec.is_none()).map(|spec| (root.join("spec"), spec));
        let overlays =
            (0_usize..).zip(&config.overlay).filter(|_| self.is_configured() && overrides.overlays.is_empty());
        let overlays = overlays.map(|(index, overlay)| (root.join("overlay").join(index), overlay.as_str()));
        let read = |(at, file): (Pointer, &str)| {
            let error = std::fs::metadata(self.absolute(file)).err().filter(|_| !is_url(file))?;
            let problem = Problem::new(format!("cannot read {file}: {}", reason(&error))).rule(rules::UNREADABLE_FILE);
            let similar = input_file::similar(&self.absolute(file));
            let similar = similar.map(|path| path.strip_prefix(&self.file.root).unwrap_or(&path).display().to_string());
            let problem = match similar {
                Some(similar) => problem.help(format!("did you mean {similar}?")),
                None => problem,
            };
            Some(self.file.placed(&at, problem))
        };
        spec.into_iter().chain(overlays).filter_map(read).collect()
    }

    /// Whether the document is the configured one, to which configured overlays and mock rules belong.
    pub(crate) fn is_configured(&self) -> bool {
        self.file.config.spec.as_deref().is_some_and(|spec| Path::new(spec) == self.spec)
    }

    /// Whether the configuration names a document, and another one is used.
    pub(crate) fn is_other_document(&self) -> bool {
        self.file.config.spec.is_some() && !self.is_configured()
    }

    /// Overlays given as overrides, else the configured ones if the document is too; and local copies of remote documents.
    fn load_options(&self) -> Options {
        let config = &self.file.config;
        let given = &self.overrides.overlays;
        let configured = config.overlay.iter().filter(|_| self.is_configured() && given.is_empty()).map(PathBuf::from);
        let given = given.iter().map(|path| self.relative_to_root(path));
        let refs = config.refs.iter().map(|(uri, path)| (uri.clone(), PathBuf::from(path)));
        Options { overlays: configured.chain(given).collect(), refs: refs.collect(), structure: false }
    }

    /// The overriding path, relative to the root; else the configured one.
    fn path(&self, given: Option<&Path>, configured: Option<&str>) -> Option<PathBuf> {
        given.map(|path| self.relative_to_root(path)).or_else(|| configured.map(PathBuf::from))
    }

    /// A path of `overrides`, relative to the root if it is below it.
    pub(crate) fn relative_to_root(&self, given: &Path) -> PathBuf {
        let path = self.directory.join(given);
        // `..` must not hide that the file is below the root.
        let is_indirect = given.components().any(|part| part == Component::ParentDir);
        let path = if is_indirect { path.canonicalize().unwrap_or(path) } else { path };
        path.strip_prefix(&self.file.root).unwrap_or(&path).to_owned()
    }

    /// A path of the configuration or of this struct as an absolute path.
    pub(crate) fn absolute(&self, path: impl AsRef<Path>) -> PathBuf {
        self.file.root.join(path)
    }

    /// The directory for reports, absolute.
    pub(crate) fn reports(&self) -> PathBuf {
        let path = self.path(self.overrides.results.reports.as_deref(), self.file.config.reports.as_deref());
        self.absolute(path.unwrap_or_else(|| PathBuf::from("reports")))
    }

    /// The reports to write: the default ones, the configured ones and those of the overrides.
    pub(crate) fn wanted_reports(&self) -> ReportOptions {
        let results = &self.overrides.results;
        let configured = self.file.config.report.iter().map(|report| report.0);
        let further = configured.chain(results.formats.iter().copied());
        let formats = formats::defaults_and(&further.collect::<Vec<_>>());
        ReportOptions { formats, suites: results.suites, remove_others: true }
    }

    /// Severity by check id.
    pub(crate) fn severities(&self) -> Result<Severities, Vec<Problem>> {
        severity::effective(&self.file.config.severity, &self.overrides.results.severity)
    }

    /// Whether an override switches a check off.
    pub(crate) fn disables_checks(&self) -> bool {
        self.overrides.results.severity.iter().any(|(_, level)| level == severity::OFF)
    }

    /// What fails the run in addition to findings of severity error.
    pub(crate) fn fail_on(&self) -> Vec<FailOn> {
        self.file.config.fail_on.iter().chain(&self.overrides.results.fail_on).copied().collect()
    }

    /// Names and JSON Pointers whose values are redacted, with the header fields of signatures.
    pub(crate) fn redact(&self) -> Vec<String> {
        let signed = sign::sensitive_headers(&self.file.config);
        self.file.config.redact.iter().chain(&self.overrides.results.redact).cloned().chain(signed).collect()
    }

    /// How many stories run in parallel.
    pub(crate) fn jobs(&self) -> usize {
        usize::from(self.overrides.execution.jobs.unwrap_or(16))
    }
}

fn is_url(file: &str) -> bool {
    file.starts_with("http://") || file.starts_with("https://")
}

/// Refuses a document that would have to be downloaded.
pub(crate) fn refuse_url(spec: Option<&Path>) -> Result<(), Problem> {
    match spec.and_then(Path::to_str).filter(|spec| is_url(spec)) {
        Some(url) => {
            let problem = Problem::new(format!("expected a file, found the URL {url}: documents are not downloaded"));
            Err(problem.help(format!("download it first: curl -o openapi.yaml {url}")))
        }
        None => Ok(()),
    }
}

/// The problems of the configuration if there are any, since one of them may be about `spec`; else that none is named.
fn without_document(problems: Vec<Problem>) -> Vec<Problem> {
    if !problems.is_empty() {
        return problems;
    }
    let message = "no OpenAPI document: no signoff.yaml with `spec` found in this directory or its parents";
    vec![Problem::new(message).help("name one with --spec FILE, or start with `signoff init --spec FILE`")]
}
